/* early.c - answers captured before what they answer: the two directions of a connection come from different queues of
 * the network card, and the refusal of a SYN from the same machine is microseconds away. */
#include "net/internal.h"

#include <glib.h>
#include <string.h>

static bool same_endpoint(const struct fsc_endpoint *a, const struct fsc_endpoint *b)
{
    return a->port == b->port && memcmp(&a->addr, &b->addr, sizeof(a->addr)) == 0;
}

void net_early_keep(struct net_early *early, const struct net_packet *packet)
{
    struct net_packet *kept = &early->packet[early->next++ % NET_EARLY_MAX];
    *kept = *packet;
    kept->payload = (struct fsc_span){NULL, 0};
}

static bool answers(const struct net_packet *packet, const struct net_packet *syn)
{
    int64_t low = MIN(packet->time_ns, syn->time_ns), high = MAX(packet->time_ns, syn->time_ns);
    if (packet->frame == 0 || (uint64_t)high - (uint64_t)low > NET_LOST_NS)
        return false;
    if (packet->kind == NET_KIND_ICMP)
        return packet->seq == syn->seq && same_endpoint(&packet->from, &syn->from) &&
               same_endpoint(&packet->to, &syn->to);
    return (packet->flags & NET_ACK) != 0 && packet->ack - (syn->seq + 1) <= syn->payload_len &&
           same_endpoint(&packet->from, &syn->to) && same_endpoint(&packet->to, &syn->from);
}

bool net_early_take(struct net_early *early, const struct net_packet *syn, struct net_packet *out)
{
    for (unsigned i = 0; i < NET_EARLY_MAX; i++) {
        struct net_packet *kept = &early->packet[i];
        if (!answers(kept, syn))
            continue;
        *out = *kept;
        out->time_ns = MAX(kept->time_ns, syn->time_ns); /* no answer is older than its question */
        kept->frame = 0;
        return true;
    }
    return false;
}
