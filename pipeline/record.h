/*
 * record.h - what the pipeline hands to an output: one struct per record of the NDJSON contract. All pointers are
 * borrowed and valid during the call. Text from the wire stands in spans, raw; the outputs escape it.
 */
#ifndef FTPSCOPE_PIPELINE_RECORD_H
#define FTPSCOPE_PIPELINE_RECORD_H

#include "core/ftpscope.h"
#include "pipeline/frame_index.h"

struct record_envelope {
    int64_t time_ns;                  /* since 1970, UTC */
    const char *file;                 /* of the record's first frame; NULL when live */
    const char *session_file;         /* where the session begins; NULL: `file` */
    const struct frame_index *frames; /* the capture has several files: see record_place; else NULL */
    uint32_t session;                 /* from 1 */
    uint64_t flow_id;
    const char *community_id;
    struct fsc_endpoint client, server;
    void **attached; /* for the receiver: NULL at first, then what it last put there for this control connection */
};

/* Where a frame of a record is to be found: its number counts within its file. */
static inline struct frame_place record_place(const struct record_envelope *envelope, uint64_t frame)
{
    return envelope->frames != NULL && frame != 0 ? frame_index_find(envelope->frames, frame)
                                                  : (struct frame_place){envelope->file, frame};
}

struct record_reply {
    uint16_t code;
    struct fsc_span text; /* lines joined with \n, without codes */
    uint32_t lines;       /* 1: single line */
    uint64_t frame;       /* of its last line */
    int64_t time_ns;
    struct fsc_explanation explanation;
    bool truncated; /* lines were dropped for the buffer limit */
};

enum record_flag {
    RECORD_PIPELINED = 1u << 0,
    RECORD_AFTER_GAP = 1u << 1,
    RECORD_BARE_LF = 1u << 2,
    RECORD_TELNET = 1u << 3,
    RECORD_UNSOLICITED = 1u << 4,
    RECORD_OVERLONG = 1u << 5,
    RECORD_ILLEGAL_REPLY = 1u << 6,
    RECORD_REPLY_TRUNCATED = 1u << 7,
    RECORD_PENDING_OVERFLOW = 1u << 8,
    RECORD_BAD_BASE64 = 1u << 9,        /* of a protected command (RFC 2228) */
    RECORD_REPLY_BAD_BASE64 = 1u << 10, /* of a protected reply */
};
enum record_received { RECORD_RECEIVED_YES, RECORD_RECEIVED_NO, RECORD_RECEIVED_UNKNOWN };

/* event_type "ftp": one command with its replies; verb FSC_VERB_NONE is a reply without a command. */
struct record_ftp {
    uint32_t tx;
    enum fsc_verb verb;
    struct fsc_span verb_text, argument;
    bool secret;            /* hide the argument */
    uint64_t command_frame; /* 0 without command */
    int64_t command_ns;
    const struct record_reply *replies;
    size_t reply_count;
    enum record_received received;
    int64_t latency_ns; /* -1: none */
    bool has_data;      /* a data connection was announced: passive and port are valid */
    bool passive;
    uint16_t dynamic_port;
    struct fsc_span user, cwd;
    uint32_t flags; /* enum record_flag */
};

/* event_type "ftp_data": one transfer. */
struct record_data {
    uint32_t transfer_id, tx;
    enum fsc_verb verb; /* FSC_VERB_NONE with inferred */
    struct fsc_span filename, path;
    bool upload;
    bool passive;
    enum fsc_form setup;
    bool has_endpoints;
    struct fsc_endpoint from, to; /* initiator first */
    uint64_t bytes, missing_bytes, retransmitted_bytes, offset, expected_bytes;
    enum fsc_size_from expected_from;
    char type; /* 0: not known */
    enum fsc_status status;
    uint16_t completion_code; /* 0: none */
    int64_t duration_ns;      /* -1: no payload */
    int64_t setup_ns;         /* -1: not established */
    int64_t time_ns;          /* of the command */
    /* Of the data connection: its first packet, the end of its handshake, its first and last payload; 0: not seen. */
    int64_t opened_ns, established_ns, first_ns, last_ns;
    bool amount_known; /* false: what crossed is not in the capture, `bytes` says nothing */
    bool tls, inferred;
    enum fsc_closer closed_by;
    uint64_t command_frame, first_frame, last_frame;
};

struct record_document {
    const struct fsc_document_note *note;
    enum fsc_document document; /* one of the note's */
    bool fits;                  /* in this case */
};

struct record_finding {
    const struct fsc_finding *finding;
    uint32_t n;        /* number within the capture, from 1 */
    uint32_t cause_of; /* 0: none */
    const char *summary, *advice;
    const struct record_document *documents;
    size_t document_count;
    uint32_t transfer_id; /* of the transfer it explains; 0: none */
};

struct record_session {
    int64_t start_ns, end_ns;
    struct fsc_span user;
    const char *login; /* "accepted" ... */
    struct fsc_span server_software, client_software, system;
    const struct fsc_span *features;
    size_t feature_count;
    const char *tls; /* "none" ... */
    uint64_t commands, replies, transfers, bytes_down, bytes_up;
    const uint16_t *codes; /* ascending */
    const uint64_t *code_counts;
    size_t code_count;
    const enum fsc_finding_id *findings; /* without repeats */
    size_t finding_count;
    bool first_seen_start;
    /* "fin" "rst" "timeout" "capture_end", "evicted" (given up for want of memory), "reused" (a new connection has its
     * ports; nobody saw it end) */
    const char *ended;
};

/* One line of a control connection that could be read, and what it means: as soon as it was read, before the records it
 * completes. */
struct record_line {
    enum fsc_dir dir;
    bool decrypted;
    uint64_t pos;         /* in its direction of the connection; of decrypted lines in what was decrypted */
    struct fsc_span wire; /* as it came, terminator included */
    struct fsc_span text;
    struct fsc_span shown; /* the same with passwords hidden, of a reply that repeats one; else p NULL */
    uint32_t line_flags;   /* enum fsc_line_flag */
    uint64_t frame;
    const struct fsc_note *note;
    const struct fsc_command *command; /* of the client's lines; else NULL */
};

struct record_check {
    const char *result;       /* "clean" "findings" "error" "incomplete" */
    bool fails;               /* some finding reaches --fail-on */
    uint64_t counts[3];       /* by enum fsc_severity */
    const char *message;      /* NULL: none */
    const char *const *files; /* of the capture, as they were given */
    size_t file_count;
};

struct net_unread;

struct record_stats {
    int64_t time_ns;
    const char *file;
    uint64_t packets, bytes, decoded, dropped, output_dropped, truncated_packets, gaps, gap_bytes, sessions, evicted;
    uint64_t copies;                 /* packets that two overlapping files had: counted once */
    const struct net_unread *unread; /* what may hide packets of FTP, most frequent first */
    size_t unread_count;
    uint64_t sessions_shown;     /* after a selection; else all */
    const char *truncated_input; /* NULL: whole */
    bool complete;
};

/* An output is a table of functions over its own state. A NULL function means that the output leaves these records out.
 */
struct sink {
    void *state;
    void (*opened)(void *state, const struct record_envelope *envelope); /* a session, before all else of it */
    void (*line)(void *state, const struct record_envelope *envelope, const struct record_line *record);
    void (*ftp)(void *state, const struct record_envelope *envelope, const struct record_ftp *record);
    void (*data)(void *state, const struct record_envelope *envelope, const struct record_data *record);
    /* A transfer that goes on, as far as it came: see pipeline_progress. */
    void (*progress)(void *state, const struct record_envelope *envelope, const struct record_data *record);
    void (*finding)(void *state, const struct record_envelope *envelope, const struct record_finding *record);
    void (*session)(void *state, const struct record_envelope *envelope, const struct record_session *record);
    void (*check)(void *state, const char *file, int64_t time_ns, const struct record_check *record);
    void (*stats)(void *state, const struct record_stats *record);
};

#endif
