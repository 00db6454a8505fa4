/* keys.h - which key does what in which view. */
#ifndef MONITOR_TUI_KEYS_H
#define MONITOR_TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum view_id {
    VIEW_SESSIONS, /* the first five are the tabs */
    VIEW_TRANSFERS,
    VIEW_PROBLEMS,
    VIEW_STATISTICS,
    VIEW_RAW,
    VIEW_LADDER,
    VIEW_FINDING,
    VIEW_COUNT,
    VIEW_TABS = VIEW_RAW + 1,
    VIEW_LISTS = VIEW_PROBLEMS + 1
};

/* Sets of views. */
enum {
    IN_LISTS = 1 << VIEW_SESSIONS | 1 << VIEW_TRANSFERS | 1 << VIEW_PROBLEMS,
    IN_PROBLEMS = 1 << VIEW_PROBLEMS,
    IN_RAW = 1 << VIEW_RAW,
    IN_LADDER = 1 << VIEW_LADDER,
    IN_LINES = IN_RAW | IN_LADDER,
    IN_FINDING = 1 << VIEW_FINDING,
    IN_INNER = IN_LADDER | IN_FINDING | IN_RAW,
    IN_TABS = IN_LISTS | 1 << VIEW_STATISTICS,
    IN_ALL = (1 << VIEW_COUNT) - 1
};

enum action {
    ACTION_NONE,
    ACTION_HELP,
    ACTION_OPEN,
    ACTION_BACK,
    ACTION_FIND,
    ACTION_NEXT,
    ACTION_PREVIOUS,
    ACTION_SORT_LEFT,
    ACTION_SORT_RIGHT,
    ACTION_REVERSE,
    ACTION_GROUP,
    ACTION_NEXT_PROBLEM,
    ACTION_EXPAND,
    ACTION_TOTAL,
    ACTION_WRAP,
    ACTION_SAVE,
    ACTION_MARK,
    ACTION_UNMARK,
    ACTION_FOLLOW,
    ACTION_PAUSE,
    ACTION_QUIT,
    ACTION_UP,
    ACTION_DOWN,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_HOME,
    ACTION_END,
    ACTION_PANE_UP,
    ACTION_PANE_DOWN,
    ACTION_TAB_1,
    ACTION_TAB_2,
    ACTION_TAB_3,
    ACTION_TAB_4,
    ACTION_TAB_5,
    ACTION_TAB_NEXT,
    ACTION_TAB_PREVIOUS,
    ACTION_MOUSE,
    ACTION_REDRAW
};

/* As ncurses gives it: a character, or one of its KEY_ codes. */
struct key {
    bool function;
    unsigned code;
};

bool key_is(struct key key, unsigned code); /* KEY_LEFT is that key, not the letter of the same number */
enum action keys_action(struct key key, enum view_id view);

struct key_row {
    const char *label_key, *label, *help_keys, *help;
};
/* The rows of a view; false when there are no more. */
bool keys_row(enum view_id view, size_t i, struct key_row *row);

#endif
