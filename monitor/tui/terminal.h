/*
 * terminal.h - the terminal as the screen's thread needs it: it never blocks, and it is given back as it was.
 *
 * ncurses writes to the descriptor it is given and waits until all is gone; a terminal that was stopped (Ctrl-S) or
 * whose network is slow would hold the thread. So ncurses writes to memory (a memfd), and what is there is sent as the
 * terminal takes it. The settings of the line (termios) are ours for the same reason: ncurses sees no terminal.
 */
#ifndef MONITOR_TUI_TERMINAL_H
#define MONITOR_TUI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

struct terminal;

/* The controlling terminal when both are NULL, else these (the caller's; they must stay open). Starts ncurses. NULL,
 * with *message (g_free), when there is no terminal or its type cannot show a screen. */
struct terminal *terminal_open(FILE *in, FILE *out, char **message);
/* Gives the terminal back, waiting at most a second for one that takes nothing, and frees. */
void terminal_close(struct terminal **terminal);

int terminal_input_fd(const struct terminal *terminal);
int terminal_output_fd(const struct terminal *terminal);

/* Takes what ncurses wrote, and sends what the terminal takes now. False: the terminal is gone. */
bool terminal_send(struct terminal *terminal);
bool terminal_is_behind(const struct terminal *terminal); /* something waits to be sent: no frame should be drawn */

void terminal_leave(struct terminal *terminal);   /* the shell's screen and settings, waits as terminal_close */
void terminal_enter(struct terminal *terminal);   /* ours again; everything has to be drawn */
bool terminal_resized(struct terminal *terminal); /* asks for the size; true when it has changed */
void terminal_mouse(struct terminal *terminal, bool on);

/* Async-signal-safe: settings and screen as they were, without asking anybody. */
void terminal_emergency(const struct terminal *terminal);

#endif
