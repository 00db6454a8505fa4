/* view_problems.c - the list of findings, and the list of their kinds with how many there are of each. */
#include "monitor/tui/cells.h"
#include "monitor/tui/format.h"

/* ---- one by one ---- */

static void time_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    format_clock(cell->text, sizeof(cell->text), ((const struct model_finding *)item)->time_ns, c->utc, false);
    cell->text[8] = '\0'; /* seconds are enough here */
}

static void session_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    (void)c;
    g_snprintf(cell->text, sizeof(cell->text), "%u", ((const struct model_finding *)item)->session);
    cell->style = PAINT_DIM;
}

static void client_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_finding *f = item;
    (void)c;
    if (f->of != NULL)
        format_host(cell->text, sizeof(cell->text), &f->of->client);
    cell->tail = true; /* hosts of one network differ there */
}

static void user_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_finding *f = item;
    (void)c;
    if (f->of != NULL)
        format_escape(cell->text, sizeof(cell->text), f->of->user);
    cell->style = PAINT_FACT;
}

static void name_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_finding *f = item;
    (void)c;
    cell_set(cell, finding_style(f), finding_name(f));
}

static void severity_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_finding *f = item;
    (void)c;
    cell_set(cell, severity_style(f->severity), fsc_severity_name(f->severity));
}

static void confidence_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct model_finding *f = item;
    (void)c;
    cell_set(cell, f->confidence == FSC_CONFIDENCE_HINT ? PAINT_DIM : PAINT_PLAIN, fsc_confidence_name(f->confidence));
}

static void summary_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    (void)c;
    format_escape(cell->text, sizeof(cell->text), ((const struct model_finding *)item)->summary);
}

static void time_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_number(key, (uint64_t)((const struct model_finding *)item)->time_ns);
}

static void session_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_number(key, ((const struct model_finding *)item)->session);
}

static void client_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    struct cell cell = {.text = ""};
    client_cell(c, item, &cell);
    sort_key_text(key, cell.text);
}

static void user_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    const struct model_finding *f = item;
    (void)c;
    sort_key_text(key, f->of != NULL ? f->of->user : "");
}

static void name_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_text(key, finding_name(item));
}

static void severity_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    const struct model_finding *f = item;
    (void)c;
    sort_key_number(key, 2 * (uint64_t)(FSC_SEVERITY_ERROR - f->severity) + !finding_is_failure(f));
}

static void confidence_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_number(key, FSC_CONFIDENCE_PROOF - ((const struct model_finding *)item)->confidence);
}

static void summary_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_text(key, ((const struct model_finding *)item)->summary);
}

static const struct column columns[] = {
    {"Time", 8, 8, 4, false, false, time_cell, time_key},
    {"Sess", 4, 7, 1, true, false, session_cell, session_key},
    {"Client", 8, 39, 6, false, false, client_cell, client_key},
    {"User", 6, 16, 5, false, false, user_cell, user_key},
    {"Severity", 8, 9, 7, false, false, severity_cell, severity_key},
    {"Problem", 10, 26, 0, false, false, name_cell, name_key},
    {"Sure", 6, 6, 3, false, false, confidence_cell, confidence_key},
    {"What happened", 20, 20, 0, false, true, summary_cell, summary_key},
};

static const void *finding_at(const struct model *model, size_t i)
{
    return model_finding_at(model, i);
}

static uint64_t finding_id(const void *item)
{
    const struct model_finding *f = item;
    return (uint64_t)f->session << 32 | f->n;
}

static uint32_t finding_session(const void *item)
{
    return ((const struct model_finding *)item)->session;
}

static bool finding_has_code(const void *context, const void *item, unsigned lowest, unsigned highest)
{
    const struct model_finding *f = item;
    (void)context;
    return f->code >= lowest && f->code <= highest;
}

static void finding_subject(const struct cell_context *c, const void *item, struct filter_subject *subject)
{
    const struct model_finding *f = item;

    subject->failed = f->severity == FSC_SEVERITY_ERROR;
    subject->marked = g_hash_table_contains(c->marked, GUINT_TO_POINTER(f->session));
    subject->has_code = finding_has_code;
    subject->item = item;
    if (f->of == NULL)
        return;
    subject->user = f->of->user;
    subject->open = f->of->end_ns == 0;
    subject->tls = f->of->tls != FSC_TLS_NONE;
    format_host(subject->hosts[0], sizeof(subject->hosts[0]), &f->of->client);
    format_host(subject->hosts[1], sizeof(subject->hosts[1]), &f->of->server);
}

static enum paint_mark finding_mark(const void *item, enum paint_style *style)
{
    const struct model_finding *f = item;

    *style = finding_style(f);
    return severity_mark(f->severity);
}

static bool finding_preview(const struct cell_context *c, const void *item, GString *words, enum paint_style *style)
{
    (void)c;
    finding_words(item, words);
    *style = severity_style(((const struct model_finding *)item)->severity);
    return true;
}

const struct list_source problems_source = {
    .count = model_finding_count,
    .at = finding_at,
    .id = finding_id,
    .session = finding_session,
    .subject = finding_subject,
    .mark = finding_mark,
    .preview = finding_preview,
    .columns = columns,
    .column_count = G_N_ELEMENTS(columns),
    .empty = "no problem so far",
};

/* ---- by kind: an item is the info of the core ---- */

static enum fsc_finding_id kind_of(const void *item)
{
    unsigned id = 0;

    while (id + 1 < FSC_FINDING_COUNT && fsc_finding_info((enum fsc_finding_id)id) != item)
        id++;
    return (enum fsc_finding_id)id;
}

static uint64_t kind_count(const struct cell_context *c, const void *item)
{
    return model_totals(c->model)->by_finding[kind_of(item)];
}

static void count_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    format_thousands(cell->text, sizeof(cell->text), kind_count(c, item));
}

static void count_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    sort_key_number(key, kind_count(c, item));
}

static void kind_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    const struct fsc_finding_info *info = item;
    (void)c;
    cell_set(cell, severity_style(info->severity), info->name);
}

static void kind_key(const struct cell_context *c, const void *item, struct sort_key *key)
{
    (void)c;
    sort_key_text(key, ((const struct fsc_finding_info *)item)->name);
}

static void meaning_cell(const struct cell_context *c, const void *item, struct cell *cell)
{
    (void)c;
    cell_set(cell, PAINT_PLAIN, ((const struct fsc_finding_info *)item)->what);
}

static const struct column kind_columns[] = {
    {"Count", 7, 12, 0, true, false, count_cell, count_key},
    {"Problem", 16, 26, 0, false, false, kind_cell, kind_key},
    {"What it says", 20, 20, 0, false, true, meaning_cell, NULL},
};

static size_t kinds_count(const struct model *model)
{
    const struct model_totals *totals = model_totals(model);
    size_t count = 0;

    for (size_t i = 0; i < FSC_FINDING_COUNT; i++)
        count += totals->by_finding[i] > 0;
    return count;
}

static const void *kind_at(const struct model *model, size_t nth)
{
    const struct model_totals *totals = model_totals(model);

    for (unsigned i = 0; i < FSC_FINDING_COUNT; i++)
        if (totals->by_finding[i] > 0 && nth-- == 0)
            return fsc_finding_info((enum fsc_finding_id)i);
    return NULL;
}

static uint64_t kind_id(const void *item)
{
    return kind_of(item);
}

static uint32_t no_session(const void *item)
{
    (void)item;
    return 0;
}

static void kind_subject(const struct cell_context *c, const void *item, struct filter_subject *subject)
{
    (void)c;
    subject->failed = ((const struct fsc_finding_info *)item)->severity == FSC_SEVERITY_ERROR;
}

static enum paint_mark kind_mark(const void *item, enum paint_style *style)
{
    const struct fsc_finding_info *info = item;

    *style = severity_style(info->severity);
    return severity_mark(info->severity);
}

static bool kind_preview(const struct cell_context *c, const void *item, GString *words, enum paint_style *style)
{
    const struct fsc_finding_info *info = item;

    (void)c;
    g_string_append_printf(words, "%s Advice: %s", info->what, info->advice);
    *style = severity_style(info->severity);
    return true;
}

const struct list_source kinds_source = {
    .count = kinds_count,
    .at = kind_at,
    .id = kind_id,
    .session = no_session,
    .subject = kind_subject,
    .mark = kind_mark,
    .preview = kind_preview,
    .columns = kind_columns,
    .column_count = G_N_ELEMENTS(kind_columns),
    .empty = "no problem so far",
};
