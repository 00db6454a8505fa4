/* rows.c - one row for each session: made when its first record comes, closed by its last. */
#include "monitor/model/internal.h"

#include <string.h>

enum { ROW_INDEX_BYTES = 64 /* in the list and the table of sessions, as an estimate */ };

void row_charge(struct model *model, struct row *row, size_t bytes)
{
    row->bytes += bytes;
    model->bytes += bytes;
}

void row_discharge(struct model *model, struct row *row, size_t bytes)
{
    row->bytes -= bytes;
    model->bytes -= bytes;
}

/* ---- texts ---- */

static bool text_is(const char *field, struct fsc_span text)
{
    return strncmp(field, (const char *)text.p, text.n) == 0 && field[text.n] == '\0';
}

void row_text(struct model *model, struct row *row, char **field, struct fsc_span text)
{
    if (text.n == 0 ? **field == '\0' : text_is(*field, text))
        return;
    if (*field != row->nothing) {
        row_discharge(model, row, strlen(*field) + 1 + ALLOCATION_OVERHEAD);
        g_free(*field);
    }
    *field = row->nothing;
    if (text.n == 0)
        return;
    char *copy = g_malloc(text.n + 1);
    for (size_t i = 0; i < text.n; i++)
        copy[i] = text.p[i] != 0 ? (char)text.p[i] : '?';
    copy[text.n] = '\0';
    *field = copy;
    row_charge(model, row, text.n + 1 + ALLOCATION_OVERHEAD);
}

/* ---- making and finding ---- */

static struct row *row_new(struct model *model, const struct record_envelope *envelope)
{
    const char *file = envelope->session_file != NULL ? envelope->session_file : envelope->file;
    struct row *row = g_new0(struct row, 1);

    row->shown = (struct model_session){.number = envelope->session,
                                        .flow_id = envelope->flow_id,
                                        .client = envelope->client,
                                        .server = envelope->server,
                                        .start_ns = envelope->time_ns,
                                        .last_ns = envelope->time_ns,
                                        .user = row->nothing,
                                        .cwd = row->nothing,
                                        .command = row->command_text,
                                        .refusal = row->nothing,
                                        .refusal_command = row->nothing,
                                        .server_software = row->nothing,
                                        .client_software = row->nothing};
    row->phase = FSC_PHASE_GREETING;
    row_charge(model, row, sizeof(*row) + ALLOCATION_OVERHEAD + ROW_INDEX_BYTES);
    if (file != NULL) {
        row->shown.file = g_strdup(file);
        row_charge(model, row, strlen(file) + 1 + ALLOCATION_OVERHEAD);
    }
    return row;
}

/* In order of their numbers, which is that in which the pipeline tells of them. */
static void list_row(struct model *model, struct row *row)
{
    guint at = model->rows->len;

    while (at > 0 && ((const struct row *)model->rows->pdata[at - 1])->shown.number > row->shown.number)
        at--;
    g_ptr_array_insert(model->rows, (gint)at, row);
    g_hash_table_insert(model->by_number, GUINT_TO_POINTER(row->shown.number), row);
}

/* The sessions of late are mostly all kept: their numbers tell the place in the list, without a look into the table. */
struct row *row_find(struct model *model, uint32_t number)
{
    uint32_t behind = model->highest - number;

    if (model->recent != NULL && model->recent->shown.number == number)
        return model->recent;
    struct row *row = behind < model->rows->len ? model->rows->pdata[model->rows->len - 1 - behind] : NULL;
    if (row == NULL || row->shown.number != number)
        row = g_hash_table_lookup(model->by_number, GUINT_TO_POINTER(number));
    model->recent = row;
    return row;
}

/* Implicit TLS (port 990) says nothing that could be read. */
static void take_port(struct model *model, struct row *row)
{
    if (row->shown.server.port != 990)
        return;
    row->opaque = true;
    row_set_tls(model, row, FSC_TLS_IMPLICIT);
}

struct row *row_of(struct model *model, const struct record_envelope *envelope)
{
    struct row *row = row_find(model, envelope->session);

    clock_advance(model, envelope->time_ns);
    model->totals.now_ns = MAX(model->totals.now_ns, envelope->time_ns);
    if (row != NULL)
        return row;
    row = row_new(model, envelope);
    list_row(model, row);
    model->recent = row;
    model->highest = MAX(model->highest, envelope->session);
    model->totals.sessions++;
    model->totals.sessions_open++;
    model->totals.by_tls[FSC_TLS_NONE]++;
    take_port(model, row);
    row_settle(row);
    return row;
}

/* ---- state ---- */

void row_set_tls(struct model *model, struct row *row, enum fsc_tls tls)
{
    if (row->shown.tls == tls)
        return;
    model->totals.by_tls[row->shown.tls]--;
    model->totals.by_tls[tls]++;
    row->shown.tls = tls;
}

const char *model_state_word(enum model_state state)
{
    static const char *const words[MODEL_STATES] = {"connecting", "greeted",  "login",  "ready",
                                                    "waiting",    "transfer", "opaque", "ended"};

    return words[state];
}

/* By what the conversation came to, and whether a command waits for its reply. */
static const enum model_state by_phase[][2] = {
    [FSC_PHASE_UNKNOWN] = {MODEL_READY, MODEL_WAITING}, [FSC_PHASE_GREETING] = {MODEL_CONNECTING, MODEL_CONNECTING},
    [FSC_PHASE_LOGIN] = {MODEL_GREETED, MODEL_WAITING}, [FSC_PHASE_READY] = {MODEL_READY, MODEL_WAITING},
    [FSC_PHASE_CLOSING] = {MODEL_READY, MODEL_WAITING},
};

static enum model_state state_of(const struct row *row)
{
    if (row->shown.end_ns != 0)
        return MODEL_ENDED;
    if (row->opaque)
        return MODEL_OPAQUE;
    if (row->started > 0)
        return MODEL_TRANSFER;
    if (!row->spoken)
        return MODEL_CONNECTING;
    if (row->phase == FSC_PHASE_LOGIN && row->user_sent)
        return MODEL_LOGIN;
    if (row->phase == FSC_PHASE_CLOSING && !row->shown.logged_in)
        return MODEL_GREETED;
    return by_phase[row->phase][row->pending > 0];
}

void row_settle(struct row *row)
{
    row->shown.state = state_of(row);
    row->shown.current = row->newest_open != NULL ? &row->newest_open->shown : NULL;
}

/* ---- records ---- */

void on_opened(void *state, const struct record_envelope *envelope)
{
    struct model *model = state;

    model_lock(model);
    struct row *row = row_of(model, envelope);
    model_changed(model);
    memory_settle(model, row);
    model_unlock(model);
}

/* What was counted line by line gives way to what the pipeline says. */
static void take_summary(struct model *model, struct row *row, const struct record_session *record)
{
    struct model_session *shown = &row->shown;
    bool encrypted = record->tls != NULL && strcmp(record->tls, "none") != 0;

    shown->start_ns = record->start_ns;
    shown->end_ns = record->end_ns != 0 ? record->end_ns : 1;
    shown->last_ns = MAX(shown->last_ns, record->end_ns);
    shown->commands = record->commands;
    shown->replies = record->replies;
    shown->transfers = record->transfers;
    shown->bytes_down = record->bytes_down;
    shown->bytes_up = record->bytes_up;
    row_text(model, row, &shown->user, record->user);
    row_text(model, row, &shown->server_software, record->server_software);
    row_text(model, row, &shown->client_software, record->client_software);
    g_strlcpy(shown->ended, record->ended != NULL ? record->ended : "", sizeof(shown->ended));
    if (record->login != NULL) {
        shown->logged_in = shown->logged_in || strcmp(record->login, "accepted") == 0;
        shown->refused = strcmp(record->login, "refused") == 0;
    }
    if (!encrypted)
        row_set_tls(model, row, FSC_TLS_NONE);
    else if (strcmp(record->tls, "implicit") == 0)
        row_set_tls(model, row, FSC_TLS_IMPLICIT);
    else if (shown->tls == FSC_TLS_NONE || shown->tls == FSC_TLS_IMPLICIT)
        row_set_tls(model, row, FSC_TLS_EXPLICIT);
}

static void append_ended(struct model *model, struct row *row)
{
    if (model->ended_last != NULL)
        model->ended_last->shown.next = &row->shown;
    else
        model->ended_first = row;
    model->ended_last = row;
    model->totals.sessions_open--;
}

void on_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct model *model = state;

    model_lock(model);
    struct row *row = row_of(model, envelope);
    bool twice = row->shown.end_ns != 0;
    if (!twice) {
        transfers_leave(model, row);
        take_summary(model, row, record);
        row->shown.command_waits = false;
        const struct model_event event = {.kind = MODEL_EVENT_ENDED,
                                          .time_ns = row->shown.end_ns,
                                          .text = row->shown.ended,
                                          .text_len = strlen(row->shown.ended),
                                          .latency_ns = -1};
        event_add(model, row, &event);
        records_keep(model, row, record_copy_session(envelope, record));
        append_ended(model, row);
        row_settle(row);
        model_changed(model);
    }
    memory_settle(model, row);
    model_unlock(model);
}
