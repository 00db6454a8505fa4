/* internal.h - the inside of the model, shared by its files (see model.h). Everything here wants the lock held. */
#ifndef MONITOR_MODEL_INTERNAL_H
#define MONITOR_MODEL_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "monitor/model/model.h"
#include "monitor/model/record_copy.h"

enum {
    EVENTS_PER_BLOCK = 16,
    EVENT_STEPS_MAX = 512,    /* how far back an event may be sorted in: the work per event is bounded */
    TRANSFER_STEPS_MAX = 512, /* the same for the list of transfers */
    COMMAND_TEXT_MAX = 256,
    MESSAGES_MAX = 64,
    ALLOCATION_OVERHEAD = 16, /* of malloc, as an estimate */
    RATE_SECONDS = 3,         /* rates are those of the last seconds, the current one among them */
};

/* A part of a conversation, and the unit in which the oldest go. Of one session all but the last are full. */
struct event_block {
    struct event_block *older, *newer; /* of all sessions, by when they were begun */
    struct row *row;
    size_t count;
    struct model_event *events[EVENTS_PER_BLOCK]; /* each with its text in one allocation */
};

struct transfer {
    struct model_transfer shown; /* first: the one is the other */
    struct row *row;
    uint64_t key;                   /* in model.open_transfers */
    struct transfer *older, *newer; /* of the session's open ones */
    bool started;                   /* the server agreed, or a connection was seen */
    bool opened_told;
    bool removed;         /* to be taken off the lists, then freed */
    int64_t event_ns;     /* time of its latest event: later ones stand behind it */
    int64_t sampled_ns;   /* all bytes up to here are in the samples */
    int64_t spark_second; /* of the newest sample */
};

struct finding {
    struct model_finding shown; /* first */
    size_t size;
    bool listed, removed;
};

struct row {
    struct model_session shown; /* first */
    size_t bytes;               /* of all that belongs to the session */
    bool removed;
    char nothing[1]; /* "" */
    char command_text[COMMAND_TEXT_MAX];

    struct event_block **blocks;
    size_t block_first, block_count, block_room;
    struct event_block *newest_block;
    int64_t newest_ns; /* of the last event */
    /* Two stacks make a queue: adding touches no older record, which the cache has lost long ago. */
    struct record_copy *new_records, *old_records; /* newest first, oldest first and older than the others */
    bool records_gone;

    struct transfer *oldest_open, *newest_open, *last_ended;
    unsigned started; /* open transfers that are */

    enum fsc_phase phase;
    bool spoken, user_sent, opaque;
    uint32_t command_tx;
    unsigned pending; /* commands that wait for their final reply */

    uint64_t replay; /* the replay that asked last, and whether it wants this session */
    bool wanted;
};

struct model {
    pthread_mutex_t lock;
    int changes_fd;
    atomic_bool told; /* changes_fd is readable */
    bool show_secrets;
    size_t max_bytes, bytes;
    uint64_t version, rows_version;

    GHashTable *by_number; /* session -> struct row */
    GPtrArray *rows, *transfers, *findings;
    GHashTable *open_transfers; /* a set of struct transfer */
    struct row *recent;         /* the last one looked up */
    struct row *ended_first, *ended_last;
    struct event_block *oldest_block, *newest_block;
    GPtrArray *gone_rows, *gone_transfers, *gone_findings; /* to be freed once they are off the lists */
    bool findings_gone;
    uint32_t highest; /* session number so far */

    struct record_copy *oldest_record, *newest_record;
    uint64_t replays; /* so far */

    struct model_totals totals;
    int64_t first_ns, clock_ns, rates_ns, spark_second;
    struct model_capture capture;
    char *source, *filter;
    struct model_message messages[MESSAGES_MAX];
    size_t message_first, message_count;
};

/* model.c */
void model_changed(struct model *model); /* rows too */
void model_ticked(struct model *model);  /* numbers at most: no row came, went or got another state */

/* rows.c */
struct row *row_of(struct model *model, const struct record_envelope *envelope); /* made when it is new */
struct row *row_find(struct model *model, uint32_t number);                      /* or NULL */
void row_text(struct model *model, struct row *row, char **field, struct fsc_span text);
void row_settle(struct row *row); /* its state, from all the rest */
void row_set_tls(struct model *model, struct row *row, enum fsc_tls tls);
void row_charge(struct model *model, struct row *row, size_t bytes);
void row_discharge(struct model *model, struct row *row, size_t bytes);
void on_opened(void *state, const struct record_envelope *envelope);
void on_session(void *state, const struct record_envelope *envelope, const struct record_session *record);

/* lines.c */
void on_line(void *state, const struct record_envelope *envelope, const struct record_line *record);

/* events.c */
/* A copy of it, text included. Returns its time: that of the event before it where its own place is too far back. */
int64_t event_add(struct model *model, struct row *row, const struct model_event *event);
/* The oldest block of this session goes, with what it tells of. */
void events_drop_block(struct model *model, struct row *row);

/* transfers.c */
void transfer_command(struct model *model, struct row *row, const struct record_envelope *envelope,
                      const struct record_line *record);
void transfer_agreed(struct model *model, const struct row *row, uint32_t tx); /* 1yz */
void transfers_leave(struct model *model, struct row *row);                    /* those still open at the end */
void transfer_free(struct transfer *transfer);
size_t transfer_size(const struct transfer *transfer);
guint transfer_hash(gconstpointer transfer); /* of those in open_transfers, by their keys */
gboolean transfer_same(gconstpointer a, gconstpointer b);
void on_data(void *state, const struct record_envelope *envelope, const struct record_data *record);
void on_progress(void *state, const struct record_envelope *envelope, const struct record_data *record);

/* findings.c */
void on_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record);
void finding_drop(struct model *model, struct row *row, struct finding *finding);

/* records.c */
void records_keep(struct model *model, struct row *row, struct record_copy *copy);
void records_drop_until(struct model *model, struct row *row, int64_t time_ns);
void record_release(struct record_copy *copy);
void record_unlink(struct model *model, struct record_copy *copy);
void on_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record);

/* rates.c */
/* Samples of seconds, the newest is that of *second: moves on to the second of now_ns. */
void spark_move(uint64_t *spark, int64_t *second, int64_t now_ns);
/* `bytes` moved evenly between from_ns and to_ns. */
void spark_add(uint64_t *spark, int64_t second, int64_t from_ns, int64_t to_ns, uint64_t bytes);
/* Bits per second over the newest samples; nothing moved before since_ns. */
uint64_t spark_rate_bps(const uint64_t *spark, int64_t second, int64_t since_ns, int64_t now_ns);
void clock_advance(struct model *model, int64_t time_ns);
void totals_moved(struct model *model, bool upload, int64_t from_ns, int64_t to_ns, uint64_t bytes);
void totals_rates(struct model *model);

/* memory.c: at the end of whatever made something; NULL: no session */
void memory_settle(struct model *model, struct row *row);
void row_free(struct model *model, struct row *row); /* with all that is its own; off the lists by memory_settle */
void memory_free_all(struct model *model);

#endif
