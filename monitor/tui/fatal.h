/* fatal.h - a program that dies by a signal of its own fault gives the terminal back first. */
#ifndef MONITOR_TUI_FATAL_H
#define MONITOR_TUI_FATAL_H

struct terminal;

/* SIGSEGV, SIGABRT and their like restore `terminal` (until NULL is given), then do what they did before. Handlers that
 * somebody else has set (a sanitizer) stay. */
void fatal_restores(const struct terminal *terminal);

#endif
