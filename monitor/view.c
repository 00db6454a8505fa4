/* view.c - `ftpscope view`: capture files on a full screen. One thread reads, the screen's thread shows, this one waits
 * for signals. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "monitor/commands.h"
#include "monitor/first_look.h"
#include "monitor/input/rotation.h"
#include "monitor/model/model.h"
#include "monitor/quantity.h"
#include "monitor/run_capture.h"
#include "monitor/save.h"
#include "monitor/save_packets.h"
#include "monitor/tui/screen.h"
#include "pipeline/frame_index.h"

enum {
    TELL_US = 100000, /* how often the screen is told how far reading is */
    FRAMES_BETWEEN = 1024,
    STOP_MS = 1000, /* for the reading to notice that nobody wants it any more */
};

static const uint64_t history_default = UINT64_C(1) << 30;

struct view_options {
    struct shared_options shared;
    gboolean show_secrets, utc;
    char *max_memory;
};

struct view_run {
    const struct view_options *options;
    bool color;
    struct pipeline_config config;
    struct packet_filter *filter;
    struct run_input input;
    struct model *model;
    struct screen *screen;
    char *source;
    gint stop;            /* atomic: reading is to end, and saving packets */
    bool save_broken_off; /* by that; of the screen's thread until its end */
    int read;             /* eventfd: reading has ended */

    struct model_capture capture; /* of the reading thread from here, until `read` */
    uint64_t size, taken;         /* bytes of the files, and of the frames so far */
    int64_t told_us;
    struct pipeline_totals totals;
    struct run_troubles troubles;
    enum run_result result;
};

/* ---- reading ---- */

static void tell_capture(struct view_run *run)
{
    run->told_us = g_get_monotonic_time();
    run->capture.source = run->source;
    run->capture.filter = run->options->shared.filter;
    /* More than the file has: it is compressed, and nobody knows how much there is. */
    run->capture.progress = run->size > 0 && run->taken <= run->size ? (double)run->taken / (double)run->size : -1;
    model_capture(run->model, &run->capture);
}

static void take_frame(void *state, const struct capture_frame *frame, const struct pipeline_pushed *pushed)
{
    struct view_run *run = state;

    (void)pushed;
    run->capture.packets++;
    run->capture.bytes += frame->wire_len;
    run->taken += frame->captured.n + 16; /* pcap's header */
    if (run->capture.packets % FRAMES_BETWEEN == 0 && g_get_monotonic_time() - run->told_us > TELL_US)
        tell_capture(run);
}

static void say_all(struct view_run *run, const GPtrArray *sentences)
{
    for (guint i = 0; i < sentences->len; i++)
        model_say(run->model, run->totals.last_ns, sentences->pdata[i]);
}

static void tell_end(struct view_run *run)
{
    run->capture.finished = true;
    run->capture.trouble = run->result == RUN_UNREADABLE ? MODEL_INPUT_UNREADABLE
                           : run->result == RUN_BROKEN   ? MODEL_INPUT_BROKEN
                                                         : MODEL_INPUT_WHOLE;
    run->capture.packets = run->totals.packets;
    run->capture.bytes = run->totals.bytes;
    run->capture.dropped = run->totals.dropped;
    run->capture.evicted = run->totals.evicted;
    run->capture.gaps = run->totals.gaps;
    run->capture.truncated_packets = run->totals.truncated_packets;
    tell_capture(run);
    say_all(run, run->troubles.unreadable);
    say_all(run, run->troubles.broken);
}

static gpointer read_files(gpointer data)
{
    struct view_run *run = data;
    struct sink sink = model_sink(run->model);
    const uint64_t one = 1;

    run->result = run_capture(&run->input, &run->config, &sink, &run->totals, &run->troubles);
    tell_end(run);
    (void)!write(run->read, &one, sizeof(one));
    return NULL;
}

/* ---- saving, in the screen's thread ---- */

static enum save_result save_what_is_asked(const struct view_run *run, const struct save_request *request,
                                           char **message)
{
    struct packet_filter *filter = NULL;

    if (save_is_input(&run->input, request->path)) {
        *message = g_strdup_printf("%s is being viewed: it would be lost", request->path);
        return SAVE_FAILED;
    }
    if (save_must_ask(request))
        return SAVE_EXISTS;
    if (request->format != SAVE_PCAPNG)
        return save_records(run->model, request, run->options->show_secrets, run->options->utc, message);
    if (!shared_options_filter(&run->options->shared, &filter, message))
        return SAVE_FAILED;
    enum save_result result = save_packets(&run->input, &run->config, filter, request, message);
    packet_filter_free(&filter);
    return result;
}

static enum save_result save(void *state, const struct save_request *request, char **message)
{
    struct view_run *run = state;
    enum save_result result = save_what_is_asked(run, request, message);

    run->save_broken_off = result != SAVE_DONE && g_atomic_int_get(&run->stop) != 0;
    return result;
}

/* ---- waiting ---- */

/* The shell gets its terminal, and the program stops as Ctrl-Z asks. It goes on behind kill. */
static void suspend(struct view_run *run)
{
    screen_suspend(run->screen);
    (void)kill(getpid(), SIGSTOP);
    screen_resume(run->screen);
    screen_resized(run->screen);
}

/* False: the program is to end. */
static bool take_signal(struct view_run *run, int fd)
{
    struct signalfd_siginfo info;

    if (read(fd, &info, sizeof(info)) != sizeof(info))
        return true;
    if (info.ssi_signo == SIGTSTP)
        suspend(run);
    else if (info.ssi_signo == SIGWINCH)
        screen_resized(run->screen);
    else
        return false;
    return true;
}

static void wait_for_end(struct view_run *run, int signals)
{
    struct pollfd fds[] = {{.fd = signals, .events = POLLIN}, {.fd = screen_done(run->screen), .events = POLLIN}};
    bool wanted = true;

    while (wanted) {
        if (poll(fds, G_N_ELEMENTS(fds), -1) < 0 && errno != EINTR)
            break;
        wanted = fds[1].revents == 0 && (fds[0].revents == 0 || take_signal(run, signals));
    }
}

static int block_signals(void)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGHUP);
    (void)sigaddset(&set, SIGTSTP);
    (void)sigaddset(&set, SIGWINCH);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* ---- the command ---- */

static int code_of(const struct view_run *run)
{
    static const int codes[] = {
        [RUN_WHOLE] = EXIT_CLEAN, [RUN_BROKEN] = EXIT_INCOMPLETE, [RUN_UNREADABLE] = EXIT_UNREADABLE};
    return codes[run->result];
}

/* Reading from a pipe may wait for ever, and saving for long: then the program ends under them. */
static int finish(struct view_run *run, GThread *reader)
{
    struct pollfd read_end = {.fd = run->read, .events = POLLIN};

    g_atomic_int_set(&run->stop, 1);
    bool stopped = screen_stop(&run->screen), broken_off = !stopped || run->save_broken_off;
    if (broken_off)
        command_complain("a save was broken off: its file was not written");
    if (!stopped || poll(&read_end, 1, STOP_MS) <= 0) {
        (void)fflush(stderr);
        _exit(broken_off ? EXIT_UNREADABLE : EXIT_CLEAN);
    }
    (void)g_thread_join(reader);
    command_complain_all(run->troubles.unreadable);
    command_complain_all(run->troubles.broken);
    return broken_off ? EXIT_UNREADABLE : code_of(run);
}

static int show(struct view_run *run, bool no_packets)
{
    struct screen_options options = {
        .utc = run->options->utc, .color = run->color, .save = save, .save_state = run, .no_packets = no_packets};
    char *message = NULL;
    int signals = block_signals();

    run->screen = screen_open(run->model, &options, &message);
    if (run->screen == NULL) {
        command_complain(message);
        g_free(message);
        (void)close(signals);
        return EXIT_UNREADABLE;
    }
    if (!command_give_up_rights(run->options->shared.inputs, "./saved")) { /* the dialog saves here */
        (void)screen_stop(&run->screen);
        (void)close(signals);
        return EXIT_UNREADABLE;
    }
    tell_capture(run);
    screen_start(run->screen);
    GThread *reader = g_thread_new("reader", read_files, run);
    wait_for_end(run, signals);
    int code = finish(run, reader);
    (void)close(signals);
    return code;
}

static int view_files(struct view_run *run, uint64_t max_memory)
{
    char **files = run->options->shared.inputs;
    size_t count = g_strv_length(files);
    bool twice;

    run->troubles = run_troubles_new();
    if (!first_look(files, run->troubles.unreadable)) {
        command_complain_all(run->troubles.unreadable);
        run_troubles_clear(&run->troubles);
        return EXIT_UNREADABLE;
    }
    run->size = files_size(files, &twice);
    run->source = files_words(files, count);
    run->model = model_new(max_memory, run->options->show_secrets);
    run->read = eventfd(0, EFD_CLOEXEC);
    run->input = (struct run_input){.paths = (const char *const *)files,
                                    .count = count,
                                    .rotated = rotation_is_counted(files, count),
                                    .filter = run->filter,
                                    .each = take_frame,
                                    .each_state = run,
                                    .stop = &run->stop};
    int code = EXIT_UNREADABLE;
    if (run->model != NULL && run->read >= 0)
        code = show(run, !twice);
    else
        command_complain("the screen cannot be prepared: no file descriptor is free");
    if (run->read >= 0)
        (void)close(run->read);
    model_free(&run->model);
    run_troubles_clear(&run->troubles);
    g_free(run->source);
    return code;
}

static const char *complaint_about(const struct view_options *o, uint64_t *max_memory)
{
    if (o->shared.inputs == NULL)
        return "which file?";
    if (o->shared.json)
        return "a screen shows no NDJSON: use ftpscope read --json, or save it from the screen";
    if (o->shared.separate && o->shared.inputs[1] != NULL)
        return "--separate: a screen shows one capture";
    if (g_strv_length(o->shared.inputs) > FRAME_INDEX_FILES_MAX)
        return "more than 65535 files at once";
    *max_memory = history_default;
    if (o->max_memory != NULL && !quantity_parse(o->max_memory, QUANTITY_MEMORY, 1 << 20, SIZE_MAX / 2, max_memory))
        return "--max-memory takes a size from 1M on, as in --max-memory 512M or --max-memory 2G";
    if (!isatty(STDOUT_FILENO))
        return "standard output is no terminal: ftpscope read tells the same as text";
    return NULL;
}

static int run(const struct view_options *o)
{
    struct view_run run = {.options = o};
    uint64_t max_memory = 0;
    char *message = NULL;

    if (o->shared.version) {
        puts("ftpscope " FTPSCOPE_VERSION);
        return EXIT_CLEAN;
    }
    const char *complaint = shared_options_apply(&o->shared, &run.config, &run.color);
    if (complaint == NULL)
        complaint = complaint_about(o, &max_memory);
    if (complaint != NULL)
        return command_usage_error("view", complaint);
    if (!shared_options_filter(&o->shared, &run.filter, &message)) {
        int code = command_usage_error("view", message);
        g_free(message);
        return code;
    }
    run.config.show_secrets = o->show_secrets;
    int code = view_files(&run, max_memory);
    shared_options_filter_done(&run.filter);
    return code;
}

static int parse(int argc, char **argv, struct view_options *o, GError **error)
{
    const GOptionEntry entries[] = {
        {"show-secrets", 0, 0, G_OPTION_ARG_NONE, &o->show_secrets, "show passwords", NULL},
        {"utc", 0, 0, G_OPTION_ARG_NONE, &o->utc, "times in UTC, not in the local zone", NULL},
        {"max-memory", 0, 0, G_OPTION_ARG_STRING, &o->max_memory,
         "most that is kept to be shown (else 1G); the sessions that ended first go", "SIZE"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->shared.inputs, NULL, "FILE..."},
        {0},
    };
    GOptionContext *context = g_option_context_new(NULL);

    g_option_context_set_summary(
        context, "Shows the FTP sessions of pcap and pcapng files on a full screen (\"-\": standard input);\n"
                 "several files are one capture. F1 tells the keys.");
    g_option_context_set_description(context,
                                     "Exit code: 0; 2 usage error, unreadable input, or a save that was broken off;\n"
                                     "3 the input broke off.");
    g_option_context_add_main_entries(context, entries, NULL);
    shared_options_add(context, &o->shared, false);
    bool good = g_option_context_parse(context, &argc, &argv, error);
    g_option_context_free(context);
    return good;
}

int command_view(int argc, char **argv)
{
    struct view_options o = {.max_memory = NULL};
    GError *error = NULL;
    int code;

    if (!parse(argc, argv, &o, &error)) {
        code = command_usage_error("view", error->message);
        g_error_free(error);
    } else {
        code = run(&o);
    }
    shared_options_free(&o.shared);
    g_free(o.max_memory);
    return code;
}
