/* capture_writer.h - frames with comments as a pcapng file: nanoseconds, one interface for each that the frames had. */
#ifndef MONITOR_OUTPUT_CAPTURE_WRITER_H
#define MONITOR_OUTPUT_CAPTURE_WRITER_H

#include <glib.h>
#include <stdio.h>

#include "monitor/input/capture_file.h"
#include "monitor/output/byte_sink.h"

struct capture_writer;

/* Writes the head of the file; errors stay in `out`, for ferror. */
struct capture_writer *capture_writer_new(FILE *out);

/* The same to a sink: each call is one whole block. With `numbered` every packet has the number of its frame as
 * epb_packetid, which Wireshark shows as frame.packet_id. */
struct capture_writer *capture_writer_new_to(struct byte_sink out, bool numbered);

/* The comments and flags that the frame has stay, `comments` (char *, UTF-8; NULL: none) follow. Secrets that came with
 * it are written before it, once. */
void capture_writer_frame(struct capture_writer *writer, const struct capture_frame *frame, const GPtrArray *comments);

void capture_writer_free(struct capture_writer **writer);

#endif
