/* text_transfer.c - what one transfer looks like. */
#include "monitor/output/place.h"
#include "monitor/output/text_internal.h"
#include "monitor/output/words.h"

/* Moves what was gathered in `words` into the line, in one piece. */
static void put_words(struct wrap *wrap, struct buf *words, enum style style)
{
    wrap_whole(wrap, style, words->data, words->len);
    words->len = 0;
}

enum style text_status_style(enum fsc_status status)
{
    static const enum style styles[] = {
        [FSC_STATUS_UNKNOWN] = STYLE_CYAN,  [FSC_STATUS_FAILED] = STYLE_RED,     [FSC_STATUS_ABORTED] = STYLE_YELLOW,
        [FSC_STATUS_TRUNCATED] = STYLE_RED, [FSC_STATUS_COMPLETE] = STYLE_GREEN,
    };

    return styles[status];
}

const char *text_verdict_words(const struct record_data *record)
{
    switch (record->status) {
    case FSC_STATUS_COMPLETE:
        return "complete: ";
    case FSC_STATUS_TRUNCATED:
        return "truncated, fewer bytes than announced: ";
    case FSC_STATUS_ABORTED:
        return "aborted before its end: ";
    case FSC_STATUS_FAILED:
        return record->bytes == 0 ? "failed, no byte moved: " : "failed: ";
    case FSC_STATUS_UNKNOWN:
        break;
    }
    return record->inferred ? "outcome unknown, the commands are encrypted: "
                            : "outcome unknown, the capture does not show it: ";
}

static void put_name(struct wrap *wrap, const struct record_data *record)
{
    bool listing = (fsc_verb_info(record->verb)->traits & FSC_TRAIT_LISTING) != 0;
    struct fsc_span name = record->path.n > 0 ? record->path : record->filename;

    wrap_text(wrap, STYLE_PLAIN, listing ? "listing of " : record->upload ? "upload of " : "download of ");
    if (name.n > 0)
        wrap_wire(wrap, STYLE_BOLD, name);
    else
        wrap_text(wrap, STYLE_DIM, record->inferred ? "an unknown file" : "(no name)");
}

static void put_amount(struct wrap *wrap, struct buf *words, const struct record_data *record)
{
    if (!record->amount_known) {
        wrap_text(wrap, STYLE_DIM, "bytes not captured");
        return;
    }
    words_thousands(words, record->bytes);
    if (record->expected_from != FSC_SIZE_NONE && record->expected_bytes != record->bytes) {
        buf_string(words, " of ");
        words_thousands(words, record->expected_bytes);
    }
    buf_string(words, " B");
    put_words(wrap, words, STYLE_PLAIN);
    if (record->bytes >= 1000) {
        buf_string(words, " (");
        words_size(words, record->bytes);
        buf_char(words, ')');
        put_words(wrap, words, STYLE_PLAIN);
    }
    if (record->duration_ns <= 0)
        return;
    buf_string(words, " in ");
    words_duration(words, record->duration_ns);
    buf_char(words, ',');
    put_words(wrap, words, STYLE_PLAIN);
    buf_char(words, ' ');
    words_rate(words, words_rate_bps(record));
    put_words(wrap, words, STYLE_PLAIN);
}

static void put_extra(struct wrap *wrap, struct buf *words, const char *before, uint64_t value, const char *after)
{
    if (value == 0)
        return;
    wrap_text(wrap, STYLE_PLAIN, before);
    words_thousands(words, value);
    buf_string(words, after);
    put_words(wrap, words, STYLE_PLAIN);
}

/* Where it ran: worth a line only when something is not as it should be. */
static void put_connection(struct text *text, const struct block *block, const struct record_envelope *envelope,
                           const struct record_data *record)
{
    char endpoint[80];
    struct buf *words = &text->words;

    wrap_line(&text->wrap, TEXT_BODY);
    buf_string(words, record->passive ? "passive" : "active");
    if (record->setup != FSC_FORM_NONE) {
        buf_string(words, " (");
        buf_string(words, fsc_form_name(record->setup));
        buf_char(words, ')');
    }
    put_words(&text->wrap, words, STYLE_DIM);
    if (record->has_endpoints) {
        fsc_endpoint_text(&record->from, endpoint, sizeof endpoint);
        wrap_text(&text->wrap, STYLE_DIM, ", ");
        buf_string(words, endpoint);
        fsc_endpoint_text(&record->to, endpoint, sizeof endpoint);
        buf_string(words, " -> ");
        buf_string(words, endpoint);
        put_words(&text->wrap, words, STYLE_DIM);
    }
    if (record->first_frame > 0) {
        wrap_text(&text->wrap, STYLE_DIM, ", ");
        const uint64_t frames[] = {record->first_frame, record->last_frame};
        buf_string(words, "frames ");
        place_write(&text->wrap, STYLE_DIM, words, envelope, frames, 2, " to ", block->file);
        put_words(&text->wrap, words, STYLE_DIM);
    }
    if (record->closed_by != FSC_CLOSER_NONE) {
        wrap_text(&text->wrap, STYLE_DIM, ", closed by ");
        wrap_text(&text->wrap, STYLE_DIM, fsc_closer_name(record->closed_by));
    }
    if (record->completion_code > 0) {
        wrap_text(&text->wrap, STYLE_DIM, ", ");
        buf_string(words, "reply ");
        buf_uint(words, record->completion_code);
        put_words(&text->wrap, words, STYLE_DIM);
    }
}

void text_transfer_words(struct wrap *wrap, struct buf *words, const struct record_data *record)
{
    put_name(wrap, record);
    if (record->bytes > 0 || record->status != FSC_STATUS_FAILED) {
        wrap_text(wrap, STYLE_PLAIN, ", ");
        put_amount(wrap, words, record);
    }
    put_extra(wrap, words, ", from offset ", record->offset, "");
    put_extra(wrap, words, ", ", record->missing_bytes, " B not captured");
    put_extra(wrap, words, ", ", record->retransmitted_bytes, " B sent again");
    if (record->tls)
        wrap_text(wrap, STYLE_PLAIN, ", TLS");
}

void text_transfer(struct text *text, const struct block *block, const struct record_envelope *envelope,
                   const struct record_data *record)
{
    struct wrap *wrap = &text->wrap;

    wrap_start(wrap, TEXT_TIME, TEXT_BODY);
    wrap_text(wrap, text_status_style(record->status), "== ");
    wrap_text(wrap, text_status_style(record->status), text_verdict_words(record));
    text_transfer_words(wrap, &text->words, record);
    if (record->status != FSC_STATUS_COMPLETE && (record->setup != FSC_FORM_NONE || record->has_endpoints))
        put_connection(text, block, envelope, record);
    wrap_end(wrap);
}
