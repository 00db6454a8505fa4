/* store.c - see store.h. */
#include "plugin/store.h"

#include <string.h>

enum { STORE_ID = 0x66747073 }; /* of the conversation that keeps the store: no protocol uses such */

struct store {
    struct pipeline *pipeline;
    struct sink sink;
    uint32_t frame; /* the one being pushed */
    uint32_t last_line_frame;
    bool session_shown; /* of the packet that is being dissected */
    bool ended;
    wmem_array_t *flows;         /* struct flow *, by id from 1 */
    struct flow *flow;           /* of the packet pushed last; NULL: none of FTP's */
    wmem_map_t *sessions;        /* number -> struct session */
    wmem_map_t *findings;        /* frame -> struct finding, the first */
    wmem_array_t *marked;        /* uint8_t: one bit a frame, set where there are findings; asked for every packet */
    wmem_array_t *results;       /* struct transfer_result *, ascending by the frame where they became known */
    unsigned results_on_packets; /* with `ended`: how many were known before the end */
    bool read_again;
    struct export_list export_list;
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
    session->exchanges = wmem_array_new(wmem_file_scope(), sizeof(struct exchange *));
    wmem_map_insert(store->sessions, GUINT_TO_POINTER(session->number), session);
    return session;
}

struct exchange *session_exchange(const struct session *session, uint32_t tx)
{
    if (tx == 0 || tx > wmem_array_get_count(session->exchanges))
        return NULL;
    return *(struct exchange **)wmem_array_index(session->exchanges, tx - 1);
}

/* Numbers are given one after another; those of commands that nobody told of stay empty. */
static void number(struct session *session, struct exchange *exchange)
{
    static struct exchange *const none = NULL;

    while (wmem_array_get_count(session->exchanges) < exchange->tx)
        wmem_array_append(session->exchanges, &none, 1);
    *(struct exchange **)wmem_array_index(session->exchanges, exchange->tx - 1) = exchange;
}

static struct exchange *exchange_new(struct session *session, uint32_t tx)
{
    struct exchange *exchange = wmem_new0(wmem_file_scope(), struct exchange);

    exchange->session = session;
    exchange->tx = tx;
    exchange->latency_ns = -1;
    if (tx != 0)
        number(session, exchange);
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

static void add_reply(struct exchange *exchange, uint16_t code, uint64_t frame)
{
    struct store_reply *reply = wmem_new(wmem_file_scope(), struct store_reply);

    *reply = (struct store_reply){.code = code, .frame = (uint32_t)frame};
    if (exchange->last_reply != NULL)
        exchange->last_reply->next = reply;
    else
        exchange->replies = reply;
    exchange->last_reply = reply;
}

static struct exchange *take_reply(struct session *session, const struct record_line *record)
{
    const struct fsc_note *note = record->note;
    struct exchange *exchange = exchange_of_reply(session, note);

    if ((note->flags & FSC_NOTE_FIRST) != 0 && note->tx != 0 && exchange->latency_ns < 0)
        exchange->latency_ns = note->latency_ns;
    if ((note->flags & FSC_NOTE_LAST) != 0) {
        add_reply(exchange, note->code, record->frame);
        if (note->tx == 0)
            session->open_reply = NULL;
    }
    if ((note->flags & FSC_NOTE_TRANSFER) != 0)
        exchange->setup_tx = note->expect_id;
    return exchange;
}

/* What a final reply tells of a size comes too late for the packets before it. */
static void take_parameters(struct exchange *exchange, const struct fsc_note *note)
{
    if ((note->flags & FSC_NOTE_TRANSFER) == 0 || note->code >= 200)
        return;
    if (exchange->parameters == NULL)
        exchange->parameters = wmem_new(wmem_file_scope(), struct fsc_transfer_setup);
    *exchange->parameters = note->transfer;
}

static void take_announcement(struct exchange *exchange, const struct record_line *record)
{
    if ((record->note->flags & FSC_NOTE_EXPECT) == 0)
        return;
    exchange->announcement = wmem_new(wmem_file_scope(), struct announcement);
    *exchange->announcement =
        (struct announcement){record->note->expect.listener, record->note->expect.form, (uint32_t)record->frame};
}

static struct flow *flow_numbered(struct store *store, uint64_t id)
{
    static struct flow *const none = NULL;

    while (wmem_array_get_count(store->flows) < id)
        wmem_array_append(store->flows, &none, 1);
    struct flow **place = wmem_array_index(store->flows, (unsigned)id - 1);
    if (*place == NULL) {
        *place = wmem_new0(wmem_file_scope(), struct flow);
        (*place)->id = id;
    }
    return *place;
}

static struct flow *flow_of_envelope(struct store *store, struct session *session,
                                     const struct record_envelope *envelope)
{
    struct flow *flow = flow_numbered(store, envelope->flow_id);

    flow->role = PIPELINE_ROLE_CONTROL;
    flow->session = session;
    flow->first = envelope->client;
    return flow;
}

static const struct fsc_span *keep_shown(struct fsc_span text)
{
    if (text.p == NULL)
        return NULL;
    struct fsc_span *kept = wmem_new(wmem_file_scope(), struct fsc_span);
    *kept = keep(text);
    return kept;
}

static struct line *line_new(const struct record_line *record, struct session *session)
{
    const struct fsc_note *note = record->note;
    struct line *line = wmem_new(wmem_file_scope(), struct line);

    *line = (struct line){.pos = record->pos,
                          .frame = (uint32_t)record->frame,
                          .line_flags = record->line_flags,
                          .flags = note->flags,
                          .tx = note->tx,
                          .verb = note->verb,
                          .outcome = note->outcome,
                          .text = note->text,
                          .phase = note->phase,
                          .code = note->code,
                          .gap = note->gap,
                          .user = keep_once(&session->user, note->user),
                          .cwd = keep_once(&session->cwd, note->cwd),
                          .path = keep_once(&session->path, note->path),
                          .shown = keep_shown(record->shown)};
    return line;
}

static void take_first_answer(struct line *line)
{
    struct exchange *exchange = line->exchange;

    if ((line->flags & FSC_NOTE_LAST) != 0 && exchange->replies == exchange->last_reply)
        exchange->first_answer = line;
}

static void on_line(void *state, const struct record_envelope *envelope, const struct record_line *record)
{
    struct store *store = state;
    struct session *session = session_of(store, envelope);
    struct flow *flow = flow_of_envelope(store, session, envelope);
    int side = record->dir == FSC_C2S ? 0 : 1;
    wmem_array_t **lines = record->decrypted ? &flow->side[side].decrypted : &flow->side[side].lines;

    if (!record->decrypted)
        store->last_line_frame = (uint32_t)record->frame;
    flow->tls = flow->tls || (record->note->flags & FSC_NOTE_TLS) != 0;
    if (record->note->step == FSC_STEP_LATE)
        return;
    struct line *line = line_new(record, session);
    if (*lines == NULL)
        *lines = wmem_array_new(wmem_file_scope(), sizeof(struct line *));
    wmem_array_append_one(*lines, line);
    if ((record->note->flags & FSC_NOTE_CONTINUED) != 0 || (record->dir == FSC_C2S && record->note->tx == 0))
        return;
    line->exchange = record->dir == FSC_C2S ? take_command(session, record) : take_reply(session, record);
    if (record->dir == FSC_C2S)
        line->exchange->cwd = line->cwd;
    else
        take_first_answer(line);
    if (line->path.n > 0 && line->code < 200)
        line->exchange->path = line->path;
    take_announcement(line->exchange, record);
    take_parameters(line->exchange, record->note);
}

static void on_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct store *store = state;
    struct session *session = session_of(store, envelope);
    struct transfer_result *result = wmem_new0(wmem_file_scope(), struct transfer_result);

    result->session = session;
    result->exchange = session_exchange(session, record->tx);
    result->record = *record;
    result->record.filename = keep(record->filename);
    result->record.path = keep(record->path);
    result->known_frame = store->frame;
    wmem_array_append_one(store->results, result);
    if (result->exchange == NULL)
        return;
    result->exchange->transfer = result;
    if (record->path.n > 0)
        result->exchange->path = result->record.path;
}

static void mark(struct store *store, uint32_t frame)
{
    static const uint8_t none = 0;

    while (wmem_array_get_count(store->marked) <= frame / 8)
        wmem_array_append(store->marked, &none, 1);
    *(uint8_t *)wmem_array_index(store->marked, frame / 8) |= (uint8_t)(1u << frame % 8);
}

static bool is_marked(const struct store *store, uint32_t frame)
{
    return frame / 8 < wmem_array_get_count(store->marked) &&
           (*(const uint8_t *)wmem_array_index(store->marked, frame / 8) >> frame % 8 & 1) != 0;
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
static void on_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    (void)record;
    flow_of_envelope(state, session_of(state, envelope), envelope);
}

const struct finding *store_findings(const struct store *store, uint32_t frame)
{
    if (!is_marked(store, frame))
        return NULL;
    return wmem_map_lookup(store->findings, GUINT_TO_POINTER(frame));
}

/* ---- outcomes of transfers ---- */

unsigned store_results(const struct store *store)
{
    return wmem_array_get_count(store->results);
}

const struct transfer_result *store_result(const struct store *store, unsigned i)
{
    return *(struct transfer_result **)wmem_array_index(store->results, i);
}

unsigned store_results_before(const struct store *store, uint32_t frame)
{
    unsigned low = 0, high = store_results(store);

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (store_result(store, middle)->known_frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void store_read_again(struct store *store)
{
    store->read_again = true;
}

unsigned store_untold(const struct store *store)
{
    return store->ended && !store->read_again ? store_results(store) - store->results_on_packets : 0;
}

struct export_list *store_export_list(struct store *store)
{
    return &store->export_list;
}

/* ---- the store itself ---- */

static wmem_bool free_pipeline(wmem_allocator_t *scope, wmem_cb_event_t event, void *data)
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
    store->sink =
        (struct sink){.state = store, .line = on_line, .data = on_data, .finding = on_finding, .session = on_session};
    store->flows = wmem_array_new(wmem_file_scope(), sizeof(struct flow *));
    store->sessions = numbers();
    store->findings = numbers();
    store->marked = wmem_array_new(wmem_file_scope(), sizeof(uint8_t));
    store->results = wmem_array_new(wmem_file_scope(), sizeof(struct transfer_result *));
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
    if (store->ended)
        return;
    store->results_on_packets = store_results(store);
    pipeline_end(store->pipeline);
    store->ended = true;
}

bool store_line_read(const struct store *store, uint32_t frame)
{
    return store->last_line_frame == frame;
}

/* ---- connections ---- */

static void learn(struct store *store, struct flow *flow, const struct pipeline_use *use)
{
    flow->side[use->half].numbered = use->numbered;
    flow->side[use->half].base_seq = use->base_seq;
    if (flow->role == use->role && flow->tx == use->tx && flow->setup_tx == use->setup_tx && flow->session != NULL)
        return;
    flow->role = use->role;
    flow->session = wmem_map_lookup(store->sessions, GUINT_TO_POINTER(use->session));
    flow->form = use->form;
    flow->setup_tx = use->setup_tx;
    flow->tx = use->tx != 0 ? use->tx : flow->tx;
    flow->server_is_first = use->from_server == (use->half == 0);
}

static struct flow *flow_in_use(struct store *store, const struct net_datagram *datagram)
{
    struct pipeline_use use = pipeline_use(store->pipeline);

    if (use.role == PIPELINE_ROLE_NONE)
        return NULL;
    struct flow *flow = flow_numbered(store, use.flow_id);
    if (flow->first.addr.kind == FSC_ADDR_NONE) {
        const uint8_t *port = datagram->captured.p + (use.half == 0 ? 0 : 2);
        flow->first =
            (struct fsc_endpoint){use.half == 0 ? datagram->from : datagram->to, (uint16_t)(port[0] << 8 | port[1])};
    }
    learn(store, flow, &use);
    return flow;
}

void store_packet(struct store *store, const struct net_datagram *datagram, size_t wire_len, uint32_t frame,
                  int64_t time_ns)
{
    store->frame = frame;
    store->flow = NULL;
    if (store->ended)
        return;
    pipeline_push_datagram(store->pipeline, datagram, wire_len, frame, time_ns);
    store->flow = flow_in_use(store, datagram);
}

void store_no_packet(struct store *store, size_t wire_len, uint32_t frame, int64_t time_ns)
{
    store->frame = frame;
    store->flow = NULL;
    if (!store->ended)
        pipeline_push_nothing(store->pipeline, wire_len, frame, time_ns);
}

void store_dissect(struct store *store)
{
    store->session_shown = false;
}

void store_show_session(struct store *store)
{
    store->session_shown = true;
}

bool store_session_shown(const struct store *store)
{
    return store->session_shown;
}

bool store_has(const struct store *store, uint32_t frame)
{
    return store->frame == frame;
}

struct flow *store_flow(const struct store *store, uint32_t frame)
{
    return store->frame == frame ? store->flow : NULL;
}

int flow_side(const struct flow *flow, const struct fsc_endpoint *from)
{
    return from->port == flow->first.port && fsc_addr_equal(&from->addr, &flow->first.addr) ? 0 : 1;
}

bool flow_from_server(const struct flow *flow, int side)
{
    return flow->server_is_first == (side == 0);
}

static const struct milestone *milestone_before(wmem_array_t *milestones, uint32_t frame)
{
    const struct milestone *last = NULL;

    for (unsigned i = 0; milestones != NULL && i < wmem_array_get_count(milestones); i++) {
        const struct milestone *milestone = wmem_array_index(milestones, i);
        if (milestone->frame <= frame)
            last = milestone;
    }
    return last;
}

bool flow_position(const struct flow *flow, int side, uint32_t seq, uint32_t frame, uint64_t *position)
{
    const struct milestone *milestone = milestone_before(flow->side[side].milestones, frame);

    if (milestone != NULL)
        *position = milestone->position + (uint64_t)(int64_t)(int32_t)(seq - milestone->seq);
    else
        *position = seq - flow->side[side].base_seq;
    bool before = milestone == NULL && *position > UINT32_MAX / 2; /* the first byte that is known */
    return flow->side[side].numbered && !before;
}

void flow_pass(struct flow *flow, int side, uint32_t seq, uint32_t frame, uint64_t position)
{
    static const uint64_t every = 1u << 30;
    struct milestone milestone = {frame, seq, position};
    wmem_array_t **milestones = &flow->side[side].milestones;
    unsigned count = *milestones != NULL ? wmem_array_get_count(*milestones) : 0;
    uint64_t last = count > 0 ? ((const struct milestone *)wmem_array_index(*milestones, count - 1))->position : 0;

    if (position < last + every)
        return;
    if (*milestones == NULL)
        *milestones = wmem_array_new(wmem_file_scope(), sizeof(struct milestone));
    wmem_array_append_one(*milestones, milestone);
}

struct line *flow_line(const struct flow *flow, int side, bool decrypted, uint64_t position)
{
    wmem_array_t *lines = decrypted ? flow->side[side].decrypted : flow->side[side].lines;
    unsigned low = 0, high = lines != NULL ? wmem_array_get_count(lines) : 0;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        struct line *line = *(struct line **)wmem_array_index(lines, middle);
        if (line->pos == position)
            return line;
        if (line->pos < position)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* ---- decrypted lines ---- */

void store_decrypted(struct store *store, struct flow *flow, int side, struct fsc_span lines, uint32_t frame,
                     int64_t time_ns)
{
    struct decrypted_at at = {frame, flow->side[side].decrypted_end};

    if (store->ended || store->flow != flow || lines.n == 0)
        return;
    if (flow->side[side].decrypted_at == NULL)
        flow->side[side].decrypted_at = wmem_array_new(wmem_file_scope(), sizeof(struct decrypted_at));
    wmem_array_append_one(flow->side[side].decrypted_at, at);
    flow->side[side].decrypted_end += lines.n;
    pipeline_decrypted(store->pipeline, at.position, lines, frame, time_ns);
}

bool flow_decrypted_position(const struct flow *flow, int side, uint32_t frame, unsigned n, uint64_t *position)
{
    wmem_array_t *all = flow->side[side].decrypted_at;
    unsigned count = all != NULL ? wmem_array_get_count(all) : 0, low = 0, high = count;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (((const struct decrypted_at *)wmem_array_index(all, middle))->frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    const struct decrypted_at *at = low + n < count ? wmem_array_index(all, low + n) : NULL;
    if (at == NULL || at->frame != frame)
        return false;
    *position = at->position;
    return true;
}
