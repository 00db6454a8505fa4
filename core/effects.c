/*
 * effects.c - what a command and its reply change in the session: user, directory, parameters, expectations, sizes. One
 * small function for each kind of command; the table at the end says which.
 */
#include "core/session_state.h"

#include <assert.h>
#include <string.h>

static bool positive(const struct fsc_note *note)
{
    return note->outcome == FSC_OUTCOME_DONE;
}

static uint8_t upper(uint8_t c)
{
    return c >= 'a' && c <= 'z' ? (uint8_t)(c - 32) : c;
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

bool effects_is_transfer(enum fsc_verb verb)
{
    return fsc_verb_info(verb)->flow != FSC_FLOW_NONE;
}

/* ---- paths ---- */

/* LIST and NLST take switches of ls before the path ("-la dir"): practice since 4.2BSD. */
static struct fsc_span without_switches(struct fsc_span arg)
{
    while (arg.n > 0 && arg.p[0] == '-') {
        const uint8_t *blank = memchr(arg.p, ' ', arg.n);
        size_t skip = blank != NULL ? (size_t)(blank - arg.p) + 1 : arg.n;
        arg.p += skip;
        arg.n -= skip;
    }
    return arg;
}

struct fsc_span effects_path(struct fsc_session *session, const struct pending *entry, bool *cut)
{
    const struct fsc_verb_info *info = fsc_verb_info((enum fsc_verb)entry->verb);
    struct fsc_span arg = queue_argument(entry);
    struct fsc_span scratch = arena_scratch(session);

    *cut = false;
    if (info->argument != FSC_ARG_PATH || (entry->flags & PENDING_SECRET))
        return (struct fsc_span){NULL, 0};
    if (info->traits & FSC_TRAIT_LISTING)
        arg = without_switches(arg);
    size_t cap = scratch.n < FSC_PATH_MAX ? scratch.n : FSC_PATH_MAX;
    uint8_t *buf = arena_bytes(session) + session->tail;
    size_t len = fsc_path_join(arena_cwd(session), arg, buf, cap, cut);
    return (struct fsc_span){buf, len};
}

static uint64_t hash_of(struct fsc_span text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a: a collision needs two files asked for in a row */

    for (size_t i = 0; i < text.n; i++)
        hash = (hash ^ text.p[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* ---- replies, by kind of command ---- */

typedef void effect(struct fsc_session *session, struct pending *entry, struct fsc_span text, struct fsc_note *note);

static void take_user(struct fsc_session *session, const struct pending *entry, const struct fsc_note *note)
{
    if (!positive(note) && note->outcome != FSC_OUTCOME_MORE)
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
        note->flags |= FSC_NOTE_LOGIN;
    } else if (note->outcome == FSC_OUTCOME_MORE) {
        session->await_secret = true;
    } else if (note->code / 10 % 10 == 3) {
        note->flags |= FSC_NOTE_LOGIN_REFUSED;
    }
}

/* Many servers say in the reply where they went: 250 "/pub" is the current directory (pyftpdlib, FileZilla Server). */
static void after_change_directory(struct fsc_session *session, struct pending *entry, struct fsc_span text,
                                   struct fsc_note *note)
{
    static const uint8_t up[] = "..";
    bool cut = false;
    size_t cap;
    uint8_t *buf = free_part(session, note, &cap);

    if (!positive(note))
        return;
    bool to_parent = entry->verb == FSC_VERB_CDUP || entry->verb == FSC_VERB_XCUP;
    size_t len = memchr(text.p, '"', text.n) != NULL ? fsc_quoted_path(text, buf, cap) : 0;
    if (len == 0 || buf[0] != '/') {
        struct fsc_span arg = to_parent ? (struct fsc_span){up, 2} : queue_argument(entry);
        len = fsc_path_join(arena_cwd(session), arg, buf, cap, &cut);
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

static void after_size(struct fsc_session *session, struct pending *entry, struct fsc_span text, struct fsc_note *note)
{
    uint64_t bytes;
    bool cut;

    if (note->code != 213 || !fsc_size_reply(text, &bytes))
        return;
    struct fsc_span path = effects_path(session, entry, &cut);
    if (cut)
        return;
    session->sizes[session->next_size] =
        (struct known_size){hash_of(path), bytes, session->parameters.type == 'A', true};
    session->next_size = (session->next_size + 1) % FSC_SIZES_MAX;
}

/* The setup command was refused: what stood before it stays in force. */
static void setup_refused(struct fsc_session *session, struct pending *entry, struct fsc_note *note)
{
    note->flags |= FSC_NOTE_EXPECT_GONE;
    if (session->latest_setup == entry->tx) {
        session->latest_setup = session->confirmed_setup;
        session->latest_passive = session->confirmed_passive;
    }
    for (struct pending *e = queue_next(session, entry); e != NULL; e = queue_next(session, e))
        if (e->expect_id == entry->tx && effects_is_transfer((enum fsc_verb)e->verb))
            e->expect_id = session->confirmed_setup;
}

static void expect(const struct fsc_session *session, enum fsc_form form, const struct fsc_endpoint *announced,
                   struct fsc_note *note)
{
    bool passive = form == FSC_FORM_PASV || form == FSC_FORM_EPSV || form == FSC_FORM_LPSV;
    const struct fsc_endpoint *listens = passive ? &session->server : &session->client;
    const struct fsc_endpoint *connects = passive ? &session->client : &session->server;

    note->flags |= FSC_NOTE_EXPECT;
    note->expect.id = note->expect_id;
    note->expect.form = form;
    note->expect.listener = *announced;
    if (announced->addr.kind == FSC_ADDR_NONE)
        note->expect.listener.addr = listens->addr;
    note->expect.fallback = (struct fsc_endpoint){listens->addr, announced->port};
    note->expect.connector = connects->addr;
}

void fsc_expect_default(const struct fsc_endpoint *client, const struct fsc_endpoint *server, struct fsc_expect *out)
{
    *out = (struct fsc_expect){
        .form = FSC_FORM_DEFAULT, .listener = *client, .fallback = *client, .connector = server->addr};
}

static enum fsc_form form_of(unsigned verb)
{
    static const struct {
        enum fsc_verb verb;
        enum fsc_form form;
    } forms[] = {{FSC_VERB_PORT, FSC_FORM_PORT}, {FSC_VERB_EPRT, FSC_FORM_EPRT}, {FSC_VERB_LPRT, FSC_FORM_LPRT},
                 {FSC_VERB_PASV, FSC_FORM_PASV}, {FSC_VERB_EPSV, FSC_FORM_EPSV}, {FSC_VERB_LPSV, FSC_FORM_LPSV}};

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if (forms[i].verb == verb)
            return forms[i].form;
    return FSC_FORM_NONE;
}

static void after_setup(struct fsc_session *session, struct pending *entry, struct fsc_span text, struct fsc_note *note)
{
    bool passive = (fsc_verb_info((enum fsc_verb)entry->verb)->traits & FSC_TRAIT_PASSIVE) != 0;

    (void)text;
    if (entry->param == 'A') /* EPSV ALL asks for nothing */
        return;
    if (!positive(note)) {
        setup_refused(session, entry, note);
        return;
    }
    session->confirmed_setup = entry->tx;
    session->confirmed_passive = passive;
    if (!passive)
        return;
    if (session->reply.endpoint_found)
        expect(session, form_of(entry->verb), &session->reply.endpoint, note);
    else
        note->flags |= FSC_NOTE_EXPECT_BAD;
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
    bool used = positive(note) || (entry->flags & PENDING_STARTED);
    if (used && session->latest_passive && session->latest_setup == entry->expect_id &&
        session->parameters.mode == 'S') {
        session->latest_setup = session->confirmed_setup = 0;
        session->latest_passive = session->confirmed_passive = false;
    }
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
    effect *function = effects_is_transfer((enum fsc_verb)entry->verb) ? after_transfer : effect_of[entry->verb];

    if (function != NULL)
        function(session, entry, text, note);
}

/* One line of a reply, first to last: facts that may stand in any of them. */
void effects_line(struct fsc_session *session, const struct pending *entry, struct fsc_span text)
{
    struct open_reply *reply = &session->reply;
    enum fsc_form form = form_of(entry->verb);
    uint64_t bytes;

    if (form == FSC_FORM_PASV || form == FSC_FORM_EPSV || form == FSC_FORM_LPSV) {
        if (reply->code == 227 ||
            reply->code == 228) /* a server may answer EPSV with 227 (seen in FluentFTP's notes) */
            form = reply->code == 227 ? FSC_FORM_PASV : FSC_FORM_LPSV;
        if (!reply->endpoint_found && reply->code / 100 == 2)
            reply->endpoint_found = fsc_endpoint_parse(form, text, &reply->endpoint, NULL);
    }
    if (!effects_is_transfer((enum fsc_verb)entry->verb))
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
    static const char *const names[] = {"TLS", "TLS-C", "TLS-P", "SSL"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        size_t n = strlen(names[i]), k = 0;
        while (k < n && k < arg.n && upper(arg.p[k]) == (uint8_t)names[i][k])
            k++;
        if (k == n && k == arg.n)
            return true;
    }
    return false;
}

static void prepare_setup(struct fsc_session *session, struct pending *entry, struct fsc_span arg,
                          struct fsc_note *note)
{
    uint32_t traits = fsc_verb_info((enum fsc_verb)entry->verb)->traits;
    struct fsc_endpoint announced;

    if (entry->verb == FSC_VERB_EPSV && arg.n == 3 && upper(arg.p[0]) == 'A') {
        entry->param = 'A';
        return;
    }
    entry->expect_id = note->expect_id = entry->tx;
    session->latest_setup = entry->tx;
    session->latest_passive = (traits & FSC_TRAIT_PASSIVE) != 0;
    if (session->latest_passive)
        return;
    /* Active: expected at once. pyftpdlib connects on PORT, before it answers. */
    if (fsc_endpoint_parse(form_of(entry->verb), arg, &announced, NULL))
        expect(session, form_of(entry->verb), &announced, note);
    else
        note->flags |= FSC_NOTE_EXPECT_BAD;
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
        prepare_setup(session, entry, arg, note);
    else if (effects_is_transfer(verb))
        entry->expect_id = note->expect_id = session->latest_setup;
    else if (verb == FSC_VERB_REST || verb == FSC_VERB_ALLO)
        fsc_number(first_word(arg), &entry->value);
    else if (verb == FSC_VERB_AUTH)
        entry->param = is_tls_mechanism(arg) ? 'T' : 'G';
    else if (verb == FSC_VERB_TYPE || verb == FSC_VERB_MODE || verb == FSC_VERB_STRU || verb == FSC_VERB_PROT)
        entry->param = arg.n > 0 ? upper(arg.p[0]) : 0;
    else if (verb == FSC_VERB_ABOR)
        for (struct pending *e = queue_first(session); e != NULL && e != entry; e = queue_next(session, e))
            e->flags |= PENDING_ABORTED;
}

static bool known_size(const struct fsc_session *session, struct fsc_span path, struct fsc_transfer_setup *out)
{
    uint64_t hash = hash_of(path);

    for (size_t i = 0; i < FSC_SIZES_MAX; i++) {
        /* Newest first: the answer may have changed since. */
        const struct known_size *size = &session->sizes[(session->next_size + FSC_SIZES_MAX - 1 - i) % FSC_SIZES_MAX];
        if (size->valid && size->path_hash == hash) {
            out->expected_bytes = size->bytes;
            out->expected_from = FSC_SIZE_SIZE;
            out->size_is_ascii = size->ascii;
            return true;
        }
    }
    return false;
}

void effects_setup(const struct fsc_session *session, const struct pending *entry, struct fsc_transfer_setup *out)
{
    const struct parameters *p = &session->parameters;
    const struct fsc_verb_info *info = fsc_verb_info((enum fsc_verb)entry->verb);
    bool cut;

    *out = (struct fsc_transfer_setup){.tx = entry->tx,
                                       .verb = (enum fsc_verb)entry->verb,
                                       .expect_id = entry->expect_id,
                                       .offset = p->offset,
                                       .type = (char)p->type,
                                       .mode = (char)p->mode,
                                       .structure = (char)p->structure,
                                       .protection = (char)p->protection,
                                       .parameters_known = p->known};
    if (info->traits & FSC_TRAIT_LISTING)
        return;
    if (entry->size_from != FSC_SIZE_NONE) {
        out->expected_bytes = entry->value;
        out->expected_from = (enum fsc_size_from)entry->size_from;
    } else if (info->flow == FSC_FLOW_UP) {
        out->expected_bytes = p->allocated;
        out->expected_from = p->allocated > 0 ? FSC_SIZE_ALLO : FSC_SIZE_NONE;
    } else {
        /* The path is computed into the free part of the block; nothing that the session means changes. */
        struct fsc_span path = effects_path((struct fsc_session *)(uintptr_t)session, entry, &cut);
        if (!cut)
            known_size(session, path, out);
    }
}
