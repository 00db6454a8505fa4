/* timers.c - streams that wait for bytes: which of them, for how long, and who looks at them when time is over. */
#include "net/state.h"

void net_timers_stop(struct net *net, struct net_entry *entry)
{
    struct net_waits *waits = &net->waits;

    if (!entry->waits)
        return;
    entry->waits = false;
    if (entry->wait_previous != NULL)
        entry->wait_previous->wait_next = entry->wait_next;
    else
        waits->first = entry->wait_next;
    if (entry->wait_next != NULL)
        entry->wait_next->wait_previous = entry->wait_previous;
    else
        waits->last = entry->wait_previous;
}

static void start(struct net *net, struct net_entry *entry)
{
    struct net_waits *waits = &net->waits;

    entry->waits = true;
    entry->wait_until_ns =
        net->now_ns > INT64_MAX - (int64_t)NET_LOST_NS ? INT64_MAX : net->now_ns + (int64_t)NET_LOST_NS;
    entry->wait_previous = waits->last;
    entry->wait_next = NULL;
    if (waits->last != NULL)
        waits->last->wait_next = entry;
    else
        waits->first = entry;
    waits->last = entry;
}

void net_timers_update(struct net *net, struct net_entry *entry)
{
    if (entry->flow.role == NET_ROLE_COUNT) { /* a probe that is over */
        net_stream_free(&entry->flow, net->config.slabs);
        if (net->overdue == entry)
            net->overdue = NULL;
    }
    bool waits = net_stream_waiting(&entry->flow);
    if (waits && !entry->waits)
        start(net, entry);
    if (!waits)
        net_timers_stop(net, entry);
}

void net_timers_run(struct net *net, const struct net_packet *packet)
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
        if (entry == own && net_stream_misses(&entry->flow, net_half_of(&entry->flow, packet)))
            continue;
        struct net_packet last = net_last_packet(&entry->flow);
        struct net_stream_out out = net_stream_call(net, entry, &last);
        net_timers_stop(net, entry);
        net_stream_tick(&out, net->now_ns);
        net_timers_update(net, entry);
    }
}

void net_timers_settle(struct net *net, const struct net_packet *packet)
{
    struct net_entry *entry = net->overdue;
    if (entry == NULL || net_table_find(&net->table, &packet->from, &packet->to) == entry)
        return;
    struct net_packet last = net_last_packet(&entry->flow);
    struct net_stream_out out = net_stream_call(net, entry, &last);
    net->overdue = NULL;
    net_stream_tick(&out, net->now_ns);
    net_timers_update(net, entry);
}
