/* decrypted.c - lines of a control connection in TLS that the host could decrypt: they have positions of their own. */
#include "pipeline/internal.h"

/* The last packets of TLS told nothing; from here on the session is read again. */
static void begin(struct conversation *c, enum fsc_dir dir, uint64_t pos)
{
    if (c->decrypted[dir])
        return;
    c->decrypted[dir] = true;
    c->evidence.tls_frame = 0;
    c->evidence.tls_talks = false;
    fsc_session_rebase(c->session, dir, pos);
}

void pipeline_decrypted(struct pipeline *p, uint64_t pos, struct fsc_span bytes, uint64_t frame, int64_t time_ns)
{
    struct net_packet packet = {.kind = NET_KIND_TCP, .frame = frame, .time_ns = time_ns};
    struct fsc_line line;
    int half;
    const struct net_flow *flow = net_last_flow(p->net, &half);

    if (flow == NULL || flow->role != NET_ROLE_READ)
        return;
    struct conversation *c = flow->owner;
    begin(c, half == 0 ? FSC_C2S : FSC_S2C, pos);
    for (size_t used; (used = fsc_line_next(bytes, true, &line)) != 0; pos += used) {
        conversation_line(c, half, pos, &line, FSC_ACK_NONE, &packet);
        bytes.p += used;
        bytes.n -= used;
    }
}
