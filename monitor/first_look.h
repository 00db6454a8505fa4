/* first_look.h - what is known of files before they are read, and without a parser. */
#ifndef MONITOR_FIRST_LOOK_H
#define MONITOR_FIRST_LOOK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Whether any of them can be a capture; if not, a sentence (char *, g_free) about each is added. What cannot be looked
 * at twice ("-", a pipe) may be one. */
bool first_look(char *const *files, GPtrArray *sentences);

/* Of all of them, in bytes; 0, and *twice false, where some cannot be read twice. */
uint64_t files_size(char *const *files, bool *twice);

/* "a.pcap", "a.pcap and 2 more" (g_free) */
char *files_words(char *const *files, size_t count);

#endif
