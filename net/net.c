/* net.c - the coordinator: one frame in, the others called in order. */
#include "net/state.h"

#include <glib.h>

/* What the host and the stream need first of a connection that is read. */
enum { OWNER_HOT = 512, READER_HOT = NET_CACHE_LINE };

enum { FLOWS_DEFAULT = 65536, BUFFER_DEFAULT = 1 << 20, BUFFERS_TOGETHER = 64 };

/* Silent for as long as this, a connection may be replaced by a SYN although its end was not seen. */
#define REUSE_SILENCE_NS (60 * NET_SECOND_NS)

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
    flow->role = NET_ROLE_COUNT;
    net_timers_update(net, (struct net_entry *)flow);
}

static void take_packet(struct net *net, struct net_entry *entry, const struct net_packet *packet, int half)
{
    struct net_flow *flow = &entry->flow;
    struct net_place place;
    net_track_packet(flow, &entry->tracker, packet, half, &place);
    if (place.changed && place.readable)
        consider_probe(net, flow, packet, half);
    if (flow->role != NET_ROLE_COUNT) {
        struct net_stream_out out = net_stream_call(net, entry, packet);
        net_stream_packet(&out, &place, net->now_ns);
        if ((packet->flags & NET_RST) != 0 && flow->role == NET_ROLE_READ)
            net_stream_flush(&out);
        net_timers_update(net, entry);
    }
    net->overdue = net_stream_overdue(flow, net->now_ns) ? entry : NULL;
    net_table_touch(&net->table, entry, net_list_of(flow), net->now_ns, net_is_crowded(net));
    if (place.changed)
        net->host.changed(net->host.host, flow, packet);
    net_weigh(net, entry);
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
        return net_open(net, packet);
    bool long_idle = (uint64_t)net->now_ns - (uint64_t)entry->touched_ns > (uint64_t)REUSE_SILENCE_NS;
    int half = net_half_of(&entry->flow, packet);
    enum net_reuse reuse = net_track_reuses(&entry->flow, &entry->tracker, packet, half, long_idle);
    if (reuse == NET_REUSE_NO)
        return entry;
    struct net_packet stray = entry->tracker.stray;
    net_close(net, entry, "reused");
    entry = net_open(net, reuse == NET_REUSE_STRAY ? &stray : packet);
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
    net_timers_settle(net, packet);
    struct net_entry *entry = entry_for(net, packet);
    if (entry == NULL)
        return 0;
    if (net->config.max_memory > 0)
        net_keep_below_limit(net, entry);
    int half = net_half_of(&entry->flow, packet);
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
        net_timers_run(net, packet);
        net_expire(net);
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
    net_timers_run(net, &none);
    net_expire(net);
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
        net_close(net, all[i], net_how_closed(&all[i]->flow, "capture_end"));
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
