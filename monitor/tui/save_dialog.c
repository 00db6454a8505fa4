#include "monitor/tui/save_dialog.h"

#include <curses.h>
#include <string.h>

#include "monitor/tui/ui.h"

enum { FIELD_SCOPE, FIELD_FORMAT, FIELD_NAME, FIELDS, WIDTH = 66, HEIGHT = 14, ESC = 27 };

static const struct {
    const char *label, *suffix;
} formats[SAVE_FORMATS] = {
    [SAVE_PCAPNG] = {"packets, with comments that explain them (pcapng)", ".pcapng"},
    [SAVE_NDJSON] = {"records, one JSON object per line (NDJSON)", ".ndjson"},
    [SAVE_TEXT] = {"text, as ftpscope read prints it", ".txt"},
};

static void suggest_name(struct save_dialog *d)
{
    if (d->named)
        return;
    char *name = g_strconcat("ftpscope", formats[d->format].suffix, NULL);
    prompt_set(&d->name, name);
    g_free(name);
}

void save_dialog_open(struct ui *ui)
{
    struct save_dialog *d = &ui->save;
    struct list *list = ui_list(ui);

    if (ui->options.save == NULL) {
        ui_notice(ui, "nothing can be saved here");
        return;
    }
    d->open = true;
    d->asks = false;
    d->scope = g_hash_table_size(ui->marked) > 0 ? SAVE_MARKED
               : list == NULL                    ? SAVE_MARKED
               : !filter_is_empty(list->filter)  ? SAVE_FILTERED
                                                 : SAVE_ALL;
    d->field = FIELD_NAME;
    if (ui->options.no_packets && d->format == SAVE_PCAPNG)
        d->format = SAVE_NDJSON;
    if (d->name.text == NULL)
        prompt_init(&d->name, "");
    g_clear_pointer(&d->message, g_free);
    suggest_name(d);
}

void save_dialog_close(struct ui *ui)
{
    ui->save.open = false;
}

/* ---- drawing ---- */

static void draw_choice(const struct ui *ui, int row, int col, bool chosen, bool active, const char *label)
{
    struct paint paint = ui->paint;

    paint.reversed = chosen && active;
    char *text = g_strdup_printf("(%s) %s", chosen ? "*" : " ", label);
    (void)paint_text(&paint, row, col, WIDTH - 6, chosen ? PAINT_BOLD : PAINT_PLAIN, text);
    g_free(text);
}

static char *scope_label(struct ui *ui, enum save_scope scope)
{
    guint marked = g_hash_table_size(ui->marked);
    const struct list *list = ui_list(ui);

    if (scope == SAVE_ALL)
        return g_strdup("all sessions");
    if (scope == SAVE_MARKED)
        return marked > 0 ? g_strdup_printf("the %u marked", marked) : g_strdup("the selected one");
    if (list == NULL)
        return g_strdup("those of a list: none is open here");
    return g_strdup(filter_is_empty(list->filter) ? "those of this list: it has no filter"
                                                  : "those of this list (filtered)");
}

static void draw_message(const struct ui *ui, struct area box)
{
    const struct save_dialog *d = &ui->save;
    struct pane pane;

    pane_init(&pane);
    if (d->message != NULL)
        pane_add(&pane, d->asks ? PAINT_WARN : PAINT_BAD, 0, "%s", d->message);
    else
        pane_add(&pane, PAINT_DIM, 0, "Tab: next   Left Right: choose   Enter: save   Esc: no");
    (void)pane_draw(&pane, &ui->paint, (struct area){box.row + box.rows - 3, box.col + 3, 2, box.cols - 6});
    pane_free(&pane);
}

void save_dialog_draw(struct ui *ui)
{
    const struct save_dialog *d = &ui->save;
    const struct paint *paint = &ui->paint;
    int cols = MIN(WIDTH, paint->cols - 2), rows = MIN(HEIGHT, paint->rows);
    struct area box = {(paint->rows - rows) / 2, (paint->cols - cols) / 2, rows, cols};
    int row = box.row + 1, col = box.col + 3;

    paint_box(paint, box, PAINT_FACT, "Save");
    for (int i = 0; i < SAVE_SCOPES; i++) {
        char *label = scope_label(ui, (enum save_scope)i);
        draw_choice(ui, row++, col, d->scope == (enum save_scope)i, d->field == FIELD_SCOPE, label);
        g_free(label);
    }
    row += rows == HEIGHT;
    for (int i = 0; i < SAVE_FORMATS; i++)
        draw_choice(ui, row++, col, d->format == (enum save_format)i, d->field == FIELD_FORMAT,
                    i == SAVE_PCAPNG && ui->options.no_packets ? "packets: not kept here" : formats[i].label);
    row += rows == HEIGHT;
    int used = paint_text(paint, row, col, cols - 6, d->field == FIELD_NAME ? PAINT_KEY : PAINT_PLAIN, "File: ");
    prompt_draw(&d->name, paint, row, col + used, cols - 6 - used);
    draw_message(ui, box);
}

/* ---- saving ---- */

static GHashTable *filtered_sessions(struct ui *ui)
{
    GHashTable *sessions = g_hash_table_new(NULL, NULL);
    const struct list *list = ui_list(ui);

    model_lock(ui->model);
    for (guint i = 0; list != NULL && i < list->rows->len; i++) {
        const void *item = list_item(list, ui->model, i);
        uint32_t session = item != NULL ? list->source->session(item) : 0;
        if (session != 0)
            g_hash_table_add(sessions, GUINT_TO_POINTER(session));
    }
    model_unlock(ui->model);
    return sessions;
}

static GHashTable *chosen_sessions(struct ui *ui)
{
    if (ui->save.scope == SAVE_ALL)
        return NULL;
    if (ui->save.scope == SAVE_FILTERED)
        return filtered_sessions(ui);
    if (g_hash_table_size(ui->marked) > 0)
        return g_hash_table_ref(ui->marked);
    GHashTable *one = g_hash_table_new(NULL, NULL);
    model_lock(ui->model);
    uint32_t session = ui_selected_session(ui);
    model_unlock(ui->model);
    if (session != 0)
        g_hash_table_add(one, GUINT_TO_POINTER(session));
    return one;
}

/* What takes a while begins behind the frame that says so. */
static void start_saving(struct save_dialog *d, bool replace)
{
    d->due = true;
    d->replace = replace;
    d->asks = false;
    g_free(d->message);
    d->message = g_strdup("saving ...");
}

void save_dialog_due(struct ui *ui)
{
    struct save_dialog *d = &ui->save;
    struct save_request request = {d->scope, d->format, d->name.text->str, d->replace, NULL};
    char *message = NULL;

    request.sessions = chosen_sessions(ui);
    d->due = false;
    g_clear_pointer(&d->message, g_free);
    if (request.path[0] == '\0')
        d->message = g_strdup("which file?");
    else if (request.sessions != NULL && g_hash_table_size(request.sessions) == 0)
        d->message = g_strdup("there is no such session");
    if (d->message == NULL) {
        enum save_result result = ui->options.save(ui->options.save_state, &request, &message);
        d->asks = result == SAVE_EXISTS;
        if (d->asks)
            d->message = g_strdup_printf("%s exists. Replace it? (y or n)", request.path);
        else if (result == SAVE_FAILED)
            d->message = g_strdup(message != NULL ? message : "it could not be saved");
        else
            save_dialog_close(ui);
        if (result == SAVE_DONE)
            ui_notice(ui, "%s", message != NULL ? message : "saved");
    }
    g_free(message);
    if (request.sessions != NULL)
        g_hash_table_unref(request.sessions);
}

/* ---- keys ---- */

static void choose(struct save_dialog *d, int step)
{
    if (d->field == FIELD_SCOPE)
        d->scope = (enum save_scope)(((int)d->scope + step + SAVE_SCOPES) % SAVE_SCOPES);
    if (d->field == FIELD_FORMAT) {
        d->format = (enum save_format)(((int)d->format + step + SAVE_FORMATS) % SAVE_FORMATS);
        suggest_name(d);
    }
}

static void field_key(struct save_dialog *d, struct key key)
{
    if (key_is(key, '\t') || key_is(key, KEY_DOWN))
        d->field = (d->field + 1) % FIELDS;
    else if (key_is(key, KEY_BTAB) || key_is(key, KEY_UP))
        d->field = (d->field + FIELDS - 1) % FIELDS;
    else if (d->field == FIELD_NAME)
        d->named = prompt_key(&d->name, key) || d->named;
    else if (key_is(key, KEY_LEFT))
        choose(d, -1);
    else if (key_is(key, KEY_RIGHT) || key_is(key, ' '))
        choose(d, 1);
}

void save_dialog_key(struct ui *ui, struct key key)
{
    struct save_dialog *d = &ui->save;
    bool enter = key_is(key, '\r') || key_is(key, '\n') || key_is(key, KEY_ENTER);

    if (d->asks) {
        d->asks = false;
        g_clear_pointer(&d->message, g_free);
        if (key_is(key, 'y') || key_is(key, 'Y'))
            start_saving(d, true);
    } else if (key_is(key, ESC)) {
        save_dialog_close(ui);
    } else if (enter && ui->options.no_packets && d->format == SAVE_PCAPNG) {
        g_free(d->message);
        d->message = g_strdup("packets are not kept here: choose another format");
    } else if (enter) {
        start_saving(d, false);
    } else {
        field_key(d, key);
    }
}
