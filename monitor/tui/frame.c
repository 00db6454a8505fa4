/* frame.c - header, tabs and footer, and the help. */
#include <string.h>

#include "monitor/tui/format.h"
#include "monitor/tui/ui.h"

enum { HEAD_ROWS = 2, FOOT_ROWS = 1, TAB_GAP = 2, NOTICE_ROWS = 4 };

struct area frame_area(const struct ui *ui)
{
    return (struct area){HEAD_ROWS, 0, ui->paint.rows - HEAD_ROWS - FOOT_ROWS, ui->paint.cols};
}

/* ---- header ---- */

/* Adds to the left of what stands at the right end; returns where it begins. */
static int put_left_of(const struct ui *ui, int end, int least, enum paint_style style, const char *text)
{
    int width = paint_columns(text);

    if (end - width - 1 < least)
        return end;
    (void)paint_text(&ui->paint, 0, end - width, width, style, text);
    return end - width - 1;
}

static const char *capture_word(const struct ui *ui, const struct model_capture *capture, char *buf, size_t cap)
{
    if (ui->paused)
        return " PAUSED ";
    if (capture->finished && capture->trouble != MODEL_INPUT_WHOLE)
        return capture->trouble == MODEL_INPUT_BROKEN ? " broken off " : " unreadable ";
    if (capture->finished)
        return capture->live ? " STOPPED " : " whole ";
    if (capture->live)
        return " LIVE ";
    if (capture->progress < 0)
        return " reading ";
    g_snprintf(buf, cap, " reading %u%% ", (unsigned)(capture->progress * 100));
    return buf;
}

/* Nothing that is missing may be missing silently. */
static int put_loss(const struct ui *ui, int end, int least, const char *word, uint64_t number)
{
    char text[48], amount[16];

    if (number == 0)
        return end;
    format_amount(amount, sizeof(amount), number);
    g_snprintf(text, sizeof(text), " %s %s ", word, amount);
    return put_left_of(ui, end, least, PAINT_BAR_WARN, text);
}

static void draw_source(const struct ui *ui, int width)
{
    const struct model_capture *capture = model_capture_state(ui->model);
    char source[256], filter[256];

    int used = paint_text(&ui->paint, 0, 0, width, PAINT_BAR, " ftpscope ");
    format_escape(source, sizeof(source), capture->source);
    used += paint_text(&ui->paint, 0, used, width - used, PAINT_BAR_DIM, source);
    if (capture->filter == NULL || capture->filter[0] == '\0')
        return;
    format_escape(filter, sizeof(filter), capture->filter);
    used += paint_text(&ui->paint, 0, used, width - used, PAINT_BAR, "  ");
    (void)paint_text(&ui->paint, 0, used, width - used, PAINT_BAR_DIM, filter);
}

static void draw_header(const struct ui *ui)
{
    const struct model_capture *capture = model_capture_state(ui->model);
    const struct model_totals *totals = model_totals(ui->model);
    char word[32], text[64], number[32];
    int end = ui->paint.cols, least = 12;

    paint_fill(&ui->paint, 0, 0, ui->paint.cols, PAINT_BAR);
    bool bad = ui->paused || capture->trouble != MODEL_INPUT_WHOLE;
    end = put_left_of(ui, end, least, bad ? PAINT_BAR_WARN : PAINT_BAR, capture_word(ui, capture, word, sizeof(word)));
    end = put_loss(ui, end, least, "dropped", capture->dropped + capture->interface_dropped);
    end = put_loss(ui, end, least, "evicted", capture->evicted);
    end = put_loss(ui, end, least, "forgot", totals->forgotten_sessions);
    if (capture->live) {
        format_rate(text, sizeof(text), totals->rate_down_bps + totals->rate_up_bps);
        end = put_left_of(ui, end, least, PAINT_BAR, text);
    }
    format_thousands(number, sizeof(number), totals->sessions);
    g_snprintf(text, sizeof(text), "%s session%s", number, totals->sessions == 1 ? "" : "s");
    if (totals->sessions_open > 0) {
        g_strlcat(text, ", ", sizeof(text));
        format_amount(number, sizeof(number), totals->sessions_open);
        g_strlcat(text, number, sizeof(text));
        g_strlcat(text, " open", sizeof(text));
    }
    end = put_left_of(ui, end, least, PAINT_BAR, text);
    draw_source(ui, end);
}

/* ---- tabs ---- */

/* "3 Problems 17": the number of a tab, when it has one. */
static char *tab_label(const struct ui *ui, enum view_id view)
{
    const struct model_totals *totals = model_totals(ui->model);
    const uint64_t counts[VIEW_TABS] = {
        [VIEW_TRANSFERS] = totals->transfers, [VIEW_PROBLEMS] = model_finding_count(ui->model)};
    char number[16];

    if (counts[view] == 0)
        return g_strdup_printf("%d %s", (int)view + 1, ui_view(view)->title);
    format_amount(number, sizeof(number), counts[view]);
    return g_strdup_printf("%d %s %s", (int)view + 1, ui_view(view)->title, number);
}

/* Narrow windows show the numbers of the tabs, and the name of the one that is open. */
static int draw_tabs(const struct ui *ui)
{
    enum view_id open = ui->view < VIEW_TABS ? ui->view : ui->parent[ui->view];
    bool narrow = ui->paint.cols < 72;
    int col = 1;

    while (open >= VIEW_TABS)
        open = ui->parent[open];
    for (int i = 0; i < VIEW_TABS; i++) {
        char *label = tab_label(ui, (enum view_id)i);
        enum paint_style style = (enum view_id)i == open                                      ? PAINT_TAB
                                 : i == VIEW_PROBLEMS && strlen(label) > strlen("3 Problems") ? PAINT_BAD
                                                                                              : PAINT_PLAIN;
        char *text = g_strdup_printf(" %.*s ", narrow && (enum view_id)i != open ? 1 : 40, label);
        col += paint_text(&ui->paint, 1, col, ui->paint.cols - col, style, text);
        g_free(text);
        g_free(label);
    }
    return col + TAB_GAP;
}

bool frame_tab_at(const struct ui *ui, int col, enum view_id *view)
{
    int at = 1;
    bool narrow = ui->paint.cols < 72, found = false;

    model_lock(ui->model);
    for (int i = 0; i < VIEW_TABS && !found; i++) {
        char *label = tab_label(ui, (enum view_id)i);
        int width = (narrow && (enum view_id)i != ui->view ? 1 : paint_columns(label)) + 2;
        found = col >= at && col < at + width;
        *view = (enum view_id)i;
        at += width;
        g_free(label);
    }
    model_unlock(ui->model);
    return found;
}

/* To the right of the tabs: filter, following, marks. */
static void draw_state(struct ui *ui, int col)
{
    const struct list *list = ui_list(ui);
    const struct talk *talk = ui->view == VIEW_LADDER ? &ui->ladder : ui->view == VIEW_RAW ? &ui->raw : NULL;
    GString *text = g_string_new(NULL);
    guint marked = g_hash_table_size(ui->marked);

    bool faulty = list != NULL && list->complaint != NULL; /* the prompt is open, and tells why */
    if (faulty)
        g_string_append(text, filter_is_empty(list->filter) ? "no filter" : "filter in part");
    else if (list != NULL && list->filter != NULL)
        g_string_append_printf(text, "%u match: %s", list->rows->len, list->filter_text);
    if (marked > 0)
        g_string_append_printf(text, "%s%u marked", text->len > 0 ? "  " : "", marked);
    if ((list != NULL && list->follow) || (talk != NULL && talk->follow))
        g_string_append(text, text->len > 0 ? "  following" : "following");
    (void)paint_right(&ui->paint, 1, col, ui->paint.cols - 1 - col, faulty ? PAINT_BAD : PAINT_FACT, text->str);
    g_string_free(text, TRUE);
}

/* ---- footer ---- */

static void draw_keys(const struct ui *ui)
{
    const struct paint *paint = &ui->paint;
    int row = paint->rows - 1, col = 0;
    struct key_row key;

    for (size_t i = 0; keys_row(ui->view, i, &key); i++) {
        int width = paint_columns(key.label_key) + (key.label[0] != '\0' ? paint_columns(key.label) + 2 : 0);
        if (key.label_key[0] == '\0' || col + width > paint->cols)
            continue;
        col += paint_text(paint, row, col, paint->cols - col, PAINT_KEY, key.label_key);
        if (key.label[0] == '\0')
            continue;
        col += 1 + paint_text(paint, row, col + 1, paint->cols - col - 1, PAINT_PLAIN, key.label);
        col++;
    }
}

static void draw_prompt(struct ui *ui)
{
    const struct list *list = ui_list(ui);
    const struct paint *paint = &ui->paint;
    int row = paint->rows - 1, width = paint->cols;
    const char *complaint = list != NULL ? list->complaint : NULL;

    if (complaint != NULL) {
        int columns = MIN(paint_columns(complaint), paint->cols * 2 / 3);
        width -= columns + 1;
        (void)paint_text(paint, row, width + 1, columns, PAINT_BAD, complaint);
    } else if (list != NULL && paint->cols >= 72 && ui->prompt.text->len < 20) {
        static const char hint[] = "user: host: path: code: is:failed  -not  Esc: none";
        width -= (int)sizeof(hint);
        (void)paint_text(paint, row, width + 1, paint->cols, PAINT_DIM, hint);
    }
    int used = paint_text(paint, row, 0, width, PAINT_KEY, list != NULL ? "Filter: " : "Search: ");
    prompt_draw(&ui->prompt, paint, row, used, width - used);
}

static void draw_footer(struct ui *ui)
{
    if (ui->typing)
        draw_prompt(ui);
    else
        draw_keys(ui);
}

/* Over the end of the view for a while: the keys stay, and a long one is not cut. */
void frame_notice(struct ui *ui)
{
    struct area area = {0, 0, 0, ui->paint.cols};
    struct pane pane;

    if (ui->notice != NULL && g_get_monotonic_time() > ui->notice_us)
        g_clear_pointer(&ui->notice, g_free);
    if (ui->notice == NULL)
        return;
    pane_init(&pane);
    pane_add(&pane, PAINT_WARN, 0, "%s", ui->notice);
    area.rows = MIN(pane_draw(&pane, &ui->paint, area), NOTICE_ROWS);
    area.row = ui->paint.rows - FOOT_ROWS - area.rows;
    for (int i = 0; i < area.rows; i++)
        paint_fill(&ui->paint, area.row + i, 0, area.cols, PAINT_PLAIN);
    (void)pane_draw(&pane, &ui->paint, area);
    pane_free(&pane);
}

void frame_draw(struct ui *ui)
{
    draw_header(ui);
    draw_state(ui, draw_tabs(ui));
    draw_footer(ui);
}

/* ---- help ---- */

static void add_keys(struct ui *ui)
{
    struct key_row key;

    for (size_t i = 0; keys_row(ui->view, i, &key); i++)
        if (key.help_keys[0] != '\0' && key.help[0] != '\0')
            pane_add(&ui->page, PAINT_PLAIN, 16, "%-15s %s", key.help_keys, key.help);
}

static void add_filter_words(struct ui *ui)
{
    static const struct {
        const char *word, *what;
    } words[] = {
        {"anna", "in any column, whatever the case; \"two words\" in quotes; * and ? stand for anything"},
        {"user:an*", "the user"},
        {"host:192.0.2.7", "client or server; host:192.0.2 are all that begin so"},
        {"path:/in/", "the path of the transfer"},
        {"code:550", "a reply of the session, the final one of the transfer; code:4xx,5xx"},
        {"is:failed", "something failed; is:open is:closed is:tls is:marked"},
        {"-user:anna", "not that; words together must all match"},
    };

    pane_add(&ui->page, PAINT_PLAIN, 0, " ");
    pane_add(&ui->page, PAINT_BOLD, 0, "Filter");
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        pane_add(&ui->page, PAINT_PLAIN, 16, "%-15s %s", words[i].word, words[i].what);
}

void help_draw(struct ui *ui)
{
    const struct paint *paint = &ui->paint;
    int cols = MIN(paint->cols, 76), rows = MIN(paint->rows, 40);
    struct area box = {(paint->rows - rows) / 2, (paint->cols - cols) / 2, rows, cols};

    pane_clear(&ui->page);
    pane_add(&ui->page, PAINT_BOLD, 0, "Keys: %s", ui_view(ui->view)->title);
    add_keys(ui);
    if (ui_list(ui) != NULL)
        add_filter_words(ui);
    pane_add(&ui->page, PAINT_PLAIN, 0, " ");
    pane_add(&ui->page, PAINT_DIM, 0, "Ctrl-Z suspends. Up and Down scroll, any other key closes this.");
    paint_box(paint, box, PAINT_FACT, "Help");
    (void)pane_draw(&ui->page, paint, (struct area){box.row + 1, box.col + 2, box.rows - 2, box.cols - 4});
}
