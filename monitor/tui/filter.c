#include "monitor/tui/filter.h"

#include <glib.h>
#include <string.h>

enum term_kind { TERM_TEXT, TERM_USER, TERM_HOST, TERM_PATH, TERM_CODE, TERM_IS };
enum condition { IS_FAILED, IS_OPEN, IS_CLOSED, IS_TLS, IS_MARKED, CONDITIONS };

enum { TERMS_MAX = 32, CODES_MAX = 8 };

struct term {
    enum term_kind kind;
    bool negated;
    char *word;
    enum condition condition;
    struct {
        unsigned lowest, highest;
    } codes[CODES_MAX];
    size_t code_count;
};

struct filter {
    struct term terms[TERMS_MAX];
    size_t count;
};

static const struct {
    const char *name;
    enum term_kind kind;
} prefixes[] = {
    {"user:", TERM_USER}, {"host:", TERM_HOST}, {"path:", TERM_PATH}, {"code:", TERM_CODE}, {"is:", TERM_IS},
};

static const char *const condition_names[CONDITIONS] = {"failed", "open", "closed", "tls", "marked"};

/* ---- parsing ---- */

/* "550", "55x", "5xx" */
static bool parse_code(const char *word, unsigned *lowest, unsigned *highest)
{
    *lowest = *highest = 0;
    if (strlen(word) != 3)
        return false;
    for (size_t i = 0; i < 3; i++) {
        bool any = word[i] == 'x' || word[i] == 'X';
        if ((any && i == 0) || (!any && !g_ascii_isdigit(word[i])))
            return false;
        *lowest = *lowest * 10 + (any ? 0 : (unsigned)(word[i] - '0'));
        *highest = *highest * 10 + (any ? 9 : (unsigned)(word[i] - '0'));
    }
    return true;
}

static char *parse_codes(struct term *term)
{
    char **words = g_strsplit(term->word, ",", -1);
    bool good = words[0] != NULL;

    for (char **w = words; good && *w != NULL; w++) {
        good = term->code_count < CODES_MAX &&
               parse_code(*w, &term->codes[term->code_count].lowest, &term->codes[term->code_count].highest);
        term->code_count += good;
    }
    g_strfreev(words);
    return good ? NULL : g_strdup("code: takes codes or classes, as in code:550 or code:4xx,5xx");
}

static char *parse_condition(struct term *term)
{
    for (size_t i = 0; i < CONDITIONS; i++)
        if (g_ascii_strcasecmp(term->word, condition_names[i]) == 0) {
            term->condition = (enum condition)i;
            return NULL;
        }
    return g_strdup("is: takes failed, open, closed, tls or marked");
}

/* "usr:" is a slip of the finger; "fe80:" and "c:" are what somebody looks for. */
static char *slip_complaint(const char *word)
{
    size_t letters = 0;
    bool hex = true;

    for (; g_ascii_isalpha(word[letters]); letters++)
        hex = hex && g_ascii_isxdigit(word[letters]);
    if (letters < 2 || hex || word[letters] != ':')
        return NULL;
    return g_strdup_printf("there is no %.*s: but user: host: path: code: is:", (int)MIN(letters, 20), word);
}

static char *parse_term(struct term *term, const char *word)
{
    term->negated = word[0] == '-' && word[1] != '\0';
    word += term->negated;
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_ascii_strncasecmp(word, prefixes[i].name, strlen(prefixes[i].name)) == 0) {
            term->kind = prefixes[i].kind;
            term->word = g_strdup(word + strlen(prefixes[i].name));
            if (term->word[0] == '\0')
                return g_strdup_printf("%s of what?", prefixes[i].name);
            return term->kind == TERM_CODE ? parse_codes(term) : term->kind == TERM_IS ? parse_condition(term) : NULL;
        }
    term->word = g_strdup(word);
    return slip_complaint(word);
}

/* The next word into `word`; quotes hold blanks together, one that is still open ends with the text. */
static const char *next_word(const char *p, GString *word)
{
    bool quoted = false;

    g_string_truncate(word, 0);
    while (*p == ' ')
        p++;
    for (; *p != '\0' && (quoted || *p != ' '); p++) {
        if (*p == '"')
            quoted = !quoted;
        else
            g_string_append_c(word, *p);
    }
    return p;
}

static void clear_term(struct term *term)
{
    g_free(term->word);
    *term = (struct term){.word = NULL};
}

struct filter *filter_parse(const char *text, char **complaint)
{
    struct filter *filter = g_new0(struct filter, 1);
    GString *word = g_string_new(NULL);

    *complaint = NULL;
    for (const char *p = next_word(text, word); word->len > 0; p = next_word(p, word)) {
        bool full = filter->count == TERMS_MAX;
        char *problem = full ? g_strdup("too many words") : parse_term(&filter->terms[filter->count], word->str);
        if (problem == NULL)
            filter->count++;
        else if (!full)
            clear_term(&filter->terms[filter->count]);
        if (*complaint == NULL)
            *complaint = problem;
        else
            g_free(problem);
        if (full)
            break;
    }
    g_string_free(word, TRUE);
    return filter;
}

void filter_free(struct filter **filter)
{
    if (*filter == NULL)
        return;
    for (size_t i = 0; i < (*filter)->count; i++)
        g_free((*filter)->terms[i].word);
    g_free(*filter);
    *filter = NULL;
}

bool filter_is_empty(const struct filter *filter)
{
    return filter == NULL || filter->count == 0;
}

bool filter_wants_text(const struct filter *filter)
{
    for (size_t i = 0; i < filter->count; i++)
        if (filter->terms[i].kind == TERM_TEXT)
            return true;
    return false;
}

/* ---- matching ---- */

/* Bytes beyond ASCII are compared as they are. No backtracking over more than the last star: linear in most cases,
 * never worse than word times text. */
static bool glob_matches(const char *glob, const char *text)
{
    const char *star = NULL, *retry = NULL;

    while (*text != '\0') {
        if (*glob == '*') {
            star = glob++;
            retry = text;
        } else if (*glob == '?' || g_ascii_tolower(*glob) == g_ascii_tolower(*text)) {
            glob++;
            text++;
        } else if (star != NULL) {
            glob = star + 1;
            text = ++retry;
        } else {
            return false;
        }
    }
    while (*glob == '*')
        glob++;
    return *glob == '\0';
}

bool filter_word_in(const char *word, const char *text)
{
    size_t n = strlen(word);

    if (strpbrk(word, "*?") != NULL)
        return glob_matches(word, text);
    for (; *text != '\0'; text++)
        if (g_ascii_tolower(*text) == g_ascii_tolower(*word) && g_ascii_strncasecmp(text, word, n) == 0)
            return true;
    return n == 0;
}

/* In all columns a glob may stand anywhere. */
static bool text_matches(const char *word, const char *text)
{
    if (strpbrk(word, "*?") == NULL)
        return filter_word_in(word, text);
    char *anywhere = g_strconcat("*", word, "*", NULL);
    bool matches = glob_matches(anywhere, text);

    g_free(anywhere);
    return matches;
}

/* "192.0.2.7" is not 192.0.2.70, but "192.0.2" or "fe80:" are all that begin so. */
static bool host_matches(const char *word, const char *host)
{
    size_t n = strlen(word);

    if (host[0] == '\0')
        return false;
    if (strpbrk(word, "*?") != NULL)
        return glob_matches(word, host);
    if (g_ascii_strncasecmp(host, word, n) != 0)
        return false;
    return host[n] == '\0' || host[n] == '.' || host[n] == ':' || word[n - 1] == '.' || word[n - 1] == ':';
}

static bool code_matches(const struct term *term, const struct filter_subject *s)
{
    for (size_t i = 0; s->has_code != NULL && i < term->code_count; i++)
        if (s->has_code(s->context, s->item, term->codes[i].lowest, term->codes[i].highest))
            return true;
    return false;
}

static bool condition_holds(enum condition condition, const struct filter_subject *s)
{
    const bool holds[CONDITIONS] = {[IS_FAILED] = s->failed,
                                    [IS_OPEN] = s->open,
                                    [IS_CLOSED] = !s->open,
                                    [IS_TLS] = s->tls,
                                    [IS_MARKED] = s->marked};
    return holds[condition];
}

static bool term_matches(const struct term *term, const struct filter_subject *s)
{
    switch (term->kind) {
    case TERM_USER:
        return s->user != NULL && filter_word_in(term->word, s->user);
    case TERM_PATH:
        return s->path != NULL && filter_word_in(term->word, s->path);
    case TERM_HOST:
        return host_matches(term->word, s->hosts[0]) || host_matches(term->word, s->hosts[1]);
    case TERM_CODE:
        return code_matches(term, s);
    case TERM_IS:
        return condition_holds(term->condition, s);
    case TERM_TEXT:
        break;
    }
    return s->text != NULL && text_matches(term->word, s->text);
}

bool filter_matches(const struct filter *filter, const struct filter_subject *subject)
{
    for (size_t i = 0; i < filter->count; i++)
        if (term_matches(&filter->terms[i], subject) == filter->terms[i].negated)
            return false;
    return true;
}
