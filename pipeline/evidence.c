/* evidence.c - what net saw, as the evidence that core/diagnose reads. */
#include "pipeline/internal.h"

struct fsc_attempt evidence_attempt(const struct net_flow *flow, enum fsc_match match)
{
    struct fsc_attempt a = {.from = flow->half[0].from, .to = flow->half[1].from};

    a.syns = flow->syns;
    a.syn_frame = flow->syn_frame;
    a.last_syn_frame = flow->last_syn_frame;
    a.synack_frame = flow->synack_frame;
    a.syn_ns = flow->syn_ns;
    a.last_syn_ns = flow->last_syn_ns;
    a.synack_ns = flow->synack_ns;
    a.established_ns = flow->established_ns;
    a.initiator_sent_more = flow->initiator_sent_more;
    a.rst_answers_syn = flow->rst_answers_syn;
    if (flow->rst_answers_syn) {
        a.rst_frame = flow->half[1].rst_frame;
        a.rst_ns = flow->half[1].rst_ns;
    } else if (flow->first_rst >= 0) {
        a.reset_frame = flow->half[flow->first_rst].rst_frame;
        a.reset_ns = flow->half[flow->first_rst].rst_ns;
        a.reset_by_initiator = flow->first_rst == 0;
    }
    a.rst_ttl = flow->half[1].rst_ttl;
    a.peer_ttl = flow->half[1].ttl;
    a.icmp_frame = flow->icmp_frame;
    a.icmp_ns = flow->icmp_ns;
    a.icmp_v6 = flow->icmp_v6;
    a.icmp_type = flow->icmp_type;
    a.icmp_code = flow->icmp_code;
    a.icmp_from = flow->icmp_from;
    a.fin_frame[0] = flow->half[0].fin_frame;
    a.fin_frame[1] = flow->half[1].fin_frame;
    a.fin_ns[0] = flow->half[0].fin_ns;
    a.fin_ns[1] = flow->half[1].fin_ns;
    a.match = match;
    return a;
}

/* Several tries of the same client to the same listener are one attempt. */
static void add_try(struct fsc_attempt *sum, const struct fsc_attempt *next)
{
    uint32_t syns = sum->syns + next->syns;
    struct fsc_attempt first = *sum;

    if (next->synack_frame != 0 || (sum->synack_frame == 0 && sum->rst_frame == 0 && sum->icmp_frame == 0))
        *sum = *next;
    sum->syns = syns;
    sum->syn_frame = first.syn_frame;
    sum->syn_ns = first.syn_ns;
    sum->last_syn_frame = next->last_syn_frame;
    sum->last_syn_ns = next->last_syn_ns;
}

/* TLS says the end of the data itself. A client (lftp) that has not read the server's session tickets by then answers
 * the server's FIN with a reset in place of its own. */
static bool ended_inside_tls(const struct net_flow *flow, int sender)
{
    const struct net_half *half = &flow->half[sender], *receiver = &flow->half[1 - sender];

    return flow_begins_with_tls(flow) && flow->first_rst == sender && receiver->fin_seen && !flow->rst_before_fin &&
           half->acked == half->bytes;
}

static void fill_flow_facts(const struct transfer *t, const struct link *link, struct fsc_transfer_evidence *out)
{
    const struct net_flow *flow = link_flow(link);
    bool upload = fsc_verb_info(t->setup.verb)->flow == FSC_FLOW_UP;
    int server_half = link_server_half(link, t->expect.form);
    int sender = upload ? 1 - server_half : server_half;
    const struct net_half *half = &flow->half[sender], *peer = &flow->half[1 - sender];
    struct fsc_transfer_facts *f = &out->facts;

    f->data_captured = true;
    f->connected = flow->synack_ns != 0 || half->bytes > 0 || half->fin_seen;
    f->data_from_start = half->syn_seen;
    f->data_ended = half->fin_seen || (upload && ended_inside_tls(flow, sender));
    f->bytes = half->bytes;
    f->missing_bytes = half->missing_bytes;
    f->tls = flow_begins_with_tls(flow);
    if (half->fin_seen && t->abor_frame > half->fin_frame)
        f->abor = false; /* ABOR and the final reply crossed: everything was sent by then */
    f->receiver_fin_first =
        peer->fin_seen && flow->first_fin == 1 - sender && (flow->rst_before_fin || !half->fin_seen);
    f->reset_early = f->connected && flow->rst_before_fin && !half->fin_seen;
    out->last_data_frame = half->last_payload_frame;
    out->closed_by = link_closer(link, server_half);
}

static void fill_attempts(const GPtrArray *links, struct fsc_transfer_evidence *out)
{
    for (guint i = 0; i < links->len; i++) {
        const struct link *link = links->pdata[i];
        struct fsc_attempt attempt = evidence_attempt(link_flow(link), link->match);
        if (!out->have_attempt) {
            out->attempt = attempt;
            out->have_attempt = true;
        } else if (attempt.match == out->attempt.match) {
            add_try(&out->attempt, &attempt);
        } else if (attempt.match == FSC_MATCH_FALLBACK) {
            out->retried_elsewhere = true;
        }
    }
}

static void fill_control(const struct conversation *c, struct fsc_transfer_evidence *out)
{
    const struct net_flow *control = c->flow;

    out->client = c->client;
    out->server = c->server;
    out->tls_control = c->tls_seen;
    out->facts.control_ended = control->half[1].fin_seen || control->first_rst >= 0;
    out->gave_up = control->half[0].fin_seen || control->first_rst >= 0;
    out->server_alive = out->have_attempt && control->half[1].last_packet_ns > out->attempt.syn_ns;
    int first_to_end = control->rst_before_fin ? control->first_rst : control->first_fin;
    out->server_hung_up = first_to_end == 1;
    if (control->synack_ns == 0 || control->established_ns == 0 || control->syn_ns == 0)
        return;
    out->control_rtt_ns = control->established_ns - control->syn_ns;
    bool active = out->expect.form == FSC_FORM_PORT || out->expect.form == FSC_FORM_EPRT ||
                  out->expect.form == FSC_FORM_LPRT || out->expect.form == FSC_FORM_DEFAULT;
    out->listener_rtt_ns = active ? control->established_ns - control->synack_ns : control->synack_ns - control->syn_ns;
}

/* Did the server say what was not captured? Nothing of it was, or the client's reset behind its own FIN answers it. */
static bool says_unseen(const struct net_flow *control)
{
    const struct net_half *client = &control->half[0], *server = &control->half[1];
    bool reset_answers = client->fin_seen && client->rst_seen && client->rst_ns >= client->fin_ns;

    return server->last_packet_ns == 0 || (reset_answers && server->last_packet_ns < client->fin_ns);
}

/* A number behind the last byte was acknowledged, and its packet is not in the capture. */
static bool misses_fin(const struct link *link)
{
    for (int i = 0; i < 2; i++) {
        const struct net_half *half = &link_flow(link)->half[i];
        if (!half->fin_seen && half->acked > half->bytes)
            return true;
    }
    return false;
}

void evidence_transfer(const struct transfer *t, struct fsc_transfer_evidence *out)
{
    const struct conversation *c = t->conversation;
    const struct pipeline *p = c->pipeline;
    const struct link *link = transfer_connection(t);

    *out = (struct fsc_transfer_evidence){.expect = t->expect};
    out->facts.setup = t->setup;
    out->facts.final_code = t->final_code;
    out->facts.preliminary = t->preliminary;
    out->facts.abor = t->abor;
    out->facts.control_missing = t->uncertain || says_unseen(c->flow) || fsc_session_opaque(c->session);
    out->facts.reply_doubtful = t->doubtful;
    out->facts.untied = link == NULL && fsc_session_uncertain(c->session);
    out->facts.data_elsewhere = p->data_flows == 0 && (p->data_filtered || t->final_code / 100 == 2);
    if (link != NULL)
        fill_flow_facts(t, link, out);
    out->facts.lossy =
        fsc_session_uncertain(c->session) || out->facts.missing_bytes > 0 || (link != NULL && misses_fin(link));
    fill_attempts(t->links, out);
    fill_control(c, out);
    out->gave_up = out->gave_up || t->final || c->last_tx > t->tx;
    out->facts.gave_up = out->gave_up;
    out->fxp = t->expectation != NULL && t->expectation->fxp;
    out->command_frame = t->command_frame;
    out->setup_frame = t->setup_frame;
    out->reply_frame = t->reply_frame;
    out->abor_frame = t->abor_frame;
    out->command_ns = t->command_ns;
    out->setup_ns = t->setup_ns;
    out->reply_ns = t->reply_ns;
    int64_t watched = pipeline_watched_until(p, out->have_attempt ? out->attempt.last_syn_ns : t->command_ns);
    out->end_ns = t->reply_ns != 0 ? MIN(t->reply_ns, watched) : watched;
    out->text = t->text;
}

/* A listener was announced and tried, but no transfer command followed: clients such as curl and lftp connect first. */
void evidence_unused(const struct expectation *e, struct fsc_transfer_evidence *out)
{
    const struct conversation *c = e->conversation;
    static const enum fsc_verb verbs[] = {
        [FSC_FORM_NONE] = FSC_VERB_NONE, [FSC_FORM_PORT] = FSC_VERB_PORT,   [FSC_FORM_EPRT] = FSC_VERB_EPRT,
        [FSC_FORM_LPRT] = FSC_VERB_LPRT, [FSC_FORM_PASV] = FSC_VERB_PASV,   [FSC_FORM_EPSV] = FSC_VERB_EPSV,
        [FSC_FORM_LPSV] = FSC_VERB_LPSV, [FSC_FORM_DEFAULT] = FSC_VERB_NONE};

    *out = (struct fsc_transfer_evidence){.expect = e->expect};
    out->facts.setup.tx = e->expect.id;
    out->facts.setup.verb = verbs[e->expect.form];
    fill_attempts(e->links, out);
    out->facts.data_captured = out->have_attempt;
    out->facts.connected = out->attempt.synack_ns != 0 || out->attempt.initiator_sent_more;
    fill_control(c, out);
    out->gave_up = out->gave_up || c->last_tx > e->expect.id;
    out->fxp = e->fxp;
    out->setup_frame = e->frame;
    out->setup_ns = e->time_ns;
    out->end_ns = pipeline_watched_until(c->pipeline, out->have_attempt ? out->attempt.last_syn_ns : e->time_ns);
}
