/*
 * effects.c - what a command and its reply change in the session: user, directory, parameters, expectations, sizes. One
 * small function for each kind of command; the table at the end says which.
 */
#include "core/internal.h"
#include "core/session_state.h"

#include <assert.h>
#include <string.h>

static bool positive(const struct fsc_note *note)
{
    return note->outcome == FSC_OUTCOME_DONE;
}

/* Everything as after the connect: REIN, and AUTH by RFC 4217 section 4.2. */
void effects_reset(struct fsc_session *session)
{
    session->deferred = (struct deferred){.forget = true};
    session->parameters = (struct parameters){'A', 'S', 'F', 'C', true, 0, 0};
    session->latest_setup = session->confirmed_setup = 0;
    memset(session->sizes, 0, sizeof(session->sizes));
}

void effects_settle(struct fsc_session *session, struct fsc_note *note)
{
    struct deferred d = session->deferred;
    const uint8_t *arena = arena_bytes(session);

    session->deferred = (struct deferred){.forget = false};
    if (d.forget) {
        arena_set_user(session, (struct fsc_span){arena, 0});
        session->cwd_len = 0;
    }
    if (d.cwd && !arena_set_cwd(session, (struct fsc_span){arena + d.cwd_at, d.cwd_len}))
        note->flags |= FSC_NOTE_TEXT_CUT;
    if (d.user && !arena_set_user(session, (struct fsc_span){arena + d.user_at, d.user_len}))
        note->flags |= FSC_NOTE_TEXT_CUT;
}

/* The free part of the block behind the path of this note. */
static uint8_t *free_part(struct fsc_session *session, const struct fsc_note *note, size_t *cap)
{
    size_t room = arena_scratch(session).n;
    size_t used = note->path.n < room ? note->path.n : room;

    *cap = room - used < FSC_PATH_MAX ? room - used : FSC_PATH_MAX;
    return arena_bytes(session) + session->tail + used;
}

static void defer_cwd(struct fsc_session *session, const uint8_t *buf, size_t len)
{
    session->deferred.cwd = true;
    session->deferred.cwd_at = (uint32_t)(buf - arena_bytes(session));
    session->deferred.cwd_len = (uint32_t)len;
}

/* ---- replies, by kind of command ---- */

typedef void effect(struct fsc_session *session, struct pending *entry, struct fsc_span text, struct fsc_note *note);

static void take_user(struct fsc_session *session, const struct pending *entry, const struct fsc_note *note)
{
    if ((!positive(note) && note->outcome != FSC_OUTCOME_MORE) || (entry->flags & PENDING_CUT))
        return;
    struct fsc_span name = queue_argument(entry);
    session->deferred.user = true;
    session->deferred.user_at = (uint32_t)(name.p - arena_bytes(session));
    session->deferred.user_len = (uint32_t)name.n;
}

static void after_login_step(struct fsc_session *session, struct pending *entry, struct fsc_span text,
                             struct fsc_note *note)
{
    (void)text;
    if (entry->verb == FSC_VERB_USER)
        take_user(session, entry, note);
    if (positive(note)) {
        session->phase = FSC_PHASE_READY;
        session->login_open = false;
        note->flags |= FSC_NOTE_LOGIN;
    } else if (note->outcome == FSC_OUTCOME_MORE) {
        session->await_secret = true;
    } else if (note->code / 10 % 10 == 3 || note->text == FSC_TEXT_HOME_DIRECTORY) {
        note->flags |= FSC_NOTE_LOGIN_REFUSED; /* vsftpd: "500 OOPS: cannot change directory" */
    }
}

/* Does the reply quote exactly this path? pyftpdlib doubles the quotes of a name in 257, but not in 250. */
static bool quotes(struct fsc_span text, const uint8_t *path, size_t len)
{
    const uint8_t *quote = text.n > 0 ? memchr(text.p, '"', text.n) : NULL;

    if (quote == NULL)
        return false;
    size_t left = (size_t)(text.p + text.n - quote);
    return left >= len + 2 && memcmp(quote + 1, path, len) == 0 && quote[len + 1] == '"';
}

/* Many servers say in the reply where they went: 250 "/pub" is the current directory (pyftpdlib, FileZilla Server).
 * That counts more than the argument, which may have led through a link. */
static void after_change_directory(struct fsc_session *session, struct pending *entry, struct fsc_span text,
                                   struct fsc_note *note)
{
    static const uint8_t up[] = "..";
    bool to_parent = entry->verb == FSC_VERB_CDUP || entry->verb == FSC_VERB_XCUP;
    bool cut = false;
    size_t cap;
    uint8_t *buf = free_part(session, note, &cap);

    if (!positive(note))
        return;
    if ((entry->flags & PENDING_CUT) && !span_holds(text, '"')) {
        defer_cwd(session, buf, 0);
        return;
    }
    struct fsc_span arg = to_parent ? (struct fsc_span){up, 2} : queue_argument(entry);
    size_t len = fsc_path_join(arena_cwd(session), arg, buf, cap, &cut);
    if (!quotes(text, buf, len) && span_holds(text, '"')) {
        size_t said = fsc_quoted_path(text, buf, cap);
        if (said > 0 && buf[0] == '/') {
            len = said;
            cut = false;
        } else {
            len = fsc_path_join(arena_cwd(session), arg, buf, cap, &cut);
        }
    }
    defer_cwd(session, buf, len);
    if (cut)
        note->flags |= FSC_NOTE_TEXT_CUT;
}

static void after_print_directory(struct fsc_session *session, struct pending *entry, struct fsc_span text,
                                  struct fsc_note *note)
{
    size_t cap;
    uint8_t *buf = free_part(session, note, &cap);

    (void)entry;
    if (!positive(note))
        return;
    size_t len = fsc_quoted_path(text, buf, cap);
    if (len > 0)
        defer_cwd(session, buf, len);
}

static void after_parameter(struct fsc_session *session, struct pending *entry, struct fsc_span text,
                            struct fsc_note *note)
{
    struct parameters *p = &session->parameters;

    (void)text;
    if (!positive(note) || entry->param == 0)
        return;
    if (entry->verb == FSC_VERB_TYPE) {
        p->type = entry->param;
        p->known = true;
    } else if (entry->verb == FSC_VERB_MODE) {
        p->mode = entry->param;
    } else if (entry->verb == FSC_VERB_STRU) {
        p->structure = entry->param;
    } else {
        p->protection = entry->param;
    }
}

static void after_restart(struct fsc_session *session, struct pending *entry, struct fsc_span text,
                          struct fsc_note *note)
{
    (void)text;
    if (note->outcome == FSC_OUTCOME_MORE)
        session->parameters.offset = entry->value;
}

static void after_allocate(struct fsc_session *session, struct pending *entry, struct fsc_span text,
                           struct fsc_note *note)
{
    (void)text;
    if (positive(note))
        session->parameters.allocated = entry->value;
}

static void after_setup(struct fsc_session *session, struct pending *entry, struct fsc_span text, struct fsc_note *note)
{
    (void)text;
    setups_reply(session, entry, note);
}

static void after_size(struct fsc_session *session, struct pending *entry, struct fsc_span text, struct fsc_note *note)
{
    uint64_t bytes;

    if (note->code == 213 && fsc_size_reply(text, &bytes))
        files_take_size(session, entry, bytes, FSC_SIZE_SIZE);
}

/* DELE, RNFR, RNTO: another file may bear the name now. */
static void after_name_change(struct fsc_session *session, struct pending *entry, struct fsc_span text,
                              struct fsc_note *note)
{
    (void)text;
    if (positive(note) || note->outcome == FSC_OUTCOME_MORE)
        files_forget_size(session, entry);
}

/* RETR, STOR, LIST ...: the restart offset holds for one transfer; a passive listener that was used is gone. */
static void after_transfer(struct fsc_session *session, struct pending *entry, struct fsc_span text,
                           struct fsc_note *note)
{
    (void)text;
    if (note->outcome == FSC_OUTCOME_WAIT)
        return;
    session->parameters.offset = 0;
    session->parameters.allocated = 0;
    if (!positive(note) && !(entry->flags & PENDING_STARTED))
        return;
    setups_used(session, entry);
    if (fsc_verb_info((enum fsc_verb)entry->verb)->flow == FSC_FLOW_UP)
        files_forget_size(session, entry);
}

static void after_auth(struct fsc_session *session, struct pending *entry, struct fsc_span text, struct fsc_note *note)
{
    (void)text;
    if (note->code != 234 && note->code != 334)
        return;
    effects_reset(session);
    session->phase = FSC_PHASE_LOGIN;
    note->flags |= FSC_NOTE_RESET;
    if (entry->param == 'T') { /* 334 for TLS is wrong by RFC 4217, but some servers send it */
        session->tls = FSC_TLS_EXPLICIT;
        session->opaque = true;
        note->flags |= FSC_NOTE_TLS;
    } else {
        session->tls = FSC_TLS_GSSAPI;
    }
}

static void after_clear_channel(struct fsc_session *session, struct pending *entry, struct fsc_span text,
                                struct fsc_note *note)
{
    (void)entry;
    (void)text;
    if (positive(note))
        session->tls = FSC_TLS_CLEARED;
}

static void after_reinitialize(struct fsc_session *session, struct pending *entry, struct fsc_span text,
                               struct fsc_note *note)
{
    (void)entry;
    (void)text;
    if (!positive(note))
        return;
    effects_reset(session);
    session->phase = FSC_PHASE_LOGIN;
    note->flags |= FSC_NOTE_RESET;
}

static void after_quit(struct fsc_session *session, struct pending *entry, struct fsc_span text, struct fsc_note *note)
{
    (void)entry;
    (void)text;
    if (positive(note)) {
        session->phase = FSC_PHASE_CLOSING;
        note->flags |= FSC_NOTE_CLOSING;
    }
}

static effect *const effect_of[FSC_VERB_COUNT] = {
    [FSC_VERB_USER] = after_login_step,
    [FSC_VERB_PASS] = after_login_step,
    [FSC_VERB_ACCT] = after_login_step,
    [FSC_VERB_CWD] = after_change_directory,
    [FSC_VERB_XCWD] = after_change_directory,
    [FSC_VERB_CDUP] = after_change_directory,
    [FSC_VERB_XCUP] = after_change_directory,
    [FSC_VERB_SMNT] = after_change_directory,
    [FSC_VERB_PWD] = after_print_directory,
    [FSC_VERB_XPWD] = after_print_directory,
    [FSC_VERB_TYPE] = after_parameter,
    [FSC_VERB_MODE] = after_parameter,
    [FSC_VERB_STRU] = after_parameter,
    [FSC_VERB_PROT] = after_parameter,
    [FSC_VERB_REST] = after_restart,
    [FSC_VERB_ALLO] = after_allocate,
    [FSC_VERB_SIZE] = after_size,
    [FSC_VERB_DELE] = after_name_change,
    [FSC_VERB_RNFR] = after_name_change,
    [FSC_VERB_RNTO] = after_name_change,
    [FSC_VERB_PORT] = after_setup,
    [FSC_VERB_EPRT] = after_setup,
    [FSC_VERB_LPRT] = after_setup,
    [FSC_VERB_PASV] = after_setup,
    [FSC_VERB_EPSV] = after_setup,
    [FSC_VERB_LPSV] = after_setup,
    [FSC_VERB_AUTH] = after_auth,
    [FSC_VERB_CCC] = after_clear_channel,
    [FSC_VERB_REIN] = after_reinitialize,
    [FSC_VERB_QUIT] = after_quit,
};

void effects_reply(struct fsc_session *session, struct pending *entry, struct fsc_span text, struct fsc_note *note)
{
    effect *function = files_is_transfer((enum fsc_verb)entry->verb) ? after_transfer : effect_of[entry->verb];

    if (function != NULL)
        function(session, entry, text, note);
}

/* One line of a reply, first to last: facts that may stand in any of them. */
void effects_line(struct fsc_session *session, const struct pending *entry, struct fsc_span text)
{
    struct open_reply *reply = &session->reply;
    uint64_t bytes;

    if (fsc_verb_info((enum fsc_verb)entry->verb)->traits & FSC_TRAIT_PASSIVE)
        setups_line(session, text, (enum fsc_verb)entry->verb);
    if (entry->verb == FSC_VERB_MLST && reply->code == 250 && fsc_size_in_facts(text, &bytes))
        files_take_size(session, entry, bytes, FSC_SIZE_MLSD);
    if (!files_is_transfer((enum fsc_verb)entry->verb))
        return;
    if (reply->code / 100 == 1 && fsc_size_in_opening(text, &bytes)) {
        reply->size = bytes;
        reply->size_from = FSC_SIZE_150;
    } else if (reply->code / 100 == 2 && fsc_size_in_closing(text, &bytes)) {
        reply->size = bytes;
        reply->size_from = FSC_SIZE_226;
    }
}

/* ---- commands ---- */

static bool is_tls_mechanism(struct fsc_span arg)
{
    return span_is(arg, "tls") || span_is(arg, "tls-c") || span_is(arg, "tls-p") || span_is(arg, "ssl");
}

/* "REST 100 " and "ALLO 100 R 10": the number is the first word. */
static struct fsc_span first_word(struct fsc_span text)
{
    const uint8_t *blank = text.n > 0 ? memchr(text.p, ' ', text.n) : NULL;

    return blank != NULL ? (struct fsc_span){text.p, (size_t)(blank - text.p)} : text;
}

void effects_command(struct fsc_session *session, struct pending *entry, struct fsc_span arg, struct fsc_note *note)
{
    enum fsc_verb verb = (enum fsc_verb)entry->verb;

    if (fsc_verb_info(verb)->traits & (FSC_TRAIT_PASSIVE | FSC_TRAIT_ACTIVE))
        setups_command(session, entry, arg, note);
    else if (files_is_transfer(verb))
        entry->expect_id = note->expect_id = session->latest_setup;
    else if (verb == FSC_VERB_REST || verb == FSC_VERB_ALLO)
        fsc_number(first_word(arg), &entry->value);
    else if (verb == FSC_VERB_AUTH)
        entry->param = is_tls_mechanism(arg) ? 'T' : 'G';
    else if (verb == FSC_VERB_TYPE || verb == FSC_VERB_MODE || verb == FSC_VERB_STRU || verb == FSC_VERB_PROT)
        entry->param = arg.n > 0 ? ascii_upper(arg.p[0]) : 0;
    else if (verb == FSC_VERB_ABOR)
        for (struct pending *e = queue_first(session); e != NULL && e != entry; e = queue_next(session, e))
            e->flags |= PENDING_ABORTED;
}
