/* extract.c - the first reading learns what belongs to which session, the second one writes. */
#include "monitor/extract.h"

#include "monitor/output/capture_writer.h"
#include "monitor/output/comments.h"

struct connection {
    uint64_t flow_id;
    uint32_t session;
};

/* A frame that was known to belong to a connection only when later ones had come. */
struct late_frame {
    uint64_t frame, flow_id;
};

struct extract {
    struct selection *selection; /* NULL: every session */
    struct comments *comments;
    GArray *connections; /* struct connection; then only the wanted ones, by flow_id */
    GArray *late;        /* struct late_frame; then only the wanted ones, by frame */
    guint late_taken;
    struct capture_writer *writer;
    GPtrArray *sentences;
    uint64_t frames;
};

static bool session_is_wanted(void *state, uint32_t session)
{
    const struct extract *e = state;
    return e->selection == NULL || selection_has(e->selection, session);
}

/* ---- the first reading ---- */

static void take_connection(void *state, uint32_t session, uint64_t flow_id)
{
    struct extract *e = state;
    struct connection connection = {flow_id, session};

    g_array_append_val(e->connections, connection);
}

static void take_late(void *state, const struct capture_frame *frame, const struct pipeline_pushed *pushed)
{
    struct extract *e = state;

    (void)frame;
    for (size_t i = 0; i < pushed->earlier_count; i++) {
        struct late_frame late = {pushed->earlier[i], pushed->flow_id};
        g_array_append_val(e->late, late);
    }
}

static gint by_flow(gconstpointer a, gconstpointer b)
{
    const struct connection *one = a, *other = b;
    return one->flow_id < other->flow_id ? -1 : one->flow_id > other->flow_id;
}

static gint by_frame(gconstpointer a, gconstpointer b)
{
    const struct late_frame *one = a, *other = b;
    return one->frame < other->frame ? -1 : one->frame > other->frame;
}

static bool flow_is_wanted(const struct extract *e, uint64_t flow_id)
{
    const struct connection key = {flow_id, 0};
    return g_array_binary_search(e->connections, &key, by_flow, NULL);
}

/* What is not wanted goes, and the rest is put in order. */
static void prepare(struct extract *e)
{
    guint kept = 0;

    for (guint i = 0; i < e->connections->len; i++) {
        struct connection connection = g_array_index(e->connections, struct connection, i);
        if (session_is_wanted(e, connection.session))
            g_array_index(e->connections, struct connection, kept++) = connection;
    }
    g_array_set_size(e->connections, kept);
    g_array_sort(e->connections, by_flow);
    kept = 0;
    for (guint i = 0; i < e->late->len; i++) {
        struct late_frame late = g_array_index(e->late, struct late_frame, i);
        if (flow_is_wanted(e, late.flow_id))
            g_array_index(e->late, struct late_frame, kept++) = late;
    }
    g_array_set_size(e->late, kept);
    g_array_sort(e->late, by_frame);
}

/* ---- the second one ---- */

static bool is_late_frame(struct extract *e, uint64_t frame)
{
    while (e->late_taken < e->late->len && g_array_index(e->late, struct late_frame, e->late_taken).frame < frame)
        e->late_taken++;
    return e->late_taken < e->late->len && g_array_index(e->late, struct late_frame, e->late_taken).frame == frame;
}

static void write_frame(void *state, const struct capture_frame *frame, const struct pipeline_pushed *pushed)
{
    struct extract *e = state;

    if (!is_late_frame(e, frame->number) && (pushed->flow_id == 0 || !flow_is_wanted(e, pushed->flow_id)))
        return;
    comments_take(e->comments, frame->number, session_is_wanted, e, e->sentences);
    capture_writer_frame(e->writer, frame, e->sentences);
    g_ptr_array_set_size(e->sentences, 0);
    e->frames++;
}

static enum run_result write_all(struct extract *e, const struct run_input *input, const struct pipeline_config *config,
                                 const struct sink *sink, struct pipeline_totals *totals, struct run_troubles *troubles)
{
    struct run_input second = *input;
    struct sink filter = e->selection != NULL ? selection_filter(e->selection, sink) : *sink;

    second.each = write_frame;
    second.each_state = e;
    return run_capture(&second, config, &filter, totals, troubles);
}

static void learn(struct extract *e, const struct run_input *input, const struct pipeline_config *config)
{
    struct run_input first = *input;
    struct pipeline_config listening = *config;
    struct pipeline_totals totals;
    struct run_troubles same = run_troubles_new(); /* the second reading tells them */
    struct sink collector = e->selection != NULL ? selection_collector(e->selection) : (struct sink){0};
    struct sink sink = comments_sink(e->comments, &collector);

    first.each = take_late;
    first.each_state = e;
    listening.connection = take_connection;
    listening.connection_state = e;
    (void)run_capture(&first, &listening, &sink, &totals, &same);
    run_troubles_clear(&same);
    prepare(e);
}

enum run_result extract_run(const struct run_input *input, const struct pipeline_config *config,
                            const struct select_options *wanted, const struct sink *sink, FILE *out,
                            struct pipeline_totals *totals, struct run_troubles *troubles,
                            struct extract_totals *extracted)
{
    struct extract e = {.selection = wanted != NULL ? selection_new(wanted) : NULL,
                        .comments = comments_new(),
                        .connections = g_array_new(FALSE, FALSE, sizeof(struct connection)),
                        .late = g_array_new(FALSE, FALSE, sizeof(struct late_frame)),
                        .sentences = g_ptr_array_new_with_free_func(g_free)};

    learn(&e, input, config);
    e.writer = capture_writer_new(out);
    enum run_result result = write_all(&e, input, config, sink, totals, troubles);
    if (e.selection != NULL)
        totals->sessions_shown = selection_count(e.selection);
    *extracted = (struct extract_totals){e.frames, totals->sessions_shown};
    capture_writer_free(&e.writer);
    g_ptr_array_free(e.sentences, TRUE);
    g_array_free(e.late, TRUE);
    g_array_free(e.connections, TRUE);
    comments_free(&e.comments);
    selection_free(&e.selection);
    return result;
}
