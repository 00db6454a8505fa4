/* script.c - lines of a scene are played on the stage (language: README.md). */
#include "tests/scenes/script.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scenes/play.h"
#include "tests/scenes/records.h"

bool script_fail(struct script *s, const char *why)
{
    if (s->error == NULL)
        s->error = g_strdup(why);
    return false;
}

/* What is left of a line. */
struct words {
    const char *p;
};

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
    return conn != NULL || script_fail(s, "NAME = FROM > TO [isn=A,B] [ttl=A,B]");
}

/* ---- segments ---- */

/* NAME> ... and NAME< ... */
static bool segment(struct script *s, struct play_line *l, const char *text)
{
    size_t n = strlen(text);
    unsigned long number = 0;

    if (text[0] == '[')
        return play_bare(s, l, text);
    if (sscanf(text, "{%lu}", &number) == 1) {
        play_filler(s, l, number);
    } else if (text[0] == '\'' && n >= 2 && text[n - 1] == '\'') {
        play_bytes(s, l, text + 1, n - 2, false);
    } else if (strncmp(text, "again", 5) == 0) {
        number = strtoul(text + 5, NULL, 10);
        if (!stage_send_again(s->stage, l->conn, l->side, number, l->fate))
            return script_fail(s, "nothing was sent yet");
    } else if (strcmp(text, "close") == 0) {
        play_close(s, l->conn, l->side);
    } else {
        play_bytes(s, l, text, n, true);
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
        return script_fail(s, "wait NUMBER{ms,s,m}");
    return true;
}

/* icmp NAME TYPE/CODE from ADDRESS */
static bool icmp(struct script *s, const char *text)
{
    char name[32], addr[64];
    unsigned type, code;
    struct fsc_addr from;

    if (sscanf(text, "%31s %u/%u from %63s", name, &type, &code, addr) != 4 || !parse_addr(addr, &from))
        return script_fail(s, "icmp NAME TYPE/CODE from ADDRESS");
    struct stage_conn *conn = stage_conn_find(s->stage, name, strlen(name));
    return (conn != NULL && stage_icmp(s->stage, conn, type, code, &from)) || script_fail(s, "no such connection");
}

static bool show(struct script *s, const char *what)
{
    if (strcmp(what, "ftp") == 0)
        s->show |= RECORDS_FTP;
    else if (strcmp(what, "session") == 0)
        s->show |= RECORDS_SESSION;
    else if (strcmp(what, "words") == 0)
        s->show |= RECORDS_WORDS;
    else if (strcmp(what, "software") == 0)
        s->show |= RECORDS_SOFTWARE;
    else
        return script_fail(s, "show ftp, session, software or words");
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
    struct play_line l = {.fate = STAGE_CAPTURED};
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
        return script_fail(s, "no such connection, or no such word");
    if (strncmp(rest, "> ", 2) == 0 || strncmp(rest, "< ", 2) == 0) {
        l.side = rest[0] == '<';
        return segment(s, &l, rest + 2);
    }
    return rest[0] == ' ' ? play_exchange(s, l.conn, rest + 1) : script_fail(s, "no such word");
}
