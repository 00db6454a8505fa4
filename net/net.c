/* net.c - the coordinator: one frame in, the others called in order, connections opened and closed. */
#include "net/internal.h"

#include <glib.h>
#include <string.h>

#define SECOND_NS INT64_C(1000000000)

/* What the host and the stream need first of a connection that is read. */
enum { OWNER_HOT = 512, READER_HOT = NET_CACHE_LINE };

enum { FLOWS_DEFAULT = 65536, BUFFER_DEFAULT = 1 << 20, BUFFERS_TOGETHER = 64 };

/* Of one connection, beside what its stream and its holes take: its place in the table too. */
enum { ENTRY_BYTES = sizeof(struct net_entry) + 3 * sizeof(struct net_slot) };

/* How long a connection of each list may be silent, in packet time. */
static const int64_t list_silence_ns[NET_LIST_COUNT] = {
    [NET_LIST_ACTIVE] = 4L * 3600 * SECOND_NS, /* servers end idle sessions after minutes to an hour or two */
    [NET_LIST_UNCLAIMED] = 600 * SECOND_NS,
    [NET_LIST_UNANSWERED] = 120 * SECOND_NS, /* the longest pause between two SYNs is about a minute */
    [NET_LIST_DONE] = 30 * SECOND_NS,        /* late and repeated packets belong to it, not to a new connection;
                                                no other list has less: see expire_next */
};

/* Silent for as long as this, a connection may be replaced by a SYN although its end was not seen. */
#define REUSE_SILENCE_NS (60 * SECOND_NS)

struct net {
    struct net_config config;
    struct net_host host;
    struct net_counters counters;
    struct net_table table;
    struct net_buffers buffers;
    struct net_waits waits;
    size_t memory;             /* held of config.max_memory */
    struct net_entry *overdue; /* the flow of the last packet: see net_stream_overdue */
    struct net_early early;
    struct net_fragments *fragments;
    struct net_unread_table unread;
    struct net_frames earlier;  /* see net_earlier_frames */
    struct net_flow *last_flow; /* see net_last_flow */
    const struct net_flow *last_related;
    bool last_waits;
    int last_half;
    int64_t now_ns;    /* latest packet time seen: never goes back, whatever the capture does */
    int64_t expire_ns; /* until then no connection has been silent for too long */
};

static size_t max_flows(const struct net_config *config)
{
    size_t otherwise = config->max_memory > 0 ? SIZE_MAX : FLOWS_DEFAULT;

    return config->max_flows > 0 ? config->max_flows : otherwise;
}

struct net *net_new(const struct net_config *config, const struct net_host *host)
{
    struct net *net = g_new0(struct net, 1);
    net->config = *config;
    net->host = *host;
    net->buffers.max_side = config->max_buffer > 0 ? config->max_buffer : BUFFER_DEFAULT;
    net->buffers.max_all = MIN(net->buffers.max_side, SIZE_MAX / BUFFERS_TOGETHER) * BUFFERS_TOGETHER;
    if (config->max_memory > 0)
        net->buffers.max_all = MIN(net->buffers.max_all, config->max_memory / 4);
    net->now_ns = net->expire_ns = INT64_MIN;
    net->fragments = net_fragments_new();
    net_table_init(&net->table, max_flows(config), config->hash_seed, config->slabs);
    return net;
}

size_t net_memory(const struct net *net)
{
    return net->memory;
}

const struct net_counters *net_counters(const struct net *net)
{
    return &net->counters;
}

size_t net_unread(const struct net *net, struct net_unread *out, size_t cap)
{
    return net_unread_list(&net->unread, out, cap);
}

const uint64_t *net_earlier_frames(const struct net *net, size_t *count)
{
    *count = net->earlier.count;
    return net->earlier.frame;
}

struct net_flow *net_find(struct net *net, const struct fsc_endpoint *a, const struct fsc_endpoint *b)
{
    struct net_entry *entry = net_table_find(&net->table, a, b);
    return entry != NULL ? &entry->flow : NULL;
}

/* ---- stream timers ---- */

static int half_of(const struct net_flow *flow, const struct net_packet *packet)
{
    const struct fsc_endpoint *first = &flow->half[0].from;
    return packet->from.port == first->port && memcmp(&packet->from.addr, &first->addr, sizeof(first->addr)) == 0 ? 0
                                                                                                                  : 1;
}

/* After each call into the stream. */
static void wait_update(struct net *net, struct net_entry *entry)
{
    if (entry->flow.role == NET_ROLE_COUNT) { /* a probe that is over */
        net_stream_free(&entry->flow, net->config.slabs);
        if (net->overdue == entry)
            net->overdue = NULL;
    }
    bool waits = net_stream_waiting(&entry->flow);
    if (waits && !entry->waits)
        net_waits_add(&net->waits, entry, net->now_ns);
    if (!waits)
        net_waits_remove(&net->waits, entry);
}

static struct net_stream_out stream_out(struct net *net, struct net_entry *entry, const struct net_packet *packet)
{
    return (struct net_stream_out){&net->host, &net->counters, &entry->flow, packet};
}

/* Stands for the packet when time or the end of the capture makes the call: the last one of the flow, without its
 * bytes. */
static struct net_packet last_packet(const struct net_flow *flow)
{
    return (struct net_packet){.kind = NET_KIND_OTHER, .frame = flow->last_frame, .time_ns = flow->last_ns};
}

/* A packet that may be the missing one is looked at before the time of its flow is over. */
static void run_timers(struct net *net, const struct net_packet *packet)
{
    struct net_entry *next;
    const struct net_entry *end = net->waits.last; /* what comes behind it now waits for another time */
    if (net->waits.first == NULL || net->waits.first->wait_until_ns > net->now_ns)
        return;
    const struct net_entry *own =
        packet->kind == NET_KIND_TCP ? net_table_find(&net->table, &packet->from, &packet->to) : NULL;
    for (struct net_entry *entry = net->waits.first; entry != NULL && entry->wait_until_ns <= net->now_ns;
         entry = next) {
        next = entry != end ? entry->wait_next : NULL;
        if (entry == own && net_stream_misses(&entry->flow, half_of(&entry->flow, packet)))
            continue;
        struct net_packet last = last_packet(&entry->flow);
        struct net_stream_out out = stream_out(net, entry, &last);
        net_waits_remove(&net->waits, entry);
        net_stream_tick(&out, net->now_ns);
        wait_update(net, entry);
    }
}

static void settle_overdue(struct net *net, const struct net_packet *packet)
{
    struct net_entry *entry = net->overdue;
    if (entry == NULL || net_table_find(&net->table, &packet->from, &packet->to) == entry)
        return;
    struct net_packet last = last_packet(&entry->flow);
    struct net_stream_out out = stream_out(net, entry, &last);
    net->overdue = NULL;
    net_stream_tick(&out, net->now_ns);
    wait_update(net, entry);
}

/* ---- opening and closing ---- */

static void close_entry(struct net *net, struct net_entry *entry, const char *how)
{
    struct net_flow *flow = &entry->flow;
    if (flow->role == NET_ROLE_READ) {
        struct net_packet packet = last_packet(flow);
        struct net_stream_out out = stream_out(net, entry, &packet);
        net_stream_flush(&out);
    }
    net_waits_remove(&net->waits, entry);
    if (net->overdue == entry)
        net->overdue = NULL;
    net->memory -= entry->weight;
    net->host.closed(net->host.host, flow, how);
    net_stream_free(flow, net->config.slabs);
    net_track_free(flow);
    net_table_remove(&net->table, entry);
}

/* How a finished connection ended; `otherwise` when it is not finished. */
static const char *how_closed(const struct net_flow *flow, const char *otherwise)
{
    if (flow->half[0].fin_seen && flow->half[1].fin_seen)
        return "fin";
    return flow->first_rst >= 0 ? "rst" : otherwise;
}

static int64_t later(int64_t ns, int64_t by)
{
    return ns > INT64_MAX - by ? INT64_MAX : ns + by;
}

/* Asked with every packet: the oldest of each list would have to be fetched each time. What comes into a list from now
 * on has its whole time before it. */
static int64_t expire_next(const struct net *net)
{
    int64_t next = later(net->now_ns, list_silence_ns[NET_LIST_DONE]);
    for (int list = 0; list < NET_LIST_COUNT; list++) {
        const struct net_entry *entry = net->table.lists[list].oldest;
        if (entry != NULL)
            next = MIN(next, later(entry->listed_ns, list_silence_ns[list] + NET_LIST_GRAIN_NS));
    }
    return next;
}

/* Up to NET_LIST_GRAIN_NS later than silence alone would be: its last packet need not have moved it. */
static bool is_silent(const struct net_entry *entry, int64_t now_ns)
{
    return (uint64_t)now_ns - (uint64_t)entry->listed_ns > (uint64_t)(list_silence_ns[entry->list] + NET_LIST_GRAIN_NS);
}

static void expire(struct net *net)
{
    if (net->now_ns <= net->expire_ns)
        return;
    for (int list = 0; list < NET_LIST_COUNT; list++) {
        struct net_entry *entry = net->table.lists[list].oldest;
        while (entry != NULL && is_silent(entry, net->now_ns)) {
            close_entry(net, entry, how_closed(&entry->flow, "timeout"));
            entry = net->table.lists[list].oldest;
        }
    }
    net->expire_ns = expire_next(net);
}

static void evict(struct net *net)
{
    struct net_entry *entry = net_table_victim(&net->table);
    if (!net_track_finished(&entry->flow))
        net->counters.evicted++;
    close_entry(net, entry, how_closed(&entry->flow, "evicted"));
}

static void weigh(struct net *net, struct net_entry *entry)
{
    const struct net_flow *flow = &entry->flow;
    if (net->config.max_memory == 0)
        return;
    size_t weight = ENTRY_BYTES + net_stream_memory(flow) + net_holes_memory(&flow->half[0]) +
                    net_holes_memory(&flow->half[1]) + flow->host_bytes;
    net->memory += weight - entry->weight;
    entry->weight = weight;
}

/* Who is to go is soon the question. */
static bool is_crowded(const struct net *net)
{
    return net->table.count > net->table.max / 2 ||
           (net->config.max_memory > 0 && net->memory > net->config.max_memory / 2);
}

/* The one that is in use stays. */
static void keep_below_limit(struct net *net, const struct net_entry *used)
{
    while (net->memory > net->config.max_memory && net_table_victim(&net->table) != used)
        evict(net);
}

/* The side that sent the SYN; without one, the side that talks to a control port; else the first to be seen. */
static bool sender_is_first(const struct net *net, const struct net_packet *packet)
{
    if ((packet->flags & NET_SYN) != 0)
        return (packet->flags & NET_ACK) == 0;
    if (net->config.control_port == NULL || net->config.control_port(net->host.host, packet->to.port))
        return true;
    return !net->config.control_port(net->host.host, packet->from.port);
}

static struct net_entry *open_entry(struct net *net, const struct net_packet *packet)
{
    if (net->table.count >= net->table.max)
        evict(net);
    struct net_entry *entry = net_table_add(&net->table, &packet->from, &packet->to, net->now_ns);
    struct net_flow *flow = &entry->flow;
    int sender = sender_is_first(net, packet) ? 0 : 1;
    flow->id = net->config.flows_before + ++net->counters.flows;
    flow->half[sender].from = packet->from;
    flow->half[!sender].from = packet->to;
    flow->first_half_certain = (packet->flags & NET_SYN) != 0;
    flow->first_frame = flow->last_frame = packet->frame;
    flow->first_ns = flow->last_ns = packet->time_ns;
    flow->first_fin = flow->first_rst = -1;
    flow->role = net->host.opened(net->host.host, flow, packet);
    if (flow->role == NET_ROLE_READ)
        net_stream_open(flow, &net->buffers, net->config.slabs);
    return entry;
}

/* A connection that the host has nothing to do with must not push out those it waits for. */
static enum net_list list_of(const struct net_flow *flow)
{
    if (net_track_finished(flow))
        return NET_LIST_DONE;
    if (net_track_unanswered(flow))
        return NET_LIST_UNANSWERED;
    return flow->role != NET_ROLE_READ && !flow->wanted ? NET_LIST_UNCLAIMED : NET_LIST_ACTIVE;
}

/* ---- packets ---- */

/* Before its first payload a stream has nothing to know, so it may be opened as late as here. */
static void consider_probe(struct net *net, struct net_flow *flow, const struct net_packet *packet, int half)
{
    bool first = flow->half[half].first_payload_frame == packet->frame && flow->half[!half].first_payload_frame == 0;
    if (flow->role != NET_ROLE_COUNT || !first || net->host.probe == NULL ||
        !net->host.probe(net->host.host, flow, packet))
        return;
    flow->role = NET_ROLE_PROBE;
    net_stream_open(flow, &net->buffers, net->config.slabs);
}

void net_probe_end(struct net *net, struct net_flow *flow)
{
    struct net_entry *entry = (struct net_entry *)flow;
    flow->role = NET_ROLE_COUNT;
    if (net->overdue == entry)
        net->overdue = NULL;
    wait_update(net, entry);
}

static void take_packet(struct net *net, struct net_entry *entry, const struct net_packet *packet, int half)
{
    struct net_flow *flow = &entry->flow;
    struct net_place place;
    net_track_packet(flow, &entry->tracker, packet, half, &place);
    if (place.changed && place.readable)
        consider_probe(net, flow, packet, half);
    if (flow->role != NET_ROLE_COUNT) {
        struct net_stream_out out = stream_out(net, entry, packet);
        net_stream_packet(&out, &place, net->now_ns);
        if ((packet->flags & NET_RST) != 0 && flow->role == NET_ROLE_READ)
            net_stream_flush(&out);
        wait_update(net, entry);
    }
    net->overdue = net_stream_overdue(flow, net->now_ns) ? entry : NULL;
    net_table_touch(&net->table, entry, list_of(flow), net->now_ns, is_crowded(net));
    if (place.changed)
        net->host.changed(net->host.host, flow, packet);
    weigh(net, entry);
}

/* The entry this packet belongs to: the one of these endpoints, unless the packet begins another connection with them.
 */
static struct net_entry *entry_for(struct net *net, const struct net_packet *packet)
{
    struct net_entry *entry = net_table_find(&net->table, &packet->from, &packet->to);
    if (entry == NULL && (packet->flags & NET_RST) != 0) {
        net_early_keep(&net->early, packet); /* tells nothing unless it answers a SYN captured behind it */
        net->last_waits = true;
        return NULL;
    }
    if (entry == NULL)
        return open_entry(net, packet);
    bool long_idle = (uint64_t)net->now_ns - (uint64_t)entry->touched_ns > (uint64_t)REUSE_SILENCE_NS;
    int half = half_of(&entry->flow, packet);
    enum net_reuse reuse = net_track_reuses(&entry->flow, &entry->tracker, packet, half, long_idle);
    if (reuse == NET_REUSE_NO)
        return entry;
    struct net_packet stray = entry->tracker.stray;
    close_entry(net, entry, "reused");
    entry = open_entry(net, reuse == NET_REUSE_STRAY ? &stray : packet);
    if (reuse == NET_REUSE_STRAY) {
        net_frames_add(&net->earlier, &stray.frame, 1);
        take_packet(net, entry, &stray, 0);
    }
    return entry;
}

static uint64_t take_icmp(struct net *net, const struct net_packet *packet)
{
    struct net_entry *entry = net_table_find(&net->table, &packet->from, &packet->to);
    if (entry == NULL) {
        net_early_keep(&net->early, packet);
        net->last_waits = true;
        return 0;
    }
    net->last_related = &entry->flow;
    if (net_track_icmp(&entry->flow, &entry->tracker, packet))
        net->host.changed(net->host.host, &entry->flow, packet);
    return entry->flow.id;
}

static void take_answers(struct net *net, struct net_entry *entry, const struct net_packet *syn, int half)
{
    struct net_packet early;
    while (net_early_take(&net->early, syn, &early)) {
        net_frames_add(&net->earlier, &early.frame, 1);
        if (early.kind == NET_KIND_ICMP)
            take_icmp(net, &early);
        else
            take_packet(net, entry, &early, !half);
    }
}

static uint64_t take_tcp(struct net *net, const struct net_packet *packet)
{
    net->counters.tcp++;
    settle_overdue(net, packet);
    struct net_entry *entry = entry_for(net, packet);
    if (entry == NULL)
        return 0;
    if (net->config.max_memory > 0)
        keep_below_limit(net, entry);
    int half = half_of(&entry->flow, packet);
    if (packet->payload_len > 0 && entry->flow.role == NET_ROLE_READ) {
        prefetch(entry->flow.owner, OWNER_HOT);
        prefetch(entry->flow.half[0].reader, READER_HOT);
        prefetch(entry->flow.half[1].reader, READER_HOT);
    }
    if (net_track_duplicate(&entry->tracker, packet, half))
        net->counters.duplicates++;
    else
        take_packet(net, entry, packet, half);
    if (net_is_syn(packet))
        take_answers(net, entry, packet, half);
    net->last_related = net->last_flow = &entry->flow;
    net->last_half = half;
    return entry->flow.id;
}

/* Returns the id of the connection, 0 when there is none. */
static uint64_t dispatch(struct net *net, const struct net_packet *packet)
{
    switch (packet->kind) {
    case NET_KIND_TCP:
        return take_tcp(net, packet);
    case NET_KIND_ICMP:
        net->counters.other++;
        return take_icmp(net, packet);
    case NET_KIND_OTHER:
        net->counters.other++;
        break;
    case NET_KIND_FRAGMENT: /* counted when its datagram is complete or given up */
        break;
    case NET_KIND_SHORT:
        net->counters.short_packets++;
        break;
    case NET_KIND_MALFORMED:
        net->counters.malformed++;
        break;
    case NET_KIND_UNREAD:
        net->counters.unread++;
        net_unread_count(&net->unread, &packet->unread);
        break;
    }
    return 0;
}

static uint64_t take_decoded(struct net *net, struct net_packet *packet, struct net_part *part, size_t wire_len)
{
    uint64_t flow = 0;
    net->counters.packets++;
    net->counters.bytes += wire_len;
    net->earlier.count = 0;
    net->last_related = net->last_flow = NULL;
    net->last_waits = false;
    bool later = packet->time_ns > net->now_ns, fragment = packet->kind == NET_KIND_FRAGMENT;
    net->now_ns = MAX(net->now_ns, packet->time_ns);
    if (fragment)
        flow = net_join(net->fragments, packet, part, &net->earlier, net->now_ns, &net->counters);
    if (later) {
        run_timers(net, packet);
        expire(net);
    }
    if (flow == 0)
        flow = dispatch(net, packet);
    if (fragment)
        net_fragments_belong(net->fragments, flow);
    net->last_waits = net->last_waits || (flow == 0 && packet->kind == NET_KIND_FRAGMENT);
    if (flow == 0)
        net->earlier.count = 0;
    return flow;
}

uint64_t net_push(struct net *net, int linktype, struct fsc_span captured, size_t wire_len, uint64_t frame,
                  int64_t time_ns)
{
    struct net_packet packet;
    struct net_part part;
    net_frame_begin(linktype, captured, wire_len, &packet, &part);
    packet.frame = frame;
    packet.time_ns = time_ns;
    return take_decoded(net, &packet, &part, MAX(wire_len, captured.n));
}

uint64_t net_push_datagram(struct net *net, const struct net_datagram *datagram, size_t wire_len, uint64_t frame,
                           int64_t time_ns)
{
    struct net_packet packet;
    net_datagram_decode(datagram, &packet);
    packet.frame = frame;
    packet.time_ns = time_ns;
    return take_decoded(net, &packet, NULL, wire_len);
}

void net_push_nothing(struct net *net, size_t wire_len, uint64_t frame, int64_t time_ns)
{
    struct net_packet packet = {.kind = NET_KIND_OTHER, .frame = frame, .time_ns = time_ns};
    (void)take_decoded(net, &packet, NULL, wire_len);
}

void net_time(struct net *net, int64_t time_ns)
{
    const struct net_packet none = {.kind = NET_KIND_OTHER};
    if (time_ns <= net->now_ns)
        return;
    net->now_ns = time_ns;
    run_timers(net, &none);
    expire(net);
}

bool net_flow_is_whole(const struct net_flow *flow)
{
    return !net_stream_waiting(flow) && !net_stream_holds(flow);
}

const struct net_flow *net_last_related(const struct net *net, bool *waits)
{
    *waits = net->last_waits;
    return net->last_related;
}

struct net_flow *net_last_flow(const struct net *net, int *half)
{
    *half = net->last_half;
    return net->last_flow;
}

bool net_flow_base(const struct net_flow *flow, int half, uint32_t *seq)
{
    const struct net_seq *known = &((const struct net_entry *)flow)->tracker.seq[half];
    *seq = known->base;
    return known->based;
}

static int compare_ids(const void *a, const void *b)
{
    const struct net_entry *const *left = a, *const *right = b;
    return (*left)->flow.id < (*right)->flow.id ? -1 : (*left)->flow.id > (*right)->flow.id;
}

void net_end(struct net *net)
{
    size_t count = 0, total = net->table.count;
    struct net_entry **all = g_new(struct net_entry *, total + 1);
    for (size_t i = 0; i <= net->table.mask; i++) {
        if (net->table.slots[i].entry != NULL)
            all[count++] = net->table.slots[i].entry;
    }
    qsort(all, count, sizeof(*all), compare_ids);
    for (size_t i = 0; i < count; i++)
        close_entry(net, all[i], how_closed(&all[i]->flow, "capture_end"));
    g_free(all);
    net_fragments_end(net->fragments);
    net->counters.fragments = net_fragments_lost(net->fragments);
}

void net_free(struct net **net)
{
    if (*net == NULL)
        return;
    struct net_table *table = &(*net)->table;
    for (struct net_entry *entry; (entry = net_table_victim(table)) != NULL;) {
        net_stream_free(&entry->flow, table->slabs);
        net_track_free(&entry->flow);
        net_table_remove(table, entry);
    }
    net_table_free(table);
    net_fragments_free((*net)->fragments);
    g_free((*net)->earlier.frame);
    g_free(*net);
    *net = NULL;
}
