/* first_words.c - see first_words.h. */
#include "pipeline/first_words.h"

#include <glib.h>
#include <string.h>

enum { TELNET_IAC = 255, TELNET_DATA_MARK = 242 };

static bool begins_with(struct fsc_span text, const char *word)
{
    size_t n = strlen(word);

    return text.n >= n && g_ascii_strncasecmp((const char *)text.p, word, n) == 0;
}

static struct fsc_span trimmed(struct fsc_span text)
{
    while (text.n > 0 && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\t'))
        text.n--;
    return text;
}

static bool is_word(struct fsc_span text, const char *word)
{
    return text.n == strlen(word) && begins_with(text, word);
}

/* Are all the bytes that both have the same? */
static bool agrees(struct fsc_span text, const char *word)
{
    size_t n = MIN(text.n, strlen(word));

    return n == 0 || g_ascii_strncasecmp((const char *)text.p, word, n) == 0;
}

/* ---- the greeting ---- */

static bool may_be_reply(struct fsc_span text)
{
    return agrees(text, "220 ") || agrees(text, "220-") || agrees(text, "120 ") || agrees(text, "120-");
}

/* HylaFAX speaks a dialect of FTP about jobs and pages: what this program says about FTP would be wrong for it. */
static bool is_fax(struct fsc_span text)
{
    static const char word[] = "HylaFAX";

    for (; text.n >= sizeof(word) - 1; text.p++, text.n--)
        if (begins_with(text, word))
            return true;
    return false;
}

/* A line ends a reply of several lines with its code and a blank; some servers send the code alone. */
static bool ends_reply(const struct fsc_reply *reply, uint16_t code)
{
    return reply->code == code && !reply->more && (reply->flags & FSC_REPLY_NO_SPACE) == 0;
}

static enum first_answer take_line(struct first_greeting *g, struct fsc_span text)
{
    struct fsc_reply reply;

    fsc_reply_parse(text, &reply);
    if (is_fax(text) || (g->open == 0 && (text.n < 4 || !may_be_reply(text))))
        return FIRST_NO;
    if (g->open == 0)
        g->open = reply.code;
    if (!ends_reply(&reply, g->open))
        return FIRST_MORE;
    g->open = 0;
    return reply.code == 220 ? FIRST_YES : FIRST_MORE;
}

enum first_answer first_greeting(struct first_greeting *g, struct fsc_span all)
{
    struct fsc_line line;

    if (all.n > g->seen && memchr(all.p + g->seen, '\0', all.n - g->seen) != NULL)
        g->answer = FIRST_NO;
    while (g->answer == FIRST_MORE && all.n > g->seen) {
        struct fsc_span rest = {all.p + g->line, all.n - g->line};
        if (memchr(all.p + g->seen, '\n', all.n - g->seen) == NULL) {
            g->seen = all.n;
            if (g->open == 0 && !may_be_reply(rest))
                g->answer = FIRST_NO;
            break;
        }
        g->line += fsc_line_next(rest, false, &line);
        g->seen = g->line;
        g->answer = take_line(g, line.text);
    }
    if (g->answer == FIRST_YES)
        g->seen = all.n;
    return g->answer;
}

/* ---- the first command ---- */

/* Telnet in front is looked at with the whole line. */
static bool may_be_command(struct fsc_span text)
{
    const uint8_t *iac = memchr(text.p, TELNET_IAC, text.n);

    if (text.p[0] == TELNET_DATA_MARK)
        return true;
    if (iac != NULL)
        text.n = (size_t)(iac - text.p);
    return agrees(text, "USER") || agrees(text, "AUTH") || agrees(text, "FEAT") || agrees(text, "HOST") ||
           agrees(text, "OPTS") || agrees(text, "SYST");
}

static bool is_mechanism(struct fsc_span text)
{
    static const char *const mechanisms[] = {"TLS", "SSL", "TLS-C", "TLS-P", "GSSAPI", "KERBEROS_V4"};

    for (size_t i = 0; i < G_N_ELEMENTS(mechanisms); i++)
        if (is_word(text, mechanisms[i]))
            return true;
    return false;
}

static bool is_first_command(struct fsc_span text)
{
    struct fsc_command command;

    fsc_command_parse(text, &command);
    struct fsc_span argument = trimmed(command.arg);
    if ((command.flags & FSC_COMMAND_LEADING_SPACE) != 0)
        return false;
    if (command.verb == FSC_VERB_USER || command.verb == FSC_VERB_HOST)
        return argument.n > 0;
    if (command.verb == FSC_VERB_FEAT || command.verb == FSC_VERB_SYST)
        return argument.n == 0;
    if (command.verb == FSC_VERB_AUTH)
        return is_mechanism(argument);
    return command.verb == FSC_VERB_OPTS && (begins_with(argument, "UTF8") || begins_with(argument, "UTF-8"));
}

enum first_answer first_command(struct fsc_span all)
{
    uint8_t clean[FIRST_COMMAND_MAX];
    struct fsc_line line;

    if (all.n == 0)
        return FIRST_MORE;
    if (!may_be_command(all))
        return FIRST_NO;
    all.n = MIN(all.n, FIRST_COMMAND_MAX);
    if (fsc_line_next(all, false, &line) == 0)
        return all.n < FIRST_COMMAND_MAX ? FIRST_MORE : FIRST_NO;
    if ((line.flags & FSC_LINE_NUL) != 0)
        return FIRST_NO;
    if ((line.flags & FSC_LINE_TELNET) != 0)
        line.text = fsc_telnet_strip(line.text, clean, sizeof(clean));
    return is_first_command(line.text) ? FIRST_YES : FIRST_NO;
}
