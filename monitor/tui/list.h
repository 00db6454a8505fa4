/*
 * list.h - a table with one row for each item of the model: which rows there are (rows.c), in which order, and how they
 * are drawn. Columns are tables too: see struct column. Only visible rows are ever asked for their texts, all of them
 * only for a filter with words.
 *
 * The rows are collected in slices, so that the model's lock is never held longer than some milliseconds, whatever
 * their number.
 */
#ifndef MONITOR_TUI_LIST_H
#define MONITOR_TUI_LIST_H

#include <glib.h>

#include "monitor/model/model.h"
#include "monitor/tui/filter.h"
#include "monitor/tui/keys.h"
#include "monitor/tui/paint.h"

enum { CELL_MAX = 512, COLUMNS_MAX = 16, KEY_BYTES = 24 };

struct cell {
    char text[CELL_MAX];
    enum paint_style style;
    bool tail; /* where it does not fit, its end is what matters */
};

/* What the texts of a row need beside the item. */
struct cell_context {
    const struct model *model;
    const struct paint *paint;
    int64_t now_ns; /* of the newest packet, or the clock */
    int width;      /* columns there are */
    bool utc;
    GHashTable *marked; /* sessions */
};

/* Compared byte by byte. */
struct sort_key {
    unsigned char bytes[KEY_BYTES];
};
void sort_key_number(struct sort_key *key, uint64_t number);
void sort_key_text(struct sort_key *key, const char *text); /* whatever the case; NULL: "" */

struct column {
    const char *title;
    int min, max;     /* its width follows what is in it; min 0: hidden until something is */
    int rank;         /* where room is short the highest go; 0 stays */
    bool right, rest; /* rest: takes what is left; one column */
    void (*cell)(const struct cell_context *context, const void *item, struct cell *cell);
    void (*key)(const struct cell_context *context, const void *item, struct sort_key *key);
};

/* Where the items come from. All with the lock held. */
struct list_source {
    size_t (*count)(const struct model *model);
    const void *(*at)(const struct model *model, size_t i);
    uint64_t (*id)(const void *item);
    uint32_t (*session)(const void *item); /* 0: none */
    void (*subject)(const struct cell_context *context, const void *item, struct filter_subject *subject);
    enum paint_mark (*mark)(const void *item, enum paint_style *style); /* in front of the row; MARK_COUNT: none */
    /* More about the row of the cursor, some sentences. False: nothing. */
    bool (*preview)(const struct cell_context *context, const void *item, GString *words, enum paint_style *style);
    const struct column *columns;
    size_t column_count;
    const char *empty; /* what is said when there is nothing */
};

struct row {
    uint64_t id;
    size_t index; /* where it was in the model */
    struct sort_key key;
};

struct list {
    const struct list_source *source;
    GArray *rows; /* struct row */
    guint cursor, top;
    uint64_t cursor_id;
    bool has_cursor, reversed, follow;
    int sort; /* column; -1: as they came */
    char *filter_text, *complaint;
    struct filter *filter;          /* NULL: none */
    int needed[COLUMNS_MAX];        /* by what was in them so far */
    int64_t filled_us[COLUMNS_MAX]; /* when something was in them last */
    int widths[COLUMNS_MAX], starts[COLUMNS_MAX];
    int cols, page;
    bool stale; /* filter or order changed */
    uint64_t version, rows_version;
    int64_t collected_us, took_us;
};

void list_init(struct list *list, const struct list_source *source);
void list_free(struct list *list);

/* Collects and sorts when something changed and the last time is long enough ago. Takes the lock. True: there are
 * changes that wait for the next time, in *wait_us. */
bool list_collect(struct list *list, struct model *model, const struct cell_context *context, int64_t *wait_us);

/* The lock is held. */
void list_draw(struct list *list, const struct cell_context *context, struct area area);
const void *list_selected(const struct list *list, const struct model *model); /* item of the cursor; NULL: none */
const void *list_item(const struct list *list, const struct model *model, guint row);

bool list_act(struct list *list, enum action action); /* moves and sorts; false: not its business */
void list_to_row(struct list *list, guint row);
void list_click(struct list *list, int row, int col); /* within its area; the title row sorts */
/* A new filter, and a complaint about what in it is not understood. */
void list_filter(struct list *list, const char *text);

#endif
