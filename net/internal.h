/*
 * internal.h - what the files of net share and nobody else sees.
 *
 * Positions are 64-bit and count payload bytes of one direction; sequence numbers are the 32-bit numbers of the wire.
 * Only track.c converts between the two.
 */
#ifndef FTPSCOPE_NET_INTERNAL_H
#define FTPSCOPE_NET_INTERNAL_H

#include "net/layers.h"
#include "net/net.h"

/* ---- frame.c ---- */

/* A fragment, and then the datagram made of its parts. */
struct net_part {
    struct net_ip ip;
    struct net_cursor bytes; /* behind the header that says where the part belongs */
};

/* As net_frame_decode; *part is filled for NET_KIND_FRAGMENT. */
void net_frame_begin(int linktype, struct fsc_span captured, size_t wire_len, struct net_packet *out,
                     struct net_part *part);
/* Goes on with a datagram that net_fragments_take completed; it may be a fragment again, of a packet in a tunnel. */
void net_frame_continue(struct net_packet *out, struct net_part *part);

/* ---- fragments.c ---- */

struct net_fragments;

enum net_joined {
    NET_JOINED_WAITS, /* kept; more must come */
    NET_JOINED_WHOLE, /* *part is the datagram, valid until the next call */
    NET_JOINED_COPY,  /* of a fragment whose datagram was completed a moment ago */
    NET_JOINED_LOST,  /* thrown away, perhaps with those before it */
    NET_JOINED_MALFORMED
};

/* Numbers of frames. */
struct net_frames {
    uint64_t *frame;
    size_t count, room;
};

void net_frames_add(struct net_frames *frames, const uint64_t *frame, size_t count);

struct net_fragments *net_fragments_new(void);
/* One fragment, of this frame and, when it came in a tunnel whose packets were fragmented too, of those in `frames`.
 * WAITS and LOST take `frames` over (its count becomes 0), WHOLE adds to it the other frames of the datagram. *flow is
 * set for COPY: what net_fragments_belong said. Work and memory are bounded whatever comes. */
enum net_joined net_fragments_take(struct net_fragments *fragments, struct net_part *part, struct net_frames *frames,
                                   uint64_t frame, int64_t now_ns, uint64_t *flow);
/* The datagrams completed since the last call are of this connection. */
void net_fragments_belong(struct net_fragments *fragments, uint64_t flow);
uint64_t net_fragments_lost(const struct net_fragments *fragments); /* fragments given up so far */
void net_fragments_end(struct net_fragments *fragments);            /* gives up what waits */
void net_fragments_free(struct net_fragments *fragments);

/* ---- join.c ---- */

/* *packet, a fragment, becomes the packet of the datagram that it completes; while it stays NET_KIND_FRAGMENT there is
 * nothing to dispatch. Counts `joined` and `fragments`. Returns the id of the connection when the fragment is a copy.
 */
uint64_t net_join(struct net_fragments *fragments, struct net_packet *packet, struct net_part *part,
                  struct net_frames *earlier, int64_t now_ns, struct net_counters *counters);

/* ---- unread.c ---- */

struct net_unread_table {
    struct net_unread row[NET_UNREAD_MAX - 1];
    size_t count;
    uint64_t rest;
};

void net_unread_count(struct net_unread_table *table, const struct net_unread *unread);
size_t net_unread_list(const struct net_unread_table *table, struct net_unread *out, size_t cap); /* see net_unread */

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
    uint32_t rst_ack;     /* what the reset acknowledged; 0: nothing */
    uint32_t far_next;    /* behind the last packet that was too far ahead to belong here */
    bool far_seen;
};

/* What tells packets apart, and when they came. */
struct net_recent {
    uint32_t hash, time;
};

struct net_tracker {
    struct net_seq seq[2];
    uint32_t recent_next; /* place in the ring */
    int stray_half;
    struct net_recent recent[NET_RECENT_MAX];
    struct net_packet stray; /* a SYN that did not fit; see net_track_reuses */
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

/* Captured within the time in which copies of one packet come. */
bool net_is_copy_time(int64_t a_ns, int64_t b_ns);
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
size_t net_holes_memory(const struct net_half *half);

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

void net_stream_open(struct net_flow *flow, struct net_buffers *buffers, struct slabs *slabs);
/* One packet, after net_track_packet; now_ns is the latest packet time seen. */
void net_stream_packet(const struct net_stream_out *out, const struct net_place *place, int64_t now_ns);
void net_stream_tick(const struct net_stream_out *out, int64_t now_ns);
bool net_stream_misses(const struct net_flow *flow, int half); /* this direction is what it waits for */
/* The next packet of any connection, unless it is the missing one, settles what is lost: tick before it. */
bool net_stream_overdue(const struct net_flow *flow, int64_t now_ns);
void net_stream_flush(const struct net_stream_out *out); /* nothing more will come */
bool net_stream_waiting(const struct net_flow *flow);    /* a timer runs: tick after NET_LOST_NS */
bool net_stream_is_open(const struct net_flow *flow);
bool net_stream_holds(const struct net_flow *flow); /* bytes that wait for others */
size_t net_stream_memory(const struct net_flow *flow);
void net_stream_free(struct net_flow *flow, struct slabs *slabs);

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

#define NET_LIST_GRAIN_NS INT64_C(1000000000)

enum { NET_KEY_V4_WORDS = 2 /* as many of them say all of two endpoints of IPv4; the others are 0 */ };

struct net_key {
    uint64_t word[5];
};

/* Of thousands of connections none is in the processor's caches, so what every packet needs is kept in few lines of
 * NET_CACHE_LINE bytes. */
enum { NET_CACHE_LINE = 64 };

struct net_entry {
    struct net_flow flow; /* first: the host's pointer is this one */
    struct net_entry *older, *newer;
    struct net_entry *wait_previous, *wait_next;
    struct net_key key;
    uint32_t hash;
    uint8_t list;       /* enum net_list */
    bool waits;         /* in the list of flows with a running stream timer */
    int64_t touched_ns; /* latest packet time when the last packet came */
    int64_t listed_ns;  /* the same when it came to its place in the list: ascending along it */
    struct net_tracker tracker;
    size_t weight; /* its part of net.memory */
    int64_t wait_until_ns;
};

struct net_slot {
    uint32_t hash;
    struct net_entry *entry;
};

struct net_table {
    struct net_slot *slots;
    size_t mask, count, max;
    struct slabs *slabs;
    struct net_hash hash;
    struct {
        struct net_entry *oldest, *newest;
    } lists[NET_LIST_COUNT];
};

void net_table_init(struct net_table *table, size_t max, uint64_t seed, struct slabs *slabs);
void net_table_free(struct net_table *table); /* the entries must be gone */
struct net_entry *net_table_find(const struct net_table *table, const struct fsc_endpoint *a,
                                 const struct fsc_endpoint *b);
/* A new zeroed entry; the caller made room (count < max). */
struct net_entry *net_table_add(struct net_table *table, const struct fsc_endpoint *a, const struct fsc_endpoint *b,
                                int64_t now_ns);
void net_table_remove(struct net_table *table, struct net_entry *entry); /* frees it */
/* A packet of this entry came. Unless the order of its list must be exact, it keeps its place there for
 * NET_LIST_GRAIN_NS: moving it would fetch both neighbours from memory with every packet. */
void net_table_touch(struct net_table *table, struct net_entry *entry, enum net_list list, int64_t now_ns, bool exact);
/* The entry that costs least to forget: ended, then never answered, then of no interest to the host, then longest idle.
 */
struct net_entry *net_table_victim(const struct net_table *table);

#endif
