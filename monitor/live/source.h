/* source.h - where the frames come from while the main loop runs: interfaces, or a stream. */
#ifndef MONITOR_LIVE_SOURCE_H
#define MONITOR_LIVE_SOURCE_H

#include "monitor/input/live_capture.h"
#include "monitor/live/settings.h"

struct source_host {
    void (*frame)(void *state, const struct capture_frame *frame);
    void (*say)(void *state, const char *sentence); /* what the user should know */
    void *state;
};

struct live_source;

/* Opens the interfaces, which needs rights; a stream is opened by live_source_run. NULL: *message (g_free) says why. */
struct live_source *live_source_open(const struct live_settings *settings, const struct source_host *host,
                                     char **message);

/* What is captured, for people: "eth0, eth1" */
const char *live_source_name(const struct live_source *source);

enum source_end {
    SOURCE_STOPPED,    /* by live_source_stop, or --count */
    SOURCE_ENDED,      /* the stream */
    SOURCE_BROKEN,     /* the stream broke off: *message (g_free) says where */
    SOURCE_UNREADABLE, /* it is no capture: *message says why */
};

/* Hands out frames, and serves the default main context meanwhile, until the end; all that was captured by then is
 * handed out. */
enum source_end live_source_run(struct live_source *source, char **message);

/* From within the main context. */
void live_source_stop(struct live_source *source);

/* To be called every second. */
void live_source_tick(struct live_source *source);

/* Of all interfaces; for a stream what it says was lost. */
struct live_counters live_source_counters(struct live_source *source);

/* The interfaces, NULL with a stream. */
struct live_capture *live_source_capture(const struct live_source *source);

void live_source_close(struct live_source **source);

#endif
