/*
 * live_capture.h - frames from network interfaces as they pass.
 *
 * live_interfaces.c  which interfaces there are
 * live_filter.c      what the kernel hands over, and how much of it
 * live_device.c      one interface: its handle, its counters
 * live_presence.c    an interface that goes away and comes back
 * live_capture.c     all of them, in order of time
 *
 * Rights (CAP_NET_RAW) are needed by live_capture_open only; all else works for a process that dropped every right, and
 * makes no descriptor. What a system call filter must let pass afterwards: poll, epoll_ctl, timerfd_settime, read,
 * getsockopt, setsockopt, bind, getsockname, ioctl (SIOCGIF...), nanosleep; open and read below /sys/class/net and
 * /sys/devices, or interface_dropped stays as it was.
 */
#ifndef MONITOR_INPUT_LIVE_CAPTURE_H
#define MONITOR_INPUT_LIVE_CAPTURE_H

#include <stdio.h>

#include "monitor/input/capture_file.h"

struct live_capture;

struct live_options {
    const char *const *interfaces; /* none: the first one that is up and no loopback */
    size_t count;
    const char *filter; /* what the user wants to capture; NULL: what FTP needs, see live_filter.h */
    bool promiscuous;
    size_t buffer_bytes;   /* of each interface; 0: 64 MiB */
    size_t snap_len;       /* of all frames; 0: control ports whole, the heads of others */
    const uint16_t *ports; /* control ports that were named; none: 21 and 990 */
    size_t port_count;
    /* Told what the user should know, in a sentence that begins with the interface (borrowed during the call): at
     * open what does not work as asked, later that an interface went away or came back. May be NULL. */
    void (*say)(void *state, const char *sentence);
    void *say_state;
};

/* NULL: *message (g_free) says why, and what mends it. `options` and what it points to are borrowed during the call. */
struct live_capture *live_capture_open(const struct live_options *options, char **message);

/* Readable (POLLIN) when live_capture_read has something to do. The same one until live_capture_close. */
int live_capture_fd(const struct live_capture *capture);

/*
 * Hands out what there is, at most `max_frames`, and returns how many; never waits. A frame is borrowed during the call
 * of `each`; `number` counts those of all interfaces. The kernel hands frames over in blocks, at the latest after some
 * 50 ms. Those of several interfaces come in order of time: a frame is kept until every interface had the time to hand
 * over earlier ones (60 ms with several interfaces, whose blocks come after 20 ms). What comes still later is out of
 * order.
 */
size_t live_capture_read(struct live_capture *capture, size_t max_frames,
                         void (*each)(void *state, const struct capture_frame *frame), void *state);

/* Takes nothing more from the network, waits until the kernel has handed over all that it had (0.1 s), and hands
 * that out. Everything that passed before the call comes. */
void live_capture_finish(struct live_capture *capture, void (*each)(void *state, const struct capture_frame *frame),
                         void *state);

/* To be called every second: looks whether interfaces are there, and goes on with those that came back. */
void live_capture_tick(struct live_capture *capture);

/* Since open, over all absences of the interface. */
struct live_counters {
    uint64_t received; /* frames that the filter let pass, and that had room in the buffer */
    uint64_t dropped;  /* those that had none: this program is too slow, or the buffer too small */
    uint64_t
        interface_dropped; /* lost before the filter, all kinds: the interface's own count; 0 where not promiscuous */
};

/* Asks the kernel, whose counters have 32 bits: every minute is often enough. */
struct live_counters live_capture_counters(struct live_capture *capture);

size_t live_capture_count(const struct live_capture *capture);
const struct capture_interface *live_capture_interface(const struct live_capture *capture, size_t i);
bool live_capture_is_away(const struct live_capture *capture, size_t i); /* as of the last tick */
struct live_counters live_capture_counters_of(struct live_capture *capture, size_t i);

void live_capture_close(struct live_capture **capture);

/* -D: a line for each interface. False: *message (g_free) says why there is none. Needs no rights. */
bool live_interfaces_print(FILE *out, char **message);

/* Which frames are captured without a filter of the user's, for people, in the words of pcap-filter(7); g_free. */
char *live_filter_text(const uint16_t *ports, size_t port_count);

#endif
