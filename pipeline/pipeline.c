/* pipeline.c - the coordinator: what net reports goes to conversations and data connections. */
#include "pipeline/internal.h"

#include <string.h>

static bool is_control_port(void *host, uint16_t port)
{
    const struct pipeline *p = host;

    for (size_t i = 0; i < p->config.port_count; i++)
        if (p->config.ports[i] == port)
            return true;
    return p->config.also_port != NULL && p->config.also_port(port);
}

/* Without a limit nobody asks. */
static void weigh(const struct pipeline *p, struct net_flow *flow)
{
    if (p->config.max_memory > 0)
        flow->host_bytes = conversation_memory(flow->owner);
}

static enum net_role flow_opened(void *host, struct net_flow *flow, const struct net_packet *packet)
{
    struct pipeline *p = host;

    (void)packet;
    if (is_control_port(p, flow->half[1].from.port)) {
        flow->owner = conversation_open(p, flow);
        weigh(p, flow);
        return NET_ROLE_READ;
    }
    expectation_flow_opened(p, flow);
    return NET_ROLE_COUNT;
}

static void flow_bytes(void *host, struct net_flow *flow, int half, uint64_t pos, struct fsc_span bytes, uint64_t ack,
                       const struct net_packet *packet)
{
    if (flow->role == NET_ROLE_PROBE)
        probe_bytes(host, flow, half, bytes, ack, packet);
    else
        conversation_bytes(flow->owner, half, pos, bytes, ack, packet);
    if (flow->role == NET_ROLE_READ)
        weigh(host, flow);
}

static void flow_gap(void *host, struct net_flow *flow, int half, uint64_t pos, uint64_t len,
                     const struct net_packet *packet)
{
    struct pipeline *p = host;

    p->totals.gaps++;
    p->totals.gap_bytes += len;
    conversation_gap(flow->owner, half, pos, len, packet);
}

static void flow_changed(void *host, struct net_flow *flow, const struct net_packet *packet)
{
    bool taken = false;

    (void)packet;
    if (flow->role == NET_ROLE_READ) {
        for (int half = 0; half < 2; half++)
            if (flow->half[half].fin_seen)
                conversation_fin(flow->owner, half);
        if (flow_over(flow))
            due_over(flow->owner);
        return;
    }
    for (struct link *link = flow->owner, *next; link != NULL; link = next) {
        next = link->next;
        taken = taken || link->transfer != NULL || link->expectation != NULL || link->inferred_by != NULL;
        if (link->transfer != NULL)
            transfer_try_report(link->transfer, false);
    }
    if (!taken)
        inferred_consider(host, flow);
}

/* What the connection was is kept for as long as somebody waits for it. */
static void data_closed(struct net_flow *flow)
{
    for (struct link *link = flow->owner, *next; link != NULL; link = next) {
        next = link->next;
        link->last = *flow;
        link->flow = NULL;
        link->next = NULL;
        link->closed = true;
        if (link->transfer != NULL)
            transfer_try_report(link->transfer, false);
        else if (link->inferred_by != NULL)
            inferred_report(link);
    }
    flow->owner = NULL;
}

static bool flow_probe(void *host, struct net_flow *flow, const struct net_packet *packet)
{
    return probe_begin(host, flow, packet);
}

static void flow_probe_lost(void *host, struct net_flow *flow)
{
    probe_free(host, flow);
}

static void flow_closed(void *host, struct net_flow *flow, const char *how)
{
    probe_free(host, flow);
    if (flow->role != NET_ROLE_READ) {
        data_closed(flow);
        return;
    }
    struct conversation *c = flow->owner;
    conversation_end(c, how);
    conversation_free(c);
}

struct pipeline *pipeline_new(const struct pipeline_config *config, const struct sink *sink, const char *file)
{
    struct pipeline *p = g_new0(struct pipeline, 1);

    p->config = *config;
    if (p->config.port_count == 0) {
        p->config.ports[0] = 21;
        p->config.ports[1] = 990;
        p->config.port_count = 2;
        p->probes = g_queue_new();
    }
    p->sink = sink;
    p->file = file;
    net_hash_init(&p->hash, config->hash_seed);
    p->expected = queues_new();
    p->opaque = queues_new();
    p->slabs = config->max_memory == 0 ? slabs_new() : NULL;
    p->running = g_queue_new();
    p->waiting = g_queue_new();
    p->settling = g_queue_new();
    p->over = g_queue_new();
    p->due_ns = INT64_MAX;
    p->shown = g_string_new(NULL);
    p->pauses = g_array_new(FALSE, FALSE, sizeof(int64_t));
    struct net_config net_config = {.max_memory = config->max_memory,
                                    .slabs = p->slabs,
                                    .hash_seed = config->hash_seed,
                                    .flows_before = config->flows_before,
                                    .control_port = is_control_port};
    struct net_host host = {p,           flow_opened, flow_bytes,     flow_gap, flow_changed,
                            flow_closed, flow_probe,  flow_probe_lost};
    p->net = net_new(&net_config, &host);
    return p;
}

static void count_packet(struct pipeline *p, size_t wire_len, int64_t time_ns)
{
    p->totals.packets++;
    p->totals.bytes += wire_len;
    p->now_ns = MAX(p->now_ns, time_ns);
}

/* Its first words have not decided, an announcement may still be read, or it has said nothing yet. */
static bool may_become_ftp(const struct net_flow *flow)
{
    bool silent = flow->half[0].bytes == 0 && flow->half[1].bytes == 0;

    return flow->role == NET_ROLE_PROBE || flow->owner != NULL || silent;
}

static struct pipeline_pushed pushed_to(struct pipeline *p, uint64_t flow_id)
{
    struct pipeline_pushed pushed = {.flow_id = flow_id};

    pushed.earlier = net_earlier_frames(p->net, &pushed.earlier_count);
    const struct net_flow *flow = net_last_related(p->net, &pushed.undecided);
    if (flow != NULL) {
        pushed.session = flow->host_number;
        pushed.undecided = flow->host_number == 0 && may_become_ftp(flow);
    }
    due_report(p);
    return pushed;
}

struct pipeline_pushed pipeline_push(struct pipeline *p, int linktype, struct fsc_span captured, size_t wire_len,
                                     uint64_t frame, int64_t time_ns)
{
    count_packet(p, wire_len, time_ns);
    p->totals.truncated_packets += captured.n < wire_len;
    return pushed_to(p, net_push(p->net, linktype, captured, wire_len, frame, time_ns));
}

struct pipeline_pushed pipeline_push_datagram(struct pipeline *p, const struct net_datagram *datagram, size_t wire_len,
                                              uint64_t frame, int64_t time_ns)
{
    count_packet(p, wire_len, time_ns);
    p->totals.truncated_packets += datagram->captured.n < datagram->wire_len;
    return pushed_to(p, net_push_datagram(p->net, datagram, wire_len, frame, time_ns));
}

void pipeline_push_nothing(struct pipeline *p, size_t wire_len, uint64_t frame, int64_t time_ns)
{
    count_packet(p, wire_len, time_ns);
    net_push_nothing(p->net, wire_len, frame, time_ns);
    due_report(p);
}

/* A connection that a transfer has counts before one that was only announced. */
static const struct link *link_in_use(const struct net_flow *flow)
{
    const struct link *used = NULL;

    for (const struct link *link = flow->owner; link != NULL; link = link->next)
        if (link->transfer != NULL || (used == NULL && (link->expectation != NULL || link->inferred_by != NULL)))
            used = link;
    return used;
}

static void use_of_data(const struct link *link, struct pipeline_use *use)
{
    const struct fsc_expect *expect = link->transfer != NULL      ? &link->transfer->expect
                                      : link->expectation != NULL ? &link->expectation->expect
                                                                  : NULL;
    const struct conversation *c = link->transfer != NULL      ? link->transfer->conversation
                                   : link->expectation != NULL ? link->expectation->conversation
                                                               : link->inferred_by;

    use->role = PIPELINE_ROLE_DATA;
    use->session = c->number;
    use->tx = link->transfer != NULL ? link->transfer->tx : 0;
    use->form = expect != NULL ? expect->form : FSC_FORM_NONE;
    use->setup_tx = expect != NULL ? expect->id : 0;
    use->from_server = expect != NULL ? use->half == link_server_half(link, expect->form)
                                      : !fsc_addr_equal(&link_flow(link)->half[use->half].from.addr, &c->client.addr);
}

struct pipeline_use pipeline_use(const struct pipeline *p)
{
    struct pipeline_use use = {.role = PIPELINE_ROLE_NONE};
    struct net_flow *flow = net_last_flow(p->net, &use.half);

    if (flow == NULL)
        return use;
    use.flow_id = flow->id;
    use.attached = &flow->attached;
    use.initiator = &flow->half[0].from;
    use.numbered = net_flow_base(flow, use.half, &use.base_seq);
    if (flow->role == NET_ROLE_READ) {
        use.role = PIPELINE_ROLE_CONTROL;
        use.session = ((const struct conversation *)flow->owner)->number;
        use.from_server = use.half == 1;
        return use;
    }
    const struct link *link = link_in_use(flow);
    if (link != NULL)
        use_of_data(link, &use);
    return use;
}

bool pipeline_base(const struct pipeline *p, int half, uint32_t *base_seq)
{
    int last;
    struct net_flow *flow = net_last_flow(p->net, &last);

    return flow != NULL && net_flow_base(flow, half, base_seq);
}

void pipeline_time(struct pipeline *p, int64_t time_ns)
{
    p->now_ns = MAX(p->now_ns, time_ns);
    net_time(p->net, time_ns);
    due_report(p);
}

void pipeline_pause(struct pipeline *p, int64_t before_ns)
{
    g_array_append_val(p->pauses, before_ns);
}

int64_t pipeline_watched_until(const struct pipeline *p, int64_t since_ns)
{
    guint low = 0, high = p->pauses->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(p->pauses, int64_t, middle) < since_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low < p->pauses->len ? g_array_index(p->pauses, int64_t, low) : p->now_ns;
}

void pipeline_end(struct pipeline *p)
{
    due_end(p);
    net_end(p->net);
    for (size_t i = 0; i < STRAY_FLOWS_MAX; i++) {
        if (p->strays[i] != NULL)
            link_free(p, p->strays[i]);
        p->strays[i] = NULL;
    }
}

size_t pipeline_memory(const struct pipeline *p)
{
    return net_memory(p->net);
}

struct pipeline_totals pipeline_totals(const struct pipeline *p)
{
    struct pipeline_totals totals = p->totals;
    const struct net_counters *n = net_counters(p->net);

    totals.decoded = n->tcp + n->other + n->joined;
    totals.evicted += n->evicted;
    totals.duplicates = n->duplicates;
    totals.flows = n->flows;
    totals.fragments = n->fragments;
    totals.malformed = n->malformed;
    totals.unread = n->unread;
    totals.unread_kind_count = net_unread(p->net, totals.unread_kinds, NET_UNREAD_MAX);
    totals.last_ns = p->now_ns;
    return totals;
}

void pipeline_free(struct pipeline **pipeline)
{
    struct pipeline *p = *pipeline;

    if (p == NULL)
        return;
    net_free(&p->net);
    transactions_clear(p);
    g_hash_table_destroy(p->expected);
    g_hash_table_destroy(p->opaque);
    if (p->probes != NULL)
        g_queue_free(p->probes);
    g_string_free(p->shown, TRUE);
    g_queue_free(p->running);
    g_queue_free(p->waiting);
    g_queue_free(p->settling);
    g_queue_free(p->over);
    g_array_free(p->pauses, TRUE);
    slabs_free(&p->slabs);
    g_free(p);
    *pipeline = NULL;
}
