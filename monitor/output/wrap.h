/*
 * wrap.h - lines for people: words are broken at blanks, continued with a hanging indent, measured in terminal columns.
 * Colour never crosses a line end, so a pager or a cut line cannot bleed. The text must be printable already; what
 * comes from the wire goes through wrap_wire, which makes it so.
 */
#ifndef MONITOR_OUTPUT_WRAP_H
#define MONITOR_OUTPUT_WRAP_H

#include "core/ftpscope.h"
#include "monitor/output/buf.h"

enum style {
    STYLE_PLAIN,
    STYLE_BOLD,
    STYLE_DIM,
    STYLE_GREEN,
    STYLE_CYAN,
    STYLE_YELLOW,
    STYLE_RED,
    STYLE_ALARM, /* bold red */
    STYLE_COUNT
};

enum {
    WRAP_COLUMNS_MIN = 40, /* a narrower terminal is treated as this wide: the indents need room */
    WRAP_WIRE_MAX = 2048,  /* bytes of one text from the wire that are shown; how many were left out is said */
};

struct wrap {
    struct buf *out;
    bool color;
    int columns; /* 0: lines are never broken */
    int indent, column;
    size_t blanks;    /* pending: they vanish where a line is broken */
    enum style style; /* switched on in `out` right now */
    struct buf scratch;
};

void wrap_init(struct wrap *wrap, struct buf *out, bool color, int columns);
void wrap_free(struct wrap *wrap);

/* The caller has written `column` columns of this line; further lines start at `indent`. */
void wrap_start(struct wrap *wrap, int column, int indent);
void wrap_line(struct wrap *wrap, int indent); /* a new line, and the indent of those after it */
void wrap_end(struct wrap *wrap);              /* line end; nothing is pending afterwards */

/* A line may be broken between two calls: punctuation belongs to the piece before it. */
void wrap_text(struct wrap *wrap, enum style style, const char *text);
void wrap_bytes(struct wrap *wrap, enum style style, const char *text, size_t n);
/* One piece that is not broken at its inner blanks: "1.234 s". Blanks in front of it may be where the line is broken.
 */
void wrap_whole(struct wrap *wrap, enum style style, const char *text, size_t n);
void wrap_wire(struct wrap *wrap, enum style style, struct fsc_span text);

#endif
