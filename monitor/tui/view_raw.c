/* view_raw.c - the lines of one session exactly as they were sent. */
#include "monitor/tui/format.h"
#include "monitor/tui/ui.h"

enum { LINE_BYTES = 4 * 65536 + 1 /* the longest line, all of it escaped */, FRAME = 8, CLOCK = 12 };

struct raw_columns {
    int clock, frame, arrow, text; /* -1: no room */
};

static struct raw_columns columns_of(int cols)
{
    if (cols < 60)
        return (struct raw_columns){-1, -1, 0, 2};
    return (struct raw_columns){0, CLOCK + 1, CLOCK + FRAME + 2, CLOCK + FRAME + 4};
}

/* Lines of the window that the text takes: one, or with `wrap` as many as it needs. */
static int draw_text(const struct paint *paint, struct area area, enum paint_style style, const char *text, bool wrap)
{
    struct pane pane;

    if (!wrap) {
        (void)paint_text(paint, area.row, area.col, area.cols, style, text);
        return 1;
    }
    pane_init(&pane);
    pane_add(&pane, style, 0, "%s", text);
    int lines = pane_draw(&pane, paint, area);
    pane_free(&pane);
    return MAX(lines, 1);
}

static enum paint_style line_style(const struct model_event *event)
{
    if (event->kind == MODEL_EVENT_COMMAND)
        return PAINT_BOLD;
    return event->code >= 500 ? PAINT_BAD : event->code >= 400 ? PAINT_WARN : PAINT_PLAIN;
}

static int draw_line(const struct ui *ui, struct area area, int row, guint number, char *text)
{
    const struct model_event *event = talk_event(&ui->raw, ui->model, number);
    struct raw_columns at = columns_of(area.cols);
    struct paint paint = ui->paint;
    char word[32];

    if (event == NULL)
        return 1;
    paint.reversed = number == ui->raw.cursor;
    if (paint.reversed)
        paint_fill(&paint, row, area.col, area.cols, PAINT_PLAIN);
    if (at.clock >= 0) {
        format_clock(word, sizeof(word), event->time_ns, ui->options.utc, false);
        (void)paint_text(&paint, row, at.clock, CLOCK, PAINT_DIM, word);
        g_snprintf(word, sizeof(word), "%" G_GUINT64_FORMAT, event->frame);
        (void)paint_right(&paint, row, at.frame, FRAME, PAINT_DIM, word);
    }
    bool command = event->kind == MODEL_EVENT_COMMAND;
    paint_mark(&paint, row, at.arrow, command ? PAINT_FACT : PAINT_GOOD, command ? MARK_RIGHT : MARK_LEFT);
    format_escape_bytes(text, LINE_BYTES, event->text, event->text_len);
    struct area rest = {row, at.text, area.row + area.rows - row, area.cols - at.text};
    return draw_text(&paint, rest, line_style(event), text, ui->wrap);
}

static void draw_head(const struct ui *ui, struct area area, const struct model_session *s)
{
    char client[64], server[64];

    format_endpoint(client, sizeof(client), &s->client);
    format_endpoint(server, sizeof(server), &s->server);
    char *head = g_strdup_printf("session %u: %s %s %s, %u lines", s->number, client,
                                 paint_mark_text(&ui->paint, MARK_RIGHT), server, ui->raw.rows->len);
    paint_fill(&ui->paint, area.row, area.col, area.cols, PAINT_TITLE);
    (void)paint_text(&ui->paint, area.row, area.col, area.cols, PAINT_TITLE, head);
    g_free(head);
}

/* Lines that are broken take more rows than talk_scroll counts with: from the cursor upwards, as many as fit. */
static guint first_row(const struct ui *ui, struct area area, char *text)
{
    const struct paint nothing = {.rows = 0};
    guint first = ui->raw.cursor;
    int used = 0, width = area.cols - columns_of(area.cols).text;

    if (!ui->wrap)
        return ui->raw.top;
    for (guint row = ui->raw.cursor + 1; row-- > 0;) {
        const struct model_event *event = talk_event(&ui->raw, ui->model, row);
        if (event == NULL)
            break;
        format_escape_bytes(text, LINE_BYTES, event->text, event->text_len);
        used += draw_text(&nothing, (struct area){0, 0, 0, width}, PAINT_PLAIN, text, true);
        if (used > area.rows - 1)
            break;
        first = row;
    }
    return first;
}

void raw_draw(struct ui *ui, struct area area)
{
    const struct model_session *session = talk_session(&ui->raw, ui->model);
    char *text = g_malloc(LINE_BYTES);

    if (session == NULL) {
        (void)paint_text(&ui->paint, area.row + 1, 2, area.cols - 2, PAINT_DIM,
                         "choose a session in another view first, then press 5");
        g_free(text);
        return;
    }
    if (!ui->paused && !talk_update(&ui->raw, ui->model))
        ui->wait_us = 1;
    draw_head(ui, area, session);
    talk_scroll(&ui->raw, area.rows - 1);
    guint number = first_row(ui, area, text);
    for (int row = area.row + 1; row < area.row + area.rows && number < ui->raw.rows->len; number++)
        row += draw_line(ui, area, row, number, text);
    g_free(text);
}

bool raw_act(struct ui *ui, enum action action)
{
    if (action != ACTION_WRAP)
        return talk_act(&ui->raw, action);
    ui->wrap = !ui->wrap;
    return true;
}
