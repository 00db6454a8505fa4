/* records.c - the records of the sessions, kept to be told once more. */
#include "monitor/model/internal.h"

void records_keep(struct model *model, struct row *row, struct record_copy *copy)
{
    copy->owner = row;
    copy->uses = 1;
    copy->older = model->newest_record;
    *(model->newest_record != NULL ? &model->newest_record->newer : &model->oldest_record) = copy;
    model->newest_record = copy;
    copy->next = row->new_records;
    row->new_records = copy;
    row_charge(model, row, copy->size + ALLOCATION_OVERHEAD);
}

void record_unlink(struct model *model, struct record_copy *copy)
{
    *(copy->older != NULL ? &copy->older->newer : &model->oldest_record) = copy->newer;
    *(copy->newer != NULL ? &copy->newer->older : &model->newest_record) = copy->older;
}

/* A replay may still be writing it. */
void record_release(struct record_copy *copy)
{
    if (--copy->uses == 0)
        record_copy_free(&copy);
}

static struct record_copy *oldest_of(struct row *row)
{
    struct record_copy *copy;

    if (row->old_records != NULL)
        return row->old_records;
    while ((copy = row->new_records) != NULL) {
        row->new_records = copy->next;
        copy->next = row->old_records;
        row->old_records = copy;
    }
    return row->old_records;
}

void records_drop_until(struct model *model, struct row *row, int64_t time_ns)
{
    struct record_copy *copy;

    while ((copy = oldest_of(row)) != NULL && copy->envelope.time_ns <= time_ns) {
        row->old_records = copy->next;
        row->records_gone = true;
        row_discharge(model, row, copy->size + ALLOCATION_OVERHEAD);
        record_unlink(model, copy);
        record_release(copy);
    }
}

void on_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record)
{
    struct model *model = state;

    model_lock(model);
    struct row *row = row_of(model, envelope);
    records_keep(model, row, record_copy_ftp(envelope, record));
    memory_settle(model, row);
    model_unlock(model);
}

/* ---- telling them once more ---- */

enum { BATCH = 128 };

struct replay {
    struct model *model;
    bool (*wanted)(void *state, uint32_t session);
    void *state;
    uint64_t number;                /* of this replay */
    struct record_copy cursor;      /* stands in the list behind the last record told, wherever those around it go */
    const struct record_copy *last; /* a second one: nothing behind it is told */
    struct record_copy *batch[BATCH];
    size_t count;
};

static bool is_wanted(struct replay *replay, struct row *row)
{
    if (row->replay != replay->number) {
        row->replay = replay->number;
        row->wanted = replay->wanted == NULL || replay->wanted(replay->state, row->shown.number);
    }
    return row->wanted;
}

static void insert_behind(struct model *model, struct record_copy *copy, struct record_copy *older)
{
    copy->older = older;
    copy->newer = older != NULL ? older->newer : model->oldest_record;
    *(copy->newer != NULL ? &copy->newer->older : &model->newest_record) = copy;
    *(older != NULL ? &older->newer : &model->oldest_record) = copy;
}

/* The next ones that are wanted; at most so many steps, since others wait for the lock. */
static bool take_batch(struct replay *replay)
{
    struct model *model = replay->model;
    struct record_copy *copy = replay->cursor.newer;

    replay->count = 0;
    for (int steps = 0; steps < 64 * BATCH && replay->count < BATCH && copy != replay->last; steps++) {
        if (copy->kind != RECORD_COPY_NONE && is_wanted(replay, copy->owner)) {
            copy->uses++;
            replay->batch[replay->count++] = copy;
        }
        copy = copy->newer;
    }
    record_unlink(model, &replay->cursor);
    insert_behind(model, &replay->cursor, copy->older);
    return copy != replay->last;
}

static void send_batch(struct replay *replay, const struct sink *sink)
{
    for (size_t i = 0; i < replay->count; i++)
        record_copy_send(replay->batch[i], sink);
    model_lock(replay->model);
    for (size_t i = 0; i < replay->count; i++)
        record_release(replay->batch[i]);
    model_unlock(replay->model);
}

/* Sessions that are gone are asked for by their numbers. */
static uint64_t count_missing(struct replay *replay)
{
    struct model *model = replay->model;
    uint64_t missing = 0;

    model_lock(model);
    for (guint i = 0; i < model->rows->len; i++) {
        struct row *row = model->rows->pdata[i];
        missing += row->records_gone && is_wanted(replay, row);
    }
    for (uint32_t n = 1; model->totals.forgotten_sessions > 0 && n <= model->highest; n++) {
        bool gone = !g_hash_table_contains(model->by_number, GUINT_TO_POINTER(n));
        missing += gone && (replay->wanted == NULL || replay->wanted(replay->state, n));
        if (n % 4096 == 0) { /* others wait for the lock */
            model_unlock(model);
            model_lock(model);
        }
    }
    model_unlock(model);
    return missing;
}

uint64_t model_replay(struct model *model, bool (*wanted)(void *state, uint32_t session), void *state,
                      const struct sink *sink)
{
    struct record_copy last = {.kind = RECORD_COPY_NONE};
    struct replay replay = {.model = model, .wanted = wanted, .state = state, .last = &last};
    bool more = true;

    model_lock(model);
    replay.number = ++model->replays;
    insert_behind(model, &last, model->newest_record);
    insert_behind(model, &replay.cursor, NULL);
    model_unlock(model);
    while (more) {
        model_lock(model);
        more = take_batch(&replay);
        model_unlock(model);
        send_batch(&replay, sink);
    }
    model_lock(model);
    record_unlink(model, &replay.cursor);
    record_unlink(model, &last);
    model_unlock(model);
    return count_missing(&replay);
}
