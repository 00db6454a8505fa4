/* text_lines.c - what one command or reply looks like. */
#include "monitor/output/text_internal.h"
#include "monitor/output/words.h"

/* Moves what was gathered in `words` into the line, in one piece. */
static void put_words(struct wrap *wrap, struct buf *words, enum style style)
{
    wrap_whole(wrap, style, words->data, words->len);
    words->len = 0;
}

enum style text_code_style(uint16_t code)
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
    wrap_text(wrap, text_code_style(reply->code), reply->code > 0 ? code : "??? ");
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
