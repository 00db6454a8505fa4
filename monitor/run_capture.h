/* run_capture.h - one capture, of one or several files, through the pipeline. */
#ifndef MONITOR_RUN_CAPTURE_H
#define MONITOR_RUN_CAPTURE_H

#include <glib.h>

#include "monitor/input/capture_file.h"
#include "monitor/input/packet_filter.h"
#include "pipeline/pipeline.h"

struct run_input {
    const char *const *paths; /* "-": standard input */
    size_t count;
    bool rotated; /* see capture_set.h */
    struct packet_filter *filter;
    /* NULL, or called behind every frame that was pushed. */
    void (*each)(void *state, const struct capture_frame *frame, const struct pipeline_pushed *pushed);
    void *each_state;
    const gint *stop; /* NULL, or set (atomically, by another thread) to end as if the input ended here */
};

/* Sentences (char *, g_free) about files that could not be read at all, and about those that broke off. */
struct run_troubles {
    GPtrArray *unreadable, *broken;
};

struct run_troubles run_troubles_new(void);
void run_troubles_clear(struct run_troubles *troubles);

enum run_result {
    RUN_WHOLE,
    RUN_BROKEN,     /* some file broke off */
    RUN_UNREADABLE, /* some file could not be read at all; the others were */
};

/* Reads the capture into a fresh pipeline and ends it. What is wrong with the files is added to `troubles`. */
enum run_result run_capture(const struct run_input *input, const struct pipeline_config *config,
                            const struct sink *sink, struct pipeline_totals *totals, struct run_troubles *troubles);

/* Several captures make one run: its stats record is their sum. */
void run_add(struct pipeline_totals *sum, const struct pipeline_totals *totals);

/* The totals as a stats record; `file` is NULL for several; `truncated` is NULL or the message of the first broken one.
 */
struct record_stats run_stats(const struct pipeline_totals *totals, const char *file, const char *truncated);

#endif
