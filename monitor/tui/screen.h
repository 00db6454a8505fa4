/*
 * screen.h - the full-screen view of a model. Works the same for live capture and for files.
 *
 * A thread of its own owns the terminal. It sleeps in poll on the keys, on the model's changes and once a second; it
 * never holds the model's lock while the terminal is written, and never waits for the terminal: one that takes nothing
 * (Ctrl-S) only gets no new frames. At most 20 frames a second are drawn.
 *
 * Ctrl-C and Ctrl-Z stay signals of the process (SIGINT, SIGTSTP): the caller handles them, and calls screen_suspend
 * before it stops itself, screen_resume when it goes on, screen_resized on SIGWINCH. Signals are blocked in the thread.
 */
#ifndef MONITOR_TUI_SCREEN_H
#define MONITOR_TUI_SCREEN_H

#include <stdio.h>

#include "monitor/model/model.h"

enum save_scope { SAVE_ALL, SAVE_MARKED, SAVE_FILTERED, SAVE_SCOPES };
enum save_format { SAVE_PCAPNG, SAVE_NDJSON, SAVE_TEXT, SAVE_FORMATS };

struct save_request {
    enum save_scope scope;
    enum save_format format;
    const char *path;
    bool replace;         /* the user has agreed that an existing file goes */
    GHashTable *sessions; /* their numbers (GUINT_TO_POINTER) as keys; NULL: every session */
};

enum save_result { SAVE_DONE, SAVE_FAILED, SAVE_EXISTS };

struct screen_options {
    FILE *in, *out; /* a terminal; NULL: the controlling terminal, also when standard input is a capture */
    bool follow;    /* stay with what is newest from the start */
    bool utc;       /* times, else in the local zone */
    bool color;     /* where the terminal has colours */
    /* Called in the screen's thread, which waits for it. SAVE_EXISTS: there is such a file, and `replace` is false; the
     * user is asked. *message (g_free): why it failed, or what was written ("out.pcapng: 12 packets of 1 session").
     * NULL: the dialog is not offered. */
    enum save_result (*save)(void *state, const struct save_request *request, char **message);
    void *save_state;
    bool no_packets; /* pcapng cannot be saved: the packets are not kept */
};

struct screen;

/* Opens the terminal, reads its description, and shows nothing yet but an empty screen: everything that needs files is
 * done here, so rights may be given up before screen_start. NULL, with *message (g_free), when it cannot. `options` is
 * copied. */
struct screen *screen_open(struct model *model, const struct screen_options *options, char **message);

/* Starts the thread. Once. */
void screen_start(struct screen *screen);

/* Readable when the user wants to quit, or the terminal is lost. */
int screen_done(const struct screen *screen);
bool screen_is_lost(const struct screen *screen); /* the terminal went away */

/* Ends the thread, gives the terminal back and frees. Takes two seconds at most, also where the terminal takes nothing.
 * False: the thread is still in `save`; the terminal was given back, the program should end without freeing the model
 * or what `save` uses. */
bool screen_stop(struct screen **screen);

/* Gives the terminal back for a while. Returns when that is done, after two seconds in any case. */
void screen_suspend(struct screen *screen);
void screen_resume(struct screen *screen);
void screen_resized(struct screen *screen);

/* Async-signal-safe. From screen_open to screen_stop, every signal that ends the program does it by itself. */
void screen_emergency_restore(const struct screen *screen);

#endif
