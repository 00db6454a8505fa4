/* internal.h - the inside of the pipeline, shared by its files (see pipeline.h). */
#ifndef FTPSCOPE_PIPELINE_INTERNAL_H
#define FTPSCOPE_PIPELINE_INTERNAL_H

#include <glib.h>

#include "net/net.h"
#include "pipeline/pipeline.h"
#include "pipeline/queues.h"

enum {
    REPLY_BYTES_MAX = 65536, /* text kept of the open commands of one session (output contract: overflow is flagged) */
    EXPECTATIONS_MAX = 64,   /* per session; the oldest goes */
    STRAY_FLOWS_MAX = 64,    /* new connections remembered for an announcement that is read a little later */
    LINKS_MAX = 64,          /* connections kept for one announcement or transfer; one is used, more are retries */
    /* About what one of the open commands, announcements and transfers of a session takes, beside the texts. */
    OPEN_BYTES = 1024,
    TRANSFERS_OPEN_MAX = 128, /* per session */
    SECRETS_MAX = 4,          /* remembered per session: wrong tries and the right one */

    /* Connections that may turn out to be control connections, see probe.c. */
    PROBES_MAX = 1024,      /* at a time; beyond it the oldest is taken for something else, and counted as evicted. A
                               greeting is alone for a round trip: thousands of new sessions in a second stay below */
    PROBE_BYTES_MAX = 8192, /* per direction; longer is no FTP. Banners with legal notices have 1 to 3 KiB */
    PROBE_LINES_MAX = 256,  /* per direction, the same */
};

struct reply_entry {
    uint16_t code;
    guint start, len; /* in transaction.text */
    uint32_t lines;
    uint64_t frame;
    int64_t time_ns;
    struct fsc_explanation explanation;
    bool truncated;
};

/* One command with its replies so far. */
struct transaction {
    uint32_t tx;
    enum fsc_verb verb;
    unsigned reply_count;
    uint16_t last_code; /* of the last reply */
    bool state_known;   /* user and cwd are those of its reply, not only of the command */
    bool secret;
    int64_t last_ns;
    bool anonymous;                /* USER: so is he */
    struct fsc_endpoint announced; /* by PORT, EPRT or LPRT */
    /* For records only, NULL until there is something. */
    GString *verb_text, *argument, *user, *cwd;
    GString *text;   /* of the replies, one after another */
    GArray *replies; /* struct reply_entry */
    uint64_t command_frame;
    int64_t command_ns, latency_ns;
    uint32_t flags; /* enum record_flag */
    bool uncertain;
    bool has_data, passive;
    uint16_t dynamic_port;
    uint32_t expect_id;
    struct transaction *next; /* of those that are open, or kept for the next commands */
};

struct transfer;

struct expectation {
    struct fsc_expect expect;
    struct conversation *conversation;
    uint64_t frame;
    int64_t time_ns;
    struct transfer *transfer; /* bound and not finished, or NULL */
    GPtrArray *links;          /* struct link *: connections seen, not yet taken by a transfer */
    bool used;                 /* a transfer command came */
    bool fxp;                  /* another session announced the same listener from the other side */
};

/* A data connection, as long as somebody needs it: the flow itself, or what was left of it when it was closed. */
struct link {
    struct net_flow *flow; /* NULL once closed */
    struct net_flow last;  /* copy made then */
    bool closed;
    enum fsc_match match;
    bool turned;       /* joined in the middle: half[1] is the initiator */
    struct link *next; /* of the same flow: a transfer between two servers has one in each session */
    struct expectation *expectation;
    struct transfer *transfer;
    GList *place;                     /* in inferred_by->inferred */
    uint32_t inferred_id;             /* its transfer_id */
    struct conversation *inferred_by; /* its control connection is TLS: no command is known, but it is its data */
};

struct transfer {
    struct conversation *conversation;
    uint32_t id, tx, expect_id;
    struct fsc_transfer_setup setup;
    struct fsc_expect expect;
    uint64_t setup_frame;
    int64_t setup_ns;
    GString *filename, *path;
    uint64_t command_frame, reply_frame, abor_frame;
    int64_t command_ns, reply_ns;
    uint16_t final_code;
    enum fsc_text_class text;
    bool preliminary, abor, uncertain, doubtful, final;
    GPtrArray *links; /* struct link * */
    struct expectation *expectation;
    GList *settling;     /* its place in pipeline.settling: over, but more of the data may come */
    int64_t settling_ns; /* since when */
    GList *running;      /* its place in pipeline.running */
    GList *waiting;      /* its place in pipeline.waiting: final reply seen, end of the data not yet */
};

struct probe;

/* A password that was sent. */
struct secret {
    uint8_t *text; /* lowered, its beginning */
    uint16_t n;
    uint8_t first; /* byte of it: most lines are done with without a look at the text */
};

struct facts;

/* What every line needs stands together: of thousands of sessions none is in the processor's caches. */
struct conversation {
    struct pipeline *pipeline;
    struct net_flow *flow;
    struct fsc_session *session;
    size_t block_size;
    GByteArray *partial[2]; /* NULL: none yet */
    uint64_t partial_pos[2];
    uint64_t tls_skip[2]; /* bytes of the current TLS record still to come */
    bool opaque[2];       /* this direction is TLS */
    bool decrypted[2];    /* its lines come from pipeline_decrypted */
    bool gap_line_seen;   /* evidence.gap_frame is of a line behind a hole */
    bool tls_lost[2];     /* bytes went missing inside TLS: records can no longer be told apart */
    bool tls_seen, implicit_tls, tls_client_data;
    bool tls_record; /* a record of it was seen */
    bool after_iac;  /* the client's last byte so far was Telnet's IAC */
    bool auth_asked; /* an AUTH was sent: the client's handshake may come before the 234 */
    bool login_accepted, login_refused, greeted;
    bool reported;  /* what still comes is not looked at */
    bool anonymous; /* the last USER */
    unsigned secret_count;
    uint32_t number;
    uint32_t last_tx;
    struct transaction *open; /* oldest first */
    struct transaction *unsolicited;
    struct transfer *newest_transfer; /* NULL: none, or reported */
    size_t text_bytes;                /* kept for the open transactions */
    uint64_t last_frame;
    int64_t last_command_ns, last_ns;
    uint64_t commands, replies;
    struct facts *facts;                /* NULL: nobody wants the record of the session */
    struct secret secrets[SECRETS_MAX]; /* oldest first */
    struct fsc_session_evidence evidence;

    char community_id[40];
    struct fsc_endpoint client, server;
    GQueue expectations; /* oldest first */
    GQueue transfers;    /* not yet reported, oldest first */
    GQueue inferred;     /* struct link: data connections of a session whose control is TLS */
    GList *opaque_place; /* in the list of pipeline.opaque, NULL while the control connection can be read */
    uint32_t transfer_count;
    int64_t start_ns;
    uint64_t bytes_down, bytes_up; /* for the session record */
    GList *over;                   /* its place in pipeline.over */
    int64_t over_ns;
};

struct pipeline {
    struct pipeline_config config;
    const struct sink *sink;
    const char *file;
    struct net *net;
    struct slabs *slabs;  /* NULL where memory is bounded: malloc */
    struct net_hash hash; /* of the keys of `expected` and `opaque` */
    uint32_t sessions, findings;
    GHashTable *expected; /* struct fsc_endpoint -> GQueue of struct expectation, newest first */
    struct link *strays[STRAY_FLOWS_MAX];
    size_t next_stray;
    GQueue *probes;     /* struct probe, oldest first; NULL: control ports are named, nothing is probed */
    GHashTable *opaque; /* two hosts -> GQueue of conversations whose control is TLS, see inferred.c */
    GQueue *running;    /* struct transfer, in order of their commands: those without a record */
    GQueue *waiting;    /* struct transfer, by time of their final reply */
    GQueue *settling;   /* struct transfer, by the time they were over */
    GQueue *over;       /* struct conversation, by the time their control connection was over */
    int64_t due_ns;     /* nothing of these is due before; INT64_MAX: they are empty */
    uint64_t data_flows;
    bool data_filtered; /* a transfer succeeded when no data connection had been seen at all: a filter on the control
                           port */
    GString *shown;     /* a line without its secrets, for the moment */
    struct transaction *spare; /* transactions that are over, with their memory */
    unsigned spares;
    struct pipeline_totals totals;
    int64_t now_ns;
    GArray *pauses; /* int64_t, ascending: see pipeline_pause */
};

/* Until when one would have seen what followed something at `since_ns`: now, or when the recording paused. */
int64_t pipeline_watched_until(const struct pipeline *pipeline, int64_t since_ns);

/* NULL: empty. */
static inline struct fsc_span string_span(const GString *s)
{
    return s != NULL ? (struct fsc_span){(const uint8_t *)s->str, s->len} : (struct fsc_span){0};
}

static inline void string_set(GString *s, struct fsc_span text)
{
    g_string_truncate(s, 0);
    g_string_append_len(s, (const gchar *)text.p, (gssize)text.n);
}

/* The beginning of a line whose end has not come, or of a TLS record: mostly there is none. */
static inline struct fsc_span partial_bytes(const struct conversation *c, int half)
{
    const GByteArray *partial = c->partial[half];
    return partial != NULL ? (struct fsc_span){partial->data, partial->len} : (struct fsc_span){0};
}

static inline GByteArray *partial_of(struct conversation *c, int half)
{
    if (c->partial[half] == NULL)
        c->partial[half] = g_byte_array_new();
    return c->partial[half];
}

static inline void partial_clear(struct conversation *c, int half)
{
    if (c->partial[half] != NULL)
        g_byte_array_set_size(c->partial[half], 0);
}

/* transaction.c */
struct transaction *transaction_open(struct conversation *c, uint32_t tx);
struct transaction *transaction_find(struct conversation *c, uint32_t tx);
void transaction_command(const struct conversation *c, struct transaction *t, const struct fsc_command *command);
void transaction_state(const struct conversation *c, struct transaction *t, const struct fsc_note *note);
void transaction_reply_line(struct conversation *c, struct transaction *t, const struct fsc_note *note,
                            struct fsc_span text, uint64_t frame, int64_t time_ns);
void transaction_emit(struct conversation *c, struct transaction *t, enum record_received received);
void transactions_clear(struct pipeline *pipeline); /* those kept for the next commands */

/* conversation.c */
struct conversation *conversation_open(struct pipeline *pipeline, struct net_flow *flow);
void conversation_has(const struct conversation *c, struct net_flow *flow); /* tells the host too, if it asked */
void conversation_bytes(struct conversation *c, int half, uint64_t pos, struct fsc_span bytes, uint64_t ack,
                        const struct net_packet *packet);
void conversation_line(struct conversation *c, int half, uint64_t pos, const struct fsc_line *line, uint64_t ack,
                       const struct net_packet *packet);
void conversation_gap(struct conversation *c, int half, uint64_t pos, uint64_t len, const struct net_packet *packet);
void conversation_fin(struct conversation *c, int half);    /* this side has sent its last byte */
int64_t conversation_last_ns(const struct conversation *c); /* of its last packet */
size_t conversation_memory(const struct conversation *c);   /* about */
void conversation_end(struct conversation *c, const char *how);
void conversation_free(struct conversation *c);
/* `frame`: the first one that the record speaks of; 0: the session's */
struct record_envelope conversation_envelope(const struct conversation *c, int64_t time_ns, uint64_t frame);

/* tls.c */
void tls_begin(struct conversation *c); /* both directions are TLS from the next byte on */
/* Before the bytes of a segment are read: a session of implicit TLS, whatever its port? */
void tls_look_for_implicit(struct conversation *c, int half, uint64_t pos, struct fsc_span bytes);
/* Where a line may begin: does this direction go on as TLS? */
void tls_look_for_record(struct conversation *c, int half, uint64_t pos, struct fsc_span bytes);
/* Records are stepped over. Bytes that are no record where one must begin are clear text again: CCC, or a handshake
 * that was refused (RFC 4217 10.1 asks the server for a 421 in clear); they are in the partial line then. Returns the
 * bytes taken. */
size_t tls_take(struct conversation *c, int half, uint64_t pos, struct fsc_span in, bool *clear);
void tls_gap(struct conversation *c, int half, uint64_t len);

/* probe.c */
bool probe_begin(struct pipeline *pipeline, struct net_flow *flow, const struct net_packet *packet);
/* Sets flow->role when the bytes decide. */
void probe_bytes(struct pipeline *pipeline, struct net_flow *flow, int half, struct fsc_span bytes, uint64_t ack,
                 const struct net_packet *packet);
void probe_free(struct pipeline *pipeline, struct net_flow *flow); /* it is none, or it is gone */

/* notes.c */
/* `command`: of a line of the client. */
void notes_take(struct conversation *c, const struct fsc_input *in, const struct fsc_note *note,
                const struct fsc_command *command);
void notes_unanswered(struct conversation *c, const struct fsc_note *note);
void notes_leftover(struct conversation *c); /* at the end: no line goes without a record */

/* expectation.c */
void expectation_add(struct conversation *c, const struct fsc_expect *expect, uint64_t frame, int64_t time_ns);
struct expectation *expectation_find(struct conversation *c, uint32_t id);
void expectation_report_unused(struct conversation *c);
void expectation_drop_all(struct conversation *c);
void expectation_flow_opened(struct pipeline *pipeline, struct net_flow *flow);
void expectation_flow_disowned(struct pipeline *pipeline, struct net_flow *flow); /* it is no data connection */

/* transfers.c */
struct transfer *transfer_open(struct conversation *c, const struct fsc_note *note, struct fsc_span filename,
                               uint64_t frame, int64_t time_ns);
struct transfer *transfer_find(struct conversation *c, uint32_t tx);
void transfer_update(struct transfer *t, const struct fsc_note *note, uint64_t frame, int64_t time_ns);
void transfer_link(struct transfer *t, struct link *link);
const struct link *transfer_connection(const struct transfer *t); /* NULL: none seen */
bool transfer_try_report(struct transfer *t, bool force);
void transfers_interrupted(struct conversation *c, uint64_t frame, bool telnet);
void transfers_flush(struct conversation *c);

/* due.c */
void due_waiting(struct transfer *t);           /* its final reply came */
bool due_since_reply(const struct transfer *t); /* its final reply came long ago */
bool due_settling(struct transfer *t);          /* it looks finished; true when it did for long enough */
void due_over(struct conversation *c);          /* its control connection is over */
void due_forget(struct conversation *c);
void due_report(struct pipeline *pipeline); /* after each packet */
void due_end(struct pipeline *pipeline);

/* transfer_record.c */
void transfer_record(const struct transfer *t, enum fsc_status status, struct record_data *record);

/* link.c */
const struct net_flow *link_flow(const struct link *link);
int link_server_half(const struct link *link, enum fsc_form form);
enum fsc_closer link_closer(const struct link *link, int server_half);
const struct link *link_best(const GPtrArray *links); /* NULL when there is none */
bool flow_begins_with_tls(const struct net_flow *flow);
struct link *link_new(struct pipeline *pipeline, struct net_flow *flow);
void link_free(struct pipeline *pipeline, struct link *link);
bool flow_over(const struct net_flow *flow); /* both ends closed it, or one reset it */
bool link_over(const struct link *link);
bool link_served(const struct link *link);
void links_add(struct pipeline *pipeline, GPtrArray *links, struct link *link); /* at most LINKS_MAX */

/* secrets.c */
void secrets_take(struct conversation *c, struct fsc_span secret);
bool secrets_known(const struct conversation *c, uint16_t code); /* may a reply with this code hold any? */
void secrets_hide(const struct conversation *c, uint16_t code, GString *line); /* in one line of a reply */
/* False: it would stay as it is. */
bool secrets_would_hide(const struct conversation *c, uint16_t code, struct fsc_span line);
void secrets_free(struct conversation *c);

/* inferred.c */
void inferred_session_opaque(struct conversation *c);
void inferred_session_readable(struct conversation *c);
void inferred_consider(struct pipeline *pipeline, struct net_flow *flow);
void inferred_report(struct link *link);
void inferred_progress(const struct pipeline *pipeline, const struct sink *sink);
void inferred_flush(struct conversation *c);

/* evidence.c */
struct fsc_attempt evidence_attempt(const struct net_flow *flow, enum fsc_match match);
void evidence_transfer(const struct transfer *t, struct fsc_transfer_evidence *out);
void evidence_unused(const struct expectation *e, struct fsc_transfer_evidence *out);

/* facts.c: of a session for its record; with NULL nothing happens */
struct facts *facts_new(const struct pipeline *pipeline); /* NULL: nobody wants the record */
void facts_free(struct facts *f);
size_t facts_memory(const struct facts *f); /* about */
void facts_user(struct facts *f, struct fsc_span user);
void facts_client(struct facts *f, struct fsc_span software);
void facts_reply_line(struct facts *f, const struct fsc_note *note, struct fsc_span text);
void facts_code(struct facts *f, uint16_t code);
void facts_finding(struct facts *f, enum fsc_finding_id id);
/* Fills what it knows: valid as long as nothing more is taken. `f` is not NULL. */
void facts_tell(const struct facts *f, struct record_session *record);

/* report.c */
/* `time_ns`: of the packet that completed them. */
void report_findings(struct conversation *c, const struct fsc_finding *findings, size_t count, uint32_t transfer_id,
                     int64_t time_ns);
void report_session(struct conversation *c, const char *how);

/* community_id.c */
void community_id(const struct fsc_endpoint *a, const struct fsc_endpoint *b, char *out, size_t cap);

#endif
