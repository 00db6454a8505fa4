/* notes.c - what the pipeline does with a note: transactions, transfers, expectations, and facts about the session. */
#include "pipeline/internal.h"

static uint32_t record_flags(const struct conversation *c, const struct fsc_input *in, const struct fsc_note *note)
{
    uint32_t flags = 0;

    flags |= (note->flags & FSC_NOTE_PIPELINED) ? RECORD_PIPELINED : 0;
    /* Of a line that a hole cut short it is its end that is missing. */
    bool missing = c->evidence.gaps > 0 || !c->evidence.saw_start; /* a full queue makes uncertain too */
    bool uncertain = missing && (note->flags & FSC_NOTE_UNCERTAIN) && !(in->line_flags & FSC_LINE_UNTERMINATED);
    flags |= (note->step == FSC_STEP_AFTER_GAP || uncertain) ? RECORD_AFTER_GAP : 0;
    flags |= (in->line_flags & FSC_LINE_BARE_LF) ? RECORD_BARE_LF : 0;
    flags |= (in->line_flags & FSC_LINE_TELNET) ? RECORD_TELNET : 0;
    flags |= (in->line_flags & FSC_LINE_OVERLONG) ? RECORD_OVERLONG : 0;
    flags |= (note->flags & FSC_NOTE_ILLEGAL) ? RECORD_ILLEGAL_REPLY : 0;
    flags |= (note->flags & FSC_NOTE_OVERFLOW) ? RECORD_PENDING_OVERFLOW : 0;
    if (note->flags & FSC_NOTE_BAD_BASE64)
        flags |= in->dir == FSC_C2S ? RECORD_BAD_BASE64 : RECORD_REPLY_BAD_BASE64;
    /* A name or directory beyond the limits of the session: what is shown of it is its beginning. */
    flags |= (note->flags & FSC_NOTE_TEXT_CUT) ? RECORD_OVERLONG : 0;
    return flags;
}

/* Commands that the core gave up: they get no reply any more. */
static void close_skipped(struct conversation *c, const struct fsc_note *note)
{
    for (uint32_t i = 0; i < note->skipped; i++) {
        uint32_t tx = fsc_session_skipped(c->session, i);
        struct transaction *t = transaction_find(c, tx);
        struct transfer *transfer = transfer_find(c, tx);
        bool uncertain = fsc_session_uncertain(c->session);
        if (t != NULL)
            transaction_emit(c, t, uncertain ? RECORD_RECEIVED_UNKNOWN : RECORD_RECEIVED_NO);
        if (transfer != NULL) {
            transfer->uncertain |= uncertain;
            transfer_try_report(transfer, true);
        }
    }
}

/* ---- commands ---- */

static void take_password(struct conversation *c, const struct fsc_input *in, const struct fsc_command *command)
{
    bool decrypted = c->opaque[in->dir] && c->decrypted[in->dir];

    if (command->verb != FSC_VERB_PASS || command->arg.n == 0 || c->anonymous || decrypted)
        return;
    c->evidence.clear_password = true;
    c->evidence.password_frame = in->frame;
}

static void note_expectation(struct transaction *t, const struct fsc_note *note)
{
    t->has_data = true;
    t->passive = fsc_form_is_passive(note->expect.form);
    t->dynamic_port = note->expect.listener.port;
}

static void take_command(struct conversation *c, const struct fsc_input *in, const struct fsc_note *note,
                         const struct fsc_command *command)
{
    if (note->tx == 0)
        return;
    struct transaction *t = transaction_open(c, note->tx);
    t->verb = note->verb;
    transaction_command(c, t, command);
    if (command->verb == FSC_VERB_USER)
        c->anonymous = t->anonymous;
    t->secret = (note->flags & FSC_NOTE_SECRET) != 0;
    t->command_frame = in->frame;
    t->command_ns = in->time_ns;
    t->flags |= record_flags(c, in, note);
    transaction_state(c, t, note);
    c->commands++;
    c->last_tx = note->tx;
    c->last_command_ns = in->time_ns;
    take_password(c, in, command);
    if (t->secret && note->verb != FSC_VERB_ADAT && !(note->verb == FSC_VERB_PASS && c->anonymous))
        secrets_take(c, note->verb == FSC_VERB_UNKNOWN ? in->text : command->arg);
    if (note->verb == FSC_VERB_CLNT)
        facts_client(c->facts, command->arg);
    if (note->flags & FSC_NOTE_EXPECT) {
        note_expectation(t, note);
        expectation_add(c, &note->expect, in->frame, in->time_ns);
    }
    if (note->flags & FSC_NOTE_TRANSFER)
        transfer_open(c, note, command->arg, in->frame, in->time_ns);
    if (note->verb == FSC_VERB_ABOR)
        transfers_interrupted(c, in->frame, false);
}

/* ---- replies ---- */

static void take_login(struct conversation *c, const struct fsc_note *note, const struct transaction *t)
{
    if (note->flags & FSC_NOTE_LOGIN) {
        c->login_accepted = true;
        c->evidence.logged_in = true;
    }
    if (note->flags & FSC_NOTE_LOGIN_REFUSED)
        c->login_refused = true;
    if (t != NULL && t->verb == FSC_VERB_USER) {
        facts_user(c->facts, string_span(t->argument));
        c->evidence.anonymous = t->anonymous;
    }
}

static void take_closing(struct conversation *c, const struct fsc_input *in, const struct fsc_note *note)
{
    if (note->flags & FSC_NOTE_GREETING) {
        c->greeted = true;
        c->evidence.greeting_code = note->code;
        c->evidence.greeting_text = note->text;
        c->evidence.greeting_frame = in->frame;
    } else if (note->code == 421 && !(note->flags & FSC_NOTE_TRANSFER)) { /* who waits for a transfer is not idle */
        c->evidence.closing_code = note->code;
        c->evidence.closing_text = note->text;
        c->evidence.closing_frame = in->frame;
        c->evidence.idle_ns = c->last_command_ns != 0 ? in->time_ns - c->last_command_ns : in->time_ns - c->start_ns;
    }
}

static void diagnose_reply(struct conversation *c, const struct fsc_input *in, const struct fsc_note *note,
                           const struct fsc_endpoint *announced)
{
    struct fsc_finding findings[4];
    struct fsc_reply_evidence evidence = {.tx = note->tx,
                                          .verb = note->verb,
                                          .code = note->code,
                                          .text = note->text,
                                          .command_frame = note->command_frame,
                                          .reply_frame = in->frame,
                                          .tls_control = c->tls_seen,
                                          .login_refused = (note->flags & FSC_NOTE_LOGIN_REFUSED) != 0,
                                          .announced = *announced,
                                          .client = c->client,
                                          .server = c->server};

    if (note->tx == 0)
        return;
    size_t count = fsc_diagnose_reply(&evidence, findings, G_N_ELEMENTS(findings));
    report_findings(c, findings, count, 0, in->time_ns);
}

static struct fsc_span text_of(const struct fsc_input *in, uint16_t code)
{
    struct fsc_reply reply;

    fsc_reply_parse(in->text, &reply);
    return reply.code == code && code != 0 ? reply.text : in->text;
}

static void finish_reply(struct conversation *c, const struct fsc_input *in, const struct fsc_note *note,
                         struct transaction *t)
{
    bool is_final = note->code / 100 != 1;
    bool unsolicited = t->tx == 0;

    c->replies++;
    facts_code(c->facts, note->code);
    take_login(c, note, unsolicited ? NULL : t);
    take_closing(c, in, note);
    if (note->flags & FSC_NOTE_EXPECT) {
        note_expectation(t, note);
        expectation_add(c, &note->expect, in->frame, in->time_ns);
    }
    if (unsolicited) {
        c->unsolicited = NULL;
        transaction_emit(c, t, RECORD_RECEIVED_YES);
        return;
    }
    struct transfer *transfer = (note->flags & FSC_NOTE_TRANSFER) ? transfer_find(c, note->tx) : NULL;
    if (transfer != NULL) {
        transfer_update(transfer, note, in->frame, in->time_ns);
        t->has_data = transfer->expect.form != FSC_FORM_NONE && transfer->expect.form != FSC_FORM_DEFAULT;
        t->passive = fsc_form_is_passive(transfer->expect.form);
        t->dynamic_port = transfer->expect.listener.port;
    }
    if (!is_final)
        return;
    struct fsc_endpoint announced = t->announced; /* which goes */
    transaction_emit(c, t, RECORD_RECEIVED_YES);
    diagnose_reply(c, in, note, &announced);
    if (transfer != NULL)
        transfer_try_report(transfer, false);
}

/* A multi-line reply whose last line never came ends where the next reply begins. */
static void close_broken(struct conversation *c, uint32_t current_tx)
{
    if (c->unsolicited != NULL) {
        transaction_emit(c, c->unsolicited, RECORD_RECEIVED_YES);
        c->unsolicited = NULL;
    }
    for (struct transaction *t = c->open, *next; t != NULL; t = next) {
        next = t->next;
        if ((t->tx < current_tx || current_tx == 0) && t->reply_count > 0 && t->last_code / 100 != 1)
            transaction_emit(c, t, RECORD_RECEIVED_YES);
    }
}

static void take_reply(struct conversation *c, const struct fsc_input *in, const struct fsc_note *note)
{
    struct fsc_span text = text_of(in, note->code);
    struct transaction *t;

    if (note->flags & FSC_NOTE_UNTERMINATED)
        close_broken(c, note->tx);
    if (note->tx != 0) {
        t = transaction_find(c, note->tx);
        if (t == NULL)
            return;
    } else {
        if (c->unsolicited == NULL)
            c->unsolicited = transaction_open(c, 0);
        t = c->unsolicited;
        if (!(note->flags & FSC_NOTE_GREETING))
            t->flags |= RECORD_UNSOLICITED;
    }
    transaction_state(c, t, note);
    t->flags |= record_flags(c, in, note);
    facts_reply_line(c->facts, note, text);
    transaction_reply_line(c, t, note, text, in->frame, in->time_ns);
    if (note->flags & FSC_NOTE_LAST) {
        finish_reply(c, in, note, t);
    } else if (note->code == 0) {
        c->unsolicited = NULL;
        transaction_emit(c, t, RECORD_RECEIVED_YES);
    }
}

void notes_take(struct conversation *c, const struct fsc_input *in, const struct fsc_note *note,
                const struct fsc_command *command)
{
    if (note->step == FSC_STEP_LATE || (note->flags & FSC_NOTE_CONTINUED))
        return;
    close_skipped(c, note);
    if (in->dir == FSC_C2S)
        take_command(c, in, note, command);
    else
        take_reply(c, in, note);
}

void notes_unanswered(struct conversation *c, const struct fsc_note *note)
{
    struct transaction *t = transaction_find(c, note->tx);
    struct transfer *transfer = (note->flags & FSC_NOTE_TRANSFER) ? transfer_find(c, note->tx) : NULL;

    if (transfer != NULL)
        transfer_update(transfer, note, 0, 0);
    if (t == NULL)
        return;
    transaction_state(c, t, note);
    bool uncertain = (note->flags & FSC_NOTE_UNCERTAIN) || fsc_session_opaque(c->session);
    transaction_emit(c, t,
                     t->reply_count > 0 ? RECORD_RECEIVED_YES
                     : uncertain        ? RECORD_RECEIVED_UNKNOWN
                                        : RECORD_RECEIVED_NO);
}

/* Commands that the session could not keep (its block was full), and a reply that answers nothing and never ended. */
void notes_leftover(struct conversation *c)
{
    while (c->open != NULL)
        transaction_emit(c, c->open, c->open->reply_count > 0 ? RECORD_RECEIVED_YES : RECORD_RECEIVED_UNKNOWN);
    if (c->unsolicited != NULL)
        transaction_emit(c, c->unsolicited, RECORD_RECEIVED_YES);
    c->unsolicited = NULL;
}
