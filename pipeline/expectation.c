/* expectation.c - announced listeners and the connections that come to them. */
#include "pipeline/internal.h"

static const int64_t swapped_ns = 100000000; /* of neighbours in the capture that changed places */

static GQueue *announced_at(struct pipeline *p, const struct fsc_endpoint *endpoint)
{
    struct queues_key key = queues_by_endpoint(&p->hash, endpoint);

    return queues_find(p->expected, &key);
}

static bool same_endpoint(const struct fsc_endpoint *a, const struct fsc_endpoint *b)
{
    return a->port == b->port && fsc_addr_equal(&a->addr, &b->addr);
}

static void index_add(struct pipeline *p, const struct fsc_endpoint *endpoint, struct expectation *e)
{
    struct queues_key key = queues_by_endpoint(&p->hash, endpoint);
    GQueue *list = queues_get(p->expected, &key);

    g_queue_push_head(list, e);
    /* Somebody announcing one address over and over must not make each connection walk a long list. */
    if (g_queue_get_length(list) > EXPECTATIONS_MAX)
        g_queue_pop_tail(list);
}

static void index_remove(struct pipeline *p, const struct fsc_endpoint *endpoint, struct expectation *e)
{
    struct queues_key key = queues_by_endpoint(&p->hash, endpoint);
    GQueue *list = queues_find(p->expected, &key);

    if (list == NULL)
        return;
    g_queue_remove(list, e);
    queues_forget_empty(p->expected, &key);
}

static void drop(struct expectation *e)
{
    struct pipeline *p = e->conversation->pipeline;

    index_remove(p, &e->expect.listener, e);
    index_remove(p, &e->expect.fallback, e);
    if (e->transfer != NULL)
        e->transfer->expectation = NULL;
    for (guint i = 0; i < e->links->len; i++) {
        struct link *link = e->links->pdata[i];
        link->expectation = NULL;
        link_free(p, link);
    }
    g_ptr_array_free(e->links, TRUE);
    slabs_give(p->slabs, e, sizeof(*e));
}

void expectation_drop_all(struct conversation *c)
{
    struct expectation *e;

    while ((e = g_queue_pop_head(&c->expectations)) != NULL)
        drop(e);
}

/* Newest first: most of the time it is the last one. */
struct expectation *expectation_find(struct conversation *c, uint32_t id)
{
    for (GList *l = c->expectations.tail; l != NULL; l = l->prev) {
        struct expectation *e = l->data;
        if (e->expect.id == id)
            return e;
    }
    return NULL;
}

static bool takes_more(const struct transfer *t)
{
    const struct link *best = t != NULL ? link_best(t->links) : NULL;

    if (t == NULL || (t->final && best != NULL))
        return false;
    return best == NULL || !link_served(best);
}

/* A connection has found its announcement. */
static void attach(struct expectation *e, struct link *link, enum fsc_match match, bool turned)
{
    link->match = match;
    link->turned = turned;
    link->expectation = e;
    link->flow->wanted = true;
    e->conversation->pipeline->data_flows++;
    conversation_has(e->conversation, link->flow);
    if (takes_more(e->transfer))
        transfer_link(e->transfer, link);
    else
        links_add(e->conversation->pipeline, e->links, link);
}

static enum fsc_match match_either_way(const struct fsc_expect *expect, const struct net_flow *flow, bool *turned)
{
    const struct fsc_endpoint *from = &flow->half[0].from, *to = &flow->half[1].from;
    enum fsc_match match = fsc_expect_match(expect, from, to);

    *turned = false;
    if (match == FSC_MATCH_NO && !flow->first_half_certain) {
        match = fsc_expect_match(expect, to, from);
        *turned = match != FSC_MATCH_NO;
    }
    return match;
}

/* Opened behind the announcement; or a little before it and not over by then: neighbours in the capture change places.
 */
static bool may_serve(const struct expectation *e, const struct link *link)
{
    const struct net_flow *flow = link_flow(link);

    if (flow->first_frame > e->frame)
        return true;
    bool over = link_over(link);
    return e->time_ns - flow->first_ns <= swapped_ns && (!over || flow->last_frame >= e->frame);
}

static struct link **oldest_stray(struct pipeline *p, const struct expectation *e, enum fsc_match *match, bool *turned)
{
    struct link **oldest = NULL;

    for (size_t i = 0; i < STRAY_FLOWS_MAX; i++) {
        struct link *link = p->strays[i];
        bool this_turned;
        if (link == NULL || link->closed || !may_serve(e, link) ||
            (oldest != NULL && (*oldest)->flow->first_frame < link->flow->first_frame))
            continue;
        enum fsc_match this_match = match_either_way(&e->expect, link->flow, &this_turned);
        if (this_match == FSC_MATCH_NO)
            continue;
        oldest = &p->strays[i];
        *match = this_match;
        *turned = this_turned;
    }
    return oldest;
}

/* In the order in which they were opened. */
static void adopt_strays(struct pipeline *p, struct expectation *e)
{
    enum fsc_match match;
    bool turned;
    struct link **place;

    while ((place = oldest_stray(p, e, &match, &turned)) != NULL) {
        struct link *link = *place;
        *place = NULL;
        attach(e, link, match, turned);
    }
}

/* Of an older announcement's connections those that are this one's: captured behind it, or just before it and not
 * taken by a transfer. */
static void take_over(struct expectation *e, GPtrArray *links, bool claimed)
{
    for (guint i = 0; i < links->len;) {
        struct link *link = links->pdata[i];
        bool behind = link_flow(link)->first_frame > e->frame;
        if (link->closed || !(behind || (!claimed && may_serve(e, link)))) {
            i++;
            continue;
        }
        g_ptr_array_remove_index(links, i);
        link->transfer = NULL;
        attach(e, link, link->match, link->turned);
    }
}

/* A listener may be announced again at once (a small range of ports), and a line may be read late, when another before
 * it is missing: until then the connection waited with an older announcement. */
static void adopt_from_older(struct pipeline *p, struct expectation *e)
{
    GQueue *list = announced_at(p, &e->expect.listener);

    for (GList *l = list != NULL ? list->head : NULL; l != NULL; l = l->next) {
        struct expectation *older = l->data;
        if (older == e || older->frame > e->frame)
            continue;
        take_over(e, older->links, false);
        if (older->transfer != NULL)
            take_over(e, older->transfer->links, true);
    }
}

static void find_fxp(struct pipeline *p, struct expectation *e)
{
    GQueue *list = announced_at(p, &e->expect.listener);

    for (GList *l = list != NULL ? list->head : NULL; l != NULL; l = l->next) {
        struct expectation *other = l->data;
        if (other->conversation != e->conversation &&
            fsc_form_is_passive(other->expect.form) != fsc_form_is_passive(e->expect.form) &&
            fsc_addr_equal(&other->conversation->client.addr, &e->conversation->client.addr))
            e->fxp = other->fxp = true;
    }
}

void expectation_add(struct conversation *c, const struct fsc_expect *expect, uint64_t frame, int64_t time_ns)
{
    struct expectation *e = slabs_take(c->pipeline->slabs, sizeof(*e));

    if (g_queue_get_length(&c->expectations) >= EXPECTATIONS_MAX)
        drop(g_queue_pop_head(&c->expectations));
    e->expect = *expect;
    e->conversation = c;
    e->frame = frame;
    e->time_ns = time_ns;
    e->links = g_ptr_array_new();
    g_queue_push_tail(&c->expectations, e);
    find_fxp(c->pipeline, e);
    index_add(c->pipeline, &expect->listener, e);
    if (!same_endpoint(&expect->listener, &expect->fallback))
        index_add(c->pipeline, &expect->fallback, e);
    adopt_strays(c->pipeline, e);
    adopt_from_older(c->pipeline, e);
}

struct candidate {
    struct expectation *expectation;
    enum fsc_match match;
    bool turned;
};

/* The session was over when the connection began: ports of a small passive range come again soon, for other sessions.
 */
static bool is_late(const struct expectation *e, const struct net_flow *flow)
{
    return flow_over(e->conversation->flow) && flow->first_ns > e->conversation->flow->last_ns;
}

/* Order of design.md: the exact announced address first, then the same client host, then the newest. */
static void consider(struct pipeline *p, const struct net_flow *flow, const struct fsc_endpoint *listener,
                     struct candidate *best)
{
    GQueue *list = announced_at(p, listener);

    if (list == NULL)
        return;
    for (GList *l = list->head; l != NULL; l = l->next) {
        struct candidate candidate = {.expectation = l->data};
        candidate.match = match_either_way(&candidate.expectation->expect, flow, &candidate.turned);
        if (candidate.match == FSC_MATCH_NO || is_late(candidate.expectation, flow))
            continue;
        if (best->expectation == NULL || candidate.match < best->match)
            *best = candidate;
        if (candidate.match == FSC_MATCH_EXACT)
            return;
    }
}

/* A transfer between two servers: one announced the listener by PASV, the other was told it by PORT in another session.
 */
static struct expectation *other_side(struct pipeline *p, const struct expectation *e,
                                      const struct fsc_endpoint *listener)
{
    GQueue *list = announced_at(p, listener);

    for (GList *l = list != NULL ? list->head : NULL; l != NULL; l = l->next) {
        struct expectation *other = l->data;
        if (other != e && other->fxp && other->conversation != e->conversation)
            return other;
    }
    return NULL;
}

void expectation_flow_opened(struct pipeline *p, struct net_flow *flow)
{
    struct candidate best = {.match = FSC_MATCH_NO};
    struct link *link = link_new(p, flow);

    consider(p, flow, &flow->half[1].from, &best);
    if (!flow->first_half_certain)
        consider(p, flow, &flow->half[0].from, &best);
    if (best.expectation != NULL) {
        attach(best.expectation, link, best.match, best.turned);
        struct expectation *other =
            best.expectation->fxp ? other_side(p, best.expectation, &flow->half[best.turned ? 0 : 1].from) : NULL;
        if (other != NULL)
            attach(other, link_new(p, flow), FSC_MATCH_EXACT, best.turned);
        return;
    }
    struct link *old = p->strays[p->next_stray];
    p->strays[p->next_stray] = link;
    p->next_stray = (p->next_stray + 1) % STRAY_FLOWS_MAX;
    if (old != NULL)
        link_free(p, old);
}

/* Nobody waits for it: its links are strays. */
void expectation_flow_disowned(struct pipeline *p, struct net_flow *flow)
{
    while (flow->owner != NULL) {
        struct link *link = flow->owner;
        for (size_t i = 0; i < STRAY_FLOWS_MAX; i++)
            if (p->strays[i] == link)
                p->strays[i] = NULL;
        link_free(p, link);
    }
}

/* Attempts to connect that no transfer command ever followed are explained too. */
void expectation_report_unused(struct conversation *c)
{
    struct fsc_transfer_evidence evidence;
    struct fsc_finding findings[6];

    for (GList *l = c->expectations.head; l != NULL; l = l->next) {
        const struct expectation *e = l->data;
        if (e->used || e->links->len == 0)
            continue;
        evidence_unused(e, &evidence);
        size_t count = fsc_diagnose_transfer(&evidence, findings, G_N_ELEMENTS(findings));
        for (size_t i = 0; i < count; i++)
            findings[i].of_transfer = false;
        report_findings(c, findings, count, 0, conversation_last_ns(c));
    }
}
