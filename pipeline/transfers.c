/* transfers.c - one transfer: its parameters, its data connections, and its record when the outcome is known. */
#include "pipeline/internal.h"

static const int64_t settle_ns =
    10000000000; /* a final reply may be captured well before the last data: wait this long for the end */

static const int64_t late_ns = 1000000000; /* packets of a connection that is over come within this time */

static void due_at(struct pipeline *p, int64_t ns)
{
    p->due_ns = MIN(p->due_ns, ns);
}

struct transfer *transfer_find(struct conversation *c, uint32_t tx)
{
    for (GList *l = c->transfers.tail; l != NULL; l = l->prev) {
        struct transfer *t = l->data;
        if (t->tx == tx)
            return t;
    }
    return NULL;
}

static void bind(struct transfer *t, uint32_t expect_id)
{
    struct conversation *c = t->conversation;
    struct expectation *e = expectation_find(c, expect_id);

    if (e == NULL && expect_id == 0) {
        struct fsc_expect expect;
        fsc_expect_default(&c->client, &c->server, &expect);
        expectation_add(c, &expect, t->command_frame, t->command_ns);
        e = expectation_find(c, 0);
    }
    if (e == NULL || e == t->expectation)
        return;
    if (t->expectation != NULL && t->expectation->transfer == t)
        t->expectation->transfer = NULL;
    t->expectation = e;
    t->expect_id = expect_id;
    t->expect = e->expect;
    t->setup_frame = e->frame;
    t->setup_ns = e->time_ns;
    e->used = true;
    if (e->transfer != NULL && !e->transfer->final)
        return; /* the one before still runs; this one takes over when it ends */
    e->transfer = t;
    for (bool served = false; e->links->len > 0 && !served;) {
        struct link *link = g_ptr_array_steal_index(e->links, 0);
        served = link_served(link); /* read late, those behind it are for the next transfers */
        transfer_link(t, link);
    }
}

/* The last word counts: a reply knows more than its command did. STOU says its name once. */
static void take_path(struct transfer *t, const struct fsc_note *note)
{
    if (note->path.n == 0)
        return;
    g_string_truncate(t->path, 0);
    g_string_append_len(t->path, (const gchar *)note->path.p, (gssize)note->path.n);
}

/* ABOR, or the Telnet interrupt that goes before it: of a client that hangs up at once it is all that comes. */
void transfers_interrupted(struct conversation *c, uint64_t frame, bool telnet)
{
    for (GList *l = c->transfers.head; l != NULL; l = l->next) {
        struct transfer *t = l->data;
        t->abor_frame = frame;
        t->abor = t->abor || (telnet && !t->final);
    }
}

struct transfer *transfer_open(struct conversation *c, const struct fsc_note *note, struct fsc_span filename,
                               uint64_t frame, int64_t time_ns)
{
    struct transfer *t = g_new0(struct transfer, 1);

    if (g_queue_get_length(&c->transfers) >= TRANSFERS_OPEN_MAX)
        transfer_try_report(g_queue_peek_head(&c->transfers), true);
    t->conversation = c;
    t->id = ++c->transfer_count;
    t->tx = note->tx;
    t->setup = note->transfer;
    t->command_frame = frame;
    t->command_ns = time_ns;
    t->filename = g_string_new_len((const gchar *)filename.p, (gssize)filename.n);
    t->path = g_string_new(NULL);
    t->links = g_ptr_array_new();
    t->text = FSC_TEXT_NONE;
    take_path(t, note);
    g_queue_push_tail(&c->transfers, t);
    bind(t, note->expect_id);
    return t;
}

void transfer_link(struct transfer *t, struct link *link)
{
    link->transfer = t;
    links_add(t->conversation->pipeline, t->links, link);
}

void transfer_update(struct transfer *t, const struct fsc_note *note, uint64_t frame, int64_t time_ns)
{
    t->setup = note->transfer;
    if (t->expectation == NULL || note->expect_id != t->expect_id)
        bind(t, note->expect_id);
    take_path(t, note);
    t->uncertain |= (note->flags & FSC_NOTE_UNCERTAIN) != 0;
    t->doubtful |= (note->flags & FSC_NOTE_DOUBTFUL) != 0;
    t->abor |= (note->flags & FSC_NOTE_ABORTED) != 0;
    if (note->code == 0)
        return;
    t->reply_frame = frame;
    t->reply_ns = time_ns;
    if (note->code / 100 == 1) {
        t->preliminary = true;
        return;
    }
    t->final = true;
    if (t->waiting == NULL) {
        if (note->code / 100 == 2 && t->conversation->pipeline->data_flows == 0)
            t->conversation->pipeline->data_filtered = true;
        g_queue_push_tail(t->conversation->pipeline->waiting, t);
        t->waiting = t->conversation->pipeline->waiting->tail;
        due_at(t->conversation->pipeline, t->reply_ns + settle_ns);
    }
    t->final_code = note->code;
    t->text = note->text;
    struct expectation *e = t->expectation;
    if (e == NULL || e->transfer != t)
        return;
    /* The next transfer that waits for the same listener (PORT stays in force) gets the connections from here on. A
     * success without a connection waits for it: the reply may be captured before it. */
    if (t->links->len > 0 || note->code / 100 != 2)
        e->transfer = NULL;
    for (GList *l = t->conversation->transfers.head; l != NULL; l = l->next) {
        struct transfer *other = l->data;
        if (other != t && other->expectation == e && !other->final) {
            e->transfer = other;
            break;
        }
    }
}

/* The best one that can be it: bytes that only went the other way are those of another transfer, whose connection was
 * tied to this one because packets are missing. */
const struct link *transfer_connection(const struct transfer *t)
{
    const struct link *link = link_best(t->links);
    bool upload = fsc_verb_info(t->setup.verb)->flow == FSC_FLOW_UP;

    if (link == NULL || !fsc_session_uncertain(t->conversation->session))
        return link;
    const struct net_flow *flow = link_flow(link);
    int server_half = link_server_half(link, t->expect.form);
    int sender = upload ? 1 - server_half : server_half;
    if (link_over(link) && flow->last_frame < t->command_frame) /* it served a command that is missing */
        return NULL;
    return flow->half[sender].bytes == 0 && flow->half[1 - sender].bytes > 0 ? NULL : link;
}

/* May more of it come although it looks finished? A sender goes on for a while after the receiver's reset, and what is
 * missing may be captured late. */
static bool may_go_on(const struct link *link)
{
    const struct net_flow *flow = link_flow(link);
    bool whole = flow->half[0].fin_seen && flow->half[1].fin_seen;
    bool reset = flow->first_rst >= 0 && !flow->rst_answers_syn && !whole;

    return !link->closed && (reset || flow->half[0].missing_bytes + flow->half[1].missing_bytes > 0);
}

enum outcome { OUTCOME_OPEN, OUTCOME_SETTLING, OUTCOME_KNOWN };

/* May the record be written? Not before the final reply and the end of the data connection, or long after the reply. */
static enum outcome outcome_of(const struct transfer *t)
{
    const struct link *link = transfer_connection(t);

    if (!t->final)
        return OUTCOME_OPEN;
    if (t->conversation->pipeline->now_ns - t->reply_ns > settle_ns)
        return OUTCOME_KNOWN;
    if (link == NULL && t->final_code == 425 && !fsc_form_is_passive(t->expect.form))
        return OUTCOME_SETTLING; /* the answer to the server's attempt may be captured behind its reply */
    if (link == NULL)
        return t->final_code / 100 != 2 ? OUTCOME_KNOWN : OUTCOME_OPEN;
    bool never_answered = link_flow(link)->synack_ns == 0 && t->final_code / 100 != 2;
    if (link->closed || link_over(link))
        return may_go_on(link) ? OUTCOME_SETTLING : OUTCOME_KNOWN;
    return never_answered ? OUTCOME_SETTLING : OUTCOME_OPEN;
}

/* True when it has settled for long enough. */
static bool settle(struct transfer *t)
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

void transfers_report_due(struct pipeline *p)
{
    struct transfer *t;

    if (p->now_ns <= p->due_ns)
        return;
    while ((t = g_queue_peek_head(p->waiting)) != NULL && p->now_ns - t->reply_ns > settle_ns)
        transfer_try_report(t, true);
    while ((t = g_queue_peek_head(p->settling)) != NULL && p->now_ns - t->settling_ns > late_ns)
        transfer_try_report(t, true);
    p->due_ns = INT64_MAX;
    if ((t = g_queue_peek_head(p->waiting)) != NULL)
        due_at(p, t->reply_ns + settle_ns);
    if ((t = g_queue_peek_head(p->settling)) != NULL)
        due_at(p, t->settling_ns + late_ns);
}

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
    if (half->first_payload_frame != 0)
        record->duration_ns = half->last_payload_ns - half->first_payload_ns;
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

/* The packet that completed it: the last one of the data, or the final reply. */
static int64_t time_of(const struct transfer *t, const struct link *link)
{
    int64_t data_ns = link != NULL ? link_flow(link)->last_ns : 0;

    return t->final ? MAX(t->reply_ns, data_ns) : t->conversation->pipeline->now_ns;
}

static void emit(struct transfer *t, const struct fsc_transfer_evidence *evidence)
{
    struct conversation *c = t->conversation;
    const struct link *link = transfer_connection(t);
    const struct fsc_verb_info *info = fsc_verb_info(t->setup.verb);
    struct record_data record = {.transfer_id = t->id,
                                 .tx = t->tx,
                                 .verb = t->setup.verb,
                                 .filename = string_span(t->filename),
                                 .path = string_span(t->path),
                                 .upload = info->flow == FSC_FLOW_UP,
                                 .passive = fsc_form_is_passive(t->expect.form),
                                 .setup = setup_of(t),
                                 .offset = t->setup.offset,
                                 .expected_bytes = t->setup.expected_bytes,
                                 .expected_from = t->setup.expected_from,
                                 .type = t->setup.parameters_known ? t->setup.type : 0,
                                 .status = evidence->status,
                                 .completion_code = t->final_code,
                                 .duration_ns = -1,
                                 .setup_ns = -1,
                                 .time_ns = t->command_ns,
                                 .command_frame = t->command_frame};
    if (link != NULL)
        fill_data(t, link, &record);
    record.amount_known = link != NULL || record.status != FSC_STATUS_UNKNOWN;
    *(record.upload ? &c->bytes_up : &c->bytes_down) += record.bytes;
    c->pipeline->totals.transfers[record.status]++;
    struct record_envelope envelope = conversation_envelope(c, time_of(t, link), t->command_frame);
    if (c->pipeline->sink->data != NULL)
        c->pipeline->sink->data(c->pipeline->sink->state, &envelope, &record);
}

static void transfer_free(struct transfer *t)
{
    if (t->expectation != NULL && t->expectation->transfer == t)
        t->expectation->transfer = NULL;
    for (guint i = 0; i < t->links->len; i++)
        link_free(t->links->pdata[i]);
    if (t->waiting != NULL)
        g_queue_delete_link(t->conversation->pipeline->waiting, t->waiting);
    if (t->settling != NULL)
        g_queue_delete_link(t->conversation->pipeline->settling, t->settling);
    g_ptr_array_free(t->links, TRUE);
    g_string_free(t->filename, TRUE);
    g_string_free(t->path, TRUE);
    g_free(t);
}

bool transfer_try_report(struct transfer *t, bool force)
{
    struct conversation *c = t->conversation;
    struct fsc_transfer_evidence evidence;
    struct fsc_finding findings[6];

    enum outcome outcome = force ? OUTCOME_KNOWN : outcome_of(t);
    if (outcome == OUTCOME_OPEN || (outcome == OUTCOME_SETTLING && !settle(t)))
        return false;
    g_queue_remove(&c->transfers, t);
    evidence_transfer(t, &evidence);
    evidence.status = fsc_transfer_status(&evidence.facts);
    /* A success is unknown only when the data, or their end, are not in the capture. */
    bool weak = evidence.facts.control_missing || evidence.facts.data_elsewhere || evidence.facts.missing_bytes > 0 ||
                evidence.facts.final_code / 100 == 2;
    if (evidence.status == FSC_STATUS_UNKNOWN && weak) {
        c->evidence.weakened++;
        if (c->evidence.gap_frame == 0)
            c->evidence.gap_frame = evidence.reply_frame;
        c->pipeline->totals.weakened++;
    }
    emit(t, &evidence);
    size_t count = fsc_diagnose_transfer(&evidence, findings, G_N_ELEMENTS(findings));
    for (size_t i = 0; i < count; i++) {
        findings[i].tx = t->tx;
        findings[i].of_transfer = true;
    }
    report_findings(c, findings, count, t->id);
    transfer_free(t);
    return true;
}

void transfers_flush(struct conversation *c)
{
    while (!g_queue_is_empty(&c->transfers))
        transfer_try_report(g_queue_peek_head(&c->transfers), true);
}
