/* lines.c - what a line of the control connection changes: the row of its session, the counts, and an event. */
#include "monitor/model/internal.h"

#include <string.h>

#include "monitor/output/words.h"
#include "pipeline/greeting.h"

/* ---- commands ---- */

static void add_event(struct model *model, struct row *row, struct model_event *event, struct fsc_span text)
{
    event->text = text.n > 0 ? (const char *)text.p : "";
    event->text_len = text.n;
    event_add(model, row, event);
}

enum { HIDDEN_MAX = 64 }; /* a word of ours and what stands for the argument */

/* As the outputs show it: a word that is no command may be the password itself. */
static struct fsc_span hidden_command(const struct fsc_command *command, char text[HIDDEN_MAX])
{
    const char *word = command->verb == FSC_VERB_UNKNOWN ? WORDS_HIDDEN : fsc_verb_info(command->verb)->name;

    g_snprintf(text, HIDDEN_MAX, "%s%s", word, command->arg.n > 0 ? " " WORDS_HIDDEN : "");
    return words_span(text);
}

static void show_command(struct row *row, struct fsc_span text)
{
    size_t n = text_cut(text, COMMAND_TEXT_MAX - 1).n;

    for (size_t i = 0; i < n; i++)
        row->command_text[i] = text.p[i] != 0 ? (char)text.p[i] : '?';
    row->command_text[n] = '\0';
}

/* What the client says of itself, before any reply to it. */
static void take_names(struct model *model, struct row *row, const struct fsc_command *command)
{
    if (command->verb == FSC_VERB_USER) {
        row_text(model, row, &row->shown.user, text_cut(command->arg, FSC_USER_MAX));
        row->user_sent = true;
    } else if (command->verb == FSC_VERB_CLNT && command->arg.n > 0) {
        row_text(model, row, &row->shown.client_software, command->arg);
    }
}

static void wait_for_reply(struct row *row, const struct fsc_note *note)
{
    row->pending -= MIN(row->pending, note->skipped);
    row->pending++;
    row->command_tx = note->tx;
    row->shown.command_waits = true;
}

static void take_command(struct model *model, struct row *row, const struct record_envelope *envelope,
                         const struct record_line *record, struct model_event *event)
{
    const struct fsc_note *note = record->note;
    struct fsc_span text = record->text;
    struct fsc_command command;
    char hidden[HIDDEN_MAX];

    fsc_command_parse(record->text, &command);
    if ((note->flags & FSC_NOTE_SECRET) && !model->show_secrets)
        text = hidden_command(&command, hidden);
    event->kind = MODEL_EVENT_COMMAND;
    show_command(row, text);
    take_names(model, row, &command);
    row->shown.command_ns = envelope->time_ns;
    row->shown.commands++;
    wait_for_reply(row, note);
    model->totals.commands++;
    model->totals.by_verb[note->verb]++;
    if (note->flags & FSC_NOTE_TRANSFER)
        transfer_command(model, row, envelope, record);
    add_event(model, row, event, text);
}

/* ---- replies ---- */

static void count_latency(struct model *model, int64_t latency_ns)
{
    int64_t limit_ns = 1000000;
    size_t bucket = 0;

    while (bucket < MODEL_LATENCY_BUCKETS - 1 && latency_ns >= limit_ns) {
        limit_ns *= 2;
        bucket++;
    }
    model->totals.latency[bucket]++;
}

static void take_greeting(struct model *model, struct row *row, const struct record_line *record)
{
    struct fsc_reply reply;

    if (*row->shown.server_software != '\0')
        return;
    fsc_reply_parse(record->text, &reply);
    bool coded = reply.code == record->note->code && reply.code != 0;
    row_text(model, row, &row->shown.server_software, greeting_software(coded ? reply.text : record->text));
}

static void take_login(struct model *model, struct row *row, const struct fsc_note *note)
{
    uint32_t flags = note->flags;

    if (flags & FSC_NOTE_LOGIN) {
        row->shown.logged_in = true;
        row->shown.refused = false;
        row->phase = FSC_PHASE_READY;
        model->totals.logins++;
    }
    if (flags & FSC_NOTE_LOGIN_REFUSED) {
        row->shown.refused = true;
        model->totals.refusals++;
    }
    if (flags & FSC_NOTE_RESET) { /* REIN, AUTH */
        row->shown.logged_in = row->user_sent = false;
        row->phase = FSC_PHASE_LOGIN;
    }
    if ((flags & FSC_NOTE_GREETING) && note->code / 100 != 1) /* 120: the real one follows */
        row->phase = FSC_PHASE_LOGIN;
}

static void count_reply(struct model *model, struct row *row, uint16_t code)
{
    row->shown.replies++;
    row->shown.replies_4xx += code / 100 == 4;
    row->shown.replies_5xx += code / 100 == 5;
    model->totals.replies++;
    if (code < G_N_ELEMENTS(model->totals.by_code))
        model->totals.by_code[code]++;
}

static void finish_reply(struct model *model, struct row *row, const struct fsc_note *note)
{
    bool entered = note->outcome == FSC_OUTCOME_DONE && (note->verb == FSC_VERB_CWD || note->verb == FSC_VERB_XCWD);

    count_reply(model, row, note->code);
    take_login(model, row, note);
    if (entered && note->path.n > 0) /* the note's own directory is the one before */
        row_text(model, row, &row->shown.cwd, note->path);
    if (note->tx == 0)
        return;
    if (note->code / 100 == 1) {
        if (note->flags & FSC_NOTE_TRANSFER)
            transfer_agreed(model, row, note->tx);
        return;
    }
    row->pending -= row->pending > 0;
    if (note->tx == row->command_tx)
        row->shown.command_waits = false;
}

/* What was refused: the command where it is still the last one, else its name. */
static void take_refusal(struct model *model, struct row *row, const struct fsc_note *note, struct fsc_span text)
{
    struct fsc_span command = words_span(row->command_text);

    if (note->code / 100 != 4 && note->code / 100 != 5)
        return;
    if (note->tx != row->command_tx || note->tx == 0)
        command = words_span(note->verb > FSC_VERB_UNKNOWN ? fsc_verb_info(note->verb)->name : "");
    row_text(model, row, &row->shown.refusal, text_cut(text, COMMAND_TEXT_MAX));
    row_text(model, row, &row->shown.refusal_command, command);
}

static void take_reply(struct model *model, struct row *row, const struct record_line *record,
                       struct model_event *event)
{
    const struct fsc_note *note = record->note;
    struct fsc_span text = record->shown.p != NULL && !model->show_secrets ? record->shown : record->text;

    event->kind = MODEL_EVENT_REPLY;
    event->code = note->code;
    event->text_class = note->text;
    row->pending -= MIN(row->pending, note->skipped);
    if ((note->flags & FSC_NOTE_FIRST) && note->tx != 0) {
        event->latency_ns = note->latency_ns;
        count_latency(model, note->latency_ns);
    }
    if (note->flags & FSC_NOTE_GREETING)
        take_greeting(model, row, record);
    if (note->flags & FSC_NOTE_LAST) {
        finish_reply(model, row, note);
        take_refusal(model, row, note, text);
    }
    add_event(model, row, event, text);
}

/* ---- both ---- */

/* As it was before the line; what the line changes comes on top. What changes only by a reply is looked at with the
 * next command. */
static void take_state(struct model *model, struct row *row, const struct fsc_note *note, enum fsc_dir dir)
{
    bool known = !(note->cwd.n == 1 && note->cwd.p[0] == '?');

    row->spoken = true;
    row->opaque = false;
    row->phase = note->phase;
    row_set_tls(model, row, note->tls);
    if (dir == FSC_S2C)
        return;
    if (note->user.n > 0 && !row->user_sent)
        row_text(model, row, &row->shown.user, note->user);
    row_text(model, row, &row->shown.cwd, known ? note->cwd : (struct fsc_span){NULL, 0});
}

/* From the next byte on it is TLS: what still waits is not seen being answered. */
static void go_opaque(struct model *model, struct row *row)
{
    row->opaque = true;
    row->pending = 0;
    row->shown.command_waits = false;
    if (row->shown.tls == FSC_TLS_NONE)
        row_set_tls(model, row, FSC_TLS_EXPLICIT);
}

static void take_line(struct model *model, struct row *row, const struct record_envelope *envelope,
                      const struct record_line *record)
{
    const struct fsc_note *note = record->note;
    struct model_event event = {.time_ns = envelope->time_ns,
                                .frame = record->frame,
                                .tx = note->tx,
                                .verb = note->verb,
                                .note_flags = note->flags,
                                .gap = note->gap,
                                .latency_ns = -1};

    take_state(model, row, note, record->dir);
    if (record->dir == FSC_C2S)
        take_command(model, row, envelope, record, &event);
    else
        take_reply(model, row, record, &event);
    if (note->flags & FSC_NOTE_TLS)
        go_opaque(model, row);
    row_settle(row);
}

/* Late lines and the rest of overlong ones change nothing, as in the records; nor does an empty one. */
static bool counts(const struct record_line *record)
{
    const struct fsc_note *note = record->note;

    return note->step != FSC_STEP_LATE && !(note->flags & FSC_NOTE_CONTINUED) &&
           (record->dir == FSC_S2C || note->tx != 0);
}

void on_line(void *state, const struct record_envelope *envelope, const struct record_line *record)
{
    struct model *model = state;

    model_lock(model);
    struct row *row = row_of(model, envelope);
    row->shown.last_ns = MAX(row->shown.last_ns, envelope->time_ns);
    if (counts(record))
        take_line(model, row, envelope, record);
    model_changed(model);
    memory_settle(model, row);
    model_unlock(model);
}
