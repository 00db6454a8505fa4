/* due.c - what is told when time has passed: transfers whose end stays open, sessions that are over. */
#include "pipeline/internal.h"

static const int64_t settle_ns =
    10000000000; /* a final reply may be captured well before the last data: wait this long for the end */

static const int64_t late_ns = 1000000000; /* packets of a connection that is over come within this time */

/* The flow stays for longer, so that what is sent again is not taken for a new connection; who watches wants to hear
 * that the session is over. */
static const int64_t over_ns = 2000000000;

static void due_at(struct pipeline *p, int64_t ns)
{
    p->due_ns = MIN(p->due_ns, ns);
}

void due_waiting(struct transfer *t)
{
    struct pipeline *p = t->conversation->pipeline;

    g_queue_push_tail(p->waiting, t);
    t->waiting = p->waiting->tail;
    due_at(p, t->reply_ns + settle_ns);
}

bool due_since_reply(const struct transfer *t)
{
    return t->conversation->pipeline->now_ns - t->reply_ns > settle_ns;
}

bool due_settling(struct transfer *t)
{
    struct pipeline *p = t->conversation->pipeline;

    if (t->settling == NULL) {
        t->settling_ns = p->now_ns;
        g_queue_push_tail(p->settling, t);
        t->settling = p->settling->tail;
        due_at(p, t->settling_ns + late_ns);
    }
    return p->now_ns - t->settling_ns > late_ns;
}

void due_over(struct conversation *c)
{
    struct pipeline *p = c->pipeline;

    if (c->over != NULL || c->reported)
        return;
    c->over_ns = p->now_ns;
    g_queue_push_tail(p->over, c);
    c->over = p->over->tail;
    due_at(p, c->over_ns + over_ns);
}

void due_forget(struct conversation *c)
{
    if (c->over != NULL)
        g_queue_delete_link(c->pipeline->over, c->over);
    c->over = NULL;
}

/* A session with data that still goes on ends with its flow. */
static void end_session(struct conversation *c)
{
    due_forget(c);
    if (g_queue_is_empty(&c->transfers) && g_queue_is_empty(&c->inferred) && net_flow_is_whole(c->flow))
        conversation_end(c, "fin");
}

static void set_next(struct pipeline *p)
{
    const struct transfer *t;
    const struct conversation *c;

    p->due_ns = INT64_MAX;
    if ((t = g_queue_peek_head(p->waiting)) != NULL)
        due_at(p, t->reply_ns + settle_ns);
    if ((t = g_queue_peek_head(p->settling)) != NULL)
        due_at(p, t->settling_ns + late_ns);
    if ((c = g_queue_peek_head(p->over)) != NULL)
        due_at(p, c->over_ns + over_ns);
}

void due_report(struct pipeline *p)
{
    struct transfer *t;
    struct conversation *c;

    if (p->now_ns <= p->due_ns)
        return;
    while ((t = g_queue_peek_head(p->waiting)) != NULL && p->now_ns - t->reply_ns > settle_ns)
        transfer_try_report(t, true);
    while ((t = g_queue_peek_head(p->settling)) != NULL && p->now_ns - t->settling_ns > late_ns)
        transfer_try_report(t, true);
    while ((c = g_queue_peek_head(p->over)) != NULL && p->now_ns - c->over_ns > over_ns)
        end_session(c);
    set_next(p);
}
