/* track.c - what the headers of a connection tell: handshake, resets, FIN order, and byte counts by sequence number. */
#include "net/internal.h"

#include <glib.h>
#include <string.h>

/* The largest window of TCP is 1 GiB (RFC 7323): a number farther off belongs to no byte of this connection. */
enum { JUMP_MAX = 1 << 30 };

/* How far from the sender's last byte a reset may stand: more than any window in use, a 128th of all numbers. */
enum { RESET_WINDOW = 1 << 24 };

static bool has(const struct net_packet *packet, unsigned flags)
{
    return (packet->flags & flags) != 0;
}

bool net_track_finished(const struct net_flow *flow)
{
    return flow->first_rst >= 0 || (flow->half[0].fin_seen && flow->half[1].fin_seen);
}

bool net_track_unanswered(const struct net_flow *flow)
{
    return flow->syns > 0 && flow->half[1].last_packet_ns == 0 && flow->half[1].ttl == 0 && flow->synacks == 0 &&
           !flow->initiator_sent_more;
}

/* ---- sequence numbers ---- */

static int64_t position(const struct net_half *half, const struct net_seq *seq, uint32_t number)
{
    uint32_t reference = seq->base + (uint32_t)half->bytes;
    return (int64_t)half->bytes + (int32_t)(number - reference);
}

static void base_set(struct net_seq *seq, uint32_t base, bool fixed)
{
    seq->base = base;
    seq->based = true;
    seq->fixed = fixed;
}

/* A base that was only guessed moves down to `base`; no byte was counted from it yet. What lies between was sent. */
static void base_lower(struct net_half *half, struct net_seq *seq, uint32_t base)
{
    uint32_t below = seq->base - base;
    net_holes_add(half, 0, below);
    half->bytes = below;
    half->acked = seq->by_ack ? below : 0;
    base_set(seq, base, true);
}

static void syn_number(struct net_half *half, struct net_seq *seq, const struct net_packet *packet)
{
    uint32_t base = packet->seq + 1;
    if (!seq->based)
        base_set(seq, base, true);
    else if (!seq->fixed && half->bytes == 0 && seq->base - base <= packet->payload_len)
        base_lower(half, seq, base);
    else if (!seq->fixed && half->bytes == 0 && seq->base - base == 1) { /* guessed from the ACK of a FIN */
        base_set(seq, base, true);
        half->acked = 1;
    }
    if (seq->based && seq->base == base) {
        seq->fixed = true;
        seq->isn_known = true;
        seq->syn_payload = MAX(seq->syn_payload, packet->payload_len);
    }
}

/* Joined without a SYN: position 0 is the first byte seen. A guess from an ACK may lie above it (the reply was captured
 * before its command) or one below (a keep-alive probe repeats the last byte). */
static void join(struct net_half *half, struct net_seq *seq, const struct net_packet *packet)
{
    if (!seq->based) {
        base_set(seq, packet->seq, packet->payload_len > 0);
        return;
    }
    if (seq->fixed || packet->payload_len == 0)
        return;
    uint32_t below = seq->base - packet->seq;
    if (below > 0 && below <= JUMP_MAX && half->bytes == 0)
        base_lower(half, seq, packet->seq);
    seq->fixed = true;
}

/*
 * One number far ahead is of another connection or forged. A second witness of the same place (the peer's
 * acknowledgement, or the packet right behind) proves that more than a window of packets is missing from the capture:
 * dropped for minutes, or cut out of the file.
 */
static bool is_stray(const struct net_half *half, struct net_seq *seq, uint32_t number, uint32_t next)
{
    if (position(half, seq, number) - (int64_t)half->bytes <= JUMP_MAX)
        return false;
    bool follows = seq->far_seen && seq->far_next == number;
    seq->far_seen = true;
    seq->far_next = next;
    return !follows;
}

/* ---- acknowledgements ---- */

/* The position that `packet` acknowledges. */
static uint64_t acknowledged(struct net_half *peer, struct net_seq *seq, const struct net_packet *packet)
{
    if (!seq->based) {
        base_set(seq, packet->ack, false);
        seq->by_ack = true;
    }
    int64_t pos = position(peer, seq, packet->ack);
    if (pos == 1 && !seq->fixed && peer->bytes == 0) {
        base_set(seq, packet->ack, false); /* answers the probe that gave the first guess */
        seq->by_ack = true;
        return 0;
    }
    if (pos <= 0 || is_stray(peer, seq, packet->ack, packet->ack))
        return 0;
    if (peer->fin_seen && (uint64_t)pos == peer->fin_pos + 1)
        return peer->fin_pos;
    return (uint64_t)pos;
}

static void take_ack(struct net_half *peer, struct net_seq *seq, const struct net_packet *packet, struct net_place *out)
{
    if (!has(packet, NET_ACK) || has(packet, NET_RST))
        return;
    out->ack = acknowledged(peer, seq, packet);
    /* The last number may be that of a FIN, lost or captured later: no byte until something stands behind it. */
    if (out->ack > peer->bytes + 1) {
        net_holes_add(peer, peer->bytes, out->ack - 1);
        peer->bytes = out->ack - 1;
        seq->fixed = true;
    }
    peer->acked = MAX(peer->acked, out->ack);
}

/* ---- payload ---- */

static void take_head(struct net_half *half, int64_t pos, struct fsc_span payload)
{
    if (half->head_len == NET_HEAD_MAX || pos > half->head_len || pos + (int64_t)payload.n <= half->head_len)
        return;
    size_t skip = (size_t)(half->head_len - pos);
    size_t len = MIN(payload.n - skip, (size_t)(NET_HEAD_MAX - half->head_len));
    memcpy(half->head + half->head_len, payload.p + skip, len);
    half->head_len = (uint8_t)(half->head_len + len);
}

/* A probe repeats the byte before the next one (or none) when everything was acknowledged, RFC 9293 section 3.8.4. In a
 * hole it is the byte itself, captured behind its acknowledgement. */
static bool is_probe(const struct net_half *half, const struct net_packet *packet, int64_t pos)
{
    return packet->payload_len == 1 && !has(packet, NET_SYN | NET_FIN) && half->bytes > 0 &&
           pos == (int64_t)half->bytes - 1 && half->acked >= half->bytes && !net_holes_have(half, half->bytes - 1);
}

static void count_range(struct net_half *half, uint64_t from, uint64_t to)
{
    if (from > half->bytes)
        net_holes_add(half, half->bytes, from);
    else if (from < half->bytes) {
        uint64_t known_end = MIN(to, half->bytes);
        half->retransmitted_bytes += known_end - from - net_holes_fill(half, from, known_end);
    }
    half->bytes = MAX(half->bytes, to);
}

static void take_payload(struct net_half *half, struct net_seq *seq, const struct net_packet *packet,
                         struct net_place *out)
{
    int64_t end = out->pos + packet->payload_len;
    if (packet->payload_len == 0 || is_probe(half, packet, out->pos))
        return;
    if (is_stray(half, seq, packet->seq, packet->seq + packet->payload_len))
        return;
    if (half->first_payload_frame == 0) {
        half->first_payload_frame = packet->frame;
        half->first_payload_ns = packet->time_ns;
        out->changed = true;
    }
    half->last_payload_frame = packet->frame;
    half->last_payload_ns = packet->time_ns;
    out->readable = true;
    if (out->pos < 0) /* from before the capture began, sent again */
        half->retransmitted_bytes += (uint64_t)(MIN(end, 0) - out->pos);
    if (end <= 0)
        return;
    take_head(half, out->pos, packet->payload);
    out->fresh = (uint64_t)end > half->bytes;
    count_range(half, (uint64_t)MAX(out->pos, 0), (uint64_t)end);
}

/* ---- flags ---- */

/* A reset is believed near the bytes of its sender (RFC 9293 section 3.10.7.4, generously): a blind one with a guessed
 * number ends nothing. Before both ends have shown their numbers any may be the answer to a SYN. */
static bool is_reset_in_window(const struct net_flow *flow, const struct net_seq *seq, const struct net_packet *packet,
                               const struct net_half *half)
{
    if (!seq->isn_known || flow->synacks == 0)
        return true;
    int64_t away = position(half, seq, packet->seq) - (int64_t)half->bytes;
    return away >= -RESET_WINDOW && away <= RESET_WINDOW;
}

/* Windows repeats a refused SYN: the listener may have come up in between. Then the connection was not refused after
 * all. */
static void take_synack(struct net_flow *flow, const struct net_packet *packet)
{
    if (flow->synacks++ > 0)
        return;
    flow->synack_frame = packet->frame;
    flow->synack_ns = packet->time_ns;
    if (!flow->rst_answers_syn)
        return;
    flow->rst_answers_syn = false;
    flow->first_rst = -1;
    flow->rst_before_fin = false;
    flow->half[1].rst_seen = false;
}

static void take_syn(struct net_flow *flow, struct net_tracker *tracker, const struct net_packet *packet,
                     struct net_place *out)
{
    struct net_seq *seq = &tracker->seq[out->half];
    syn_number(&flow->half[out->half], seq, packet);
    if (seq->base != packet->seq + 1)
        return; /* of another connection: net_track_reuses keeps it in mind */
    flow->half[out->half].syn_seen = true;
    flow->first_half_certain = true;
    out->changed = true;
    if (net_is_syn(packet) && out->half == 0) {
        if (flow->syns++ == 0) {
            flow->syn_frame = packet->frame;
            flow->syn_ns = packet->time_ns;
        }
        flow->last_syn_frame = packet->frame;
        flow->last_syn_ns = packet->time_ns;
    }
    if (net_is_synack(packet))
        take_synack(flow, packet);
}

/* The reset of the other side, captured a little before this FIN, acknowledges it. */
static bool reset_answers_fin(const struct net_flow *flow, const struct net_tracker *tracker, int half)
{
    const struct net_seq *seq = &tracker->seq[half];
    uint32_t acknowledged = tracker->seq[!half].rst_ack;
    return flow->first_rst == !half && acknowledged == seq->base + (uint32_t)flow->half[half].fin_pos + 1;
}

static void take_fin(struct net_flow *flow, struct net_tracker *tracker, const struct net_packet *packet,
                     struct net_place *out)
{
    struct net_seq *seq = &tracker->seq[out->half];
    struct net_half *half = &flow->half[out->half];
    int64_t pos = out->pos + packet->payload_len;
    if (half->fin_seen || pos < 0 || pos - (int64_t)half->bytes > JUMP_MAX)
        return;
    seq->fixed = true;
    half->fin_seen = true;
    half->fin_pos = (uint64_t)pos;
    half->fin_frame = packet->frame;
    half->fin_ns = packet->time_ns;
    if (half->fin_pos > half->bytes) {
        net_holes_add(half, half->bytes, half->fin_pos);
        half->bytes = half->fin_pos;
    }
    half->acked = MIN(half->acked, half->bytes);
    seq->fin_ack = packet->ack;
    if (flow->first_fin < 0)
        flow->first_fin = out->half;
    if (reset_answers_fin(flow, tracker, out->half))
        flow->rst_before_fin = false;
    out->changed = true;
}

/* Does the FIN of `half` acknowledge one number behind all bytes known of the other direction? */
static bool fin_answers(const struct net_flow *flow, const struct net_tracker *tracker, int half)
{
    const struct net_half *other = &flow->half[!half];
    uint64_t end = other->fin_seen ? other->fin_pos : other->bytes;
    return tracker->seq[half].fin_ack == tracker->seq[!half].base + (uint32_t)end + 1;
}

/* Who closed first is read from what the FINs acknowledge: packets may be captured in another order, or not at all. */
static void order_fins(struct net_flow *flow, const struct net_tracker *tracker)
{
    bool both = flow->half[0].fin_seen && flow->half[1].fin_seen;
    int half = flow->half[0].fin_seen ? 0 : 1;
    bool answers = fin_answers(flow, tracker, half);
    if (both && answers != fin_answers(flow, tracker, !half))
        flow->first_fin = answers ? !half : half;
    if (both)
        return;
    const struct net_half *other = &flow->half[!half];
    bool hole = other->bytes > 0 && net_holes_have(other, other->bytes - 1);
    /* It answers a FIN that was not captured, or the last one of bytes that were not. */
    flow->first_fin = !answers ? half : hole ? -1 : !half;
}

/* When the initiator sent more than its SYN, there was an answer that we did not see.
 * A Fast Open SYN may be refused together with its bytes (RFC 7413). */
static bool answers_syn(const struct net_flow *flow, const struct net_seq *seq, const struct net_packet *packet)
{
    return flow->syns > 0 && flow->synacks == 0 && !flow->initiator_sent_more && has(packet, NET_ACK) &&
           seq->isn_known && (packet->ack == seq->base || packet->ack == seq->base + seq->syn_payload);
}

static void take_rst(struct net_flow *flow, struct net_tracker *tracker, const struct net_packet *packet,
                     struct net_place *out)
{
    struct net_half *half = &flow->half[out->half];
    if (half->rst_seen || !is_reset_in_window(flow, &tracker->seq[out->half], packet, half))
        return;
    half->rst_seen = true;
    half->rst_frame = packet->frame;
    half->rst_ns = packet->time_ns;
    half->rst_ttl = packet->ttl;
    tracker->seq[out->half].rst_ack = has(packet, NET_ACK) ? packet->ack : 0;
    if (out->half == 1 && answers_syn(flow, &tracker->seq[0], packet))
        flow->rst_answers_syn = true;
    if (flow->first_rst < 0) {
        flow->first_rst = out->half;
        flow->rst_before_fin = !flow->half[0].fin_seen && !flow->half[1].fin_seen;
    }
    out->changed = true;
}

static void take_plain(struct net_flow *flow, const struct net_packet *packet, struct net_place *out)
{
    if (out->half != 0)
        return;
    flow->initiator_sent_more = true;
    if (flow->established_ns == 0 && flow->synack_frame != 0 && has(packet, NET_ACK)) {
        flow->established_ns = packet->time_ns;
        out->changed = true;
    }
}

static void take_common(struct net_flow *flow, const struct net_packet *packet, struct net_half *half)
{
    flow->last_frame = MAX(flow->last_frame, packet->frame);
    flow->last_ns = packet->time_ns;
    half->last_packet_ns = packet->time_ns;
    if (half->ttl == 0 && !has(packet, NET_RST))
        half->ttl = packet->ttl;
}

/* Numbers behind the FIN of a connection that both ends closed belong to the next one with the same ports, whose SYN
 * was lost or is captured later. */
static bool is_behind_end(const struct net_flow *flow, int half, int64_t pos)
{
    return flow->half[0].fin_seen && flow->half[1].fin_seen && pos > (int64_t)flow->half[half].fin_pos + 1;
}

void net_track_packet(struct net_flow *flow, struct net_tracker *tracker, const struct net_packet *packet, int half,
                      struct net_place *out)
{
    struct net_half *own = &flow->half[half];
    struct net_seq *seq = &tracker->seq[half];
    bool syn = has(packet, NET_SYN) && !has(packet, NET_RST);
    *out = (struct net_place){.half = half};
    take_common(flow, packet, own);
    if (has(packet, NET_RST)) {
        take_rst(flow, tracker, packet, out);
        return;
    }
    if (syn)
        take_syn(flow, tracker, packet, out);
    else
        join(own, seq, packet);
    if (syn && seq->base != packet->seq + 1)
        return;
    if (!is_behind_end(flow, !half, position(&flow->half[!half], &tracker->seq[!half], packet->ack)))
        take_ack(&flow->half[!half], &tracker->seq[!half], packet, out);
    out->pos = position(own, seq, packet->seq + (syn ? 1 : 0));
    if (is_behind_end(flow, half, out->pos))
        return;
    take_payload(own, seq, packet, out);
    if (has(packet, NET_FIN))
        take_fin(flow, tracker, packet, out);
    if (own->fin_seen || flow->half[!half].fin_seen)
        order_fins(flow, tracker);
    if (!syn)
        take_plain(flow, packet, out);
}

bool net_track_icmp(struct net_flow *flow, const struct net_tracker *tracker, const struct net_packet *packet)
{
    const struct net_seq *seq = &tracker->seq[0];
    bool of_initiator = packet->from.port == flow->half[0].from.port &&
                        memcmp(&packet->from.addr, &flow->half[0].from.addr, sizeof(packet->from.addr)) == 0;
    if (flow->icmp_frame != 0 || !of_initiator || !seq->isn_known || packet->seq != seq->base - 1)
        return false;
    flow->icmp_frame = packet->frame;
    flow->icmp_ns = packet->time_ns;
    flow->icmp_type = packet->icmp_type;
    flow->icmp_code = packet->icmp_code;
    flow->icmp_v6 = packet->icmp_v6;
    flow->icmp_from = packet->icmp_from;
    return true;
}

void net_track_free(struct net_flow *flow)
{
    for (int i = 0; i < 2; i++)
        net_holes_free(&flow->half[i]);
}
