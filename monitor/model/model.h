/*
 * model.h - what the screens show: sessions with their conversation, transfers, problems and counts.
 *
 * One thread feeds it (the sink of model_sink, model_capture, model_say), another one reads. The reader takes the lock,
 * copies what it is about to draw, and lets go before it touches the terminal: pointers are valid while the lock is
 * held.
 *
 * Memory is bounded by max_bytes. When it is full the sessions that ended first go, with all that belongs to them; then
 * the oldest part of the conversation of those that are open: events, transfers that are over, findings. No session
 * keeps more than a quarter of it. All that went is counted. Rows of open sessions and transfers that go on stay: the
 * pipeline bounds their number.
 *
 * Text from the wire is kept raw, passwords hidden: the screen escapes.
 */
#ifndef MONITOR_MODEL_H
#define MONITOR_MODEL_H

#include <glib.h>

#include "pipeline/record.h"

struct model;

/* `show_secrets`: passwords stay. NULL: no file descriptor is free. */
struct model *model_new(size_t max_bytes, bool show_secrets);
void model_free(struct model **model);

/* ---- one side: what happens ---- */

/* Of one pipeline: sessions are told apart by their numbers. Names of files in the records are borrowed for as long as
 * the model lives. */
struct sink model_sink(struct model *model); /* every record; progress too */

struct model_interface {
    char name[64];
    bool up;
    uint64_t packets, dropped, interface_dropped;
};

enum model_input { MODEL_INPUT_WHOLE, MODEL_INPUT_BROKEN, MODEL_INPUT_UNREADABLE };

/* How the capture is doing; all numbers since its start. */
struct model_capture {
    bool live, finished;      /* finished: the input ended, or was stopped */
    enum model_input trouble; /* finished: some input broke off, or could not be read; messages tell */
    uint64_t packets, bytes, dropped, interface_dropped, output_dropped, evicted, gaps, truncated_packets;
    uint64_t memory_bytes, memory_max_bytes; /* of the tables of connections and sessions */
    struct model_interface interfaces[8];
    size_t interface_count; /* those beyond are in the sums */
    double progress;        /* of a file being read: 0 to 1; negative: not known */
    const char *source;     /* "eth0", "trace.pcapng and 2 more"; copied */
    const char *filter;     /* copied; NULL: none */
    int64_t now_ns;         /* live: the clock, so that rates fall when no packet comes; 0: the latest packet's */
};
void model_capture(struct model *model, const struct model_capture *capture);

/* A message for the user ("eth0: gone, waiting for it"), shown for a while and kept in a short list. */
void model_say(struct model *model, int64_t time_ns, const char *message);

/* Readable (poll) as soon as something changed since model_changes_seen: the screen's thread waits for it, says that it
 * has seen them, then looks (in this order: what changes while it looks wakes it again). */
int model_changes_fd(const struct model *model);
void model_changes_seen(struct model *model);

/* ---- the other side: what is shown ---- */

void model_lock(struct model *model);
void model_unlock(struct model *model);

enum model_state {
    MODEL_CONNECTING, /* nothing said yet */
    MODEL_GREETED,
    MODEL_LOGIN,    /* USER was sent */
    MODEL_READY,    /* logged in, nothing open */
    MODEL_WAITING,  /* a command waits for its reply */
    MODEL_TRANSFER, /* a transfer goes on */
    MODEL_OPAQUE,   /* the control connection is TLS: its state cannot be seen */
    MODEL_ENDED,
    MODEL_STATES
};
const char *model_state_word(enum model_state state); /* "ready" */

/* One line of the ladder. */
enum model_event_kind {
    MODEL_EVENT_COMMAND,
    MODEL_EVENT_REPLY,       /* a line of a reply: see note_flags FSC_NOTE_FIRST, FSC_NOTE_LAST */
    MODEL_EVENT_DATA_OPENED, /* a data connection: first packet */
    MODEL_EVENT_DATA_ENDED,  /* its outcome: `transfer` */
    MODEL_EVENT_FINDING,     /* `finding` */
    MODEL_EVENT_ENDED,       /* the session: `text` is how (record_session.ended) */
};

struct model_event {
    enum model_event_kind kind;
    int64_t time_ns;
    uint64_t frame; /* 0: none */
    /* COMMAND, REPLY */
    const char *text; /* the line as sent, without its end; `text_len` bytes */
    size_t text_len;
    uint32_t tx;
    enum fsc_verb verb;                    /* of the command, or of the one that is answered */
    uint16_t code;                         /* of the reply */
    uint32_t note_flags;                   /* enum fsc_note_flag */
    uint64_t gap;                          /* bytes missing right before */
    int64_t latency_ns;                    /* first line of a reply: since the command; -1 */
    enum fsc_text_class text_class;        /* with FSC_NOTE_LAST: for fsc_explain(code, verb, text_class) */
    const struct model_transfer *transfer; /* DATA_* */
    const struct model_finding *finding;   /* FINDING */
};

enum { MODEL_SPARKS = 32 }; /* samples of the rate, one a second, newest last */

struct model_transfer {
    uint32_t session, id, tx;
    const struct model_session *of;
    bool open; /* still going on; else `status` holds */
    enum fsc_verb verb;
    bool upload, passive, tls, inferred, has_endpoints, amount_known;
    enum fsc_form setup;
    enum fsc_status status;
    uint16_t completion_code;
    enum fsc_closer closed_by;
    char type;
    char *path, *filename; /* raw bytes, NUL terminated (a NUL inside is replaced) */
    struct fsc_endpoint from, to;
    uint64_t bytes, missing_bytes, retransmitted_bytes, offset, expected_bytes;
    enum fsc_size_from expected_from;
    int64_t command_ns, opened_ns, established_ns, first_ns, last_ns, setup_ns; /* 0, setup_ns -1: not seen */
    uint64_t rate_bps;            /* open: over the last seconds; ended: over all */
    uint64_t spark[MODEL_SPARKS]; /* bytes in each of the last seconds */
    uint64_t command_frame, first_frame, last_frame;
    const struct model_finding *finding; /* the cause, or the worst; NULL: none */
};

struct model_finding {
    uint32_t session, n, transfer_id, tx;
    const struct model_session *of;
    int64_t time_ns;
    enum fsc_finding_id id;
    enum fsc_severity severity;
    enum fsc_confidence confidence;
    enum fsc_role role;
    char *summary, *advice;
    uint64_t evidence[FSC_EVIDENCE_MAX];
    size_t evidence_count;
    uint16_t code, winsock;
};

struct model_session {
    uint32_t number;
    uint64_t flow_id;
    struct fsc_endpoint client, server;
    char *file;                        /* NULL when live */
    int64_t start_ns, last_ns, end_ns; /* end_ns 0: open */
    enum model_state state;
    char *user;    /* "": not known */
    char *cwd;     /* "": not known */
    char *command; /* the last one, as sent, secrets hidden; "" none yet */
    int64_t command_ns;
    bool command_waits; /* for its final reply */
    char *server_software, *client_software;
    enum fsc_tls tls;
    bool logged_in, refused;
    uint64_t commands, replies, replies_4xx, replies_5xx, transfers, transfers_failed, bytes_down, bytes_up;
    struct model_transfer *current;      /* the transfer that goes on; else NULL */
    char *refusal, *refusal_command;     /* the last reply 4xx or 5xx, as sent, and what it answered; "": none */
    const struct model_finding *finding; /* the worst, latest of these; NULL: none */
    uint32_t findings;
    char ended[16];   /* "fin" ... ; "" while open */
    uint64_t trimmed; /* events that had to go */
    /* Events in order of time. */
    size_t event_count;
    struct model_session *next; /* internal */
};

/* Sessions in order of their numbers (those kept); index below the count. O(1). */
size_t model_session_count(const struct model *model);
const struct model_session *model_session_at(const struct model *model, size_t i);
const struct model_session *model_session_find(const struct model *model,
                                               uint32_t number); /* NULL: not kept (any more) */
const struct model_event *model_event_at(const struct model *model, const struct model_session *session, size_t i);

/* Transfers in order of their commands (of those behind TLS: of their connections), findings in order of time. O(1). */
size_t model_transfer_count(const struct model *model);
const struct model_transfer *model_transfer_at(const struct model *model, size_t i);
size_t model_finding_count(const struct model *model);
const struct model_finding *model_finding_at(const struct model *model, size_t i);

enum { MODEL_LATENCY_BUCKETS = 16 }; /* bucket i: below 2^i milliseconds; the last: above */

struct model_totals {
    uint64_t sessions, sessions_open, logins, refusals, commands, replies, transfers, transfers_open, bytes_down,
        bytes_up;
    uint64_t by_status[5]; /* transfers, by enum fsc_status */
    uint64_t by_verb[FSC_VERB_COUNT];
    uint64_t by_code[1000];
    uint64_t by_finding[FSC_FINDING_COUNT];
    uint64_t by_tls[5];                                        /* sessions, by enum fsc_tls */
    uint64_t latency[MODEL_LATENCY_BUCKETS];                   /* first replies */
    uint64_t rate_down_bps, rate_up_bps;                       /* over the last seconds */
    uint64_t spark_down[MODEL_SPARKS], spark_up[MODEL_SPARKS]; /* bytes in each of the last seconds */
    uint64_t forgotten_sessions, forgotten_events;             /* for max_bytes */
    int64_t now_ns;                                            /* time of the latest packet */
};
const struct model_totals *model_totals(const struct model *model);
size_t model_bytes(const struct model *model, size_t *most); /* of all that is kept here; *most: max_bytes */
const struct model_capture *model_capture_state(const struct model *model);

struct model_message {
    int64_t time_ns;
    char *text;
};
size_t model_message_count(const struct model *model);
const struct model_message *model_message_at(const struct model *model, size_t i); /* oldest first */

/* Counts up whenever something that a screen shows has changed. */
uint64_t model_version(const struct model *model);
/* The same, but not for what comes without a record about something new: the capture's counters, messages, how far
 * transfers are. Lists that are not in order of such numbers stand still until it counts up. */
uint64_t model_rows_version(const struct model *model);

/* The records of these sessions once more (ftp, data, finding, session, in the order in which they came; open sessions
 * as far as they came), into a text or NDJSON sink. `wanted` NULL: all; it is called with the lock held, the sink is
 * not. Takes the lock itself, for moments: a slow sink stops nobody. What comes meanwhile is not told. Returns how many
 * sessions had to be left out or told in part because their records are gone. */
uint64_t model_replay(struct model *model, bool (*wanted)(void *state, uint32_t session), void *state,
                      const struct sink *sink);

#endif
