/* transfers.c - transfers from their command (or their first packet, behind TLS) to their outcome. */
#include "monitor/model/internal.h"

#include <string.h>

#include "monitor/output/words.h"

/* ---- finding them ---- */

/* Those behind TLS have no command: their own numbers count. */
static uint64_t key_of(uint32_t session, bool inferred, uint32_t number)
{
    return (uint64_t)session << 33 | (uint64_t)inferred << 32 | number;
}

guint transfer_hash(gconstpointer transfer)
{
    uint64_t mixed = ((const struct transfer *)transfer)->key * UINT64_C(0x9e3779b97f4a7c15);

    return (guint)(mixed >> 32);
}

gboolean transfer_same(gconstpointer a, gconstpointer b)
{
    return ((const struct transfer *)a)->key == ((const struct transfer *)b)->key;
}

static struct transfer *find_open(const struct model *model, uint64_t key)
{
    const struct transfer like = {.key = key};

    return g_hash_table_lookup(model->open_transfers, &like);
}

/* ---- beginning and end ---- */

size_t transfer_size(const struct transfer *transfer)
{
    size_t size = sizeof(*transfer) + (size_t)2 * ALLOCATION_OVERHEAD;

    if (transfer->shown.path != NULL)
        size += strlen(transfer->shown.path) + 1 + ALLOCATION_OVERHEAD;
    if (transfer->shown.filename != NULL)
        size += strlen(transfer->shown.filename) + 1 + ALLOCATION_OVERHEAD;
    return size;
}

void transfer_free(struct transfer *transfer)
{
    g_free(transfer->shown.path);
    g_free(transfer->shown.filename);
    g_free(transfer);
}

static void take_name(struct model *model, struct row *row, char **name, struct fsc_span text)
{
    size_t old = *name != NULL ? strlen(*name) : 0;

    if (*name != NULL && old == text.n && (old == 0 || memcmp(*name, text.p, old) == 0))
        return;
    if (*name != NULL)
        row_discharge(model, row, old + 1 + ALLOCATION_OVERHEAD);
    g_free(*name);
    *name = g_malloc(text.n + 1);
    for (size_t i = 0; i < text.n; i++)
        (*name)[i] = text.p[i] != 0 ? (char)text.p[i] : '?';
    (*name)[text.n] = '\0';
    row_charge(model, row, text.n + 1 + ALLOCATION_OVERHEAD);
}

static void list_transfer(struct model *model, struct transfer *transfer)
{
    GPtrArray *list = model->transfers;
    guint at = list->len, steps = 0;

    while (at > 0 && steps < TRANSFER_STEPS_MAX &&
           ((const struct transfer *)list->pdata[at - 1])->shown.command_ns > transfer->shown.command_ns) {
        at--;
        steps++;
    }
    if (at == list->len)
        g_ptr_array_add(list, transfer);
    else
        g_ptr_array_insert(list, (gint)at, transfer);
}

static struct transfer *open_transfer(struct model *model, struct row *row, uint64_t key, int64_t command_ns)
{
    struct transfer *transfer = g_new0(struct transfer, 1);

    transfer->row = row;
    transfer->key = key;
    transfer->shown.session = row->shown.number;
    transfer->shown.of = &row->shown;
    transfer->shown.open = true;
    transfer->shown.command_ns = command_ns;
    transfer->shown.setup_ns = -1;
    row_charge(model, row, transfer_size(transfer));
    g_hash_table_add(model->open_transfers, transfer);
    list_transfer(model, transfer);
    transfer->older = row->newest_open;
    *(row->newest_open != NULL ? &row->newest_open->newer : &row->oldest_open) = transfer;
    row->newest_open = transfer;
    row->shown.transfers++;
    model->totals.transfers++;
    model->totals.transfers_open++;
    return transfer;
}

static void start(struct transfer *transfer)
{
    transfer->row->started += !transfer->started;
    transfer->started = true;
}

static void close_transfer(struct model *model, struct transfer *transfer)
{
    struct row *row = transfer->row;

    g_hash_table_remove(model->open_transfers, transfer);
    *(transfer->older != NULL ? &transfer->older->newer : &row->oldest_open) = transfer->newer;
    *(transfer->newer != NULL ? &transfer->newer->older : &row->newest_open) = transfer->older;
    row->started -= transfer->started;
    row->last_ended = transfer;
    transfer->shown.open = false;
    model->totals.transfers_open--;
    model->totals.by_status[transfer->shown.status]++;
    row->shown.transfers_failed +=
        transfer->shown.status != FSC_STATUS_COMPLETE && transfer->shown.status != FSC_STATUS_UNKNOWN;
}

/* ---- how much moved ---- */

/* The pipeline may find that another connection is that of the transfer, or that it goes the other way. */
static void take_back(struct model *model, struct transfer *transfer)
{
    struct model_session *session = &transfer->row->shown;
    struct model_transfer *shown = &transfer->shown;

    *(shown->upload ? &session->bytes_up : &session->bytes_down) -= shown->bytes;
    *(shown->upload ? &model->totals.bytes_up : &model->totals.bytes_down) -= shown->bytes;
    memset(shown->spark, 0, sizeof(shown->spark));
    shown->bytes = 0;
    transfer->sampled_ns = 0;
}

static void take_bytes(struct model *model, struct transfer *transfer, const struct record_data *record, int64_t now_ns)
{
    struct model_session *session = &transfer->row->shown;
    struct model_transfer *shown = &transfer->shown;

    if (record->bytes < shown->bytes || record->upload != shown->upload)
        take_back(model, transfer);
    uint64_t moved = record->bytes - shown->bytes;
    int64_t to_ns = record->last_ns != 0 ? record->last_ns : now_ns;
    int64_t from_ns = MAX(transfer->sampled_ns, record->first_ns != 0 ? record->first_ns : to_ns);
    *(record->upload ? &session->bytes_up : &session->bytes_down) += moved;
    *(record->upload ? &model->totals.bytes_up : &model->totals.bytes_down) += moved;
    spark_move(shown->spark, &transfer->spark_second, to_ns);
    if (moved > 0) {
        spark_add(shown->spark, transfer->spark_second, from_ns, to_ns, moved);
        totals_moved(model, record->upload, from_ns, to_ns, moved);
    }
    transfer->sampled_ns = now_ns;
}

static void take_facts(struct model *model, struct transfer *transfer, const struct record_data *record)
{
    struct model_transfer *shown = &transfer->shown;

    shown->id = record->transfer_id;
    shown->tx = record->tx;
    shown->verb = record->verb;
    shown->upload = record->upload;
    shown->passive = record->passive;
    shown->tls = record->tls;
    shown->inferred = record->inferred;
    shown->has_endpoints = record->has_endpoints;
    shown->amount_known = record->amount_known;
    shown->setup = record->setup;
    shown->status = record->status;
    shown->completion_code = record->completion_code;
    shown->closed_by = record->closed_by;
    shown->type = record->type;
    take_name(model, transfer->row, &shown->path, record->path);
    take_name(model, transfer->row, &shown->filename, record->filename);
    shown->from = record->from;
    shown->to = record->to;
    shown->bytes = record->bytes;
    shown->missing_bytes = record->missing_bytes;
    shown->retransmitted_bytes = record->retransmitted_bytes;
    shown->offset = record->offset;
    shown->expected_bytes = record->expected_bytes;
    shown->expected_from = record->expected_from;
    shown->command_ns = record->time_ns;
    shown->opened_ns = record->opened_ns;
    shown->established_ns = record->established_ns;
    shown->first_ns = record->first_ns;
    shown->last_ns = record->last_ns;
    shown->setup_ns = record->setup_ns;
    shown->command_frame = record->command_frame;
    shown->first_frame = record->first_frame;
    shown->last_frame = record->last_frame;
}

static void tell_opened(struct model *model, struct transfer *transfer)
{
    const struct model_transfer *shown = &transfer->shown;
    struct model_event event = {.kind = MODEL_EVENT_DATA_OPENED,
                                .time_ns = shown->opened_ns,
                                .frame = shown->first_frame,
                                .tx = shown->tx,
                                .verb = shown->verb,
                                .latency_ns = -1,
                                .transfer = shown};

    if (transfer->opened_told || shown->opened_ns == 0)
        return;
    transfer->opened_told = true;
    transfer->event_ns = event_add(model, transfer->row, &event);
    start(transfer);
}

static struct transfer *update(struct model *model, struct row *row, const struct record_data *record, int64_t now_ns)
{
    uint64_t key = key_of(row->shown.number, record->inferred, record->inferred ? record->transfer_id : record->tx);
    struct transfer *transfer = find_open(model, key);

    if (transfer == NULL)
        transfer = open_transfer(model, row, key, record->time_ns);
    take_bytes(model, transfer, record, now_ns);
    take_facts(model, transfer, record);
    tell_opened(model, transfer);
    if (record->inferred && !row->spoken)
        row_set_tls(model, row, FSC_TLS_IMPLICIT);
    row->opaque = row->opaque || record->inferred;
    row->shown.last_ns = MAX(row->shown.last_ns, record->last_ns);
    return transfer;
}

/* ---- from lines ---- */

void transfer_command(struct model *model, struct row *row, const struct record_envelope *envelope,
                      const struct record_line *record)
{
    const struct fsc_note *note = record->note;
    uint64_t key = key_of(row->shown.number, false, note->tx);
    struct fsc_command command;

    if (find_open(model, key) != NULL)
        return;
    struct transfer *transfer = open_transfer(model, row, key, envelope->time_ns);
    struct model_transfer *shown = &transfer->shown;
    fsc_command_parse(record->text, &command);
    take_name(model, row, &shown->filename, command.arg);
    take_name(model, row, &shown->path, note->path);
    shown->tx = note->tx;
    shown->verb = note->verb;
    shown->upload = fsc_verb_info(note->verb)->flow == FSC_FLOW_UP;
    shown->type = note->transfer.parameters_known ? note->transfer.type : 0;
    shown->offset = note->transfer.offset;
    shown->expected_bytes = note->transfer.expected_bytes;
    shown->expected_from = note->transfer.expected_from;
    shown->command_frame = record->frame;
}

void transfer_agreed(struct model *model, const struct row *row, uint32_t tx)
{
    struct transfer *transfer = find_open(model, key_of(row->shown.number, false, tx));

    if (transfer != NULL)
        start(transfer);
}

/* ---- from records ---- */

void on_progress(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct model *model = state;

    model_lock(model);
    guint rows = model->rows->len, transfers = model->transfers->len;
    struct row *row = row_of(model, envelope);
    size_t events = row->shown.event_count;
    struct transfer *transfer = update(model, row, record, envelope->time_ns);
    struct model_transfer *shown = &transfer->shown;
    int64_t now_ns = MAX(model->clock_ns, envelope->time_ns);
    spark_move(shown->spark, &transfer->spark_second, now_ns);
    shown->rate_bps =
        shown->first_ns == 0 ? 0 : spark_rate_bps(shown->spark, transfer->spark_second, shown->first_ns, now_ns);
    row_settle(row);
    if (rows != model->rows->len || transfers != model->transfers->len || events != row->shown.event_count)
        model_changed(model);
    else
        model_ticked(model); /* four times a second for each, also for those that stand still */
    memory_settle(model, row);
    model_unlock(model);
}

static void tell_ended(struct model *model, struct transfer *transfer, int64_t time_ns)
{
    const struct model_transfer *shown = &transfer->shown;
    const struct model_event event = {.kind = MODEL_EVENT_DATA_ENDED,
                                      .time_ns = MAX(time_ns, transfer->event_ns),
                                      .frame = shown->last_frame,
                                      .tx = shown->tx,
                                      .verb = shown->verb,
                                      .code = shown->completion_code,
                                      .latency_ns = -1,
                                      .transfer = shown};

    close_transfer(model, transfer);
    transfer->event_ns = event_add(model, transfer->row, &event);
}

void on_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct model *model = state;

    model_lock(model);
    struct row *row = row_of(model, envelope);
    struct transfer *transfer = update(model, row, record, envelope->time_ns);
    transfer->shown.rate_bps = words_rate_bps(record);
    tell_ended(model, transfer, envelope->time_ns);
    records_keep(model, row, record_copy_data(envelope, record));
    row_settle(row);
    model_changed(model);
    memory_settle(model, row);
    model_unlock(model);
}

/* Nobody tells their outcome any more. */
void transfers_leave(struct model *model, struct row *row)
{
    while (row->newest_open != NULL)
        tell_ended(model, row->newest_open, row->shown.last_ns);
}
