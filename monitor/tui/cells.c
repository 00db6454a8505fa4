#include "monitor/tui/cells.h"

#include <string.h>

#include "monitor/tui/format.h"

void cell_set(struct cell *cell, enum paint_style style, const char *text)
{
    cell->style = style;
    g_strlcpy(cell->text, text, sizeof(cell->text));
}

void cell_amount(struct cell *cell, uint64_t value)
{
    if (value > 0)
        format_amount(cell->text, sizeof(cell->text), value);
}

enum paint_style severity_style(enum fsc_severity severity)
{
    static const enum paint_style styles[] = {PAINT_FACT, PAINT_WARN, PAINT_BAD};
    return styles[severity];
}

enum paint_mark severity_mark(enum fsc_severity severity)
{
    static const enum paint_mark marks[] = {MARK_INFO, MARK_WARN, MARK_BAD};
    return marks[severity];
}

enum paint_style status_style(const struct model_transfer *transfer)
{
    static const enum paint_style styles[] = {[FSC_STATUS_UNKNOWN] = PAINT_DIM,
                                              [FSC_STATUS_FAILED] = PAINT_BAD,
                                              [FSC_STATUS_ABORTED] = PAINT_BAD,
                                              [FSC_STATUS_TRUNCATED] = PAINT_BAD,
                                              [FSC_STATUS_COMPLETE] = PAINT_GOOD};
    return transfer->open ? PAINT_FACT : styles[transfer->status];
}

const char *status_words(const struct model_transfer *transfer)
{
    if (!transfer->open)
        return fsc_status_name(transfer->status);
    return transfer->bytes > 0 ? "going on" : "waiting";
}

const char *tls_word(enum fsc_tls tls)
{
    static const char *const words[] = {[FSC_TLS_NONE] = "",
                                        [FSC_TLS_EXPLICIT] = "TLS",
                                        [FSC_TLS_IMPLICIT] = "impl",
                                        [FSC_TLS_GSSAPI] = "GSS",
                                        [FSC_TLS_CLEARED] = "CCC"};
    return words[tls];
}

const char *transfer_name(const struct model_transfer *transfer)
{
    if (transfer->path != NULL && transfer->path[0] != '\0')
        return transfer->path;
    return transfer->filename != NULL ? transfer->filename : "";
}

/* ALLO is a reservation, and what a 226 says comes too late to be a size in sight. */
unsigned transfer_percent(const struct model_transfer *transfer, bool *known)
{
    uint64_t whole = transfer->expected_bytes;

    if (transfer->offset > 0 && transfer->offset < whole && transfer->expected_from == FSC_SIZE_SIZE)
        whole -= transfer->offset;
    *known = transfer->expected_from != FSC_SIZE_NONE && whole > 0 && transfer->amount_known;
    return *known ? format_percent(transfer->bytes, whole) : 0;
}

int64_t transfer_duration(const struct model_transfer *transfer, int64_t now_ns)
{
    if (transfer->first_ns == 0)
        return -1;
    return (transfer->open ? MAX(now_ns, transfer->last_ns) : transfer->last_ns) - transfer->first_ns;
}

const char *session_end_word(const char *how)
{
    static const struct {
        const char *how, *word;
    } ends[] = {{"fin", "closed"},          {"rst", "reset"},        {"timeout", "timeout"},
                {"capture_end", "cut off"}, {"evicted", "given up"}, {"reused", "replaced"}};

    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        if (strcmp(how, ends[i].how) == 0)
            return ends[i].word;
    return how;
}

bool session_failed(const struct model_session *session)
{
    return session->refused || session->transfers_failed > 0 ||
           (session->finding != NULL && session->finding->severity == FSC_SEVERITY_ERROR);
}

static bool is_habit(const struct model_finding *finding)
{
    return finding->id == FSC_FINDING_CLEARTEXT_PASSWORD || finding->id == FSC_FINDING_CLEARTEXT_AFTER_TLS_OFFER;
}

enum paint_style finding_style(const struct model_finding *finding)
{
    return is_habit(finding) ? PAINT_FACT : severity_style(finding->severity);
}

bool finding_is_failure(const struct model_finding *finding)
{
    return finding->severity > FSC_SEVERITY_INFO && !is_habit(finding);
}

const char *finding_name(const struct model_finding *finding)
{
    return fsc_finding_info(finding->id)->name;
}

void finding_words(const struct model_finding *finding, GString *words)
{
    char text[1024];

    format_escape(text, sizeof(text), finding->summary);
    g_string_append_printf(words, "%s: %s", finding_name(finding), text);
    format_escape(text, sizeof(text), finding->advice);
    if (text[0] != '\0')
        g_string_append_printf(words, " Advice: %s", text);
}
