/*
 * metrics_file.h - the metrics as a file for node_exporter's textfile collector (its name should end in .prom): written
 * anew every few seconds by a thread of its own, and renamed, so that a reader never sees half of it.
 */
#ifndef MONITOR_OUTPUT_METRICS_FILE_H
#define MONITOR_OUTPUT_METRICS_FILE_H

#include "monitor/output/metrics.h"
#include "monitor/output/notices.h"
#include "monitor/output/target.h"

struct metrics_file;

/* NULL when the folder cannot be opened; *message (g_free) says why. `notices` and `owner` (may be NULL) are borrowed.
 */
struct metrics_file *metrics_file_open(const char *path, const struct target_owner *owner, struct notices *notices,
                                       char **message);

/* Writes at once and then every `interval_ms`; `metrics` is borrowed. After rights were dropped. False: *message
 * (g_free) says why. */
bool metrics_file_start(struct metrics_file *file, struct metrics *metrics, int64_t interval_ms, char **message);

void metrics_file_close(struct metrics_file **file); /* writes a last time */

#endif
