/* state.h - all that net knows, for the coordinator (net.c) and those who share it: timers and lifetimes. */
#ifndef FTPSCOPE_NET_STATE_H
#define FTPSCOPE_NET_STATE_H

#include <string.h>

#include "net/internal.h"

#define NET_SECOND_NS INT64_C(1000000000)

/* Connections whose stream waits, by wait_until_ns. */
struct net_waits {
    struct net_entry *first, *last;
};

struct net {
    struct net_config config;
    struct net_host host;
    struct net_counters counters;
    struct net_table table;
    struct net_buffers buffers;
    struct net_waits waits;
    size_t memory;             /* held of config.max_memory */
    struct net_entry *overdue; /* the flow of the last packet: see net_stream_overdue */
    struct net_early early;
    struct net_fragments *fragments;
    struct net_unread_table unread;
    struct net_frames earlier;  /* see net_earlier_frames */
    struct net_flow *last_flow; /* see net_last_flow */
    const struct net_flow *last_related;
    bool last_waits;
    int last_half;
    int64_t now_ns;    /* latest packet time seen: never goes back, whatever the capture does */
    int64_t expire_ns; /* until then no connection has been silent for too long */
};

static inline int net_half_of(const struct net_flow *flow, const struct net_packet *packet)
{
    const struct fsc_endpoint *first = &flow->half[0].from;
    return packet->from.port == first->port && memcmp(&packet->from.addr, &first->addr, sizeof(first->addr)) == 0 ? 0
                                                                                                                  : 1;
}

static inline struct net_stream_out net_stream_call(struct net *net, struct net_entry *entry,
                                                    const struct net_packet *packet)
{
    return (struct net_stream_out){&net->host, &net->counters, &entry->flow, packet};
}

/* Stands for the packet when time or the end of the capture makes the call: the last one of the flow, without its
 * bytes. */
static inline struct net_packet net_last_packet(const struct net_flow *flow)
{
    return (struct net_packet){.kind = NET_KIND_OTHER, .frame = flow->last_frame, .time_ns = flow->last_ns};
}

/* ---- timers.c: streams that wait ---- */

/* After each call into the stream. */
void net_timers_update(struct net *net, struct net_entry *entry);
void net_timers_stop(struct net *net, struct net_entry *entry);
/* A packet that may be the missing one is looked at before the time of its flow is over. */
void net_timers_run(struct net *net, const struct net_packet *packet);
void net_timers_settle(struct net *net, const struct net_packet *packet); /* the flow that is overdue, if not its own */

/* ---- lifetime.c ---- */

struct net_entry *net_open(struct net *net, const struct net_packet *packet);
void net_close(struct net *net, struct net_entry *entry, const char *how);
/* How a finished connection ended; `otherwise` when it is not finished. */
const char *net_how_closed(const struct net_flow *flow, const char *otherwise);
enum net_list net_list_of(const struct net_flow *flow);
void net_expire(struct net *net);                                         /* those that were silent for too long */
void net_weigh(struct net *net, struct net_entry *entry);                 /* its part of the memory */
bool net_is_crowded(const struct net *net);                               /* who is to go is soon the question */
void net_keep_below_limit(struct net *net, const struct net_entry *used); /* the one that is in use stays */

#endif
