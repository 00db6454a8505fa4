/* store.c - see store.h. */
#include "plugin/store.h"

#include <string.h>

enum { STORE_ID = 0x66747073 }; /* of the conversation that keeps the store: no protocol uses such */

struct mark {
    uint32_t frame, seq;
    uint64_t position;
};

struct store {
    struct pipeline *pipeline;
    struct sink sink;
    uint32_t frame; /* the one being pushed */
    uint32_t last_line_frame;
    bool ended;
    wmem_map_t *flows;    /* id -> struct flow */
    wmem_map_t *sessions; /* number -> struct session */
    wmem_map_t *findings; /* frame -> struct finding, the first */
};

static int proto_store = -1;

static wmem_map_t *numbers(void)
{
    return wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
}

static struct fsc_span keep(struct fsc_span text)
{
    return (struct fsc_span){text.n > 0 ? wmem_memdup(wmem_file_scope(), text.p, text.n) : NULL, text.n};
}

static bool same_text(struct fsc_span a, struct fsc_span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Lines of one session mostly have the same user and directory. */
static struct fsc_span keep_once(struct fsc_span *last, struct fsc_span text)
{
    if (!same_text(*last, text))
        *last = keep(text);
    return *last;
}

/* ---- sessions ---- */

static struct session *session_of(struct store *store, const struct record_envelope *envelope)
{
    struct session *session = wmem_map_lookup(store->sessions, GUINT_TO_POINTER(envelope->session));

    if (session != NULL)
        return session;
    session = wmem_new0(wmem_file_scope(), struct session);
    session->number = envelope->session;
    session->client = envelope->client;
    session->server = envelope->server;
    session->exchanges = numbers();
    session->transfers = numbers();
    session->in_order = wmem_array_new(wmem_file_scope(), sizeof(struct exchange *));
    wmem_map_insert(store->sessions, GUINT_TO_POINTER(session->number), session);
    return session;
}

struct exchange *session_exchange(const struct session *session, uint32_t tx)
{
    return tx != 0 ? wmem_map_lookup(session->exchanges, GUINT_TO_POINTER(tx)) : NULL;
}

struct transfer_result *session_transfer(const struct session *session, uint32_t tx)
{
    return tx != 0 ? wmem_map_lookup(session->transfers, GUINT_TO_POINTER(tx)) : NULL;
}

static struct exchange *exchange_new(struct session *session, uint32_t tx)
{
    struct exchange *exchange = wmem_new0(wmem_file_scope(), struct exchange);

    exchange->session = session;
    exchange->tx = tx;
    exchange->latency_ns = -1;
    exchange->replies = wmem_array_new(wmem_file_scope(), sizeof(struct store_reply));
    wmem_array_append_one(session->in_order, exchange);
    if (tx != 0)
        wmem_map_insert(session->exchanges, GUINT_TO_POINTER(tx), exchange);
    return exchange;
}

/* ---- what the pipeline tells ---- */

static struct exchange *take_command(struct session *session, const struct record_line *record)
{
    struct exchange *exchange = exchange_new(session, record->note->tx);
    struct fsc_command command;

    fsc_command_parse(record->text, &command);
    exchange->verb = record->note->verb;
    exchange->verb_text = keep(command.verb_text);
    exchange->argument = keep(command.arg);
    exchange->secret = (record->note->flags & FSC_NOTE_SECRET) != 0;
    exchange->command_frame = (uint32_t)record->frame;
    exchange->setup_tx = record->note->expect_id;
    return exchange;
}

static struct exchange *exchange_of_reply(struct session *session, const struct fsc_note *note)
{
    struct exchange *exchange = session_exchange(session, note->tx);

    if (exchange != NULL)
        return exchange;
    if (note->tx != 0)
        return exchange_new(session, note->tx);
    if (session->open_reply == NULL || (note->flags & FSC_NOTE_FIRST) != 0)
        session->open_reply = exchange_new(session, 0);
    return session->open_reply;
}

static struct exchange *take_reply(struct session *session, const struct record_line *record, int64_t time_ns)
{
    const struct fsc_note *note = record->note;
    struct exchange *exchange = exchange_of_reply(session, note);
    struct store_reply reply = {note->code, (uint32_t)record->frame, time_ns, note->outcome};

    if ((note->flags & FSC_NOTE_FIRST) != 0 && note->tx != 0 && exchange->latency_ns < 0)
        exchange->latency_ns = note->latency_ns;
    if ((note->flags & FSC_NOTE_LAST) != 0) {
        wmem_array_append_one(exchange->replies, reply);
        if (note->tx == 0)
            session->open_reply = NULL;
    }
    if ((note->flags & FSC_NOTE_TRANSFER) != 0)
        exchange->setup_tx = note->expect_id;
    return exchange;
}

static void take_announcement(struct exchange *exchange, const struct record_line *record)
{
    if ((record->note->flags & FSC_NOTE_EXPECT) == 0)
        return;
    exchange->announced = true;
    exchange->announced_frame = (uint32_t)record->frame;
    exchange->listener = record->note->expect.listener;
    exchange->form = record->note->expect.form;
}

static struct flow *flow_of_envelope(struct store *store, struct session *session,
                                     const struct record_envelope *envelope)
{
    struct flow *flow = wmem_map_lookup(store->flows, GUINT_TO_POINTER(envelope->flow_id));

    if (flow != NULL && flow->role == PIPELINE_ROLE_CONTROL)
        return flow;
    if (flow == NULL) {
        flow = wmem_new0(wmem_file_scope(), struct flow);
        flow->id = envelope->flow_id;
        wmem_map_insert(store->flows, GUINT_TO_POINTER(flow->id), flow);
    }
    flow->role = PIPELINE_ROLE_CONTROL;
    flow->session = session;
    flow->first = envelope->client;
    for (int i = 0; i < 2; i++)
        flow->side[i].lines = wmem_tree_new(wmem_file_scope());
    return flow;
}

static void on_line(void *state, const struct record_envelope *envelope, const struct record_line *record)
{
    struct store *store = state;
    struct session *session = session_of(store, envelope);
    struct flow *flow = flow_of_envelope(store, session, envelope);
    store->last_line_frame = (uint32_t)record->frame;
    wmem_tree_t *lines = flow->side[record->dir == FSC_C2S ? 0 : 1].lines;

    if (record->note->step == FSC_STEP_LATE || wmem_tree_lookup32(lines, (guint32)record->pos) != NULL)
        return;
    struct line *line = wmem_new0(wmem_file_scope(), struct line);
    line->pos = record->pos;
    line->wire_len = record->wire_len;
    line->frame = (uint32_t)record->frame;
    line->line_flags = record->line_flags;
    line->note = *record->note;
    line->note.user = keep_once(&session->user, record->note->user);
    line->note.cwd = keep_once(&session->cwd, record->note->cwd);
    line->note.path = keep(record->note->path);
    wmem_tree_insert32(lines, (guint32)record->pos, line);
    if ((record->note->flags & FSC_NOTE_CONTINUED) != 0 || (record->dir == FSC_C2S && record->note->tx == 0))
        return;
    line->exchange = record->dir == FSC_C2S ? take_command(session, record) : take_reply(session, record, envelope->time_ns);
    take_announcement(line->exchange, record);
}

static void on_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record)
{
    struct store *store = state;
    struct exchange *exchange = session_exchange(session_of(store, envelope), record->tx);

    if (exchange == NULL)
        return;
    exchange->closed_frame = store->frame;
    exchange->received = record->received;
}

static void on_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct store *store = state;
    struct session *session = session_of(store, envelope);
    struct transfer_result *result = wmem_new0(wmem_file_scope(), struct transfer_result);

    result->record = *record;
    result->record.filename = keep(record->filename);
    result->record.path = keep(record->path);
    result->known_frame = store->frame;
    if (record->tx == 0)
        return;
    wmem_map_insert(session->transfers, GUINT_TO_POINTER(record->tx), result);
    struct exchange *exchange = session_exchange(session, record->tx);
    if (exchange != NULL)
        exchange->transfer = result;
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
    struct finding *before = wmem_map_lookup(store->findings, GUINT_TO_POINTER(frame));
    while (before != NULL && before->next != NULL)
        before = before->next;
    if (before != NULL)
        before->next = finding;
    else
        wmem_map_insert(store->findings, GUINT_TO_POINTER(frame), finding);
}

static void on_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct session *session = session_of(state, envelope);

    session->ended = true;
    g_strlcpy(session->login, record->login, sizeof(session->login));
    g_strlcpy(session->tls, record->tls, sizeof(session->tls));
}

const struct finding *store_findings(const struct store *store, uint32_t frame)
{
    return wmem_map_lookup(store->findings, GUINT_TO_POINTER(frame));
}

/* ---- the store itself ---- */

static epan_bool free_pipeline(wmem_allocator_t *scope, wmem_cb_event_t event, void *data)
{
    struct store *store = data;

    (void)scope;
    (void)event;
    pipeline_free(&store->pipeline);
    return FALSE;
}

static conversation_t *shelf(void)
{
    return find_conversation_by_id(G_MAXUINT32, CONVERSATION_NONE, STORE_ID);
}

struct store *store_new(void)
{
    struct store *store = wmem_new0(wmem_file_scope(), struct store);
    struct pipeline_config config = {.hash_seed = ((uint64_t)g_random_int() << 32) | g_random_int()};

    if (proto_store < 0)
        proto_store = proto_get_id_by_filter_name("ftpscope");
    store->sink = (struct sink){.state = store,
                                .line = on_line,
                                .ftp = on_ftp,
                                .data = on_data,
                                .finding = on_finding,
                                .session = on_session};
    store->flows = numbers();
    store->sessions = numbers();
    store->findings = numbers();
    store->pipeline = pipeline_new(&config, &store->sink, NULL);
    wmem_register_callback(wmem_file_scope(), free_pipeline, store);
    conversation_add_proto_data(conversation_new_by_id(0, CONVERSATION_NONE, STORE_ID), proto_store, store);
    return store;
}

struct store *store_get(void)
{
    conversation_t *conversation = shelf();
    return conversation != NULL ? conversation_get_proto_data(conversation, proto_store) : NULL;
}

void store_end(struct store *store)
{
    if (!store->ended)
        pipeline_end(store->pipeline);
    store->ended = true;
}

void store_packet(struct store *store, const struct net_datagram *datagram, size_t wire_len, uint32_t frame,
                  int64_t time_ns)
{
    store->frame = frame;
    if (!store->ended)
        pipeline_push_datagram(store->pipeline, datagram, wire_len, frame, time_ns);
}

void store_no_packet(struct store *store, size_t wire_len, uint32_t frame, int64_t time_ns)
{
    store->frame = frame;
    if (!store->ended)
        pipeline_push_nothing(store->pipeline, wire_len, frame, time_ns);
}

bool store_line_read(const struct store *store, uint32_t frame)
{
    return store->last_line_frame == frame;
}

/* ---- connections ---- */

static void learn(struct store *store, struct flow *flow, const struct pipeline_use *use)
{
    flow->role = use->role;
    flow->session = wmem_map_lookup(store->sessions, GUINT_TO_POINTER(use->session));
    flow->form = use->form;
    flow->setup_tx = use->setup_tx;
    flow->tx = use->tx != 0 ? use->tx : flow->tx;
    flow->server_is_first = use->from_server == (use->half == 0);
    flow->side[use->half].numbered = use->numbered;
    flow->side[use->half].base_seq = use->base_seq;
    if (use->role == PIPELINE_ROLE_CONTROL && flow->side[0].lines == NULL)
        for (int i = 0; i < 2; i++)
            flow->side[i].lines = wmem_tree_new(wmem_file_scope());
}

struct flow *store_flow(struct store *store, const struct fsc_endpoint *from, const struct fsc_endpoint *to)
{
    if (store->ended)
        return NULL;
    struct pipeline_use use = pipeline_use(store->pipeline, from, to);
    if (use.role == PIPELINE_ROLE_NONE)
        return NULL;
    struct flow *flow = wmem_map_lookup(store->flows, GUINT_TO_POINTER(use.flow_id));
    if (flow == NULL) {
        flow = wmem_new0(wmem_file_scope(), struct flow);
        flow->id = use.flow_id;
        wmem_map_insert(store->flows, GUINT_TO_POINTER(use.flow_id), flow);
    }
    flow->first = use.half == 0 ? *from : *to;
    learn(store, flow, &use);
    return flow;
}

int flow_side(const struct flow *flow, const struct fsc_endpoint *from)
{
    return from->port == flow->first.port && fsc_addr_equal(&from->addr, &flow->first.addr) ? 0 : 1;
}

bool flow_from_server(const struct flow *flow, int side)
{
    return flow->server_is_first == (side == 0);
}

bool flow_position(const struct flow *flow, int side, uint32_t seq, uint32_t frame, uint64_t *position)
{
    (void)frame;
    *position = (uint32_t)(seq - flow->side[side].base_seq);
    return flow->side[side].numbered;
}

const struct line *flow_line(const struct flow *flow, int side, uint64_t position)
{
    return flow->side[side].lines != NULL ? wmem_tree_lookup32(flow->side[side].lines, (guint32)position) : NULL;
}
