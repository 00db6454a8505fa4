/* outputs.c - opens, starts and ends what a live run writes. */
#include "monitor/live/outputs.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "monitor/live/own_files.h"
#include "monitor/output/live_text.h"
#include "monitor/output/metrics_file.h"
#include "monitor/output/metrics_http.h"
#include "monitor/output/ndjson.h"
#include "monitor/output/writer.h"

enum { PATIENCE_MS = 2000, METRICS_FILE_MS = 15000 };

struct outputs {
    const struct live_settings *settings;
    struct target_owner owner;
    struct writer *records;
    struct ndjson *ndjson; /* to `records`, or: */
    struct live_text *text;
    struct rotating *packets;
    struct metrics *metrics;
    struct metrics_http *http;
    struct metrics_file *file;
    struct alert *alert; /* borrowed */
    struct ndjson *alerts;
    bool started;
    uint64_t dropped_records, dropped_packets; /* when they have ended */
    bool incomplete;
    char *folders[OUTPUTS_PLACES]; /* see outputs_places */
};

static struct rotating_options packet_options(const struct outputs *o)
{
    const struct live_settings *s = o->settings;

    struct rotating_options options = {.path = s->words.write,
                                       .file_bytes = s->file_bytes,
                                       .seconds = s->file_seconds,
                                       .files = s->file_count,
                                       .owner = &o->owner,
                                       .now_ns = g_get_real_time() * 1000};

    options.has_input = own_files_input(&s->words, &options.input_device, &options.input_inode);
    return options;
}

static bool open_records(struct outputs *o, struct notices *notices, char **message)
{
    const struct live_settings *s = o->settings;

    if (s->words.log != NULL)
        o->records = writer_open(s->words.log, &o->owner, 0, notices, message);
    else if (s->show != LIVE_SCREEN && g_strcmp0(s->words.write, "-") != 0)
        o->records = writer_new(STDOUT_FILENO, "standard output", 0, notices);
    return s->words.log == NULL || o->records != NULL;
}

static bool open_metrics(struct outputs *o, struct notices *notices, char **message)
{
    const struct live_words *w = &o->settings->words;

    if (w->metrics == NULL && w->metrics_file == NULL)
        return true;
    o->metrics = metrics_new(g_get_real_time() * 1000);
    if (w->metrics != NULL)
        o->http = metrics_http_open(w->metrics, message);
    if (w->metrics != NULL && o->http == NULL)
        return false;
    if (w->metrics_file != NULL)
        o->file = metrics_file_open(w->metrics_file, &o->owner, notices, message);
    return w->metrics_file == NULL || o->file != NULL;
}

static bool open_packets(struct outputs *o, struct notices *notices, char **message)
{
    if (o->settings->words.write == NULL)
        return true;
    const struct rotating_options options = packet_options(o);
    o->packets = rotating_open(&options, notices, message);
    return o->packets != NULL;
}

struct outputs *outputs_open(const struct live_settings *settings, const struct rights_user *user,
                             struct notices *notices, char **message)
{
    struct outputs *o = g_new0(struct outputs, 1);

    o->settings = settings;
    o->owner = (struct target_owner){user->uid, user->gid};
    if (!open_metrics(o, notices, message) || !open_records(o, notices, message) ||
        !open_packets(o, notices, message)) {
        outputs_close(&o);
    }
    return o;
}

static void add_place(struct outputs *o, char *folder, size_t *count, struct sandbox_output *out, const char *otherwise)
{
    o->folders[*count] = folder;
    out[(*count)++] = (struct sandbox_output){folder, otherwise};
}

size_t outputs_places(struct outputs *o, struct sandbox_output *out)
{
    const struct live_words *w = &o->settings->words;
    const char *const paths[] = {w->write, w->metrics_file};
    size_t count = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(o->folders); i++)
        g_clear_pointer(&o->folders[i], g_free);
    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++)
        if (paths[i] != NULL && strcmp(paths[i], "-") != 0)
            add_place(o, g_path_get_dirname(paths[i]), &count, out, NULL);
    if (w->log != NULL)
        add_place(o, g_path_get_dirname(w->log), &count, out,
                  "after SIGHUP the log goes on in a file that is there (logrotate: create, or copytruncate)");
    if (o->settings->show == LIVE_SCREEN)
        add_place(o, g_get_current_dir(), &count, out,
                  "sessions can be saved from the screen when it is started in a folder of that user, or with -Z USER");
    return count;
}

/* ---- start ---- */

static void send_alert(void *state, const char *bytes, size_t n)
{
    const struct outputs *o = state;

    alert_send(o->alert, bytes, n);
}

static void start_alerts(struct outputs *o, struct alert *alert, struct tee *tee)
{
    if (alert == NULL)
        return;
    o->alert = alert;
    o->alerts = ndjson_new_to((struct byte_sink){send_alert, o}, o->settings->words.show_secrets);
    struct sink all = ndjson_sink(o->alerts);
    struct sink findings = {.state = all.state, .finding = all.finding};
    tee_add(tee, &findings);
}

static void start_records(struct outputs *o, struct tee *tee)
{
    const struct live_settings *s = o->settings;
    bool json = s->show == LIVE_JSON || (s->words.log != NULL && s->show == LIVE_SCREEN);

    if (o->records == NULL)
        return;
    if (json) {
        o->ndjson = ndjson_new_to(writer_sink(o->records), s->words.show_secrets);
    } else {
        struct live_text_options options = {.color = s->color && s->words.log == NULL,
                                            .utc = s->words.utc,
                                            .show_secrets = s->words.show_secrets,
                                            .quiet = s->words.quiet,
                                            .counters = s->stats_interval != 0,
                                            .journal = s->words.log == NULL && live_text_to_journal(STDOUT_FILENO)};
        o->text = live_text_new(writer_sink(o->records), &options);
    }
    struct sink sink = json ? ndjson_sink(o->ndjson) : live_text_sink(o->text);
    tee_add(tee, &sink);
    writer_start(o->records);
}

static bool start_metrics(struct outputs *o, struct tee *tee, char **message)
{
    if (o->metrics == NULL)
        return true;
    struct sink sink = metrics_sink(o->metrics);
    tee_add(tee, &sink);
    if (o->file != NULL && !metrics_file_start(o->file, o->metrics, METRICS_FILE_MS, message))
        return false;
    return o->http == NULL || metrics_http_start(o->http, o->metrics, message);
}

bool outputs_start(struct outputs *o, struct alert *alert, struct tee *tee, char **message)
{
    start_alerts(o, alert, tee);
    start_records(o, tee);
    o->started = o->packets == NULL || rotating_start(o->packets, message);
    return o->started && start_metrics(o, tee, message);
}

struct sink outputs_progress(struct outputs *o)
{
    if (o->ndjson != NULL)
        return (struct sink){.state = o->ndjson, .progress = ndjson_progress};
    if (o->text != NULL)
        return (struct sink){.state = o->text, .progress = live_text_progress};
    return (struct sink){0};
}

/* ---- while it runs ---- */

struct rotating *outputs_packets(const struct outputs *o)
{
    return o->packets;
}

struct metrics *outputs_metrics(const struct outputs *o)
{
    return o->metrics;
}

void outputs_tick(struct outputs *o)
{
    if (o->packets != NULL)
        rotating_tick(o->packets, g_get_real_time() * 1000);
}

void outputs_reopen(struct outputs *o)
{
    if (o->records != NULL)
        writer_reopen(o->records);
}

bool outputs_use_stdout(const struct outputs *o)
{
    const struct live_words *w = &o->settings->words;

    return g_strcmp0(w->write, "-") == 0 || (o->records != NULL && w->log == NULL);
}

char *outputs_metrics_words(const struct outputs *o)
{
    return o->http != NULL ? metrics_http_words(o->http) : NULL;
}

bool outputs_are_over(const struct outputs *o)
{
    return (o->records != NULL && writer_failed(o->records) != 0) ||
           (o->packets != NULL && (rotating_failed(o->packets) != 0 || rotating_stopped(o->packets)));
}

uint64_t outputs_dropped_records(const struct outputs *o)
{
    return o->records != NULL ? writer_dropped(o->records) : o->dropped_records;
}

uint64_t outputs_dropped_packets(const struct outputs *o)
{
    return o->packets != NULL ? rotating_totals(o->packets).dropped : o->dropped_packets;
}

uint64_t outputs_dropped(const struct outputs *o)
{
    return outputs_dropped_records(o) + outputs_dropped_packets(o);
}

bool outputs_are_incomplete(const struct outputs *o)
{
    return o->incomplete;
}

/* ---- end ---- */

static void tell_lost(struct outputs *o, const char *path, const char *what, uint64_t lost, const char *reason,
                      GPtrArray *sentences)
{
    if (lost == 0)
        return;
    o->incomplete = true;
    g_ptr_array_add(sentences, g_strdup_printf("%s: %" G_GUINT64_FORMAT " %s%s could not be written: %s", path, lost,
                                               what, lost == 1 ? "" : "s", reason));
}

static void end_records(struct outputs *o, GPtrArray *sentences)
{
    const char *path = o->settings->words.log != NULL ? o->settings->words.log : "standard output";
    int error;

    if (o->records == NULL)
        return;
    o->dropped_records = writer_dropped(o->records);
    o->dropped_records += writer_close(&o->records, PATIENCE_MS, &error);
    if (error != EPIPE)
        tell_lost(o, path, "record", o->dropped_records, error != 0 ? g_strerror(error) : "they were not taken in time",
                  sentences);
}

/* "ring.pcapng: 1200 packets in 4 files, the last 3 kept" */
static char *packets_words(const char *path, const struct rotating_totals *t)
{
    GString *words = g_string_new(strcmp(path, "-") == 0 ? "standard output" : path);

    g_string_append_printf(words, ": %" G_GUINT64_FORMAT " packet%s", t->packets, t->packets == 1 ? "" : "s");
    if (strcmp(path, "-") != 0)
        g_string_append_printf(words, " in %" G_GUINT64_FORMAT " file%s", t->files, t->files == 1 ? "" : "s");
    if (t->kept < t->files)
        g_string_append_printf(words, ", the last %" G_GUINT64_FORMAT " kept", t->kept);
    return g_string_free(words, FALSE);
}

static void end_packets(struct outputs *o, GPtrArray *sentences)
{
    const char *path = o->settings->words.write;
    struct rotating_totals t;

    if (o->packets == NULL)
        return;
    rotating_close(&o->packets, PATIENCE_MS, &t);
    if (!o->started)
        return;
    o->dropped_packets = t.dropped;
    o->incomplete = o->incomplete || t.unnamed;
    g_ptr_array_add(sentences, packets_words(path, &t));
    if (t.failed != EPIPE)
        tell_lost(o, strcmp(path, "-") == 0 ? "standard output" : path, "packet", t.dropped,
                  t.reason != NULL ? t.reason : "they were not taken in time", sentences);
}

void outputs_end(struct outputs *o, GPtrArray *sentences)
{
    end_packets(o, sentences);
    end_records(o, sentences);
}

void outputs_close(struct outputs **outputs)
{
    struct outputs *o = *outputs;

    if (o == NULL)
        return;
    GPtrArray *nothing = g_ptr_array_new_with_free_func(g_free);
    outputs_end(o, nothing);
    g_ptr_array_free(nothing, TRUE);
    metrics_http_close(&o->http);
    metrics_file_close(&o->file);
    metrics_free(&o->metrics);
    ndjson_free(&o->ndjson);
    ndjson_free(&o->alerts);
    live_text_free(&o->text);
    for (size_t i = 0; i < G_N_ELEMENTS(o->folders); i++)
        g_free(o->folders[i]);
    g_free(o);
    *outputs = NULL;
}
