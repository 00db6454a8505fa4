/* settings.h - what the command line of `ftpscope live` asks for. */
#ifndef MONITOR_LIVE_SETTINGS_H
#define MONITOR_LIVE_SETTINGS_H

#include <glib.h>

#include "monitor/sandbox/sandbox.h"
#include "pipeline/pipeline.h"

enum live_show { LIVE_SCREEN, LIVE_PLAIN, LIVE_JSON };

/* As given; those with a number behind them are below. */
struct live_words {
    char **interfaces, **ports, **rest;
    char *filter, *read, *write, *log, *record, *user, *sandbox, *color, *metrics, *metrics_file, *on_finding;
    char *buffer, *snap, *file_size, *file_seconds, *file_count, *stats_interval, *count, *duration, *max_memory;
    gboolean list, no_promiscuous, plain, json, quiet, show_secrets, utc, version;
};

struct live_settings {
    struct live_words words;
    enum live_show show;
    bool color;
    char *filter; /* -f, or the trailing words; NULL: none */
    size_t buffer_bytes, snap_len, max_memory;
    uint64_t file_bytes, count;                        /* 0: no limit */
    unsigned file_seconds, file_count, stats_interval; /* 0: not asked for */
    unsigned duration_s;
    bool only_failed;
    enum sandbox_mode sandbox;
    struct pipeline_config pipeline;
};

/* False: *message (g_free) tells what is wrong with it. To be cleared in any case. */
bool live_settings_parse(struct live_settings *settings, int argc, char **argv, char **message);
void live_settings_clear(struct live_settings *settings);

#endif
