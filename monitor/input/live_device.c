/* live_device.c - a handle of libpcap with a ring of the third kind (TPACKET_V3): blocks of many frames, one wake-up
 * for each. Never pcap_open_live, which cannot set all this, and never immediate mode, which takes a ring of the second
 * kind: that lost 73 % of 300,000 packets where this one lost none. */
#include "monitor/input/live_device.h"

#include <linux/filter.h>
#include <string.h>
#include <sys/socket.h>

#include "monitor/input/live_filter.h"
#include "monitor/input/live_interfaces.h"
#include "monitor/input/live_refusal.h"
#include "monitor/input/packet_filter.h"

enum { BUFFER_BYTES = 64 << 20 };

static bool is_any(const char *name)
{
    return strcmp(name, "any") == 0;
}

static void say_and_free(const struct live_options *options, char *sentence)
{
    if (options->say != NULL)
        options->say(options->say_state, sentence);
    g_free(sentence);
}

/* Newer libpcaps want their answers looked at; these fail only on a handle that is active already. */
static void configure(struct live_device *device, const struct live_options *options, int block_ms)
{
    size_t buffer = options->buffer_bytes != 0 ? options->buffer_bytes : BUFFER_BYTES;
    size_t snap_len = options->snap_len != 0 ? options->snap_len : LIVE_SNAP_MAX;

    (void)!pcap_set_snaplen(device->handle, (int)MIN(snap_len, LIVE_SNAP_MAX));
    (void)!pcap_set_buffer_size(device->handle, (int)MIN(buffer, G_MAXINT));
    (void)!pcap_set_timeout(device->handle, block_ms);
    (void)!pcap_set_promisc(device->handle, device->promiscuous);
    (void)!pcap_set_tstamp_precision(device->handle, PCAP_TSTAMP_PRECISION_NANO);
}

static bool activate(struct live_device *device, const struct live_options *options, char **message)
{
    int status = pcap_activate(device->handle);

    if (status < 0) {
        *message = live_refusal(device->handle, device->interface.name, status);
        return false;
    }
    if (status > 0)
        say_and_free(options, live_warning(device->handle, device->interface.name, status));
    char error[PCAP_ERRBUF_SIZE] = "";
    if (pcap_setnonblock(device->handle, 1, error) != 0) {
        *message = g_strdup_printf("%s: %s", device->interface.name, error);
        return false;
    }
    device->nanoseconds = pcap_get_tstamp_precision(device->handle) == PCAP_TSTAMP_PRECISION_NANO;
    return true;
}

/* The second cooked link type tells which interface a frame came through. */
static void choose_link(struct live_device *device)
{
    if (is_any(device->interface.name))
        (void)!pcap_set_datalink(device->handle, DLT_LINUX_SLL2);
    device->interface.linktype = linktype_of(pcap_datalink(device->handle));
}

/* libpcap then filters itself, without a word: where a cooked header is asked for what the kernel does not have, and
 * where the program is larger than net.core.optmem_max allows (of that, it writes to stderr). */
static bool kernel_filters(const struct live_device *device, guint steps)
{
    socklen_t len = 0; /* asks for the number of steps */

    return getsockopt(pcap_fileno(device->handle), SOL_SOCKET, SO_GET_FILTER, NULL, &len) != 0 || len == steps;
}

static bool set_filter(struct live_device *device, const struct live_options *options, char **message)
{
    struct live_filter filter = {options->filter, options->ports, options->port_count,
                                 MIN(options->snap_len, LIVE_SNAP_MAX)};
    char *why = NULL;
    GArray *steps = live_filter_compile(device->handle, &filter, &why);

    if (steps == NULL) {
        *message = g_strdup_printf("%s: %s", device->interface.name, why);
        g_free(why);
        return false;
    }
    struct bpf_program program = {steps->len, (struct bpf_insn *)(void *)steps->data};
    bool set = pcap_setfilter(device->handle, &program) == 0;
    if (!set)
        *message =
            g_strdup_printf("%s: the filter cannot be set: %s", device->interface.name, pcap_geterr(device->handle));
    if (set && !kernel_filters(device, steps->len))
        say_and_free(options,
                     g_strdup_printf("%s: the kernel cannot run this filter: every packet is copied whole, and "
                                     "filtered afterwards",
                                     device->interface.name));
    g_array_free(steps, TRUE);
    return set;
}

/* libpcap's own count of what the interface dropped begins with the first question. */
static void begin_counting(struct live_device *device)
{
    bool up;

    live_device_look(device, &device->index, &device->hardware, &up);
    live_device_count(device);
    device->counters = (struct live_counters){0};
}

bool live_device_open(struct live_device *device, const char *name, const struct live_options *options, int block_ms,
                      char **message)
{
    char error[PCAP_ERRBUF_SIZE] = "";

    *device = (struct live_device){.interface = {.name = g_strdup(name)},
                                   .promiscuous = options->promiscuous && !is_any(name)};
    if (!live_interface_exists(name)) {
        *message = live_refusal_missing(name);
        return false;
    }
    device->handle = pcap_create(name, error);
    if (device->handle == NULL) {
        *message = g_strdup_printf("%s: %s", name, error);
        return false;
    }
    configure(device, options, block_ms);
    if (!activate(device, options, message))
        return false;
    choose_link(device);
    device->interface.snap_len = (uint32_t)pcap_snapshot(device->handle);
    if (!set_filter(device, options, message))
        return false;
    begin_counting(device);
    return true;
}

int64_t live_device_time_ns(const struct live_device *device, const struct pcap_pkthdr *header)
{
    return (int64_t)header->ts.tv_sec * 1000000000 + (int64_t)header->ts.tv_usec * (device->nanoseconds ? 1 : 1000);
}

struct capture_frame live_device_frame(const struct live_device *device, const struct pcap_pkthdr *header,
                                       const u_char *bytes)
{
    return (struct capture_frame){.captured = {bytes, header->caplen},
                                  .wire_len = MAX(header->len, header->caplen),
                                  .time_ns = live_device_time_ns(device, header),
                                  .interface = &device->interface};
}

/* pcap_setfilter would change what libpcap thinks of the frames that are in the ring. */
void live_device_stop(struct live_device *device)
{
    struct sock_filter nothing = {BPF_RET | BPF_K, 0, 0, 0};
    struct sock_fprog program = {1, &nothing};

    (void)setsockopt(pcap_fileno(device->handle), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

/* A count that went backwards is that of an interface made anew, or one that can no longer be read: libpcap takes
 * differences of what it finds in /sys, and 0 for what it does not find there. */
static uint64_t interface_drops(u_int now, u_int before)
{
    return now - before <= G_MAXINT32 ? now - before : 0;
}

void live_device_count(struct live_device *device)
{
    struct pcap_stat now;

    if (pcap_stats(device->handle, &now) != 0)
        return;
    u_int dropped = now.ps_drop - device->counted.ps_drop; /* modulo 2^32, as are all */
    u_int passed = now.ps_recv - device->counted.ps_recv;  /* with those that had no room */
    device->counters.dropped += dropped;
    device->counters.received += passed - dropped;
    device->counters.interface_dropped += interface_drops(now.ps_ifdrop, device->counted.ps_ifdrop);
    device->counted = now;
}

void live_device_close(struct live_device *device)
{
    if (device->handle != NULL)
        pcap_close(device->handle);
    g_free(device->interface.name);
    *device = (struct live_device){0};
}
