/*
 * store.h - what is known of one capture: the pipeline that reads its packets during the first pass, and its results,
 * found again by frame, by stream position and by number whenever epan dissects a packet again.
 *
 * Everything here lives as long as the file (wmem_file_scope). Texts are raw bytes of the wire.
 */
#ifndef FTPSCOPE_PLUGIN_STORE_H
#define FTPSCOPE_PLUGIN_STORE_H

#include "pipeline/pipeline.h"
#include "plugin/compat.h"

struct store_reply {
    uint16_t code;
    uint32_t frame; /* of its last line */
    struct store_reply *next;
};

/* A command with its replies, or (tx 0) one unsolicited reply. */
struct exchange {
    struct session *session;
    uint32_t tx, setup_tx; /* setup_tx, of a transfer command: the command whose announcement is in force, 0 none */
    enum fsc_verb verb;
    bool secret;
    struct fsc_span verb_text, argument, cwd;
    struct fsc_span path; /* of the file, absolute, as known before its data end */
    uint32_t command_frame;
    int64_t latency_ns; /* to the first reply; -1: none */
    struct store_reply *replies, *last_reply;
    const struct line *first_answer;       /* the last line of the first reply; NULL: none */
    struct transfer_result *transfer;      /* NULL: none, or not known yet */
    struct announcement *announcement;     /* of a setup command; NULL: none */
    struct fsc_transfer_setup *parameters; /* of a transfer command, as known before its data end; else NULL */
    struct object *object;                 /* of a transfer: what objects.c put together of its file; NULL: nothing */
};

struct announcement {
    struct fsc_endpoint listener;
    enum fsc_form form;
    uint32_t frame;
};

/* What the built-in dissector sees of a command or reply: see builtin.h. */
enum builtin_way { BUILTIN_WAY_OPEN, BUILTIN_WAY_WHOLE, BUILTIN_WAY_OTHER_WORDS, BUILTIN_WAY_OURS };

/* One line of a control connection, and what its note says; see session.h. Texts live as long as the file. */
struct line {
    uint64_t pos;
    uint32_t frame, line_flags;
    uint32_t flags; /* enum fsc_note_flag */
    uint32_t tx;
    enum fsc_verb verb;
    enum fsc_outcome outcome;
    enum fsc_text_class text;
    enum fsc_phase phase;
    uint16_t code;
    uint64_t gap;
    struct fsc_span user, cwd, path;
    const struct fsc_span *shown; /* with passwords hidden, of a reply that repeats one; else NULL */
    struct exchange *exchange;
    bool handed_on;     /* TCP brought it to our dissector */
    uint8_t way;        /* enum builtin_way, of a command or the first line of a reply */
    uint32_t tapped_in; /* the frame with which listeners are told of it, in every pass; 0: none by now */
};

/* The outcome of a transfer. */
struct transfer_result {
    struct session *session;
    struct exchange *exchange; /* NULL: its command is not in the capture */
    struct record_data record;
    uint32_t known_frame; /* where it became known */
};

struct finding {
    struct fsc_finding finding;
    const char *summary, *advice;
    uint32_t n, cause_of, session, transfer_id;
    uint32_t known_frame;
    struct finding *next; /* on the same frame */
    struct finding *last; /* of the first on a frame: there may be as many as sessions */
};

struct session {
    uint32_t number;
    struct fsc_endpoint client, server;
    wmem_array_t *exchanges;     /* struct exchange *, by tx from 1 */
    struct exchange *open_reply; /* of a reply without command whose end has not come */
    bool setup_waits;            /* first pass: a data connection was agreed on and no transfer command came since */
    bool folder_asked; /* first pass: the last command that the built-in dissector saw was CWD, unanswered as yet */
    struct fsc_span user, cwd, path; /* the last texts copied */
};

/* Data of more than 4 GiB: sequence numbers come again, and a frame tells which time it is. */
struct milestone {
    uint32_t frame, seq;
    uint64_t position;
};

struct decrypted_at {
    uint32_t frame;
    uint64_t position;
};

/* A connection as the pipeline knew it. */
struct flow {
    uint64_t id;
    enum pipeline_role role;
    struct session *session;
    enum fsc_form form;
    uint32_t tx, setup_tx;
    const char *words; /* of its transfer command words_tx, for the Info column; NULL: not made yet */
    uint32_t words_tx;
    struct fsc_endpoint first; /* the initiator; of a control connection the client */
    bool server_is_first;
    bool claimed;                 /* its packets come to our dissectors */
    bool tls;                     /* TLS was agreed on */
    bool looked_for_tls;          /* of a data connection: its first bytes were looked at */
    bool tls_data;                /* and they are TLS */
    conversation_t *conversation; /* epan's, which keeps it; NULL: not yet */
    struct {
        bool numbered;
        uint32_t base_seq;
        wmem_array_t *milestones; /* struct milestone, ascending, one for each GiB; NULL: shorter */
        uint32_t tcp_base;        /* what TCP took off the numbers it hands on; with tcp_based */
        bool tcp_based;
        wmem_array_t *lines;        /* struct line *, ascending by position; of control connections */
        wmem_array_t *decrypted;    /* the same for what was decrypted, by position in that */
        wmem_array_t *decrypted_at; /* struct decrypted_at, ascending: where what came with which frame begins */
        uint64_t decrypted_end;     /* first pass: how much was read so far */
    } side[2];
};

struct store;

struct store *store_new(void);       /* the one of the file that is opened now */
struct store *store_get(void);       /* NULL: none */
void store_end(struct store *store); /* the last packet of the first pass is through */

/* A packet of the first pass. */
void store_packet(struct store *store, const struct net_datagram *datagram, size_t wire_len, uint32_t frame,
                  int64_t time_ns);
void store_no_packet(struct store *store, size_t wire_len, uint32_t frame, int64_t time_ns);

bool store_line_read(const struct store *store,
                     uint32_t frame); /* did the last packet, of this frame, bring the end of a clear line? */

/* A packet is dissected, in any pass; a tree of it shows its session. */
void store_dissect(struct store *store);
void store_show_session(struct store *store);
bool store_session_shown(const struct store *store);

/* First pass: was a packet of this frame pushed? Its connection; NULL: none of FTP's. */
bool store_has(const struct store *store, uint32_t frame);
struct flow *store_flow(const struct store *store, uint32_t frame);

int flow_side(const struct flow *flow, const struct fsc_endpoint *from);
bool flow_from_server(const struct flow *flow, int side);
/* The position of the byte with this sequence number, in a packet of this frame. */
bool flow_position(const struct flow *flow, int side, uint32_t seq, uint32_t frame, uint64_t *position);
/* First pass: bytes with this number stand there. */
void flow_pass(struct flow *flow, int side, uint32_t seq, uint32_t frame, uint64_t position);
/* NULL: none begins there */
struct line *flow_line(const struct flow *flow, int side, bool decrypted, uint64_t position);
/* First pass: lines of a control connection that were decrypted, the next ones of this direction. */
void store_decrypted(struct store *store, struct flow *flow, int side, struct fsc_span lines, uint32_t frame,
                     int64_t time_ns);
/* Where the decrypted lines begin that came as the n-th piece (from 0) with this frame. */
bool flow_decrypted_position(const struct flow *flow, int side, uint32_t frame, unsigned n, uint64_t *position);

struct exchange *session_exchange(const struct session *session, uint32_t tx);
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
    unsigned number;
    uint64_t bytes; /* of memory that its objects take */
};
struct export_list *store_export_list(struct store *store);

#endif
