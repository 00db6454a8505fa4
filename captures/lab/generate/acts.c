/* acts.c - packets without payload, and their usual sequences. */
#include "captures/lab/generate/acts.h"

#include <assert.h>

enum { AT_ONCE_US = 20 };

void acts_add(struct acts *acts, uint32_t delay_us, enum side from, enum act_kind kind, bool data, unsigned detail)
{
    if (acts_empty(acts))
        acts->first = acts->count = 0;
    assert(acts->count < ACTS_MAX);
    acts->list[acts->count++] = (struct act){delay_us, (uint8_t)kind, (uint8_t)from, (uint8_t)detail, data};
}

static uint32_t answer_us(enum side from, uint32_t trip_us)
{
    return from == SERVER ? trip_us : AT_ONCE_US;
}

void acts_open(struct acts *acts, uint32_t delay_us, uint32_t trip_us, enum side from, bool data)
{
    enum side other = from == CLIENT ? SERVER : CLIENT;

    acts_add(acts, delay_us, from, ACT_SYN, data, 0);
    acts_add(acts, answer_us(other, trip_us), other, ACT_SYN_ACK, data, 0);
    acts_add(acts, answer_us(from, trip_us), from, ACT_ACK, data, 0);
}

void acts_close(struct acts *acts, uint32_t delay_us, uint32_t trip_us, enum side from, bool data)
{
    enum side other = from == CLIENT ? SERVER : CLIENT;

    acts_add(acts, delay_us, from, ACT_FIN, data, 0);
    acts_add(acts, answer_us(other, trip_us), other, ACT_FIN, data, 0);
    acts_add(acts, answer_us(from, trip_us), from, ACT_ACK, data, 0);
}

static void prepare(const struct act *act, struct link *link)
{
    if (act->kind == ACT_SYN_AGAIN)
        link->next[act->from]--;
    if (act->kind == ACT_REFUSE)
        link->next[act->from] = 0; /* of a host without such a connection (RFC 9293, 3.5.2) */
}

void act_send(const struct act *act, struct wire *wire, struct link *link, uint32_t behind, uint64_t at_ns)
{
    static const unsigned flags[] = {
        [ACT_SYN] = TCP_SYN,           [ACT_SYN_AGAIN] = TCP_SYN,        [ACT_SYN_ACK] = TCP_SYN | TCP_ACK,
        [ACT_ACK] = TCP_ACK,           [ACT_REFUSE] = TCP_RST | TCP_ACK, [ACT_RESET] = TCP_RST | TCP_ACK,
        [ACT_FIN] = TCP_FIN | TCP_ACK,
    };

    prepare(act, link);
    wire_tcp(wire, link, act->from == CLIENT ? CLIENT : SERVER, flags[act->kind], 0, behind, at_ns);
}
