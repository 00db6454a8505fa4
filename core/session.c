/* session.c - the coordinator of the control conversation: position rule, commands into the queue, replies to their
 * commands. */
#include "core/session_state.h"

#include <assert.h>
#include <string.h>

/* An idle session: the struct, a short user name and directory, and one command with its path. */
enum { IDLE_ARENA = 512 };

size_t fsc_session_size(void)
{
    return sizeof(struct fsc_session) + IDLE_ARENA;
}

size_t fsc_session_capacity(const struct fsc_session *session)
{
    return session->size;
}

size_t fsc_session_room(const struct fsc_session *session, size_t text_len)
{
    size_t texts = session->user_len + session->cwd_len;
    size_t line = text_len < FSC_PATH_MAX ? text_len : FSC_PATH_MAX;
    size_t path = session->cwd_len + session->longest + line + 4;

    if (path > FSC_PATH_MAX)
        path = FSC_PATH_MAX;
    /* texts, queue, one more command, the path of a note, and that path again as the new directory */
    return sizeof(*session) + texts + (session->tail - session->head) + sizeof(struct pending) + line + 2 * path + 64;
}

struct fsc_session *fsc_session_init(void *mem, size_t size, const struct fsc_session_config *config)
{
    struct fsc_session *session = mem;

    assert(size >= fsc_session_size() && size <= UINT32_MAX);
    memset(session, 0, sizeof(*session));
    session->size = (uint32_t)size;
    session->client = config->client;
    session->server = config->server;
    session->uncertain = !config->saw_start;
    session->phase = config->saw_start ? FSC_PHASE_GREETING : FSC_PHASE_UNKNOWN;
    effects_reset(session);
    session->parameters.known = config->saw_start;
    session->opaque = config->implicit_tls;
    session->tls = config->implicit_tls ? FSC_TLS_IMPLICIT : FSC_TLS_NONE;
    return session;
}

struct fsc_session *fsc_session_move(void *mem, size_t size, const struct fsc_session *old)
{
    assert(size >= old->size && size <= UINT32_MAX);
    memcpy(mem, old, old->size);
    struct fsc_session *session = mem;
    session->size = (uint32_t)size;
    return session;
}

bool fsc_session_opaque(const struct fsc_session *session)
{
    return session->opaque;
}

bool fsc_session_uncertain(const struct fsc_session *session)
{
    return session->uncertain;
}

uint32_t fsc_session_skipped(const struct fsc_session *session, uint32_t i)
{
    assert(i < session->skipped_count);
    return session->skipped[i];
}

/* A CWD may be among what is missing, and another PORT: that would not show in the replies as a PASV does. */
static void forget_commands(struct fsc_session *session)
{
    arena_forget_cwd(session);
    if (session->latest_passive)
        return;
    session->latest_setup = session->confirmed_setup = 0;
    session->confirmed_passive = false;
}

/* Bytes are missing: what waits can no longer be paired for certain, and what was set may have changed. */
static void mark_gap(struct fsc_session *session, enum fsc_dir dir, uint64_t to_pos)
{
    session->uncertain = true;
    session->parameters.known = false;
    session->overlong[dir] = false;
    for (struct pending *e = queue_first(session); e != NULL; e = queue_next(session, e))
        e->flags |= dir == FSC_C2S ? PENDING_UNCERTAIN | PENDING_RIVALS_LOST : PENDING_UNCERTAIN;
    if (dir == FSC_S2C)
        session->hole_end = to_pos;
    else
        forget_commands(session);
}

/* Joined in the middle, the first line of a direction may stand anywhere. */
static bool position_is_known(const struct fsc_session *session, enum fsc_dir dir)
{
    return session->started[dir] || session->phase != FSC_PHASE_UNKNOWN;
}

void fsc_session_gap(struct fsc_session *session, enum fsc_dir dir, uint64_t to_pos)
{
    if (to_pos <= session->next[dir])
        return;
    mark_gap(session, dir, to_pos);
    if (position_is_known(session, dir))
        session->hole[dir] += to_pos - session->next[dir];
    session->next[dir] = to_pos;
    session->started[dir] = true;
}

void fsc_session_rebase(struct fsc_session *session, enum fsc_dir dir, uint64_t pos)
{
    session->next[dir] = pos;
    session->hole[dir] = 0;
    session->overlong[dir] = false;
    session->opaque = false;
}

void fsc_session_clear(struct fsc_session *session, enum fsc_dir dir, uint64_t pos)
{
    fsc_session_rebase(session, dir, pos);
    if (pos == 0 && !session->started[dir]) {
        session->tls = FSC_TLS_NONE; /* plain FTP on the port of implicit TLS: nothing was said before */
        return;
    }
    session->phase = FSC_PHASE_UNKNOWN;
    session->uncertain = true; /* what was said inside TLS is not known */
    session->parameters.known = false;
}

static void fill_state(const struct fsc_session *session, struct fsc_note *note)
{
    note->phase = session->phase;
    note->tls = session->tls;
    note->user = arena_user(session);
    note->cwd = arena_cwd(session);
}

/* ---- commands ---- */

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

static void step_command(struct fsc_session *session, const struct fsc_input *in, struct fsc_note *note)
{
    struct fsc_command command;
    bool cut = false;

    fsc_command_parse(in->text, &command);
    if (command.flags & FSC_COMMAND_EMPTY)
        return;
    /* Behind a hole an unknown word may be the rest of a PASS whose beginning is missing. */
    bool may_be_secret = session->await_secret || session->login_open || note->step == FSC_STEP_AFTER_GAP;
    if ((command.flags & FSC_COMMAND_SECRET) || (may_be_secret && command.verb == FSC_VERB_UNKNOWN))
        note->flags |= FSC_NOTE_SECRET;
    session->await_secret = false;
    if (command.verb == FSC_VERB_USER || command.verb == FSC_VERB_AUTH)
        session->login_open = true;
    if (is_protected_command(command.verb)) {
        note->flags |= FSC_NOTE_PROTECTED;
        if (!fsc_base64_valid(command.arg))
            note->flags |= FSC_NOTE_BAD_BASE64;
    }
    bool alone = !queue_is_waiting(session);
    if (!alone)
        note->flags |= FSC_NOTE_PIPELINED;
    make_place(session, note);

    struct pending entry = {.pos_end = in->pos + in->wire_len,
                            .peer_pos = in->ack,
                            .frame = in->frame,
                            .time_ns = in->time_ns,
                            .tx = ++session->last_tx,
                            .verb = (uint16_t)command.verb,
                            .flags = (note->flags & FSC_NOTE_SECRET) ? PENDING_SECRET : 0};
    if (alone && session->parameters.known)
        entry.flags |= PENDING_SETTLED;
    if (in->line_flags & FSC_LINE_UNTERMINATED)
        entry.flags |= PENDING_CUT | PENDING_UNCERTAIN;
    if (in->ack != FSC_ACK_NONE &&
        in->ack < session->hole_end) /* its reply may lie in the hole that is known already */
        entry.flags |= PENDING_UNCERTAIN;
    note->tx = entry.tx;
    note->verb = command.verb;
    note->command_frame = in->frame;
    struct pending *slot = queue_push(session, &entry, kept_argument(&command, &entry), &cut);
    if (slot == NULL || cut)
        note->flags |= FSC_NOTE_TEXT_CUT;
    if (slot == NULL)
        return;
    if (entry.flags & PENDING_CUT) { /* half an address or a number says something else */
        note->flags |= FSC_NOTE_UNCERTAIN;
        return;
    }
    effects_command(session, slot, command.arg, note);
    if (!pairing_directory_waits(session, slot))
        note->path = files_path(session, slot, &cut);
    if (files_is_transfer(command.verb)) {
        note->flags |= FSC_NOTE_TRANSFER;
        files_setup(session, slot, &note->transfer);
    }
}

/* ---- replies ---- */

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
    return in->ack != FSC_ACK_NONE && in->ack > session->next[FSC_C2S] && position_is_known(session, FSC_C2S);
}

static void open_reply(struct fsc_session *session, const struct fsc_input *in, const struct fsc_reply *reply,
                       struct fsc_note *note)
{
    struct open_reply fresh = {.open = true, .code = reply->code};
    struct pending *entry = NULL;

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
    lost.flags = FSC_NOTE_LAST;
    fill_pair(session, nothing, &lost);
    finish_reply(session, nothing, &lost);
    effects_settle(session, note);
    queue_sweep(session);
    fill_state(session, note);
    note->flags |= FSC_NOTE_UNTERMINATED;
}

static void step_reply(struct fsc_session *session, const struct fsc_input *in, struct fsc_note *note)
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

enum fsc_step fsc_session_step(struct fsc_session *session, const struct fsc_input *in, struct fsc_note *note)
{
    enum fsc_dir dir = in->dir;

    memset(note, 0, sizeof(*note));
    if (session->started[dir] && in->pos < session->next[dir]) {
        note->step = FSC_STEP_LATE;
        return FSC_STEP_LATE;
    }
    effects_settle(session, note);
    queue_sweep(session);
    session->skipped_count = 0;
    note->gap = session->hole[dir];
    session->hole[dir] = 0;
    if (in->pos > session->next[dir] && position_is_known(session, dir)) {
        note->gap += in->pos - session->next[dir];
        mark_gap(session, dir, in->pos);
    }
    if (note->gap > 0)
        note->step = FSC_STEP_AFTER_GAP;
    session->started[dir] = true;
    session->next[dir] = in->pos + in->wire_len;
    bool continued = session->overlong[dir];
    session->overlong[dir] = (in->line_flags & FSC_LINE_OVERLONG) != 0;
    fill_state(session, note);
    if (continued)
        note->flags |= FSC_NOTE_CONTINUED;
    else if (dir == FSC_C2S)
        step_command(session, in, note);
    else
        step_reply(session, in, note);
    note->skipped = session->skipped_count;
    return note->step;
}

bool fsc_session_unanswered(struct fsc_session *session, struct fsc_note *note)
{
    memset(note, 0, sizeof(*note));
    effects_settle(session, note);
    queue_sweep(session);
    struct pending *entry = queue_first(session);
    if (entry == NULL)
        return false;
    bool cut;
    fill_state(session, note);
    note->tx = entry->tx;
    note->verb = (enum fsc_verb)entry->verb;
    note->command_frame = entry->frame;
    note->path = files_path(session, entry, &cut);
    if (entry->flags & PENDING_UNCERTAIN)
        note->flags |= FSC_NOTE_UNCERTAIN;
    if (files_is_transfer(note->verb)) {
        note->flags |= FSC_NOTE_TRANSFER;
        note->expect_id = entry->expect_id;
        files_setup(session, entry, &note->transfer);
        if (entry->flags & PENDING_ABORTED)
            note->flags |= FSC_NOTE_ABORTED;
    }
    entry->flags |= PENDING_DONE;
    return true;
}
