/*
 * byte_queue.h - records on their way from the capture thread to one that writes them. Bounded: a record that has no
 * room is dropped, whole, and counted; nobody who puts ever waits for one who takes.
 *
 * Two buffers: one is filled under the lock, the other is being written without it. The lock is held for a copy or for
 * an exchange of the two, and the consumer is woken only when it sleeps.
 */
#ifndef MONITOR_OUTPUT_BYTE_QUEUE_H
#define MONITOR_OUTPUT_BYTE_QUEUE_H

#include "core/ftpscope.h"

struct byte_queue;

struct byte_queue *byte_queue_new(size_t limit); /* bytes that may wait; as many may be on their way out */
void byte_queue_free(struct byte_queue **queue); /* nobody uses it any more */

/* ---- who puts: one thread or several ---- */

bool byte_queue_put(struct byte_queue *queue, const char *bytes, size_t n);

/* For the few without which those behind them mean nothing: beyond the limit too. */
void byte_queue_put_anyway(struct byte_queue *queue, const char *bytes, size_t n);

uint64_t byte_queue_dropped(struct byte_queue *queue); /* records */
size_t byte_queue_waiting(struct byte_queue *queue);   /* bytes */
void byte_queue_nudge(struct byte_queue *queue);       /* the consumer comes back from its wait */
void byte_queue_end(struct byte_queue *queue);         /* nothing more is put */

/* ---- who takes: one thread ---- */

/* Waits for something, `wait_ns` at most (-1: for ever). Everything that is there, valid until the next take; empty
 * after the time, after a nudge, and at the end. In a busy stream it comes in pieces of a millisecond, so that nobody
 * pays for a wake-up with each record. */
struct fsc_span byte_queue_take(struct byte_queue *queue, int64_t wait_ns);

/* Waits for the time or a nudge, whatever is put meanwhile; when the end comes or has come, a moment only. */
void byte_queue_pause(struct byte_queue *queue, int64_t wait_ns);

bool byte_queue_ended(struct byte_queue *queue); /* nothing more is put; something may still wait */

#endif
