/* note_text.c - see note_text.h. */
#include "tests/transcripts/note_text.h"

#include <string.h>

enum { SHOWN_MAX = 60 };

struct flag_name {
    uint32_t flag;
    const char *name;
};

static const struct flag_name note_flags[] = {
    {FSC_NOTE_GREETING, "greeting"},
    {FSC_NOTE_UNSOLICITED, "unsolicited"},
    {FSC_NOTE_UNCERTAIN, "uncertain"},
    {FSC_NOTE_PIPELINED, "pipelined"},
    {FSC_NOTE_ILLEGAL, "illegal"},
    {FSC_NOTE_OVERFLOW, "overflow"},
    {FSC_NOTE_TEXT_CUT, "text-cut"},
    {FSC_NOTE_CONTINUED, "continued"},
    {FSC_NOTE_EXPECT_BAD, "expect-bad"},
    {FSC_NOTE_EXPECT_GONE, "expect-gone"},
    {FSC_NOTE_TLS, "tls-begins"},
    {FSC_NOTE_LOGIN, "login"},
    {FSC_NOTE_LOGIN_REFUSED, "login-refused"},
    {FSC_NOTE_UNTERMINATED, "unterminated"},
    {FSC_NOTE_CLOSING, "closing"},
    {FSC_NOTE_RESET, "reset"},
    {FSC_NOTE_PROTECTED, "protected"},
    {FSC_NOTE_BAD_BASE64, "bad-base64"},
    {FSC_NOTE_ABORTED, "aborted"},
    {FSC_NOTE_DOUBTFUL, "doubtful"},
};

static const struct flag_name line_flags[] = {
    {FSC_LINE_BARE_LF, "bare-lf"}, {FSC_LINE_EXTRA_CR, "extra-cr"}, {FSC_LINE_NUL, "nul"},
    {FSC_LINE_TELNET, "telnet"},   {FSC_LINE_OVERLONG, "overlong"}, {FSC_LINE_UNTERMINATED, "broken-off"},
};

static const struct flag_name reply_flags[] = {
    {FSC_REPLY_NO_SPACE, "no-space"},
    {FSC_REPLY_COLON, "colon"},
};

void note_memory_init(struct note_memory *memory)
{
    *memory = (struct note_memory){g_string_new(NULL), g_string_new("?"), FSC_PHASE_GREETING, FSC_TLS_NONE};
}

void note_memory_free(struct note_memory *memory)
{
    g_string_free(memory->user, TRUE);
    g_string_free(memory->cwd, TRUE);
}

static void put_span(GString *out, struct fsc_span text)
{
    struct fsc_span shown = {text.p, text.n < SHOWN_MAX ? text.n : SHOWN_MAX};
    char buf[SHOWN_MAX * 4 + 1];

    fsc_text_printable(shown, buf, sizeof(buf));
    g_string_append(out, buf);
    if (shown.n < text.n)
        g_string_append_printf(out, "...(%zu bytes)", text.n);
}

static void put_field(GString *out, const char *name, struct fsc_span text)
{
    g_string_append_printf(out, " %s=", name);
    put_span(out, text);
}

static void put_flags(GString *out, const struct flag_name *names, size_t count, uint32_t flags)
{
    for (size_t i = 0; i < count; i++)
        if (flags & names[i].flag)
            g_string_append_printf(out, " %s", names[i].name);
}

static void put_changed(GString *out, const char *name, struct fsc_span text, GString *memory)
{
    if (text.n == memory->len && (text.n == 0 || memcmp(text.p, memory->str, text.n) == 0))
        return;
    g_string_truncate(memory, 0);
    g_string_append_len(memory, (const gchar *)text.p, (gssize)text.n);
    put_field(out, name, text);
}

static void put_state(GString *out, const struct fsc_note *note, struct note_memory *memory)
{
    static const char *const phases[] = {"unknown", "greeting", "login", "ready", "closing"};
    static const char *const tls[] = {"none", "explicit", "implicit", "gssapi", "cleared"};

    if (note->phase != memory->phase)
        g_string_append_printf(out, " phase=%s", phases[note->phase]);
    if (note->tls != memory->tls)
        g_string_append_printf(out, " tls=%s", tls[note->tls]);
    memory->phase = note->phase;
    memory->tls = note->tls;
    put_changed(out, "user", note->user, memory->user);
    put_changed(out, "cwd", note->cwd, memory->cwd);
}

static void put_endpoint(GString *out, const char *name, const struct fsc_endpoint *endpoint)
{
    char buf[64];

    fsc_endpoint_text(endpoint, buf, sizeof(buf));
    g_string_append_printf(out, " %s=%s", name, buf);
}

static void put_expect(GString *out, const struct fsc_note *note)
{
    const struct fsc_expect *expect = &note->expect;
    char buf[64];

    if (note->flags & FSC_NOTE_EXPECT) {
        g_string_append_printf(out, " expect=%s/%u", fsc_form_name(expect->form), expect->id);
        put_endpoint(out, "at", &expect->listener);
        if (expect->listener.port != expect->fallback.port ||
            !fsc_addr_equal(&expect->listener.addr, &expect->fallback.addr))
            put_endpoint(out, "or", &expect->fallback);
        fsc_addr_text(&expect->connector, buf, sizeof(buf));
        g_string_append_printf(out, " from=%s", buf);
    } else if (note->expect_id != 0 && !(note->flags & FSC_NOTE_TRANSFER)) {
        g_string_append_printf(out, " setup=%u", note->expect_id);
    }
}

static void put_transfer(GString *out, const struct fsc_note *note)
{
    const struct fsc_transfer_setup *t = &note->transfer;

    if (!(note->flags & FSC_NOTE_TRANSFER))
        return;
    g_string_append_printf(out, " {");
    if (t->expect_id != 0)
        g_string_append_printf(out, "setup=%u ", t->expect_id);
    else
        g_string_append(out, "default-ports ");
    g_string_append_printf(out, "type=%c", t->type);
    if (t->mode != 'S')
        g_string_append_printf(out, " mode=%c", t->mode);
    if (t->structure != 'F')
        g_string_append_printf(out, " structure=%c", t->structure);
    if (t->protection != 'C')
        g_string_append_printf(out, " protection=%c", t->protection);
    if (t->offset != 0)
        g_string_append_printf(out, " offset=%" G_GUINT64_FORMAT, t->offset);
    if (t->expected_from != FSC_SIZE_NONE)
        g_string_append_printf(out, " size=%" G_GUINT64_FORMAT "/%s%s", t->expected_bytes,
                               fsc_size_from_name(t->expected_from), t->size_is_ascii ? "/ascii" : "");
    g_string_append(out, t->parameters_known ? "}" : " assumed}");
    /* What a note says twice must agree. */
    if (t->tx != note->tx || t->verb != note->verb || t->expect_id != note->expect_id)
        g_string_append_printf(out, " CONTRADICTION tx=%u setup=%u", t->tx, note->expect_id);
}

static void put_verb(GString *out, const struct fsc_note *note)
{
    if (note->tx == 0)
        g_string_append(out, " -");
    else
        g_string_append_printf(out, " %u %s", note->tx,
                               note->verb == FSC_VERB_UNKNOWN ? "(unknown)" : fsc_verb_info(note->verb)->name);
}

static void put_command(GString *out, const struct fsc_input *in, const struct fsc_note *note)
{
    struct fsc_command command;

    fsc_command_parse(in->text, &command);
    if (note->flags & FSC_NOTE_CONTINUED)
        return;
    if (note->verb == FSC_VERB_UNKNOWN && note->tx != 0 && !(note->flags & FSC_NOTE_SECRET)) {
        g_string_append_c(out, ' ');
        put_span(out, command.verb_text);
    }
    if (note->flags & FSC_NOTE_SECRET)
        g_string_append(out, " <hidden>");
    else if (command.arg.n > 0)
        put_field(out, "arg", command.arg);
    if (command.flags & FSC_COMMAND_FOREIGN)
        g_string_append(out, " foreign");
}

static void put_reply(GString *out, const struct fsc_input *in, const struct fsc_note *note)
{
    struct fsc_reply reply;
    static const char *const outcomes[] = {"", " WAIT", " DONE", " MORE", " FAILED", " REFUSED", " VIOLATION"};
    bool first = (note->flags & FSC_NOTE_FIRST) != 0, last = (note->flags & FSC_NOTE_LAST) != 0;

    fsc_reply_parse(in->text, &reply);
    if (note->code != 0)
        g_string_append_printf(out, " %u%s", note->code, last ? "" : first ? "-" : ".");
    g_string_append(out, outcomes[note->outcome]);
    if (first || last)
        put_flags(out, reply_flags, G_N_ELEMENTS(reply_flags), reply.flags);
    if (note->text != FSC_TEXT_NONE)
        g_string_append_printf(out, " text=%s", fsc_text_name(note->text));
}

void note_text(const struct fsc_session *session, const struct fsc_input *in, const struct fsc_note *note,
               struct note_memory *memory, GString *out)
{
    g_string_append_c(out, in == NULL ? '-' : in->dir == FSC_C2S ? 'C' : 'S');
    if (note->step == FSC_STEP_LATE) {
        g_string_append(out, " late\n");
        return;
    }
    put_verb(out, note);
    if (in == NULL)
        g_string_append(out, " unanswered");
    else if (in->dir == FSC_C2S)
        put_command(out, in, note);
    else
        put_reply(out, in, note);
    if (note->step == FSC_STEP_AFTER_GAP)
        g_string_append_printf(out, " gap=%" G_GUINT64_FORMAT, note->gap);
    put_flags(out, note_flags, G_N_ELEMENTS(note_flags), note->flags);
    if (in != NULL)
        put_flags(out, line_flags, G_N_ELEMENTS(line_flags), in->line_flags);
    if (note->path.n > 0)
        put_field(out, "path", note->path);
    put_expect(out, note);
    put_transfer(out, note);
    for (uint32_t i = 0; in != NULL && i < note->skipped; i++)
        g_string_append_printf(out, "%s%u", i == 0 ? " gave-up=" : ",", fsc_session_skipped(session, i));
    put_state(out, note, memory);
    g_string_append_c(out, '\n');
}
