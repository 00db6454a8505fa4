/* landlock.h - which files this process may still open, and which ports it may use (Linux 5.13 and later). */
#ifndef MONITOR_SANDBOX_LANDLOCK_H
#define MONITOR_SANDBOX_LANDLOCK_H

#include <stdbool.h>

enum landlock_use {
    LANDLOCK_READ,   /* a file, or all files and folders beneath a folder */
    LANDLOCK_WRITE,  /* a file, or: make, write, rename and remove files beneath a folder; nothing is read */
    LANDLOCK_DEVICE, /* read, write and, since ABI 5, ioctl of a device */
};

struct landlock;

/* The version that this kernel speaks; 0: it has none, or it is switched off. */
int landlock_abi(void);

/* A set of rules that allows nothing; all that the kernel's version knows is restricted, TCP ports (ABI 4) and abstract
 * sockets and signals to others (ABI 6) too. NULL with *message (g_free) when the kernel does not take it. */
struct landlock *landlock_new(char **message);

/* Symbolic links are followed now. False with *message (g_free) when the path cannot be reached. */
bool landlock_allow(struct landlock *landlock, const char *path, enum landlock_use use, char **message);

/* The rules hold for this thread, and for those that it starts, for good; that is tried out. Descriptors that are open
 * stay as they are. no_new_privs must be set. False with *message (g_free) when they do not hold. Frees. */
bool landlock_enter(struct landlock **landlock, char **message);

#endif
