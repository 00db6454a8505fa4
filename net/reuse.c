/* reuse.c - the same two endpoints for another connection: an active-mode server connects from port 20 again and again,
 * and clients with few ports come back to them within seconds. */
#include "net/internal.h"

static enum net_reuse reuse_by_syn(const struct net_flow *flow, struct net_tracker *tracker,
                                   const struct net_packet *packet, int half, bool long_idle)
{
    const struct net_seq *seq = &tracker->seq[half];
    bool same = seq->based && (seq->base == packet->seq + 1 ||
                               (!seq->fixed && seq->base - (packet->seq + 1) <= packet->payload_len + 1));
    if (same)
        return NET_REUSE_NO;
    bool crossing = half == 1 && !seq->based; /* both ends open at once, RFC 9293 section 3.5 */
    if (net_track_finished(flow) || long_idle || (net_track_unanswered(flow) && !crossing))
        return NET_REUSE_YES;
    /* A connection that lives as far as we saw. Its end may not have been captured: the answer to this SYN will tell.
     */
    tracker->stray = *packet;
    tracker->stray.payload = (struct fsc_span){NULL, 0};
    tracker->stray_half = half;
    tracker->stray_seen = seq->based;
    return NET_REUSE_NO;
}

enum net_reuse net_track_reuses(const struct net_flow *flow, struct net_tracker *tracker,
                                const struct net_packet *packet, int half, bool long_idle)
{
    if (net_is_syn(packet))
        return reuse_by_syn(flow, tracker, packet, half, long_idle);
    if (!net_is_synack(packet))
        return NET_REUSE_NO;
    const struct net_seq *seq = &tracker->seq[half];
    if (seq->based && seq->base == packet->seq + 1)
        return NET_REUSE_NO;
    bool answers = packet->ack - (tracker->stray.seq + 1) <= tracker->stray.payload_len;
    if (tracker->stray_seen && tracker->stray_half != half && answers)
        return NET_REUSE_STRAY;
    if (!seq->fixed)
        return NET_REUSE_NO;
    return net_track_finished(flow) || long_idle ? NET_REUSE_YES : NET_REUSE_NO;
}
