/* memory.c - what goes when the bound is reached, and the end of everything. */
#include "monitor/model/internal.h"

/* Lists are put in order once for all that goes in one sweep: it frees this much more than it must. */
static size_t sweep_bytes(const struct model *model)
{
    return model->max_bytes / 32;
}

/* ---- parts ---- */

/* What the records told at that time went with the events. */
static void trim(struct model *model, struct row *row)
{
    const struct event_block *block = row->blocks[row->block_first];
    int64_t until_ns = block->events[block->count - 1]->time_ns;

    row->shown.trimmed += block->count;
    model->totals.forgotten_events += block->count;
    events_drop_block(model, row);
    records_drop_until(model, row, until_ns);
}

static void free_texts(struct row *row)
{
    char *texts[] = {row->shown.user,
                     row->shown.cwd,
                     row->shown.refusal,
                     row->shown.refusal_command,
                     row->shown.server_software,
                     row->shown.client_software};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        if (texts[i] != row->nothing)
            g_free(texts[i]);
    g_free(row->shown.file);
}

static void free_shown_finding(struct row *row)
{
    struct finding *finding = (struct finding *)(uintptr_t)row->shown.finding;

    row->shown.finding = NULL; /* one that is on the list goes with its event */
    if (finding != NULL && !finding->listed)
        g_free(finding);
}

void row_free(struct model *model, struct row *row)
{
    g_hash_table_remove(model->by_number, GUINT_TO_POINTER(row->shown.number));
    if (model->recent == row)
        model->recent = NULL;
    free_shown_finding(row);
    while (row->block_count > 0)
        events_drop_block(model, row);
    records_drop_until(model, row, INT64_MAX);
    g_free(row->blocks);
    free_texts(row);
    row_discharge(model, row, row->bytes);
    row->removed = true;
    g_ptr_array_add(model->gone_rows, row);
}

/* ---- the lists ---- */

static bool row_is_gone(gconstpointer row)
{
    return ((const struct row *)row)->removed;
}

static bool transfer_is_gone(gconstpointer transfer)
{
    return ((const struct transfer *)transfer)->removed;
}

static bool finding_is_gone(gconstpointer finding)
{
    return ((const struct finding *)finding)->removed;
}

static void take_off(GPtrArray *list, bool (*is_gone)(gconstpointer))
{
    guint kept = 0;

    for (guint i = 0; i < list->len; i++)
        if (!is_gone(list->pdata[i]))
            list->pdata[kept++] = list->pdata[i];
    g_ptr_array_set_size(list, (gint)kept);
}

static void free_transfer(gpointer transfer, gpointer unused)
{
    (void)unused;
    transfer_free(transfer);
}

static void free_it(gpointer block, gpointer unused)
{
    (void)unused;
    g_free(block);
}

static void free_all_of(GPtrArray *list, GFunc free_one)
{
    g_ptr_array_foreach(list, free_one, NULL);
    g_ptr_array_set_size(list, 0);
}

static void tidy_lists(struct model *model)
{
    if (model->gone_rows->len > 0)
        take_off(model->rows, row_is_gone);
    if (model->gone_transfers->len > 0)
        take_off(model->transfers, transfer_is_gone);
    if (model->findings_gone || model->gone_findings->len > 0)
        take_off(model->findings, finding_is_gone);
    model->findings_gone = false;
    free_all_of(model->gone_rows, free_it);
    free_all_of(model->gone_transfers, free_transfer);
    free_all_of(model->gone_findings, free_it);
}

/* ---- what goes ---- */

static void forget_session(struct model *model)
{
    struct row *row = model->ended_first;

    model->ended_first = (struct row *)row->shown.next;
    if (model->ended_first == NULL)
        model->ended_last = NULL;
    model->totals.forgotten_sessions++;
    model->totals.forgotten_events += row->shown.event_count;
    row_free(model, row);
}

/* One that takes more than its share loses the oldest part, never the newest. */
static bool trim_large(struct model *model, struct row *row)
{
    size_t share = model->max_bytes / 4;

    if (row == NULL || row->bytes <= share)
        return false;
    while (row->bytes > share - sweep_bytes(model) && row->block_count > 1)
        trim(model, row);
    return true;
}

static bool make_room(struct model *model)
{
    if (model->bytes <= model->max_bytes)
        return false;
    size_t wanted = model->max_bytes - sweep_bytes(model);
    while (model->bytes > wanted && model->ended_first != NULL)
        forget_session(model);
    while (model->bytes > wanted && model->oldest_block != NULL)
        trim(model, model->oldest_block->row);
    return true;
}

void memory_settle(struct model *model, struct row *row)
{
    bool trimmed = trim_large(model, row);

    if (make_room(model) || trimmed)
        tidy_lists(model);
}

static void free_left_transfers(struct model *model)
{
    for (guint i = 0; i < model->transfers->len; i++)
        transfer_free(model->transfers->pdata[i]);
}

void memory_free_all(struct model *model)
{
    for (guint i = 0; i < model->rows->len; i++)
        row_free(model, model->rows->pdata[i]);
    tidy_lists(model);
    free_left_transfers(model); /* those that never ended */
}
