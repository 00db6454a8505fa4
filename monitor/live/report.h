/* report.h - how a live run is doing: for the stats record, the screen, the metrics, and in words. */
#ifndef MONITOR_LIVE_REPORT_H
#define MONITOR_LIVE_REPORT_H

#include "monitor/live/keeper.h"
#include "monitor/live/outputs.h"
#include "monitor/live/source.h"
#include "monitor/model/model.h"

struct report {
    const struct live_settings *settings; /* all borrowed */
    struct live_source *source;
    struct outputs *outputs;
    const struct keeper *keeper;   /* NULL: no packets are kept */
    struct live_counters counters; /* as of the last tick */
    enum model_input trouble;      /* how the stream ended */
    uint64_t *bytes;               /* of each interface; g_free */
    struct pipeline_totals totals; /* the last stats record points into it */
};

/* `counts_bytes`: of each interface, for the metrics; see report_frame. */
struct report report_of(const struct live_settings *settings, struct live_source *source, struct outputs *outputs,
                        const struct keeper *keeper, bool counts_bytes);
void report_clear(struct report *report);

/* For the metrics, which tell interfaces apart. */
void report_frame(struct report *report, const struct capture_frame *frame);

/* Asks the kernel's counters, which have 32 bits: every second. `metrics` may be NULL. */
void report_tick(struct report *report, const struct pipeline *pipeline, struct metrics *metrics);

/* `broken`: why the input broke off; NULL. */
struct record_stats report_stats(struct report *report, const struct pipeline *pipeline, const char *broken);

/* `now_ns` by the clock of the packets; 0: that of the latest. */
void report_show(const struct report *report, const struct pipeline *pipeline, struct model *model, bool finished,
                 int64_t now_ns);

/* "eth0: 120 packets, 0 dropped; 3 sessions ..." */
void report_say(struct report *report, const struct pipeline *pipeline, void (*say)(void *state, const char *sentence),
                void *state);

#endif
