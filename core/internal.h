/* internal.h - what the files of the core share and no host sees: spans, bounded output, numbers. */
#ifndef FTPSCOPE_INTERNAL_H
#define FTPSCOPE_INTERNAL_H

#include "core/ascii.h"
#include "core/ftpscope.h"

#include <string.h>

/* ---- spans ---- */

/* Bytes [from, to) of `text`. An empty span may have a null pointer, and null plus zero is undefined in C11. */
static inline struct fsc_span span_cut(struct fsc_span text, size_t from, size_t to)
{
    return (struct fsc_span){from ? text.p + from : text.p, to - from};
}

static inline struct fsc_span span_after(struct fsc_span text, size_t from)
{
    return span_cut(text, from, text.n);
}

/* Any case; `word` in lower case. */
static inline bool span_begins(struct fsc_span text, const char *word)
{
    size_t i = 0;

    while (i < text.n && word[i] != '\0' && ascii_lower(text.p[i]) == (uint8_t)word[i])
        i++;
    return word[i] == '\0';
}

/* Any case; `word` in lower case. */
static inline bool span_is(struct fsc_span text, const char *word)
{
    return strlen(word) == text.n && span_begins(text, word);
}

static inline bool span_holds(struct fsc_span text, uint8_t byte)
{
    return text.n > 0 && memchr(text.p, byte, text.n) != NULL;
}

/* The first position from `pos` on that holds no blank. */
static inline size_t span_skip_blanks(struct fsc_span text, size_t pos)
{
    while (pos < text.n && ascii_is_blank(text.p[pos]))
        pos++;
    return pos;
}

/* The first position from `pos` on that holds a blank, or the end. */
static inline size_t span_skip_word(struct fsc_span text, size_t pos)
{
    while (pos < text.n && !ascii_is_blank(text.p[pos]))
        pos++;
    return pos;
}

static inline struct fsc_span span_trim_end(struct fsc_span text)
{
    while (text.n > 0 && ascii_is_blank(text.p[text.n - 1]))
        text.n--;
    return text;
}

/* Reads the whole run of digits at *pos and moves *pos behind it. False without a digit, or when the value is above
 * `max`. Leading zeros are decimal: "010" is ten. */
static inline bool span_read_number(struct fsc_span text, size_t *pos, uint32_t max, uint32_t *value)
{
    size_t start = *pos;
    uint64_t sum = 0;

    while (*pos < text.n && ascii_is_digit(text.p[*pos])) {
        if (sum <= max)
            sum = sum * 10 + (uint64_t)(text.p[*pos] - '0');
        ++*pos;
    }
    *value = sum <= max ? (uint32_t)sum : 0;
    return *pos > start && sum <= max;
}

/* ---- bounded text output ---- */

struct text_out {
    char *buf;
    size_t cap, n;
    bool full; /* something did not fit: nothing follows, so that a cut text never has a hole */
};

/* All of it or nothing, so that an escape or a UTF-8 sequence is never cut in two. */
static inline void text_put(struct text_out *out, const void *bytes, size_t n)
{
    if (out->full || out->cap == 0 || n > out->cap - 1 - out->n) {
        out->full = true;
        return;
    }
    memcpy(out->buf + out->n, bytes, n);
    out->n += n;
}

static inline void text_put_string(struct text_out *out, const char *string)
{
    text_put(out, string, strlen(string));
}

static inline void text_put_number(struct text_out *out, uint64_t value, unsigned base)
{
    char digits[20];
    size_t i = sizeof digits;

    do {
        digits[--i] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value > 0);
    text_put(out, digits + i, sizeof digits - i);
}

/* Returns the length without the NUL. */
static inline size_t text_end(struct text_out *out)
{
    if (out->cap == 0)
        return 0;
    out->buf[out->n] = '\0';
    return out->n;
}

/* ---- addr.c ---- */

/* The address in its usual spelling; a zone ("%eth0") behind an IPv6 address is dropped. *out is zero when false. */
bool fsc_addr_parse(enum fsc_addr_kind kind, struct fsc_span text, struct fsc_addr *out);

#endif
