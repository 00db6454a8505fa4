/* keeper.c - a run of frames for each session. */
#include "monitor/live/keeper.h"

#include "monitor/live/frame_run.h"
#include "monitor/live/undecided.h"
#include "monitor/select.h"

enum { UNDECIDED_BYTES = 16 << 20 };

struct kept {
    uint32_t session;
    bool failed, ended;
    size_t memory;
    struct frame_run *frames;
    GList place; /* in keeper.open or keeper.ended */
};

struct keeper {
    struct keeper_options options;
    bool keeps; /* by session */
    struct undecided *undecided;
    GHashTable *sessions; /* number -> struct kept */
    GQueue open, ended;   /* oldest first */
    uint32_t now_session; /* to which undecided packets go that are found */
    struct keeper_counts counts;
    GMutex lock; /* of all but options and undecided */
};

static void kept_free(gpointer item)
{
    struct kept *kept = item;

    frame_run_free(&kept->frames);
    g_free(kept);
}

struct keeper *keeper_new(const struct keeper_options *options)
{
    struct keeper *k = g_new0(struct keeper, 1);

    k->options = *options;
    k->keeps = options->history || options->mode == KEEPER_FAILED;
    k->undecided = undecided_new(UNDECIDED_BYTES);
    k->sessions = g_hash_table_new_full(NULL, NULL, NULL, kept_free);
    g_queue_init(&k->open);
    g_queue_init(&k->ended);
    g_mutex_init(&k->lock);
    return k;
}

void keeper_free(struct keeper **keeper)
{
    if (*keeper == NULL)
        return;
    undecided_free(&(*keeper)->undecided);
    g_hash_table_destroy((*keeper)->sessions);
    g_mutex_clear(&(*keeper)->lock);
    g_free(*keeper);
    *keeper = NULL;
}

/* ---- sessions ---- */

static GQueue *list_of(struct keeper *k, const struct kept *kept)
{
    return kept->ended ? &k->ended : &k->open;
}

static void forget(struct keeper *k, struct kept *kept)
{
    k->counts.memory -= kept->memory;
    g_queue_unlink(list_of(k, kept), &kept->place);
    g_hash_table_remove(k->sessions, GUINT_TO_POINTER(kept->session));
}

static void weigh(struct keeper *k, struct kept *kept)
{
    size_t memory = sizeof(*kept) + frame_run_memory(kept->frames);

    k->counts.memory += memory - kept->memory;
    kept->memory = memory;
}

/* Those that ended go first; then the middle of the oldest that are open, then these themselves. */
static void make_room(struct keeper *k, const struct kept *used)
{
    while (k->counts.memory > k->options.max_bytes) {
        struct kept *oldest = g_queue_peek_head(k->ended.length > 0 ? &k->ended : &k->open);
        if (oldest == NULL || oldest == used)
            return;
        uint64_t trimmed = oldest->ended ? 0 : frame_run_trim(oldest->frames, 0);
        k->counts.lost += trimmed;
        if (trimmed > 0) {
            weigh(k, oldest);
            continue;
        }
        if (!oldest->ended)
            k->counts.lost += frame_run_count(oldest->frames);
        forget(k, oldest);
    }
}

static struct kept *kept_of(const struct keeper *k, uint32_t session)
{
    return g_hash_table_lookup(k->sessions, GUINT_TO_POINTER(session));
}

static void keep(struct keeper *k, uint32_t session, const struct capture_frame *frame)
{
    struct kept *kept = kept_of(k, session);

    if (kept == NULL) { /* of a data connection that outlived its session, or there was no room */
        k->counts.lost++;
        return;
    }
    frame_run_add(kept->frames, frame);
    weigh(k, kept);
    if (kept->memory > k->options.session_bytes) {
        k->counts.lost += frame_run_trim(kept->frames, k->options.session_bytes);
        weigh(k, kept);
    }
    make_room(k, kept);
}

/* ---- packets ---- */

static void hand_on(void *state, const struct capture_frame *frame)
{
    struct keeper *k = state;

    if (k->options.packet == NULL)
        return;
    k->counts.frames++;
    k->options.packet(k->options.state, frame);
}

static void take(void *state, const struct capture_frame *frame)
{
    struct keeper *k = state;

    if (k->options.mode == KEEPER_PASS)
        hand_on(k, frame);
    if (k->keeps)
        keep(k, k->now_session, frame);
}

void keeper_connection(void *keeper, uint32_t session, uint64_t flow_id)
{
    struct keeper *k = keeper;

    g_mutex_lock(&k->lock);
    k->now_session = session;
    undecided_take(k->undecided, flow_id, take, k);
    g_mutex_unlock(&k->lock);
}

static void take_of_session(struct keeper *k, const struct capture_frame *frame, const struct pipeline_pushed *pushed)
{
    g_mutex_lock(&k->lock);
    k->now_session = pushed->session;
    for (size_t i = 0; i < pushed->earlier_count; i++)
        undecided_take_frame(k->undecided, pushed->earlier[i], take, k);
    take(k, frame);
    g_mutex_unlock(&k->lock);
}

void keeper_frame(struct keeper *k, const struct capture_frame *frame, const struct pipeline_pushed *pushed)
{
    if (pushed->session != 0)
        take_of_session(k, frame, pushed);
    else if (pushed->undecided)
        undecided_keep(k->undecided, pushed->flow_id, frame);
    else if (pushed->flow_id != 0)
        undecided_forget(k->undecided, pushed->flow_id);
}

/* ---- records ---- */

static void on_opened(void *state, const struct record_envelope *envelope)
{
    struct keeper *k = state;

    if (!k->keeps)
        return;
    struct kept *kept = g_new0(struct kept, 1);
    kept->session = envelope->session;
    kept->frames = frame_run_new();
    kept->place.data = kept;
    g_mutex_lock(&k->lock);
    g_hash_table_insert(k->sessions, GUINT_TO_POINTER(kept->session), kept);
    g_queue_push_tail_link(&k->open, &kept->place);
    g_mutex_unlock(&k->lock);
}

static void mark_failed(struct keeper *k, uint32_t session)
{
    g_mutex_lock(&k->lock);
    struct kept *kept = kept_of(k, session);
    if (kept != NULL)
        kept->failed = true;
    g_mutex_unlock(&k->lock);
}

static void on_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    if (select_finding_fails(record))
        mark_failed(state, envelope->session);
}

static void on_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    if (select_data_fails(record))
        mark_failed(state, envelope->session);
}

static void end_session(struct keeper *k, struct kept *kept)
{
    if (k->options.mode == KEEPER_FAILED && kept->failed)
        frame_run_each(kept->frames, hand_on, k);
    if (!k->options.history) {
        forget(k, kept);
        return;
    }
    g_queue_unlink(&k->open, &kept->place);
    kept->ended = true;
    g_queue_push_tail_link(&k->ended, &kept->place);
}

static void on_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct keeper *k = state;

    (void)record;
    g_mutex_lock(&k->lock);
    struct kept *kept = kept_of(k, envelope->session);
    if (kept != NULL && !kept->ended)
        end_session(k, kept);
    g_mutex_unlock(&k->lock);
}

struct sink keeper_sink(struct keeper *k)
{
    return (struct sink){
        .state = k, .opened = on_opened, .data = on_data, .finding = on_finding, .session = on_session};
}

struct keeper_counts keeper_counts(struct keeper *k)
{
    g_mutex_lock(&k->lock);
    struct keeper_counts counts = k->counts;
    g_mutex_unlock(&k->lock);
    return counts;
}

uint64_t keeper_given_up(const struct keeper *k)
{
    return undecided_given_up(k->undecided);
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    const struct kept *one = *(const struct kept *const *)a, *other = *(const struct kept *const *)b;
    return one->session < other->session ? -1 : one->session > other->session;
}

static void free_run(gpointer item)
{
    struct frame_run *run = item;

    frame_run_free(&run);
}

static void snapshot_of(const GPtrArray *kept, GPtrArray *out)
{
    for (guint i = 0; i < kept->len; i++)
        g_ptr_array_add(out, frame_run_snapshot(((struct kept *)kept->pdata[i])->frames));
}

GPtrArray *keeper_snapshot(struct keeper *k, bool (*wanted)(void *state, uint32_t session), void *state)
{
    GPtrArray *found = g_ptr_array_new(), *out = g_ptr_array_new_with_free_func(free_run);
    GHashTableIter iter;
    gpointer key, item;

    g_mutex_lock(&k->lock);
    g_hash_table_iter_init(&iter, k->sessions);
    while (g_hash_table_iter_next(&iter, &key, &item))
        if (wanted == NULL || wanted(state, GPOINTER_TO_UINT(key)))
            g_ptr_array_add(found, item);
    g_ptr_array_sort(found, by_number);
    snapshot_of(found, out);
    g_mutex_unlock(&k->lock);
    g_ptr_array_free(found, TRUE);
    return out;
}
