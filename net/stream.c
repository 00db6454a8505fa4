/*
 * stream.c - the bytes of the connections that are read, in order, and in the order in which the two ends saw them.
 *
 * In order and with nothing waiting, payload goes to the host where it lies in the capture buffer. Everything else
 * waits in `waiting`, an array of disjoint pieces sorted by position: what was captured first wins, a later segment
 * adds only the bytes that are new. The front piece is delivered when it begins at `next` AND the other direction was
 * delivered up to what the piece acknowledges: so a reply never overtakes its command.
 *
 * A hole that the peer acknowledged was sent and received: only a capture that is out of order can still bring it. What
 * shuffles packets are the queues of a network card and the interfaces of a router, and both keep the packets of one
 * direction in order but for neighbours. So the hole is lost when its own direction went on without it: with the answer
 * to bytes that were sent in knowledge of it (a round trip later), or with a few packets, and some milliseconds for
 * neighbours that changed places. Else it is lost after a while of packet time: one direction may be
 * captured later than the other (two taps), and then every acknowledgement stands before its bytes.
 *
 * `lost_below` is the position below which holes are lost; `armed_pos` is what becomes lost when the wait is over.
 *
 * Of a probe (NET_ROLE_PROBE) nothing is given up: a hole ends it, before any count of the flow is touched.
 */
#include "net/pieces.h"

#include <glib.h>
#include <string.h>

struct side {
    /* What each packet asks for stands in front: see net_entry. */
    _Alignas(NET_CACHE_LINE) uint64_t next; /* everything below was delivered or reported as a gap */
    uint64_t lost_below;
    uint64_t excused; /* one byte below this may be a FIN not captured: nobody waits for it any more */
    bool armed;
    bool answered;   /* this direction acknowledged the bytes before answer_end */
    uint32_t passed; /* packets of this direction from behind the hole since then */
    struct net_pieces pieces;
    uint64_t armed_pos;
    int64_t armed_ns;
    uint64_t answer_end; /* position behind bytes of the other direction that knew of the hole's, 0 none yet */
};

static struct side *side_of(const struct net_flow *flow, int half)
{
    return flow->half[half].reader;
}

/* Both in one piece of memory: each packet asks for both. */
void net_stream_open(struct net_flow *flow, struct net_buffers *buffers, struct slabs *slabs)
{
    struct side *sides = slabs_take(slabs, 2 * sizeof(struct side));

    for (int i = 0; i < 2; i++) {
        sides[i].pieces.buffers = buffers;
        flow->half[i].reader = &sides[i];
    }
}

bool net_stream_is_open(const struct net_flow *flow)
{
    return flow->half[0].reader != NULL;
}

size_t net_stream_memory(const struct net_flow *flow)
{
    size_t memory = 0;
    for (int i = 0; i < 2; i++) {
        const struct side *side = side_of(flow, i);
        if (side != NULL)
            memory += sizeof(*side) + side->pieces.held + side->pieces.room * sizeof(*side->pieces.waiting);
    }
    return memory;
}

/* ---- delivery ---- */

/* Has `half` been delivered up to `ack`? Its FIN counts as delivered when all before it is. */
static bool is_heard(const struct net_flow *flow, int half, uint64_t ack)
{
    const struct side *side = side_of(flow, half);
    const struct net_half *end = &flow->half[half];
    if (ack <= side->next || (ack == side->next + 1 && ack <= side->excused))
        return true;
    return end->fin_seen && ack == end->fin_pos + 1 && side->next >= end->fin_pos;
}

static void emit_bytes(const struct net_stream_out *out, int half, struct fsc_span bytes, uint64_t ack,
                       const struct net_packet *packet)
{
    struct side *side = side_of(out->flow, half);
    uint64_t pos = side->next;
    side->next += bytes.n;
    side->passed = 0; /* what may still be missing is another hole */
    side->answered = false;
    ack = MIN(ack, out->flow->half[!half].bytes); /* of the bytes, without the FIN */
    out->host->bytes(out->host->host, out->flow, half, pos, bytes, ack, packet);
}

static void emit_gap(const struct net_stream_out *out, int half, uint64_t to)
{
    struct side *side = side_of(out->flow, half);
    uint64_t pos = side->next, len = to - pos;
    side->next = to;
    out->flow->gaps++;
    out->flow->gap_bytes += len;
    out->counters->gaps++;
    out->counters->gap_bytes += len;
    out->host->gap(out->host->host, out->flow, half, pos, len, out->packet);
}

static void end_probe(const struct net_stream_out *out)
{
    out->flow->role = NET_ROLE_COUNT;
    out->host->probe_lost(out->host->host, out->flow);
}

static void deliver_front(const struct net_stream_out *out, int half)
{
    struct side *side = side_of(out->flow, half);
    struct net_piece *piece = net_pieces_front(&side->pieces);
    if (piece->cut && out->flow->role == NET_ROLE_PROBE)
        end_probe(out);
    else if (piece->cut)
        emit_gap(out, half, piece->end);
    else
        emit_bytes(out, half, piece->packet.payload, piece->ack, &piece->packet);
    net_pieces_drop(&side->pieces);
}

static bool at_front(const struct side *side)
{
    return side->pieces.count > 0 && net_pieces_front(&side->pieces)->pos == side->next;
}

/* Reports what is lost before the front piece. */
static bool pass_hole(const struct net_stream_out *out, int half)
{
    const struct side *side = side_of(out->flow, half);
    uint64_t to = side->lost_below;
    if (side->pieces.count > 0)
        to = MIN(to, net_pieces_front(&side->pieces)->pos);
    if (to <= side->next)
        return false;
    emit_gap(out, half, to);
    return true;
}

/* The half whose front piece goes next, -1 when none can. Of two the one captured first; when each waits for the other
 * (a retransmission carries a newer acknowledgement than its bytes had) neither order is right, and the first captured
 * goes too. */
static int choose(const struct net_flow *flow)
{
    const struct side *a = side_of(flow, 0), *b = side_of(flow, 1);
    bool a_here = at_front(a), b_here = at_front(b);
    bool a_ready = a_here && is_heard(flow, 1, net_pieces_front(&a->pieces)->ack);
    bool b_ready = b_here && is_heard(flow, 0, net_pieces_front(&b->pieces)->ack);
    if (a_ready != b_ready)
        return a_ready ? 0 : 1;
    if (!a_here || !b_here)
        return -1;
    return net_pieces_front(&b->pieces)->packet.frame < net_pieces_front(&a->pieces)->packet.frame ? 1 : 0;
}

/* The host may end a probe in any call. */
static void pump(const struct net_stream_out *out)
{
    while (out->flow->role != NET_ROLE_COUNT) {
        if (pass_hole(out, 0) || pass_hole(out, 1))
            continue;
        int half = choose(out->flow);
        if (half < 0)
            return;
        deliver_front(out, half);
    }
}

/* ---- what is lost ---- */

static bool is_full(const struct net_flow *flow, const struct side *side)
{
    if (side->pieces.count == 0)
        return false;
    size_t max_side = side->pieces.buffers->max_side;
    if (flow->role == NET_ROLE_PROBE)
        max_side = MIN(max_side, NET_PROBE_BUFFER);
    return side->pieces.count > NET_SEGMENTS_MAX || side->pieces.held > max_side ||
           side->pieces.buffers->held > side->pieces.buffers->max_all;
}

/* The acknowledgement of lost bytes ends with their last one, unless the connection is ending: then it may be a FIN. */
static void claim_last(struct net_flow *flow, int half, uint64_t pos)
{
    struct net_half *lost = &flow->half[half];
    bool ending = flow->half[0].fin_seen || flow->half[1].fin_seen || flow->first_rst >= 0;
    if (ending || pos != lost->bytes + 1 || side_of(flow, half)->next >= lost->bytes)
        return;
    net_holes_add(lost, lost->bytes, pos);
    lost->bytes = pos;
}

static void give_up(const struct net_stream_out *out, int half, uint64_t pos)
{
    struct net_flow *flow = out->flow;
    struct side *side = side_of(flow, half);
    if (flow->role == NET_ROLE_PROBE)
        end_probe(out);
    if (flow->role == NET_ROLE_COUNT)
        return;
    if (pos <= flow->half[half].acked)
        claim_last(flow, half, pos);
    side->lost_below = MAX(side->lost_below, MIN(pos, flow->half[half].bytes));
    side->excused = MAX(side->excused, pos);
}

/* Gives up what the front piece waits for, until the buffer is within its limits again. */
static void relieve(const struct net_stream_out *out, int half)
{
    struct side *side = side_of(out->flow, half);
    while (out->flow->role != NET_ROLE_COUNT && is_full(out->flow, side)) {
        const struct net_piece *piece = net_pieces_front(&side->pieces);
        if (piece->pos > side->next)
            give_up(out, half, piece->pos);
        else
            give_up(out, !half, piece->ack);
        pump(out);
    }
}

static void arm(const struct net_stream_out *out, int half, int64_t now_ns)
{
    struct side *side = side_of(out->flow, half);
    if (side->armed && side->next >= side->armed_pos)
        side->armed = false;
    const struct side *other = side_of(out->flow, !half);
    uint64_t wanted = out->flow->half[half].acked;
    if (at_front(other) && !is_heard(out->flow, half, net_pieces_front(&other->pieces)->ack))
        wanted = MAX(wanted, net_pieces_front(&other->pieces)->ack);
    bool excused = wanted == side->next + 1 && wanted <= side->excused;
    if (side->armed || at_front(side) || wanted <= side->next || excused)
        return;
    side->armed = true;
    side->armed_pos = wanted;
    side->armed_ns = now_ns;
    side->passed = 0;
    side->answer_end = 0;
    side->answered = false;
}

static bool is_passed(const struct side *side, int64_t now_ns)
{
    return side->armed && (side->answered || side->passed >= NET_LOST_PACKETS) &&
           (uint64_t)now_ns - (uint64_t)side->armed_ns >= NET_SHUFFLED_NS;
}

static bool is_over(const struct side *side, int64_t now_ns)
{
    return is_passed(side, now_ns) || (side->armed && (uint64_t)now_ns - (uint64_t)side->armed_ns >= NET_LOST_NS);
}

static void end_wait(const struct net_stream_out *out, int half)
{
    struct side *side = side_of(out->flow, half);
    give_up(out, half, side->armed_pos);
    side->armed = false;
}

void net_stream_tick(const struct net_stream_out *out, int64_t now_ns)
{
    for (int half = 0; half < 2; half++) {
        if (is_over(side_of(out->flow, half), now_ns))
            end_wait(out, half);
    }
    pump(out);
    arm(out, 0, now_ns);
    arm(out, 1, now_ns);
}

void net_stream_flush(const struct net_stream_out *out)
{
    for (int half = 0; half < 2; half++)
        give_up(out, half, out->flow->half[half].bytes + 1);
    pump(out);
}

bool net_stream_waiting(const struct net_flow *flow)
{
    return net_stream_is_open(flow) && (side_of(flow, 0)->armed || side_of(flow, 1)->armed);
}

bool net_stream_holds(const struct net_flow *flow)
{
    return net_stream_is_open(flow) && (side_of(flow, 0)->pieces.count > 0 || side_of(flow, 1)->pieces.count > 0);
}

bool net_stream_misses(const struct net_flow *flow, int half)
{
    return net_stream_is_open(flow) && side_of(flow, half)->armed;
}

bool net_stream_overdue(const struct net_flow *flow, int64_t now_ns)
{
    return net_stream_is_open(flow) && (is_passed(side_of(flow, 0), now_ns) || is_passed(side_of(flow, 1), now_ns));
}

/* ---- packets ---- */

/* Straight from the capture buffer, up to the first piece that waits. */
static void deliver_direct(const struct net_stream_out *out, int half, const struct net_stretch *in)
{
    struct side *side = side_of(out->flow, half);
    uint64_t end = side->pieces.count > 0 ? MIN(net_pieces_front(&side->pieces)->pos, in->end) : in->end;
    if (in->pos > side->next || end <= side->next || !is_heard(out->flow, !half, in->ack))
        return;
    struct fsc_span bytes = {in->bytes + (side->next - in->pos), (size_t)(end - side->next)};
    emit_bytes(out, half, bytes, in->ack, in->packet);
}

static void skip_to(struct net_stretch *stretch, uint64_t pos)
{
    if (stretch->pos >= pos)
        return;
    if (stretch->bytes != NULL && pos < stretch->end)
        stretch->bytes += pos - stretch->pos;
    stretch->pos = pos;
}

static void take_segment(const struct net_stream_out *out, const struct net_place *place)
{
    struct side *side = side_of(out->flow, place->half);
    const struct net_packet *packet = out->packet;
    uint64_t before = place->pos < 0 ? (uint64_t)-place->pos : 0; /* bytes below position 0 */
    if (before >= packet->payload_len)
        return;
    uint64_t pos = place->pos < 0 ? 0 : (uint64_t)place->pos;
    uint64_t captured = packet->payload.n > before ? packet->payload.n - before : 0;
    struct net_stretch data = {pos, pos + captured, place->ack, NULL, packet};
    struct net_stretch cut = {data.end, pos + packet->payload_len - before, place->ack, NULL, packet};
    if (captured > 0) {
        data.bytes = packet->payload.p + before;
        deliver_direct(out, place->half, &data);
        skip_to(&data, side->next);
        net_pieces_keep(&side->pieces, &data);
    }
    skip_to(&cut, side->next);
    net_pieces_keep(&side->pieces, &cut);
    pump(out);
    relieve(out, place->half);
}

/* Packets from behind a hole of their direction, and bytes that acknowledge a hole of the other. */
static void take_witness(const struct net_flow *flow, const struct net_place *place, const struct net_packet *packet)
{
    struct side *own = side_of(flow, place->half), *other = side_of(flow, !place->half);
    const struct net_half *sender = &flow->half[place->half];
    if (place->pos < 0 || (uint64_t)place->pos > sender->bytes + 1)
        return;
    if (own->armed && (uint64_t)place->pos > own->next) {
        own->passed++;
        own->answered = own->answered || (own->answer_end > 0 && place->ack >= own->answer_end);
    }
    if (other->armed && other->answer_end == 0 && place->fresh && place->ack >= other->armed_pos)
        other->answer_end = (uint64_t)place->pos + packet->payload_len;
}

void net_stream_packet(const struct net_stream_out *out, const struct net_place *place, int64_t now_ns)
{
    if (place->readable)
        take_segment(out, place);
    net_stream_tick(out, now_ns);
    take_witness(out->flow, place, out->packet);
}

void net_stream_free(struct net_flow *flow, struct slabs *slabs)
{
    struct side *sides = flow->half[0].reader;

    if (sides == NULL)
        return;
    for (int i = 0; i < 2; i++) {
        flow->half[i].reader = NULL;
        while (sides[i].pieces.count > 0)
            net_pieces_drop(&sides[i].pieces);
        g_free(sides[i].pieces.waiting);
    }
    slabs_give(slabs, sides, 2 * sizeof(struct side));
}
