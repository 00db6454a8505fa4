/* text_frame.c - the head of a session and the summary of a run. */
#include "monitor/output/text_internal.h"
#include "monitor/output/words.h"

#include <glib.h>

static void put_words(struct text *text, enum style style)
{
    wrap_bytes(&text->wrap, style, text->words.data, text->words.len);
    text->words.len = 0;
}

/* "2026-11-21 03:14:15.123 UTC" or the same with "+0100": milliseconds are enough for a head line. */
static void put_date(struct text *text, int64_t time_ns)
{
    char stamp[STAMP_LEN], zone[STAMP_ZONE] = "";
    int64_t shift_ns = text->options.utc ? 0 : stamp_zone(time_ns, zone);

    stamp_write(&text->stamp, time_ns + shift_ns, stamp);
    stamp[10] = ' ';
    buf_bytes(&text->words, stamp, 23);
    buf_string(&text->words, zone[0] ? " " : " UTC");
    buf_string(&text->words, zone);
}

const char *text_ended_words(const char *ended)
{
    static const char *const words[][2] = {
        {"fin", ", closed"},
        {"rst", ", ended by a reset"},
        {"timeout", ", silent until it timed out"},
        {"capture_end", ", still open when the capture ended"},
        {"evicted", ", given up for want of memory"},
        {"reused", ", its end unseen: a new connection came with its ports"},
    };

    for (size_t i = 0; ended && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(ended, words[i][0]) == 0)
            return words[i][1];
    }
    return "";
}

void text_login(struct wrap *wrap, const struct record_session *record)
{
    const char *login = record->login ? record->login : "unknown";

    if (record->user.n == 0) {
        wrap_text(wrap, STYLE_PLAIN, strcmp(login, "accepted") == 0 ? "logged in" : "no user");
        return;
    }
    wrap_text(wrap, STYLE_PLAIN, "user ");
    wrap_wire(wrap, STYLE_BOLD, record->user);
    if (strcmp(login, "accepted") == 0)
        wrap_text(wrap, STYLE_GREEN, " (login accepted)");
    else if (strcmp(login, "refused") == 0)
        wrap_text(wrap, STYLE_RED, " (login refused)");
    else
        wrap_text(wrap, STYLE_DIM, " (login not seen)");
}

static void put_peers(struct text *text, const struct record_session *record)
{
    static const char *const names[] = {", server ", ", client ", ", system "};
    const struct fsc_span values[] = {record->server_software, record->client_software, record->system};
    const char *tls = record->tls ? record->tls : "none";

    for (size_t i = 0; i < 3; i++) {
        if (values[i].n > 0) {
            wrap_text(&text->wrap, STYLE_PLAIN, names[i]);
            wrap_wire(&text->wrap, STYLE_PLAIN, values[i]);
        }
    }
    if (strcmp(tls, "none") == 0)
        wrap_text(&text->wrap, STYLE_PLAIN, ", no TLS");
    else
        wrap_text(&text->wrap, STYLE_PLAIN, strcmp(tls, "implicit") == 0 ? ", implicit TLS" : ", explicit TLS");
}

void text_counts(struct wrap *wrap, struct buf *words, const struct record_session *record)
{
    words_count(words, record->commands, "command", "commands");
    buf_string(words, ", ");
    words_count(words, record->replies, "reply", "replies");
    buf_string(words, ", ");
    words_count(words, record->transfers, "transfer", "transfers");
    if (record->bytes_down > 0) {
        buf_string(words, ", ");
        words_size(words, record->bytes_down);
        buf_string(words, " down");
    }
    if (record->bytes_up > 0) {
        buf_string(words, ", ");
        words_size(words, record->bytes_up);
        buf_string(words, " up");
    }
    wrap_bytes(wrap, STYLE_PLAIN, words->data, words->len);
    words->len = 0;
}

static void put_title(struct text *text, const struct block *block)
{
    char endpoint[80];
    struct buf *words = &text->words;

    wrap_start(&text->wrap, 0, TEXT_TIME);
    buf_string(words, "Session ");
    buf_uint(words, block->session);
    put_words(text, STYLE_BOLD);
    fsc_endpoint_text(&block->client, endpoint, sizeof endpoint);
    buf_string(words, "  ");
    buf_string(words, endpoint);
    fsc_endpoint_text(&block->server, endpoint, sizeof endpoint);
    buf_string(words, " -> ");
    buf_string(words, endpoint);
    put_words(text, STYLE_BOLD);
    if (block->file) {
        wrap_text(&text->wrap, STYLE_PLAIN, "  ");
        wrap_wire(&text->wrap, STYLE_DIM, words_span(block->file));
    }
}

void text_header(struct text *text, const struct block *block, const struct record_session *record)
{
    put_title(text, block);
    if (record) {
        wrap_line(&text->wrap, TEXT_TIME);
        put_date(text, record->start_ns);
        buf_string(&text->words, ", ");
        words_duration(&text->words, record->end_ns - record->start_ns);
        buf_string(&text->words, text_ended_words(record->ended));
        if (!record->first_seen_start)
            buf_string(&text->words, ", began before the capture");
        put_words(text, STYLE_PLAIN);
        wrap_line(&text->wrap, TEXT_TIME);
        text_login(&text->wrap, record);
        put_peers(text, record);
        wrap_line(&text->wrap, TEXT_TIME);
        text_counts(&text->wrap, &text->words, record);
    }
    wrap_end(&text->wrap);
}

/* ---- summary ---- */

enum { SUMMARY_COLUMN = 13 };

static void put_label(struct text *text, const char *label)
{
    wrap_start(&text->wrap, 0, SUMMARY_COLUMN);
    wrap_text(&text->wrap, STYLE_PLAIN, "  ");
    wrap_text(&text->wrap, STYLE_DIM, label);
    text->wrap.blanks = (size_t)(SUMMARY_COLUMN - text->wrap.column);
}

static void put_verdicts(struct text *text)
{
    uint64_t total = 0;
    const char *before = ": ";

    for (int i = FSC_STATUS_COMPLETE; i >= FSC_STATUS_UNKNOWN; i--)
        total += text->verdicts[i];
    put_label(text, "transfers");
    words_thousands(&text->words, total);
    put_words(text, STYLE_PLAIN);
    for (int i = FSC_STATUS_COMPLETE; i >= FSC_STATUS_UNKNOWN; i--) {
        if (text->verdicts[i] == 0)
            continue;
        wrap_text(&text->wrap, STYLE_PLAIN, before);
        words_thousands(&text->words, text->verdicts[i]);
        buf_char(&text->words, ' ');
        buf_string(&text->words, fsc_status_name((enum fsc_status)i));
        put_words(text, text_status_style((enum fsc_status)i));
        before = ", ";
    }
    wrap_end(&text->wrap);
}

static void put_severities(struct text *text)
{
    static const char *const words[][2] = {{"info", "infos"}, {"warning", "warnings"}, {"error", "errors"}};
    const char *before = "";

    put_label(text, "findings");
    for (int i = FSC_SEVERITY_ERROR; i >= FSC_SEVERITY_INFO; i--) {
        if (text->severities[i] == 0)
            continue;
        wrap_text(&text->wrap, STYLE_PLAIN, before);
        words_count(&text->words, text->severities[i], words[i][0], words[i][1]);
        put_words(text, text_severity_style((enum fsc_severity)i));
        before = ", ";
    }
    if (!*before)
        wrap_text(&text->wrap, STYLE_GREEN, "none");
    wrap_end(&text->wrap);
}

static void put_loss(struct text *text, const char *label, uint64_t count, const char *what)
{
    if (count == 0)
        return;
    put_label(text, label);
    words_thousands(&text->words, count);
    buf_string(&text->words, what);
    put_words(text, STYLE_YELLOW);
    wrap_end(&text->wrap);
}

/* What is named, and then the rest of what was not decoded. */
static void put_unread(struct text *text, const struct record_stats *stats)
{
    uint64_t rest = stats->packets > stats->decoded ? stats->packets - stats->decoded : 0;

    for (size_t i = 0; i < stats->unread_count; i++) {
        const struct net_unread *unread = &stats->unread[i];
        put_label(text, "not read");
        words_count(&text->words, unread->packets, "packet: ", "packets: ");
        words_unread(&text->words, unread);
        put_words(text, STYLE_YELLOW);
        wrap_end(&text->wrap);
        rest -= MIN(rest, unread->packets);
    }
    put_loss(text, "not read", rest, " packets were not decoded (incomplete fragments, broken or cut headers)");
}

static void put_losses(struct text *text, const struct record_stats *stats)
{
    if (stats->gaps > 0) {
        put_label(text, "missing");
        words_count(&text->words, stats->gaps, "gap, ", "gaps, ");
        words_thousands(&text->words, stats->gap_bytes);
        buf_string(&text->words, " B are not in the capture");
        put_words(text, STYLE_YELLOW);
        wrap_end(&text->wrap);
    }
    put_loss(text, "dropped", stats->dropped, " packets were lost by the capture");
    put_loss(text, "dropped", stats->output_dropped, " records were lost because the reader was slow");
    put_unread(text, stats);
    put_loss(text, "copies", stats->copies, " packets stood in two files and were counted once");
    put_loss(text, "short", stats->truncated_packets, " packets were cut by the snap length");
    put_loss(text, "evicted", stats->evicted, " connections were given up to stay within the memory limit");
    if (text->truncated_input) {
        put_label(text, "input");
        wrap_text(&text->wrap, STYLE_RED, "broke off: ");
        wrap_wire(&text->wrap, STYLE_RED, words_span(text->truncated_input));
        wrap_end(&text->wrap);
    }
}

void text_summary(struct text *text)
{
    const struct record_stats *stats = &text->stats;

    wrap_start(&text->wrap, 0, SUMMARY_COLUMN);
    wrap_text(&text->wrap, STYLE_BOLD, "Summary");
    wrap_end(&text->wrap);
    put_label(text, "packets");
    words_thousands(&text->words, stats->packets);
    buf_string(&text->words, " (");
    words_size(&text->words, stats->bytes);
    buf_char(&text->words, ')');
    put_words(text, STYLE_PLAIN);
    wrap_end(&text->wrap);
    put_label(text, "sessions");
    words_thousands(&text->words, stats->sessions_shown);
    if (stats->sessions_shown != stats->sessions) {
        buf_string(&text->words, " of ");
        words_thousands(&text->words, stats->sessions);
        buf_string(&text->words, ", the others were not selected");
    }
    put_words(text, STYLE_PLAIN);
    wrap_end(&text->wrap);
    put_verdicts(text);
    put_severities(text);
    put_losses(text, stats);
    if (!stats->complete && !text->truncated_input && stats->gaps + stats->evicted > 0) {
        put_label(text, "verdicts");
        wrap_text(&text->wrap, STYLE_YELLOW, "incomplete: packets are missing that would decide some of them");
        wrap_end(&text->wrap);
    }
}
