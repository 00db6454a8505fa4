/* session_command.c - a command: into the queue of those that wait for their reply, and what it does at once. */
#include "core/session_state.h"

static bool is_protected_command(enum fsc_verb verb)
{
    return verb == FSC_VERB_MIC || verb == FSC_VERB_CONF || verb == FSC_VERB_ENC || verb == FSC_VERB_ADAT;
}

/* After a hole nobody knows whether the reply was in it. */
static bool queue_is_waiting(const struct fsc_session *session)
{
    for (struct pending *e = queue_first(session); e != NULL; e = queue_next(session, e))
        if (!(e->flags & (PENDING_DONE | PENDING_STARTED | PENDING_UNCERTAIN)))
            return true;
    return false;
}

/* The oldest command leaves a full queue. */
static void make_place(struct fsc_session *session, struct fsc_note *note)
{
    struct pending *oldest = queue_first(session);

    if (session->count < FSC_PENDING_MAX || oldest == NULL)
        return;
    if (!(oldest->flags & PENDING_DONE))
        pairing_give_up(session, oldest);
    note->flags |= FSC_NOTE_OVERFLOW;
    queue_sweep(session);
    /* Its reply may still come and look like the reply of a later one. */
    session->uncertain = true;
    for (struct pending *e = queue_first(session); e != NULL; e = queue_next(session, e))
        e->flags |= PENDING_UNCERTAIN | PENDING_RIVALS_LOST;
}

/* Only arguments that the session itself needs later are kept; secrets never. */
static struct fsc_span kept_argument(const struct fsc_command *command, const struct pending *entry)
{
    bool keep = command->verb == FSC_VERB_USER || fsc_verb_info(command->verb)->argument == FSC_ARG_PATH;

    return keep && !(entry->flags & (PENDING_SECRET | PENDING_CUT)) ? command->arg : (struct fsc_span){NULL, 0};
}

/* An unknown word may be the rest of a PASS whose beginning is not in the capture. */
static bool may_be_torn(const struct fsc_session *session, const struct fsc_note *note)
{
    bool is_joined = session->phase == FSC_PHASE_UNKNOWN && session->last_tx == 0;
    return is_joined || note->step == FSC_STEP_AFTER_GAP;
}

/* What its words tell: secrets, and what protects it. */
static void mark_command(struct fsc_session *session, const struct fsc_command *command, struct fsc_note *note)
{
    bool may_be_secret = session->await_secret || session->login_open || may_be_torn(session, note);

    if ((command->flags & FSC_COMMAND_SECRET) || (may_be_secret && command->verb == FSC_VERB_UNKNOWN))
        note->flags |= FSC_NOTE_SECRET;
    session->await_secret = false;
    if (command->verb == FSC_VERB_USER || command->verb == FSC_VERB_AUTH)
        session->login_open = true;
    if (!is_protected_command(command->verb))
        return;
    note->flags |= FSC_NOTE_PROTECTED;
    if (!fsc_base64_valid(command->arg))
        note->flags |= FSC_NOTE_BAD_BASE64;
}

static struct pending new_entry(struct fsc_session *session, const struct fsc_input *in, enum fsc_verb verb,
                                const struct fsc_note *note)
{
    struct pending entry = {.pos_end = in->pos + in->wire_len,
                            .peer_pos = in->ack,
                            .frame = in->frame,
                            .time_ns = in->time_ns,
                            .tx = ++session->last_tx,
                            .verb = (uint16_t)verb,
                            .flags = (note->flags & FSC_NOTE_SECRET) ? PENDING_SECRET : 0};

    if (!(note->flags & FSC_NOTE_PIPELINED) && session->parameters.known)
        entry.flags |= PENDING_SETTLED;
    if (in->line_flags & FSC_LINE_UNTERMINATED)
        entry.flags |= PENDING_CUT | PENDING_UNCERTAIN;
    if (in->ack != FSC_ACK_NONE && in->ack < session->hole_end) /* its reply may be in a hole that is known already */
        entry.flags |= PENDING_UNCERTAIN;
    return entry;
}

static void take_effect(struct fsc_session *session, struct pending *entry, struct fsc_span argument,
                        struct fsc_note *note)
{
    bool cut;

    effects_command(session, entry, argument, note);
    if (!pairing_directory_waits(session, entry))
        note->path = files_path(session, entry, &cut);
    if (!files_is_transfer(note->verb))
        return;
    note->flags |= FSC_NOTE_TRANSFER;
    files_setup(session, entry, &note->transfer);
}

void session_command(struct fsc_session *session, const struct fsc_input *in, struct fsc_note *note)
{
    struct fsc_command command;
    bool cut = false;

    if (in->command != NULL)
        command = *in->command;
    else
        fsc_command_parse(in->text, &command);
    if (command.flags & FSC_COMMAND_EMPTY)
        return;
    mark_command(session, &command, note);
    if (queue_is_waiting(session))
        note->flags |= FSC_NOTE_PIPELINED;
    make_place(session, note);
    struct pending entry = new_entry(session, in, command.verb, note);
    note->tx = entry.tx;
    note->verb = command.verb;
    note->command_frame = in->frame;
    struct pending *slot = queue_push(session, &entry, kept_argument(&command, &entry), &cut);
    if (slot == NULL || cut)
        note->flags |= FSC_NOTE_TEXT_CUT;
    if (entry.flags & PENDING_CUT) /* half an address or a number says something else */
        note->flags |= FSC_NOTE_UNCERTAIN;
    else if (slot != NULL)
        take_effect(session, slot, command.arg, note);
}
