/*
 * text.h - the output for people: one block per control connection, printed when its session record comes.
 *
 * Records come in order of completion and the sessions of a capture interleave, so the lines are collected per session
 * and sorted by time. What a session may collect is bounded; what is left out is counted and said. `out` is flushed by
 * the caller.
 */
#ifndef MONITOR_OUTPUT_TEXT_H
#define MONITOR_OUTPUT_TEXT_H

#include "pipeline/record.h"

#include <stdio.h>

struct text_options {
    bool color;
    bool utc; /* else the local time zone, with its offset */
    bool show_secrets;
    bool quiet;           /* only transfers and findings */
    bool every_meaning;   /* explain a reply each time, not only the first time in a session */
    int columns;          /* 0: lines are never broken */
    size_t session_bytes; /* most that one session may collect; 0: 4 MiB */
    size_t total_bytes;   /* most that all open sessions may collect; 0: 256 MiB */
};

struct text;

struct text *text_new(FILE *out, const struct text_options *options); /* `out` stays the caller's */
struct sink text_sink(struct text *text);

/* Prints the sessions whose end never came, then the summary of the run from the last stats record. Once, at the end.
 */
void text_finish(struct text *text);
void text_free(struct text **text); /* prints nothing */

#endif
