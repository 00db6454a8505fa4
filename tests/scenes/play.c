/* play.c - what a line of a scene does on the stage: segments, and the exchanges that most scenes need. */
#include "tests/scenes/play.h"

#include <stdio.h>
#include <string.h>

/* ---- segments ---- */

static unsigned hex(char c)
{
    return (unsigned)(g_ascii_xdigit_value(c) & 15);
}

static void unescape(GByteArray *bytes, const char *text, size_t n);

/* {TEXT*N}: so many times. Returns its length, 0 when it is none. */
static size_t repeat(GByteArray *bytes, const char *text, size_t n)
{
    const char *close = memchr(text, '}', n), *star = close != NULL ? g_strrstr_len(text, close - text, "*") : NULL;
    guint64 times = star != NULL ? g_ascii_strtoull(star + 1, NULL, 10) : 0;

    if (star == NULL || text[0] != '{')
        return 0;
    while (times-- > 0)
        unescape(bytes, text + 1, (size_t)(star - text) - 1);
    return (size_t)(close - text) + 1;
}

/* \r \n \t \0 \\ \' \xNN \{TEXT*N} */
static void unescape(GByteArray *bytes, const char *text, size_t n)
{
    static const char from[] = "rnt0\\'", to[] = "\r\n\t\0\\'";
    for (size_t i = 0; i < n; i++) {
        size_t repeated = text[i] == '\\' ? repeat(bytes, text + i + 1, n - i - 1) : 0;
        if (repeated > 0) {
            i += repeated;
            continue;
        }
        uint8_t byte = (uint8_t)text[i];
        if (byte == '\\' && i + 3 < n && text[i + 1] == 'x') {
            byte = (uint8_t)(hex(text[i + 2]) << 4 | hex(text[i + 3]));
            i += 3;
        } else if (byte == '\\' && i + 1 < n) {
            const char *at = strchr(from, text[++i]);
            byte = at != NULL ? (uint8_t)to[at - from] : (uint8_t)text[i];
        }
        g_byte_array_append(bytes, &byte, 1);
    }
}

void play_bytes(struct script *s, const struct play_line *l, const char *text, size_t n, bool line_end)
{
    GByteArray *bytes = g_byte_array_new();
    const char *word = text[0] == '\\' ? "bytes" : text;
    char *what = g_strndup(word, strcspn(word, " -\\'"));

    unescape(bytes, text, n);
    if (line_end)
        g_byte_array_append(bytes, (const uint8_t *)"\r\n", 2);
    for (size_t from = 0; from < bytes->len; from += STAGE_MSS)
        stage_send(s->stage, l->conn, l->side, STAGE_ACK | STAGE_PSH,
                   (struct fsc_span){bytes->data + from, MIN(bytes->len - from, STAGE_MSS)}, what, l->fate);
    g_byte_array_free(bytes, TRUE);
    g_free(what);
}

void play_filler(struct script *s, const struct play_line *l, size_t n)
{
    uint8_t bytes[STAGE_MSS];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i % 64 == 63 ? '\n' : 'a' + i % 26);
    while (n > 0) {
        size_t part = MIN(n, sizeof(bytes));
        stage_send(s->stage, l->conn, l->side, STAGE_ACK, (struct fsc_span){bytes, part}, "data", l->fate);
        n -= part;
    }
}

/* [SYN], [SYN ACK], [FIN], [RST] ... with ACK where TCP has one; behind it perhaps ttl=N. */
bool play_bare(struct script *s, const struct play_line *l, const char *text)
{
    static const struct {
        const char *word;
        unsigned flags;
    } kinds[] = {{"[SYN ACK]", STAGE_SYN | STAGE_ACK},
                 {"[SYN]", STAGE_SYN},
                 {"[FIN]", STAGE_FIN | STAGE_ACK},
                 {"[RST]", STAGE_RST | STAGE_ACK},
                 {"[ACK]", STAGE_ACK}};
    const struct fsc_span none = {(const uint8_t *)"", 0};
    uint8_t usual = l->conn->ttl[l->side];
    unsigned ttl;

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        size_t n = strlen(kinds[i].word);
        if (strncmp(text, kinds[i].word, n) != 0)
            continue;
        if (sscanf(text + n, " ttl=%u", &ttl) == 1)
            l->conn->ttl[l->side] = (uint8_t)ttl;
        char *what = g_strndup(kinds[i].word + 1, n - 2);
        g_strdelimit(what, " ", '/');
        stage_send(s->stage, l->conn, l->side, kinds[i].flags, none, what, l->fate);
        l->conn->ttl[l->side] = usual;
        g_free(what);
        return true;
    }
    return script_fail(s, "unknown flags");
}

static void open_connection(struct script *s, struct stage_conn *conn)
{
    play_bare(s, &(struct play_line){conn, 0, STAGE_CAPTURED}, "[SYN]");
    play_bare(s, &(struct play_line){conn, 1, STAGE_CAPTURED}, "[SYN ACK]");
    play_bare(s, &(struct play_line){conn, 0, STAGE_CAPTURED}, "[ACK]");
}

void play_close(struct script *s, struct stage_conn *conn, int first)
{
    play_bare(s, &(struct play_line){conn, first, STAGE_CAPTURED}, "[FIN]");
    play_bare(s, &(struct play_line){conn, !first, STAGE_CAPTURED}, "[FIN]");
    play_bare(s, &(struct play_line){conn, first, STAGE_CAPTURED}, "[ACK]");
}

static void say_line(struct script *s, struct stage_conn *conn, int side, const char *text)
{
    play_bytes(s, &(struct play_line){conn, side, STAGE_CAPTURED}, text, strlen(text), true);
}

/* A session ready for transfers, without a password: those are findings of their own. */
static void ready(struct script *s, struct stage_conn *conn)
{
    open_connection(s, conn);
    say_line(s, conn, 1, "220 Ready.");
    say_line(s, conn, 0, "USER joe");
    say_line(s, conn, 1, "230 Logged in.");
    say_line(s, conn, 0, "TYPE I");
    say_line(s, conn, 1, "200 Type is I.");
}

/* ---- exchanges that most scenes need ---- */

static char *in_commas(const struct fsc_endpoint *e)
{
    const uint8_t *b = e->addr.bytes;

    return g_strdup_printf("%u,%u,%u,%u,%u,%u", b[0], b[1], b[2], b[3], e->port >> 8, e->port & 255);
}

static void format_line(struct script *s, struct stage_conn *conn, int side, const char *format, const char *value)
{
    char **parts = g_strsplit(format, "@", 2);
    char *line = g_strconcat(parts[0], value, parts[1], NULL);

    say_line(s, conn, side, line);
    g_free(line);
    g_strfreev(parts);
}

/* "pasv D", "epsv D", "port D", "eprt D": the listener of D is announced and accepted. */
static bool announce(struct script *s, struct stage_conn *conn, const char *text)
{
    const struct stage_conn *d = strlen(text) > 5 ? stage_conn_find(s->stage, text + 5, strlen(text + 5)) : NULL;
    char addr[64];

    if (d == NULL)
        return script_fail(s, "no such connection");
    const struct fsc_endpoint *listener = &d->end[1];
    char *commas = in_commas(listener);
    fsc_addr_text(&listener->addr, addr, sizeof(addr));
    char *port = g_strdup_printf("%u", listener->port);
    char *bars = g_strdup_printf("|%d|%s|%s|", listener->addr.kind == FSC_ADDR_V6 ? 2 : 1, addr, port);
    if (text[1] == 'a')
        say_line(s, conn, 0, "PASV");
    else if (text[1] == 'p' && text[2] == 's')
        say_line(s, conn, 0, "EPSV");
    else
        format_line(s, conn, 0, text[0] == 'e' ? "EPRT @" : "PORT @", text[0] == 'e' ? bars : commas);
    if (text[1] == 'a')
        format_line(s, conn, 1, "227 Entering Passive Mode (@).", commas);
    else if (text[1] == 'p' && text[2] == 's')
        format_line(s, conn, 1, "229 Entering Extended Passive Mode (|||@|)", port);
    else
        say_line(s, conn, 1, "200 PORT command successful.");
    g_free(commas);
    g_free(port);
    g_free(bars);
    return true;
}

bool play_exchange(struct script *s, struct stage_conn *conn, const char *text)
{
    if (strcmp(text, "open") == 0)
        open_connection(s, conn);
    else if (strcmp(text, "ready") == 0)
        ready(s, conn);
    else if (strcmp(text, "quit") == 0) {
        say_line(s, conn, 0, "QUIT");
        say_line(s, conn, 1, "221 Goodbye.");
        play_close(s, conn, 1);
    } else if (g_str_has_prefix(text, "pasv ") || g_str_has_prefix(text, "epsv ") || g_str_has_prefix(text, "port ") ||
               g_str_has_prefix(text, "eprt "))
        return announce(s, conn, text);
    else
        return script_fail(s, "NAME> ..., NAME< ..., NAME open, ready, quit, pasv D, epsv D, port D, eprt D");
    return true;
}
