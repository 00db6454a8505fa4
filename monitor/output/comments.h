/* comments.h - what the records say, by frame: replies with their meaning, data connections with their command,
 * findings on the frames that prove them. */
#ifndef MONITOR_OUTPUT_COMMENTS_H
#define MONITOR_OUTPUT_COMMENTS_H

#include <glib.h>

#include "pipeline/record.h"

struct comments;

struct comments *comments_new(void);

/* Collects, and hands everything on to `next` (copied). */
struct sink comments_sink(struct comments *comments, const struct sink *next);

/* To be asked with ascending frames, after the last record: those (char *, to be cleared by the caller) about `frame`,
 * of sessions that `wanted` says yes to, are added to `out`. */
void comments_take(struct comments *comments, uint64_t frame, bool (*wanted)(void *state, uint32_t session),
                   void *state, GPtrArray *out);

void comments_free(struct comments **comments);

#endif
