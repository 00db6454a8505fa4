/* evidence.c - what net saw, as the evidence that core/diagnose reads. */
#include "monitor/pipeline_state.h"

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

static void fill_flow_facts(const struct transfer *t, const struct net_flow *flow, struct fsc_transfer_evidence *out)
{
    bool upload = fsc_verb_info(t->setup.verb)->flow == FSC_FLOW_UP;
    bool initiator_is_client = fsc_addr_equal(&flow->half[0].from.addr, &t->conversation->client.addr);
    int sender = upload == initiator_is_client ? 0 : 1;
    const struct net_half *half = &flow->half[sender], *peer = &flow->half[1 - sender];
    struct fsc_transfer_facts *f = &out->facts;

    f->data_captured = true;
    f->connected = flow->synack_ns != 0 || half->bytes > 0 || half->fin_seen;
    f->data_from_start = half->syn_seen;
    f->data_ended = half->fin_seen;
    f->bytes = half->bytes;
    f->missing_bytes = half->missing_bytes;
    f->tls = flow->half[0].head_len >= 5 &&
             fsc_tls_record((struct fsc_span){flow->half[0].head, flow->half[0].head_len}, NULL) != FSC_TLS_NOT;
    f->receiver_fin_first = peer->fin_seen && flow->first_fin == 1 - sender && flow->rst_before_fin;
    if (peer->fin_seen && flow->first_fin == 1 - sender && !half->fin_seen)
        f->receiver_fin_first = true;
    f->reset_early = f->connected && flow->rst_before_fin && !half->fin_seen;
    out->first_data_frame = half->first_payload_frame;
    out->last_data_frame = half->last_payload_frame;
    bool closer_is_client = fsc_addr_equal(
        &flow->half[flow->rst_before_fin && flow->first_rst >= 0 ? flow->first_rst : MAX(flow->first_fin, 0)].from.addr,
        &t->conversation->client.addr);
    if (flow->first_fin >= 0 || flow->first_rst >= 0)
        out->closed_by = closer_is_client ? FSC_CLOSER_CLIENT : FSC_CLOSER_SERVER;
}

static const struct net_flow *best_flow(const struct transfer *t)
{
    const struct net_flow *best = NULL;

    for (guint i = 0; i < t->links->len; i++) {
        const struct net_flow *flow = link_flow(t->links->pdata[i]);
        if (best == NULL || flow->half[0].bytes + flow->half[1].bytes > 0 || flow->established_ns != 0)
            best = flow;
    }
    return best;
}

static void fill_attempts(const struct transfer *t, struct fsc_transfer_evidence *out)
{
    for (guint i = 0; i < t->links->len; i++) {
        const struct link *link = t->links->pdata[i];
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

void evidence_transfer(const struct transfer *t, struct fsc_transfer_evidence *out)
{
    const struct conversation *c = t->conversation;
    const struct pipeline *p = c->pipeline;
    const struct net_flow *flow = best_flow(t);
    const struct net_flow *control = c->flow;

    *out = (struct fsc_transfer_evidence){.expect = t->expect, .client = c->client, .server = c->server};
    out->facts.setup = t->setup;
    out->facts.final_code = t->final_code;
    out->facts.preliminary = t->preliminary;
    out->facts.abor = t->abor;
    out->facts.control_missing = t->uncertain || fsc_session_opaque(c->session);
    out->facts.data_elsewhere = p->data_flows == 0 && t->final_code / 100 == 2;
    if (control != NULL)
        out->facts.control_ended = control->half[1].fin_seen || control->first_rst >= 0;
    if (flow != NULL)
        fill_flow_facts(t, flow, out);
    fill_attempts(t, out);
    out->command_frame = t->command_frame;
    out->setup_frame = t->setup_frame;
    out->reply_frame = t->reply_frame;
    out->abor_frame = t->abor_frame;
    out->command_ns = t->command_ns;
    out->setup_ns = t->setup_ns;
    out->reply_ns = t->reply_ns;
    out->end_ns = t->reply_ns != 0 ? t->reply_ns : p->now_ns;
    out->text = t->text;
    out->tls_control = c->tls_seen;
    bool closed = control != NULL && (control->half[0].fin_seen || control->first_rst >= 0);
    out->gave_up = t->final || closed || c->last_tx > t->tx;
    if (control != NULL) {
        out->server_alive = out->have_attempt && control->half[1].last_packet_ns > out->attempt.last_syn_ns;
        if (control->synack_ns != 0 && control->established_ns != 0)
            out->control_rtt_ns = control->established_ns - control->syn_ns;
    }
}
