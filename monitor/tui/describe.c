/* describe.c - everything that is known about one event, finding or transfer, as paragraphs: what failed comes first.
 */
#include <string.h>

#include "monitor/tui/cells.h"
#include "monitor/tui/format.h"
#include "monitor/tui/ui.h"

enum { TEXT_BYTES = 4096, REPLY_LINES = 40, LOOK_AHEAD = 2000, INDENT = 2 };

/* ---- findings ---- */

static void add_evidence(struct pane *pane, const struct model_finding *f)
{
    GString *words = g_string_new(NULL);

    g_string_append_printf(words, "%s, %s, %s", fsc_severity_name(f->severity), fsc_confidence_name(f->confidence),
                           fsc_role_name(f->role));
    for (size_t i = 0; i < f->evidence_count; i++)
        g_string_append_printf(words, "%s%" G_GUINT64_FORMAT,
                               i > 0                   ? ", "
                               : f->evidence_count > 1 ? "; frames "
                                                       : "; frame ",
                               f->evidence[i]);
    if (f->winsock != 0)
        g_string_append_printf(words, "; Windows shows %u", f->winsock);
    if (f->code != 0)
        g_string_append_printf(words, "; reply %u", f->code);
    pane_add(pane, PAINT_DIM, INDENT, "%s", words->str);
    g_string_free(words, TRUE);
}

/* The class of the reply that the finding is about: it decides which advice of the documents fits. */
static enum fsc_text_class class_of(const struct model *model, const struct model_finding *f)
{
    for (size_t i = 0; f->of != NULL && i < MIN(f->of->event_count, (size_t)LOOK_AHEAD); i++) {
        const struct model_event *event = model_event_at(model, f->of, i);
        if (event->kind == MODEL_EVENT_REPLY && event->tx == f->tx && event->code == f->code &&
            (event->note_flags & FSC_NOTE_LAST))
            return event->text_class;
    }
    return FSC_TEXT_NONE;
}

/* "CuteFTP help, RFC 959 list (fits here): ..." */
static void add_note(struct pane *pane, const struct fsc_document_note *note, bool fits)
{
    GString *names = g_string_new(NULL);

    for (unsigned d = 0; d < FSC_DOC_COUNT; d++)
        if (note->documents >> d & 1)
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", fsc_document_name((enum fsc_document)d));
    if (note->advises[0] != '\0')
        pane_add(pane, fits ? PAINT_PLAIN : PAINT_DIM, INDENT, "%s (%s): %s", names->str,
                 fits ? "fits here" : "fits other cases", note->advises);
    g_string_free(names, TRUE);
}

static void add_documents(const struct ui *ui, struct pane *pane, const struct model_finding *f)
{
    enum fsc_text_class class = class_of(ui->model, f);

    for (size_t i = 0; f->code != 0 && i < fsc_document_note_count(); i++) {
        const struct fsc_document_note *note = fsc_document_note_at(i);
        if (note->code != f->code && !(f->winsock != 0 && note->code == f->winsock))
            continue;
        bool fits = fsc_document_fits(note, f->id, class);
        add_note(pane, note, fits);
    }
}

void describe_finding(const struct ui *ui, struct pane *pane, const struct model_finding *f)
{
    char *summary = format_escaped(f->summary, strlen(f->summary));
    char *advice = format_escaped(f->advice, f->advice != NULL ? strlen(f->advice) : 0);

    pane_add(pane, severity_style(f->severity), INDENT, "%s %s: %s",
             paint_mark_text(&ui->paint, severity_mark(f->severity)), finding_name(f), summary);
    if (advice[0] != '\0')
        pane_add(pane, PAINT_BOLD, INDENT, "Advice: %s", advice);
    g_free(summary);
    g_free(advice);
    add_evidence(pane, f);
    add_documents(ui, pane, f);
}

/* ---- transfers ---- */

static void add_amounts(struct pane *pane, const struct model_transfer *t, int64_t now_ns)
{
    char number[32], seconds[32], rate[32];
    int64_t duration = transfer_duration(t, now_ns);
    GString *words = g_string_new(NULL);

    format_thousands(number, sizeof(number), t->bytes);
    g_string_append_printf(words, "%s bytes", t->amount_known ? number : "unknown");
    format_thousands(number, sizeof(number), t->expected_bytes);
    if (t->expected_from != FSC_SIZE_NONE)
        g_string_append_printf(words, " of %s (known from %s)", number, fsc_size_from_name(t->expected_from));
    if (duration >= 0) {
        format_seconds(seconds, sizeof(seconds), duration);
        format_rate(rate, sizeof(rate), t->rate_bps);
        g_string_append_printf(words, " in %s s, %s", seconds, rate);
    }
    format_thousands(number, sizeof(number), t->retransmitted_bytes);
    if (t->retransmitted_bytes > 0)
        g_string_append_printf(words, ", %s sent again", number);
    format_thousands(number, sizeof(number), t->missing_bytes);
    if (t->missing_bytes > 0)
        g_string_append_printf(words, ", %s not in the capture", number);
    pane_add(pane, PAINT_PLAIN, INDENT, "%s", words->str);
    g_string_free(words, TRUE);
}

static void add_connection(struct pane *pane, const struct model_transfer *t)
{
    char from[64], to[64], seconds[32];

    if (!t->has_endpoints) {
        pane_add(pane, PAINT_PLAIN, INDENT, "No data connection was seen (%s).",
                 t->setup != FSC_FORM_NONE ? fsc_form_name(t->setup) : "nothing was announced");
        return;
    }
    format_endpoint(from, sizeof(from), &t->from);
    format_endpoint(to, sizeof(to), &t->to);
    format_seconds(seconds, sizeof(seconds), MAX(t->setup_ns, 0));
    bool never = talk_never_connected(t), timed = t->setup_ns >= 0;
    pane_add(pane, PAINT_PLAIN, INDENT, "%s (%s), %s %s %s%s%s%s%s", t->passive ? "passive" : "active",
             fsc_form_name(t->setup), from, never ? "tried to connect to" : "connected to", to,
             never   ? ", in vain"
             : timed ? ", set up in "
                     : "",
             timed ? seconds : "", timed ? " s" : "", t->tls ? ", TLS" : "");
}

void describe_transfer(const struct ui *ui, struct pane *pane, const struct model_transfer *t)
{
    char *path = format_escaped(transfer_name(t), strlen(transfer_name(t)));

    pane_add(pane, status_style(t), INDENT, "%s %s: %s%s%s",
             t->verb > FSC_VERB_UNKNOWN ? fsc_verb_info(t->verb)->name : "transfer", path, status_words(t),
             !t->open && t->closed_by != FSC_CLOSER_NONE ? ", closed by " : "",
             !t->open && t->closed_by != FSC_CLOSER_NONE ? fsc_closer_name(t->closed_by) : "");
    g_free(path);
    if (t->finding != NULL)
        describe_finding(ui, pane, t->finding);
    add_amounts(pane, t, ui->context.now_ns);
    add_connection(pane, t);
}

/* ---- commands and replies ---- */

static void add_line(struct pane *pane, const struct model_event *event)
{
    char *text = format_escaped(event->text, MIN(event->text_len, (size_t)TEXT_BYTES));

    pane_add(pane, PAINT_FACT, INDENT, "%s", text);
    g_free(text);
}

static void add_frame(struct pane *pane, const struct model_event *event)
{
    GString *words = g_string_new(NULL);
    char number[32];

    g_string_append_printf(words, "frame %" G_GUINT64_FORMAT, event->frame);
    if (event->kind == MODEL_EVENT_REPLY && event->latency_ns >= 0 && (event->note_flags & FSC_NOTE_FIRST)) {
        format_seconds(number, sizeof(number), event->latency_ns);
        g_string_append_printf(words, ", %s s after its command", number);
    }
    format_thousands(number, sizeof(number), event->gap);
    if (event->gap > 0)
        g_string_append_printf(words, ", %s bytes missing before it", number);
    if (event->note_flags & FSC_NOTE_UNCERTAIN)
        g_string_append(words, ", uncertain because packets are missing");
    pane_add(pane, PAINT_DIM, INDENT, "%s", words->str);
    g_string_free(words, TRUE);
}

static void describe_command(struct pane *pane, const struct model_event *event)
{
    const struct fsc_verb_info *info = fsc_verb_info(event->verb);

    if (event->verb > FSC_VERB_UNKNOWN)
        pane_add(pane, PAINT_BOLD, INDENT, "%s: %s (%s)", info->name, info->what, info->origin);
    else
        pane_add(pane, PAINT_WARN, INDENT, "No command that is known.");
    if (event->note_flags & FSC_NOTE_PIPELINED)
        pane_add(pane, PAINT_PLAIN, INDENT, "Sent while others waited for their reply.");
    add_line(pane, event);
    add_frame(pane, event);
}

/* The last line of the reply that begins at `first` decides its class; all lines are shown. */
static const struct model_event *whole_reply(const struct ui *ui, struct pane *pane, const struct talk *talk,
                                             const struct model_session *session, size_t first)
{
    const struct model_event *begin = model_event_at(ui->model, session, first), *last = begin;
    unsigned lines = 0;

    (void)talk;
    for (size_t i = first; i < session->event_count && i < first + LOOK_AHEAD; i++) {
        const struct model_event *event = model_event_at(ui->model, session, i);
        if (event->kind != MODEL_EVENT_REPLY || (i > first && (event->note_flags & FSC_NOTE_FIRST)))
            continue;
        last = event;
        if (pane != NULL && lines++ < REPLY_LINES)
            add_line(pane, event);
        if (event->note_flags & FSC_NOTE_LAST)
            break;
    }
    return last;
}

/* What the transaction of a failed reply was diagnosed as. */
static const struct model_finding *finding_of(const struct ui *ui, const struct model_session *session, uint32_t tx)
{
    for (size_t i = 0; tx != 0 && i < session->event_count && i < LOOK_AHEAD; i++) {
        const struct model_event *event = model_event_at(ui->model, session, i);
        if (event->kind == MODEL_EVENT_FINDING && event->finding->tx == tx &&
            event->finding->severity > FSC_SEVERITY_INFO)
            return event->finding;
    }
    return NULL;
}

static enum paint_style code_style(uint16_t code)
{
    return code >= 500 ? PAINT_BAD : code >= 400 || code < 100 ? PAINT_WARN : PAINT_GOOD;
}

static void describe_reply(const struct ui *ui, struct pane *pane, const struct talk *talk,
                           const struct model_session *session, const struct model_event *event, size_t index)
{
    const struct model_event *last = whole_reply(ui, NULL, talk, session, index);
    struct fsc_explanation what = fsc_explain(event->code, event->verb, last->text_class);
    const struct model_finding *finding = event->code >= 400 ? finding_of(ui, session, event->tx) : NULL;

    pane_add(pane, code_style(event->code), INDENT, "%u %s: %s", event->code, what.title, what.meaning);
    if (what.advice[0] != '\0')
        pane_add(pane, PAINT_BOLD, INDENT, "Advice: %s", what.advice);
    if (finding != NULL)
        describe_finding(ui, pane, finding);
    if ((event->note_flags & FSC_NOTE_UNSOLICITED) && !(event->note_flags & FSC_NOTE_GREETING))
        pane_add(pane, PAINT_PLAIN, INDENT, "It answers no command.");
    if (last->note_flags & FSC_NOTE_ILLEGAL)
        pane_add(pane, PAINT_WARN, INDENT, "Not a usual reply to this command.");
    (void)whole_reply(ui, pane, talk, session, index);
    add_frame(pane, event);
}

static void describe_end(struct pane *pane, const struct model_event *event)
{
    static const struct {
        const char *how, *words;
    } ends[] = {{"fin", "The control connection was closed in order (FIN)."},
                {"rst", "The control connection was reset (RST)."},
                {"timeout", "Nothing was seen of the control connection for a long time."},
                {"capture_end", "The capture ended while the session was open."},
                {"evicted", "It was given up for want of memory; what followed counts as another session."},
                {"reused", "A new connection came with its ports; its own end was not seen."}};

    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        if (event->text_len == strlen(ends[i].how) && memcmp(event->text, ends[i].how, event->text_len) == 0)
            pane_add(pane, PAINT_PLAIN, INDENT, "%s", ends[i].words);
}

void describe_event(const struct ui *ui, struct pane *pane, const struct talk *talk)
{
    const struct model_session *session = talk_session(talk, ui->model);
    const struct model_event *event = talk_event(talk, ui->model, talk->cursor);

    if (event == NULL || session == NULL)
        return;
    switch (event->kind) {
    case MODEL_EVENT_COMMAND:
        describe_command(pane, event);
        break;
    case MODEL_EVENT_REPLY:
        describe_reply(ui, pane, talk, session, event, g_array_index(talk->rows, struct talk_row, talk->cursor).event);
        break;
    case MODEL_EVENT_DATA_OPENED:
    case MODEL_EVENT_DATA_ENDED:
        describe_transfer(ui, pane, event->transfer);
        break;
    case MODEL_EVENT_FINDING:
        describe_finding(ui, pane, event->finding);
        break;
    case MODEL_EVENT_ENDED:
        describe_end(pane, event);
        break;
    }
}
