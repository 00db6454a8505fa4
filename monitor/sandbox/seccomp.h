/* seccomp.h - the system calls that this process may still make. */
#ifndef MONITOR_SANDBOX_SECCOMP_H
#define MONITOR_SANDBOX_SECCOMP_H

#include <stdbool.h>

/* From now on every thread may only do what watching, reading and writing need: no other program, no new process, no
 * new socket, no code that was not loaded yet, no typing into the terminal. What is refused fails with EPERM, or ends
 * the process (SIGSYS) when `kills`. no_new_privs must be set. False with *message (g_free) when the kernel has no
 * such filters; nothing has changed then. */
bool seccomp_enter(bool kills, char **message);

#endif
