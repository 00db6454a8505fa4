/* save.c - records once more from the model; packets in order of time, with what the records say as comments. */
#include "monitor/live/save.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "monitor/live/frame_run.h"
#include "monitor/output/capture_writer.h"
#include "monitor/output/comments.h"
#include "monitor/output/new_file.h"
#include "monitor/save.h"

/* A packet of a snapshot: where it lies stays, as long as the snapshot does. */
struct packets {
    GArray *frames; /* struct capture_frame */
};

static void collect(void *state, const struct capture_frame *frame)
{
    struct packets *packets = state;

    g_array_append_vals(packets->frames, frame, 1);
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    const struct capture_frame *one = a, *other = b;
    return one->number < other->number ? -1 : one->number > other->number;
}

static bool is_asked(void *state, uint32_t session)
{
    GHashTable *sessions = state;
    return sessions == NULL || g_hash_table_contains(sessions, GUINT_TO_POINTER(session));
}

static void write_packets(const struct packets *packets, struct comments *comments, GHashTable *sessions, FILE *out)
{
    struct capture_writer *writer = capture_writer_new(out);
    GPtrArray *sentences = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < packets->frames->len; i++) {
        const struct capture_frame *frame = &g_array_index(packets->frames, struct capture_frame, i);
        comments_take(comments, frame->number, is_asked, sessions, sentences);
        capture_writer_frame(writer, frame, sentences);
        g_ptr_array_set_size(sentences, 0);
    }
    g_ptr_array_free(sentences, TRUE);
    capture_writer_free(&writer);
}

static uint64_t save_packets(const struct save_source *source, GHashTable *sessions, FILE *out)
{
    struct packets packets = {.frames = g_array_new(FALSE, FALSE, sizeof(struct capture_frame))};
    struct comments *comments = comments_new();
    const struct sink nobody = {0};
    struct sink sink = comments_sink(comments, &nobody);
    GPtrArray *runs = keeper_snapshot(source->keeper, is_asked, sessions);

    model_replay(source->model, is_asked, sessions, &sink);
    for (guint i = 0; i < runs->len; i++)
        frame_run_each(runs->pdata[i], collect, &packets);
    g_array_sort(packets.frames, by_number);
    write_packets(&packets, comments, sessions, out);
    uint64_t count = packets.frames->len;
    g_array_free(packets.frames, TRUE);
    g_ptr_array_unref(runs);
    comments_free(&comments);
    return count;
}

static enum save_result save_capture(const struct save_source *source, const struct save_request *request,
                                     char **message)
{
    struct new_file *file = new_file_open(request->path, message);

    if (file == NULL)
        return SAVE_FAILED;
    uint64_t packets = save_packets(source, request->sessions, new_file_stream(file));
    uint64_t lost = keeper_counts(source->keeper).lost;
    if (!new_file_finish(&file, message))
        return SAVE_FAILED;
    GString *words = g_string_new(NULL);
    g_string_printf(words, "%s: %" G_GUINT64_FORMAT " packet%s", request->path, packets, packets == 1 ? "" : "s");
    if (lost > 0)
        g_string_append_printf(words, "; %" G_GUINT64_FORMAT " of all sessions were no longer in memory", lost);
    *message = g_string_free(words, FALSE);
    return SAVE_DONE;
}

/* The program is somebody else than who started it, and may write in the folder where it was started at most. */
static void explain(const struct save_source *source, const struct save_request *request, char **message)
{
    char *folder = g_path_get_dirname(request->path), *words = *message;

    if (access(folder, W_OK) != 0 || strstr(words, g_strerror(EACCES)) != NULL)
        *message = g_strdup_printf("%s (it is written as user %s, below the folder where ftpscope was started)", words,
                                   source->user);
    if (*message != words)
        g_free(words);
    g_free(folder);
}

enum save_result save_live(void *state, const struct save_request *request, char **message)
{
    const struct save_source *source = state;

    if (save_must_ask(request))
        return SAVE_EXISTS;
    enum save_result result = request->format == SAVE_PCAPNG
                                  ? save_capture(source, request, message)
                                  : save_records(source->model, request, source->show_secrets, source->utc, message);
    if (result == SAVE_FAILED)
        explain(source, request, message);
    return result;
}
