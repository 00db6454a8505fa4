/*
 * live_capture_driver.c - captures, and tells on standard output what comes; for capture.py.
 *
 * usage: live_capture_driver [-d] [-f FILTER] [-s SNAP_LEN] [-B BYTES] [-q] [INTERFACE...]
 *   -d  give up all rights after opening    -q  count frames, do not tell of each    -D  list the interfaces
 * "counters" on standard input asks for them, "stop" and "go" hold up reading; at its end the capture ends.
 */
#define _GNU_SOURCE /* setresuid */
#include <glib.h>
#include <grp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "monitor/input/live_capture.h"

enum { NOBODY = 65534, BATCH = 4096 };

struct driver {
    struct live_capture *capture;
    bool quiet, stopped;
    uint64_t frames, bytes, late;
    int64_t last_ns;
};

static void say(void *state, const char *sentence)
{
    (void)state;
    printf("say %s\n", sentence);
    fflush(stdout);
}

static void each(void *state, const struct capture_frame *frame)
{
    struct driver *driver = state;

    driver->frames++;
    driver->bytes += frame->captured.n;
    driver->late += frame->time_ns < driver->last_ns;
    driver->last_ns = frame->time_ns;
    if (driver->quiet)
        return;
    GString *hex = g_string_new(NULL);
    for (size_t i = 0; i < MIN(frame->captured.n, 96); i++)
        g_string_append_printf(hex, "%02x", frame->captured.p[i]);
    printf("frame %s %d %zu %zu %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %s\n", frame->interface->name,
           frame->interface->linktype, frame->captured.n, frame->wire_len, frame->number, frame->time_ns, hex->str);
    fflush(stdout);
    g_string_free(hex, TRUE);
}

static void tell_counters(struct driver *driver)
{
    struct live_counters all = live_capture_counters(driver->capture);

    printf("counters %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " read %" G_GUINT64_FORMAT
           " bytes %" G_GUINT64_FORMAT " late %" G_GUINT64_FORMAT "\n",
           all.received, all.dropped, all.interface_dropped, driver->frames, driver->bytes, driver->late);
    fflush(stdout);
}

static void drop_rights(void)
{
    if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        exit(1);
}

/* False: the end. */
static bool obey(struct driver *driver)
{
    char words[64] = "";
    ssize_t n = read(STDIN_FILENO, words, sizeof(words) - 1);

    if (strstr(words, "stop") != NULL || strstr(words, "go") != NULL)
        driver->stopped = strstr(words, "stop") != NULL;
    if (strstr(words, "counters") != NULL)
        tell_counters(driver);
    return n > 0;
}

static void run(struct driver *driver)
{
    gint64 tick_us = g_get_monotonic_time();

    for (;;) {
        struct pollfd ready[] = {{.fd = driver->stopped ? -1 : live_capture_fd(driver->capture), .events = POLLIN},
                                 {.fd = STDIN_FILENO, .events = POLLIN}};
        gint64 now_us = g_get_monotonic_time();
        if (now_us - tick_us >= G_USEC_PER_SEC) {
            live_capture_tick(driver->capture);
            tick_us = now_us;
        }
        (void)poll(ready, G_N_ELEMENTS(ready), (int)((tick_us + G_USEC_PER_SEC - now_us) / 1000) + 1);
        if (ready[0].revents != 0)
            live_capture_read(driver->capture, BATCH, each, driver);
        if (ready[1].revents != 0 && !obey(driver))
            return;
    }
}

static int list(void)
{
    char *message = NULL;

    if (live_interfaces_print(stdout, &message))
        return 0;
    fprintf(stderr, "driver: %s\n", message);
    g_free(message);
    return 2;
}

int main(int argc, char **argv)
{
    struct live_options options = {.promiscuous = true, .say = say};
    struct driver driver = {0};
    bool drop = false;
    char *message = NULL;
    int option;

    while ((option = getopt(argc, argv, "dDf:s:B:q")) != -1) {
        if (option == 'D')
            return list();
        drop = drop || option == 'd';
        driver.quiet = driver.quiet || option == 'q';
        if (option == 'f')
            options.filter = optarg;
        if (option == 's')
            options.snap_len = strtoul(optarg, NULL, 10);
        if (option == 'B')
            options.buffer_bytes = strtoul(optarg, NULL, 10);
    }
    options.interfaces = (const char *const *)(void *)(argv + optind);
    options.count = (size_t)(argc - optind);
    driver.capture = live_capture_open(&options, &message);
    if (driver.capture == NULL) {
        fprintf(stderr, "driver: %s\n", message);
        g_free(message);
        return 2;
    }
    if (drop)
        drop_rights();
    printf("ready %s\n", live_capture_interface(driver.capture, 0)->name);
    fflush(stdout);
    run(&driver);
    live_capture_finish(driver.capture, each, &driver);
    tell_counters(&driver);
    live_capture_close(&driver.capture);
    return 0;
}
