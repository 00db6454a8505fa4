/* watch.c - what happens while a live run goes on: packets, signals, time. */
#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

#include "monitor/commands.h"
#include "monitor/live/run_internal.h"

enum {
    PROGRESS_MS = 250,
    TICK_MS = 1000,
    STATUS_TICKS = 10,
    LAST_WORDS = 20, /* a link may go and come for weeks */
};
#define SECOND_NS INT64_C(1000000000)

static void stop(struct live_run *run)
{
    run->enough = true;
    live_source_stop(run->source);
}

/* ---- what the user is told ---- */

void watch_say(void *state, const char *sentence)
{
    struct live_run *run = state;

    if (run->display == NULL || run->screen_is_gone) {
        command_complain(sentence);
        return;
    }
    model_say(display_model(run->display), g_get_real_time() * 1000, sentence);
    g_ptr_array_add(run->last_words, g_strdup(sentence));
    if (run->last_words->len > LAST_WORDS) {
        g_ptr_array_remove_index(run->last_words, 0);
        run->words_left_out++;
    }
}

static gboolean on_notice(gint descriptor, GIOCondition condition, gpointer state)
{
    struct live_run *run = state;
    char *sentence;

    (void)descriptor;
    (void)condition;
    while ((sentence = notices_take(run->notices)) != NULL) {
        watch_say(run, sentence);
        g_free(sentence);
    }
    if (outputs_are_over(run->outputs))
        stop(run);
    return G_SOURCE_CONTINUE;
}

void watch_signal(void *state, int number)
{
    struct live_run *run = state;

    switch (number) {
    case SIGHUP:
        if (run->display == NULL && run->settings->words.log != NULL)
            outputs_reopen(run->outputs);
        else
            stop(run);
        return;
    case SIGUSR1:
        report_say(&run->report, run->pipeline, watch_say, run);
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
    case SIGUSR2: /* tcpdump writes what waits: here nothing waits for long */
        return;
    default: /* SIGINT, SIGTERM */
        signals_last_chance(display_restore);
        stop(run);
        return;
    }
}

/* ---- packets ---- */

void watch_frame(void *state, const struct capture_frame *frame)
{
    struct live_run *run = state;
    struct pipeline_pushed pushed = pipeline_push(run->pipeline, frame->interface->linktype, frame->captured,
                                                  frame->wire_len, frame->number, frame->time_ns);

    run->frames++;
    run->last_ns = MAX(run->last_ns, frame->time_ns);
    if (outputs_metrics(run->outputs) != NULL)
        report_frame(&run->report, frame);
    if (run->keeper != NULL)
        keeper_frame(run->keeper, frame, &pushed);
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

static void tell_manager(void *state, const char *sentence)
{
    const struct live_run *run = state;

    notify_status(run->notify, sentence);
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
    if (run->ticks % STATUS_TICKS == 0)
        report_say(&run->report, run->pipeline, tell_manager, run);
    return G_SOURCE_CONTINUE;
}

static gboolean on_alive(gpointer state)
{
    const struct live_run *run = state;

    notify_alive(run->notify);
    return G_SOURCE_CONTINUE;
}

static gboolean on_enough(gpointer state)
{
    stop(state);
    return G_SOURCE_REMOVE;
}

/* On a silent wire nothing is written, and only this tells. */
static gboolean on_reader_gone(gint descriptor, GIOCondition condition, gpointer state)
{
    (void)descriptor;
    (void)condition;
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

void watch_start(struct live_run *run)
{
    g_timeout_add(TICK_MS, on_tick, run);
    g_unix_fd_add(notices_descriptor(run->notices), G_IO_IN, on_notice, run);
    if (notify_interval_ms(run->notify) > 0)
        g_timeout_add((guint)notify_interval_ms(run->notify), on_alive, run);
    if (run->settings->duration_s != 0)
        g_timeout_add_seconds(run->settings->duration_s, on_enough, run);
    if (outputs_use_stdout(run->outputs))
        g_unix_fd_add(STDOUT_FILENO, G_IO_ERR, on_reader_gone, run);
    if (run->display == NULL)
        return;
    g_timeout_add(PROGRESS_MS, on_progress, run);
    g_unix_fd_add(display_done(run->display), G_IO_IN | G_IO_HUP, on_display_done, run);
}
