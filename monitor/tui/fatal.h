/* fatal.h - a program that dies by a signal gives the terminal back first. */
#ifndef MONITOR_TUI_FATAL_H
#define MONITOR_TUI_FATAL_H

#include <signal.h>

struct terminal;

/* Every signal that ends a process by default (SIGSEGV, but SIGQUIT and SIGALRM too) restores `terminal` (until NULL is
 * given), then does what it did before. Handlers that somebody else has set (a sanitizer) stay, and what is ignored
 * stays ignored. */
void fatal_restores(const struct terminal *terminal);

/* For a thread that is to take no signal: all are blocked but those of its own faults, for which a blocked signal would
 * mean an end without the above. */
void fatal_block_others(sigset_t *before);

#endif
