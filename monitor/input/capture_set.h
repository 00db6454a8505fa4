/*
 * capture_set.h - several files as one capture in order of time: what a rotating capture left, or what was recorded in
 * two places. A file is open only while the time is in it. A frame that two files have (same microsecond, same length,
 * same first bytes) comes once: where rotated or copied files overlap, nothing is counted twice.
 */
#ifndef MONITOR_INPUT_CAPTURE_SET_H
#define MONITOR_INPUT_CAPTURE_SET_H

#include <glib.h>

#include "monitor/input/capture_file.h"
#include "monitor/input/packet_filter.h"
#include "pipeline/frame_index.h"

struct capture_set;

struct capture_set_options {
    struct packet_filter *filter; /* borrowed; NULL: every frame */
    bool rotated; /* one recording that never paused: silence between two files is silence on the network */
};

/* `paths` is borrowed; FRAME_INDEX_FILES_MAX at most. Looks into every file once, to learn when it begins. */
struct capture_set *capture_set_open(const char *const *paths, size_t count, const struct capture_set_options *options);

/* False at the end. `number` counts all frames of the set, also those that the filter left out. */
bool capture_set_next(struct capture_set *set, struct capture_frame *out);

/* Nobody recorded between *before_ns and the frame that came last: the files leave time open there. */
bool capture_set_paused(const struct capture_set *set, int64_t *before_ns);

const struct frame_index *capture_set_frames(const struct capture_set *set);

/* Sentences (char *): inputs that could not be read at all, and those that broke off. */
const GPtrArray *capture_set_unreadable(const struct capture_set *set);
const GPtrArray *capture_set_broken(const struct capture_set *set);

uint64_t capture_set_dropped(const struct capture_set *set); /* lost by whoever captured, as the files say */
uint64_t capture_set_copies(const struct capture_set *set);  /* frames left out because another file had them */

void capture_set_close(struct capture_set **set);

#endif
