/*
 * store.h - what is known of one capture: the pipeline that reads its packets during the first pass, and its results,
 * found again by frame, by stream position and by number whenever epan dissects a packet again.
 *
 * Everything here lives as long as the file (wmem_file_scope). Texts are raw bytes of the wire.
 */
#ifndef FTPSCOPE_PLUGIN_STORE_STORE_H
#define FTPSCOPE_PLUGIN_STORE_STORE_H

#include "plugin/store/exchange.h"

struct finding {
    struct fsc_finding finding;
    const char *summary, *advice;
    uint32_t n, cause_of, session, transfer_id;
    uint32_t known_frame;
    struct finding *next; /* on the same frame */
    struct finding *last; /* of the first on a frame: there may be as many as sessions */
};

struct store;

void store_register(void);           /* once, with the protocols */
struct store *store_new(void);       /* the one of the file that is opened now */
struct store *store_get(void);       /* NULL: none */
void store_end(struct store *store); /* the last packet of the first pass is through */

/* A packet of the first pass. */
void store_packet(struct store *store, const struct net_datagram *datagram, size_t wire_len, uint32_t frame,
                  int64_t time_ns);
void store_no_packet(struct store *store, size_t wire_len, uint32_t frame, int64_t time_ns);

bool store_line_read(const struct store *store,
                     uint32_t frame); /* did the last packet, of this frame, bring the end of a clear line? */

/* A packet that TCP or ICMP has; `on_its_way` until it comes back from there. */
struct passing {
    uint8_t protocol;
    bool tells; /* it may have changed what is known of its connection */
    bool on_its_way;
    bool quoted; /* now inside it, or in its place: a quotation of an ICMP error, or a part of a datagram */
    tvbuff_t *tvb;
    proto_tree *tree;
};
struct passing *store_passing(struct store *store); /* the last one */

/* A packet is dissected, in any pass; a tree of it shows its session. */
void store_dissect(struct store *store);
void store_show_session(struct store *store);
bool store_session_shown(const struct store *store);

bool store_begin_words(struct store *store); /* of a control connection, in its column; false: these are the first */

void store_tls_data(struct store *store); /* a data connection is TLS */
bool store_has_tls_data(const struct store *store);

/* First pass: was a packet of this frame pushed? Its connection; NULL: none of FTP's. */
bool store_has(const struct store *store, uint32_t frame);
struct flow *store_flow(struct store *store, uint32_t frame);
/* Later passes: what store_flow said of this frame; NULL also where several packets came with it, or nobody asked. */
struct flow *store_flow_again(struct store *store, uint32_t frame);

/* First pass: lines of a control connection that were decrypted, the next ones of this direction. */
void store_decrypted(struct store *store, struct flow *flow, int side, struct fsc_span lines, uint32_t frame,
                     int64_t time_ns);

/* Do findings stand on this frame, or did results become known with it? Most packets are done with by this. */
bool store_tells(const struct store *store, uint32_t frame);
const struct finding *store_findings(const struct store *store, uint32_t frame); /* NULL: none */

/* Transfers in the order in which their outcome became known. */
unsigned store_results(const struct store *store);
const struct transfer_result *store_result(const struct store *store, unsigned i);
unsigned store_results_before(const struct store *store, uint32_t frame); /* how many became known before this frame */

/* A pass over all packets after the first has begun: listeners hear of every transfer. */
void store_read_again(struct store *store);
/* How many results no listener heard of: those that became known behind the last packet, as long as nothing is read
 * again. They are the last ones. */
unsigned store_untold(const struct store *store);

/* The list of exported objects that is being filled. What was put together for an earlier one is void. */
struct export_list {
    const void *listener;
    unsigned number, entries;
    uint64_t bytes; /* of memory that its objects take */
};
struct export_list *store_export_list(struct store *store);

#endif
