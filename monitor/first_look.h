/* first_look.h - whether any of these files can be a capture: known before a screen opens, and without a parser. */
#ifndef MONITOR_FIRST_LOOK_H
#define MONITOR_FIRST_LOOK_H

#include <glib.h>
#include <stdbool.h>

/* False: none of them; a sentence (char *, g_free) about each is added. What cannot be looked at twice ("-", a pipe) may
 * be one. */
bool first_look(char *const *files, GPtrArray *sentences);

#endif
