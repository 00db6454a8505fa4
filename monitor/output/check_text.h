/*
 * check_text.h - the output of `check` for people: one line per clean file, the findings of the others, a summary.
 * The files come one after another: all records of a file before its check record.
 */
#ifndef MONITOR_OUTPUT_CHECK_TEXT_H
#define MONITOR_OUTPUT_CHECK_TEXT_H

#include "monitor/output/text.h"

struct check_text;

/* Of the options, color, columns, quiet (no lines of clean files) and session_bytes (of one file's findings) count. */
struct check_text *check_text_new(FILE *out, const struct text_options *options);
struct sink check_text_sink(struct check_text *check);
void check_text_finish(struct check_text *check); /* prints the summary, once */
void check_text_free(struct check_text **check);

#endif
