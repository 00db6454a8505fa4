/*
 * keeper.h - the packets of FTP among those that are captured: handed on as they come, or kept by session until it is
 * known whether they are wanted.
 *
 * A packet of which only later ones show that it is FTP's is handed on then: late, and so behind packets with later
 * times.
 *
 * Everything but keeper_snapshot and keeper_counts is called by the thread that captures.
 */
#ifndef MONITOR_LIVE_KEEPER_H
#define MONITOR_LIVE_KEEPER_H

#include <glib.h>

#include "monitor/input/capture_file.h"
#include "pipeline/pipeline.h"

enum keeper_mode {
    KEEPER_PASS,   /* hand on every packet of FTP at once */
    KEEPER_FAILED, /* those of sessions where something failed, when the session ends */
};

struct keeper_options {
    enum keeper_mode mode;
    bool history;         /* keep those of ended sessions too, as long as there is room: for keeper_snapshot */
    size_t max_bytes;     /* for all sessions together */
    size_t session_bytes; /* for each: more goes from the middle */
    void (*packet)(void *state, const struct capture_frame *frame); /* NULL: hand on nothing */
    void *state;
};

struct keeper;

struct keeper *keeper_new(const struct keeper_options *options);
void keeper_free(struct keeper **keeper);

/* For pipeline_config.connection, with the keeper as state. */
void keeper_connection(void *keeper, uint32_t session, uint64_t flow_id);

/* Behind pipeline_push. */
void keeper_frame(struct keeper *keeper, const struct capture_frame *frame, const struct pipeline_pushed *pushed);

/* The keeper listens to findings and ends of sessions. */
struct sink keeper_sink(struct keeper *keeper);

struct keeper_counts {
    uint64_t frames; /* handed on */
    uint64_t lost;   /* of sessions, gone because there was no room for them */
    size_t memory;
};
struct keeper_counts keeper_counts(struct keeper *keeper); /* any thread */

/* See undecided_given_up. */
uint64_t keeper_given_up(const struct keeper *keeper);

/* Packets of these sessions (struct frame_run, in order of sessions), as far as they are kept; to be freed by the
 * caller (g_ptr_array_unref). Any thread. */
GPtrArray *keeper_snapshot(struct keeper *keeper, bool (*wanted)(void *state, uint32_t session), void *state);

#endif
