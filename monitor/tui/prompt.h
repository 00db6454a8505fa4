/* prompt.h - one line that is typed: a filter, a word to search, a file name. */
#ifndef MONITOR_TUI_PROMPT_H
#define MONITOR_TUI_PROMPT_H

#include <glib.h>

#include "monitor/tui/keys.h"
#include "monitor/tui/paint.h"

struct prompt {
    GString *text; /* UTF-8 */
    gsize cursor;  /* in bytes */
};

void prompt_init(struct prompt *prompt, const char *text);
void prompt_free(struct prompt *prompt);
void prompt_set(struct prompt *prompt, const char *text);
/* False when the key means nothing here. Ctrl-U empties, Ctrl-W takes a word, Ctrl-A and Ctrl-E are the ends. */
bool prompt_key(struct prompt *prompt, struct key key);
void prompt_draw(const struct prompt *prompt, const struct paint *paint, int row, int col, int width);

#endif
