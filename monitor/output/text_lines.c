/* text_lines.c - what one command, reply or transfer looks like. */
#include "monitor/output/place.h"
#include "monitor/output/text_internal.h"
#include "monitor/output/words.h"

/* Moves what was gathered in `words` into the line, in one piece. */
static void put_words(struct wrap *wrap, struct buf *words, enum style style)
{
    wrap_whole(wrap, style, words->data, words->len);
    words->len = 0;
}

static enum style code_style(uint16_t code)
{
    switch (code / 100) {
    case 2:
        return STYLE_GREEN;
    case 1:
    case 3:
    case 6: /* protected replies of RFC 2228: what they say is not known */
        return STYLE_CYAN;
    case 4:
        return STYLE_YELLOW;
    case 5:
        return STYLE_RED;
    default:
        return STYLE_BOLD;
    }
}

enum style text_status_style(enum fsc_status status)
{
    static const enum style styles[] = {
        [FSC_STATUS_UNKNOWN] = STYLE_CYAN,  [FSC_STATUS_FAILED] = STYLE_RED,     [FSC_STATUS_ABORTED] = STYLE_YELLOW,
        [FSC_STATUS_TRUNCATED] = STYLE_RED, [FSC_STATUS_COMPLETE] = STYLE_GREEN,
    };

    return styles[status];
}

/* ---- commands ---- */

static void put_flags(struct wrap *wrap, uint32_t flags)
{
    static const char *const notes[] = {
        " [pipelined]",
        " [packets are missing before this]",
        " [bare LF]",
        " [Telnet bytes]",
        " [answers no command]",
        " [overlong, cut]",
        " [unusual reply to this command]",
        " [reply cut]",
        " [too many open commands]",
        " [not base64, as it must be]",
        " [not base64, as it must be]",
    };

    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        if (flags & 1u << i)
            wrap_text(wrap, STYLE_DIM, notes[i]);
    }
}

static const uint32_t reply_flags =
    RECORD_UNSOLICITED | RECORD_ILLEGAL_REPLY | RECORD_REPLY_TRUNCATED | RECORD_REPLY_BAD_BASE64;

static void put_missing_reply(struct wrap *wrap, enum record_received received, bool had_some)
{

    if (received == RECORD_RECEIVED_YES)
        return;
    wrap_line(wrap, TEXT_BODY);
    if (received == RECORD_RECEIVED_UNKNOWN)
        wrap_text(wrap, STYLE_DIM, "The reply is not in the capture, or cannot be told from others.");
    else
        wrap_text(wrap, STYLE_YELLOW, had_some ? "No final reply came." : "No reply came.");
}

void text_command(struct text *text, const struct record_ftp *record)
{
    struct wrap *wrap = &text->wrap;

    wrap_start(wrap, TEXT_TIME, TEXT_BODY);
    wrap_text(wrap, STYLE_DIM, "-> ");
    wrap_wire(wrap, STYLE_BOLD, words_verb(record, text->options.show_secrets));
    if (record->argument.n > 0)
        wrap_text(wrap, STYLE_PLAIN, " ");
    if (record->secret && !text->options.show_secrets && record->argument.n > 0)
        wrap_text(wrap, STYLE_DIM, WORDS_HIDDEN);
    else
        wrap_wire(wrap, STYLE_PLAIN, record->argument);
    put_flags(wrap, record->flags & ~reply_flags);
    if (record->reply_count == 0)
        put_missing_reply(wrap, record->received, false);
    wrap_end(wrap);
}

/* ---- replies ---- */

/* Servers set banners with tabs; elsewhere a tab is worth seeing as an escape, here it is a blank. */
static void put_reply_line(struct text *text, const uint8_t *p, size_t n)
{
    if (n > WRAP_WIRE_MAX || !memchr(p, '\t', n)) {
        wrap_wire(&text->wrap, STYLE_PLAIN, (struct fsc_span){p, n});
        return;
    }
    text->words.len = 0;
    for (size_t i = 0; i < n; i++)
        buf_char(&text->words, p[i] == '\t' ? ' ' : (char)p[i]);
    wrap_wire(&text->wrap, STYLE_PLAIN, (struct fsc_span){(const uint8_t *)text->words.data, n});
    text->words.len = 0;
}

/* First and last line of a long reply; the other lines of FEAT, HELP or STAT are in the NDJSON. */
static void put_reply_text(struct text *text, const struct record_reply *reply)
{
    const uint8_t *p = reply->text.p;
    size_t left = reply->text.n, line = 0;

    while (left > 0) {
        const uint8_t *end = memchr(p, '\n', left);
        size_t n = end ? (size_t)(end - p) : left;
        bool is_last = !end;

        if (line == 0 || reply->lines <= 3 || is_last) {
            if (line > 0)
                wrap_line(&text->wrap, TEXT_REPLY);
            put_reply_line(text, p, n);
        } else if (line == 1) {
            wrap_line(&text->wrap, TEXT_REPLY);
            words_count(&text->words, reply->lines - 2, "more line]", "more lines]");
            wrap_text(&text->wrap, STYLE_DIM, "[");
            put_words(&text->wrap, &text->words, STYLE_DIM);
        }
        n += end ? 1 : 0;
        left -= n;
        p += n;
        line++;
    }
}

/* Explanations are constants of the tables, so the pointer tells them apart. When the list is full, all are shown. */
static bool meaning_is_new(struct block *block, const char *meaning)
{
    for (size_t i = 0; i < block->meaning_count; i++) {
        if (block->meanings[i] == meaning)
            return false;
    }
    if (block->meaning_count < TEXT_MEANINGS)
        block->meanings[block->meaning_count++] = meaning;
    return true;
}

static void put_meaning(struct text *text, struct block *block, const struct record_reply *reply)
{
    const struct fsc_explanation *explanation = &reply->explanation;
    bool wanted = meaning_is_new(block, explanation->meaning) || text->options.every_meaning;

    if (!wanted)
        return;
    if (*explanation->meaning) {
        wrap_line(&text->wrap, TEXT_REPLY);
        text->wrap.indent = TEXT_REPLY + 2;
        wrap_text(&text->wrap, STYLE_DIM, "= ");
        wrap_text(&text->wrap, STYLE_DIM, explanation->meaning);
    }
    if (reply->code < 400 || reply->code >= 600 || !*explanation->advice)
        return;
    wrap_line(&text->wrap, TEXT_REPLY);
    wrap_text(&text->wrap, STYLE_BOLD, "Advice: ");
    wrap_text(&text->wrap, STYLE_PLAIN, explanation->advice);
}

void text_reply(struct text *text, struct block *block, const struct record_ftp *record, size_t i)
{
    const struct record_reply *reply = &record->replies[i];
    struct wrap *wrap = &text->wrap;
    char code[5] = {(char)('0' + reply->code / 100 % 10), (char)('0' + reply->code / 10 % 10),
                    (char)('0' + reply->code % 10), ' ', '\0'};
    bool last = i + 1 == record->reply_count;
    uint32_t flags = record->verb == FSC_VERB_NONE ? record->flags : record->flags & reply_flags;

    wrap_start(wrap, TEXT_TIME, TEXT_REPLY);
    wrap_text(wrap, STYLE_DIM, "<- ");
    wrap_text(wrap, code_style(reply->code), reply->code > 0 ? code : "??? ");
    put_reply_text(text, reply);
    if (last)
        put_flags(wrap, flags & ~(reply->truncated ? (uint32_t)RECORD_REPLY_TRUNCATED : 0));
    if (reply->truncated)
        put_flags(wrap, RECORD_REPLY_TRUNCATED);
    put_meaning(text, block, reply);
    if (last && record->verb != FSC_VERB_NONE)
        put_missing_reply(wrap, record->received, true);
    wrap_end(wrap);
}

/* ---- transfers ---- */

static const char *verdict_words(const struct record_data *record)
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

static void put_amount(struct text *text, const struct record_data *record)
{
    struct buf *words = &text->words;

    if (!record->amount_known) {
        wrap_text(&text->wrap, STYLE_DIM, "bytes not captured");
        return;
    }
    words_thousands(words, record->bytes);
    if (record->expected_from != FSC_SIZE_NONE && record->expected_bytes != record->bytes) {
        buf_string(words, " of ");
        words_thousands(words, record->expected_bytes);
    }
    buf_string(words, " B");
    put_words(&text->wrap, words, STYLE_PLAIN);
    if (record->bytes >= 1000) {
        buf_string(words, " (");
        words_size(words, record->bytes);
        buf_char(words, ')');
        put_words(&text->wrap, words, STYLE_PLAIN);
    }
    if (record->duration_ns <= 0)
        return;
    buf_string(words, " in ");
    words_duration(words, record->duration_ns);
    buf_char(words, ',');
    put_words(&text->wrap, words, STYLE_PLAIN);
    buf_char(words, ' ');
    words_rate(words, words_rate_bps(record));
    put_words(&text->wrap, words, STYLE_PLAIN);
}

static void put_extra(struct text *text, const char *before, uint64_t value, const char *after)
{
    if (value == 0)
        return;
    wrap_text(&text->wrap, STYLE_PLAIN, before);
    words_thousands(&text->words, value);
    buf_string(&text->words, after);
    put_words(&text->wrap, &text->words, STYLE_PLAIN);
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
        buf_string(words, "frames ");
        place_write(&text->wrap, STYLE_DIM, words, envelope, record->first_frame, block->file);
        buf_string(words, " to ");
        place_write(&text->wrap, STYLE_DIM, words, envelope, record->last_frame, block->file);
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

void text_transfer(struct text *text, const struct block *block, const struct record_envelope *envelope,
                   const struct record_data *record)
{
    struct wrap *wrap = &text->wrap;

    wrap_start(wrap, TEXT_TIME, TEXT_BODY);
    wrap_text(wrap, text_status_style(record->status), "== ");
    wrap_text(wrap, text_status_style(record->status), verdict_words(record));
    put_name(wrap, record);
    if (record->bytes > 0 || record->status != FSC_STATUS_FAILED) {
        wrap_text(wrap, STYLE_PLAIN, ", ");
        put_amount(text, record);
    }
    put_extra(text, ", from offset ", record->offset, "");
    put_extra(text, ", ", record->missing_bytes, " B not captured");
    put_extra(text, ", ", record->retransmitted_bytes, " B sent again");
    if (record->tls)
        wrap_text(wrap, STYLE_PLAIN, ", TLS");
    if (record->status != FSC_STATUS_COMPLETE && (record->setup != FSC_FORM_NONE || record->has_endpoints))
        put_connection(text, block, envelope, record);
    wrap_end(wrap);
}
