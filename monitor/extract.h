/*
 * extract.h - the packets of chosen sessions with all their connections, as a capture of their own with what is to be
 * said about them as packet comments. Only at the end of a session is known what belongs to it, so the input is read
 * twice.
 */
#ifndef MONITOR_EXTRACT_H
#define MONITOR_EXTRACT_H

#include <stdio.h>

#include "monitor/run_capture.h"
#include "monitor/select.h"

struct extract_totals {
    uint64_t frames, sessions;
};

/* `wanted` NULL: every session. `sink` gets the records of these sessions. Frames are written to `out`; errors stay in
 * it, for ferror. Everything else as in run_capture. */
enum run_result extract_run(const struct run_input *input, const struct pipeline_config *config,
                            const struct select_options *wanted, const struct sink *sink, FILE *out,
                            struct pipeline_totals *totals, struct run_troubles *troubles,
                            struct extract_totals *extracted);

#endif
