/* view_sessions.c - the list of sessions: who, in which state, what moves, and what is wrong, in a few words. */
#include <string.h>

#include "monitor/tui/cells.h"
#include "monitor/tui/format.h"

enum {
    CODES_LOOKED = 20000, /* events of one session that code: looks at, the newest */
    SUMMARY_WIDTH = 40,   /* columns from which a diagnosis has room for more than its name */
    BAR_WIDTH = 8
};

/* ---- cells ---- */

static void number_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_session *s = item;
    (void)c;
    g_snprintf(cell->text, sizeof(cell->text), "%u", s->number);
    cell->style = PAINT_DIM;
}

static void client_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_session *s = item;
    (void)c;
    format_host(cell->text, sizeof(cell->text), &s->client);
    cell->tail = true; /* hosts of one network differ there */
}

static void server_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_session *s = item;

    (void)c;
    if (s->server.port == 21)
        format_host(cell->text, sizeof(cell->text), &s->server);
    else
        format_endpoint(cell->text, sizeof(cell->text), &s->server);
    cell->tail = true;
}

static void user_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_session *s = item;
    (void)c;
    format_escape(cell->text, sizeof(cell->text), s->user);
    cell->style = s->refused ? PAINT_BAD : PAINT_FACT;
}

static void state_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    static const enum paint_style styles[MODEL_STATES] = {
        [MODEL_CONNECTING] = PAINT_WARN, [MODEL_READY] = PAINT_GOOD, [MODEL_WAITING] = PAINT_PLAIN,
        [MODEL_TRANSFER] = PAINT_FACT,   [MODEL_OPAQUE] = PAINT_DIM, [MODEL_ENDED] = PAINT_DIM};
    const struct model_session *s = item;

    (void)c;
    cell_set(cell, styles[s->state], model_state_word(s->state));
    if (s->state == MODEL_ENDED && s->ended[0] != '\0')
        cell_set(cell, strcmp(s->ended, "rst") == 0 ? PAINT_WARN : PAINT_DIM, session_end_word(s->ended));
}

static void tls_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_session *s = item;
    (void)c;
    cell_set(cell, PAINT_GOOD, tls_word(s->tls));
}

/* "RETR big.iso", and how far it is. */
static void transfer_words(const struct cell_context *c, const struct model_transfer *t, GString *words)
{
    char name[CELL_MAX], bar[64], rate[16];
    bool known;
    unsigned percent = transfer_percent(t, &known);

    format_escape(name, sizeof(name), t->filename != NULL && t->filename[0] != '\0' ? t->filename : t->path);
    if (known && c->width >= 4 * BAR_WIDTH) {
        format_bar(bar, sizeof(bar), BAR_WIDTH, percent, 100, c->paint->utf8);
        g_string_append_printf(words, "%s ", bar);
    }
    if (known)
        g_string_append_printf(words, "%u%% ", percent);
    format_amount(rate, sizeof(rate), t->rate_bps);
    if (t->rate_bps > 0)
        g_string_append_printf(words, "%sb/s ", rate);
    g_string_append_printf(words, "%s %s", t->verb > FSC_VERB_UNKNOWN ? fsc_verb_info(t->verb)->name : "transfer",
                           name);
}

static void transfer_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_session *s = item;

    if (s->current == NULL)
        return;
    GString *words = g_string_new(NULL);
    transfer_words(c, s->current, words);
    cell_set(cell, PAINT_FACT, words->str);
    g_string_free(words, TRUE);
}

static void down_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    (void)c;
    cell_amount(cell, ((const struct model_session *)item)->bytes_down);
}

static void up_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    (void)c;
    cell_amount(cell, ((const struct model_session *)item)->bytes_up);
}

static void errors_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_session *s = item;
    char temporary[16], permanent[16];

    (void)c;
    if (s->replies_4xx + s->replies_5xx == 0)
        return;
    format_amount(temporary, sizeof(temporary), s->replies_4xx);
    format_amount(permanent, sizeof(permanent), s->replies_5xx);
    g_snprintf(cell->text, sizeof(cell->text), "%s/%s", temporary, permanent);
    cell->style = PAINT_WARN;
}

static int64_t session_age(const struct cell_context *c, const struct model_session *s)
{
    return (s->end_ns != 0 ? s->end_ns : MAX(c->now_ns, s->last_ns)) - s->start_ns;
}

static void age_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    format_age(cell->text, sizeof(cell->text), session_age(c, item));
}

static void diagnosis_of(const struct cell_context *c, const struct model_finding *finding, struct cell *cell)
{
    char summary[CELL_MAX];

    if (c->width < SUMMARY_WIDTH) {
        cell_set(cell, finding_style(finding), finding_name(finding));
        return;
    }
    format_escape(summary, sizeof(summary), finding->summary);
    g_snprintf(cell->text, sizeof(cell->text), "%s: %s", finding_name(finding), summary);
    cell->style = finding_style(finding);
}

/* What failed comes first, then what goes on right now, then what was refused. That a password could be read is true of
 * nearly every session: it is said where nothing else is to be said. */
static void diagnosis_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_session *s = item;
    char text[CELL_MAX], age[16];

    if (s->finding != NULL && finding_is_failure(s->finding)) {
        diagnosis_of(c, s->finding, cell);
    } else if (s->current != NULL) {
        transfer_cell(c, item, cell);
    } else if (s->command_waits && s->end_ns == 0) {
        format_escape(text, sizeof(text), s->command);
        format_age(age, sizeof(age), MAX(c->now_ns, s->last_ns) - s->command_ns);
        g_snprintf(cell->text, sizeof(cell->text), "%s waits %s", text, age);
    } else if (s->refusal[0] != '\0') {
        format_escape(text, sizeof(text), s->refusal_command);
        g_snprintf(cell->text, sizeof(cell->text), "%.3s%s%s", s->refusal, text[0] != '\0' ? " to " : "", text);
    } else if (s->finding != NULL) {
        diagnosis_of(c, s->finding, cell);
        cell->style = PAINT_DIM;
    } else {
        format_escape(cell->text, sizeof(cell->text), s->command);
        cell->style = PAINT_DIM;
    }
}

/* ---- order ---- */

static void number_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_number(key, ((const struct model_session *)item)->number);
}

static void address_key(const struct fsc_endpoint *endpoint, struct sort_key *key)
{
    sort_key_number(key, endpoint->addr.kind);
    for (int i = 0; i < 16; i++)
        key->bytes[i] = i == 0 && endpoint->addr.kind == FSC_ADDR_V6 ? 0xff : endpoint->addr.bytes[i];
    key->bytes[16] = (unsigned char)(endpoint->port >> 8);
    key->bytes[17] = (unsigned char)(endpoint->port & 0xff);
}

static void client_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    address_key(&((const struct model_session *)item)->client, key);
}

static void server_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    address_key(&((const struct model_session *)item)->server, key);
}

static void user_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_text(key, ((const struct model_session *)item)->user);
}

static void state_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_number(key, ((const struct model_session *)item)->state);
}

static void tls_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_number(key, ((const struct model_session *)item)->tls);
}

static void transfer_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    const struct model_session *s = item;
    (void)c;
    sort_key_number(key, s->current != NULL ? s->current->rate_bps + 1 : 0);
}

static void down_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_number(key, ((const struct model_session *)item)->bytes_down);
}

static void up_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_number(key, ((const struct model_session *)item)->bytes_up);
}

static void errors_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    const struct model_session *s = item;
    (void)c;
    sort_key_number(key, s->replies_4xx + s->replies_5xx);
}

static void age_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    int64_t age = session_age(c, item);
    sort_key_number(key, age > 0 ? (uint64_t)age : 0);
}

/* The worst first, then by name. */
static void diagnosis_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    const struct model_session *s = item;

    (void)c;
    sort_key_text(key, s->finding != NULL ? finding_name(s->finding) : "");
    for (int i = KEY_BYTES - 1; i > 0; i--)
        key->bytes[i] = key->bytes[i - 1];
    key->bytes[0] = s->finding != NULL ? (unsigned char)(FSC_SEVERITY_ERROR - s->finding->severity) : 0xff;
}

/* In 80 columns the diagnosis tells of the transfer that goes on too. */
static const struct column columns[] = {
    {"#", 3, 7, 6, true, false, number_cell, number_key},
    {"Client", 8, 39, 0, false, false, client_cell, client_key},
    {"Server", 8, 45, 3, false, false, server_cell, server_key},
    {"User", 6, 20, 0, false, false, user_cell, user_key},
    {"State", 8, 10, 2, false, false, state_cell, state_key},
    {"TLS", 3, 4, 5, false, false, tls_cell, tls_key},
    {"Transfer", 0, 34, 9, false, false, transfer_cell, transfer_key},
    {"Down", 5, 5, 7, true, false, down_cell, down_key},
    {"Up", 5, 5, 8, true, false, up_cell, up_key},
    {"4/5xx", 5, 7, 1, true, false, errors_cell, errors_key},
    {"Age", 3, 6, 4, true, false, age_cell, age_key},
    {"Diagnosis", 18, 18, 0, false, true, diagnosis_cell, diagnosis_key},
};

/* ---- the rest of the source ---- */

static const void *session_at(const struct model *model, size_t i)
{
    return model_session_at(model, i);
}

static uint64_t session_id(const void *item)
{
    return ((const struct model_session *)item)->number;
}

static uint32_t session_number(const void *item)
{
    return ((const struct model_session *)item)->number;
}

static bool session_has_code(const void *context, const void *item, unsigned lowest, unsigned highest)
{
    const struct model_session *s = item;
    size_t first = s->event_count > CODES_LOOKED ? s->event_count - CODES_LOOKED : 0;

    for (size_t i = first; i < s->event_count; i++) {
        const struct model_event *event = model_event_at(context, s, i);
        if (event->kind == MODEL_EVENT_REPLY && event->code >= lowest && event->code <= highest)
            return true;
    }
    return false;
}

static void session_subject(const struct cell_context *c, const void *item, struct filter_subject *subject)
{
    const struct model_session *s = item;

    subject->user = s->user;
    subject->failed = session_failed(s);
    subject->open = s->end_ns == 0;
    subject->tls = s->tls != FSC_TLS_NONE;
    subject->marked = g_hash_table_contains(c->marked, GUINT_TO_POINTER(s->number));
    format_host(subject->hosts[0], sizeof(subject->hosts[0]), &s->client);
    format_host(subject->hosts[1], sizeof(subject->hosts[1]), &s->server);
    subject->path = s->current != NULL ? s->current->path : NULL;
    subject->has_code = session_has_code;
    subject->context = c->model;
    subject->item = item;
}

static enum paint_mark session_mark(const void *item, enum paint_style *style)
{
    const struct model_session *s = item;

    if (s->finding == NULL || !finding_is_failure(s->finding))
        return MARK_COUNT;
    *style = severity_style(s->finding->severity);
    return severity_mark(s->finding->severity);
}

/* "No finding; 2 refusals, the last: SIZE missing.txt: 550 Could not get file size." */
static void refusal_words(const struct model_session *s, GString *words)
{
    uint64_t count = s->replies_4xx + s->replies_5xx;
    char command[CELL_MAX], reply[CELL_MAX];

    format_escape(command, sizeof(command), s->refusal_command);
    format_escape(reply, sizeof(reply), s->refusal);
    g_string_append_printf(words, "%s%" G_GUINT64_FORMAT " refusal%s%s: %s%s%s",
                           s->finding == NULL ? "No finding; " : "", count, count == 1 ? "" : "s",
                           count == 1 ? "" : ", the last", command, command[0] != '\0' ? ": " : "", reply);
}

static bool session_preview(const struct cell_context *c, const void *item, GString *words, enum paint_style *style)
{
    const struct model_session *s = item;
    bool failed = s->finding != NULL && finding_is_failure(s->finding);
    struct cell cell = {.text = ""};

    *style = s->finding != NULL ? finding_style(s->finding) : PAINT_PLAIN;
    if (!failed && s->current != NULL) {
        transfer_words(c, s->current, words);
        *style = PAINT_FACT;
    } else if (!failed && s->refusal[0] != '\0') {
        refusal_words(s, words);
    } else if (s->finding == NULL) {
        diagnosis_cell(c, item, &cell);
        g_string_append_printf(words, "Nothing is wrong in this session. %s%s", cell.text[0] ? "Last: " : "",
                               cell.text);
    }
    if (s->finding == NULL)
        return true;
    g_string_append(words, words->len > 0 ? " | " : "");
    finding_words(s->finding, words);
    return true;
}

const struct list_source sessions_source = {
    .count = model_session_count,
    .at = session_at,
    .id = session_id,
    .session = session_number,
    .subject = session_subject,
    .mark = session_mark,
    .preview = session_preview,
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "no FTP session so far",
};
