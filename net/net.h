/*
 * net.h - captured frames in, TCP connections out: link layers, tunnels, IP, TCP reassembly and the flow table.
 *
 * frame.c      one captured frame -> struct net_packet (pure; a checked cursor; nothing is ever dropped for its
 *              checksum): a walk from header to header, layers.h
 *   linklayer.c ppp.c wlan.c juniper.c    what a frame begins with
 *   ethertype.c gre.c udp.c ip.c          what comes between, tunnels, and IP itself
 *   numbers.c layers.def                  which number says that which header follows
 * fragments.c join.c  IP fragments -> datagrams, bounded, and the packets in them
 * unread.c     what was not read, by its name and number
 * hash.c       a seeded hash
 * flow.c       4-tuple -> struct net_flow, bounded, oldest idle entry evicted, seeded hash
 * track.c      what every TCP connection tells without its bytes: handshake, resets, FIN order, byte counts
 * stream.c     in-order bytes of the connections that are read (control): reorder, overlap, gaps
 * timers.c     streams that wait for bytes
 * lifetime.c   connections opened and closed
 * net.c        the coordinator: net_push() calls the others in order
 *
 * Memory is bounded by struct net_config; what a bound costs is counted in struct net_counters.
 */
#ifndef FTPSCOPE_NET_H
#define FTPSCOPE_NET_H

#include "core/ftpscope.h"
#include "net/prefetch.h"
#include "net/slabs.h"

/* ---- one frame ---- */
enum net_tcp_flag { NET_FIN = 1, NET_SYN = 2, NET_RST = 4, NET_PSH = 8, NET_ACK = 16, NET_URG = 32 };

enum net_kind {
    NET_KIND_OTHER, /* decoded, but neither TCP nor ICMP (ARP, UDP, ...) */
    NET_KIND_TCP,
    NET_KIND_ICMP,     /* an ICMP or ICMPv6 error that quotes a TCP segment: from, to and seq are the quoted ones */
    NET_KIND_FRAGMENT, /* IP fragment other than a whole datagram */
    NET_KIND_SHORT,    /* the captured bytes end before the TCP header (without options) does */
    NET_KIND_MALFORMED,
    NET_KIND_UNREAD, /* may hide a TCP packet: net_packet.unread tells behind what */
};

/* What nobody here reads; `number` is the one of the kind. */
enum net_unread_kind {
    NET_UNREAD_LINK,      /* link type */
    NET_UNREAD_ETHERTYPE, /* Ethernet type */
    NET_UNREAD_PROTOCOL,  /* IP protocol */
    NET_UNREAD_GRE,       /* Ethernet type in GRE */
    NET_UNREAD_PPP,       /* PPP protocol */
    NET_UNREAD_NSH,       /* next protocol of NSH or VXLAN-GPE */
    /* without a number */
    NET_UNREAD_MPLS,
    NET_UNREAD_L2TP,
    NET_UNREAD_WLAN_ENCRYPTED,
    NET_UNREAD_WLAN_FRAGMENT,
    NET_UNREAD_WLAN_AGGREGATE,
    NET_UNREAD_DEPTH, /* more headers than are followed */
    NET_UNREAD_REST,  /* all that the table of net_unread has no room for */
};

struct net_unread {
    enum net_unread_kind kind;
    uint32_t number;
    uint64_t packets;
};

struct net_packet {
    enum net_kind kind;
    uint64_t frame;
    int64_t time_ns;
    struct fsc_endpoint from, to;
    uint8_t ttl;
    uint16_t ip_id; /* 0 for IPv6 */
    uint32_t seq, ack;
    uint8_t flags; /* enum net_tcp_flag */
    uint16_t window;
    struct fsc_span payload; /* captured part */
    uint32_t payload_len;    /* on the wire, by the IP length (by the frame length when the IP length is 0: offload) */
    uint32_t header_hash;    /* TCP header without checksum, and IP id: tells a packet seen twice */
    uint8_t icmp_type, icmp_code;
    bool icmp_v6;
    struct fsc_addr icmp_from;
    struct net_unread unread; /* NET_KIND_UNREAD; packets is 0 */
};

/* True when the link type (LINKTYPE_ number as it stands in files; DLT_RAW too) is known. */
bool net_linktype_known(int linktype);

/* Decodes one frame; never fails, out->kind tells. What counts is the innermost IP header: tunnels are looked through.
 * `captured` borrows; out->payload points into it. */
void net_frame_decode(int linktype, struct fsc_span captured, size_t wire_len, struct net_packet *out);

/* What follows an IP header that somebody else decoded: whole, that is no fragment. */
struct net_datagram {
    struct fsc_addr from, to;
    uint8_t protocol, ttl;
    uint16_t id; /* IPv4; else 0 */
    struct fsc_span captured;
    size_t wire_len;
};
void net_datagram_decode(const struct net_datagram *datagram, struct net_packet *out); /* as net_frame_decode */

/* ---- connections ---- */
enum net_role {
    NET_ROLE_READ,  /* deliver in-order bytes, client side first */
    NET_ROLE_COUNT, /* only what the headers tell */
    NET_ROLE_PROBE, /* deliver as if READ until the host knows which of the two it is; in memory of little use, and
                       nothing of it is counted that COUNT would not */
};

enum { NET_HEAD_MAX = 64 };

/* One direction of a connection, by sequence numbers. Positions count from 0 = first payload byte after the SYN (or the
 * first byte seen). */
struct net_half {
    /* What every packet needs stands together, see net_entry: 32 bytes for all packets, 64 for those with payload. */
    bool syn_seen, fin_seen, rst_seen;
    uint8_t ttl; /* of its ordinary packets; 0 not known */
    uint8_t rst_ttl;
    uint8_t head_len; /* of `head`: captured in order from position 0 */
    uint64_t bytes;   /* highest position reached, captured or acknowledged by the peer: then without the last number,
                         which may be that of a FIN */
    uint64_t acked; /* highest position the peer acknowledged; one behind `bytes` it is a FIN or a byte, not captured */
    int64_t last_packet_ns;
    uint64_t fin_pos; /* with fin_seen */
    struct fsc_endpoint from;
    int64_t last_payload_ns;
    uint64_t last_payload_frame, first_payload_frame;
    void *reader; /* stream.c's state of NET_ROLE_READ and NET_ROLE_PROBE */
    void *ranges; /* track.c's holes */

    uint64_t missing_bytes;       /* of `bytes`, in no captured packet's header (holes); not a short snap length */
    uint64_t retransmitted_bytes; /* sent more than once; packets captured twice do not count */
    uint64_t fin_frame, rst_frame;
    int64_t fin_ns, rst_ns, first_payload_ns;
    uint8_t head[NET_HEAD_MAX]; /* first payload bytes, for content guesses */
};

struct net_flow {
    uint64_t id; /* unique in the run, ascending in order of first packet */
    enum net_role role;
    int first_fin; /* half that sent FIN first (by the acknowledgements, so it may be one not captured), -1 none or not
                      known */
    int first_rst; /* half that sent RST first, -1 none */
    uint32_t syns; /* SYNs without ACK, packets captured twice not counted */
    uint32_t synacks;
    bool first_half_certain;  /* a SYN or SYN/ACK was seen */
    bool initiator_sent_more; /* any segment of half[0] that is no SYN and no RST */
    bool rst_answers_syn;     /* RST from half[1], ack = ISN + 1, before any SYN/ACK */
    bool rst_before_fin;
    bool wanted; /* set by the host: it waits for this connection (role COUNT); others go first when the table is full
                  */
    uint64_t last_frame;
    int64_t last_ns;
    int64_t established_ns; /* the initiator's first ACK after the SYN/ACK, 0 none */
    void *owner, *probe;    /* the host's */
    void *attached;         /* of whom the host works for */
    uint32_t host_number;   /* the host's */
    size_t host_bytes;      /* memory that the host holds for it, set by the host: see net_config.max_memory */
    uint64_t first_frame;
    int64_t first_ns;
    uint64_t synack_frame;
    /* half[0] sent the SYN (or, without a SYN, is the guessed client: see net_config.control_port) */
    struct net_half half[2];

    uint64_t syn_frame, last_syn_frame;
    int64_t syn_ns, last_syn_ns, synack_ns;
    uint64_t icmp_frame; /* ICMP error quoting the SYN */
    int64_t icmp_ns;
    uint8_t icmp_type, icmp_code;
    bool icmp_v6;
    struct fsc_addr icmp_from;
    uint64_t gaps, gap_bytes; /* NET_ROLE_READ */
};

struct net_counters {
    /* What became of the packets; their sum after net_end. */
    uint64_t packets, tcp, other, short_packets, malformed;
    uint64_t unread;    /* see net_unread */
    uint64_t joined;    /* fragments before the one that completed their datagram, which counts as what it brought */
    uint64_t fragments; /* fragments whose datagram was never completed, or was thrown away */
    uint64_t bytes, duplicates, gaps, gap_bytes, evicted;
    uint64_t flows; /* ids given to connections */
};

struct net_config {
    size_t max_flows; /* 0: 65536; with max_memory: no limit */
    /* Bytes that all connections may take together, host_bytes included; those that are missed least go first, and are
     * counted as evicted. 0: no such limit. */
    size_t max_memory;
    size_t max_buffer;   /* bytes of out-of-order data per direction of a read connection; 0: 1 MiB */
    struct slabs *slabs; /* for connections; NULL: malloc. It outlives them */
    uint64_t hash_seed;
    uint64_t flows_before; /* ids given to connections in other captures of the run: they begin behind them */
    bool (*control_port)(void *host, uint16_t port);
};

/* The host's side. A bytes call may cover several segments only if they were already in order; `frame`, `time_ns` and
 * `ack` are those of the segment that brought the last byte. half: 0 client to server, 1 back. ack is a position of the
 * other direction. */
struct net_host {
    void *host;
    enum net_role (*opened)(void *host, struct net_flow *flow, const struct net_packet *packet);
    void (*bytes)(void *host, struct net_flow *flow, int half, uint64_t pos, struct fsc_span bytes, uint64_t ack,
                  const struct net_packet *packet);
    void (*gap)(void *host, struct net_flow *flow, int half, uint64_t pos, uint64_t len,
                const struct net_packet *packet);
    void (*changed)(void *host, struct net_flow *flow,
                    const struct net_packet *packet); /* handshake, first payload, FIN, RST, ICMP */
    void (*closed)(
        void *host, struct net_flow *flow,
        const char *how); /* "fin" "rst" "timeout" "capture_end" "evicted" "reused"; the flow is gone after it */
    /* Asked at the first payload of a connection of NET_ROLE_COUNT, before its bytes are delivered: true makes it one
     * of NET_ROLE_PROBE. During bytes() of this flow the host then sets flow->role to one of the others when it knows.
     * NULL: no connection is probed. */
    bool (*probe)(void *host, struct net_flow *flow, const struct net_packet *packet);
    /* Bytes of a NET_ROLE_PROBE are missing, or too many wait for one that is: it is of NET_ROLE_COUNT from here on. */
    void (*probe_lost)(void *host, struct net_flow *flow);
};

struct net;
struct net *net_new(const struct net_config *config, const struct net_host *host);
/* Returns the id of the connection that the frame belongs to (its packets, captured copies of them, ICMP errors that
 * quote it), 0 when there is none. */
uint64_t net_push(struct net *net, int linktype, struct fsc_span captured, size_t wire_len, uint64_t frame,
                  int64_t time_ns);
/* The same for a host that decodes what comes before. wire_len is that of the frame. */
uint64_t net_push_datagram(struct net *net, const struct net_datagram *datagram, size_t wire_len, uint64_t frame,
                           int64_t time_ns);
/* The same for a frame of which the host knows that it brings no TCP: only time goes on. */
void net_push_nothing(struct net *net, size_t wire_len, uint64_t frame, int64_t time_ns);
/* Nothing came until now. */
void net_time(struct net *net, int64_t time_ns);
/* Frames before the one just pushed of which only now is known that they belong to the same connection: fragments of
 * its datagram, and answers captured before their question. In no order; valid until the next push. */
const uint64_t *net_earlier_frames(const struct net *net, size_t *count);
/* Makes a flow of NET_ROLE_PROBE one of NET_ROLE_COUNT; only for probe(), to make room for another. */
void net_probe_end(struct net *net, struct net_flow *flow);
void net_end(struct net *net); /* flushes what waits, then closes every flow in order of id */
void net_free(struct net **net);
const struct net_counters *net_counters(const struct net *net);
size_t net_memory(const struct net *net); /* what is held of max_memory; 0 without it */

/* What was not read, most frequent first: fills up to `cap`, returns how many there are (at most NET_UNREAD_MAX). */
enum { NET_UNREAD_MAX = 17, NET_UNREAD_TEXT_MAX = 64 };
size_t net_unread(const struct net *net, struct net_unread *out, size_t cap);
/* "Ethernet type 0x88e5 (MACsec)", "encrypted 802.11"; NET_UNREAD_TEXT_MAX bytes are enough. Returns `buf`. */
const char *net_unread_describe(const struct net_unread *unread, char *buf, size_t cap);

/* For tables whose keys come from the wire. `count` is at most NET_HASH_WORDS. */
enum { NET_HASH_WORDS = 5 };
struct net_hash {
    uint64_t key[2 * NET_HASH_WORDS + 1];
};
void net_hash_init(struct net_hash *hash, uint64_t seed);
uint32_t net_hash(const struct net_hash *hash, const uint64_t *words, size_t count);

/* The flow of this connection, whoever initiated it; NULL when there is none. */
struct net_flow *net_find(struct net *net, const struct fsc_endpoint *a, const struct fsc_endpoint *b);

/* The connection of the frame just pushed, also of an ICMP error that quotes it; NULL when there is none. Then *waits
 * tells that a later frame may still show one: see net_earlier_frames. */
const struct net_flow *net_last_related(const struct net *net, bool *waits);

/* The connection of the TCP segment just pushed, and which half of it sent it; NULL when it was none, or belongs to no
 * connection. */
struct net_flow *net_last_flow(const struct net *net, int *half);
/* No bytes of this connection (NET_ROLE_READ) are waited for. */
bool net_flow_is_whole(const struct net_flow *flow);
/* The sequence number of position 0 of one direction; false while nothing of it is known. */
bool net_flow_base(const struct net_flow *flow, int half, uint32_t *seq);

#endif
