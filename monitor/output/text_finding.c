/* text_finding.c - what one finding looks like. */
#include "monitor/output/place.h"
#include "monitor/output/text_internal.h"
#include "monitor/output/words.h"

#include <string.h>

enum { DOCUMENTS_SHOWN = 2 };

enum style text_severity_style(enum fsc_severity severity)
{
    static const enum style styles[] = {
        [FSC_SEVERITY_INFO] = STYLE_CYAN,
        [FSC_SEVERITY_WARNING] = STYLE_YELLOW,
        [FSC_SEVERITY_ERROR] = STYLE_ALARM,
    };

    return styles[severity];
}

static void put_frames(struct wrap *wrap, struct buf *words, const struct record_envelope *envelope,
                       const struct fsc_finding *finding, const char *shown)
{
    for (size_t i = 0; i < finding->evidence_count; i++) {
        buf_string(words, i > 0 ? ", " : finding->evidence_count > 1 ? ", frames " : ", frame ");
        place_write(wrap, STYLE_DIM, words, envelope, finding->evidence[i], shown);
    }
}

static void put_facts(struct wrap *wrap, struct buf *words, const struct block *block,
                      const struct record_envelope *envelope, const struct record_finding *record)
{
    const struct fsc_finding *finding = record->finding;

    buf_string(words, " (#");
    buf_uint(words, record->n);
    buf_string(words, ", ");
    buf_string(words, fsc_confidence_name(finding->confidence));
    if (record->cause_of > 0) {
        buf_string(words, ", cause of #");
        buf_uint(words, record->cause_of);
    } else if (finding->role != FSC_ROLE_CAUSE) {
        buf_string(words, ", ");
        buf_string(words, fsc_role_name(finding->role));
    }
    put_frames(wrap, words, envelope, finding, block->file);
    if (finding->winsock > 0) {
        buf_string(words, ", Windows shows ");
        buf_uint(words, finding->winsock);
    }
    buf_char(words, ')');
    wrap_bytes(wrap, STYLE_DIM, words->data, words->len);
    words->len = 0;
}

/* Advice of a document that is right here; NULL when it gives none, or gives what an earlier one gave: the lists copy
 * from each other. */
static const char *new_advice(const struct record_finding *record, size_t i)
{
    const char *advice = record->documents[i].note->advises;

    if (!record->documents[i].fits || !*advice)
        return NULL;
    for (size_t k = 0; k < i; k++) {
        const struct record_document *before = &record->documents[k];
        if (before->fits && strcmp(before->note->advises, advice) == 0)
            return NULL;
    }
    return advice;
}

/* Titles, and advice for other cases, would only cost the reader's time: they stand in the JSON records. */
static void put_documents(struct wrap *wrap, const struct record_finding *record)
{
    size_t shown = 0;

    for (size_t i = 0; i < record->document_count && shown < DOCUMENTS_SHOWN; i++) {
        const char *advice = new_advice(record, i);
        if (advice == NULL)
            continue;
        wrap_line(wrap, TEXT_BODY);
        wrap_text(wrap, STYLE_DIM, fsc_document_name(record->documents[i].document));
        for (size_t k = i + 1; k < record->document_count; k++) {
            const struct record_document *other = &record->documents[k];
            if (!other->fits || strcmp(other->note->advises, advice) != 0)
                continue;
            wrap_text(wrap, STYLE_DIM, ", ");
            wrap_text(wrap, STYLE_DIM, fsc_document_name(other->document));
        }
        wrap_text(wrap, STYLE_DIM, " (fits here): ");
        wrap_text(wrap, STYLE_DIM, advice);
        shown++;
    }
}

void text_finding(struct text *text, const struct block *block, const struct record_envelope *envelope,
                  const struct record_finding *record)
{
    static const char *const marks[] = {"i  ", "!  ", "!! "};
    struct wrap *wrap = &text->wrap;
    enum fsc_severity severity = record->finding->severity;
    enum style style = text_severity_style(severity);
    const char *advice = words_advice(record);

    wrap_start(wrap, TEXT_TIME, TEXT_BODY);
    wrap_text(wrap, style, marks[severity]);
    wrap_text(wrap, style, fsc_severity_name(severity));
    wrap_text(wrap, style, " ");
    wrap_text(wrap, style, fsc_finding_info(record->finding->id)->name);
    put_facts(wrap, &text->words, block, envelope, record);
    wrap_line(wrap, TEXT_BODY);
    wrap_wire(wrap, STYLE_PLAIN, words_span(record->summary));
    if (*advice) {
        wrap_line(wrap, TEXT_BODY);
        wrap_text(wrap, STYLE_BOLD, "Advice: ");
        wrap_text(wrap, STYLE_PLAIN, advice);
    }
    put_documents(wrap, record);
    wrap_end(wrap);
}
