/* text_internal.h - shared by text.c (collects and sorts), by text_lines.c, text_transfer.c, text_finding.c and
 * text_frame.c (write lines), and by live_text.c. */
#ifndef MONITOR_OUTPUT_TEXT_INTERNAL_H
#define MONITOR_OUTPUT_TEXT_INTERNAL_H

#include "monitor/output/stamp.h"
#include "monitor/output/text.h"
#include "monitor/output/wrap.h"
#include "net/net.h"

enum {
    TEXT_TIME = 10,     /* columns of the time since the start of the session and the blank after it */
    TEXT_BODY = 13,     /* ... and of the arrow */
    TEXT_REPLY = 17,    /* ... and of the reply code */
    TEXT_MEANINGS = 32, /* different explanations remembered per session */
};

enum item_kind { ITEM_LINE, ITEM_TRANSFER, ITEM_FINDING };

/* One command, reply, transfer or finding of a session. Its text starts after the time column. */
struct item {
    int64_t time_ns;
    uint32_t tx;
    enum item_kind kind;
    bool of_transfer; /* findings */
    bool timed;       /* its own time is shown */
    size_t at, len;   /* in block.text */
    /* Where it stands in the block: after the line it belongs to, or by its own time. */
    int64_t sort_ns;
    uint32_t sort_order, rank, order;
};

struct block {
    uint64_t flow_id;
    uint32_t session;
    char *file;
    struct fsc_endpoint client, server;
    struct buf text;
    struct item *items;
    size_t item_count, item_cap;
    uint64_t left_out;                   /* items that the bounds left no room for */
    const char *meanings[TEXT_MEANINGS]; /* shown already; they are constants of the tables */
    size_t meaning_count;
};

struct text {
    FILE *out;
    struct text_options options;
    struct wrap wrap;
    struct buf line;  /* what `wrap` writes when a block or the summary is printed */
    struct buf words; /* numbers on their way into a line */
    struct stamp stamp;
    void *blocks; /* GHashTable: flow_id -> struct block */
    size_t total_bytes;
    struct record_stats stats;
    struct net_unread unread[NET_UNREAD_MAX];
    bool have_stats, finished;
    char *truncated_input;
    uint64_t verdicts[FSC_STATUS_COMPLETE + 1], severities[FSC_SEVERITY_ERROR + 1];
};

/* text_lines.c, text_transfer.c, text_finding.c: the items, written into text->wrap.out. */
void text_command(struct text *text, const struct record_ftp *record);
void text_reply(struct text *text, struct block *block, const struct record_ftp *record, size_t i);
void text_transfer(struct text *text, const struct block *block, const struct record_envelope *envelope,
                   const struct record_data *record);
void text_finding(struct text *text, const struct block *block, const struct record_envelope *envelope,
                  const struct record_finding *record);

/* text_frame.c: what stands around them. `record` is NULL for a session whose end never came. */
void text_header(struct text *text, const struct block *block, const struct record_session *record);
void text_summary(struct text *text);

enum style text_status_style(enum fsc_status status);
enum style text_code_style(uint16_t code);

const char *text_verdict_words(const struct record_data *record); /* "complete: " */
/* "download of /pub/a, 1,234 B in 12 ms, 8.1 Mbit/s"; `words` is empty before and behind it. */
void text_transfer_words(struct wrap *wrap, struct buf *words, const struct record_data *record);
const char *text_ended_words(const char *ended);                                             /* ", closed" */
void text_login(struct wrap *wrap, const struct record_session *record);                     /* "user joe (...)" */
void text_counts(struct wrap *wrap, struct buf *words, const struct record_session *record); /* "5 commands, ..." */
enum style text_severity_style(enum fsc_severity severity);

#endif
