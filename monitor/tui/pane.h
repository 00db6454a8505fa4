/* pane.h - paragraphs in a window, broken at blanks, and scrolled. */
#ifndef MONITOR_TUI_PANE_H
#define MONITOR_TUI_PANE_H

#include <glib.h>

#include "monitor/tui/paint.h"

struct pane {
    GPtrArray *paragraphs;
    int scroll; /* lines above the window */
    bool quiet; /* nothing says that there is more */
};

void pane_init(struct pane *pane);
void pane_free(struct pane *pane);
void pane_clear(struct pane *pane); /* the place in it stays */
/* `indent`: of every line but the first. */
void pane_add(struct pane *pane, enum paint_style style, int indent, const char *format, ...) G_GNUC_PRINTF(4, 5);
/* Draws it, and keeps `scroll` within what there is. Returns how many lines it has in all. */
int pane_draw(struct pane *pane, const struct paint *paint, struct area area);

#endif
