/* acts.h - the next packets of a conversation, as what is to be done; none is built before its turn. */
#ifndef GENERATE_ACTS_H
#define GENERATE_ACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "captures/lab/generate/wire.h"

enum act_kind {
    ACT_SYN,
    ACT_SYN_AGAIN, /* the same SYN once more */
    ACT_SYN_ACK,
    ACT_ACK,    /* detail: full segments of this burst that it acknowledges, 0: all */
    ACT_REFUSE, /* answers a SYN with a reset */
    ACT_RESET,
    ACT_FIN,
    ACT_LINE,    /* detail: which line (or lines) of text */
    ACT_SEGMENT, /* of a file or listing; detail: the last before a pause */
};

/* Small: a run may have a million conversations. */
struct act {
    uint32_t delay_us; /* after the packet before it */
    uint8_t kind, from, detail;
    bool data; /* on the data connection */
};

enum { ACTS_MAX = 14 };

struct acts {
    struct act list[ACTS_MAX];
    uint8_t first, count; /* first: the one that is due next */
};

static inline bool acts_empty(const struct acts *acts)
{
    return acts->first == acts->count;
}

/* Only after those before are done: there is room for what one step of a conversation needs. */
void acts_add(struct acts *acts, uint32_t delay_us, enum side from, enum act_kind kind, bool data, unsigned detail);

/* Three packets that open a connection. The answers take `trip_us`, as seen at the client. */
void acts_open(struct acts *acts, uint32_t delay_us, uint32_t trip_us, enum side from, bool data);

/* Three packets that close it. */
void acts_close(struct acts *acts, uint32_t delay_us, uint32_t trip_us, enum side from, bool data);

/* Sends what needs no payload: all but ACT_LINE and ACT_SEGMENT. `behind`: as in wire_tcp. */
void act_send(const struct act *act, struct wire *wire, struct link *link, uint32_t behind, uint64_t at_ns);

#endif
