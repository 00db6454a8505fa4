/*
 * probe.c - control connections on ports that nobody named: what may be one is read and kept until both ends have said
 * their first words (first_words.h); then it is one, from its first byte on, or only counted like any other.
 *
 * Which of the two was captured first does not matter: neighbours in a capture change places, and scripts say USER
 * before they are greeted. Bytes that are missing do: then it is none. A session made of half a greeting would be a
 * guess, and whoever knows better says so with --port; what else such a capture lacks is told by the sessions on port
 * 21. Nor is a connection where the client never speaks: a mail server's banner looks the same.
 *
 * A session is numbered when it is known to be one. Flow ids ascend by the first packet, as always; numbers of sessions
 * that greet in another order than they were opened do not.
 */
#include <string.h>

#include "pipeline/first_words.h"
#include "pipeline/internal.h"

/* Of the segments that brought the bytes only those matter that brought the end of a line, and the last. */
struct segment {
    int half;
    guint end; /* position behind its bytes */
    uint64_t ack, frame;
    int64_t time_ns;
};

struct probe {
    struct net_flow *flow;
    GByteArray *bytes[2];
    unsigned lines[2];
    GArray *segments;       /* struct segment, with line ends */
    struct segment tail[2]; /* behind the last line end of each direction; end 0: nothing */
    struct first_greeting greeting;
    GList *place; /* in pipeline.probes */
};

void probe_free(struct pipeline *p, struct net_flow *flow)
{
    struct probe *probe = flow->probe;

    if (probe == NULL)
        return;
    flow->probe = NULL;
    g_queue_delete_link(p->probes, probe->place);
    g_byte_array_free(probe->bytes[0], TRUE);
    g_byte_array_free(probe->bytes[1], TRUE);
    g_array_free(probe->segments, TRUE);
    g_free(probe);
}

static struct fsc_span head_of(const struct net_half *half)
{
    return (struct fsc_span){half->head, half->head_len};
}

/* By the first bytes, where they are here: those of most protocols say no. */
static bool is_suspect(const struct net_flow *flow, const struct net_packet *packet)
{
    struct first_greeting greeting = {.seen = 0};

    return flow->first_half_certain && !flow->wanted && packet->payload.n > 0 &&
           first_greeting(&greeting, head_of(&flow->half[1])) != FIRST_NO &&
           first_command(head_of(&flow->half[0])) != FIRST_NO;
}

static void make_room(struct pipeline *p)
{
    if (g_queue_get_length(p->probes) < PROBES_MAX)
        return;
    const struct probe *oldest = g_queue_peek_head(p->probes);
    struct net_flow *flow = oldest->flow;
    p->totals.evicted += !flow_over(flow);
    probe_free(p, flow);
    net_probe_end(p->net, flow);
}

bool probe_begin(struct pipeline *p, struct net_flow *flow, const struct net_packet *packet)
{
    if (p->probes == NULL || !is_suspect(flow, packet))
        return false;
    make_room(p);
    struct probe *probe = g_new0(struct probe, 1);
    probe->flow = flow;
    probe->bytes[0] = g_byte_array_new();
    probe->bytes[1] = g_byte_array_new();
    probe->segments = g_array_new(FALSE, FALSE, sizeof(struct segment));
    g_queue_push_tail(p->probes, probe);
    probe->place = p->probes->tail;
    flow->probe = probe;
    return true;
}

static unsigned count_lines(struct fsc_span bytes)
{
    unsigned count = 0;

    for (size_t i = 0; i < bytes.n; i++)
        count += bytes.p[i] == '\n';
    return count;
}

static void keep(struct probe *probe, struct segment *segment, struct fsc_span bytes)
{
    int half = segment->half;
    unsigned lines = count_lines(bytes);

    g_byte_array_append(probe->bytes[half], bytes.p, (guint)bytes.n);
    segment->end = probe->bytes[half]->len;
    probe->lines[half] += lines;
    probe->tail[half] = lines == 0 ? *segment : (struct segment){.end = 0};
    if (lines > 0)
        g_array_append_val(probe->segments, *segment);
}

static struct fsc_span bytes_of(const struct probe *probe, int half)
{
    return (struct fsc_span){probe->bytes[half]->data, probe->bytes[half]->len};
}

static enum first_answer ask(struct probe *probe)
{
    for (int half = 0; half < 2; half++)
        if (probe->bytes[half]->len > PROBE_BYTES_MAX || probe->lines[half] > PROBE_LINES_MAX)
            return FIRST_NO;
    enum first_answer greeting = first_greeting(&probe->greeting, bytes_of(probe, 1));
    enum first_answer command = first_command(bytes_of(probe, 0));
    if (greeting == FIRST_NO || command == FIRST_NO)
        return FIRST_NO;
    return greeting == FIRST_YES && command == FIRST_YES ? FIRST_YES : FIRST_MORE;
}

static void replay_segment(struct conversation *c, const struct probe *probe, const struct segment *segment,
                           guint at[2])
{
    guint pos = at[segment->half];
    struct fsc_span bytes = {probe->bytes[segment->half]->data + pos, segment->end - pos};
    struct net_packet packet = {.kind = NET_KIND_TCP, .frame = segment->frame, .time_ns = segment->time_ns};

    at[segment->half] = segment->end;
    conversation_bytes(c, segment->half, pos, bytes, segment->ack, &packet);
}

/* The last segment decided: all others are older. */
static void replay(struct conversation *c, const struct probe *probe)
{
    guint at[2] = {0, 0};

    for (guint i = 0; i < probe->segments->len; i++) {
        bool last = i == probe->segments->len - 1;
        for (int half = 0; last && half < 2; half++)
            if (probe->tail[half].end > 0)
                replay_segment(c, probe, &probe->tail[half], at);
        replay_segment(c, probe, &g_array_index(probe->segments, struct segment, i), at);
    }
}

static void become_session(struct pipeline *p, struct net_flow *flow)
{
    struct probe *probe = flow->probe;

    expectation_flow_disowned(p, flow);
    flow->role = NET_ROLE_READ;
    flow->owner = conversation_open(p, flow);
    replay(flow->owner, probe);
    probe_free(p, flow);
}

void probe_bytes(struct pipeline *p, struct net_flow *flow, int half, struct fsc_span bytes, uint64_t ack,
                 const struct net_packet *packet)
{
    struct probe *probe = flow->probe;
    struct segment segment = {.half = half, .ack = ack, .frame = packet->frame, .time_ns = packet->time_ns};

    keep(probe, &segment, bytes);
    enum first_answer answer =
        flow->wanted ? FIRST_NO : ask(probe); /* wanted: another session announced it meanwhile */
    if (answer == FIRST_YES) {
        become_session(p, flow);
    } else if (answer == FIRST_NO) {
        flow->role = NET_ROLE_COUNT;
        probe_free(p, flow);
    }
}
