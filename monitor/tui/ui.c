#include "monitor/tui/ui.h"

#include <curses.h>
#include <string.h>

#include "monitor/tui/cells.h"
#include "monitor/tui/format.h"

enum { NOTICE_US = 8000000, ESC = 27 };

uint32_t ui_selected_session(struct ui *ui)
{
    struct list *list = ui_list(ui);

    if (ui->view == VIEW_FINDING)
        return (uint32_t)(ui->finding >> 32);
    if (list == NULL)
        return ui->view == VIEW_RAW ? ui->raw.session : ui->ladder.session;
    const void *item = list_selected(list, ui->model);
    return item != NULL ? list->source->session(item) : 0;
}

/* ---- life ---- */

void ui_init(struct ui *ui, struct model *model, const struct screen_options *options)
{
    memset(ui, 0, sizeof(*ui));
    ui->model = model;
    ui->options = *options;
    ui->marked = g_hash_table_new(NULL, NULL);
    paint_init(&ui->paint, options->color);
    list_init(&ui->sessions, &sessions_source);
    list_init(&ui->transfers, &transfers_source);
    list_init(&ui->problems, &problems_source);
    list_init(&ui->kinds, &kinds_source);
    ui->sessions.follow = ui->transfers.follow = ui->problems.follow = options->follow;
    if (!options->follow) /* in a file the worst comes first; live the newest is at the end */
        ui->problems.sort = PROBLEMS_BY_SEVERITY;
    ui->kinds.sort = 0;
    ui->kinds.reversed = true;
    talk_init(&ui->ladder, false);
    talk_init(&ui->raw, true);
    pane_init(&ui->pane);
    pane_init(&ui->page);
    prompt_init(&ui->prompt, "");
}

void ui_free(struct ui *ui)
{
    list_free(&ui->sessions);
    list_free(&ui->transfers);
    list_free(&ui->problems);
    list_free(&ui->kinds);
    talk_free(&ui->ladder);
    talk_free(&ui->raw);
    pane_free(&ui->pane);
    pane_free(&ui->page);
    prompt_free(&ui->prompt);
    prompt_free(&ui->save.name);
    g_free(ui->save.message);
    g_free(ui->filter_before);
    g_free(ui->notice);
    g_hash_table_unref(ui->marked);
}

void ui_notice(struct ui *ui, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    g_free(ui->notice);
    ui->notice = g_strdup_vprintf(format, list);
    va_end(list);
    ui->notice_us = g_get_monotonic_time() + NOTICE_US;
}

/* ---- drawing ---- */

/* What the capture says ("eth0: gone, waiting for it") is shown for a while. */
static void hear_messages(struct ui *ui)
{
    size_t count = model_message_count(ui->model);
    const struct model_message *newest = count > 0 ? model_message_at(ui->model, count - 1) : NULL;
    char text[CELL_MAX];

    if (newest == NULL || (count == ui->said && newest->time_ns == ui->said_ns))
        return;
    ui->said = count;
    ui->said_ns = newest->time_ns;
    format_escape(text, sizeof(text), newest->text);
    ui_notice(ui, "%s", text);
}

/* Columns that only open sessions fill give their room back. */
static void note_end(struct ui *ui, bool finished)
{
    if (finished && !ui->finished)
        ui->sessions.stale = ui->transfers.stale = ui->problems.stale = true;
    ui->finished = finished;
}

static void set_context(struct ui *ui)
{
    const struct model_capture *capture = model_capture_state(ui->model);
    int64_t now_ns = model_totals(ui->model)->now_ns;

    note_end(ui, capture->finished);
    if (capture->live && !capture->finished)
        now_ns = MAX(now_ns, g_get_real_time() * 1000);
    ui->context = (struct cell_context){ui->model, &ui->paint, now_ns, 0, ui->options.utc, ui->marked};
}

static void draw_view(struct ui *ui)
{
    model_lock(ui->model);
    hear_messages(ui);
    set_context(ui);
    frame_draw(ui);
    ui_view(ui->view)->draw(ui, frame_area(ui));
    frame_notice(ui);
    if (ui->help)
        help_draw(ui);
    model_unlock(ui->model);
    if (ui->save.open)
        save_dialog_draw(ui);
}

static void draw_too_small(const struct ui *ui)
{
    char *text = g_strdup_printf("too small: %d x %d", ui->paint.cols, ui->paint.rows);

    (void)paint_text(&ui->paint, 0, 0, ui->paint.cols, PAINT_WARN, text);
    (void)paint_text(&ui->paint, 1, 0, ui->paint.cols, PAINT_PLAIN, "needs 40 x 10");
    g_free(text);
}

void ui_draw(struct ui *ui)
{
    struct list *list = ui_list(ui);

    ui->wait_us = 0;
    model_lock(ui->model);
    set_context(ui);
    model_unlock(ui->model);
    if (list != NULL && (!ui->paused || list->stale))
        (void)list_collect(list, ui->model, &ui->context, &ui->wait_us);
    paint_begin(&ui->paint);
    if (ui->paint.rows < UI_ROWS_MIN || ui->paint.cols < UI_COLS_MIN)
        draw_too_small(ui);
    else
        draw_view(ui);
    (void)wnoutrefresh(stdscr);
    if (ui->redraw)
        (void)clearok(curscr, TRUE);
    ui->redraw = false;
    (void)doupdate();
}

/* ---- typing ---- */

static struct talk *current_talk(struct ui *ui)
{
    return ui->view == VIEW_RAW ? &ui->raw : &ui->ladder;
}

static void start_typing(struct ui *ui)
{
    struct list *list = ui_list(ui);

    ui->typing = true;
    prompt_set(&ui->prompt, list != NULL ? list->filter_text : "");
    g_free(ui->filter_before);
    ui->filter_before = g_strdup(ui->prompt.text->str);
}

static void search(struct ui *ui, int step)
{
    struct talk *talk = current_talk(ui);

    model_lock(ui->model);
    if (!talk_search(talk, ui->model, step))
        ui_notice(ui, talk->needle != NULL && talk->needle[0] != '\0' ? "not found: %s" : "nothing to search: /%s",
                  talk->needle != NULL ? talk->needle : "");
    model_unlock(ui->model);
}

/* A filter that is not understood stays where it can be mended: behind the prompt it would look like one that holds. */
static void end_typing(struct ui *ui)
{
    const struct list *list = ui_list(ui);

    ui->typing = list != NULL && list->complaint != NULL;
    if (list != NULL)
        return;
    struct talk *talk = current_talk(ui);
    if (ui->prompt.text->len > 0) { /* nothing typed: the last one again */
        g_free(talk->needle);
        talk->needle = g_strdup(ui->prompt.text->str);
    }
    search(ui, 1);
}

static void typing_key(struct ui *ui, struct key key)
{
    struct list *list = ui_list(ui);

    if (key_is(key, ESC)) {
        ui->typing = false;
        if (list != NULL)
            list_filter(list, "");
    } else if (key_is(key, '\r') || key_is(key, '\n') || key_is(key, KEY_ENTER)) {
        end_typing(ui);
    } else if (prompt_key(&ui->prompt, key)) {
        if (list != NULL)
            list_filter(list, ui->prompt.text->str);
    } else if (list != NULL && (key_is(key, KEY_UP) || key_is(key, KEY_DOWN))) {
        (void)list_act(list, key_is(key, KEY_UP) ? ACTION_UP : ACTION_DOWN);
    }
}

/* ---- keys ---- */

void ui_go(struct ui *ui, enum view_id view)
{
    if (view == ui->view)
        return;
    if (view >= VIEW_TABS || view == VIEW_RAW)
        ui->parent[view] = ui->view == VIEW_RAW ? VIEW_SESSIONS : ui->view;
    ui->view = view;
}

static void go_to_tab(struct ui *ui, enum view_id view)
{
    if (view == VIEW_RAW) {
        uint32_t session = ui->view != VIEW_RAW ? ui_selected_session(ui) : 0;
        if (session != 0)
            talk_choose(&ui->raw, session);
    }
    if (view == VIEW_STATISTICS)
        ui->page.scroll = 0;
    ui_go(ui, view);
}

static void go_back(struct ui *ui)
{
    if (ui->view == VIEW_LADDER && ui->pane_whole)
        ui->pane_whole = false;
    else
        ui->view = ui->parent[ui->view];
}

static void switch_mouse(struct ui *ui)
{
    ui->mouse = !ui->mouse;
    ui_notice(ui, ui->mouse ? "mouse on: wheel and click" : "mouse off");
}

/* What means the same everywhere. */
static bool common_act(struct ui *ui, enum action action)
{
    if (action >= ACTION_TAB_1 && action <= ACTION_TAB_5)
        go_to_tab(ui, (enum view_id)(action - ACTION_TAB_1));
    else if (action == ACTION_TAB_NEXT || action == ACTION_TAB_PREVIOUS) {
        int tab = ui->view < VIEW_TABS ? (int)ui->view : action == ACTION_TAB_NEXT ? -1 : 0;
        int step = action == ACTION_TAB_NEXT ? 1 : VIEW_TABS - 1;
        go_to_tab(ui, (enum view_id)((tab + step) % VIEW_TABS));
    } else if (action == ACTION_HELP)
        ui->help = true, ui->page.scroll = 0;
    else if (action == ACTION_PAUSE)
        ui->paused = !ui->paused;
    else if (action == ACTION_QUIT)
        ui->quit = true;
    else if (action == ACTION_REDRAW)
        ui->redraw = true;
    else if (action == ACTION_MOUSE)
        switch_mouse(ui);
    else if (action == ACTION_FIND)
        start_typing(ui);
    else
        return false;
    return true;
}

static void help_key(struct ui *ui, enum action action)
{
    if (action == ACTION_UP || action == ACTION_PAGE_UP)
        ui->page.scroll -= action == ACTION_UP ? 1 : 10;
    else if (action == ACTION_DOWN || action == ACTION_PAGE_DOWN)
        ui->page.scroll += action == ACTION_DOWN ? 1 : 10;
    else
        ui->help = false;
}

static void view_key(struct ui *ui, enum action action)
{
    if (action == ACTION_SAVE) {
        save_dialog_open(ui);
        return;
    }
    if (action == ACTION_NEXT || action == ACTION_PREVIOUS) {
        search(ui, action == ACTION_NEXT ? 1 : -1);
        return;
    }
    model_lock(ui->model);
    if (!common_act(ui, action) && !ui_view(ui->view)->act(ui, action) && action == ACTION_BACK)
        go_back(ui);
    model_unlock(ui->model);
}

void ui_key(struct ui *ui, struct key key)
{
    enum action action = keys_action(key, ui->view);

    g_clear_pointer(&ui->notice, g_free); /* it was read */
    if (ui->save.open)
        save_dialog_key(ui, key);
    else if (ui->typing)
        typing_key(ui, key);
    else if (ui->help)
        help_key(ui, action);
    else
        view_key(ui, action);
}

/* Below the lines of the ladder stands what is known of one of them: a click there means no line. */
static void click_line(struct ui *ui, int line, bool twice)
{
    bool lines = ui->view == VIEW_RAW || (ui->view == VIEW_LADDER && !ui->pane_whole);
    struct talk *talk = current_talk(ui);

    if (lines && line < talk->page && talk->top + (guint)line < talk->rows->len) {
        talk->cursor = talk->top + (guint)line;
        ui->pane.scroll = 0;
    }
    if (twice)
        view_key(ui, ACTION_OPEN);
}

void ui_mouse(struct ui *ui, int row, int col, int wheel, bool twice)
{
    struct area area = frame_area(ui);
    struct list *list = ui_list(ui);
    enum view_id tab;

    if (ui->save.open || ui->help)
        return;
    if (wheel != 0) {
        for (int i = 0; i < 3; i++)
            view_key(ui, wheel > 0 ? ACTION_DOWN : ACTION_UP);
    } else if (row == 1 && frame_tab_at(ui, col, &tab)) {
        view_key(ui, (enum action)(ACTION_TAB_1 + (int)tab));
    } else if (row > area.row && row < area.row + area.rows && list == NULL) {
        click_line(ui, row - area.row - 1, twice);
    } else if (row >= area.row && row < area.row + area.rows && list != NULL) {
        list_click(list, row - area.row, col - area.col);
        if (twice && row > area.row)
            view_key(ui, ACTION_OPEN);
    }
}
