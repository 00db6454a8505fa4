/*
 * inferred.c - data connections of sessions whose control connection is TLS: nothing names them, but a connection
 * between the same two hosts that begins with TLS while the session is open is one.
 */
#include "monitor/pipeline_state.h"

static bool between_hosts_of(const struct conversation *c, const struct net_flow *flow)
{
    const struct fsc_addr *a = &flow->half[0].from.addr, *b = &flow->half[1].from.addr;

    return (fsc_addr_equal(a, &c->client.addr) && fsc_addr_equal(b, &c->server.addr)) ||
           (fsc_addr_equal(b, &c->client.addr) && fsc_addr_equal(a, &c->server.addr));
}

/* Of several open sessions between the two hosts the newest. */
static struct conversation *owner_of(struct pipeline *p, const struct net_flow *flow)
{
    struct conversation *owner = NULL;
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, p->opaque);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        struct conversation *c = key;
        if (between_hosts_of(c, flow) && c->start_ns <= flow->first_ns && (owner == NULL || c->number > owner->number))
            owner = c;
    }
    return owner;
}

void inferred_consider(struct pipeline *p, struct link *link)
{
    if (link->transfer != NULL || link->expectation != NULL || link->inferred_by != NULL)
        return;
    if (g_hash_table_size(p->opaque) == 0 || !link_begins_with_tls(link))
        return;
    struct conversation *owner = owner_of(p, link_flow(link));
    if (owner == NULL)
        return;
    for (size_t i = 0; i < STRAY_FLOWS_MAX; i++)
        if (p->strays[i] == link)
            p->strays[i] = NULL;
    p->data_flows++;
    link->inferred_by = owner;
    g_queue_push_tail(owner->inferred, link);
}

static void fill(struct record_data *record, const struct conversation *c, const struct link *link)
{
    const struct net_flow *flow = link_flow(link);
    bool from_client = fsc_addr_equal(&flow->half[0].from.addr, &c->client.addr);
    const struct net_half *client = &flow->half[from_client ? 0 : 1], *server = &flow->half[from_client ? 1 : 0];

    record->upload = client->bytes > server->bytes;
    record->passive = from_client;
    const struct net_half *half = record->upload ? client : server;
    record->has_endpoints = true;
    record->from = flow->half[0].from;
    record->to = flow->half[1].from;
    record->bytes = half->bytes;
    record->missing_bytes = half->missing_bytes;
    record->retransmitted_bytes = half->retransmitted_bytes;
    record->duration_ns = half->first_payload_frame != 0 ? half->last_payload_ns - half->first_payload_ns : -1;
    record->setup_ns = -1;
    record->time_ns = flow->first_ns;
    record->first_frame = flow->first_frame;
    record->last_frame = flow->last_frame;
    record->closed_by = link_closer(link, from_client ? 1 : 0);
}

void inferred_report(struct link *link)
{
    struct conversation *c = link->inferred_by;
    struct pipeline *p = c->pipeline;
    struct record_data record = {.transfer_id = ++c->transfer_count, .inferred = true, .tls = true};

    g_queue_remove(c->inferred, link);
    fill(&record, c, link);
    *(record.upload ? &c->bytes_up : &c->bytes_down) += record.bytes;
    p->totals.transfers[FSC_STATUS_UNKNOWN]++;
    struct record_envelope envelope = conversation_envelope(c, p->now_ns);
    if (p->sink->data != NULL)
        p->sink->data(p->sink->state, &envelope, &record);
    link_free(link);
}

void inferred_flush(struct conversation *c)
{
    while (!g_queue_is_empty(c->inferred))
        inferred_report(g_queue_peek_head(c->inferred));
}
