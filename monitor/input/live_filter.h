/*
 * live_filter.h - the program that runs in the kernel for every frame: whether it is handed over, and how many bytes.
 *
 * Without a filter of the user's: the control ports whole, also in fragments; of other TCP, ICMP, ICMPv6 and DNS
 * answers the first bytes, which hold all headers, the head of a TLS record and the greeting of a server on another
 * port; nothing else. On Ethernet and Linux cooked links this holds behind up to two VLAN tags, besides one that the
 * kernel took out. On `any`, the kernel leaves the second of two tags in the frame, and newer ones (6.18 seen) deny it
 * in the header, so that nobody can read the frame: those take the interface itself. What is in tunnels (GRE, VXLAN,
 * PPPoE, MPLS, IP in IP) is not looked for: that takes a filter.
 *
 * A user's filter says alone what is captured, and means what it means to tcpdump: nothing is added for VLAN tags or
 * fragments. Control ports come whole then, of other frames that the default would take the first bytes, and frames
 * that it would not take (tunnels, UDP) whole.
 */
#ifndef MONITOR_INPUT_LIVE_FILTER_H
#define MONITOR_INPUT_LIVE_FILTER_H

#include <glib.h>
#include <pcap/pcap.h>

#include "core/ftpscope.h"

enum {
    LIVE_SNAP_MAX = 262144, /* what libpcap's ring has room for; Linux joins segments on their way in, up to 64 KiB */
    LIVE_SNAP_HEAD = 256,   /* Ethernet, two tags, IPv6 and TCP with options take 134 */
};

struct live_filter {
    const char *expression; /* the user's; NULL or empty: none */
    const uint16_t *ports;  /* control ports; none: 21 and 990 */
    size_t port_count;
    size_t snap_len; /* of all frames; 0: as told above */
};

/* For the link type of `handle`, which may be a live one: what `vlan` means depends on that. Returns struct bpf_insn
 * items (g_array_free); NULL: *message (g_free) says why. */
GArray *live_filter_compile(pcap_t *handle, const struct live_filter *filter, char **message);

#endif
