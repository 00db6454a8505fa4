/*
 * metrics.h - counts of a run in the text format 0.0.4 of Prometheus. The capture thread counts, any thread reads.
 *
 * Labels are bounded, whatever comes from the wire: commands, codes and findings of the tables (else "other"),
 * verdicts, interfaces as given.
 */
#ifndef MONITOR_OUTPUT_METRICS_H
#define MONITOR_OUTPUT_METRICS_H

#include "monitor/output/buf.h"
#include "pipeline/record.h"

struct metrics;

struct metrics *metrics_new(int64_t start_ns); /* when the run began, since 1970 */
void metrics_free(struct metrics **metrics);

struct sink metrics_sink(struct metrics *metrics);

/* What is not in the records, to be told now and then: numbers since the start. */
struct metrics_capture {
    const char *interface; /* copied; its number in the call stays the same */
    uint64_t packets, bytes;
    uint64_t dropped_by_kernel, dropped_by_interface; /* packets */
    bool up;
};
struct metrics_run {
    uint64_t decoded, truncated_packets, gaps, gap_bytes, evicted, sessions;
    uint64_t dropped_records, dropped_packets, dropped_alerts; /* of the outputs */
    uint64_t memory, memory_limit;                             /* bytes; 0: not known */
};
void metrics_capture(struct metrics *metrics, size_t number, const struct metrics_capture *capture);
void metrics_run(struct metrics *metrics, const struct metrics_run *run);

/* Appends the whole text. From any thread. */
void metrics_write(struct metrics *metrics, struct buf *out);

#endif
