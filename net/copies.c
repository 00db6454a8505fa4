/* copies.c - packets that were captured twice. */
#include "net/internal.h"

#include <glib.h>

/* A copy of a packet (capture on all interfaces of a router, mirror port that sees both sides) comes within this time.
 */
#define COPY_NS UINT64_C(3000000)

bool net_is_copy_time(int64_t a_ns, int64_t b_ns)
{
    int64_t low = MIN(a_ns, b_ns), high = MAX(a_ns, b_ns);
    return (uint64_t)high - (uint64_t)low <= COPY_NS;
}

bool net_track_duplicate(struct net_tracker *tracker, const struct net_packet *packet, int half)
{
    uint32_t known = tracker->recent_count < NET_RECENT_MAX ? tracker->recent_count : NET_RECENT_MAX;
    for (uint32_t i = 0; i < known; i++) {
        const struct net_recent *recent = &tracker->recent[i];
        if (tracker->recent_hash[i] == packet->header_hash && recent->half == half &&
            net_is_copy_time(recent->time_ns, packet->time_ns))
            return true;
    }
    uint32_t place = tracker->recent_count % NET_RECENT_MAX;
    tracker->recent_hash[place] = packet->header_hash;
    tracker->recent[place] = (struct net_recent){half, packet->time_ns};
    tracker->recent_count++;
    if (tracker->recent_count == 2 * NET_RECENT_MAX) /* stays small, keeps its place in the ring */
        tracker->recent_count = NET_RECENT_MAX;
    return false;
}
