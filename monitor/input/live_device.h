/* live_device.h - one interface that is captured on. */
#ifndef MONITOR_INPUT_LIVE_DEVICE_H
#define MONITOR_INPUT_LIVE_DEVICE_H

#include <glib.h>
#include <pcap/pcap.h>

#include "monitor/input/live_capture.h"

enum live_presence { LIVE_PRESENT, LIVE_AWAY, LIVE_LOST /* there again, but cannot be captured on */ };

struct live_device {
    pcap_t *handle;
    struct capture_interface interface;
    bool nanoseconds, promiscuous;
    int index;         /* of the interface that is captured on; 0: any */
    unsigned hardware; /* ARPHRD_ number */
    bool watched;      /* its descriptor is waited for */
    bool failed;       /* reading did, since the last look */
    bool shaken;       /* the interface was down, since the last look */
    enum live_presence presence;
    gint64 away_since_us; /* monotonic */
    struct pcap_stat counted;
    struct live_counters counters;
    /* The frame that is next, taken from the ring to be compared with those of other interfaces. */
    bool has_head, dry;
    struct pcap_pkthdr *head;
    const u_char *head_bytes;
};

/* False: *message (g_free) says why. `block_ms`: when the kernel hands over a block that is not full. */
bool live_device_open(struct live_device *device, const char *name, const struct live_options *options, int block_ms,
                      char **message);

/* Fills in what comes from the device: not the number. */
struct capture_frame live_device_frame(const struct live_device *device, const struct pcap_pkthdr *header,
                                       const u_char *bytes);

int64_t live_device_time_ns(const struct live_device *device, const struct pcap_pkthdr *header);

/* Nothing more comes but what the kernel has. */
void live_device_stop(struct live_device *device);

void live_device_count(struct live_device *device);

/* The index and the kind of the interface of that name, as they are now. False: there is none. */
bool live_device_look(const struct live_device *device, int *index, unsigned *hardware, bool *up);

/* Finds out whether the interface is there, and goes on with it when it came back. What changed, as a sentence
 * (g_free); NULL: nothing. */
char *live_presence_check(struct live_device *device);

void live_device_close(struct live_device *device);

#endif
