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
    uint32_t own = packet->header_hash ^ (uint32_t)half;
    bool any = false;
    for (int i = 0; i < NET_RECENT_MAX; i++) /* without a way out: one comparison of all */
        any |= tracker->recent[i] == own;
    for (int i = 0; any && i < NET_RECENT_MAX; i++)
        if (tracker->recent[i] == own && net_is_copy_time(tracker->recent_ns[i], packet->time_ns))
            return true;
    uint32_t place = tracker->recent_next;
    tracker->recent[place] = own;
    tracker->recent_ns[place] = packet->time_ns;
    tracker->recent_next = (place + 1) % NET_RECENT_MAX;
    return false;
}
