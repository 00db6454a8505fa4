/*
 * filter.h - what is typed behind "/" in a list: words that all must match.
 *
 *   anna             in any column, whatever the case; "two words" in quotes, * and ? stand for anything
 *   user:an* host:192.0.2.7 path:/in/ code:550 code:4xx,5xx
 *   is:failed is:open is:closed is:tls is:marked
 *   -word -user:anna not that
 *
 * Pure.
 */
#ifndef MONITOR_TUI_FILTER_H
#define MONITOR_TUI_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct filter;

/* What a filter looks at. Texts may be NULL. */
struct filter_subject {
    const char *text; /* all columns; only needed with filter_wants_text */
    const char *user, *path;
    char hosts[2][64]; /* "": not known */
    bool failed, open, tls, marked;
    bool (*has_code)(const void *context, const void *item, unsigned lowest, unsigned highest); /* NULL: has none */
    const void *context, *item;
};

/* Words that cannot be understood are left out, and *complaint (g_free) tells of the first of them; else it is NULL. An
 * empty text matches everything. */
struct filter *filter_parse(const char *text, char **complaint);
void filter_free(struct filter **filter);
bool filter_is_empty(const struct filter *filter); /* it matches everything; NULL: true */
bool filter_wants_text(const struct filter *filter);
bool filter_matches(const struct filter *filter, const struct filter_subject *subject);

/* Whether `text` has `word` in it, whatever the case; with * or ? in the word, whether it matches. */
bool filter_word_in(const char *word, const char *text);

#endif
