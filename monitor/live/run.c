/* run.c - the order of things: signals, the helper of --on-finding, the device, the outputs, the terminal; then rights
 * are given up, threads start, and packets are looked at. */
#include "monitor/live/run.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "monitor/commands.h"
#include "monitor/live/display.h"
#include "monitor/live/outputs.h"
#include "monitor/live/report.h"
#include "monitor/live/signals.h"
#include "monitor/live/source.h"

enum { PROGRESS_MS = 250, TICK_MS = 1000 };
#define SECOND_NS INT64_C(1000000000)

struct live_run {
    const struct live_settings *settings;
    struct rights_user user;
    struct notices *notices;
    struct signals *signals;
    struct alert *alert;
    struct live_source *source;
    struct outputs *outputs;
    struct keeper *keeper;
    struct display *display; /* NULL: no screen */
    struct sandbox_state sandbox;
    struct tee tee;
    struct sink sink;
    struct pipeline *pipeline;
    struct report report;
    GPtrArray *last_words; /* said when the screen is gone */
    uint64_t frames, frames_shown, frames_timed;
    int64_t last_ns, last_came_us; /* the latest packet: its time, and when it was seen to have come */
    unsigned ticks;
    bool ended;  /* the stream; the screen is still looked at */
    bool enough; /* the user, or what was asked for */
    int code;
};

static void stop(struct live_run *run)
{
    run->enough = true;
    live_source_stop(run->source);
}

/* ---- what the user is told ---- */

static void say(void *state, const char *sentence)
{
    struct live_run *run = state;

    if (run->display == NULL) {
        command_complain(sentence);
        return;
    }
    model_say(display_model(run->display), g_get_real_time() * 1000, sentence);
    g_ptr_array_add(run->last_words, g_strdup(sentence));
}

static gboolean on_notice(gint descriptor, GIOCondition condition, gpointer state)
{
    struct live_run *run = state;
    char *sentence;

    (void)descriptor;
    (void)condition;
    while ((sentence = notices_take(run->notices)) != NULL) {
        say(run, sentence);
        g_free(sentence);
    }
    if (outputs_are_over(run->outputs))
        stop(run);
    return G_SOURCE_CONTINUE;
}

static void on_signal(void *state, int number)
{
    struct live_run *run = state;

    switch (number) {
    case SIGHUP:
        if (run->display == NULL) {
            outputs_reopen(run->outputs);
            return;
        }
        stop(run);
        return;
    case SIGUSR1:
        report_say(&run->report, run->pipeline, say, run);
        return;
    case SIGTSTP:
        if (run->display != NULL)
            display_suspend(run->display);
        signals_suspend();
        if (run->display != NULL)
            display_resume(run->display);
        return;
    case SIGWINCH:
        if (run->display != NULL)
            display_resized(run->display);
        return;
    case SIGCONT:
        return;
    default: /* SIGINT, SIGTERM */
        signals_last_chance(display_restore);
        stop(run);
        return;
    }
}

/* ---- packets ---- */

static void on_frame(void *state, const struct capture_frame *frame)
{
    struct live_run *run = state;
    struct pipeline_pushed pushed = pipeline_push(run->pipeline, frame->interface->linktype, frame->captured,
                                                  frame->wire_len, frame->number, frame->time_ns);

    run->frames++;
    run->last_ns = MAX(run->last_ns, frame->time_ns);
    if (run->keeper != NULL)
        keeper_frame(run->keeper, frame, &pushed);
}

static void on_packet(void *state, const struct capture_frame *frame)
{
    rotating_frame(state, frame, NULL);
}

/* ---- time ---- */

/* By the clock of the packets, as a stream may tell of yesterday; 0: none came. */
static int64_t now_ns(struct live_run *run)
{
    int64_t now_us = g_get_monotonic_time();

    if (run->frames != run->frames_timed)
        run->last_came_us = now_us;
    run->frames_timed = run->frames;
    return run->frames > 0 ? run->last_ns + (now_us - run->last_came_us) * 1000 : 0;
}

static gboolean on_progress(gpointer state)
{
    struct live_run *run = state;
    struct sink sink = model_sink(display_model(run->display));

    if (run->frames != run->frames_shown)
        pipeline_progress(run->pipeline, &sink);
    run->frames_shown = run->frames;
    report_show(&run->report, run->pipeline, display_model(run->display), run->ended, now_ns(run));
    return G_SOURCE_CONTINUE;
}

static void tell_stats(struct live_run *run)
{
    struct sink progress = outputs_progress(run->outputs);
    struct record_stats stats = report_stats(&run->report, run->pipeline, NULL);

    pipeline_progress(run->pipeline, &progress);
    if (run->sink.stats != NULL)
        run->sink.stats(run->sink.state, &stats);
}

/* On a silent wire time passes too. A second is left to what is on its way. */
static void pass_time(struct live_run *run)
{
    int64_t now = now_ns(run);

    if (now > run->last_ns + SECOND_NS)
        pipeline_time(run->pipeline, now - SECOND_NS);
}

static gboolean on_tick(gpointer state)
{
    struct live_run *run = state;
    unsigned interval = run->settings->stats_interval;

    run->ticks++;
    live_source_tick(run->source);
    if (!run->ended)
        pass_time(run);
    outputs_tick(run->outputs);
    report_tick(&run->report, run->pipeline, outputs_metrics(run->outputs));
    if (interval != 0 && run->ticks % interval == 0)
        tell_stats(run);
    return G_SOURCE_CONTINUE;
}

static gboolean on_enough(gpointer state)
{
    stop(state);
    return G_SOURCE_REMOVE;
}

static gboolean on_display_done(gint descriptor, GIOCondition condition, gpointer state)
{
    (void)descriptor;
    (void)condition;
    on_enough(state);
    return G_SOURCE_REMOVE;
}

static void watch(struct live_run *run)
{
    g_timeout_add(TICK_MS, on_tick, run);
    g_unix_fd_add(notices_descriptor(run->notices), G_IO_IN, on_notice, run);
    if (run->settings->duration_s != 0)
        g_timeout_add_seconds(run->settings->duration_s, on_enough, run);
    if (run->display == NULL)
        return;
    g_timeout_add(PROGRESS_MS, on_progress, run);
    g_unix_fd_add(display_done(run->display), G_IO_IN | G_IO_HUP, on_display_done, run);
}

/* ---- begin ---- */

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
        run->display = display_open(run->settings, run->keeper, message);
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
    const struct source_host host = {on_frame, say, run};

    run->source = live_source_open(run->settings, &host, message);
    return run->source != NULL;
}

static bool open_outputs(struct live_run *run, char **message)
{
    run->outputs = outputs_open(run->settings, &run->user, run->notices, message);
    return run->outputs != NULL;
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
    *message = outputs_complaint(run->outputs);
    return *message == NULL;
}

static void announce(struct live_run *run)
{
    char *words = sandbox_words(&run->sandbox);
    char *sentence = g_strdup_printf("watching %s; %s", live_source_name(run->source), words);

    say(run, sentence);
    for (guint i = 0; i < run->sandbox.warnings->len; i++)
        say(run, run->sandbox.warnings->pdata[i]);
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
    run->report = (struct report){
        .settings = run->settings, .source = run->source, .outputs = run->outputs, .keeper = run->keeper};
}

static bool begin(struct live_run *run, char **message)
{
    *message = NULL;
    run->signals = signals_start(on_signal, run);
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
    watch(run);
    return true;
}

/* ---- end ---- */

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
    if (message != NULL)
        say(run, message);
    if (!by_itself)
        display_close(&run->display);
    end_pipeline(run, end == SOURCE_BROKEN ? message : NULL);
    if (by_itself)
        wait_for_the_user(run);
    g_free(message);
}

static void say_last_words(struct live_run *run)
{
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

static void finish(struct live_run *run)
{
    GPtrArray *sentences = g_ptr_array_new_with_free_func(g_free);

    display_close(&run->display);
    say_last_words(run);
    if (run->alert != NULL && run->outputs != NULL) {
        struct alert_counters counters;
        (void)alert_close(&run->alert, &counters);
        g_ptr_array_add(sentences, alert_counters_words(&counters));
    }
    if (run->pipeline != NULL)
        report_say(&run->report, run->pipeline, say, run);
    if (run->keeper != NULL)
        add_losses(run->keeper, sentences);
    outputs_close(&run->outputs, sentences);
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
    keeper_free(&run->keeper);
    live_source_close(&run->source);
    notices_free(&run->notices);
    sandbox_state_clear(&run->sandbox);
    rights_user_clear(&run->user);
    signals_stop(&run->signals);
    g_ptr_array_free(run->last_words, TRUE);
}

int live_run(const struct live_settings *settings)
{
    struct live_run run = {.settings = settings,
                           .notices = notices_new(),
                           .sandbox = {.self = -1},
                           .last_words = g_ptr_array_new_with_free_func(g_free),
                           .code = EXIT_CLEAN};
    char *message = NULL;

    if (begin(&run, &message)) {
        watch_until_the_end(&run);
    } else {
        display_close(&run.display);
        command_complain(message);
        run.code = EXIT_UNREADABLE;
    }
    g_free(message);
    finish(&run);
    clear(&run);
    return run.code;
}
