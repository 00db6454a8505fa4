/* lifetime.c - connections opened and closed: by packets, by silence, by want of memory. */
#include "net/state.h"

#include <glib.h>

/* Of one connection, beside what its stream and its holes take: its place in the table too. */
enum { ENTRY_BYTES = sizeof(struct net_entry) + 3 * sizeof(struct net_slot) };

/* How long a connection of each list may be silent, in packet time. */
static const int64_t list_silence_ns[NET_LIST_COUNT] = {
    [NET_LIST_ACTIVE] = 4L * 3600 * NET_SECOND_NS, /* servers end idle sessions after minutes to an hour or two */
    [NET_LIST_UNCLAIMED] = 600 * NET_SECOND_NS,
    [NET_LIST_UNANSWERED] = 120 * NET_SECOND_NS, /* the longest pause between two SYNs is about a minute */
    [NET_LIST_DONE] = 30 * NET_SECOND_NS,        /* late and repeated packets belong to it, not to a new connection;
                                                no other list has less: see next_end */
};

void net_close(struct net *net, struct net_entry *entry, const char *how)
{
    struct net_flow *flow = &entry->flow;
    if (flow->role == NET_ROLE_READ) {
        struct net_packet packet = net_last_packet(flow);
        struct net_stream_out out = net_stream_call(net, entry, &packet);
        net_stream_flush(&out);
    }
    net_timers_stop(net, entry);
    if (net->overdue == entry)
        net->overdue = NULL;
    net->memory -= entry->weight;
    net->host.closed(net->host.host, flow, how);
    net_stream_free(flow, net->config.slabs);
    net_track_free(flow);
    net_table_remove(&net->table, entry);
}

const char *net_how_closed(const struct net_flow *flow, const char *otherwise)
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
static int64_t next_end(const struct net *net)
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

void net_expire(struct net *net)
{
    if (net->now_ns <= net->expire_ns)
        return;
    for (int list = 0; list < NET_LIST_COUNT; list++) {
        struct net_entry *entry = net->table.lists[list].oldest;
        while (entry != NULL && is_silent(entry, net->now_ns)) {
            net_close(net, entry, net_how_closed(&entry->flow, "timeout"));
            entry = net->table.lists[list].oldest;
        }
    }
    net->expire_ns = next_end(net);
}

static void evict(struct net *net)
{
    struct net_entry *entry = net_table_victim(&net->table);
    if (!net_track_finished(&entry->flow))
        net->counters.evicted++;
    net_close(net, entry, net_how_closed(&entry->flow, "evicted"));
}

void net_weigh(struct net *net, struct net_entry *entry)
{
    const struct net_flow *flow = &entry->flow;
    if (net->config.max_memory == 0)
        return;
    size_t weight = ENTRY_BYTES + net_stream_memory(flow) + net_holes_memory(&flow->half[0]) +
                    net_holes_memory(&flow->half[1]) + flow->host_bytes;
    net->memory += weight - entry->weight;
    entry->weight = weight;
}

bool net_is_crowded(const struct net *net)
{
    return net->table.count > net->table.max / 2 ||
           (net->config.max_memory > 0 && net->memory > net->config.max_memory / 2);
}

void net_keep_below_limit(struct net *net, const struct net_entry *used)
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

struct net_entry *net_open(struct net *net, const struct net_packet *packet)
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
enum net_list net_list_of(const struct net_flow *flow)
{
    if (net_track_finished(flow))
        return NET_LIST_DONE;
    if (net_track_unanswered(flow))
        return NET_LIST_UNANSWERED;
    return flow->role != NET_ROLE_READ && !flow->wanted ? NET_LIST_UNCLAIMED : NET_LIST_ACTIVE;
}
