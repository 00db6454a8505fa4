/* join.c - from a fragment to the packet of the datagram that it completes. */
#include "net/internal.h"

/* A datagram made of fragments may be a tunnel packet that holds a fragment, and so on. */
enum { JOINS_MAX = 4 };

/* False when there is nothing to go on with. */
static bool join_once(struct net_fragments *fragments, struct net_packet *packet, struct net_part *part,
                      struct net_frames *earlier, int64_t now_ns, enum net_joined *joined, uint64_t *flow)
{
    uint64_t frame = packet->frame;
    int64_t time_ns = packet->time_ns;
    *joined = net_fragments_take(fragments, part, earlier, frame, now_ns, flow);
    if (*joined != NET_JOINED_WHOLE)
        return false;
    net_frame_continue(packet, part);
    packet->frame = frame;
    packet->time_ns = time_ns;
    return packet->kind == NET_KIND_FRAGMENT;
}

uint64_t net_join(struct net_fragments *fragments, struct net_packet *packet, struct net_part *part,
                  struct net_frames *earlier, int64_t now_ns, struct net_counters *counters)
{
    uint64_t flow = 0;
    enum net_joined joined = NET_JOINED_WHOLE;
    int joins = 0;
    while (joins < JOINS_MAX && join_once(fragments, packet, part, earlier, now_ns, &joined, &flow))
        joins++;
    if (joined == NET_JOINED_MALFORMED || joins == JOINS_MAX)
        packet->kind = NET_KIND_MALFORMED;
    counters->joined += earlier->count + (joined == NET_JOINED_COPY ? 1 : 0);
    counters->fragments = net_fragments_lost(fragments);
    return flow;
}
