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

/* Microseconds, nearly: they come again after more than an hour. */
static uint32_t recent_time(int64_t ns)
{
    return (uint32_t)((uint64_t)ns >> 10);
}

static bool is_recent(uint32_t a, uint32_t b)
{
    uint32_t apart = (int32_t)(a - b) < 0 ? b - a : a - b;
    return apart <= (COPY_NS >> 10);
}

bool net_track_duplicate(struct net_tracker *tracker, const struct net_packet *packet, int half)
{
    struct net_recent own = {packet->header_hash ^ (uint32_t)half, recent_time(packet->time_ns)};
    bool any = false;
    for (int i = 0; i < NET_RECENT_MAX; i++) /* without a way out: one comparison of all */
        any |= tracker->recent[i].hash == own.hash;
    for (int i = 0; any && i < NET_RECENT_MAX; i++)
        if (tracker->recent[i].hash == own.hash && is_recent(tracker->recent[i].time, own.time))
            return true;
    tracker->recent[tracker->recent_next] = own;
    tracker->recent_next = (tracker->recent_next + 1) % NET_RECENT_MAX;
    return false;
}
