#include "monitor/tui/list.h"

#include "monitor/tui/pane.h"

#include <string.h>

enum {
    GUTTER = 2, /* a mark, and what is wrong */
    PREVIEW_ROWS = 4,
    PREVIEW_FROM = 18, /* rows of a window that has room for a preview */
    REST_MIN = 18,
    EMPTY_US = 10000000, /* a column with nothing in it goes, but not at once: columns that jump cannot be read */
    SHRUNK_MIN = 15,     /* an IPv4 address */
    LONG_WIDTH = 34,     /* columns for addresses and paths, where a part tells something too */
};

void list_init(struct list *list, const struct list_source *source)
{
    *list = (struct list){.source = source, .rows = g_array_new(FALSE, FALSE, sizeof(struct row)), .sort = -1};
    list->filter_text = g_strdup("");
    list->stale = true;
}

void list_free(struct list *list)
{
    g_array_free(list->rows, TRUE);
    filter_free(&list->filter);
    g_free(list->filter_text);
    g_free(list->complaint);
}

void list_filter(struct list *list, const char *text)
{
    char *complaint = NULL;
    struct filter *filter = text[0] != '\0' ? filter_parse(text, &complaint) : NULL;

    g_free(list->complaint);
    list->complaint = complaint;
    if (text != list->filter_text) {
        g_free(list->filter_text);
        list->filter_text = g_strdup(text);
    }
    filter_free(&list->filter);
    list->filter = filter;
    list->stale = true;
}

/* ---- widths ---- */

static bool is_shown(const struct list *list, size_t i)
{
    return list->starts[i] >= 0 && (list->widths[i] > 0 || list->source->columns[i].rest);
}

static int wanted_width(const struct list *list)
{
    int sum = GUTTER;

    for (size_t i = 0; i < list->source->column_count; i++)
        if (is_shown(list, i))
            sum += (list->source->columns[i].rest ? REST_MIN : list->widths[i]) + 1;
    return sum - 1;
}

/* The widest columns give some of their width, as far as that helps: one long address must not cost the others theirs.
 */
static int shrink(struct list *list, int excess)
{
    while (excess > 0) {
        size_t widest = 0;
        for (size_t i = 1; i < list->source->column_count; i++)
            if (list->source->columns[i].max >= LONG_WIDTH && list->widths[i] > list->widths[widest])
                widest = i;
        if (list->source->columns[widest].max < LONG_WIDTH || list->widths[widest] <= SHRUNK_MIN)
            break;
        list->widths[widest]--;
        excess--;
    }
    return excess;
}

/* What is left when the columns without room have gone. */
static void give_back(struct list *list, int left)
{
    for (size_t i = 0; i < list->source->column_count; i++) {
        int more = CLAMP(list->needed[i] - list->widths[i], 0, MAX(left, 0));
        if (!list->source->columns[i].rest && is_shown(list, i)) {
            list->widths[i] += more;
            left -= more;
        }
    }
}

/* Of the columns that are shown, or of those that are not, the one with the highest or the lowest rank. */
static int ranked(const struct list *list, bool shown, int below, int above)
{
    int found = -1;

    for (int i = 0; i < (int)list->source->column_count; i++) {
        const struct column *column = &list->source->columns[i];
        bool better = found < 0 || (shown ? column->rank > list->source->columns[found].rank
                                          : column->rank < list->source->columns[found].rank);
        if ((list->starts[i] >= 0) == shown && column->rank < below && column->rank > above && better)
            found = i;
    }
    return found;
}

/* The least important go until the others fit; of those that went, the ones that are small enough come back. */
static void choose_columns(struct list *list, int cols)
{
    int column, rank = 0;

    while (wanted_width(list) > cols && (column = ranked(list, true, G_MAXINT, 0)) >= 0)
        list->starts[column] = -1;
    while ((column = ranked(list, false, G_MAXINT, rank)) >= 0) {
        rank = list->source->columns[column].rank;
        list->starts[column] = 0;
        if (wanted_width(list) > cols)
            list->starts[column] = -1;
    }
}

/* Columns that have no room get narrower, then they go; what is left over gets the column that takes the rest. */
static void lay_out(struct list *list, int cols)
{
    int col = GUTTER;

    memcpy(list->widths, list->needed, sizeof(list->widths));
    memset(list->starts, 0, sizeof(list->starts));
    (void)shrink(list, wanted_width(list) - cols);
    choose_columns(list, cols);
    give_back(list, cols - wanted_width(list));
    int left = cols - wanted_width(list) + REST_MIN;
    for (size_t i = 0; i < list->source->column_count; i++) {
        if (list->source->columns[i].rest)
            list->widths[i] = MAX(left, 1);
        if (!is_shown(list, i))
            continue;
        list->starts[i] = col;
        col += list->widths[i] + 1;
    }
    list->cols = cols;
}

/* What this column needs for the rows that are shown. */
static int needed_width(const struct list *list, const struct cell_context *context, const struct column *column,
                        guint first, guint last)
{
    struct cell_context wide = *context;
    int width = column->min;

    wide.width = column->max;
    for (; !column->rest && width < column->max && first < last; first++) {
        struct cell cell = {.text = ""};
        const void *item = list_item(list, context->model, first);
        if (item != NULL)
            column->cell(&wide, item, &cell);
        width = CLAMP(paint_columns(cell.text), width, column->max);
    }
    return width;
}

/* Widths grow with what is shown and do not shrink again, but for columns that are there only when something is. */
static void grow(struct list *list, const struct cell_context *context, guint first, guint last)
{
    int64_t now_us = g_get_monotonic_time();

    for (size_t i = 0; i < list->source->column_count; i++) {
        int width = needed_width(list, context, &list->source->columns[i], first, last);
        if (width > 0)
            list->filled_us[i] = now_us;
        if (width > 0 || now_us - list->filled_us[i] < EMPTY_US)
            width = MAX(width, list->needed[i]);
        list->needed[i] = width;
    }
}

/* ---- drawing ---- */

static void draw_titles(const struct list *list, const struct paint *paint, struct area area)
{
    paint_fill(paint, area.row, area.col, area.cols, PAINT_TITLE);
    for (size_t i = 0; i < list->source->column_count; i++) {
        const struct column *column = &list->source->columns[i];
        if (!is_shown(list, i))
            continue;
        bool sorts = list->sort == (int)i;
        char *title =
            g_strconcat(column->title, sorts ? paint_mark_text(paint, list->reversed ? MARK_DOWN : MARK_UP) : "", NULL);
        int col = area.col + list->starts[i];
        if (column->right)
            (void)paint_right(paint, area.row, col, list->widths[i], PAINT_TITLE, title);
        else
            (void)paint_text(paint, area.row, col, list->widths[i], PAINT_TITLE, title);
        g_free(title);
    }
}

static void draw_gutter(const struct list *list, const struct cell_context *context, const struct paint *paint, int row,
                        int col, const void *item)
{
    enum paint_style style = PAINT_PLAIN;
    enum paint_mark mark = list->source->mark != NULL ? list->source->mark(item, &style) : MARK_COUNT;
    uint32_t session = list->source->session(item);

    if (session != 0 && g_hash_table_contains(context->marked, GUINT_TO_POINTER(session)))
        paint_mark(paint, row, col, PAINT_KEY, MARK_CHOSEN);
    if (mark != MARK_COUNT)
        paint_mark(paint, row, col + 1, style, mark);
}

static void draw_row(const struct list *list, const struct cell_context *context, struct area area, int row,
                     guint number)
{
    struct cell_context here = *context;
    struct paint paint = *context->paint;
    const void *item = list_item(list, context->model, number);

    paint.reversed = number == list->cursor;
    if (paint.reversed)
        paint_fill(&paint, row, area.col, area.cols, PAINT_PLAIN);
    if (item == NULL) {
        (void)paint_text(&paint, row, area.col + GUTTER, area.cols - GUTTER, PAINT_DIM, "(forgotten)");
        return;
    }
    draw_gutter(list, context, &paint, row, area.col, item);
    for (size_t i = 0; i < list->source->column_count; i++) {
        const struct column *column = &list->source->columns[i];
        struct cell cell = {.text = ""};
        if (!is_shown(list, i))
            continue;
        here.width = list->widths[i];
        column->cell(&here, item, &cell);
        if (column->right)
            (void)paint_right(&paint, row, area.col + list->starts[i], list->widths[i], cell.style, cell.text);
        else
            (void)(cell.tail ? paint_tail : paint_text)(&paint, row, area.col + list->starts[i], list->widths[i],
                                                        cell.style, cell.text);
    }
}

static void draw_preview(const struct list *list, const struct cell_context *context, struct area area)
{
    const void *item = list_selected(list, context->model);
    GString *words = g_string_new(NULL);
    enum paint_style style = PAINT_PLAIN;
    struct pane pane;

    pane_init(&pane);
    paint_line(context->paint, area.row, area.col, area.cols, PAINT_DIM);
    area.row++;
    area.rows--;
    if (item != NULL && list->source->preview(context, item, words, &style))
        pane_add(&pane, style, 0, "%s", words->str);
    (void)pane_draw(&pane, context->paint, area);
    pane_free(&pane);
    g_string_free(words, TRUE);
}

static void scroll_to_cursor(struct list *list, int page)
{
    list->page = MAX(page, 1);
    if (list->cursor < list->top)
        list->top = list->cursor;
    if (list->cursor >= list->top + (guint)list->page)
        list->top = list->cursor - (guint)list->page + 1;
    if (list->rows->len < list->top + (guint)list->page) /* no empty rows while there are some above */
        list->top = list->rows->len > (guint)list->page ? list->rows->len - (guint)list->page : 0;
}

static void draw_empty(const struct list *list, const struct paint *paint, struct area area)
{
    const char *words = list->filter != NULL ? "nothing matches the filter (Esc: no filter)" : list->source->empty;
    (void)paint_text(paint, area.row + 1, area.col + GUTTER, area.cols - GUTTER, PAINT_DIM, words);
}

void list_draw(struct list *list, const struct cell_context *context, struct area area)
{
    int preview = list->source->preview != NULL && area.rows >= PREVIEW_FROM ? PREVIEW_ROWS + 1 : 0;

    area.rows -= preview;
    scroll_to_cursor(list, area.rows - 1);
    guint last = MIN(list->rows->len, list->top + (guint)list->page);
    grow(list, context, list->top, last);
    lay_out(list, area.cols);
    draw_titles(list, context->paint, area);
    for (guint i = list->top; i < last; i++)
        draw_row(list, context, area, area.row + 1 + (int)(i - list->top), i);
    if (list->rows->len == 0)
        draw_empty(list, context->paint, area);
    if (preview > 0)
        draw_preview(list, context, (struct area){area.row + area.rows, area.col, preview, area.cols});
}

/* ---- keys ---- */

void list_to_row(struct list *list, guint row)
{
    list->cursor = list->rows->len == 0 ? 0 : MIN(row, list->rows->len - 1);
    list->has_cursor = list->rows->len > 0;
    if (list->has_cursor)
        list->cursor_id = g_array_index(list->rows, struct row, list->cursor).id;
}

static void move_by(struct list *list, gint64 rows)
{
    gint64 target = (gint64)list->cursor + rows;

    list->follow = false;
    list_to_row(list, target < 0 ? 0 : (guint)MIN(target, G_MAXINT32));
}

/* The next column that is shown and can sort; before the first one the rows stand as they came. */
static void sort_beside(struct list *list, int step)
{
    int column = list->sort + step, count = (int)list->source->column_count;

    while (column >= 0 && column < count &&
           (!is_shown(list, (size_t)column) || list->source->columns[column].key == NULL))
        column += step;
    if (column >= count)
        return;
    list->sort = MAX(column, -1);
    list->stale = true;
}

bool list_act(struct list *list, enum action action)
{
    const gint64 page = MAX(list->page - 1, 1);

    if (action == ACTION_UP)
        move_by(list, -1);
    else if (action == ACTION_DOWN)
        move_by(list, 1);
    else if (action == ACTION_PAGE_UP)
        move_by(list, -page);
    else if (action == ACTION_PAGE_DOWN)
        move_by(list, page);
    else if (action == ACTION_HOME)
        move_by(list, -(gint64)list->cursor);
    else if (action == ACTION_END)
        move_by(list, list->rows->len);
    else if (action == ACTION_SORT_LEFT)
        sort_beside(list, -1);
    else if (action == ACTION_SORT_RIGHT)
        sort_beside(list, 1);
    else if (action == ACTION_REVERSE || action == ACTION_FOLLOW) {
        list->reversed ^= action == ACTION_REVERSE;
        list->follow ^= action == ACTION_FOLLOW;
        list->stale = true;
    } else
        return false;
    return true;
}

void list_click(struct list *list, int row, int col)
{
    if (row > 0) {
        guint target = list->top + (guint)row - 1;
        if (row <= list->page && target < list->rows->len)
            move_by(list, (gint64)target - list->cursor);
        return;
    }
    for (size_t i = 0; i < list->source->column_count; i++)
        if (is_shown(list, i) && list->source->columns[i].key != NULL && col >= list->starts[i] &&
            col <= list->starts[i] + list->widths[i]) {
            list->reversed = list->sort == (int)i && !list->reversed;
            list->sort = (int)i;
            list->stale = true;
        }
}
