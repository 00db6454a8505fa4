/* run.c - the order of things: signals, the helper of --on-finding, the device, the outputs, the terminal; then rights
 * are given up, threads start, and packets are looked at. */
#include "monitor/live/run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/commands.h"
#include "monitor/live/run_internal.h"

/* ---- begin ---- */

static void on_packet(void *state, const struct capture_frame *frame)
{
    rotating_frame(state, frame, NULL);
}

static bool open_keeper(struct live_run *run)
{
    const struct live_settings *s = run->settings;
    struct rotating *packets = outputs_packets(run->outputs);
    const struct keeper_options options = {.mode = s->only_failed ? KEEPER_FAILED : KEEPER_PASS,
                                           .history = s->show == LIVE_SCREEN,
                                           .max_bytes = s->max_memory / 4,
                                           .session_bytes = s->max_memory / 16,
                                           .packet = packets != NULL ? on_packet : NULL,
                                           .state = packets};

    if (packets != NULL || s->show == LIVE_SCREEN)
        run->keeper = keeper_new(&options);
    return true;
}

static bool open_display(struct live_run *run, char **message)
{
    if (run->settings->show == LIVE_SCREEN)
        run->display = display_open(run->settings, run->keeper, run->user.name, message);
    return run->settings->show != LIVE_SCREEN || run->display != NULL;
}

static bool start_alert(struct live_run *run, char **message)
{
    const struct live_settings *s = run->settings;
    const struct alert_options options = {.user = &run->user, .quiet = s->show == LIVE_SCREEN};

    if (s->words.on_finding != NULL)
        run->alert = alert_start(s->words.on_finding, &options, message);
    return s->words.on_finding == NULL || run->alert != NULL;
}

static bool open_source(struct live_run *run, char **message)
{
    const struct source_host host = {watch_frame, watch_say, run};

    run->source = live_source_open(run->settings, &host, message);
    return run->source != NULL;
}

static bool open_outputs(struct live_run *run, char **message)
{
    run->outputs = outputs_open(run->settings, &run->user, run->notices, message);
    return run->outputs != NULL;
}

/* A file that only root may read is told before anything is said to be watched; NULL: it can be read. */
static char *unreadable_words(const struct live_run *run)
{
    const char *path = run->settings->words.read;

    if (path == NULL || strcmp(path, "-") == 0 || access(path, R_OK) == 0)
        return NULL;
    if (errno == EACCES)
        return g_strdup_printf(
            "%s: user %s cannot read it: give it to that user, pass it in (-r - < %s), or run as one who can (-Z USER)",
            path, run->user.name, path);
    return g_strdup_printf("%s: %s", path, g_strerror(errno));
}

static bool give_up_rights(struct live_run *run, char **message)
{
    const struct live_words *w = &run->settings->words;
    struct sandbox_output places[OUTPUTS_PLACES];
    size_t count = outputs_places(run->outputs, places);
    /* A file of packets is read again when it must be put in order. */
    const char *inputs[OUTPUTS_PLACES + 2] = {NULL};
    size_t input_count = 0;

    for (size_t i = 0; w->write != NULL && i < count; i++)
        inputs[input_count++] = places[i].path;
    if (w->read != NULL && strcmp(w->read, "-") != 0)
        inputs[input_count++] = w->read;
    const struct sandbox_options options = {
        .mode = run->settings->sandbox, .user = &run->user, .inputs = inputs, .outputs = places, .output_count = count};
    if (!sandbox_enter(&options, &run->sandbox, message))
        return false;
    *message = unreadable_words(run);
    return *message == NULL;
}

static void announce(struct live_run *run)
{
    char *words = sandbox_words(&run->sandbox);
    char *sentence = g_strdup_printf("watching %s; %s", live_source_name(run->source), words);

    char *metrics = outputs_metrics_words(run->outputs);

    watch_say(run, sentence);
    if (metrics != NULL)
        watch_say(run, metrics);
    notify_ready(run->notify, sentence);
    for (guint i = 0; i < run->sandbox.warnings->len; i++)
        watch_say(run, run->sandbox.warnings->pdata[i]);
    g_free(metrics);
    g_free(sentence);
    g_free(words);
}

static void open_pipeline(struct live_run *run)
{
    struct pipeline_config config = run->settings->pipeline;

    if (run->keeper != NULL) {
        struct sink sink = keeper_sink(run->keeper);
        tee_add(&run->tee, &sink);
        config.connection = keeper_connection;
        config.connection_state = run->keeper;
    }
    run->sink = tee_sink(&run->tee);
    run->pipeline = pipeline_new(&config, &run->sink, NULL);
    run->report =
        report_of(run->settings, run->source, run->outputs, run->keeper, outputs_metrics(run->outputs) != NULL);
}

static bool begin(struct live_run *run, char **message)
{
    *message = NULL;
    run->signals = signals_start(watch_signal, run);
    run->notify = notify_open(message);
    if (*message != NULL)
        return false;
    if (!rights_choose(run->settings->words.user, &run->user, message) || !start_alert(run, message) ||
        !open_source(run, message) || !open_outputs(run, message) || !open_keeper(run) || !open_display(run, message) ||
        !give_up_rights(run, message))
        return false;
    if (run->display != NULL)
        display_start(run->display, &run->tee);
    if (!outputs_start(run->outputs, run->alert, &run->tee, message))
        return false;
    announce(run);
    open_pipeline(run);
    watch_start(run);
    return true;
}

/* ---- end ---- */

/* The model is told of what ends until the last record. */
static void stop_display(struct live_run *run)
{
    run->screen_is_gone = true;
    if (run->display != NULL && !display_stop(run->display))
        run->saving = true;
}

/* The story of a stream is told whole before the user looks at it in peace. */
static void end_pipeline(struct live_run *run, const char *broken)
{
    pipeline_end(run->pipeline);
    struct record_stats stats = report_stats(&run->report, run->pipeline, broken);
    if (run->sink.stats != NULL)
        run->sink.stats(run->sink.state, &stats);
}

static void wait_for_the_user(struct live_run *run)
{
    run->ended = true;
    while (!run->enough)
        g_main_context_iteration(NULL, TRUE);
}

static void watch_until_the_end(struct live_run *run)
{
    static const int codes[] = {[SOURCE_STOPPED] = EXIT_CLEAN,
                                [SOURCE_ENDED] = EXIT_CLEAN,
                                [SOURCE_BROKEN] = EXIT_INCOMPLETE,
                                [SOURCE_UNREADABLE] = EXIT_UNREADABLE};
    char *message = NULL;
    enum source_end end = live_source_run(run->source, &message);
    bool by_itself = end != SOURCE_STOPPED && run->display != NULL;

    run->code = codes[end];
    run->report.trouble = end == SOURCE_UNREADABLE ? MODEL_INPUT_UNREADABLE
                          : end == SOURCE_BROKEN   ? MODEL_INPUT_BROKEN
                                                   : MODEL_INPUT_WHOLE;
    if (message != NULL)
        watch_say(run, message);
    if (!by_itself)
        stop_display(run);
    end_pipeline(run, end == SOURCE_BROKEN ? message : NULL);
    if (by_itself)
        wait_for_the_user(run);
    g_free(message);
}

static void say_last_words(struct live_run *run)
{
    if (run->words_left_out > 0) {
        char *words = g_strdup_printf("%" G_GUINT64_FORMAT " earlier messages are left out", run->words_left_out);
        command_complain(words);
        g_free(words);
        run->words_left_out = 0;
    }
    command_complain_all(run->last_words);
    g_ptr_array_set_size(run->last_words, 0);
}

/* What of the packets of FTP is not in the files that were asked for. */
static void add_losses(struct keeper *keeper, GPtrArray *sentences)
{
    uint64_t lost = keeper_counts(keeper).lost, given_up = keeper_given_up(keeper);

    if (lost > 0)
        g_ptr_array_add(
            sentences,
            g_strdup_printf("packets of sessions that had to go for want of memory: %" G_GUINT64_FORMAT, lost));
    if (given_up > 0)
        g_ptr_array_add(sentences, g_strdup_printf("connections whose first packets were not kept until it was known "
                                                   "whether they are FTP: %" G_GUINT64_FORMAT,
                                                   given_up));
}

/* What was lost is known when nothing waits any more: only then are the counters told. */
static void end_outputs(struct live_run *run, GPtrArray *sentences)
{
    if (run->outputs == NULL)
        return;
    outputs_end(run->outputs, sentences);
    if (run->pipeline != NULL) {
        report_say(&run->report, run->pipeline, watch_say, run);
        report_tick(&run->report, run->pipeline, outputs_metrics(run->outputs));
    }
    if (outputs_are_incomplete(run->outputs) && run->code == EXIT_CLEAN)
        run->code = EXIT_INCOMPLETE;
}

static void finish(struct live_run *run)
{
    GPtrArray *sentences = g_ptr_array_new_with_free_func(g_free);

    notify_stopping(run->notify, NULL);
    stop_display(run);
    say_last_words(run);
    if (run->alert != NULL && run->outputs != NULL) {
        struct alert_counters counters;
        (void)alert_close(&run->alert, &counters);
        g_ptr_array_add(sentences, alert_counters_words(&counters));
    }
    if (run->keeper != NULL && run->settings->words.write != NULL)
        add_losses(run->keeper, sentences);
    end_outputs(run, sentences);
    outputs_close(&run->outputs);
    command_complain_all(sentences);
    g_ptr_array_free(sentences, TRUE);
    for (char *sentence; (sentence = notices_take(run->notices)) != NULL; g_free(sentence))
        command_complain(sentence);
}

static void clear(struct live_run *run)
{
    if (run->alert != NULL)
        (void)alert_close(&run->alert, NULL);
    pipeline_free(&run->pipeline);
    report_clear(&run->report);
    keeper_free(&run->keeper);
    live_source_close(&run->source);
    notices_free(&run->notices);
    sandbox_state_clear(&run->sandbox);
    rights_user_clear(&run->user);
    signals_stop(&run->signals);
    notify_close(&run->notify);
    g_ptr_array_free(run->last_words, TRUE);
}

static int run_to_the_end(struct live_run *run)
{
    char *message = NULL;

    if (begin(run, &message)) {
        watch_until_the_end(run);
    } else {
        stop_display(run);
        command_complain(message);
        run->code = EXIT_UNREADABLE;
    }
    g_free(message);
    finish(run);
    if (run->saving)
        _exit(run->code);
    display_close(&run->display);
    clear(run);
    return run->code;
}

int live_run(const struct live_settings *settings)
{
    struct live_run *run = g_new0(struct live_run, 1);

    run->settings = settings;
    run->notices = notices_new();
    run->sandbox.self = -1;
    run->last_words = g_ptr_array_new_with_free_func(g_free);
    run->code = EXIT_CLEAN;
    int code = run_to_the_end(run);
    g_free(run);
    return code;
}
