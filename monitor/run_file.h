/* run_file.h - one capture file through the pipeline. */
#ifndef MONITOR_RUN_FILE_H
#define MONITOR_RUN_FILE_H

#include "monitor/pipeline.h"

enum run_result { RUN_WHOLE, RUN_BROKEN, RUN_UNREADABLE };

/* Reads `path` ("-": standard input) into a fresh pipeline and ends it. *message (g_free) is set unless RUN_WHOLE. */
enum run_result run_file(const char *path, const struct pipeline_config *config, const struct sink *sink,
                         struct pipeline_totals *totals, char **message);

/* Several inputs make one run: its stats record is their sum. */
void run_add(struct pipeline_totals *sum, const struct pipeline_totals *totals);

/* The totals as a stats record; `file` is NULL for several; `truncated` is NULL or the message of the first broken one.
 */
struct record_stats run_stats(const struct pipeline_totals *totals, const char *file, const char *truncated);

#endif
