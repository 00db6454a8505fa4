/* held.h - the rights that this process really holds, as the kernel tells them. */
#ifndef MONITOR_SANDBOX_HELD_H
#define MONITOR_SANDBOX_HELD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Over all threads: rights that any of them has, restrictions that all of them have. */
struct held_rights {
    unsigned threads;
    uid_t uid; /* of the first thread */
    gid_t gid;
    bool one_user;         /* real, effective, saved and file system numbers are these, in every thread */
    unsigned groups;       /* supplementary ones, the most that a thread has */
    uint64_t capabilities; /* in the effective, permitted, inheritable or ambient set */
    uint64_t bounding;
    bool no_new_privs, seccomp;
};

/* Reads /proc/self/task/.../status. False with *message (g_free) when that cannot be read or understood. */
bool held_read(struct held_rights *held, char **message);

#endif
