/*
 * internal.h - what the files of monitor/net share and nobody else sees.
 *
 * Positions are 64-bit and count payload bytes of one direction; sequence numbers are the 32-bit numbers of the wire.
 * Only track.c converts between the two.
 */
#ifndef MONITOR_NET_INTERNAL_H
#define MONITOR_NET_INTERNAL_H

#include "monitor/net/net.h"

/* ---- cursor: the only way the decoders touch captured bytes ---- */

/* `wire` bytes are left of the packet, of which the first `n` were captured: n <= wire. */
struct net_cursor {
    const uint8_t *p;
    size_t n, wire;
};

enum net_step {
    NET_STEP_OK,
    NET_STEP_SHORT /* cut by the snap length */,
    NET_STEP_MALFORMED /* the packet itself ends */
};

/* Takes `len` bytes off the front; *out points to them. Nothing is taken unless NET_STEP_OK is returned. */
enum net_step net_cursor_take(struct net_cursor *cursor, size_t len, const uint8_t **out);
/* Cuts the packet to `len` bytes (padding, trailers). A length beyond the frame is believed: the rest was not captured.
 */
void net_cursor_limit(struct net_cursor *cursor, size_t len);
uint16_t net_be16(const uint8_t *p);
uint32_t net_be32(const uint8_t *p);

enum net_step net_link_strip(int linktype, struct net_cursor *cursor, bool *is_ip); /* linklayer.c */

/* ip.c: the header of one datagram. */
struct net_ip {
    struct fsc_addr from, to;
    uint8_t protocol, ttl;
    uint16_t id;
    bool fragment;   /* not a whole datagram */
    bool first_part; /* holds offset 0: the transport header is here */
};

/* Leaves the cursor at the transport header, without padding. */
enum net_step net_ip_strip(struct net_cursor *cursor, struct net_ip *out);

/* ---- track.c, copies.c ---- */

enum { NET_HOLES_MAX = 4096, /* a window of 6 MB of which every other segment was lost */ NET_RECENT_MAX = 8 };

struct net_seq {
    uint32_t base;        /* sequence number of position 0 */
    bool based;           /* base is known, perhaps only guessed from an ACK */
    bool fixed;           /* base is certain or in use: never moves again */
    bool by_ack;          /* the guess came from the peer, who has all bytes before it */
    bool isn_known;       /* base - 1 is the number of a captured SYN */
    uint32_t syn_payload; /* Fast Open: bytes the SYN carried */
    uint32_t fin_ack;     /* what the FIN acknowledged */
    uint32_t far_next;    /* behind the last packet that was too far ahead to belong here */
    bool far_seen;
};

struct net_recent {
    uint32_t hash;
    int half;
    int64_t time_ns;
};

struct net_tracker {
    struct net_seq seq[2];
    struct net_recent recent[NET_RECENT_MAX];
    uint32_t recent_count;
    struct net_packet stray; /* a SYN that did not fit; see net_track_reuses */
    int stray_half;
    bool stray_seen;
};

/* Where one packet stands in its flow. */
struct net_place {
    int half;
    int64_t pos;   /* of the first payload byte; negative: before position 0 */
    uint64_t ack;  /* position of the other half; may be one beyond its last byte, see take_ack */
    bool readable; /* the payload belongs to the stream: no RST text, no keep-alive probe */
    bool fresh;    /* bytes that no packet before it had */
    bool changed;  /* the host wants to hear of it */
};

static inline bool net_is_syn(const struct net_packet *packet)
{
    return (packet->flags & (NET_SYN | NET_ACK | NET_RST)) == NET_SYN;
}

static inline bool net_is_synack(const struct net_packet *packet)
{
    return (packet->flags & (NET_SYN | NET_ACK | NET_RST)) == (NET_SYN | NET_ACK);
}

bool net_track_duplicate(struct net_tracker *tracker, const struct net_packet *packet, int half);
void net_track_packet(struct net_flow *flow, struct net_tracker *tracker, const struct net_packet *packet, int half,
                      struct net_place *out);
bool net_track_icmp(struct net_flow *flow, const struct net_tracker *tracker, const struct net_packet *packet);
/* FIN in both directions, or a reset. */
bool net_track_finished(const struct net_flow *flow);
bool net_track_unanswered(const struct net_flow *flow);

void net_track_free(struct net_flow *flow);

/* ---- reuse.c ---- */

enum net_reuse { NET_REUSE_NO, NET_REUSE_YES, NET_REUSE_STRAY /* yes, and tracker->stray is the SYN to begin with */ };
enum net_reuse net_track_reuses(const struct net_flow *flow, struct net_tracker *tracker,
                                const struct net_packet *packet, int half, bool long_idle);
/* ---- ranges.c: the holes of one direction ---- */
void net_holes_add(struct net_half *half, uint64_t from, uint64_t to);
bool net_holes_have(const struct net_half *half, uint64_t pos);
uint64_t net_holes_fill(struct net_half *half, uint64_t from, uint64_t to); /* returns how many bytes were missing */
void net_holes_free(struct net_half *half);

/* ---- stream.c ---- */

enum { NET_SEGMENTS_MAX = 4096, NET_LOST_PACKETS = 3 };
/* More than the clocks of two merged captures of one machine, or the queues of its cards, lie apart. */
#define NET_LOST_NS UINT64_C(50000000)
/* More than neighbours that change places, several times in a row, lie apart. */
#define NET_SHUFFLED_NS UINT64_C(8000000)
/* Memory for bytes that wait, per direction of a NET_ROLE_PROBE: first words are short, and a thousand probes must not
 * take the room of the connections that are read. */
enum { NET_PROBE_BUFFER = 16384 };

struct net_stream_out {
    const struct net_host *host;
    struct net_counters *counters;
    struct net_flow *flow;
    const struct net_packet *packet; /* what a gap is reported with */
};

/* Limits and use of the memory for bytes that wait: of one direction, and of all connections together. */
struct net_buffers {
    size_t max_side, max_all, held;
};

void net_stream_open(struct net_flow *flow, struct net_buffers *buffers);
/* One packet, after net_track_packet; now_ns is the latest packet time seen. */
void net_stream_packet(const struct net_stream_out *out, const struct net_place *place, int64_t now_ns);
void net_stream_tick(const struct net_stream_out *out, int64_t now_ns);
bool net_stream_misses(const struct net_flow *flow, int half); /* this direction is what it waits for */
/* The next packet of any connection, unless it is the missing one, settles what is lost: tick before it. */
bool net_stream_overdue(const struct net_flow *flow, int64_t now_ns);
void net_stream_flush(const struct net_stream_out *out); /* nothing more will come */
bool net_stream_waiting(const struct net_flow *flow);    /* a timer runs: tick after NET_LOST_NS */
bool net_stream_is_open(const struct net_flow *flow);
void net_stream_free(struct net_flow *flow);

/* ---- early.c ---- */

enum { NET_EARLY_MAX = 8 };

struct net_early {
    struct net_packet packet[NET_EARLY_MAX]; /* frame 0: free */
    unsigned next;
};

/* A reset or an ICMP error of no known connection. */
void net_early_keep(struct net_early *early, const struct net_packet *packet);
/* Takes out one that answers this SYN; false when there is none. */
bool net_early_take(struct net_early *early, const struct net_packet *syn, struct net_packet *out);

/* ---- flow.c ---- */

enum net_list { NET_LIST_ACTIVE, NET_LIST_UNCLAIMED, NET_LIST_UNANSWERED, NET_LIST_DONE, NET_LIST_COUNT };

struct net_key {
    uint64_t word[5];
};

struct net_entry {
    struct net_flow flow; /* first: the host's pointer is this one */
    struct net_tracker tracker;
    struct net_key key;
    uint32_t hash;
    enum net_list list;
    int64_t touched_ns; /* latest packet time when the last packet came: ascending along a list */
    struct net_entry *older, *newer;
    bool waits; /* in the list of flows with a running stream timer */
    int64_t wait_until_ns;
    struct net_entry *wait_previous, *wait_next;
};

/* Flows with a running stream timer, by wait_until_ns. */
struct net_waits {
    struct net_entry *first, *last;
};

void net_waits_add(struct net_waits *waits, struct net_entry *entry, int64_t now_ns);
void net_waits_remove(struct net_waits *waits, struct net_entry *entry);

struct net_slot {
    uint32_t hash;
    struct net_entry *entry;
};

struct net_table {
    struct net_slot *slots;
    size_t mask, count, max;
    uint64_t seed[2];
    struct {
        struct net_entry *oldest, *newest;
    } lists[NET_LIST_COUNT];
};

void net_table_init(struct net_table *table, size_t max, uint64_t seed);
void net_table_free(struct net_table *table); /* the entries must be gone */
struct net_entry *net_table_find(const struct net_table *table, const struct fsc_endpoint *a,
                                 const struct fsc_endpoint *b);
/* A new zeroed entry; the caller made room (count < max). */
struct net_entry *net_table_add(struct net_table *table, const struct fsc_endpoint *a, const struct fsc_endpoint *b);
void net_table_remove(struct net_table *table, struct net_entry *entry); /* frees it */
void net_table_touch(struct net_table *table, struct net_entry *entry, enum net_list list, int64_t now_ns);
/* The entry that costs least to forget: ended, then never answered, then of no interest to the host, then longest idle.
 */
struct net_entry *net_table_victim(const struct net_table *table);

#endif
