/* view_ladder.c - one session as a ladder: client, server and data connection as lifelines, time from top to bottom. */
#include <string.h>

#include "monitor/tui/cells.h"
#include "monitor/tui/format.h"
#include "monitor/tui/ui.h"

enum { TEXT_BYTES = 768, NARROW = 64, CLOCK = 12, DELTA = 8 };

/* Where everything stands in a row. */
struct rungs {
    int clock, delta; /* columns; clock -1: no room */
    int client, server, data;
};

static struct rungs rungs_of(int cols)
{
    bool narrow = cols < NARROW;
    struct rungs r = {.clock = narrow ? -1 : 0, .delta = narrow ? 0 : CLOCK + 1, .data = cols - 4};

    r.client = r.delta + DELTA + 1;
    r.server = r.client + (r.data - r.client) * 7 / 10;
    return r;
}

/* ---- head and lifelines ---- */

static void draw_head(const struct ui *ui, const struct rungs *r, struct area area, const struct model_session *s)
{
    const struct paint *paint = &ui->paint;
    char client[64], server[64], day[64];

    format_endpoint(client, sizeof(client), &s->client);
    format_endpoint(server, sizeof(server), &s->server);
    format_clock(day, sizeof(day), s->start_ns, ui->options.utc, true);
    day[10] = '\0';
    paint_fill(paint, area.row, area.col, area.cols, PAINT_TITLE);
    if (r->clock >= 0)
        (void)paint_text(paint, area.row, r->clock, CLOCK, PAINT_TITLE, day);
    (void)paint_right(paint, area.row, r->delta, DELTA, PAINT_TITLE, ui->total ? "total" : "delta");
    char *label = g_strconcat("client ", client, NULL);
    int used = paint_text(paint, area.row, r->client, r->server - r->client - 1, PAINT_TITLE, label);
    g_free(label);
    label = g_strconcat("server ", server, NULL);
    int start = r->client + used + 2;
    start = MAX(start, MIN(r->server, r->data - 1 - paint_columns(label)));
    (void)paint_text(paint, area.row, start, r->data - start - 1, PAINT_TITLE, label);
    g_free(label);
    (void)paint_text(paint, area.row, r->data, 4, PAINT_TITLE, "data");
}

static void draw_lifelines(const struct paint *paint, const struct rungs *r, int row, unsigned open_data)
{
    paint_mark(paint, row, r->client, PAINT_DIM, MARK_VERTICAL);
    paint_mark(paint, row, r->server, PAINT_DIM, MARK_VERTICAL);
    paint_mark(paint, row, r->data, open_data > 0 ? PAINT_FACT : PAINT_DIM,
               open_data > 0 ? MARK_VERTICAL_HEAVY : MARK_VERTICAL);
}

/* ---- rows ---- */

static enum paint_style reply_style(uint16_t code)
{
    return code >= 500 ? PAINT_BAD : code >= 400 || code < 100 ? PAINT_WARN : code < 200 ? PAINT_FACT : PAINT_GOOD;
}

/* "[12 missing] RETR big.iso (+3 lines)" */
static void line_words(const struct model_event *event, const struct talk_row *row, char *text, size_t cap)
{
    char line[TEXT_BYTES], gap[48] = "", more[32] = "";

    format_escape_bytes(line, sizeof(line), event->text, event->text_len);
    if (event->gap > 0)
        g_snprintf(gap, sizeof(gap), "[%" G_GUINT64_FORMAT " bytes missing] ", event->gap);
    if (row->more > 0)
        g_snprintf(more, sizeof(more), "(+%u) ", row->more);
    g_snprintf(text, cap, "%s%s%s", gap, more, line);
}

static void draw_command(const struct paint *paint, const struct rungs *r, int row, const struct model_event *event,
                         const struct talk_row *talk_row)
{
    char text[TEXT_BYTES];
    int end = r->server - 1, col = r->client + 2;

    line_words(event, talk_row, text, sizeof(text));
    col += paint_text(paint, row, col, end - col, PAINT_BOLD, text);
    paint_line(paint, row, col + 1, MAX(end - col - 1, 0), PAINT_DIM);
    paint_mark(paint, row, end, PAINT_BOLD, MARK_RIGHT);
}

static void draw_reply(const struct paint *paint, const struct rungs *r, int row, const struct model_event *event,
                       const struct talk_row *talk_row)
{
    char text[TEXT_BYTES];
    int end = r->server, col = r->client + 3;
    enum paint_style style = reply_style(event->code);

    line_words(event, talk_row, text, sizeof(text));
    paint_mark(paint, row, r->client + 1, style, MARK_LEFT);
    col += paint_text(paint, row, col, end - col, style, text);
    paint_line(paint, row, col + 1, MAX(end - col - 1, 0), PAINT_DIM);
}

/* From the side that connected to the lifeline of the data connection. */
static void draw_opened(const struct paint *paint, const struct rungs *r, int row, const struct model_transfer *t)
{
    char from[64], to[64], text[256];
    int start = t->passive ? r->client : r->server, col = r->client + 2;

    format_endpoint(from, sizeof(from), &t->from);
    format_endpoint(to, sizeof(to), &t->to);
    g_snprintf(text, sizeof(text), "data: %s %s %s", from, paint_mark_text(paint, MARK_RIGHT), to);
    if (!t->passive) /* the arrow begins at the server: the words stand where there is room */
        g_snprintf(text, sizeof(text), "data, active: %s %s %s", from, paint_mark_text(paint, MARK_RIGHT), to);
    bool never = talk_never_connected(t);
    if (never)
        g_strlcat(text, ": no connection", sizeof(text));
    enum paint_style style = never ? PAINT_BAD : PAINT_FACT;
    int used = paint_text(paint, row, col, r->data - col - 3, style, text);
    for (int i = MAX(col + used + 1, start + 1); i < r->data - 1; i++)
        paint_mark(paint, row, i, PAINT_DIM, MARK_HORIZONTAL);
    paint_mark(paint, row, r->data - 1, style, MARK_RIGHT);
    paint_mark(paint, row, r->data, style, never ? MARK_BROKEN : MARK_OPENED);
}

static void draw_ended(const struct paint *paint, const struct rungs *r, int row, const struct model_transfer *t)
{
    enum paint_style style = status_style(t);
    char name[TEXT_BYTES], size[32], text[TEXT_BYTES];
    bool bad = style == PAINT_BAD;

    format_escape(name, sizeof(name), t->filename != NULL && t->filename[0] != '\0' ? t->filename : t->path);
    format_size(size, sizeof(size), t->bytes);
    g_snprintf(text, sizeof(text), "%s: %s %s, %s%s%s", status_words(t),
               t->verb > FSC_VERB_UNKNOWN ? fsc_verb_info(t->verb)->name : "transfer", name,
               t->amount_known ? size : "size unknown", t->closed_by != FSC_CLOSER_NONE ? ", closed by " : "",
               t->closed_by != FSC_CLOSER_NONE ? fsc_closer_name(t->closed_by) : "");
    (void)paint_text(paint, row, r->client + 2, r->data - r->client - 3, style, text);
    paint_mark(paint, row, r->data, style, bad ? MARK_BROKEN : MARK_CLOSED);
}

static void draw_finding(const struct paint *paint, const struct rungs *r, int row, const struct model_finding *f)
{
    char summary[TEXT_BYTES], text[TEXT_BYTES];

    format_escape(summary, sizeof(summary), f->summary);
    g_snprintf(text, sizeof(text), "%s %s: %s", paint_mark_text(paint, severity_mark(f->severity)), finding_name(f),
               summary);
    (void)paint_text(paint, row, r->client, paint->cols - r->client, severity_style(f->severity), text);
}

static void draw_end(const struct paint *paint, const struct rungs *r, int row, const struct model_event *event)
{
    char how[64], text[128];

    format_escape_bytes(how, sizeof(how), event->text, event->text_len);
    g_snprintf(text, sizeof(text), " session ended: %s ", session_end_word(how));
    paint_line(paint, row, r->client, r->data - r->client + 1, PAINT_DIM);
    (void)paint_text(paint, row, r->client + 2, r->data - r->client - 2, PAINT_BOLD, text);
}

static void draw_times(const struct ui *ui, const struct paint *paint, const struct rungs *r, int row,
                       const struct model_event *event, guint number)
{
    const struct talk *talk = &ui->ladder;
    const struct model_event *before = ui->total    ? talk_event(talk, ui->model, 0)
                                       : number > 0 ? talk_event(talk, ui->model, number - 1)
                                                    : NULL;
    char text[32];

    if (r->clock >= 0) {
        format_clock(text, sizeof(text), event->time_ns, ui->options.utc, false);
        (void)paint_text(paint, row, r->clock, CLOCK, PAINT_DIM, text);
    }
    if (before == NULL)
        return;
    int64_t delta = event->time_ns - before->time_ns;
    format_seconds(text, sizeof(text), delta);
    (void)paint_right(paint, row, r->delta, DELTA, delta >= 1000000000 && !ui->total ? PAINT_WARN : PAINT_PLAIN, text);
}

static void draw_event(const struct paint *paint, const struct rungs *r, int row, const struct model_event *event,
                       const struct talk_row *talk_row)
{
    if (event->kind == MODEL_EVENT_COMMAND)
        draw_command(paint, r, row, event, talk_row);
    else if (event->kind == MODEL_EVENT_REPLY)
        draw_reply(paint, r, row, event, talk_row);
    else if (event->kind == MODEL_EVENT_DATA_OPENED)
        draw_opened(paint, r, row, event->transfer);
    else if (event->kind == MODEL_EVENT_DATA_ENDED)
        draw_ended(paint, r, row, event->transfer);
    else if (event->kind == MODEL_EVENT_FINDING)
        draw_finding(paint, r, row, event->finding);
    else
        draw_end(paint, r, row, event);
}

static void draw_row(const struct ui *ui, const struct rungs *r, struct area area, int row, guint number)
{
    const struct talk *talk = &ui->ladder;
    const struct talk_row *talk_row = &g_array_index(talk->rows, struct talk_row, number);
    const struct model_event *event = talk_event(talk, ui->model, number);
    struct paint paint = ui->paint;
    enum fsc_severity severity;

    if (event == NULL)
        return;
    paint.reversed = number == talk->cursor;
    if (paint.reversed)
        paint_fill(&paint, row, area.col, area.cols, PAINT_PLAIN);
    draw_times(ui, &paint, r, row, event, number);
    draw_lifelines(&paint, r, row, talk_row->open_data);
    if (event->kind != MODEL_EVENT_FINDING && talk_is_evidence(talk, event->frame, &severity))
        paint_mark(&paint, row, r->client - 1, severity_style(severity), severity_mark(severity));
    draw_event(&paint, r, row, event, talk_row);
}

/* ---- the view ---- */

static void draw_rows(struct ui *ui, struct area area)
{
    struct rungs r = rungs_of(area.cols);
    struct talk *talk = &ui->ladder;

    draw_head(ui, &r, area, talk_session(talk, ui->model));
    talk_scroll(talk, area.rows - 1);
    for (int i = 0; i < talk->page && talk->top + (guint)i < talk->rows->len; i++)
        draw_row(ui, &r, area, area.row + 1 + i, talk->top + (guint)i);
}

/* "session 3: anna, ready, 12 commands, 4 earlier lines are forgotten" */
static void draw_separator(const struct ui *ui, struct area area, const struct model_session *s)
{
    GString *words = g_string_new(NULL);
    char user[128];

    format_escape(user, sizeof(user), s->user);
    g_string_append_printf(words, " session %u%s%s, %s%s%s", s->number, user[0] != '\0' ? ": " : "", user,
                           s->state == MODEL_ENDED ? "ended" : model_state_word(s->state),
                           tls_word(s->tls)[0] != '\0' ? ", " : "", tls_word(s->tls));
    if (s->trimmed > 0)
        g_string_append_printf(words, ", %" G_GUINT64_FORMAT " earlier lines are forgotten", s->trimmed);
    g_string_append_printf(words, " (%u of %u) ", ui->ladder.rows->len > 0 ? ui->ladder.cursor + 1 : 0,
                           ui->ladder.rows->len);
    paint_line(&ui->paint, area.row, area.col, area.cols, PAINT_DIM);
    (void)paint_text(&ui->paint, area.row, area.col + 2, area.cols - 4, PAINT_BOLD, words->str);
    g_string_free(words, TRUE);
}

static int pane_rows(const struct ui *ui, struct area area)
{
    if (ui->pane_whole)
        return area.rows - 1;
    return CLAMP(area.rows * 2 / 5, 2, 16);
}

void ladder_draw(struct ui *ui, struct area area)
{
    const struct model_session *session = talk_session(&ui->ladder, ui->model);

    if (session == NULL) {
        (void)paint_text(&ui->paint, area.row + 1, 2, area.cols - 2, PAINT_DIM,
                         "this session is forgotten: its memory was needed for newer ones");
        return;
    }
    if (!ui->paused && !talk_update(&ui->ladder, ui->model))
        ui->wait_us = 1;
    int below = pane_rows(ui, area);
    struct area rows = {area.row, area.col, area.rows - below - 1, area.cols};
    if (rows.rows >= 2)
        draw_rows(ui, rows);
    rows.row += rows.rows;
    draw_separator(ui, rows, session);
    pane_clear(&ui->pane);
    describe_event(ui, &ui->pane, &ui->ladder);
    (void)pane_draw(&ui->pane, &ui->paint, (struct area){rows.row + 1, area.col + 1, below, area.cols - 2});
}

static bool is_problem(const void *state, const struct model_event *event)
{
    (void)state;
    return event->kind == MODEL_EVENT_FINDING || (event->kind == MODEL_EVENT_REPLY && event->code >= 400);
}

bool ladder_act(struct ui *ui, enum action action)
{
    struct talk *talk = &ui->ladder;
    bool scrolls = action == ACTION_PANE_UP || action == ACTION_PANE_DOWN ||
                   (ui->pane_whole && (action == ACTION_UP || action == ACTION_DOWN));

    if (scrolls) {
        ui->pane.scroll += action == ACTION_PANE_UP || action == ACTION_UP ? -1 : 1;
        return true;
    }
    if (action == ACTION_OPEN)
        ui->pane_whole = !ui->pane_whole;
    else if (action == ACTION_TOTAL)
        ui->total = !ui->total;
    else if (action == ACTION_EXPAND)
        talk_all_lines(talk, ui->model, !talk->every_line);
    else if (action == ACTION_NEXT_PROBLEM) {
        if (!talk_seek(talk, ui->model, 1, is_problem, NULL))
            ui_notice(ui, "no problem in this session");
    } else if (!talk_act(talk, action))
        return false;
    ui->pane.scroll = 0;
    return true;
}

/* ---- opening ---- */

static bool is_command(const void *state, const struct model_event *event)
{
    return event->kind == MODEL_EVENT_COMMAND && event->tx == *(const uint32_t *)state;
}

static bool is_finding(const void *state, const struct model_event *event)
{
    return event->kind == MODEL_EVENT_FINDING && event->finding->n == *(const uint32_t *)state;
}

void ladder_open(struct ui *ui, uint32_t session, uint32_t tx, uint32_t finding)
{
    struct talk *talk = &ui->ladder;

    if (session == 0)
        return;
    talk_choose(talk, session);
    while (!talk_update(talk, ui->model))
        ;
    ui->pane_whole = false;
    ui->pane.scroll = 0;
    if (finding == 0 || !talk_seek(talk, ui->model, -1, is_finding, &finding))
        (void)(tx != 0 && talk_seek(talk, ui->model, -1, is_command, &tx));
    ui_go(ui, VIEW_LADDER);
}
