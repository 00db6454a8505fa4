/* findings.c - what is wrong and why: kept, and put where it belongs. */
#include "monitor/model/internal.h"

#include <string.h>

#include "monitor/output/words.h"

static struct finding *finding_new(const struct record_envelope *envelope, const struct record_finding *record,
                                   struct row *row)
{
    const struct fsc_finding *f = record->finding;
    const char *advice = words_advice(record), *summary = record->summary != NULL ? record->summary : "";
    size_t summary_size = strlen(summary) + 1, advice_size = strlen(advice) + 1;
    size_t size = sizeof(struct finding) + summary_size + advice_size;
    struct finding *finding = g_malloc(size);
    char *texts = (char *)(finding + 1);

    *finding = (struct finding){.size = size};
    finding->shown = (struct model_finding){.session = envelope->session,
                                            .n = record->n,
                                            .transfer_id = record->transfer_id,
                                            .tx = f->tx,
                                            .of = &row->shown,
                                            .time_ns = envelope->time_ns,
                                            .id = f->id,
                                            .severity = f->severity,
                                            .confidence = f->confidence,
                                            .role = f->role,
                                            .summary = memcpy(texts, summary, summary_size),
                                            .advice = memcpy(texts + summary_size, advice, advice_size),
                                            .evidence_count = MIN(f->evidence_count, FSC_EVIDENCE_MAX),
                                            .code = f->code,
                                            .winsock = f->winsock};
    memcpy(finding->shown.evidence, f->evidence, finding->shown.evidence_count * sizeof(f->evidence[0]));
    return finding;
}

/* ---- the one that a row or a transfer shows ---- */

static bool explains_better(const struct model_finding *f, const struct model_finding *than)
{
    bool cause = f->role == FSC_ROLE_CAUSE, other_cause = than->role == FSC_ROLE_CAUSE;

    return cause != other_cause ? cause : f->severity > than->severity;
}

/* Findings follow the record of their transfer at once. */
static struct transfer *transfer_of(const struct row *row, const struct finding *finding)
{
    struct transfer *transfer = row->last_ended;
    bool it = transfer != NULL && finding->shown.transfer_id != 0 && transfer->shown.id == finding->shown.transfer_id;

    return it ? transfer : NULL;
}

/* What failed goes before what is merely unwise: every login in clear text has the latter. */
static unsigned weight(const struct model_finding *f)
{
    bool habit = f->id == FSC_FINDING_CLEARTEXT_PASSWORD || f->id == FSC_FINDING_CLEARTEXT_AFTER_TLS_OFFER;

    return (unsigned)f->severity * 4 + (habit ? 0 : 2) + (f->role == FSC_ROLE_CAUSE);
}

static void show_in_row(struct model *model, struct row *row, struct finding *finding)
{
    struct finding *before = (struct finding *)(uintptr_t)row->shown.finding;

    row->shown.findings++;
    if (before != NULL && weight(&before->shown) > weight(&finding->shown))
        return;
    row->shown.finding = &finding->shown;
    if (before != NULL && !before->listed) {
        row_discharge(model, row, before->size + ALLOCATION_OVERHEAD);
        g_free(before);
    }
}

void finding_drop(struct model *model, struct row *row, struct finding *finding)
{
    finding->removed = true;
    finding->listed = false;
    if (row->shown.finding == &finding->shown) { /* still shown in the row: it goes with that */
        model->findings_gone = true;
        return;
    }
    row_discharge(model, row, finding->size + ALLOCATION_OVERHEAD);
    g_ptr_array_add(model->gone_findings, finding);
}

void on_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    struct model *model = state;

    model_lock(model);
    struct row *row = row_of(model, envelope);
    struct finding *finding = finding_new(envelope, record, row);
    struct transfer *transfer = transfer_of(row, finding);
    row_charge(model, row, finding->size + ALLOCATION_OVERHEAD);
    finding->listed = true;
    g_ptr_array_add(model->findings, finding);
    model->totals.by_finding[finding->shown.id]++;
    show_in_row(model, row, finding);
    if (transfer != NULL &&
        (transfer->shown.finding == NULL || explains_better(&finding->shown, transfer->shown.finding)))
        transfer->shown.finding = &finding->shown;
    const struct model_event event = {.kind = MODEL_EVENT_FINDING,
                                      .time_ns = MAX(envelope->time_ns, transfer != NULL ? transfer->event_ns : 0),
                                      .frame = record->finding->evidence_count > 0 ? record->finding->evidence[0] : 0,
                                      .tx = record->finding->tx,
                                      .verb = record->finding->verb,
                                      .code = record->finding->code,
                                      .latency_ns = -1,
                                      .finding = &finding->shown};
    event_add(model, row, &event);
    records_keep(model, row, record_copy_finding(envelope, record));
    model_changed(model);
    memory_settle(model, row);
    model_unlock(model);
}
