/*
 * target.h - a place for files in a folder that was opened early: rights may be dropped, and paths out of sight, when
 * they are made. Files get mode 0640; a link in the last place is refused, for who can write to the folder may have put
 * it there.
 */
#ifndef MONITOR_OUTPUT_TARGET_H
#define MONITOR_OUTPUT_TARGET_H

#include <stdbool.h>
#include <sys/types.h>

/* Whom new files are given to, as long as this process may: those that root makes before it drops its rights should
 * belong to who goes on with them. */
struct target_owner {
    uid_t uid;
    gid_t gid;
};

struct target {
    int folder;                       /* what openat and its kin take */
    char *path;                       /* as given, for messages */
    char *name;                       /* its last part */
    const struct target_owner *owner; /* borrowed; NULL: who makes them */
};

/* False when the folder cannot be opened; *message (g_free) says why. */
bool target_open(struct target *target, const char *path, const struct target_owner *owner, char **message);
void target_close(struct target *target);

/* The path of that name in the folder (g_free), as the user would write it. */
char *target_words(const struct target *target, const char *name);

/* A new file of that name in the folder for writing, with `flags` besides; -1: errno, EEXIST when it is there. */
int target_make(const struct target *target, const char *name, int flags);

/* May a new file take that name in the end? In a folder such as /tmp only who owns the one that is there may replace
 * it. To be asked when rights were dropped. False: *message (g_free) says why. */
bool target_is_replaceable(const struct target *target, const char *name, char **message);

#endif
