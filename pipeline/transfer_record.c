/* transfer_record.c - the record of a transfer: of one that is over, and of one that still goes on. */
#include "pipeline/internal.h"

static void fill_data(const struct transfer *t, const struct link *link, struct record_data *record)
{
    const struct net_flow *flow = link_flow(link);
    const struct net_half *a = &flow->half[0], *b = &flow->half[1];
    /* File bytes go one way; of a connection with bytes both ways (TLS) the direction of the command counts. */
    int server_half = link_server_half(link, t->expect.form);
    int sender = record->upload ? 1 - server_half : server_half;
    const struct net_half *half = &flow->half[sender];

    record->has_endpoints = true;
    record->from = a->from;
    record->to = b->from;
    record->bytes = half->bytes;
    record->missing_bytes = half->missing_bytes;
    record->retransmitted_bytes = half->retransmitted_bytes;
    record->first_frame = flow->first_frame;
    record->last_frame = flow->last_frame;
    record->opened_ns = flow->first_ns;
    record->established_ns = flow->established_ns;
    if (half->first_payload_frame != 0) {
        record->first_ns = half->first_payload_ns;
        record->last_ns = half->last_payload_ns;
        record->duration_ns = record->last_ns - record->first_ns;
    }
    if (t->setup_ns != 0 && flow->established_ns != 0 && flow->established_ns >= t->setup_ns)
        record->setup_ns = flow->established_ns - t->setup_ns;
    record->tls = flow_begins_with_tls(flow);
    record->closed_by = link_closer(link, server_half);
}

/* The default ports count when nothing else was agreed; where an announcement may be missing only when they were used.
 */
static enum fsc_form setup_of(const struct transfer *t)
{
    bool assumed = t->expect.form == FSC_FORM_DEFAULT && fsc_session_uncertain(t->conversation->session);

    return assumed && t->links->len == 0 ? FSC_FORM_NONE : t->expect.form;
}

void transfer_record(const struct transfer *t, enum fsc_status status, struct record_data *record)
{
    const struct link *link = transfer_connection(t);

    *record = (struct record_data){.transfer_id = t->id,
                                   .tx = t->tx,
                                   .verb = t->setup.verb,
                                   .filename = string_span(t->filename),
                                   .path = string_span(t->path),
                                   .upload = fsc_verb_info(t->setup.verb)->flow == FSC_FLOW_UP,
                                   .passive = fsc_form_is_passive(t->expect.form),
                                   .setup = setup_of(t),
                                   .offset = t->setup.offset,
                                   .expected_bytes = t->setup.expected_bytes,
                                   .expected_from = t->setup.expected_from,
                                   .type = t->setup.parameters_known ? t->setup.type : 0,
                                   .status = status,
                                   .completion_code = t->final_code,
                                   .duration_ns = -1,
                                   .setup_ns = -1,
                                   .time_ns = t->command_ns,
                                   .command_frame = t->command_frame};
    if (link != NULL)
        fill_data(t, link, record);
    record->amount_known = link != NULL || status != FSC_STATUS_UNKNOWN;
}

/* What was seen of it by now. */
static void tell_progress(const struct transfer *t, const struct sink *sink)
{
    const struct pipeline *p = t->conversation->pipeline;
    struct record_data record;

    transfer_record(t, FSC_STATUS_UNKNOWN, &record);
    struct record_envelope envelope = conversation_envelope(t->conversation, p->now_ns, t->command_frame);
    sink->progress(sink->state, &envelope, &record);
}

void pipeline_progress(const struct pipeline *p, const struct sink *sink)
{
    if (sink->progress == NULL)
        return;
    for (const GList *l = p->running->head; l != NULL; l = l->next)
        tell_progress(l->data, sink);
    inferred_progress(p, sink);
}
