/* link.c - a data connection as a transfer, an announcement or a session sees it. */
#include "pipeline/internal.h"

struct link *link_new(struct pipeline *p, struct net_flow *flow)
{
    struct link *link = slabs_take(p->slabs, sizeof(*link));

    link->flow = flow;
    link->next = flow->owner;
    flow->owner = link;
    return link;
}

const struct net_flow *link_flow(const struct link *link)
{
    return link->flow != NULL ? link->flow : &link->last;
}

/* The flow forgets this link. */
static void unhook(struct link *link)
{
    struct link **place = link->flow != NULL ? (struct link **)&link->flow->owner : NULL;

    while (place != NULL && *place != NULL && *place != link)
        place = &(*place)->next;
    if (place != NULL && *place == link)
        *place = link->next;
}

void link_free(struct pipeline *p, struct link *link)
{
    unhook(link);
    slabs_give(p->slabs, link, sizeof(*link));
}

/* Passive: the server listens; active: the server connects. */
int link_server_half(const struct link *link, enum fsc_form form)
{
    return fsc_form_is_passive(form) != link->turned ? 1 : 0;
}

enum fsc_closer link_closer(const struct link *link, int server_half)
{
    const struct net_flow *flow = link_flow(link);
    int first = flow->rst_before_fin ? flow->first_rst : flow->first_fin;

    if (first < 0 || flow->rst_answers_syn) /* what was refused was never open */
        return FSC_CLOSER_NONE;
    return first == server_half ? FSC_CLOSER_SERVER : FSC_CLOSER_CLIENT;
}

/* Bytes count most, then having been established, then coming from the host that was expected: a stranger who is sent
 * away (a scan of the passive ports) is not the transfer. */
static unsigned rank_of(const struct link *link)
{
    const struct net_flow *flow = link_flow(link);
    bool carried = flow->half[0].bytes + flow->half[1].bytes > 0;

    return (carried ? 4u : 0) + (flow->established_ns != 0 ? 2u : 0) + (link->match != FSC_MATCH_OTHER_HOST);
}

/* Of equals the last one. */
const struct link *link_best(const GPtrArray *links)
{
    const struct link *best = NULL;

    for (guint i = 0; i < links->len; i++) {
        const struct link *link = links->pdata[i];
        if (best == NULL || rank_of(link) >= rank_of(best))
            best = link;
    }
    return best;
}

/* The client of TLS need not be the initiator of TCP: in active mode the FTP client begins the handshake. */
bool flow_begins_with_tls(const struct net_flow *flow)
{
    for (int i = 0; i < 2; i++) {
        const struct net_half *half = &flow->half[i];
        size_t length = fsc_tls_record((struct fsc_span){half->head, half->head_len}, NULL);
        if (length != FSC_TLS_NOT && length != 0)
            return true;
    }
    return false;
}

bool flow_over(const struct net_flow *flow)
{
    return flow->first_rst >= 0 || (flow->half[0].fin_seen && flow->half[1].fin_seen);
}

bool link_over(const struct link *link)
{
    return flow_over(link_flow(link));
}

/* Has it served a transfer? Then the next connection to the same listener is for another one. */
bool link_served(const struct link *link)
{
    const struct net_flow *flow = link_flow(link);

    bool carried = flow->half[0].bytes + flow->half[1].bytes > 0;
    bool closed = flow->half[0].fin_seen && flow->half[1].fin_seen;

    /* Servers turn a stranger away and wait on for the client (Pure-FTPd). */
    return carried || (closed && link->match != FSC_MATCH_OTHER_HOST);
}

/* The first ones are kept and the newest: with a flood of them the end still shows. */
void links_add(struct pipeline *p, GPtrArray *links, struct link *link)
{
    if (links->len >= LINKS_MAX) {
        link_free(p, g_ptr_array_steal_index(links, links->len - 1));
        p->totals.evicted++;
    }
    g_ptr_array_add(links, link);
}
