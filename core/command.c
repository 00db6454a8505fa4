/* command.c - takes one command line apart. */
#include "core/internal.h"

/* SITE words whose arguments hold a password: Serv-U (PSWD), wu-ftpd (GPASS), glFTPd (CHPASS, ADDUSER), PASSWD, CHPW
 * and SETPW elsewhere. The word may run into its argument, so the beginning decides. */
static bool is_secret_site(struct fsc_span arg)
{
    return span_begins(arg, "pswd") || span_begins(arg, "gpass") || span_begins(arg, "chpass") ||
           span_begins(arg, "adduser") || span_begins(arg, "pass") || span_begins(arg, "chpw") ||
           span_begins(arg, "setp");
}

/* "QUOTE PASS secret", "OPTS PASS secret": what a user typed to the client, or a script meant otherwise. */
static bool is_quoted_secret(const struct fsc_command *command)
{
    struct fsc_span word = span_cut(command->arg, 0, span_skip_word(command->arg, 0));

    return (command->verb == FSC_VERB_UNKNOWN || command->verb == FSC_VERB_OPTS) && word.n < command->arg.n &&
           (span_is(word, "pass") || span_is(word, "acct") || span_is(word, "xpass"));
}

/* "PASSsecret", "PASS:secret": a slip of a hand or a script, and the password all the same. */
static bool is_glued_secret(struct fsc_span word)
{
    return span_begins(word, "pass") || span_begins(word, "acct") || span_begins(word, "xpass");
}

static struct fsc_span last_word(struct fsc_span text)
{
    size_t start = 0;

    text = span_trim_end(text);
    start = text.n;
    while (start > 0 && !ascii_is_blank(text.p[start - 1]))
        start--;
    return span_after(text, start);
}

static bool is_http_method(struct fsc_span word)
{
    static const char *const methods[] = {"GET", "POST", "HEAD", "PUT", "OPTIONS", "CONNECT", "DELETE", "TRACE"};

    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strlen(methods[i]) == word.n && memcmp(methods[i], word.p, word.n) == 0)
            return true;
    return false;
}

/* GridFTP has GET and PUT of its own ("GET pasv;path=..."), so an HTTP method needs a target or a version. */
static bool is_http(const struct fsc_command *command)
{
    struct fsc_span version = last_word(command->arg);
    bool ftp_verb = command->verb != FSC_VERB_UNKNOWN && fsc_verb_info(command->verb)->group != FSC_GROUP_FOREIGN;

    if (ftp_verb)
        return false;
    if (span_begins(version, "http/") || span_begins(version, "rtsp/") || span_begins(version, "sip/"))
        return true;
    return is_http_method(command->verb_text) &&
           (span_begins(command->arg, "/") || span_begins(command->arg, "*") || span_begins(command->arg, "http:"));
}

static bool is_foreign(struct fsc_span text, const struct fsc_command *command)
{
    uint8_t type = 0;

    if (text.n >= 3 && fsc_tls_record(text, &type) != FSC_TLS_NOT)
        return true;
    if (span_begins(text, "ssh-") || span_begins(text, "http/1.") || span_begins(text, "rtsp/1."))
        return true;
    return span_is(command->verb_text, "ehlo") || span_is(command->verb_text, "helo") || is_http(command);
}

/* A blank more is part of a path (RFC 2640 section 3.1) and of a password; servers keep it in a user name too. */
static bool keeps_blanks(enum fsc_verb verb)
{
    enum fsc_argument argument = fsc_verb_info(verb)->argument;

    return argument == FSC_ARG_PATH || argument == FSC_ARG_SECRET || verb == FSC_VERB_USER;
}

static void parse_argument(struct fsc_span rest, struct fsc_command *out)
{
    size_t start = 0;

    out->arg = rest.n > 0 ? span_after(rest, 1) : rest;
    if (!keeps_blanks(out->verb)) {
        start = span_skip_blanks(out->arg, 0);
        out->arg = span_after(out->arg, start);
        if (start > 0 && out->arg.n > 0)
            out->flags |= FSC_COMMAND_EXTRA_SPACE;
    }
    bool initial = out->verb == FSC_VERB_AUTH && span_holds(out->arg, ' '); /* "AUTH PLAIN base64" */
    if (fsc_verb_info(out->verb)->argument == FSC_ARG_SECRET || initial ||
        (out->verb == FSC_VERB_SITE && is_secret_site(out->arg)) || is_quoted_secret(out))
        out->flags |= FSC_COMMAND_SECRET;
}

void fsc_command_parse(struct fsc_span text, struct fsc_command *out)
{
    size_t start = span_skip_blanks(text, 0), end = span_skip_word(text, start);
    struct fsc_span word = span_cut(text, start, end);

    memset(out, 0, sizeof *out);
    out->flags = start > 0 ? FSC_COMMAND_LEADING_SPACE : 0;
    out->verb_text = word;
    out->arg = span_after(text, end);
    if (word.n == 0) {
        out->verb = FSC_VERB_NONE;
        out->flags |= FSC_COMMAND_EMPTY;
        return;
    }
    out->verb = fsc_verb_find(word);
    if (out->verb == FSC_VERB_UNKNOWN && is_glued_secret(word)) {
        out->verb_text = span_cut(word, 0, 4);
        out->arg = span_after(text, start + 4);
        out->flags |= FSC_COMMAND_SECRET;
        return;
    }
    parse_argument(out->arg, out);
    if (is_foreign(span_after(text, start), out))
        out->flags |= FSC_COMMAND_FOREIGN;
}
