/* captures_below.h - the capture files of a folder and its subfolders. */
#ifndef MONITOR_INPUT_CAPTURES_BELOW_H
#define MONITOR_INPUT_CAPTURES_BELOW_H

#include <glib.h>

/*
 * Paths in order of their names, depth first; the caller frees the array, which frees the paths. A file is a capture by
 * its first bytes, or because its name claims it (".pcap", ".pcapng", ".cap", ".dmp", also with a number behind, as
 * rotated files have): one that is broken must not go unseen. What cannot be looked at adds a sentence to `complaints`
 * (strings made with g_malloc).
 */
GPtrArray *captures_below(const char *folder, GPtrArray *complaints);

#endif
