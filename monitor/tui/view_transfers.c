/* view_transfers.c - the list of transfers: how far, how fast, and how they ended. */
#include "monitor/tui/cells.h"
#include "monitor/tui/format.h"

enum { BAR_WIDTH = 8 };

static void session_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    (void)c;
    g_snprintf(cell->text, sizeof(cell->text), "%u", ((const struct model_transfer *)item)->session);
    cell->style = PAINT_DIM;
}

static void client_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_transfer *t = item;
    (void)c;
    if (t->of != NULL)
        format_host(cell->text, sizeof(cell->text), &t->of->client);
    cell->tail = true; /* hosts of one network differ there */
}

static void user_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_transfer *t = item;
    (void)c;
    if (t->of != NULL)
        format_escape(cell->text, sizeof(cell->text), t->of->user);
    cell->style = PAINT_FACT;
}

static void verb_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_transfer *t = item;

    g_snprintf(cell->text, sizeof(cell->text), "%s%s", paint_mark_text(c->paint, t->upload ? MARK_UP : MARK_DOWN),
               t->verb > FSC_VERB_UNKNOWN ? fsc_verb_info(t->verb)->name
               : t->inferred              ? "(TLS)"
                                          : "");
}

static void path_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    (void)c;
    format_escape(cell->text, sizeof(cell->text), transfer_name(item));
    cell->tail = true;
}

static void progress_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_transfer *t = item;
    char bar[64];
    bool known;
    unsigned percent = transfer_percent(t, &known);

    cell->style = status_style(t);
    if (!known)
        return;
    format_bar(bar, sizeof(bar), BAR_WIDTH, percent, 100, c->paint->utf8);
    g_snprintf(cell->text, sizeof(cell->text), "%s%4u%%", bar, percent);
}

static void bytes_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_transfer *t = item;

    (void)c;
    if (t->amount_known)
        format_amount(cell->text, sizeof(cell->text), t->bytes);
    else
        cell_set(cell, PAINT_DIM, "?");
}

static void rate_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    (void)c;
    cell_amount(cell, ((const struct model_transfer *)item)->rate_bps);
}

static void spark_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_transfer *t = item;

    if (t->open) /* what is over has no last seconds */
        format_spark(cell->text, sizeof(cell->text), MIN(c->width, MODEL_SPARKS), t->spark, MODEL_SPARKS,
                     c->paint->utf8);
    cell->style = PAINT_FACT;
}

static void verdict_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    (void)c;
    cell_set(cell, status_style(item), status_words(item));
}

static void code_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_transfer *t = item;

    (void)c;
    if (t->completion_code != 0)
        g_snprintf(cell->text, sizeof(cell->text), "%u", t->completion_code);
    cell->style = t->completion_code >= 400 ? PAINT_WARN : PAINT_PLAIN;
}

static void duration_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    int64_t ns = transfer_duration(item, c->now_ns);

    if (ns >= 0)
        format_seconds(cell->text, sizeof(cell->text), ns);
}

static void cause_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_transfer *t = item;

    (void)c;
    if (t->finding != NULL)
        cell_set(cell, finding_style(t->finding), finding_name(t->finding));
}

/* ---- order ---- */

static void session_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_number(key, ((const struct model_transfer *)item)->session);
}

/* Where a cell is a text, it is the key too. */
static void text_key(const struct cell_context *c, const void *item, struct sort_key *key,
                     void (*text)(const struct cell_context *, const void *, struct cell *))
{
    struct cell cell = {.text = ""};

    text(c, item, &cell);
    sort_key_text(key, cell.text);
}

static void client_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    text_key(c, item, key, client_cell);
}

static void user_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    text_key(c, item, key, user_cell);
}

static void verb_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    text_key(c, item, key, verb_cell);
}

static void path_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    text_key(c, item, key, path_cell);
}

static void progress_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    bool known;
    unsigned percent = transfer_percent(item, &known);

    (void)c;
    sort_key_number(key, known ? percent + 1 : 0);
}

static void bytes_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_number(key, ((const struct model_transfer *)item)->bytes);
}

static void rate_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_number(key, ((const struct model_transfer *)item)->rate_bps);
}

static void verdict_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    const struct model_transfer *t = item;
    (void)c;
    sort_key_number(key, t->open ? 0 : (uint64_t)t->status + 1);
}

static void code_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_number(key, ((const struct model_transfer *)item)->completion_code);
}

static void duration_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    int64_t ns = transfer_duration(item, c->now_ns);
    sort_key_number(key, ns > 0 ? (uint64_t)ns : 0);
}

static void cause_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    text_key(c, item, key, cause_cell);
}

static const struct column columns[] = {
    {"Sess", 4, 7, 5, true, false, session_cell, session_key},
    {"Client", 8, 39, 8, false, false, client_cell, client_key},
    {"User", 6, 16, 6, false, false, user_cell, user_key},
    {"Verb", 5, 5, 0, false, false, verb_cell, verb_key},
    {"Path", 16, 16, 0, false, true, path_cell, path_key},
    {"Progress", BAR_WIDTH + 5, BAR_WIDTH + 5, 0, false, false, progress_cell, progress_key},
    {"Bytes", 5, 5, 1, true, false, bytes_cell, bytes_key},
    {"bit/s", 5, 5, 2, true, false, rate_cell, rate_key},
    {"Last 32 s", 0, MODEL_SPARKS, 9, false, false, spark_cell, rate_key},
    {"Verdict", 9, 9, 0, false, false, verdict_cell, verdict_key},
    {"Code", 4, 4, 7, true, false, code_cell, code_key},
    {"Seconds", 7, 7, 3, true, false, duration_cell, duration_key},
    {"Cause", 0, 24, 10, false, false, cause_cell, cause_key},
};

/* ---- the rest of the source ---- */

static const void *transfer_at(const struct model *model, size_t i)
{
    return model_transfer_at(model, i);
}

static uint64_t transfer_id(const void *item)
{
    const struct model_transfer *t = item;
    return (uint64_t)t->session << 32 | t->id;
}

static uint32_t transfer_session(const void *item)
{
    return ((const struct model_transfer *)item)->session;
}

static bool transfer_has_code(const void *context, const void *item, unsigned lowest, unsigned highest)
{
    const struct model_transfer *t = item;
    (void)context;
    return t->completion_code >= lowest && t->completion_code <= highest;
}

static bool transfer_failed(const struct model_transfer *t)
{
    return !t->open && t->status != FSC_STATUS_COMPLETE && t->status != FSC_STATUS_UNKNOWN;
}

static void transfer_subject(const struct cell_context *c, const void *item, struct filter_subject *subject)
{
    const struct model_transfer *t = item;

    subject->user = t->of != NULL ? t->of->user : NULL;
    subject->path = transfer_name(t);
    subject->failed = transfer_failed(t);
    subject->open = t->open;
    subject->tls = t->tls;
    subject->marked = g_hash_table_contains(c->marked, GUINT_TO_POINTER(t->session));
    if (t->of != NULL) {
        format_host(subject->hosts[0], sizeof(subject->hosts[0]), &t->of->client);
        format_host(subject->hosts[1], sizeof(subject->hosts[1]), &t->of->server);
    }
    subject->has_code = transfer_has_code;
    subject->item = item;
}

static enum paint_mark transfer_mark(const void *item, enum paint_style *style)
{
    const struct model_transfer *t = item;

    if (!transfer_failed(t))
        return MARK_COUNT;
    *style = PAINT_BAD;
    return MARK_BAD;
}

/* "STOR /in/x.iso: 1,234 of 5,678 bytes (SIZE), passive, 192.0.2.1:4000 to 192.0.2.2:50000" */
static bool transfer_preview(const struct cell_context *c, const void *item, GString *words, enum paint_style *style)
{
    const struct model_transfer *t = item;
    char path[CELL_MAX], bytes[32], whole[32], from[64], to[64];

    (void)c;
    *style = t->finding != NULL ? severity_style(t->finding->severity) : PAINT_PLAIN;
    if (t->finding != NULL)
        finding_words(t->finding, words);
    format_escape(path, sizeof(path), transfer_name(t));
    format_thousands(bytes, sizeof(bytes), t->bytes);
    format_thousands(whole, sizeof(whole), t->expected_bytes);
    g_string_append_printf(words, "%s%s: %s bytes", words->len > 0 ? " | " : "", path,
                           t->amount_known ? bytes : "unknown");
    if (t->expected_from != FSC_SIZE_NONE)
        g_string_append_printf(words, " of %s (%s)", whole, fsc_size_from_name(t->expected_from));
    if (t->has_endpoints) {
        format_endpoint(from, sizeof(from), &t->from);
        format_endpoint(to, sizeof(to), &t->to);
        g_string_append_printf(words, ", %s, %s to %s", t->passive ? "passive" : "active", from, to);
    }
    if (!t->open && t->closed_by != FSC_CLOSER_NONE)
        g_string_append_printf(words, ", closed by %s", fsc_closer_name(t->closed_by));
    return true;
}

const struct list_source transfers_source = {
    .count = model_transfer_count,
    .at = transfer_at,
    .id = transfer_id,
    .session = transfer_session,
    .subject = transfer_subject,
    .mark = transfer_mark,
    .preview = transfer_preview,
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "no transfer so far",
};
