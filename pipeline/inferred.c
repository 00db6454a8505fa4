/*
 * inferred.c - data connections of sessions whose control connection is TLS: nothing names them, but a connection
 * between the same two hosts that begins with TLS while the session is open is one.
 */
#include "pipeline/internal.h"

/* The first bytes tell; a connection that has moved more without being taken is something else. */
static const uint64_t undecided_bytes = 16384;

static struct queues_key hosts_of(const struct conversation *c)
{
    return queues_by_pair(&c->pipeline->hash, &c->client.addr, &c->server.addr);
}

void inferred_session_opaque(struct conversation *c)
{
    struct queues_key hosts = hosts_of(c);

    if (c->opaque_place != NULL)
        return;
    GQueue *list = queues_get(c->pipeline->opaque, &hosts);
    g_queue_push_tail(list, c);
    c->opaque_place = list->tail;
}

void inferred_session_readable(struct conversation *c)
{
    struct queues_key hosts = hosts_of(c);
    GQueue *list = c->opaque_place != NULL ? queues_find(c->pipeline->opaque, &hosts) : NULL;

    if (list == NULL)
        return;
    g_queue_delete_link(list, c->opaque_place);
    c->opaque_place = NULL;
    queues_forget_empty(c->pipeline->opaque, &hosts);
}

static struct conversation *newest_between(struct pipeline *p, const struct fsc_addr *client,
                                           const struct fsc_addr *server, int64_t before_ns)
{
    struct queues_key hosts = queues_by_pair(&p->hash, client, server);
    const GQueue *list = queues_find(p->opaque, &hosts);

    for (GList *l = list != NULL ? list->tail : NULL; l != NULL; l = l->prev) {
        struct conversation *c = l->data;
        if (c->start_ns <= before_ns)
            return c;
    }
    return NULL;
}

/* Of several open sessions between the two hosts the newest; the initiator is the client in passive mode. */
static struct conversation *owner_of(struct pipeline *p, const struct net_flow *flow)
{
    const struct fsc_addr *a = &flow->half[0].from.addr, *b = &flow->half[1].from.addr;
    struct conversation *passive = newest_between(p, a, b, flow->first_ns);
    struct conversation *active = newest_between(p, b, a, flow->first_ns);

    if (passive == NULL || active == NULL)
        return passive != NULL ? passive : active;
    return passive->number > active->number ? passive : active;
}

void inferred_consider(struct pipeline *p, struct net_flow *flow)
{
    if (g_hash_table_size(p->opaque) == 0 || flow->half[0].bytes + flow->half[1].bytes > undecided_bytes ||
        !flow_begins_with_tls(flow))
        return;
    struct conversation *owner = owner_of(p, flow);
    if (owner == NULL)
        return;
    struct link *link = flow->owner != NULL ? flow->owner : link_new(p, flow);
    for (size_t i = 0; i < STRAY_FLOWS_MAX; i++)
        if (p->strays[i] == link)
            p->strays[i] = NULL;
    p->data_flows++;
    link->inferred_by = owner;
    conversation_has(owner, flow);
    flow->wanted = true;
    g_queue_push_tail(&owner->inferred, link);
    link->place = owner->inferred.tail;
    link->inferred_id = ++owner->transfer_count;
}

static struct record_data record_of(const struct link *link)
{
    const struct net_flow *flow = link_flow(link);
    bool from_client = fsc_addr_equal(&flow->half[0].from.addr, &link->inferred_by->client.addr);
    const struct net_half *client = &flow->half[from_client ? 0 : 1], *server = &flow->half[from_client ? 1 : 0];
    bool upload = client->bytes > server->bytes;
    const struct net_half *half = upload ? client : server;
    bool moved = half->first_payload_frame != 0;

    return (struct record_data){.transfer_id = link->inferred_id,
                                .inferred = true,
                                .amount_known = true,
                                .tls = true,
                                .upload = upload,
                                .passive = from_client,
                                .has_endpoints = true,
                                .from = flow->half[0].from,
                                .to = flow->half[1].from,
                                .bytes = half->bytes,
                                .missing_bytes = half->missing_bytes,
                                .retransmitted_bytes = half->retransmitted_bytes,
                                .duration_ns = moved ? half->last_payload_ns - half->first_payload_ns : -1,
                                .setup_ns = -1,
                                .time_ns = flow->first_ns,
                                .opened_ns = flow->first_ns,
                                .established_ns = flow->established_ns,
                                .first_ns = moved ? half->first_payload_ns : 0,
                                .last_ns = moved ? half->last_payload_ns : 0,
                                .first_frame = flow->first_frame,
                                .last_frame = flow->last_frame,
                                .closed_by = link_closer(link, from_client ? 1 : 0)};
}

void inferred_report(struct link *link)
{
    struct conversation *c = link->inferred_by;
    struct pipeline *p = c->pipeline;
    struct record_data record = record_of(link);

    g_queue_delete_link(&c->inferred, link->place);
    *(record.upload ? &c->bytes_up : &c->bytes_down) += record.bytes;
    p->totals.transfers[FSC_STATUS_UNKNOWN]++;
    struct record_envelope envelope = conversation_envelope(c, link_flow(link)->last_ns, record.first_frame);
    if (p->sink->data != NULL)
        p->sink->data(p->sink->state, &envelope, &record);
    link_free(p, link);
}

static void tell_progress(const struct conversation *c, const struct sink *sink)
{
    const struct pipeline *p = c->pipeline;

    for (const GList *l = c->inferred.head; l != NULL; l = l->next) {
        struct record_data record = record_of(l->data);
        struct record_envelope envelope = conversation_envelope(c, p->now_ns, record.first_frame);
        sink->progress(sink->state, &envelope, &record);
    }
}

void inferred_progress(const struct pipeline *p, const struct sink *sink)
{
    GHashTableIter iter;
    gpointer key, list;

    g_hash_table_iter_init(&iter, p->opaque);
    while (g_hash_table_iter_next(&iter, &key, &list))
        for (const GList *l = ((GQueue *)list)->head; l != NULL; l = l->next)
            tell_progress(l->data, sink);
}

void inferred_flush(struct conversation *c)
{
    while (!g_queue_is_empty(&c->inferred))
        inferred_report(g_queue_peek_head(&c->inferred));
}
