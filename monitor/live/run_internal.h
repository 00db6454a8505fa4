/* run_internal.h - one live run, shared by run.c (how it begins and ends) and watch.c (what happens meanwhile). */
#ifndef MONITOR_LIVE_RUN_INTERNAL_H
#define MONITOR_LIVE_RUN_INTERNAL_H

#include "monitor/live/display.h"
#include "monitor/live/outputs.h"
#include "monitor/live/report.h"
#include "monitor/live/signals.h"
#include "monitor/live/source.h"
#include "monitor/output/notify.h"

struct live_run {
    const struct live_settings *settings;
    struct rights_user user;
    struct notices *notices;
    struct signals *signals;
    struct alert *alert;
    struct notify *notify; /* NULL: no service manager */
    struct live_source *source;
    struct outputs *outputs;
    struct keeper *keeper;
    struct display *display; /* NULL: no screen */
    struct sandbox_state sandbox;
    struct tee tee;
    struct sink sink;
    struct pipeline *pipeline;
    struct report report;
    GPtrArray *last_words; /* the latest, said when the screen is gone */
    uint64_t words_left_out;
    uint64_t frames, frames_shown, frames_timed;
    int64_t last_ns, last_came_us; /* the latest packet: its time, and when it was seen to have come */
    unsigned ticks;
    bool ended;  /* the stream; the screen is still looked at */
    bool enough; /* the user, or what was asked for */
    int code;
    bool screen_is_gone;
    bool saving; /* the screen is still at it: what it uses stays */
};

/* All take a struct live_run. */
void watch_say(void *state, const char *sentence); /* to the user: on the screen, else on standard error */
void watch_signal(void *state, int number);
void watch_frame(void *state, const struct capture_frame *frame);

void watch_start(struct live_run *run); /* timers and descriptors of the main loop */

#endif
