/* report.c - counters of capture, pipeline and outputs put together. */
#include "monitor/live/report.h"

#include <string.h>

#include "monitor/output/metrics.h"
#include "monitor/run_capture.h"

static size_t interface_count(const struct report *report)
{
    struct live_capture *capture = live_source_capture(report->source);
    return capture != NULL ? live_capture_count(capture) : 0;
}

struct report report_of(const struct live_settings *settings, struct live_source *source, struct outputs *outputs,
                        const struct keeper *keeper, bool counts_bytes)
{
    struct report report = {.settings = settings, .source = source, .outputs = outputs, .keeper = keeper};

    report.bytes = counts_bytes ? g_new0(uint64_t, interface_count(&report)) : NULL;
    return report;
}

void report_clear(struct report *report)
{
    g_free(report->bytes);
    report->bytes = NULL;
}

static uint64_t lost(const struct live_counters *counters)
{
    return counters->dropped + counters->interface_dropped;
}

/* ---- metrics ---- */

static void count_interfaces(const struct report *report, struct metrics *metrics)
{
    struct live_capture *capture = live_source_capture(report->source);

    for (size_t i = 0; i < interface_count(report); i++) {
        const struct live_counters c = live_capture_counters_of(capture, i);
        const struct metrics_capture numbers = {.interface = live_capture_interface(capture, i)->name,
                                                .packets = c.received,
                                                .bytes = report->bytes[i],
                                                .dropped_by_kernel = c.dropped,
                                                .dropped_by_interface = c.interface_dropped,
                                                .up = !live_capture_is_away(capture, i)};
        metrics_capture(metrics, i, &numbers);
    }
}

static void count_run(const struct report *report, const struct pipeline *pipeline, struct metrics *metrics)
{
    struct pipeline_totals t = pipeline_totals(pipeline);
    const struct metrics_run run = {.decoded = t.decoded,
                                    .truncated_packets = t.truncated_packets,
                                    .gaps = t.gaps,
                                    .gap_bytes = t.gap_bytes,
                                    .evicted = t.evicted,
                                    .sessions = t.sessions,
                                    .dropped_records = outputs_dropped_records(report->outputs),
                                    .dropped_packets = outputs_dropped_packets(report->outputs),
                                    .memory = pipeline_memory(pipeline),
                                    .memory_limit = report->settings->pipeline.max_memory};

    metrics_run(metrics, &run);
}

void report_frame(struct report *report, const struct capture_frame *frame)
{
    const struct live_capture *capture = live_source_capture(report->source);

    for (size_t i = 0; i < interface_count(report); i++)
        if (live_capture_interface(capture, i) == frame->interface)
            report->bytes[i] += frame->wire_len;
}

void report_tick(struct report *report, const struct pipeline *pipeline, struct metrics *metrics)
{
    report->counters = live_source_counters(report->source);
    if (metrics == NULL)
        return;
    count_interfaces(report, metrics);
    count_run(report, pipeline, metrics);
}

/* ---- the stats record ---- */

struct record_stats report_stats(struct report *report, const struct pipeline *pipeline, const char *broken)
{
    struct pipeline_totals *totals = &report->totals;

    *totals = pipeline_totals(pipeline);
    report->counters = live_source_counters(report->source);
    totals->sessions_shown = totals->sessions;
    totals->dropped = lost(&report->counters);
    struct record_stats stats = run_stats(totals, NULL, broken);
    stats.output_dropped = outputs_dropped(report->outputs);
    if (stats.packets == 0)
        stats.time_ns = g_get_real_time() * 1000;
    return stats;
}

/* ---- the screen ---- */

static void show_interfaces(const struct report *report, struct model_capture *out)
{
    struct live_capture *capture = live_source_capture(report->source);
    size_t count = capture != NULL ? live_capture_count(capture) : 0;

    out->interface_count = MIN(count, G_N_ELEMENTS(out->interfaces));
    for (size_t i = 0; i < out->interface_count; i++) {
        const struct live_counters c = live_capture_counters_of(capture, i);
        struct model_interface *interface = &out->interfaces[i];
        g_strlcpy(interface->name, live_capture_interface(capture, i)->name, sizeof(interface->name));
        interface->up = !live_capture_is_away(capture, i);
        interface->packets = c.received;
        interface->dropped = c.dropped;
        interface->interface_dropped = c.interface_dropped;
    }
}

void report_show(const struct report *report, const struct pipeline *pipeline, struct model *model, bool finished,
                 int64_t now_ns)
{
    struct pipeline_totals t = pipeline_totals(pipeline);
    struct model_capture out = {.live = true,
                                .finished = finished,
                                .trouble = report->trouble,
                                .now_ns = finished ? 0 : now_ns,
                                .packets = t.packets,
                                .bytes = t.bytes,
                                .dropped = report->counters.dropped,
                                .interface_dropped = report->counters.interface_dropped,
                                .output_dropped = outputs_dropped(report->outputs),
                                .evicted = t.evicted,
                                .gaps = t.gaps,
                                .truncated_packets = t.truncated_packets,
                                .memory_bytes = pipeline_memory(pipeline),
                                .memory_max_bytes = report->settings->pipeline.max_memory,
                                .progress = -1,
                                .source = live_source_name(report->source),
                                .filter = report->settings->filter};

    show_interfaces(report, &out);
    model_capture(model, &out);
}

/* ---- words ---- */

static void add_count(GString *words, const char *before, uint64_t number, const char *what)
{
    g_string_append_printf(words, "%s%" G_GUINT64_FORMAT " %s%s", before, number, what, number == 1 ? "" : "s");
}

void report_say(struct report *report, const struct pipeline *pipeline, void (*say)(void *state, const char *sentence),
                void *state)
{
    struct pipeline_totals t = pipeline_totals(pipeline);
    uint64_t transfers = 0, written = outputs_dropped(report->outputs);
    GString *words = g_string_new(NULL);

    report->counters = live_source_counters(report->source);
    for (size_t i = 0; i < G_N_ELEMENTS(t.transfers); i++)
        transfers += t.transfers[i];
    g_string_append_printf(words, "%s: ", live_source_name(report->source));
    add_count(words, "", t.packets, "packet");
    g_string_append_printf(words, ", %" G_GUINT64_FORMAT " dropped", report->counters.dropped);
    if (report->counters.interface_dropped > 0)
        g_string_append_printf(words, ", %" G_GUINT64_FORMAT " lost by the interface",
                               report->counters.interface_dropped);
    add_count(words, "; ", t.sessions, "session");
    add_count(words, ", ", transfers, "transfer");
    add_count(words, ", ", t.findings[0] + t.findings[1] + t.findings[2], "finding");
    if (t.evicted > 0) {
        add_count(words, "; ", t.evicted, "connection");
        g_string_append(words, " forgotten for want of memory");
    }
    if (written > 0)
        g_string_append_printf(words, "; records and packets not written: %" G_GUINT64_FORMAT, written);
    say(state, words->str);
    g_string_free(words, TRUE);
}
