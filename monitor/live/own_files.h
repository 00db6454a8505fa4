/* own_files.h - each file that a live run names has one use: what is written must not destroy what is read, nor what
 * another output wrote. */
#ifndef MONITOR_LIVE_OWN_FILES_H
#define MONITOR_LIVE_OWN_FILES_H

#include <sys/types.h>

#include "monitor/live/settings.h"

/* NULL, or what is wrong. Files are compared by what they are, links and redirections too, and by name when they are
 * not there yet. */
const char *own_files_complaint(const struct live_words *words);

/* The file that is read, if it is one: false without -r. */
bool own_files_input(const struct live_words *words, dev_t *device, ino_t *inode);

#endif
