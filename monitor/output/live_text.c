#include "monitor/output/live_text.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "monitor/output/text_internal.h"
#include "monitor/output/words.h"

/* Of sd-daemon(3), as syslog has them. */
enum priority { PRIORITY_ERROR = 3, PRIORITY_WARNING = 4, PRIORITY_NOTICE = 5, PRIORITY_INFO = 6 };

/* Offsets of time zones change at quarters of an hour. */
static const int64_t quarter_ns = INT64_C(900) * 1000000000;

struct live_text {
    struct byte_sink out;
    struct live_text_options options;
    struct buf line, words;
    struct wrap wrap;
    struct stamp stamp;
    int64_t zone_quarter, zone_shift_ns;
    GHashTable *begun; /* flow ids of open sessions: owned int64_t */
};

struct live_text *live_text_new(struct byte_sink out, const struct live_text_options *options)
{
    struct live_text *text = g_new0(struct live_text, 1);

    text->out = out;
    text->options = *options;
    text->zone_quarter = -1;
    text->begun = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    wrap_init(&text->wrap, &text->line, options->color, 0);
    return text;
}

void live_text_free(struct live_text **text)
{
    if (*text == NULL)
        return;
    g_hash_table_destroy((*text)->begun);
    wrap_free(&(*text)->wrap);
    buf_free(&(*text)->line);
    buf_free(&(*text)->words);
    g_free(*text);
    *text = NULL;
}

bool live_text_to_journal(int descriptor)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat status;

    if (stream == NULL || fstat(descriptor, &status) != 0)
        return false;
    char *ours =
        g_strdup_printf("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64)status.st_dev, (guint64)status.st_ino);
    bool same = strcmp(ours, stream) == 0;
    g_free(ours);
    return same;
}

/* ---- pieces of a line ---- */

static void put_time(struct live_text *text, int64_t time_ns)
{
    char stamp[STAMP_LEN], zone[STAMP_ZONE];

    if (!text->options.utc && time_ns / quarter_ns != text->zone_quarter) {
        text->zone_quarter = time_ns / quarter_ns;
        text->zone_shift_ns = stamp_zone(time_ns, zone);
    }
    stamp_write(&text->stamp, time_ns + text->zone_shift_ns, stamp);
    stamp[10] = ' ';
    buf_bytes(&text->line, stamp, 23);
    buf_string(&text->line, text->options.utc ? "Z " : " ");
}

static void put_words(struct live_text *text, enum style style)
{
    wrap_bytes(&text->wrap, style, text->words.data, text->words.len);
    text->words.len = 0;
}

static void begin_line(struct live_text *text, int64_t time_ns, enum priority priority)
{
    text->line.len = 0;
    wrap_start(&text->wrap, 0, 0);
    if (text->options.journal) {
        const char prefix[] = {'<', (char)('0' + priority), '>', '\0'};
        buf_string(&text->line, prefix);
    } else {
        put_time(text, time_ns);
    }
}

static void begin(struct live_text *text, const struct record_envelope *envelope, enum priority priority)
{
    char address[64];

    begin_line(text, envelope->time_ns, priority);
    buf_char(&text->words, '#');
    buf_uint(&text->words, envelope->session);
    put_words(text, STYLE_BOLD);
    fsc_addr_text(&envelope->client.addr, address, sizeof(address));
    buf_char(&text->words, ' ');
    buf_string(&text->words, address);
    buf_char(&text->words, ' ');
    put_words(text, STYLE_PLAIN);
}

static void end(struct live_text *text)
{
    wrap_end(&text->wrap);
    text->out.write(text->out.state, text->line.data, text->line.len);
    text->line.len = 0;
}

static void put_ends(struct live_text *text, const struct record_envelope *envelope)
{
    char endpoint[80];

    fsc_endpoint_text(&envelope->client, endpoint, sizeof(endpoint));
    buf_string(&text->words, endpoint);
    fsc_endpoint_text(&envelope->server, endpoint, sizeof(endpoint));
    buf_string(&text->words, " -> ");
    buf_string(&text->words, endpoint);
    put_words(text, STYLE_PLAIN);
}

/* ---- sessions ---- */

/* The first record of a session shows that there is one. */
static void see_session(struct live_text *text, const struct record_envelope *envelope)
{
    int64_t flow = (int64_t)envelope->flow_id;

    if (text->options.quiet || g_hash_table_contains(text->begun, &flow))
        return;
    g_hash_table_add(text->begun, g_memdup2(&flow, sizeof(flow)));
    begin(text, envelope, PRIORITY_INFO);
    wrap_text(&text->wrap, STYLE_BOLD, "session begins: ");
    put_ends(text, envelope);
    end(text);
}

static void on_line(void *state, const struct record_envelope *envelope, const struct record_line *record)
{
    (void)record;
    see_session(state, envelope);
}

static void on_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct live_text *text = state;
    int64_t flow = (int64_t)envelope->flow_id;

    if (text->options.quiet)
        return;
    g_hash_table_remove(text->begun, &flow);
    begin(text, envelope, PRIORITY_INFO);
    wrap_text(&text->wrap, STYLE_BOLD, "session ends: ");
    put_ends(text, envelope);
    wrap_text(&text->wrap, STYLE_PLAIN, ", ");
    text_login(&text->wrap, record);
    wrap_text(&text->wrap, STYLE_PLAIN, ", ");
    text_counts(&text->wrap, &text->words, record);
    buf_string(&text->words, ", ");
    words_duration(&text->words, record->end_ns - record->start_ns);
    buf_string(&text->words, text_ended_words(record->ended));
    put_words(text, STYLE_PLAIN);
    end(text);
}

/* ---- commands ---- */

static enum priority ftp_priority(const struct record_ftp *record)
{
    for (size_t i = 0; i < record->reply_count; i++)
        if (record->replies[i].code >= 400 && record->replies[i].code < 600)
            return PRIORITY_NOTICE;
    return record->received == RECORD_RECEIVED_NO ? PRIORITY_NOTICE : PRIORITY_INFO;
}

static void put_command(struct live_text *text, const struct record_ftp *record)
{
    bool hidden = record->secret && !text->options.show_secrets;

    wrap_wire(&text->wrap, STYLE_BOLD, words_verb(record, text->options.show_secrets));
    if (record->argument.n == 0)
        return;
    wrap_text(&text->wrap, STYLE_PLAIN, " ");
    if (hidden)
        wrap_text(&text->wrap, STYLE_DIM, WORDS_HIDDEN);
    else
        wrap_wire(&text->wrap, STYLE_PLAIN, record->argument);
}

/* The first line; how many others there are. */
static void put_reply(struct live_text *text, const struct record_reply *reply)
{
    const uint8_t *end = reply->text.n > 0 ? memchr(reply->text.p, '\n', reply->text.n) : NULL;
    struct fsc_span first = {reply->text.p, end != NULL ? (size_t)(end - reply->text.p) : reply->text.n};
    char code[] = {(char)('0' + reply->code / 100 % 10), (char)('0' + reply->code / 10 % 10),
                   (char)('0' + reply->code % 10), ' ', '\0'};

    wrap_text(&text->wrap, STYLE_DIM, "<- ");
    wrap_text(&text->wrap, text_code_style(reply->code), reply->code > 0 ? code : "??? ");
    wrap_wire(&text->wrap, STYLE_PLAIN, first);
    if (reply->lines > 1) {
        buf_string(&text->words, " [+");
        words_count(&text->words, reply->lines - 1, "line]", "lines]");
        put_words(text, STYLE_DIM);
    }
    if (reply->code < 400 || reply->code >= 600 || *reply->explanation.meaning == '\0')
        return;
    wrap_text(&text->wrap, STYLE_DIM, " = ");
    wrap_text(&text->wrap, STYLE_DIM, reply->explanation.meaning);
}

static void put_received(struct live_text *text, const struct record_ftp *record)
{
    if (record->verb == FSC_VERB_NONE || record->received == RECORD_RECEIVED_YES)
        return;
    if (record->received == RECORD_RECEIVED_UNKNOWN)
        wrap_text(&text->wrap, STYLE_DIM, " (the reply was not captured, or cannot be told from others)");
    else
        wrap_text(&text->wrap, STYLE_YELLOW, record->reply_count > 0 ? " (no final reply came)" : " (no reply came)");
}

static void on_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record)
{
    struct live_text *text = state;

    if (text->options.quiet)
        return;
    see_session(text, envelope);
    begin(text, envelope, ftp_priority(record));
    if (record->verb != FSC_VERB_NONE)
        put_command(text, record);
    for (size_t i = 0; i < record->reply_count; i++) {
        if (i > 0 || record->verb != FSC_VERB_NONE)
            wrap_text(&text->wrap, STYLE_PLAIN, " ");
        put_reply(text, &record->replies[i]);
    }
    put_received(text, record);
    if (record->latency_ns >= 1000000) { /* less is the network alone */
        buf_string(&text->words, " (");
        words_duration(&text->words, record->latency_ns);
        buf_char(&text->words, ')');
        put_words(text, STYLE_DIM);
    }
    end(text);
}

/* ---- transfers and findings ---- */

static void on_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    static const enum priority priorities[] = {
        [FSC_STATUS_UNKNOWN] = PRIORITY_INFO,   [FSC_STATUS_FAILED] = PRIORITY_WARNING,
        [FSC_STATUS_ABORTED] = PRIORITY_NOTICE, [FSC_STATUS_TRUNCATED] = PRIORITY_WARNING,
        [FSC_STATUS_COMPLETE] = PRIORITY_INFO,
    };
    struct live_text *text = state;

    see_session(text, envelope);
    begin(text, envelope, priorities[record->status]);
    wrap_text(&text->wrap, text_status_style(record->status), "== ");
    wrap_text(&text->wrap, text_status_style(record->status), text_verdict_words(record));
    text_transfer_words(&text->wrap, &text->words, record);
    end(text);
}

void live_text_progress(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct live_text *text = state;

    begin(text, envelope, PRIORITY_INFO);
    wrap_text(&text->wrap, STYLE_CYAN, ".. so far: ");
    text_transfer_words(&text->wrap, &text->words, record);
    end(text);
}

static void on_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    static const char *const marks[] = {"i ", "! ", "!! "};
    static const enum priority priorities[] = {PRIORITY_INFO, PRIORITY_WARNING, PRIORITY_ERROR};
    struct live_text *text = state;
    enum fsc_severity severity = record->finding->severity;
    enum style style = text_severity_style(severity);
    const char *advice = words_advice(record);

    see_session(text, envelope);
    begin(text, envelope, priorities[severity]);
    wrap_text(&text->wrap, style, marks[severity]);
    wrap_text(&text->wrap, style, fsc_severity_name(severity));
    wrap_text(&text->wrap, style, " ");
    wrap_text(&text->wrap, style, fsc_finding_info(record->finding->id)->name);
    wrap_text(&text->wrap, STYLE_PLAIN, ": ");
    wrap_wire(&text->wrap, STYLE_PLAIN, words_span(record->summary));
    if (*advice != '\0') {
        wrap_text(&text->wrap, STYLE_BOLD, " Advice: ");
        wrap_text(&text->wrap, STYLE_PLAIN, advice);
    }
    end(text);
}

/* ---- the run ---- */

static void put_number(struct live_text *text, uint64_t value, const char *what, enum style style)
{
    if (value == 0)
        return;
    buf_string(&text->words, ", ");
    words_thousands(&text->words, value);
    buf_string(&text->words, what);
    put_words(text, style);
}

static void on_stats(void *state, const struct record_stats *record)
{
    struct live_text *text = state;

    if (text->options.quiet && !text->options.counters)
        return;
    begin_line(text, record->time_ns, record->dropped > 0 ? PRIORITY_WARNING : PRIORITY_INFO);
    wrap_text(&text->wrap, STYLE_BOLD, "since the start: ");
    words_count(&text->words, record->packets, "packet", "packets");
    buf_string(&text->words, ", ");
    words_size(&text->words, record->bytes);
    buf_string(&text->words, ", ");
    words_count(&text->words, record->sessions, "session", "sessions");
    put_words(text, STYLE_PLAIN);
    put_number(text, record->dropped, " packets lost", STYLE_RED);
    put_number(text, record->output_dropped, " records and packets not written", STYLE_RED);
    put_number(text, record->gap_bytes, " bytes of control connections not captured", STYLE_YELLOW);
    put_number(text, record->evicted, " connections forgotten for want of memory", STYLE_YELLOW);
    end(text);
}

struct sink live_text_sink(struct live_text *text)
{
    return (struct sink){.state = text,
                         .line = on_line,
                         .ftp = on_ftp,
                         .data = on_data,
                         .finding = on_finding,
                         .session = on_session,
                         .stats = on_stats};
}
