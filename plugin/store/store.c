/* store.c - see store.h. */
#include "plugin/control/control.h"
#include "plugin/plugin.h"
#include "plugin/store/internal.h"

#include <string.h>

enum { STORE_KEY = 0 };

static wmem_tree_t *stores; /* made at registration; epan empties it with every file */

void store_register(void)
{
    stores = wmem_tree_new_autoreset(wmem_epan_scope(), wmem_file_scope());
}

static wmem_map_t *numbers(void)
{
    return wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
}

static wmem_bool free_pipeline(wmem_allocator_t *scope, wmem_cb_event_t event, void *data)
{
    struct store *store = data;

    (void)scope;
    (void)event;
    pipeline_free(&store->pipeline);
    return FALSE;
}

struct store *store_new(void)
{
    struct store *store = wmem_new0(wmem_file_scope(), struct store);
    struct pipeline_config config = {.also_port = control_has_port,
                                     .hash_seed = ((uint64_t)g_random_int() << 32) | g_random_int()};

    if (!ftpscope_preferences.any_port) /* where ports are named others are not looked at */
        config.ports[config.port_count++] = CONTROL_PORT_TLS;
    store->sink = records_sink;
    store->sink.state = store;
    store->flows = wmem_array_new(wmem_file_scope(), sizeof(struct flow *));
    store->sessions = numbers();
    store->findings = numbers();
    store->results = wmem_array_new(wmem_file_scope(), sizeof(struct transfer_result *));
    store->pipeline = pipeline_new(&config, &store->sink, NULL);
    wmem_register_callback(wmem_file_scope(), free_pipeline, store);
    wmem_tree_insert32(stores, STORE_KEY, store);
    return store;
}

struct store *store_get(void)
{
    return wmem_tree_lookup32(stores, STORE_KEY);
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

/* ---- packets ---- */

static void learn(struct store *store, struct flow *flow, const struct pipeline_use *use)
{
    flow->side[use->half].numbered = use->numbered;
    flow->side[use->half].base_seq = use->base_seq;
    int other = !use->half; /* may have said all that it says */
    if (!flow->claimed && !flow->side[other].numbered)
        flow->side[other].numbered = pipeline_base(store->pipeline, other, &flow->side[other].base_seq);
    if (flow->role == use->role && flow->tx == use->tx && flow->setup_tx == use->setup_tx && flow->session != NULL)
        return;
    flow->role = use->role;
    flow->session = wmem_map_lookup(store->sessions, GUINT_TO_POINTER(use->session));
    flow->form = use->form;
    flow->setup_tx = use->setup_tx;
    flow->tx = use->tx != 0 ? use->tx : flow->tx;
    flow->words = NULL;
    flow->server_is_first = use->from_server == (use->half == 0);
}

static struct flow *flow_in_use(struct store *store)
{
    struct pipeline_use use = pipeline_use(store->pipeline);

    if (use.role == PIPELINE_ROLE_NONE) /* of data: it is over, or it never was any */
        return use.attached != NULL ? *use.attached : NULL;
    if (*use.attached == NULL)
        *use.attached = store_flow_numbered(store, use.flow_id);
    struct flow *flow = *use.attached;
    if (flow->first.addr.kind == FSC_ADDR_NONE)
        flow->first = *use.initiator;
    learn(store, flow, &use);
    return flow;
}

void frames_reach(struct frames *frames, uint32_t frame)
{
    enum { FIRST = 1024 };
    size_t room = frames->room > 0 ? frames->room : FIRST;

    if (frame < frames->room)
        return;
    while (room <= frame)
        room *= 2;
    frames->flow = wmem_realloc(wmem_file_scope(), frames->flow, room * sizeof(*frames->flow));
    frames->told = wmem_realloc(wmem_file_scope(), frames->told, room / 8);
    memset(frames->flow + frames->room, 0, (room - frames->room) * sizeof(*frames->flow));
    memset(frames->told + frames->room / 8, 0, (room - frames->room) / 8);
    frames->room = room;
}

static void keep_flow(struct store *store, uint32_t frame, const struct flow *flow)
{
    frames_reach(&store->frames, frame);
    store->frames.flow[frame] = (uint32_t)flow->id;
}

static void forget_flow(struct store *store, uint32_t frame)
{
    if (frame < store->frames.room)
        store->frames.flow[frame] = 0;
}

void store_packet(struct store *store, const struct net_datagram *datagram, size_t wire_len, uint32_t frame,
                  int64_t time_ns)
{
    store->several = store->frame == frame;
    store->frame = frame;
    store->flow = NULL;
    store->flow_known = store->ended;
    if (store->ended)
        return;
    if (store->several)
        forget_flow(store, frame);
    pipeline_push_datagram(store->pipeline, datagram, wire_len, frame, time_ns);
}

void store_no_packet(struct store *store, size_t wire_len, uint32_t frame, int64_t time_ns)
{
    store->frame = frame;
    store->flow = NULL;
    store->flow_known = true;
    if (!store->ended)
        pipeline_push_nothing(store->pipeline, wire_len, frame, time_ns);
}

void store_dissect(struct store *store)
{
    store->session_shown = store->words_begun = false;
}

bool store_begin_words(struct store *store)
{
    bool before = store->words_begun;

    store->words_begun = true;
    return before;
}

struct passing *store_passing(struct store *store)
{
    return &store->passing;
}

void store_show_session(struct store *store)
{
    store->session_shown = true;
}

bool store_session_shown(const struct store *store)
{
    return store->session_shown;
}

void store_tls_data(struct store *store)
{
    store->tls_data = true;
}

bool store_has_tls_data(const struct store *store)
{
    return store->tls_data;
}

bool store_has(const struct store *store, uint32_t frame)
{
    return store->frame == frame;
}

/* Found out when somebody asks: most packets are bare ACKs, and nobody does. */
struct flow *store_flow(struct store *store, uint32_t frame)
{
    if (store->frame != frame)
        return NULL;
    if (!store->flow_known) {
        store->flow = flow_in_use(store);
        if (store->flow != NULL && !store->several)
            keep_flow(store, frame, store->flow);
    }
    store->flow_known = true;
    return store->flow;
}

struct flow *store_flow_again(struct store *store, uint32_t frame)
{
    uint32_t number = frame < store->frames.room ? store->frames.flow[frame] : 0;
    return number != 0 ? store_flow_numbered(store, number) : NULL;
}

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

/* ---- findings ---- */

bool store_tells(const struct store *store, uint32_t frame)
{
    return frame < store->frames.room && (store->frames.told[frame / 8] >> frame % 8 & 1) != 0;
}

const struct finding *store_findings(const struct store *store, uint32_t frame)
{
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
