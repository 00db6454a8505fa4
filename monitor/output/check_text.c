#include "monitor/output/check_text.h"

#include "monitor/output/place.h"
#include "monitor/output/text_internal.h"
#include "monitor/output/words.h"

#include <glib.h>

enum { CHECK_INDENT = 5, RESULT_COUNT = 5 };

struct result {
    const char *name, *label;
    enum style style;
};

static const struct result results[RESULT_COUNT] = {
    {"clean", "OK   ", STYLE_GREEN},       {"findings", "FAIL ", STYLE_ALARM},
    {"findings", "NOTE ", STYLE_YELLOW}, /* errors that --fail-on lets pass */
    {"incomplete", "PART ", STYLE_YELLOW}, {"error", "ERR  ", STYLE_ALARM},
};

struct check_text {
    FILE *out;
    struct text_options options;
    struct wrap wrap;
    struct buf line, words;
    struct buf findings;               /* of the file that is being read */
    uint64_t left_out;                 /* findings that the bound left no room for */
    uint64_t sessions, transfers, bad; /* bad: failed, aborted or truncated */
    uint64_t files[RESULT_COUNT], severities[FSC_SEVERITY_ERROR + 1];
    uint64_t read; /* files: more than captures where some were joined */
    bool finished;
};

static void put_words(struct check_text *check, enum style style)
{
    wrap_bytes(&check->wrap, style, check->words.data, check->words.len);
    check->words.len = 0;
}

static void on_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct check_text *check = state;

    (void)envelope;
    check->transfers++;
    check->bad += record->status == FSC_STATUS_FAILED || record->status == FSC_STATUS_ABORTED ||
                  record->status == FSC_STATUS_TRUNCATED;
}

static void on_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct check_text *check = state;

    (void)envelope;
    (void)record;
    check->sessions++;
}

/* "error passive-timeout session 2 frame 37: sentence": one greppable line when nothing is wrapped. */
static void put_finding(struct check_text *check, const struct record_envelope *envelope,
                        const struct record_finding *record)
{
    const struct fsc_finding *finding = record->finding;
    struct wrap *wrap = &check->wrap;
    const char *advice = words_advice(record);

    wrap_start(wrap, 0, CHECK_INDENT + 2);
    wrap->blanks = CHECK_INDENT;
    wrap_text(wrap, text_severity_style(finding->severity), fsc_severity_name(finding->severity));
    wrap_text(wrap, STYLE_PLAIN, " ");
    wrap_text(wrap, STYLE_BOLD, fsc_finding_info(finding->id)->name);
    if (envelope->session > 0) {
        buf_string(&check->words, " session ");
        buf_uint(&check->words, envelope->session);
    }
    if (finding->evidence_count > 0) {
        buf_string(&check->words, " frame ");
        place_write(wrap, STYLE_PLAIN, &check->words, envelope, finding->evidence, 1, "", NULL);
    }
    buf_string(&check->words, ": ");
    put_words(check, STYLE_PLAIN);
    wrap_wire(wrap, STYLE_PLAIN, words_span(record->summary));
    if (*advice) {
        wrap_line(wrap, CHECK_INDENT + 2);
        wrap_text(wrap, STYLE_DIM, "Advice: ");
        wrap_text(wrap, STYLE_PLAIN, advice);
    }
    wrap_end(wrap);
}

static void on_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    struct check_text *check = state;

    check->severities[record->finding->severity]++;
    if (check->findings.len >= check->options.session_bytes) {
        check->left_out++;
        return;
    }
    check->wrap.out = &check->findings;
    put_finding(check, envelope, record);
    check->wrap.out = &check->line;
}

static void put_count(struct check_text *check, uint64_t count, const char *one, const char *many)
{
    buf_string(&check->words, ", ");
    words_count(&check->words, count, one, many);
}

static void put_severities(struct check_text *check, const uint64_t *counts)
{
    static const char *const words[][2] = {{"info", "infos"}, {"warning", "warnings"}, {"error", "errors"}};

    for (int i = FSC_SEVERITY_ERROR; i >= FSC_SEVERITY_INFO; i--) {
        if (counts[i] > 0)
            put_count(check, counts[i], words[i][0], words[i][1]);
    }
}

/* A message of the reader begins with the name of its file. */
static const char *without_name(const char *message, const char *file)
{
    size_t n = strlen(file);

    return strncmp(message, file, n) == 0 && strncmp(message + n, ": ", 2) == 0 ? message + n + 2 : message;
}

/* The label, the file, and what is in it. */
static void put_file(struct check_text *check, const char *file, const struct record_check *record, size_t result)
{
    struct wrap *wrap = &check->wrap;

    wrap_start(wrap, 0, CHECK_INDENT);
    wrap_text(wrap, results[result].style, results[result].label);
    wrap_wire(wrap, STYLE_BOLD, words_span(file));
    if (record->file_count > 1) {
        buf_string(&check->words, " and ");
        words_count(&check->words, record->file_count - 1, "more file", "more files");
        put_words(check, STYLE_PLAIN);
    }
    if (strcmp(record->result, "error") == 0) {
        wrap_text(wrap, STYLE_PLAIN, ": ");
        wrap_wire(wrap, STYLE_PLAIN,
                  words_span(record->message ? without_name(record->message, file) : "cannot be read"));
    } else {
        wrap_text(wrap, STYLE_PLAIN, "  ");
        words_count(&check->words, check->sessions, "session", "sessions");
        put_count(check, check->transfers, "transfer", "transfers");
        if (check->bad > 0) {
            buf_string(&check->words, " (");
            words_thousands(&check->words, check->bad);
            buf_string(&check->words, " not complete)");
        }
        put_severities(check, record->counts);
        put_words(check, STYLE_PLAIN);
        if (record->message) {
            wrap_line(wrap, CHECK_INDENT);
            wrap_wire(wrap, STYLE_PLAIN, words_span(without_name(record->message, file)));
        }
    }
    wrap_end(wrap);
}

static size_t result_of(const struct record_check *record)
{
    for (size_t i = 0; i < RESULT_COUNT; i++) {
        if (strcmp(results[i].name, record->result) == 0)
            return i + (strcmp(record->result, "findings") == 0 && !record->fails);
    }
    return RESULT_COUNT - 1;
}

static void put_left_out(struct check_text *check)
{
    if (check->left_out == 0)
        return;
    wrap_start(&check->wrap, 0, CHECK_INDENT);
    check->wrap.blanks = CHECK_INDENT;
    words_count(&check->words, check->left_out, "more finding is", "more findings are");
    buf_string(&check->words, " not shown; --json shows all.");
    put_words(check, STYLE_YELLOW);
    wrap_end(&check->wrap);
}

static void on_check(void *state, const char *file, int64_t time_ns, const struct record_check *record)
{
    struct check_text *check = state;
    size_t result = result_of(record);
    bool clean = result == 0;

    (void)time_ns;
    check->files[result]++;
    check->read += MAX(record->file_count, 1);
    if (!clean || !check->options.quiet)
        put_file(check, file, record, result);
    if (!clean) {
        buf_bytes(&check->line, check->findings.data, check->findings.len);
        put_left_out(check);
    }
    buf_flush(&check->line, check->out);
    check->findings.len = 0;
    check->sessions = check->transfers = check->bad = check->left_out = 0;
}

void check_text_finish(struct check_text *check)
{
    uint64_t total = 0;
    const char *before = ": ";

    if (check->finished)
        return;
    check->finished = true;
    for (size_t i = 0; i < RESULT_COUNT; i++)
        total += check->files[i];
    wrap_start(&check->wrap, 0, CHECK_INDENT);
    words_count(&check->words, check->read, "file", "files");
    if (check->read != total) {
        buf_string(&check->words, " in ");
        words_count(&check->words, total, "capture", "captures");
    }
    put_words(check, STYLE_BOLD);
    for (size_t i = 0; i < RESULT_COUNT; i++) {
        if (check->files[i] == 0)
            continue;
        wrap_text(&check->wrap, STYLE_PLAIN, before);
        words_thousands(&check->words, check->files[i]);
        buf_char(&check->words, ' ');
        buf_bytes(&check->words, results[i].label, strcspn(results[i].label, " "));
        put_words(check, results[i].style);
        before = ", ";
    }
    put_severities(check, check->severities);
    put_words(check, STYLE_PLAIN);
    wrap_end(&check->wrap);
    buf_flush(&check->line, check->out);
}

struct check_text *check_text_new(FILE *out, const struct text_options *options)
{
    struct check_text *check = g_malloc0(sizeof *check);

    check->out = out;
    check->options = *options;
    if (check->options.session_bytes == 0)
        check->options.session_bytes = (size_t)4 << 20;
    wrap_init(&check->wrap, &check->line, options->color, options->columns);
    return check;
}

void check_text_free(struct check_text **check)
{
    if (!*check)
        return;
    wrap_free(&(*check)->wrap);
    buf_free(&(*check)->line);
    buf_free(&(*check)->words);
    buf_free(&(*check)->findings);
    g_free(*check);
    *check = NULL;
}

struct sink check_text_sink(struct check_text *check)
{
    return (struct sink){
        .state = check, .data = on_data, .finding = on_finding, .session = on_session, .check = on_check};
}
