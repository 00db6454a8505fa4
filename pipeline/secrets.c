/* secrets.c - servers and proxies repeat a line that they do not like, password and all: it is hidden in what they say,
 * too. */
#include "pipeline/internal.h"

#include <string.h>

enum {
    SECRET_LEN_MAX = 256, /* of a longer one the beginning is looked for, and all behind it is hidden */
    WORD_MAX = 8,         /* a shorter one is only hidden where it stands as a word: "test" is in "latest" */
};

static const char hidden[] = "<hidden>";

/* For each byte of each reply: glib's is a call. */
static uint8_t lower(uint8_t c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static void secret_free(const struct conversation *c, const struct secret *secret)
{
    slabs_give(c->pipeline->slabs, secret->text, secret->n);
}

void secrets_take(struct conversation *c, struct fsc_span secret)
{
    if (secret.n == 0)
        return;
    if (c->secret_count == SECRETS_MAX) {
        secret_free(c, &c->secrets[0]);
        memmove(&c->secrets[0], &c->secrets[1], sizeof(c->secrets) - sizeof(c->secrets[0]));
        c->secret_count--;
    }
    size_t n = MIN(secret.n, SECRET_LEN_MAX);
    uint8_t *text = slabs_take(c->pipeline->slabs, n);
    for (size_t i = 0; i < n; i++)
        text[i] = lower(secret.p[i]);
    c->secrets[c->secret_count++] = (struct secret){text, (uint16_t)n, text[0]};
}

void secrets_free(struct conversation *c)
{
    for (unsigned i = 0; i < c->secret_count; i++)
        secret_free(c, &c->secrets[i]);
}

static bool word_ends_at(struct fsc_span line, size_t i)
{
    return i >= line.n || !g_ascii_isalnum((gchar)line.p[i]);
}

static bool stands_here(struct fsc_span line, size_t at, const struct secret *secret)
{
    for (size_t i = 0; i < secret->n; i++)
        if (lower(line.p[at + i]) != secret->text[i])
            return false;
    if (secret->n >= WORD_MAX)
        return true;
    return (at == 0 || word_ends_at(line, at - 1)) && word_ends_at(line, at + secret->n);
}

/* A rolling sum keeps it linear: a line may be long, and a server that means ill chooses both. */
static bool find(struct fsc_span line, const struct secret *secret, size_t from, size_t *at)
{
    enum { BASE = 257 };
    size_t n = secret->n;
    uint32_t wanted = 0, sum = 0, power = 1;

    while (from + n <= line.n && lower(line.p[from]) != secret->first)
        from++;
    if (from + n > line.n)
        return false;
    for (size_t i = 0; i < n; i++) {
        wanted = wanted * BASE + secret->text[i];
        sum = sum * BASE + lower(line.p[from + i]);
        power *= i > 0 ? BASE : 1;
    }
    for (size_t i = from;; i++) {
        if (sum == wanted && stands_here(line, i, secret)) {
            *at = i;
            return true;
        }
        if (i + n >= line.n)
            return false;
        sum = (sum - lower(line.p[i]) * power) * BASE + lower(line.p[i + n]);
    }
}

static void hide_one(GString *line, const struct secret *secret)
{
    GString *out = NULL;
    size_t done = 0, at = 0;

    while (find(string_span(line), secret, done, &at)) {
        if (out == NULL)
            out = g_string_sized_new(line->len);
        g_string_append_len(out, line->str + done, (gssize)(at - done));
        g_string_append(out, hidden);
        done = secret->n == SECRET_LEN_MAX ? line->len : at + secret->n;
    }
    if (out == NULL)
        return;
    g_string_append_len(out, line->str + done, (gssize)(line->len - done));
    g_string_assign(line, "");
    g_string_append_len(line, out->str, (gssize)out->len);
    g_string_free(out, TRUE);
}

static bool has_token(uint16_t code)
{
    return code == 235 || code == 334 || code == 335;
}

/* RFC 2228 section 4: the security data of the server stand behind "ADAT=". */
static void hide_token(GString *line, uint16_t code)
{
    if (has_token(code) && g_ascii_strncasecmp(line->str, "ADAT=", 5) == 0) {
        g_string_truncate(line, 5);
        g_string_append(line, hidden);
    }
}

bool secrets_known(const struct conversation *c, uint16_t code)
{
    return !c->pipeline->config.show_secrets && (c->secret_count > 0 || has_token(code));
}

void secrets_hide(const struct conversation *c, uint16_t code, GString *line)
{
    if (!secrets_known(c, code))
        return;
    hide_token(line, code);
    for (unsigned i = 0; i < c->secret_count; i++)
        hide_one(line, &c->secrets[i]);
}

bool secrets_would_hide(const struct conversation *c, uint16_t code, struct fsc_span line)
{
    size_t at;

    if (!secrets_known(c, code))
        return false;
    for (unsigned i = 0; i < c->secret_count; i++)
        if (find(line, &c->secrets[i], 0, &at))
            return true;
    return has_token(code);
}
