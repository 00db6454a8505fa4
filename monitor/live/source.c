/* source.c - the main loop around capturing, and around a stream that is read as it grows. */
#include "monitor/live/source.h"

#include <glib-unix.h>
#include <string.h>

#include "monitor/input/byte_source.h"
#include "monitor/input/packet_filter.h"

enum {
    BATCH = 16384,       /* frames between two looks at signals and timers: some 20 ms of work */
    STREAM_BATCH = 1024, /* the same for a stream */
};

struct live_source {
    const struct live_settings *settings;
    struct source_host host;
    struct live_capture *capture; /* or: */
    struct capture_file *stream;
    struct packet_filter *filter; /* of the stream */
    char *name;
    bool stopped;
    uint64_t frames;
};

static struct live_capture *open_capture(const struct live_settings *s, const struct source_host *host, char **message)
{
    char **names = s->words.interfaces;
    const struct live_options options = {.interfaces = (const char *const *)names,
                                         .count = names != NULL ? g_strv_length(names) : 0,
                                         .filter = s->filter,
                                         .promiscuous = !s->words.no_promiscuous,
                                         .buffer_bytes = s->buffer_bytes,
                                         .snap_len = s->snap_len,
                                         .ports = s->pipeline.ports,
                                         .port_count = s->pipeline.port_count,
                                         .say = host->say,
                                         .say_state = host->state};

    return live_capture_open(&options, message);
}

static char *interface_names(const struct live_capture *capture)
{
    GString *names = g_string_new(NULL);

    for (size_t i = 0; i < live_capture_count(capture); i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", live_capture_interface(capture, i)->name);
    return g_string_free(names, FALSE);
}

static bool open_input(struct live_source *source, char **message)
{
    const struct live_settings *s = source->settings;

    if (s->words.read == NULL) {
        source->capture = open_capture(s, &source->host, message);
        source->name = source->capture != NULL ? interface_names(source->capture) : NULL;
        return source->capture != NULL;
    }
    source->name = g_strdup(strcmp(s->words.read, "-") == 0 ? "standard input" : s->words.read);
    if (s->filter != NULL)
        source->filter = packet_filter_new(s->filter, message);
    return s->filter == NULL || source->filter != NULL;
}

struct live_source *live_source_open(const struct live_settings *settings, const struct source_host *host,
                                     char **message)
{
    struct live_source *source = g_new0(struct live_source, 1);

    source->settings = settings;
    source->host = *host;
    if (!open_input(source, message))
        live_source_close(&source);
    return source;
}

const char *live_source_name(const struct live_source *source)
{
    return source->name;
}

void live_source_stop(struct live_source *source)
{
    source->stopped = true;
    g_main_context_wakeup(NULL);
}

static bool is_enough(const struct live_source *source)
{
    return source->settings->count != 0 && source->frames >= source->settings->count;
}

static void hand_out(void *state, const struct capture_frame *frame)
{
    struct live_source *source = state;

    if (is_enough(source))
        return;
    source->frames++;
    source->host.frame(source->host.state, frame);
}

/* How many of a batch may come before --count is reached. */
static size_t room(const struct live_source *source)
{
    uint64_t most = source->settings->count;

    return most == 0 ? BATCH : (size_t)MIN(most - source->frames, BATCH);
}

static void stop_when_enough(struct live_source *source)
{
    if (is_enough(source))
        source->stopped = true;
}

/* ---- interfaces ---- */

static gboolean on_frames(gint descriptor, GIOCondition condition, gpointer state)
{
    struct live_source *source = state;

    (void)descriptor;
    (void)condition;
    if (!source->stopped)
        live_capture_read(source->capture, room(source), hand_out, source);
    stop_when_enough(source);
    return G_SOURCE_CONTINUE;
}

/* Packets come behind signals and timers: a flood must not keep the program from ending. */
static enum source_end run_interfaces(struct live_source *source)
{
    guint watch =
        g_unix_fd_add_full(G_PRIORITY_DEFAULT_IDLE, live_capture_fd(source->capture), G_IO_IN, on_frames, source, NULL);

    while (!source->stopped)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(watch);
    if (!is_enough(source))
        live_capture_finish(source->capture, hand_out, source);
    return SOURCE_STOPPED;
}

/* ---- a stream ---- */

static gboolean wake(gint descriptor, GIOCondition condition, gpointer state)
{
    (void)descriptor;
    (void)condition;
    *(bool *)state = true;
    return G_SOURCE_REMOVE;
}

static bool wait_readable(void *state, int descriptor)
{
    struct live_source *source = state;
    bool readable = false;
    guint watch = g_unix_fd_add(descriptor, G_IO_IN | G_IO_HUP | G_IO_ERR, wake, &readable);

    while (!readable && !source->stopped)
        g_main_context_iteration(NULL, TRUE);
    if (!readable)
        g_source_remove(watch);
    return !source->stopped;
}

static void take_from_stream(struct live_source *source, const struct capture_frame *frame)
{
    if (source->filter == NULL ||
        packet_filter_matches(source->filter, frame->interface->linktype, frame->captured, frame->wire_len))
        hand_out(source, frame);
    stop_when_enough(source);
}

static enum source_end run_stream(struct live_source *source, char **message)
{
    const struct byte_wait wait = {wait_readable, source};
    struct capture_frame frame;
    enum capture_result result = CAPTURE_END;

    source->stream = capture_file_open_waiting(source->settings->words.read, &wait, message);
    if (source->stream == NULL && source->stopped)
        g_clear_pointer(message, g_free); /* nothing was read by then */
    if (source->stream == NULL)
        return source->stopped ? SOURCE_STOPPED : SOURCE_UNREADABLE;
    for (unsigned i = 0; !source->stopped; i++) {
        if (i % STREAM_BATCH == 0)
            while (g_main_context_iteration(NULL, FALSE)) {
            }
        result = capture_file_next(source->stream, &frame, message);
        if (result != CAPTURE_FRAME)
            break;
        take_from_stream(source, &frame);
    }
    if (source->stopped)
        return SOURCE_STOPPED;
    return result == CAPTURE_BROKEN ? SOURCE_BROKEN : SOURCE_ENDED;
}

enum source_end live_source_run(struct live_source *source, char **message)
{
    *message = NULL;
    return source->capture != NULL ? run_interfaces(source) : run_stream(source, message);
}

void live_source_tick(struct live_source *source)
{
    if (source->capture != NULL)
        live_capture_tick(source->capture);
}

struct live_counters live_source_counters(struct live_source *source)
{
    if (source->capture != NULL)
        return live_capture_counters(source->capture);
    return (struct live_counters){.received = source->frames,
                                  .dropped = source->stream != NULL ? capture_file_dropped(source->stream) : 0};
}

struct live_capture *live_source_capture(const struct live_source *source)
{
    return source->capture;
}

void live_source_close(struct live_source **source)
{
    struct live_source *s = *source;

    if (s == NULL)
        return;
    if (s->capture != NULL)
        live_capture_close(&s->capture);
    if (s->stream != NULL)
        capture_file_close(&s->stream);
    packet_filter_free(&s->filter);
    g_free(s->name);
    g_free(s);
    *source = NULL;
}
