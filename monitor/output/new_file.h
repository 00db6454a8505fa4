/* new_file.h - a file that is there when it is complete, and not before. */
#ifndef MONITOR_OUTPUT_NEW_FILE_H
#define MONITOR_OUTPUT_NEW_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct new_file;

/* "-" is standard output; what is no regular file (a pipe, a device) is written in place. NULL when it cannot be made;
 * *message (g_free) then says why. */
struct new_file *new_file_open(const char *path, char **message);

FILE *new_file_stream(const struct new_file *file);

/* Nothing of it stays; what had its name stays as it was. Frees. */
void new_file_abandon(struct new_file **file);

/* True when everything was written: the file has its name then, and replaces one that had it. Else *message (g_free)
 * says why, and nothing of it stays. Frees in any case. */
bool new_file_finish(struct new_file **file, char **message);

#endif
