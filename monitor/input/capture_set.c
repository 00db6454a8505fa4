/* capture_set.c - files merged by the time of their next frame. */
#include "monitor/input/capture_set.h"

#include <sys/resource.h>

#include "monitor/input/twins.h"

/* Files that leave more time than this between them were not one recording: quiet networks are no pause, and shorter
 * pauses change no verdict. */
#define PAUSE_NS (INT64_C(10) * 1000000000)

struct member {
    const char *path;
    size_t number;             /* in the order of the command line */
    struct capture_file *file; /* NULL: not open */
    struct capture_frame next; /* valid while `file` is open */
    int64_t first_ns;
};

struct capture_set {
    struct capture_set_options options;
    GPtrArray *waiting; /* struct member, by time; those from `begun` on are not open yet */
    guint begun;
    GPtrArray *active;   /* struct member, open */
    struct member *last; /* its frame was handed out */
    struct frame_index *frames;
    struct twins *twins;
    GPtrArray *unreadable, *broken;
    uint64_t dropped;
    int64_t latest_ns;
    bool paused, started;
    int64_t paused_ns;
};

static void free_member(gpointer item)
{
    struct member *member = item;

    capture_file_close(&member->file);
    g_free(member);
}

static void close_member(struct capture_set *set, struct member *member)
{
    set->dropped += capture_file_dropped(member->file);
    capture_file_close(&member->file);
}

/* The next frame of this file; false, and closed, when there is none. */
static bool advance(struct capture_set *set, struct member *member)
{
    char *message = NULL;
    enum capture_result result = capture_file_next(member->file, &member->next, &message);

    if (result == CAPTURE_FRAME)
        return true;
    if (result == CAPTURE_BROKEN)
        g_ptr_array_add(set->broken, message);
    close_member(set, member);
    return false;
}

static bool open_member(struct capture_set *set, struct member *member)
{
    char *message = NULL;

    member->file = capture_file_open(member->path, &message);
    if (member->file != NULL)
        return advance(set, member);
    g_ptr_array_add(set->unreadable, message);
    return false;
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const struct member *one = *(struct member *const *)a, *other = *(struct member *const *)b;

    if (one->first_ns != other->first_ns)
        return one->first_ns < other->first_ns ? -1 : 1;
    return one->number < other->number ? -1 : 1;
}

/* Learns when the file begins. With several files, those that can be opened again wait closed: there may be thousands.
 */
static void look_into(struct capture_set *set, const char *path, size_t number, bool alone)
{
    struct member *member = g_new0(struct member, 1);

    member->path = path;
    member->number = number;
    if (!open_member(set, member)) {
        free_member(member);
        return;
    }
    member->first_ns = member->next.time_ns;
    if (!alone && capture_file_is_regular(member->file))
        capture_file_close(&member->file);
    g_ptr_array_add(set->waiting, member);
}

/* Files that overlap are open at the same time: as many as the system lets this user have. */
static void allow_many_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit); /* if not, opening tells */
}

struct capture_set *capture_set_open(const char *const *paths, size_t count, const struct capture_set_options *options)
{
    struct capture_set *set = g_new0(struct capture_set, 1);

    set->options = *options;
    set->waiting = g_ptr_array_new_with_free_func(free_member);
    set->active = g_ptr_array_new();
    set->unreadable = g_ptr_array_new_with_free_func(g_free);
    set->broken = g_ptr_array_new_with_free_func(g_free);
    set->frames = frame_index_new(paths, count);
    set->twins = count > 1 ? twins_new(count) : NULL;
    if (count > 1)
        allow_many_files();
    for (size_t i = 0; i < count; i++)
        look_into(set, paths[i], i, count == 1);
    g_ptr_array_sort(set->waiting, by_time);
    return set;
}

static struct member *earliest(const struct capture_set *set)
{
    struct member *best = NULL;

    for (guint i = 0; i < set->active->len; i++) {
        struct member *member = set->active->pdata[i];
        if (best == NULL || member->next.time_ns < best->next.time_ns ||
            (member->next.time_ns == best->next.time_ns && member->number < best->number))
            best = member;
    }
    return best;
}

static void note_pause(struct capture_set *set, int64_t next_ns)
{
    set->paused =
        set->started && !set->options.rotated && next_ns > set->latest_ns && next_ns - set->latest_ns > PAUSE_NS;
    set->paused_ns = set->latest_ns;
}

/* The file whose frame is next: those whose time has come are opened before. */
static struct member *choose(struct capture_set *set)
{
    set->paused = false;
    for (;;) {
        struct member *best = earliest(set);
        if (set->begun == set->waiting->len)
            return best;
        struct member *waiting = set->waiting->pdata[set->begun];
        if (best != NULL && best->next.time_ns < waiting->first_ns)
            return best;
        if (best == NULL)
            note_pause(set, waiting->first_ns);
        set->begun++;
        if (waiting->file != NULL || open_member(set, waiting))
            g_ptr_array_add(set->active, waiting);
    }
}

/* Of the same frame in several files the one with most of its bytes. */
static struct member *fullest(const struct capture_set *set, struct member *member)
{
    struct member *best = member;

    for (guint i = 0; member != NULL && i < set->active->len; i++) {
        struct member *other = set->active->pdata[i];
        if (other->next.captured.n > best->next.captured.n && twins_are(&other->next, &member->next))
            best = other;
    }
    return best;
}

static bool take(struct capture_set *set, struct capture_frame *out)
{
    if (set->last != NULL && !advance(set, set->last))
        g_ptr_array_remove(set->active, set->last);
    set->last = fullest(set, choose(set));
    if (set->last == NULL)
        return false;
    *out = set->last->next;
    out->number = frame_index_add(set->frames, set->last->number);
    set->latest_ns = set->started ? MAX(set->latest_ns, out->time_ns) : out->time_ns;
    set->started = true;
    return true;
}

bool capture_set_next(struct capture_set *set, struct capture_frame *out)
{
    struct packet_filter *filter = set->options.filter;

    while (take(set, out)) {
        if (set->twins != NULL && twins_other_file_had(set->twins, set->last->number, out))
            continue;
        if (filter == NULL || packet_filter_matches(filter, out->interface->linktype, out->captured, out->wire_len))
            return true;
    }
    return false;
}

bool capture_set_paused(const struct capture_set *set, int64_t *before_ns)
{
    *before_ns = set->paused_ns;
    return set->paused;
}

const struct frame_index *capture_set_frames(const struct capture_set *set)
{
    return set->frames;
}

const GPtrArray *capture_set_unreadable(const struct capture_set *set)
{
    return set->unreadable;
}

const GPtrArray *capture_set_broken(const struct capture_set *set)
{
    return set->broken;
}

uint64_t capture_set_dropped(const struct capture_set *set)
{
    uint64_t dropped = set->dropped;

    for (guint i = 0; i < set->active->len; i++) {
        const struct member *member = set->active->pdata[i];
        dropped += member->file != NULL ? capture_file_dropped(member->file) : 0;
    }
    return dropped;
}

uint64_t capture_set_copies(const struct capture_set *set)
{
    return set->twins != NULL ? twins_count(set->twins) : 0;
}

void capture_set_close(struct capture_set **set)
{
    struct capture_set *s = *set;

    if (s == NULL)
        return;
    g_ptr_array_free(s->active, TRUE);
    g_ptr_array_free(s->waiting, TRUE);
    g_ptr_array_free(s->unreadable, TRUE);
    g_ptr_array_free(s->broken, TRUE);
    frame_index_free(&s->frames);
    twins_free(&s->twins);
    g_free(s);
    *set = NULL;
}
