/* session.c - the coordinator of the control conversation: the block, the position rule, one line in. */
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
    size_t line = text_len < FSC_PATH_MAX ? text_len : FSC_PATH_MAX;
    size_t path = session->cwd_len + session->longest + line + 4;

    if (path > FSC_PATH_MAX)
        path = FSC_PATH_MAX;
    /* texts and queue, one more command, the path of a note, and that path again as the new directory */
    return sizeof(*session) + session->tail + sizeof(struct pending) + line + 2 * path + 64;
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
bool session_position_known(const struct fsc_session *session, enum fsc_dir dir)
{
    return session->started[dir] || session->phase != FSC_PHASE_UNKNOWN;
}

void fsc_session_gap(struct fsc_session *session, enum fsc_dir dir, uint64_t to_pos)
{
    if (to_pos <= session->next[dir])
        return;
    mark_gap(session, dir, to_pos);
    if (session_position_known(session, dir))
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

void session_fill_state(const struct fsc_session *session, struct fsc_note *note)
{
    note->phase = session->phase;
    note->tls = session->tls;
    note->user = arena_user(session);
    note->cwd = arena_cwd(session);
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
    queue_compact(session);
    session->skipped_count = 0;
    note->gap = session->hole[dir];
    session->hole[dir] = 0;
    if (in->pos > session->next[dir] && session_position_known(session, dir)) {
        note->gap += in->pos - session->next[dir];
        mark_gap(session, dir, in->pos);
    }
    if (note->gap > 0)
        note->step = FSC_STEP_AFTER_GAP;
    session->started[dir] = true;
    session->next[dir] = in->pos + in->wire_len;
    bool continued = session->overlong[dir];
    session->overlong[dir] = (in->line_flags & FSC_LINE_OVERLONG) != 0;
    session_fill_state(session, note);
    if (continued)
        note->flags |= FSC_NOTE_CONTINUED;
    else if (dir == FSC_C2S)
        session_command(session, in, note);
    else
        session_reply(session, in, note);
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
    session_fill_state(session, note);
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
