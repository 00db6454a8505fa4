/*
 * paint.h - text and marks on the screen, in the characters and colours that this terminal has. Everything is clipped;
 * nothing is sent before doupdate. Texts are UTF-8 and printable (format_escape for what comes from the wire); what the
 * locale cannot show becomes "?".
 */
#ifndef MONITOR_TUI_PAINT_H
#define MONITOR_TUI_PAINT_H

#include <stdbool.h>

enum paint_style {
    PAINT_PLAIN,
    PAINT_DIM,
    PAINT_BOLD,
    PAINT_GOOD,
    PAINT_FACT, /* names and addresses that matter */
    PAINT_WARN,
    PAINT_BAD,
    PAINT_BAR,      /* header and footer */
    PAINT_BAR_DIM,  /* what is less important there */
    PAINT_BAR_WARN, /* dropped packets, lost rights */
    PAINT_TAB,      /* the one that is shown */
    PAINT_KEY,      /* in the footer */
    PAINT_TITLE,    /* of columns */
    PAINT_STYLES
};

enum paint_mark {
    MARK_VERTICAL,
    MARK_VERTICAL_HEAVY, /* a data connection is open */
    MARK_HORIZONTAL,
    MARK_CROSS,
    MARK_LEFT,  /* arrow heads */
    MARK_RIGHT, /**/
    MARK_DOT,
    MARK_OPENED,
    MARK_CLOSED,
    MARK_BROKEN,
    MARK_BAD,
    MARK_WARN,
    MARK_INFO,
    MARK_CHOSEN,
    MARK_UP,
    MARK_DOWN,
    MARK_MORE, /* the text goes on */
    MARK_CORNERS_FIRST,
    MARK_TOP_LEFT = MARK_CORNERS_FIRST,
    MARK_TOP_RIGHT,
    MARK_BOTTOM_LEFT,
    MARK_BOTTOM_RIGHT,
    MARK_COUNT
};

struct paint {
    bool utf8, color;
    int rows, cols;
    bool reversed; /* all that is drawn, for the row of the cursor */
};

struct area {
    int row, col, rows, cols;
};

void paint_init(struct paint *paint, bool color); /* asks locale and terminal */
void paint_begin(struct paint *paint);            /* a new frame: asks the size, clears */

/* Draws what fits into `width` columns, with a mark where it was cut. Returns the columns used. */
int paint_text(const struct paint *paint, int row, int col, int width, enum paint_style style, const char *text);
int paint_tail(const struct paint *paint, int row, int col, int width, enum paint_style style, const char *text);
int paint_right(const struct paint *paint, int row, int col, int width, enum paint_style style, const char *text);
void paint_fill(const struct paint *paint, int row, int col, int width, enum paint_style style);
void paint_mark(const struct paint *paint, int row, int col, enum paint_style style, enum paint_mark mark);
void paint_line(const struct paint *paint, int row, int col, int width, enum paint_style style);
void paint_box(const struct paint *paint, struct area area, enum paint_style style, const char *title);
const char *paint_mark_text(const struct paint *paint, enum paint_mark mark); /* UTF-8, for use inside a text */
int paint_columns(const char *text);                                          /* that paint_text would use */

#endif
