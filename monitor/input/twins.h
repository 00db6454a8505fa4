/* twins.h - frames that two overlapping files both have. */
#ifndef MONITOR_INPUT_TWINS_H
#define MONITOR_INPUT_TWINS_H

#include "monitor/input/capture_file.h"

struct twins;

struct twins *twins_new(size_t files);

/* To be asked of every frame, about in order of time. True: another file had it already. A file may well have a frame
 * twice (a capture on all interfaces of a router): its second is a copy only when another file had two. */
bool twins_other_file_had(struct twins *twins, size_t file, const struct capture_frame *frame);

/* They are one frame, captured by two programs; one may have a shorter snap length. */
bool twins_are(const struct capture_frame *a, const struct capture_frame *b);

uint64_t twins_count(const struct twins *twins); /* how often the answer was true */
void twins_free(struct twins **twins);

#endif
