/* capture_writer.h - frames with comments as a pcapng file: nanoseconds, one interface for each that the frames had. */
#ifndef MONITOR_OUTPUT_CAPTURE_WRITER_H
#define MONITOR_OUTPUT_CAPTURE_WRITER_H

#include <glib.h>
#include <stdio.h>

#include "monitor/input/capture_file.h"

struct capture_writer;

/* Writes the head of the file; errors stay in `out`, for ferror. */
struct capture_writer *capture_writer_new(FILE *out);

/* The comments and flags that the frame has stay, `comments` (char *, UTF-8) follow. Secrets that came with it are
 * written before it, once. */
void capture_writer_frame(struct capture_writer *writer, const struct capture_frame *frame, const GPtrArray *comments);

void capture_writer_free(struct capture_writer **writer);

#endif
