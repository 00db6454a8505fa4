/*
 * target.h - a place for files in a folder that was opened early: rights may be dropped, and paths out of sight, when
 * they are made. Files get mode 0640; a link in the last place is refused, for who can write to the folder may have put
 * it there.
 */
#ifndef MONITOR_OUTPUT_TARGET_H
#define MONITOR_OUTPUT_TARGET_H

#include <stdbool.h>

struct target {
    int folder; /* what openat and its kin take */
    char *path; /* as given, for messages */
    char *name; /* its last part */
};

/* False when the folder cannot be opened; *message (g_free) says why. */
bool target_open(struct target *target, const char *path, char **message);
void target_close(struct target *target);

/* NULL, or what (g_free) keeps this process from making files there. To be asked when it has the rights it will keep.
 */
char *target_complaint(const struct target *target);

#endif
