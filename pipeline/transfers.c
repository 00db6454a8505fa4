/* transfers.c - one transfer: its parameters, its data connections, and its record when the outcome is known. */
#include "pipeline/internal.h"

struct transfer *transfer_find(struct conversation *c, uint32_t tx)
{
    if (c->newest_transfer != NULL && c->newest_transfer->tx == tx)
        return c->newest_transfer;
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
    struct transfer *t = slabs_take(c->pipeline->slabs, sizeof(*t));

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
    c->newest_transfer = t;
    g_queue_push_tail(c->pipeline->running, t);
    t->running = c->pipeline->running->tail;
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
        due_waiting(t);
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
    if (!t->final)
        return OUTCOME_OPEN;
    const struct link *link = transfer_connection(t);
    if (due_since_reply(t))
        return OUTCOME_KNOWN;
    if (link == NULL && t->final_code == 425 && !fsc_form_is_passive(t->expect.form))
        return OUTCOME_SETTLING; /* the answer to the server's attempt may be captured behind its reply */
    if (link == NULL && t->final_code / 100 != 2)
        return OUTCOME_KNOWN;
    if (link == NULL) /* none of any transfer: a filter on the control connection, and none will come */
        return t->conversation->pipeline->data_flows == 0 ? OUTCOME_SETTLING : OUTCOME_OPEN;
    bool never_answered = link_flow(link)->synack_ns == 0 && t->final_code / 100 != 2;
    if (link->closed || link_over(link))
        return may_go_on(link) ? OUTCOME_SETTLING : OUTCOME_KNOWN;
    return never_answered ? OUTCOME_SETTLING : OUTCOME_OPEN;
}

/* The packet that completed it: the last one of the data, or the final reply; without one the last of all. */
static int64_t time_of(const struct transfer *t)
{
    const struct link *link = transfer_connection(t);
    int64_t data_ns = link != NULL ? link_flow(link)->last_ns : 0;

    return MAX(t->final ? t->reply_ns : conversation_last_ns(t->conversation), data_ns);
}

static void emit(const struct transfer *t, enum fsc_status status, int64_t time_ns)
{
    struct conversation *c = t->conversation;
    struct pipeline *p = c->pipeline;
    struct record_data record;

    transfer_record(t, status, &record);
    *(record.upload ? &c->bytes_up : &c->bytes_down) += record.bytes;
    p->totals.transfers[status]++;
    struct record_envelope envelope = conversation_envelope(c, time_ns, t->command_frame);
    if (p->sink->data != NULL)
        p->sink->data(p->sink->state, &envelope, &record);
}

static void transfer_free(struct transfer *t)
{
    struct pipeline *p = t->conversation->pipeline;

    g_queue_delete_link(p->running, t->running);
    if (t->expectation != NULL && t->expectation->transfer == t)
        t->expectation->transfer = NULL;
    for (guint i = 0; i < t->links->len; i++)
        link_free(p, t->links->pdata[i]);
    if (t->waiting != NULL)
        g_queue_delete_link(p->waiting, t->waiting);
    if (t->settling != NULL)
        g_queue_delete_link(p->settling, t->settling);
    g_ptr_array_free(t->links, TRUE);
    g_string_free(t->filename, TRUE);
    g_string_free(t->path, TRUE);
    slabs_give(p->slabs, t, sizeof(*t));
}

bool transfer_try_report(struct transfer *t, bool force)
{
    struct conversation *c = t->conversation;
    struct fsc_transfer_evidence evidence;
    struct fsc_finding findings[6];

    enum outcome outcome = force ? OUTCOME_KNOWN : outcome_of(t);
    if (outcome == OUTCOME_OPEN || (outcome == OUTCOME_SETTLING && !due_settling(t)))
        return false;
    g_queue_remove(&c->transfers, t);
    if (c->newest_transfer == t)
        c->newest_transfer = NULL;
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
    int64_t time_ns = time_of(t);
    emit(t, evidence.status, time_ns);
    size_t count = fsc_diagnose_transfer(&evidence, findings, G_N_ELEMENTS(findings));
    for (size_t i = 0; i < count; i++) {
        findings[i].tx = t->tx;
        findings[i].of_transfer = true;
    }
    report_findings(c, findings, count, t->id, time_ns);
    transfer_free(t);
    return true;
}

void transfers_flush(struct conversation *c)
{
    while (!g_queue_is_empty(&c->transfers))
        transfer_try_report(g_queue_peek_head(&c->transfers), true);
}
