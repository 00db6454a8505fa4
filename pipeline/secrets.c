/* secrets.c - servers and proxies repeat a line that they do not like, password and all: it is hidden in what they say,
 * too. */
#include "pipeline/internal.h"

#include <string.h>

enum {
    SECRETS_MAX = 4,      /* remembered per session: wrong tries and the right one */
    SECRET_LEN_MAX = 256, /* of a longer one the beginning is looked for, and all behind it is hidden */
    WORD_MAX = 8,         /* a shorter one is only hidden where it stands as a word: "test" is in "latest" */
};

static const char hidden[] = "<hidden>";

void secrets_take(struct conversation *c, struct fsc_span secret)
{
    if (secret.n == 0)
        return;
    if (c->secrets == NULL)
        c->secrets = g_queue_new();
    if (g_queue_get_length(c->secrets) == SECRETS_MAX)
        g_string_free(g_queue_pop_head(c->secrets), TRUE);
    GString *copy = g_string_new_len((const gchar *)secret.p, (gssize)MIN(secret.n, SECRET_LEN_MAX));
    g_string_ascii_down(copy);
    g_queue_push_tail(c->secrets, copy);
}

static void free_secret(gpointer secret)
{
    g_string_free(secret, TRUE);
}

void secrets_free(struct conversation *c)
{
    if (c->secrets != NULL)
        g_queue_free_full(c->secrets, free_secret);
}

static uint8_t lower(char c)
{
    return (uint8_t)g_ascii_tolower(c);
}

static bool word_ends_at(const GString *line, size_t i)
{
    return i >= line->len || !g_ascii_isalnum(line->str[i]);
}

static bool stands_here(const GString *line, size_t at, const GString *secret)
{
    if (g_ascii_strncasecmp(line->str + at, secret->str, secret->len) != 0)
        return false;
    if (secret->len >= WORD_MAX)
        return true;
    return (at == 0 || word_ends_at(line, at - 1)) && word_ends_at(line, at + secret->len);
}

/* A rolling sum keeps it linear: a line may be long, and a server that means ill chooses both. */
static bool find(const GString *line, const GString *secret, size_t from, size_t *at)
{
    enum { BASE = 257 };
    size_t n = secret->len;
    uint32_t wanted = 0, sum = 0, power = 1;

    if (line->len < n || from > line->len - n)
        return false;
    for (size_t i = 0; i < n; i++) {
        wanted = wanted * BASE + (uint8_t)secret->str[i];
        sum = sum * BASE + lower(line->str[from + i]);
        power *= i > 0 ? BASE : 1;
    }
    for (size_t i = from;; i++) {
        if (sum == wanted && stands_here(line, i, secret)) {
            *at = i;
            return true;
        }
        if (i + n >= line->len)
            return false;
        sum = (sum - lower(line->str[i]) * power) * BASE + lower(line->str[i + n]);
    }
}

static void hide_one(GString *line, const GString *secret)
{
    GString *out = NULL;
    size_t done = 0, at = 0;

    while (find(line, secret, done, &at)) {
        if (out == NULL)
            out = g_string_sized_new(line->len);
        g_string_append_len(out, line->str + done, (gssize)(at - done));
        g_string_append(out, hidden);
        done = secret->len == SECRET_LEN_MAX ? line->len : at + secret->len;
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
    return !c->pipeline->config.show_secrets && (c->secrets != NULL || has_token(code));
}

void secrets_hide(const struct conversation *c, uint16_t code, GString *line)
{
    if (!secrets_known(c, code))
        return;
    hide_token(line, code);
    for (GList *l = c->secrets != NULL ? c->secrets->head : NULL; l != NULL; l = l->next)
        hide_one(line, l->data);
}
