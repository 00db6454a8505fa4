/*
 * writer.h - records to a descriptor, by a thread of its own: who puts them never waits for who reads them. A record is
 * written whole or not at all: when the disk is full, the part that found room is cut off again.
 *
 * What the thread has to say goes to `notices` (borrowed, outlives the writer), which also wakes the main loop when the
 * writer has failed.
 */
#ifndef MONITOR_OUTPUT_WRITER_H
#define MONITOR_OUTPUT_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "monitor/output/byte_sink.h"
#include "monitor/output/notices.h"
#include "monitor/output/target.h"

struct writer;

enum { WRITER_QUEUE = 32 * 1024 * 1024 }; /* bytes that may wait by default */

/* For standard output: `descriptor` stays the caller's, and its flags stay as they are (it may be shared with a shell).
 * `name` is for messages. queue_bytes 0: WRITER_QUEUE. */
struct writer *writer_new(int descriptor, const char *name, size_t queue_bytes, struct notices *notices);

/* For a log: appends to the file, which is made with mode 0640 if need be, for `owner` (borrowed, may be NULL). NULL
 * when it cannot be opened; *message (g_free) says why. */
struct writer *writer_open(const char *path, const struct target_owner *owner, size_t queue_bytes,
                           struct notices *notices, char **message);

/* Starts the thread: after rights were dropped, for it keeps those that it begins with. Until then records wait. */
void writer_start(struct writer *writer);

/* False: dropped, for want of room or because the writer has failed. */
bool writer_put(struct writer *writer, const char *bytes, size_t n);
struct byte_sink writer_sink(struct writer *writer);

uint64_t writer_dropped(struct writer *writer); /* records, so far */
size_t writer_waiting(struct writer *writer);   /* bytes, about */

/* 0, or the number of the error after which nothing can be written any more: EPIPE when the reader has gone. Not a full
 * disk: that is told, and tried again each second. */
int writer_failed(struct writer *writer);

/* The file of writer_open is opened again by its name, as after logrotate, by the thread: what is put from now on goes
 * there. When that fails the old one goes on, and a notice says so. */
void writer_reopen(struct writer *writer);

/* Writes what waits, as long as the reader takes some of it every `patience_ms`, five times that in all. Returns how
 * many records were not written since it was called. *error: the last one that kept any record from being written, at
 * any time; 0: the reader was too slow. Frees. */
uint64_t writer_close(struct writer **writer, int64_t patience_ms, int *error);

#endif
