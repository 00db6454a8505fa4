/* session_reply.c - a line of a reply: which command it answers, where a reply of several lines ends, and what it does.
 */
#include "core/session_state.h"

#include <string.h>

/* A reply without a code, or text between replies: it may have stood for a reply, so pairing goes on with care. */
static void step_garbage(struct fsc_session *session, const struct fsc_input *in, struct fsc_note *note)
{
    note->flags |= FSC_NOTE_UNSOLICITED;
    if (note->step == FSC_STEP_AFTER_GAP || (in->line_flags & FSC_LINE_UNTERMINATED))
        return; /* a part of a line, the other part is missing */
    if (session->phase == FSC_PHASE_UNKNOWN && session->last_tx == 0)
        return; /* joined in the middle, perhaps of a line or of a multi-line reply */
    note->flags |= FSC_NOTE_ILLEGAL;
    session->garbage = true;
    session->hole_end = in->pos + in->wire_len;
}

/* Does `code` on a line inside an open multi-line reply belong to a new reply? Only if the client, having received what
 * came before, sent a command that this code answers and the open code does not: some servers never send the last line.
 */
static bool closes_open_reply(const struct fsc_session *session, const struct fsc_input *in,
                              const struct fsc_reply *reply)
{
    if (reply->code == 0 || reply->code == session->reply.code || reply->more)
        return false;
    for (struct pending *e = queue_first(session); e != NULL; e = queue_next(session, e)) {
        if (e->tx <= session->reply.tx || (e->flags & PENDING_DONE) || e->peer_pos == FSC_ACK_NONE)
            continue;
        if (e->peer_pos >= in->pos && (in->ack == FSC_ACK_NONE || e->pos_end <= in->ack))
            return pairing_legal(e, reply->code);
    }
    return false;
}

/* Is a command missing that a reply in this segment may answer: one in a hole, before the capture began, or one that
 * the segment acknowledges and that was never seen? */
static bool may_miss_command(const struct fsc_session *session, const struct fsc_input *in)
{
    if (session->hole[FSC_C2S] > 0 || (session->uncertain && !session->started[FSC_C2S]))
        return true;
    return in->ack != FSC_ACK_NONE && in->ack > session->next[FSC_C2S] && session_position_known(session, FSC_C2S);
}

static void open_reply(struct fsc_session *session, const struct fsc_input *in, const struct fsc_reply *reply,
                       struct fsc_note *note)
{
    struct open_reply fresh = {.open = true, .code = reply->code};
    struct pending *entry = NULL;

    if (session->phase == FSC_PHASE_GREETING && note->step == FSC_STEP_AFTER_GAP)
        session->phase = FSC_PHASE_LOGIN; /* the greeting is what is missing */
    if (session->phase == FSC_PHASE_GREETING) {
        note->flags |= FSC_NOTE_GREETING | FSC_NOTE_UNSOLICITED;
        session->garbage = false; /* noise of libwrap or a loader stood for no reply: nothing was asked yet */
        session->hole_end = 0;
    } else {
        entry = pairing_find(session, reply->code, in->ack);
    }
    if (entry == NULL) {
        note->flags |= FSC_NOTE_UNSOLICITED;
        if (may_miss_command(session, in))
            note->flags |= FSC_NOTE_UNCERTAIN;
    } else {
        pairing_skip_before(session, entry);
        fresh.tx = entry->tx;
        if ((entry->flags & PENDING_UNCERTAIN) || session->garbage)
            note->flags |= FSC_NOTE_UNCERTAIN;
        bool unsure = (note->flags & FSC_NOTE_UNCERTAIN) || may_miss_command(session, in);
        if (reply->code == 421 && unsure) /* it may answer nothing: what it would end may be over long ago */
            note->flags |= FSC_NOTE_DOUBTFUL;
        if (session->garbage || (unsure && pairing_has_rival(session, entry, reply->code, in->ack)))
            note->flags |= FSC_NOTE_DOUBTFUL;
        if (!pairing_legal(entry, reply->code))
            note->flags |= FSC_NOTE_ILLEGAL;
        note->latency_ns = in->time_ns - entry->time_ns;
        session->hole_end = 0;
        session->garbage = false;
    }
    if (note->step == FSC_STEP_AFTER_GAP)
        note->flags |= FSC_NOTE_UNCERTAIN;
    if (reply->code >= 631 && reply->code <= 633)
        note->flags |= FSC_NOTE_PROTECTED;
    fresh.first_flags = note->flags & ~(uint32_t)(FSC_NOTE_UNTERMINATED | FSC_NOTE_OVERFLOW);
    note->flags |= FSC_NOTE_FIRST;
    session->reply = fresh;
}

static void finish_transfer(struct fsc_session *session, struct pending *entry, struct fsc_note *note)
{
    if (session->reply.size_from != FSC_SIZE_NONE &&
        (session->reply.size_from == FSC_SIZE_150 || entry->size_from == FSC_SIZE_NONE)) {
        entry->value = session->reply.size;
        entry->size_from = (uint8_t)session->reply.size_from;
    }
    note->flags |= FSC_NOTE_TRANSFER;
    note->expect_id = entry->expect_id;
    files_setup(session, entry, &note->transfer);
    if (note->outcome == FSC_OUTCOME_WAIT)
        entry->flags |= PENDING_STARTED;
    else if (entry->flags & PENDING_ABORTED)
        note->flags |= FSC_NOTE_ABORTED;
}

/* Is this reply the last word on its command? */
static bool is_final(const struct fsc_note *note)
{
    return note->code / 100 != 1;
}

static void finish_unsolicited(struct fsc_session *session, struct fsc_note *note)
{
    if ((note->flags & FSC_NOTE_GREETING) && is_final(note))
        session->phase = FSC_PHASE_LOGIN;
    if (note->flags & FSC_NOTE_UNCERTAIN)
        setups_unasked(session, note);
    note->outcome = FSC_OUTCOME_NONE;
}

/* The last line: outcome and effects. The note shows user, directory and path as they were before. */
static void finish_reply(struct fsc_session *session, struct fsc_span text, struct fsc_note *note)
{
    struct pending *entry = session->reply.tx != 0 ? pairing_by_tx(session, session->reply.tx) : NULL;

    session->reply.open = false;
    note->text = session->reply.text;
    if (session->reply.bad_base64)
        note->flags |= FSC_NOTE_BAD_BASE64;
    if (note->code == 421)
        note->flags |= FSC_NOTE_CLOSING;
    if (note->code == 230 || note->code == 232)
        session->login_open = false;
    if (note->code == 331 || note->code == 332 || note->code == 336) /* also when the command was not captured */
        session->await_secret = true;
    if (entry == NULL) {
        finish_unsolicited(session, note);
        return;
    }
    note->outcome = pairing_outcome((enum fsc_verb)entry->verb, note->code);
    if (entry->verb == FSC_VERB_UNKNOWN && note->outcome == FSC_OUTCOME_VIOLATION)
        note->outcome = note->code / 100 == 3 ? FSC_OUTCOME_MORE : FSC_OUTCOME_WAIT;
    if (files_is_transfer((enum fsc_verb)entry->verb))
        finish_transfer(session, entry, note);
    if (fsc_verb_info((enum fsc_verb)entry->verb)->traits & (FSC_TRAIT_PASSIVE | FSC_TRAIT_ACTIVE))
        note->expect_id = entry->expect_id;
    effects_reply(session, entry, text, note);
    if (is_final(note))
        entry->flags |= PENDING_DONE;
}

static void fill_pair(struct fsc_session *session, struct fsc_span text, struct fsc_note *note)
{
    struct pending *entry = session->reply.tx != 0 ? pairing_by_tx(session, session->reply.tx) : NULL;
    bool cut = false;

    note->code = session->reply.code;
    note->tx = session->reply.tx;
    if (entry == NULL)
        return;
    note->verb = (enum fsc_verb)entry->verb;
    note->command_frame = entry->frame;
    /* Not for each line inside: a long directory would make a flood of short lines dear. */
    if (note->flags & (FSC_NOTE_FIRST | FSC_NOTE_LAST))
        note->path = files_path_in_reply(session, entry, text, &cut);
    if (cut)
        note->flags |= FSC_NOTE_TEXT_CUT;
}

static void take_line(struct fsc_session *session, const struct fsc_input *in, struct fsc_span text,
                      struct fsc_note *note)
{
    bool whole = !(in->line_flags & FSC_LINE_UNTERMINATED); /* a number may be cut */
    struct pending *entry = session->reply.tx != 0 ? pairing_by_tx(session, session->reply.tx) : NULL;
    enum fsc_text_class text_class = fsc_text_classify(session->reply.code, text);

    if (text_class != FSC_TEXT_NONE && (session->reply.text == FSC_TEXT_NONE || text_class < session->reply.text))
        session->reply.text = text_class;
    if (session->reply.code >= 631 && session->reply.code <= 633 && !fsc_base64_valid(text))
        session->reply.bad_base64 = true;
    if (entry != NULL && whole)
        effects_line(session, entry, text);
    else if (whole)
        setups_line(session, text, FSC_VERB_NONE);
    if (!whole || note->step == FSC_STEP_AFTER_GAP)
        session->reply.first_flags |= FSC_NOTE_UNCERTAIN;
    note->flags |= session->reply.first_flags;
}

/* Closes an open reply whose last line never came; its outcome and effects are kept for the session. */
static void break_off_reply(struct fsc_session *session, struct fsc_note *note)
{
    struct fsc_span nothing = {(const uint8_t *)"", 0};
    struct fsc_note lost;

    memset(&lost, 0, sizeof(lost));
    lost.flags = FSC_NOTE_LAST | session->reply.first_flags;
    fill_pair(session, nothing, &lost);
    finish_reply(session, nothing, &lost);
    effects_settle(session, note);
    queue_sweep(session);
    session_fill_state(session, note);
    note->flags |= FSC_NOTE_UNTERMINATED;
}

void session_reply(struct fsc_session *session, const struct fsc_input *in, struct fsc_note *note)
{
    struct fsc_reply reply;
    struct fsc_span text = in->text;

    fsc_reply_parse(in->text, &reply);
    bool other = reply.code != 0 && reply.code != session->reply.code;
    if (session->reply.open && other && (note->step == FSC_STEP_AFTER_GAP || closes_open_reply(session, in, &reply)))
        break_off_reply(session, note);
    bool last;
    if (session->reply.open) {
        last = reply.code == session->reply.code && !reply.more && !(reply.flags & FSC_REPLY_NO_SPACE);
        if (reply.code == session->reply.code)
            text = reply.text;
    } else if (reply.code == 0) {
        step_garbage(session, in, note);
        return;
    } else {
        open_reply(session, in, &reply, note);
        last = !reply.more;
        text = reply.text;
    }
    take_line(session, in, text, note);
    if (last)
        note->flags |= FSC_NOTE_LAST;
    fill_pair(session, text, note);
    if (last)
        finish_reply(session, text, note);
}
