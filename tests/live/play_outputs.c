/*
 * play_outputs.c - a capture through one of the outputs of the live monitor, for the tests.
 *
 * usage: play_outputs json CAPTURE                      NDJSON through the writer
 *        play_outputs plain [quiet|journal|color]... CAPTURE
 *        play_outputs metrics CAPTURE                   the text
 *        play_outputs serve ADDRESS CAPTURE             says the port, serves until standard input ends
 *        play_outputs textfile PATH CAPTURE             the same into a file
 *        play_outputs write PATH FILE_BYTES CAPTURE     packets into files; FILE_BYTES 0: one
 *        play_outputs notify                            ready, status, alive, stopping
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/output/live_text.h"
#include "monitor/output/metrics_file.h"
#include "monitor/output/metrics_http.h"
#include "monitor/output/ndjson.h"
#include "monitor/output/notify.h"
#include "monitor/output/rotating.h"
#include "monitor/output/writer.h"
#include "monitor/run_capture.h"

enum { PATIENCE_MS = 5000, INTERVAL_MS = 200 };

struct play {
    struct notices *notices;
    const char *capture;
    struct rotating *rotating;
    struct pipeline_totals totals;
};

static int complain(char *message)
{
    fprintf(stderr, "play_outputs: %s\n", message);
    g_free(message);
    return 1;
}

static void write_frame(void *state, const struct capture_frame *frame, const struct pipeline_pushed *pushed)
{
    struct play *play = state;

    (void)pushed;
    rotating_frame(play->rotating, frame, NULL);
}

/* As live does it: without the name of a file. */
static void read_into(struct play *play, const struct sink *sink)
{
    struct run_input input = {.paths = &play->capture, .count = 1};
    struct pipeline_config config = {.hash_seed = 1};
    struct run_troubles troubles = run_troubles_new();

    if (play->rotating != NULL) {
        input.each = write_frame;
        input.each_state = play;
    }
    (void)run_capture(&input, &config, sink, &play->totals, &troubles);
    struct record_stats stats = run_stats(&play->totals, play->capture, NULL);
    if (sink->stats != NULL)
        sink->stats(sink->state, &stats);
    run_troubles_clear(&troubles);
}

static int json(struct play *play)
{
    struct writer *writer = writer_new(STDOUT_FILENO, "standard output", 0, play->notices);
    struct ndjson *ndjson = ndjson_new_to(writer_sink(writer), false);
    struct sink sink = ndjson_sink(ndjson);

    int error;

    writer_start(writer);
    read_into(play, &sink);
    ndjson_free(&ndjson);
    return writer_close(&writer, PATIENCE_MS, &error) > 0;
}

static int plain(struct play *play, char **words)
{
    struct live_text_options options = {.utc = true};
    struct writer *writer = writer_new(STDOUT_FILENO, "standard output", 0, play->notices);

    for (; *words != NULL; words++) {
        options.quiet = options.quiet || strcmp(*words, "quiet") == 0;
        options.journal = options.journal || strcmp(*words, "journal") == 0;
        options.color = options.color || strcmp(*words, "color") == 0;
    }
    struct live_text *text = live_text_new(writer_sink(writer), &options);
    struct sink sink = live_text_sink(text);
    writer_start(writer);
    read_into(play, &sink);
    live_text_free(&text);
    int error;
    return writer_close(&writer, PATIENCE_MS, &error) > 0;
}

static struct metrics *count(struct play *play)
{
    struct metrics *metrics = metrics_new(INT64_C(1795230855500000000));
    struct sink sink = metrics_sink(metrics);

    read_into(play, &sink);
    const struct pipeline_totals *t = &play->totals;
    struct metrics_capture capture = {
        .interface = "a \"strange\\\nname", .packets = t->packets, .bytes = t->bytes, .up = true};
    struct metrics_run run = {.decoded = t->decoded,
                              .gaps = t->gaps,
                              .gap_bytes = t->gap_bytes,
                              .sessions = t->sessions,
                              .memory = 1000000,
                              .memory_limit = 268435456};
    metrics_capture(metrics, 0, &capture);
    metrics_run(metrics, &run);
    return metrics;
}

static int metrics_text(struct play *play)
{
    struct metrics *metrics = count(play);
    struct buf text = {0};

    metrics_write(metrics, &text);
    buf_flush(&text, stdout);
    buf_free(&text);
    metrics_free(&metrics);
    return 0;
}

static void wait_for_end_of_input(void)
{
    while (getchar() != EOF)
        ;
}

static int serve(struct play *play, const char *address)
{
    char *message = NULL;
    struct metrics_http *http = metrics_http_open(address, &message);

    if (http == NULL)
        return complain(message);
    struct metrics *metrics = count(play);
    if (!metrics_http_start(http, metrics, &message))
        return complain(message);
    printf("%u\n", metrics_http_port(http));
    fflush(stdout);
    wait_for_end_of_input();
    metrics_http_close(&http);
    metrics_free(&metrics);
    return 0;
}

static int textfile(struct play *play, const char *path)
{
    char *message = NULL;
    struct metrics_file *file = metrics_file_open(path, NULL, play->notices, &message);

    if (file == NULL)
        return complain(message);
    struct metrics *metrics = count(play);
    if (!metrics_file_start(file, metrics, INTERVAL_MS, &message))
        return complain(message);
    wait_for_end_of_input();
    metrics_file_close(&file);
    metrics_free(&metrics);
    while ((message = notices_take(play->notices)) != NULL)
        (void)complain(message);
    return 0;
}

static int write_packets(struct play *play, const char *path, const char *bytes)
{
    struct rotating_options options = {.path = path, .file_bytes = g_ascii_strtoull(bytes, NULL, 10)};
    struct rotating_totals totals;
    struct sink nobody = {0};
    char *message = NULL;

    play->rotating = rotating_open(&options, play->notices, &message);
    if (play->rotating == NULL || !rotating_start(play->rotating, &message))
        return complain(message);
    read_into(play, &nobody);
    rotating_close(&play->rotating, PATIENCE_MS, &totals);
    fprintf(stderr, "%" G_GUINT64_FORMAT " packets, %" G_GUINT64_FORMAT " files, %" G_GUINT64_FORMAT " dropped\n",
            totals.packets, totals.files, totals.dropped);
    return 0;
}

static int notify(void)
{
    char *message = NULL;
    struct notify *notify = notify_open(&message);

    if (message != NULL)
        return complain(message);
    notify_ready(notify, "capturing on eth0");
    notify_status(notify, "two\nlines");
    notify_alive(notify);
    notify_stopping(notify, NULL);
    printf("%" G_GINT64_FORMAT "\n", notify_interval_ms(notify));
    notify_close(&notify);
    return 0;
}

static int play_one(struct play *play, int argc, char **argv)
{
    const char *what = argv[1];

    if (strcmp(what, "notify") == 0)
        return notify();
    if (argc >= 3 && strcmp(what, "json") == 0)
        return json(play);
    if (argc >= 3 && strcmp(what, "plain") == 0)
        return plain(play, argv + 2);
    if (argc == 3 && strcmp(what, "metrics") == 0)
        return metrics_text(play);
    if (argc == 4 && strcmp(what, "serve") == 0)
        return serve(play, argv[2]);
    if (argc == 4 && strcmp(what, "textfile") == 0)
        return textfile(play, argv[2]);
    if (argc == 5 && strcmp(what, "write") == 0)
        return write_packets(play, argv[2], argv[3]);
    return complain(g_strdup("wrong words"));
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return complain(g_strdup("wrong words"));
    struct play play = {.notices = notices_new(), .capture = argv[argc - 1]};
    int code = play_one(&play, argc, argv);
    notices_free(&play.notices);
    return code;
}
