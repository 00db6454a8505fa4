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

/* ---- in the order of time ---- */

enum due { DUE_WAITING, DUE_SETTLING, DUE_OVER, DUE_KINDS };

/* When the first of each kind is due; INT64_MAX: there is none. */
static enum due first_due(const struct pipeline *p, int64_t *ns)
{
    const struct transfer *waiting = g_queue_peek_head(p->waiting), *settling = g_queue_peek_head(p->settling);
    const struct conversation *over = g_queue_peek_head(p->over);
    const int64_t due_ns[DUE_KINDS] = {
        [DUE_WAITING] = waiting != NULL ? waiting->reply_ns + settle_ns : INT64_MAX,
        [DUE_SETTLING] = settling != NULL ? settling->settling_ns + late_ns : INT64_MAX,
        [DUE_OVER] = over != NULL ? over->over_ns + over_ns : INT64_MAX,
    };
    enum due first = DUE_WAITING;

    for (enum due kind = DUE_SETTLING; kind < DUE_KINDS; kind++)
        if (due_ns[kind] < due_ns[first])
            first = kind;
    *ns = due_ns[first];
    return first;
}

static void report_until(struct pipeline *p, int64_t ns)
{
    enum due kind;

    while (kind = first_due(p, &p->due_ns), p->due_ns < ns) {
        if (kind == DUE_OVER)
            end_session(g_queue_peek_head(p->over));
        else
            transfer_try_report(g_queue_peek_head(kind == DUE_WAITING ? p->waiting : p->settling), true);
    }
}

/* A run that went on for some seconds says the same. */
void due_end(struct pipeline *p)
{
    report_until(p, INT64_MAX);
}

void due_report(struct pipeline *p)
{
    if (p->now_ns > p->due_ns)
        report_until(p, p->now_ns);
}
