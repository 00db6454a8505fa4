/* undecided.c - a run of frames for each connection, the oldest first; a frame of none is a run of its own. */
#include "monitor/live/undecided.h"

#include <glib.h>

#include "monitor/live/frame_run.h"

enum { RUN_BYTES_MAX = 65536 }; /* what may be read late is a handshake and first words, or the start of a transfer */
#define SILENCE_NS INT64_C(120000000000) /* servers that ask ident or DNS first greet after a minute and more */

struct run {
    uint64_t key; /* id of the connection, or the frame's number */
    bool is_frame, full;
    int64_t last_ns;
    size_t memory;
    struct frame_run *frames;
    GList place; /* in `oldest_first` */
};

struct undecided {
    size_t max_bytes, bytes;
    GHashTable *flows, *frames; /* by key */
    GQueue oldest_first;
    uint64_t given_up;
};

static void run_free(gpointer item)
{
    struct run *run = item;

    frame_run_free(&run->frames);
    g_free(run);
}

struct undecided *undecided_new(size_t max_bytes)
{
    struct undecided *u = g_new0(struct undecided, 1);

    u->max_bytes = max_bytes;
    u->flows = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, run_free);
    u->frames = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, run_free);
    g_queue_init(&u->oldest_first);
    return u;
}

void undecided_free(struct undecided **undecided)
{
    if (*undecided == NULL)
        return;
    g_hash_table_destroy((*undecided)->flows);
    g_hash_table_destroy((*undecided)->frames);
    g_free(*undecided);
    *undecided = NULL;
}

static GHashTable *table_of(const struct undecided *u, const struct run *run)
{
    return run->is_frame ? u->frames : u->flows;
}

static void drop(struct undecided *u, struct run *run)
{
    u->bytes -= run->memory;
    g_queue_unlink(&u->oldest_first, &run->place);
    g_hash_table_remove(table_of(u, run), &run->key);
}

static void drop_old(struct undecided *u, int64_t now_ns)
{
    while (u->oldest_first.head != NULL) {
        struct run *oldest = u->oldest_first.head->data;
        bool full = u->bytes > u->max_bytes;
        if (!full && now_ns - oldest->last_ns <= SILENCE_NS)
            return;
        u->given_up += full;
        drop(u, oldest);
    }
}

static struct run *run_of(struct undecided *u, uint64_t key, bool is_frame)
{
    struct run *run = g_hash_table_lookup(is_frame ? u->frames : u->flows, &key);

    if (run != NULL)
        return run;
    run = g_new0(struct run, 1);
    run->key = key;
    run->is_frame = is_frame;
    run->frames = frame_run_new();
    run->place.data = run;
    g_hash_table_insert(table_of(u, run), &run->key, run);
    g_queue_push_tail_link(&u->oldest_first, &run->place);
    return run;
}

void undecided_keep(struct undecided *u, uint64_t flow_id, const struct capture_frame *frame)
{
    struct run *run = run_of(u, flow_id != 0 ? flow_id : frame->number, flow_id == 0);

    if (run->memory > RUN_BYTES_MAX) {
        u->given_up += !run->full;
        run->full = true;
        return;
    }
    frame_run_add(run->frames, frame);
    run->last_ns = frame->time_ns;
    size_t memory = frame_run_memory(run->frames) + sizeof(*run);
    u->bytes += memory - run->memory;
    run->memory = memory;
    drop_old(u, frame->time_ns);
}

static void take(struct undecided *u, GHashTable *table, uint64_t key,
                 void (*each)(void *state, const struct capture_frame *frame), void *state)
{
    struct run *run = g_hash_table_lookup(table, &key);

    if (run == NULL)
        return;
    frame_run_each(run->frames, each, state);
    drop(u, run);
}

void undecided_take(struct undecided *u, uint64_t flow_id, void (*each)(void *state, const struct capture_frame *frame),
                    void *state)
{
    take(u, u->flows, flow_id, each, state);
}

void undecided_take_frame(struct undecided *u, uint64_t number,
                          void (*each)(void *state, const struct capture_frame *frame), void *state)
{
    take(u, u->frames, number, each, state);
}

void undecided_forget(struct undecided *u, uint64_t flow_id)
{
    struct run *run = g_hash_table_lookup(u->flows, &flow_id);

    if (run != NULL)
        drop(u, run);
}

uint64_t undecided_given_up(const struct undecided *u)
{
    return u->given_up;
}

size_t undecided_memory(const struct undecided *u)
{
    return u->bytes;
}
