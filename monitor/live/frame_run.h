/*
 * frame_run.h - copies of captured frames, one after another. What is too much goes from the middle: how a connection
 * began and how it ended tells more than what lay between.
 */
#ifndef MONITOR_LIVE_FRAME_RUN_H
#define MONITOR_LIVE_FRAME_RUN_H

#include "monitor/input/capture_file.h"

struct frame_run;

struct frame_run *frame_run_new(void);
/* As long as somebody holds it; adding needs the thread that made it, reading a run that nobody adds to any thread. */
void frame_run_free(struct frame_run **run);

void frame_run_add(struct frame_run *run, const struct capture_frame *frame);

size_t frame_run_memory(const struct frame_run *run);
uint64_t frame_run_count(const struct frame_run *run);

/* Gives up some of the frames, oldest first behind the first part, until about `memory` bytes are left or only that
 * part. Returns how many frames went. */
uint64_t frame_run_trim(struct frame_run *run, size_t memory);

/* The same frames, as they are now: they stay though `run` is added to, trimmed or freed. */
struct frame_run *frame_run_snapshot(struct frame_run *run);

/* In the order in which they were added. The frame is valid during the call; frame.interface is what it was when added.
 */
void frame_run_each(const struct frame_run *run, void (*each)(void *state, const struct capture_frame *frame),
                    void *state);

#endif
