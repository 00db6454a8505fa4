/* script.c - lines of a scene are played on the stage (language: README.md). */
#include "tests/scenes/script.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenes/records.h"

/* What is left of a line. */
struct words {
    const char *p;
};

static bool fail(struct script *s, const char *why)
{
    if (s->error == NULL)
        s->error = g_strdup(why);
    return false;
}

/* The next word, NULL at the end; the caller frees it. */
static char *take_word(struct words *w)
{
    w->p += strspn(w->p, " ");
    size_t n = strcspn(w->p, " ");
    if (n == 0)
        return NULL;
    char *word = g_strndup(w->p, n);
    w->p += n;
    return word;
}

static bool starts(struct words *w, const char *prefix)
{
    w->p += strspn(w->p, " ");
    if (strncmp(w->p, prefix, strlen(prefix)) != 0)
        return false;
    w->p += strlen(prefix);
    return true;
}

static bool parse_addr(const char *text, struct fsc_addr *out)
{
    memset(out, 0, sizeof(*out));
    out->kind = strchr(text, ':') != NULL ? FSC_ADDR_V6 : FSC_ADDR_V4;
    return inet_pton(out->kind == FSC_ADDR_V6 ? AF_INET6 : AF_INET, text, out->bytes) == 1;
}

/* 192.0.2.1:21 or [2001:db8::1]:21 */
static bool parse_endpoint(struct words *w, struct fsc_endpoint *out)
{
    char *word = take_word(w), *colon = word != NULL ? strrchr(word, ':') : NULL, *addr = word;
    bool ok = false;

    if (colon != NULL) {
        *colon = '\0';
        out->port = (uint16_t)strtoul(colon + 1, NULL, 10);
        if (addr[0] == '[' && colon[-1] == ']') {
            colon[-1] = '\0';
            addr++;
        }
        ok = parse_addr(addr, &out->addr);
    }
    g_free(word);
    return ok;
}

/* NAME = FROM > TO [isn=A,B] [ttl=A,B] */
static bool define(struct script *s, const char *name, size_t len, struct words w)
{
    struct fsc_endpoint from, to;
    char *own = g_strndup(name, len), *option;

    bool ok = parse_endpoint(&w, &from) && starts(&w, ">") && parse_endpoint(&w, &to);
    struct stage_conn *conn = ok ? stage_conn_add(s->stage, own, &from, &to) : NULL;
    g_free(own);
    while (conn != NULL && (option = take_word(&w)) != NULL) {
        unsigned long a, b;
        if (sscanf(option, "isn=%lu,%lu", &a, &b) == 2) {
            conn->next[0] = (uint32_t)a + 1;
            conn->next[1] = (uint32_t)b + 1;
        } else if (sscanf(option, "ttl=%lu,%lu", &a, &b) == 2) {
            conn->ttl[0] = (uint8_t)a;
            conn->ttl[1] = (uint8_t)b;
        } else {
            conn = NULL;
        }
        g_free(option);
    }
    return conn != NULL || fail(s, "NAME = FROM > TO [isn=A,B] [ttl=A,B]");
}

/* ---- segments ---- */

static unsigned hex(char c)
{
    return (unsigned)(g_ascii_xdigit_value(c) & 15);
}

/* \r \n \t \0 \\ \' \xNN */
static GByteArray *unescape(const char *text, size_t n)
{
    static const char from[] = "rnt0\\'", to[] = "\r\n\t\0\\'";
    GByteArray *bytes = g_byte_array_new();

    for (size_t i = 0; i < n; i++) {
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
    return bytes;
}

struct line_of {
    struct stage_conn *conn;
    int side;
    enum stage_fate fate;
};

static void say(struct script *s, const struct line_of *l, const char *text, size_t n, bool line_end)
{
    GByteArray *bytes = unescape(text, n);
    const char *word = text[0] == '\\' ? "bytes" : text;
    char *what = g_strndup(word, strcspn(word, " -\\'"));

    if (line_end)
        g_byte_array_append(bytes, (const uint8_t *)"\r\n", 2);
    stage_send(s->stage, l->conn, l->side, STAGE_ACK | STAGE_PSH, (struct fsc_span){bytes->data, bytes->len}, what,
               l->fate);
    g_byte_array_free(bytes, TRUE);
    g_free(what);
}

static void pour(struct script *s, const struct line_of *l, size_t n)
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
static bool bare(struct script *s, const struct line_of *l, const char *text)
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
    return fail(s, "unknown flags");
}

static void open_connection(struct script *s, struct stage_conn *conn)
{
    bare(s, &(struct line_of){conn, 0, STAGE_CAPTURED}, "[SYN]");
    bare(s, &(struct line_of){conn, 1, STAGE_CAPTURED}, "[SYN ACK]");
    bare(s, &(struct line_of){conn, 0, STAGE_CAPTURED}, "[ACK]");
}

static void close_connection(struct script *s, struct stage_conn *conn, int first)
{
    bare(s, &(struct line_of){conn, first, STAGE_CAPTURED}, "[FIN]");
    bare(s, &(struct line_of){conn, !first, STAGE_CAPTURED}, "[FIN]");
    bare(s, &(struct line_of){conn, first, STAGE_CAPTURED}, "[ACK]");
}

static void say_line(struct script *s, struct stage_conn *conn, int side, const char *text)
{
    say(s, &(struct line_of){conn, side, STAGE_CAPTURED}, text, strlen(text), true);
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
        return fail(s, "no such connection");
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

static bool exchange(struct script *s, struct stage_conn *conn, const char *text)
{
    if (strcmp(text, "open") == 0)
        open_connection(s, conn);
    else if (strcmp(text, "ready") == 0)
        ready(s, conn);
    else if (strcmp(text, "quit") == 0) {
        say_line(s, conn, 0, "QUIT");
        say_line(s, conn, 1, "221 Goodbye.");
        close_connection(s, conn, 1);
    } else if (g_str_has_prefix(text, "pasv ") || g_str_has_prefix(text, "epsv ") || g_str_has_prefix(text, "port ") ||
               g_str_has_prefix(text, "eprt "))
        return announce(s, conn, text);
    else
        return fail(s, "NAME> ..., NAME< ..., NAME open, ready, quit, pasv D, epsv D, port D, eprt D");
    return true;
}

/* NAME> ... and NAME< ... */
static bool segment(struct script *s, struct line_of *l, const char *text)
{
    size_t n = strlen(text);
    unsigned long number = 0;

    if (text[0] == '[')
        return bare(s, l, text);
    if (sscanf(text, "{%lu}", &number) == 1) {
        pour(s, l, number);
    } else if (text[0] == '\'' && n >= 2 && text[n - 1] == '\'') {
        say(s, l, text + 1, n - 2, false);
    } else if (strncmp(text, "again", 5) == 0) {
        number = strtoul(text + 5, NULL, 10);
        if (!stage_send_again(s->stage, l->conn, l->side, number, l->fate))
            return fail(s, "nothing was sent yet");
    } else if (strcmp(text, "close") == 0) {
        close_connection(s, l->conn, l->side);
    } else {
        say(s, l, text, n, true);
    }
    return true;
}

/* ---- other lines ---- */

/* 30s 500ms 5m */
static bool wait_for(struct script *s, const char *text)
{
    char *unit;
    double number = g_ascii_strtod(text, &unit);
    double second = 1e9;

    if (strcmp(unit, "ms") == 0)
        s->stage->time_ns += (int64_t)(number * second / 1000);
    else if (strcmp(unit, "s") == 0)
        s->stage->time_ns += (int64_t)(number * second);
    else if (strcmp(unit, "m") == 0)
        s->stage->time_ns += (int64_t)(number * second * 60);
    else
        return fail(s, "wait NUMBER{ms,s,m}");
    return true;
}

/* icmp NAME TYPE/CODE from ADDRESS */
static bool icmp(struct script *s, const char *text)
{
    char name[32], addr[64];
    unsigned type, code;
    struct fsc_addr from;

    if (sscanf(text, "%31s %u/%u from %63s", name, &type, &code, addr) != 4 || !parse_addr(addr, &from))
        return fail(s, "icmp NAME TYPE/CODE from ADDRESS");
    struct stage_conn *conn = stage_conn_find(s->stage, name, strlen(name));
    return (conn != NULL && stage_icmp(s->stage, conn, type, code, &from)) || fail(s, "no such connection");
}

static bool show(struct script *s, const char *what)
{
    if (strcmp(what, "ftp") == 0)
        s->show |= RECORDS_FTP;
    else if (strcmp(what, "session") == 0)
        s->show |= RECORDS_SESSION;
    else if (strcmp(what, "words") == 0)
        s->show |= RECORDS_WORDS;
    else
        return fail(s, "show ftp, session or words");
    return true;
}

static bool setting(struct script *s, const char *line, bool *known)
{
    struct words w = {line};

    *known = true;
    if (starts(&w, "wait "))
        return wait_for(s, w.p);
    if (starts(&w, "icmp "))
        return icmp(s, w.p);
    if (starts(&w, "show "))
        return show(s, w.p);
    if (strcmp(line, "copy") == 0)
        stage_copy_last(s->stage);
    else if (strcmp(line, "tick") == 0)
        stage_tick(s->stage);
    else if (strcmp(line, "capture off") == 0 || strcmp(line, "capture on") == 0)
        s->stage->off = strcmp(line, "capture off") == 0;
    else if (starts(&w, "port "))
        s->port = (uint16_t)strtoul(w.p, NULL, 10);
    else if (starts(&w, "snap "))
        s->snap = strtoul(w.p, NULL, 10);
    else if (starts(&w, "broken: "))
        s->broken = g_strdup(w.p);
    else
        *known = false;
    return true;
}

bool script_line(struct script *s, const char *line)
{
    struct line_of l = {.fate = STAGE_CAPTURED};
    struct words w = {line};
    bool known;

    if (!setting(s, line, &known) || known)
        return s->error == NULL;
    if (starts(&w, "lost "))
        l.fate = STAGE_LOST;
    else if (starts(&w, "late "))
        l.fate = STAGE_LATE;
    size_t len = strspn(w.p, "abcdefghijklmnopqrstuvwxyz0123456789");
    const char *name = w.p, *rest = w.p + len;
    if (strncmp(rest, " = ", 3) == 0)
        return define(s, name, len, (struct words){rest + 3});
    l.conn = stage_conn_find(s->stage, name, len);
    if (len == 0 || l.conn == NULL)
        return fail(s, "no such connection, or no such word");
    if (strncmp(rest, "> ", 2) == 0 || strncmp(rest, "< ", 2) == 0) {
        l.side = rest[0] == '<';
        return segment(s, &l, rest + 2);
    }
    return rest[0] == ' ' ? exchange(s, l.conn, rest + 1) : fail(s, "no such word");
}
