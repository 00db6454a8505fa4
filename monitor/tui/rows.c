/* rows.c - which rows a list has, and in which order. */
#include <string.h>

#include "monitor/tui/list.h"

enum {
    SLICE_US = 4000, /* of holding the lock */
    BETWEEN_US = 2000,
    ROWS_BETWEEN = 64,      /* looks at the clock */
    PAUSE_SHARE = 4,        /* collecting takes a fifth of the time at most */
    TICK_SHARE = 200,       /* and this little where only ages and rates have changed: nobody is in a hurry */
    LOOK_BACK = 65536,      /* rows: what was forgotten in the meantime moves the others */
    SUBJECT_TEXT_MAX = 1200 /* bytes of all columns of a row */
};

void sort_key_number(struct sort_key *key, uint64_t number)
{
    memset(key, 0, sizeof(*key));
    for (int i = 0; i < 8; i++)
        key->bytes[i] = (unsigned char)(number >> (56 - 8 * i));
}

void sort_key_text(struct sort_key *key, const char *text)
{
    memset(key, 0, sizeof(*key));
    for (int i = 0; i < KEY_BYTES && text != NULL && text[i] != '\0'; i++)
        key->bytes[i] = (unsigned char)g_ascii_tolower(text[i]);
}

/* All columns, for a filter with words. Every cell has the room it wants, or a word would only match in wide windows.
 */
static void all_columns(const struct list *list, const struct cell_context *context, const void *item, char *text)
{
    struct cell_context wide = *context;
    struct cell cell;
    size_t at = 0;

    wide.width = CELL_MAX;
    for (size_t i = 0; i < list->source->column_count; i++) {
        cell = (struct cell){.text = ""};
        list->source->columns[i].cell(&wide, item, &cell);
        at += g_strlcpy(text + at, cell.text, SUBJECT_TEXT_MAX - at);
        if (at + 2 >= SUBJECT_TEXT_MAX)
            return;
        text[at++] = ' ';
        text[at] = '\0';
    }
}

static bool is_wanted(const struct list *list, const struct cell_context *context, const void *item)
{
    struct filter_subject subject = {.text = NULL};
    char text[SUBJECT_TEXT_MAX] = "";

    if (list->filter == NULL)
        return true;
    if (filter_wants_text(list->filter)) {
        all_columns(list, context, item, text);
        subject.text = text;
    }
    list->source->subject(context, item, &subject);
    return filter_matches(list->filter, &subject);
}

static void collect_one(struct list *list, const struct cell_context *context, size_t index)
{
    const void *item = list->source->at(context->model, index);
    struct row row = {.index = index};

    if (item == NULL || !is_wanted(list, context, item))
        return;
    row.id = list->source->id(item);
    if (list->sort >= 0)
        list->source->columns[list->sort].key(context, item, &row.key);
    g_array_append_val(list->rows, row);
}

/* One time with the lock; returns the index to go on with, the count at the end. */
static size_t collect_slice(struct list *list, struct model *model, const struct cell_context *context, size_t index,
                            bool *more)
{
    gint64 end = g_get_monotonic_time() + SLICE_US;

    model_lock(model);
    size_t count = list->source->count(model);
    for (; index < count; index++) {
        collect_one(list, context, index);
        if (index % ROWS_BETWEEN == 0 && g_get_monotonic_time() > end)
            break;
    }
    model_unlock(model);
    *more = index < count;
    return index + *more;
}

static gint by_key(gconstpointer a, gconstpointer b, gpointer data)
{
    const struct row *one = a, *other = b;
    const struct list *list = data;
    int order = memcmp(one->key.bytes, other->key.bytes, KEY_BYTES);

    if (order == 0 && one->index != other->index)
        order = one->index < other->index ? -1 : 1;
    return list->reversed ? -order : order;
}

/* The cursor stays with its item; when that is gone, with its place. With `follow` it goes to the newest one. */
static void find_cursor(struct list *list)
{
    guint newest = 0;
    bool found = false;

    for (guint i = 0; i < list->rows->len; i++) {
        const struct row *row = &g_array_index(list->rows, struct row, i);
        if (row->index >= g_array_index(list->rows, struct row, newest).index)
            newest = i;
        if (list->has_cursor && !list->follow && row->id == list->cursor_id) {
            list->cursor = i;
            found = true;
        }
    }
    if (list->follow)
        list->cursor = newest;
    else if (!found)
        list->cursor = MIN(list->cursor, MAX(list->rows->len, 1) - 1);
    list_to_row(list, list->cursor);
}

static void collect(struct list *list, struct model *model, const struct cell_context *context)
{
    size_t index = 0;
    bool more = true, follow = list->follow;

    g_array_set_size(list->rows, 0);
    if (list->stale) /* other rows: other widths */
        memset(list->needed, 0, sizeof(list->needed));
    while (more) {
        index = collect_slice(list, model, context, index, &more);
        if (more)
            g_usleep(BETWEEN_US); /* a mutex is not fair: who waits for it would wait for all slices */
    }
    if (list->sort >= 0 || list->reversed)
        g_array_sort_with_data(list->rows, by_key, list);
    find_cursor(list);
    list->follow = follow;
}

/* Touching every row costs most: on a silent wire the rows and their order mostly are what they were. */
static bool is_out_of_date(const struct list *list, uint64_t version, uint64_t rows_version)
{
    bool by_numbers = list->sort >= 0 || list->filter != NULL;

    return list->stale || rows_version != list->rows_version || (by_numbers && version != list->version);
}

bool list_collect(struct list *list, struct model *model, const struct cell_context *context, int64_t *wait_us)
{
    gint64 now = g_get_monotonic_time();

    model_lock(model);
    uint64_t version = model_version(model), rows_version = model_rows_version(model);
    model_unlock(model);
    if (!is_out_of_date(list, version, rows_version))
        return false;
    int64_t next = list->collected_us + (rows_version != list->rows_version ? PAUSE_SHARE : TICK_SHARE) * list->took_us;
    if (!list->stale && now < next) {
        *wait_us = next - now;
        return true;
    }
    collect(list, model, context);
    list->version = version;
    list->rows_version = rows_version;
    list->stale = false;
    list->collected_us = g_get_monotonic_time();
    list->took_us = list->collected_us - now;
    return false;
}

const void *list_item(const struct list *list, const struct model *model, guint row)
{
    if (row >= list->rows->len)
        return NULL;
    const struct row *known = &g_array_index(list->rows, struct row, row);
    size_t count = list->source->count(model), index = MIN(known->index + 1, count);
    for (size_t looked = 0; index > 0 && looked < LOOK_BACK; looked++) {
        const void *item = list->source->at(model, --index);
        if (item != NULL && list->source->id(item) == known->id)
            return item;
    }
    return NULL;
}

const void *list_selected(const struct list *list, const struct model *model)
{
    return list_item(list, model, list->cursor);
}
