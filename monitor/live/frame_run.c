/* frame_run.c - frames in a row of chunks. Chunks are shared between a run and its snapshots. */
#include "monitor/live/frame_run.h"

#include <glib.h>
#include <string.h>

enum {
    CHUNK_FIRST = 2048, /* most sessions are short */
    CHUNK_MOST = 65536,
    HEAD_CHUNKS = 4, /* the first part: handshake, login, the first transfers; 30 KiB */
};

struct stored {
    uint64_t number;
    int64_t time_ns;
    const struct capture_interface *interface;
    uint64_t wire_len;
    uint32_t captured;
};

struct chunk {
    gatomicrefcount references;
    size_t room;
    uint8_t bytes[];
};

/* What a run sees of a chunk: the bytes behind `used` may be written by the run that it was taken from. */
struct view {
    struct chunk *chunk;
    size_t used;
    uint64_t frames;
};

struct frame_run {
    GArray *views; /* struct view */
    size_t memory;
    uint64_t count;
};

static void view_clear(gpointer item)
{
    struct view *view = item;

    if (g_atomic_ref_count_dec(&view->chunk->references))
        g_free(view->chunk);
}

struct frame_run *frame_run_new(void)
{
    struct frame_run *run = g_new0(struct frame_run, 1);

    run->views = g_array_new(FALSE, FALSE, sizeof(struct view));
    g_array_set_clear_func(run->views, view_clear);
    return run;
}

void frame_run_free(struct frame_run **run)
{
    if (*run == NULL)
        return;
    g_array_free((*run)->views, TRUE);
    g_free(*run);
    *run = NULL;
}

static size_t chunk_memory(const struct chunk *chunk)
{
    return sizeof(*chunk) + chunk->room + sizeof(struct view);
}

static struct view *last_view(struct frame_run *run)
{
    return run->views->len > 0 ? &g_array_index(run->views, struct view, run->views->len - 1) : NULL;
}

static struct view *view_with_room(struct frame_run *run, size_t need)
{
    struct view *last = last_view(run);

    if (last != NULL && last->chunk->room - last->used >= need)
        return last;
    size_t room = last != NULL ? MIN(2 * last->chunk->room, (size_t)CHUNK_MOST) : (size_t)CHUNK_FIRST;
    struct view view = {.used = 0};
    room = MAX(room, need);
    view.chunk = g_malloc(sizeof(*view.chunk) + room);
    view.chunk->room = room;
    g_atomic_ref_count_init(&view.chunk->references);
    g_array_append_val(run->views, view);
    run->memory += chunk_memory(view.chunk);
    return last_view(run);
}

void frame_run_add(struct frame_run *run, const struct capture_frame *frame)
{
    struct stored stored = {.number = frame->number,
                            .time_ns = frame->time_ns,
                            .interface = frame->interface,
                            .wire_len = frame->wire_len,
                            .captured = (uint32_t)MIN(frame->captured.n, UINT32_MAX)};
    struct view *view = view_with_room(run, sizeof(stored) + stored.captured);

    memcpy(view->chunk->bytes + view->used, &stored, sizeof(stored));
    if (stored.captured > 0)
        memcpy(view->chunk->bytes + view->used + sizeof(stored), frame->captured.p, stored.captured);
    view->used += sizeof(stored) + stored.captured;
    view->frames++;
    run->count++;
}

size_t frame_run_memory(const struct frame_run *run)
{
    return sizeof(*run) + run->memory;
}

uint64_t frame_run_count(const struct frame_run *run)
{
    return run->count;
}

uint64_t frame_run_trim(struct frame_run *run, size_t memory)
{
    guint gone = 0;
    uint64_t frames = 0;

    while (frame_run_memory(run) > memory && HEAD_CHUNKS + gone + 1 < run->views->len) {
        const struct view *view = &g_array_index(run->views, struct view, HEAD_CHUNKS + gone);
        run->memory -= chunk_memory(view->chunk);
        frames += view->frames;
        gone++;
    }
    if (gone > 0)
        g_array_remove_range(run->views, HEAD_CHUNKS, gone);
    run->count -= frames;
    return frames;
}

struct frame_run *frame_run_snapshot(struct frame_run *run)
{
    struct frame_run *copy = frame_run_new();

    for (guint i = 0; i < run->views->len; i++)
        g_atomic_ref_count_inc(&g_array_index(run->views, struct view, i).chunk->references);
    g_array_append_vals(copy->views, run->views->data, run->views->len);
    copy->memory = run->memory;
    copy->count = run->count;
    return copy;
}

static void each_of_view(const struct view *view, void (*each)(void *state, const struct capture_frame *frame),
                         void *state)
{
    for (size_t at = 0; at < view->used;) {
        struct stored stored;
        memcpy(&stored, view->chunk->bytes + at, sizeof(stored));
        at += sizeof(stored);
        const struct capture_frame frame = {.captured = {view->chunk->bytes + at, stored.captured},
                                            .wire_len = (size_t)stored.wire_len,
                                            .number = stored.number,
                                            .time_ns = stored.time_ns,
                                            .interface = stored.interface};
        each(state, &frame);
        at += stored.captured;
    }
}

void frame_run_each(const struct frame_run *run, void (*each)(void *state, const struct capture_frame *frame),
                    void *state)
{
    for (guint i = 0; i < run->views->len; i++)
        each_of_view(&g_array_index(run->views, struct view, i), each, state);
}
