/* run_capture.c - one capture through the pipeline. */
#include "monitor/run_capture.h"

#include <glib.h>
#include <string.h>

#include "monitor/input/capture_set.h"
#include "net/net.h"

struct run_troubles run_troubles_new(void)
{
    return (struct run_troubles){g_ptr_array_new_with_free_func(g_free), g_ptr_array_new_with_free_func(g_free)};
}

void run_troubles_clear(struct run_troubles *troubles)
{
    g_ptr_array_free(troubles->unreadable, TRUE);
    g_ptr_array_free(troubles->broken, TRUE);
}

static bool is_stopped(const struct run_input *input)
{
    return input->stop != NULL && g_atomic_int_get(input->stop) != 0;
}

/* Returns whether no frame had a link type that can be read, although there were some. */
static bool push_all(struct capture_set *set, const struct run_input *input, struct pipeline *pipeline)
{
    struct capture_frame frame;
    int64_t before_ns;

    bool any = false, readable = false;

    while (!is_stopped(input) && capture_set_next(set, &frame)) {
        if (capture_set_paused(set, &before_ns))
            pipeline_pause(pipeline, before_ns);
        any = true;
        readable = readable || net_linktype_known(frame.interface->linktype);
        struct pipeline_pushed pushed = pipeline_push(pipeline, frame.interface->linktype, frame.captured,
                                                      frame.wire_len, frame.number, frame.time_ns);
        if (input->each != NULL)
            input->each(input->each_state, &frame, &pushed);
    }
    pipeline_end(pipeline);
    return any && !readable;
}

static void add_all(GPtrArray *sentences, const GPtrArray *more)
{
    for (guint i = 0; i < more->len; i++)
        g_ptr_array_add(sentences, g_strdup(more->pdata[i]));
}

/* "a.pcap: nothing in it can be read: 13 packets of link type 189 (USB_LINUX)" */
static char *foreign_words(const struct run_input *input, const struct pipeline_totals *totals)
{
    GString *words = g_string_new(NULL);
    const char *name = NULL;

    for (size_t i = 0; i < input->count; i++)
        g_string_append_printf(words, "%s%s", i > 0 ? ", " : "", input->paths[i]);
    g_string_append(words, ": nothing in it can be read: ");
    for (size_t i = 0; i < totals->unread_kind_count; i++) {
        const struct net_unread *unread = &totals->unread_kinds[i];
        char what[NET_UNREAD_TEXT_MAX];
        name = unread->kind == NET_UNREAD_LINK ? linktype_name((int)unread->number) : NULL;
        g_string_append_printf(words, "%s%" G_GUINT64_FORMAT " packet%s of %s%s%s%s", i > 0 ? ", " : "",
                               unread->packets, unread->packets == 1 ? "" : "s",
                               net_unread_describe(unread, what, sizeof(what)), name != NULL ? " (" : "",
                               name != NULL ? name : "", name != NULL ? ")" : "");
    }
    return g_string_free(words, FALSE);
}

enum run_result run_capture(const struct run_input *input, const struct pipeline_config *config,
                            const struct sink *sink, struct pipeline_totals *totals, struct run_troubles *troubles)
{
    struct capture_set_options options = {.filter = input->filter, .rotated = input->rotated};
    struct capture_set *set = capture_set_open(input->paths, input->count, &options);
    struct pipeline_config ours = *config;

    ours.frames = input->count > 1 ? capture_set_frames(set) : NULL;
    struct pipeline *pipeline = pipeline_new(&ours, sink, input->paths[0]);
    bool foreign = push_all(set, input, pipeline);
    *totals = pipeline_totals(pipeline);
    totals->sessions_shown = totals->sessions;
    totals->dropped = capture_set_dropped(set);
    totals->copies = capture_set_copies(set);
    pipeline_free(&pipeline);
    add_all(troubles->unreadable, capture_set_unreadable(set));
    add_all(troubles->broken, capture_set_broken(set));
    if (foreign)
        g_ptr_array_add(troubles->unreadable, foreign_words(input, totals));
    capture_set_close(&set);
    totals->unreadable = troubles->unreadable->len > 0;
    if (totals->unreadable)
        return RUN_UNREADABLE;
    return troubles->broken->len > 0 ? RUN_BROKEN : RUN_WHOLE;
}

/* Kinds that both have are one. */
static void add_unread(struct pipeline_totals *sum, const struct net_unread *unread)
{
    size_t i = 0;

    while (i < sum->unread_kind_count &&
           (sum->unread_kinds[i].kind != unread->kind || sum->unread_kinds[i].number != unread->number))
        i++;
    if (i == NET_UNREAD_MAX) { /* the last one stands for all that have no place */
        i--;
        sum->unread_kinds[i].kind = NET_UNREAD_REST;
    } else if (i == sum->unread_kind_count) {
        sum->unread_kinds[sum->unread_kind_count++] = (struct net_unread){unread->kind, unread->number, 0};
    }
    sum->unread_kinds[i].packets += unread->packets;
}

void run_add(struct pipeline_totals *sum, const struct pipeline_totals *totals)
{
    sum->packets += totals->packets;
    sum->bytes += totals->bytes;
    sum->decoded += totals->decoded;
    sum->truncated_packets += totals->truncated_packets;
    sum->gaps += totals->gaps;
    sum->gap_bytes += totals->gap_bytes;
    sum->sessions += totals->sessions;
    sum->evicted += totals->evicted;
    sum->dropped += totals->dropped;
    sum->copies += totals->copies;
    sum->fragments += totals->fragments;
    for (size_t i = 0; i < totals->unread_kind_count; i++)
        add_unread(sum, &totals->unread_kinds[i]);
    sum->sessions_shown += totals->sessions_shown;
    sum->unreadable |= totals->unreadable;
    if (totals->last_ns > sum->last_ns)
        sum->last_ns = totals->last_ns;
}

struct record_stats run_stats(const struct pipeline_totals *totals, const char *file, const char *truncated)
{
    return (struct record_stats){.time_ns = totals->last_ns,
                                 .file = file,
                                 .packets = totals->packets,
                                 .bytes = totals->bytes,
                                 .decoded = totals->decoded,
                                 .dropped = totals->dropped,
                                 .copies = totals->copies,
                                 .unread = totals->unread_kinds,
                                 .unread_count = totals->unread_kind_count,
                                 .truncated_packets = totals->truncated_packets,
                                 .gaps = totals->gaps,
                                 .gap_bytes = totals->gap_bytes,
                                 .sessions = totals->sessions,
                                 .evicted = totals->evicted,
                                 .sessions_shown = totals->sessions_shown,
                                 .truncated_input = truncated,
                                 .complete = truncated == NULL && !totals->unreadable && totals->gaps == 0 &&
                                             totals->evicted == 0 && totals->dropped == 0 && totals->fragments == 0};
}
