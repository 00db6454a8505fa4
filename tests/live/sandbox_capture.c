/* sandbox_capture.c - sandbox_capture INTERFACE FOLDER COUNT: opens the device, enters the strict sandbox, captures,
 * writes a file, asks for the counters, and says how the end of the interface looks. Run by sandbox_capture.py. */
#include <glib.h>
#include <pcap.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "monitor/output/new_file.h"
#include "monitor/sandbox/sandbox.h"

static pcap_t *open_device(const char *name)
{
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *device = pcap_create(name, error);
    struct bpf_program program;

    if (device == NULL)
        return NULL;
    (void)!pcap_set_snaplen(device, 256);
    (void)!pcap_set_timeout(device, 50);
    (void)!pcap_set_promisc(device, 1);
    if (pcap_activate(device) < 0 || pcap_setnonblock(device, 1, error) != 0 ||
        pcap_compile(device, &program, "udp port 2121", 1, PCAP_NETMASK_UNKNOWN) != 0 ||
        pcap_setfilter(device, &program) != 0) {
        printf("error: %s\n", pcap_geterr(device));
        pcap_close(device);
        return NULL;
    }
    pcap_freecode(&program);
    return device;
}

static void count_one(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    guint *count = (guint *)(void *)user;

    (void)header;
    (void)bytes;
    ++*count;
}

/* False when the device fails. */
static bool capture(pcap_t *device, guint wanted)
{
    struct pollfd ready = {.fd = pcap_get_selectable_fd(device), .events = POLLIN};
    guint count = 0;
    int result = 0;

    while (result >= 0 && count < wanted) {
        (void)poll(&ready, 1, 1000);
        result = pcap_dispatch(device, -1, count_one, (u_char *)(void *)&count);
    }
    return result >= 0;
}

static void write_file(const char *folder)
{
    char *path = g_build_filename(folder, "captured", NULL), *message = NULL;
    struct new_file *file = new_file_open(path, &message);

    if (file == NULL || fputs("packets", new_file_stream(file)) < 0 || !new_file_finish(&file, &message))
        printf("error: %s\n", message);
    g_free(message);
    g_free(path);
}

static void print_counters(pcap_t *device, const char *name)
{
    char *path = g_strdup_printf("/sys/class/net/%s/statistics/rx_missed_errors", name);
    struct pcap_stat counters;

    if (pcap_stats(device, &counters) == 0)
        printf("received %u dropped %u missed %s\n", counters.ps_recv, counters.ps_drop,
               access(path, R_OK) == 0 ? "readable" : "hidden");
    fflush(stdout);
    g_free(path);
}

static bool enter(const char *folder)
{
    const struct sandbox_output output = {folder, NULL};
    struct rights_user user = {0};
    struct sandbox_options options = {.mode = SANDBOX_STRICT, .user = &user, .outputs = &output, .output_count = 1};
    struct sandbox_state state = {.self = -1};
    char *message = NULL;
    bool good = rights_choose(NULL, &user, &message) && sandbox_enter(&options, &state, &message);
    char *words = good ? sandbox_words(&state) : NULL;

    printf("%s\n", good ? words : message);
    fflush(stdout);
    g_free(words);
    g_free(message);
    sandbox_state_clear(&state);
    rights_user_clear(&user);
    return good;
}

int main(int argc, char **argv)
{
    pcap_t *device = argc == 4 ? open_device(argv[1]) : NULL;

    if (device == NULL || !enter(argv[2]))
        return 1;
    if (capture(device, (guint)g_ascii_strtoull(argv[3], NULL, 10)))
        write_file(argv[2]);
    print_counters(device, argv[1]);
    if (!capture(device, G_MAXUINT))
        printf("%s\n", pcap_geterr(device));
    pcap_close(device);
    return 0;
}
