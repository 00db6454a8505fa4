/* records.c - what the pipeline tells of lines, transfers, findings and sessions, put where it is found again. */
#include "plugin/control/gathered.h"
#include "plugin/store/internal.h"

/* A control connection and its session: each line asks for both, so the pipeline asks for one piece of memory. */
struct control {
    struct flow flow;
    struct session session;
};

static struct session *session_known(struct store *store, const struct record_envelope *envelope)
{
    return wmem_map_lookup(store->sessions, GUINT_TO_POINTER(envelope->session));
}

static struct session *session_add(struct store *store, const struct record_envelope *envelope, struct session *session)
{
    session_begin(session, envelope);
    wmem_map_insert(store->sessions, GUINT_TO_POINTER(session->number), session);
    return session;
}

static struct session *session_of(struct store *store, const struct record_envelope *envelope)
{
    struct session *session = session_known(store, envelope);
    return session != NULL ? session : session_add(store, envelope, wmem_new0(wmem_file_scope(), struct session));
}

static struct flow **flow_place(struct store *store, uint64_t id)
{
    static struct flow *const none = NULL;

    while (wmem_array_get_count(store->flows) < id)
        wmem_array_append(store->flows, &none, 1);
    return wmem_array_index(store->flows, (unsigned)id - 1);
}

static struct flow *flow_add(struct store *store, uint64_t id, struct flow *flow)
{
    flow->id = id;
    *flow_place(store, id) = flow;
    return flow;
}

struct flow *store_flow_numbered(struct store *store, uint64_t id)
{
    struct flow *flow = *flow_place(store, id);
    return flow != NULL ? flow : flow_add(store, id, wmem_new0(wmem_file_scope(), struct flow));
}

static struct flow *control_add(struct store *store, const struct record_envelope *envelope)
{
    if (*flow_place(store, envelope->flow_id) != NULL || session_known(store, envelope) != NULL)
        return store_flow_numbered(store, envelope->flow_id);
    struct control *control = wmem_new0(wmem_file_scope(), struct control);
    session_add(store, envelope, &control->session);
    return flow_add(store, envelope->flow_id, &control->flow);
}

/* The control connection of what is told, and with it its session. */
static struct flow *flow_of_envelope(struct store *store, const struct record_envelope *envelope)
{
    if (*envelope->attached == NULL)
        *envelope->attached = control_add(store, envelope);
    struct flow *flow = *envelope->attached;
    if (flow->role == PIPELINE_ROLE_CONTROL && flow->session != NULL)
        return flow;
    flow->role = PIPELINE_ROLE_CONTROL;
    flow->session = session_of(store, envelope);
    flow->first = envelope->client;
    return flow;
}

static void on_line(void *state, const struct record_envelope *envelope, const struct record_line *record)
{
    struct store *store = state;
    struct flow *flow = flow_of_envelope(store, envelope);
    int side = record->dir == FSC_C2S ? 0 : 1;
    const struct flow_lines *lines = &flow->side[side].lines;

    prefetch(flow->session->newest, sizeof(*flow->session->newest));
    if (lines->places != NULL)
        prefetch(lines->places + lines->count, sizeof(*lines->places));
    if (!record->decrypted)
        store->last_line_frame = (uint32_t)record->frame;
    flow->tls = flow->tls || (record->note->flags & FSC_NOTE_TLS) != 0;
    if (record->note->step == FSC_STEP_LATE)
        return;
    if (!record->decrypted)
        gathered_take(flow, side, record, store->frame);
    struct line *line = session_take_line(flow->session, record);
    if (flow->known_in != 0 && flow->known_in == store->frame) /* later passes begin with that */
        line->handed_in = store->frame;
    flow_add_line(flow, side, record->decrypted, record->pos, line);
}

static void mark(struct store *store, uint32_t frame)
{
    frames_reach(&store->frames, frame);
    store->frames.told[frame / 8] |= (uint8_t)(1u << frame % 8);
}

static void on_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct store *store = state;
    struct session *session = session_of(store, envelope);
    struct transfer_result *result = wmem_new0(wmem_file_scope(), struct transfer_result);

    result->session = session;
    result->exchange = session_exchange(session, record->tx);
    result->record = *record;
    result->record.filename = text_keep(record->filename);
    result->record.path = text_keep(record->path);
    result->known_frame = store->frame;
    wmem_array_append_one(store->results, result);
    mark(store, store->frame);
    if (result->exchange == NULL)
        return;
    result->exchange->transfer = result;
    if (record->path.n > 0)
        result->exchange->path = result->record.path;
}

/* Shown on the last frame that proves it: mostly the reply or the packet that says so. */
static uint32_t frame_of_finding(const struct store *store, const struct fsc_finding *finding)
{
    uint64_t last = 0;

    for (uint32_t i = 0; i < finding->evidence_count; i++)
        last = MAX(last, finding->evidence[i]);
    return last != 0 ? (uint32_t)last : store->frame;
}

static void on_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    struct store *store = state;
    struct finding *finding = wmem_new0(wmem_file_scope(), struct finding);
    uint32_t frame = frame_of_finding(store, record->finding);

    finding->finding = *record->finding;
    finding->summary = wmem_strdup(wmem_file_scope(), record->summary);
    finding->advice = wmem_strdup(wmem_file_scope(), record->advice);
    finding->n = record->n;
    finding->cause_of = record->cause_of;
    finding->session = envelope->session;
    finding->transfer_id = record->transfer_id;
    finding->known_frame = store->frame;
    mark(store, frame);
    struct finding *before = wmem_map_lookup(store->findings, GUINT_TO_POINTER(frame));
    if (before == NULL) {
        wmem_map_insert(store->findings, GUINT_TO_POINTER(frame), finding);
        finding->last = finding;
        return;
    }
    before->last->next = finding;
    before->last = finding;
}

/* A session without any line has a connection too. */
static void on_opened(void *state, const struct record_envelope *envelope)
{
    flow_of_envelope(state, envelope);
}

const struct sink records_sink = {.opened = on_opened, .line = on_line, .data = on_data, .finding = on_finding};
