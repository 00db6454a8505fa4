/*
 * setups.c - the commands that prepare a data connection (PASV, EPSV, LPSV, PORT, EPRT, LPRT) and the expectations they
 * make. The one sent last counts, also while it waits for its reply; a refused one leaves the one before in force.
 */
#include "core/internal.h"
#include "core/session_state.h"

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

/* The setup command was refused: what stood before it stays in force. */
static void setup_refused(struct fsc_session *session, struct pending *entry, struct fsc_note *note)
{
    note->flags |= FSC_NOTE_EXPECT_GONE;
    if (session->latest_setup == entry->tx) {
        session->latest_setup = session->confirmed_setup;
        session->latest_passive = session->confirmed_passive;
    }
    for (struct pending *e = queue_next(session, entry); e != NULL; e = queue_next(session, e))
        if (e->expect_id == entry->tx && files_is_transfer((enum fsc_verb)e->verb))
            e->expect_id = session->confirmed_setup;
}

static void expect(const struct fsc_session *session, enum fsc_form form, const struct fsc_endpoint *announced,
                   struct fsc_note *note)
{
    bool passive = fsc_form_is_passive(form);
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

void setups_reply(struct fsc_session *session, struct pending *entry, struct fsc_note *note)
{
    bool passive = (fsc_verb_info((enum fsc_verb)entry->verb)->traits & FSC_TRAIT_PASSIVE) != 0;

    if (entry->param == 'A') /* EPSV ALL asks for nothing */
        return;
    if (note->outcome != FSC_OUTCOME_DONE) {
        setup_refused(session, entry, note);
        return;
    }
    session->confirmed_setup = entry->tx;
    session->confirmed_passive = passive;
    if (!passive)
        return;
    if (session->reply.endpoint_found)
        expect(session, form_of(entry->verb), &session->reply.endpoint, note);
    else if (!(note->flags & FSC_NOTE_UNCERTAIN)) /* half a reply proves nothing */
        note->flags |= FSC_NOTE_EXPECT_BAD;
}

void setups_command(struct fsc_session *session, struct pending *entry, struct fsc_span arg, struct fsc_note *note)
{
    uint32_t traits = fsc_verb_info((enum fsc_verb)entry->verb)->traits;
    struct fsc_endpoint announced;

    if (entry->verb == FSC_VERB_EPSV && span_is(arg, "all")) {
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

/* The grammar goes by the code: a server may answer EPSV with 227 (seen in FluentFTP's notes). */
static enum fsc_form form_of_reply(uint16_t code, enum fsc_verb verb)
{
    if (code == 227)
        return FSC_FORM_PASV;
    if (code == 228)
        return FSC_FORM_LPSV;
    return code == 229 ? FSC_FORM_EPSV : form_of(verb);
}

/* One line of a reply to a setup command: the endpoint may stand in any of them. */
void setups_line(struct fsc_session *session, struct fsc_span text, enum fsc_verb verb)
{
    struct open_reply *reply = &session->reply;
    enum fsc_form form = form_of_reply(reply->code, verb);

    if (reply->endpoint_found || reply->code / 100 != 2)
        return;
    if (fsc_form_is_passive(form))
        reply->endpoint_found = fsc_endpoint_parse(form, text, &reply->endpoint, NULL);
}

/* The lost command gets the next number, so that the transfers behind it can name their setup. */
void setups_unasked(struct fsc_session *session, struct fsc_note *note)
{
    if (!session->reply.endpoint_found)
        return;
    note->expect_id = ++session->last_tx;
    session->latest_setup = session->confirmed_setup = note->expect_id;
    session->latest_passive = session->confirmed_passive = true;
    expect(session, form_of_reply(note->code, FSC_VERB_NONE), &session->reply.endpoint, note);
}

/* A transfer has used its listener: a passive one is gone then, PORT stays in force (RFC 959 3.3 and practice). */
void setups_used(struct fsc_session *session, const struct pending *transfer)
{
    if (!session->latest_passive || session->latest_setup != transfer->expect_id || session->parameters.mode != 'S')
        return;
    session->latest_setup = session->confirmed_setup = 0;
    session->latest_passive = session->confirmed_passive = false;
}
