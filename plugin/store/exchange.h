/*
 * exchange.h - sessions, and in them each command with its replies and its transfer.
 *
 * Everything here lives as long as the file (wmem_file_scope). Texts are raw bytes of the wire.
 */
#ifndef FTPSCOPE_PLUGIN_STORE_EXCHANGE_H
#define FTPSCOPE_PLUGIN_STORE_EXCHANGE_H

#include "plugin/store/flow.h"

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
    struct data_count *counted;            /* of a transfer; NULL: no data */
    struct object *object;                 /* of a transfer: what objects.c put together of its file; NULL: nothing */
};

/* Data of a transfer as TCP hands it on: what the built-in dissector shows of it. */
struct data_count {
    uint32_t frames, first, last;
    uint64_t bytes;
    int64_t first_ns, last_ns;
};

struct announcement {
    struct fsc_endpoint listener;
    enum fsc_form form;
    uint32_t frame;
};

/* The outcome of a transfer. */
struct transfer_result {
    struct session *session;
    struct exchange *exchange; /* NULL: its command is not in the capture */
    struct record_data record;
    uint32_t known_frame; /* where it became known */
};

struct session {
    uint32_t number;
    uint32_t exchange_count, exchange_room;
    struct exchange **exchanges; /* by tx from 1; NULL: no such command */
    struct exchange *newest;     /* the last of them */
    struct exchange *open_reply; /* of a reply without command whose end has not come */
    bool setup_waits;            /* first pass: a data connection was agreed on and no transfer command came since */
    const struct exchange *folder_asked; /* first pass: the last command that the built-in dissector saw was this CWD,
                                            unanswered as yet; NULL: another */
    uint32_t folder_asked_in;            /* the same of one that the pipeline had not told: its frame; 0: another */
    bool folder_seen;                    /* first pass: the last command that it saw was a CWD, answered or not */
    uint32_t folder_frame;               /* first pass: of the CWD that was answered last */
    uint32_t folder_bytes;           /* first pass: how long the path is that the built-in dissector has put together */
    struct fsc_span user, cwd, path; /* the last texts copied */
    struct fsc_endpoint client, server;
};

/* NULL: no such command */
struct exchange *session_exchange(const struct session *session, uint32_t tx);

void session_begin(struct session *session, const struct record_envelope *envelope); /* of zeroed memory */
/* First pass: a line of this session that the pipeline tells of, with the exchange that it belongs to. */
struct line *session_take_line(struct session *session, const struct record_line *record);

struct fsc_span text_keep(struct fsc_span text); /* a copy that lives as long as the file */

#endif
