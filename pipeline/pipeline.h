/*
 * pipeline.h - packets in, records out: the coordinator between net (TCP), core (FTP) and an output.
 *
 * probe.c         control connections on ports that nobody named, by their first_words.c
 * conversation.c  one control connection: bytes -> lines -> notes -> transactions
 * tls.c           where it is TLS, and where it is clear text again
 * transaction.c   commands with their replies until the last one came
 * expectation.c   announced listeners, found again when a connection is seen
 * transfers.c     one transfer: its parameters, its connections, its outcome (transfer_record.c: its record)
 * queues.c        tables by addresses, seeded
 * due.c           what is told when time has passed
 * link.c          a data connection as they see it
 * inferred.c      data connections of sessions whose control connection is TLS
 * evidence.c      what net saw, for the rules of the core
 * notes.c         a note taken apart for all of them
 * secrets.c       passwords in what the server says
 * greeting.c      what the server calls itself
 * report.c        findings and the session record
 */
#ifndef FTPSCOPE_PIPELINE_H
#define FTPSCOPE_PIPELINE_H

#include "net/net.h"
#include "pipeline/record.h"

enum { PIPELINE_PORTS_MAX = 16 };

struct pipeline_config {
    const struct frame_index *frames; /* borrowed; of a capture of several files, else NULL */
    /* Control ports; none: 21, 990 with TLS from the start, and every other where the first words are those of FTP */
    uint16_t ports[PIPELINE_PORTS_MAX];
    size_t port_count;
    bool (*also_port)(uint16_t port); /* NULL, or says which other ports are control ports for the host */
    uint64_t hash_seed;
    size_t max_memory;     /* bytes for connections and sessions, see net_config; 0: 65536 connections */
    uint64_t flows_before; /* of other captures of the run: see totals.flows */
    /* NULL, or told of every connection that a session has, its control connection first; twice is possible. */
    void (*connection)(void *state, uint32_t session, uint64_t flow_id);
    void *connection_state;
    bool show_secrets; /* do not hide passwords that replies repeat */
};

/* Numbers of one input, for the check and stats records. */
struct pipeline_totals {
    uint64_t packets, bytes, decoded, truncated_packets, gaps, gap_bytes, sessions, evicted, duplicates, malformed,
        unread;
    uint64_t fragments;    /* of datagrams that were never completed */
    uint64_t flows;        /* ids given to connections */
    uint64_t transfers[5]; /* by enum fsc_status */
    uint64_t findings[3];  /* by enum fsc_severity */
    uint64_t weakened;     /* verdicts unknown because packets are missing */
    int64_t last_ns;
    uint64_t sessions_shown;                        /* set by who selects among them */
    uint64_t dropped, copies;                       /* see capture_set.h; set by who reads */
    struct net_unread unread_kinds[NET_UNREAD_MAX]; /* most frequent first */
    size_t unread_kind_count;
    bool unreadable; /* some input could not be read */
};

/* Where a frame belongs. */
struct pipeline_pushed {
    uint64_t flow_id; /* 0: to no connection that is known by now */
    const uint64_t
        *earlier; /* frames before it that turn out to belong to the same one: its other fragments, early answers */
    size_t earlier_count;
    uint32_t session; /* 0: none that is known by now */
    bool undecided;   /* no session, but a later frame may show that it belongs to one */
};

struct pipeline;

/* `file` (borrowed, may be NULL) names the input in the records. */
struct pipeline *pipeline_new(const struct pipeline_config *config, const struct sink *sink, const char *file);
struct pipeline_pushed pipeline_push(struct pipeline *pipeline, int linktype, struct fsc_span captured, size_t wire_len,
                                     uint64_t frame, int64_t time_ns);
/* The same for a host that decodes what comes before TCP, and for its frames without TCP; see net.h. */
struct pipeline_pushed pipeline_push_datagram(struct pipeline *pipeline, const struct net_datagram *datagram,
                                              size_t wire_len, uint64_t frame, int64_t time_ns);
void pipeline_push_nothing(struct pipeline *pipeline, size_t wire_len, uint64_t frame, int64_t time_ns);

enum pipeline_role { PIPELINE_ROLE_NONE, PIPELINE_ROLE_CONTROL, PIPELINE_ROLE_DATA };

/* What is known by now of the connection of the packet just pushed. */
struct pipeline_use {
    enum pipeline_role role;
    uint64_t flow_id;
    void **attached;                      /* for the caller: NULL at first; see record_envelope */
    const struct fsc_endpoint *initiator; /* there until the next packet; of a control connection the client */
    int half;                             /* which one sent the packet: 0 the initiator */
    bool numbered;                        /* base_seq is known */
    uint32_t base_seq;                    /* the sequence number of position 0 in this direction */
    uint32_t session;
    enum fsc_form form; /* of a data connection: how it was announced; NONE where TLS hides that */
    uint32_t setup_tx;  /* the command that did, 0: none (default ports, TLS) */
    uint32_t tx;        /* the transfer command, 0: none by now */
    bool from_server;   /* the packet comes from the server of the session */
};
struct pipeline_use pipeline_use(const struct pipeline *pipeline);
/* Is the sequence number of position 0 known, in the direction of that half of the same connection? */
bool pipeline_base(const struct pipeline *pipeline, int half, uint32_t *base_seq);

/* Whole lines, with their ends, of the control connection of the packet just pushed, which the host decrypted: `pos`
 * counts what was decrypted of their direction. They come in order. */
void pipeline_decrypted(struct pipeline *pipeline, uint64_t pos, struct fsc_span bytes, uint64_t frame,
                        int64_t time_ns);

/* Nothing came until now: what only waits for time to pass is told. */
void pipeline_time(struct pipeline *pipeline, int64_t time_ns);

/* Nobody recorded between before_ns and what is pushed next: whatever was open then may have gone on or ended unseen.
 */
void pipeline_pause(struct pipeline *pipeline, int64_t before_ns);
/* Every transfer that goes on, to sink->progress: what `ftp_data` would say of it by now. */
void pipeline_progress(const struct pipeline *pipeline, const struct sink *sink);
void pipeline_end(struct pipeline *pipeline); /* flushes everything that is open, in session order */
struct pipeline_totals pipeline_totals(const struct pipeline *pipeline);
size_t pipeline_memory(const struct pipeline *pipeline); /* held of max_memory; 0 without it */
void pipeline_free(struct pipeline **pipeline);

#endif
