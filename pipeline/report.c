/* report.c - findings and the record of a session. */
#include "pipeline/internal.h"

#include <string.h>

enum { DOCUMENTS_MAX = 2 * FSC_DOC_COUNT, SUMMARY_MAX = 768 };

/* The lists have rows for reply codes and for the numbers a Windows client shows: a finding may have one of each. */
static size_t documents_of(const struct fsc_finding *f, struct record_document *out)
{
    size_t count = 0;

    for (size_t i = 0; i < fsc_document_note_count(); i++) {
        const struct fsc_document_note *note = fsc_document_note_at(i);
        if (note->code != f->code && note->code != f->winsock)
            continue;
        /* Advice about anything but the cause cures nothing. */
        bool fits = f->role == FSC_ROLE_CAUSE && fsc_document_fits(note, f->id, f->text);
        for (int d = 0; d < FSC_DOC_COUNT && count < DOCUMENTS_MAX; d++)
            if (note->documents >> d & 1u)
                out[count++] = (struct record_document){note, (enum fsc_document)d, fits};
    }
    return count;
}

/* Which of the batch is the result of the first one, counted from it; 0: none. */
static uint32_t first_result(const struct fsc_finding *findings, size_t count)
{
    for (uint32_t i = 1; i < count; i++)
        if (findings[i].role == FSC_ROLE_RESULT)
            return i;
    return 0;
}

void report_findings(struct conversation *c, const struct fsc_finding *findings, size_t count, uint32_t transfer_id,
                     int64_t time_ns)
{
    struct pipeline *p = c->pipeline;
    struct record_document documents[DOCUMENTS_MAX];
    char summary[SUMMARY_MAX], advice[SUMMARY_MAX];
    uint32_t result = first_result(findings, count);

    for (size_t i = 0; i < count; i++) {
        const struct fsc_finding *f = &findings[i];
        struct record_finding record = {
            .finding = f, .n = ++p->findings, .summary = summary, .advice = advice, .documents = documents};
        fsc_finding_summary(f, summary, sizeof(summary));
        fsc_finding_advice(f, advice, sizeof(advice));
        record.document_count = documents_of(f, documents);
        record.transfer_id = transfer_id;
        record.cause_of = i == 0 && result != 0 ? record.n + result : 0;
        facts_finding(c->facts, f->id);
        p->totals.findings[f->severity]++;
        struct record_envelope envelope = conversation_envelope(c, time_ns, f->evidence_count > 0 ? f->evidence[0] : 0);
        if (p->sink->finding != NULL)
            p->sink->finding(p->sink->state, &envelope, &record);
    }
}

static void diagnose(struct conversation *c)
{
    struct fsc_session_evidence *e = &c->evidence;
    struct fsc_finding findings[6];

    e->have_attempt = true;
    e->attempt = evidence_attempt(c->flow, FSC_MATCH_EXACT);
    e->end_ns = pipeline_watched_until(c->pipeline, c->flow->last_ns);
    e->data_elsewhere = c->pipeline->data_flows == 0;
    size_t count = fsc_diagnose_session(e, findings, G_N_ELEMENTS(findings));
    report_findings(c, findings, count, 0, conversation_last_ns(c));
}

static const char *ended_word(const struct conversation *c, const char *how)
{
    if (c->flow->first_rst >= 0 && c->flow->rst_before_fin)
        return "rst";
    if (c->flow->first_fin >= 0)
        return "fin";
    if (c->flow->first_rst >= 0)
        return "rst";
    if (strcmp(how, "evicted") == 0 || strcmp(how, "reused") == 0)
        return how;
    bool watched = pipeline_watched_until(c->pipeline, c->flow->last_ns) == c->pipeline->now_ns;
    return watched && strcmp(how, "timeout") == 0 ? "timeout" : "capture_end";
}

static const char *login_word(const struct conversation *c)
{
    if (c->login_accepted)
        return "accepted";
    if (c->login_refused)
        return "refused";
    return fsc_session_uncertain(c->session) || c->tls_seen ? "unknown" : "none";
}

void report_session(struct conversation *c, const char *how)
{
    const struct sink *sink = c->pipeline->sink;

    diagnose(c);
    if (c->facts == NULL)
        return;
    int64_t end_ns = conversation_last_ns(c);
    struct record_session record = {.start_ns = c->start_ns,
                                    .end_ns = end_ns,
                                    .login = login_word(c),
                                    .tls = !c->tls_seen      ? "none"
                                           : c->implicit_tls ? "implicit"
                                                             : "explicit",
                                    .commands = c->commands,
                                    .replies = c->replies,
                                    .transfers = c->transfer_count,
                                    .bytes_down = c->bytes_down,
                                    .bytes_up = c->bytes_up,
                                    .first_seen_start = c->evidence.saw_start,
                                    .ended = ended_word(c, how)};
    struct record_envelope envelope = conversation_envelope(c, end_ns, 0);
    facts_tell(c->facts, &record);
    sink->session(sink->state, &envelope, &record);
}
