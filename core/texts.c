/* texts.c - classes of reply texts: texts.def and the matching of its words. */
#include "core/texts.h"

#include "core/ascii.h"

#include <assert.h>
#include <string.h>

/* A reason stands in the first words; what is longer is a file name or a stuffed line. It also bounds the work. */
enum { TEXT_MAX = 512 };

struct text_row {
    const char *name;
    const uint16_t *codes;    /* ascending, ends with 0 */
    const char *const *words; /* ends with NULL */
    const char *meaning, *advice;
};

#define FSC_CODES(...)                                                                                                 \
    (const uint16_t[])                                                                                                 \
    {                                                                                                                  \
        __VA_ARGS__, 0                                                                                                 \
    }
#define FSC_WORDS(...)                                                                                                 \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__, NULL                                                                                              \
    }

static const struct text_row rows[FSC_TEXT_COUNT] = {
    [FSC_TEXT_NONE] = {"", FSC_CODES(0), FSC_WORDS(NULL), "", ""},
#define FSC_TEXT(name, codes, words, meaning, advice) [FSC_TEXT_##name] = {#name, codes, words, meaning, advice},
#include "core/texts.def"
#undef FSC_TEXT
};

const char *fsc_text_name(enum fsc_text_class text)
{
    assert(text < FSC_TEXT_COUNT);
    return rows[text].name;
}

/* Of the codes of each row the digits but the last, as bits: most rows, and most codes, are done with by them. */
#define TEN(code) (UINT64_C(1) << (code) / 10)
#define TENS(a, b, c, d, e, f, g, h, i, j, k, l, ...)                                                                  \
    (TEN(a) | TEN(b) | TEN(c) | TEN(d) | TEN(e) | TEN(f) | TEN(g) | TEN(h) | TEN(i) | TEN(j) | TEN(k) | TEN(l))
#undef FSC_CODES
#define FSC_CODES(...) sizeof((const uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t)
#define FSC_TEXT(name, codes, words, meaning, advice) _Static_assert((codes) <= 12, "TENS takes twelve");
#include "core/texts.def"
#undef FSC_TEXT
#undef FSC_CODES
#define FSC_CODES(...) TENS(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
static const uint64_t row_tens[FSC_TEXT_COUNT] = {
#define FSC_TEXT(name, codes, words, meaning, advice) [FSC_TEXT_##name] = (codes),
#include "core/texts.def"
#undef FSC_TEXT
};
static const uint64_t all_tens = 0
#define FSC_TEXT(name, codes, words, meaning, advice) | (codes)
#include "core/texts.def"
#undef FSC_TEXT
    ;

static bool row_covers(size_t row, uint16_t code)
{
    const uint16_t *codes = rows[row].codes;

    for (size_t i = 0; codes[i] != 0 && codes[i] <= code; i++)
        if (codes[i] == code)
            return true;
    return false;
}

/*
 * Which two letters stand next to each other somewhere in a text. Most words of the table are ruled out by one look at
 * their first and last two; without it, a flood of failure replies cost up to 60 us a line.
 */
struct pairs {
    uint32_t bits[64];
};

static unsigned pair_slot(const uint8_t *two)
{
    return (two[0] * 31u + two[1]) % 2048u;
}

static void pairs_of(struct fsc_span text, struct pairs *pairs)
{
    memset(pairs, 0, sizeof(*pairs));
    for (size_t i = 0; i + 1 < text.n; i++) {
        unsigned slot = pair_slot(text.p + i);
        pairs->bits[slot / 32] |= 1u << slot % 32;
    }
}

static bool pairs_hold(const struct pairs *pairs, const uint8_t *two)
{
    unsigned slot = pair_slot(two);
    return (pairs->bits[slot / 32] >> slot % 32 & 1u) != 0;
}

static bool word_byte(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte >= 0x80;
}

/* Does `word` (without its marks) occur in `text`? `starts` and `ends`: only at the start or end of a word. */
static bool word_occurs(struct fsc_span text, struct fsc_span word, bool starts, bool ends)
{
    for (size_t at = 0; text.n - at >= word.n;) {
        const uint8_t *hit = memchr(text.p + at, word.p[0], text.n - at - word.n + 1);
        if (hit == NULL)
            return false;
        at = (size_t)(hit - text.p);
        bool here = memcmp(hit, word.p, word.n) == 0;
        if (here && starts && at > 0 && word_byte(text.p[at - 1]))
            here = false;
        if (here && ends && at + word.n < text.n && word_byte(text.p[at + word.n]))
            here = false;
        if (here)
            return true;
        at++;
    }
    return false;
}

/* One part of an entry, with its marks: "<tls>". */
static bool part_occurs(struct fsc_span text, const struct pairs *pairs, struct fsc_span part)
{
    bool starts = part.p[0] == '<', ends = part.p[part.n - 1] == '>';
    struct fsc_span word = {part.p + (starts ? 1 : 0), part.n - (starts ? 1u : 0u) - (ends ? 1u : 0u)};
    if (word.n >= 2 && !(pairs_hold(pairs, word.p) && pairs_hold(pairs, word.p + word.n - 2)))
        return false;
    return word_occurs(text, word, starts, ends);
}

/* An entry of the table: all of its parts, between '&'. */
static bool entry_matches(const char *entry, struct fsc_span text, const struct pairs *pairs)
{
    const uint8_t *start = (const uint8_t *)entry;
    for (const uint8_t *p = start;; p++) {
        if (*p != '&' && *p != '\0')
            continue;
        if (!part_occurs(text, pairs, (struct fsc_span){start, (size_t)(p - start)}))
            return false;
        if (*p == '\0')
            return true;
        start = p + 1;
    }
}

static bool words_match(const struct text_row *row, struct fsc_span text, const struct pairs *pairs)
{
    for (const char *const *entry = row->words; *entry != NULL; entry++) {
        const uint8_t *first = (const uint8_t *)*entry + (**entry == '<' ? 1 : 0);
        if (pairs_hold(pairs, first) && entry_matches(*entry, text, pairs))
            return true;
    }
    return false;
}

/* The next row behind `row` for this code; FSC_TEXT_COUNT: none. */
static size_t row_behind(size_t row, uint16_t code)
{
    uint64_t ten = code < 640 ? TEN(code) : 0;

    if ((all_tens & ten) == 0)
        return FSC_TEXT_COUNT;
    for (row++; row < FSC_TEXT_COUNT; row++)
        if ((row_tens[row] & ten) != 0 && row_covers(row, code))
            break;
    return row;
}

static enum fsc_text_class lowered_classify(uint16_t code, size_t first, struct fsc_span text,
                                            const struct pairs *pairs)
{
    for (size_t i = first; i < FSC_TEXT_COUNT; i = row_behind(i, code))
        if (words_match(&rows[i], text, pairs))
            return (enum fsc_text_class)i;
    return FSC_TEXT_NONE;
}

/* What follows the last ": ", where most servers put the reason after the file's name. */
static struct fsc_span text_reason(struct fsc_span text)
{
    for (size_t i = text.n; i >= 2; i--) {
        if (text.p[i - 2] == ':' && text.p[i - 1] == ' ')
            return (struct fsc_span){text.p + i, text.n - i};
    }
    return (struct fsc_span){text.p + text.n, 0};
}

enum fsc_text_class fsc_text_classify(uint16_t code, struct fsc_span text)
{
    uint8_t lowered[TEXT_MAX];
    struct pairs pairs;
    size_t n = text.n < TEXT_MAX ? text.n : TEXT_MAX, first = row_behind(FSC_TEXT_NONE, code);

    if (first == FSC_TEXT_COUNT)
        return FSC_TEXT_NONE;
    for (size_t i = 0; i < n; i++)
        lowered[i] = ascii_lower(text.p[i]);
    struct fsc_span whole = {lowered, n};
    pairs_of(whole, &pairs);
    /* Replies about files carry the name, which may hold any word ("550 /no space/x: Permission denied"): the reason
     * first. */
    struct fsc_span reason = code / 10u % 10u == 5 ? text_reason(whole) : (struct fsc_span){lowered, 0};
    enum fsc_text_class found = reason.n > 0 ? lowered_classify(code, first, reason, &pairs) : FSC_TEXT_NONE;
    return found != FSC_TEXT_NONE ? found : lowered_classify(code, first, whole, &pairs);
}

bool fsc_text_explain(uint16_t code, enum fsc_text_class text, struct fsc_explanation *out)
{
    assert(text < FSC_TEXT_COUNT);
    if (text == FSC_TEXT_NONE || !row_covers(text, code))
        return false;
    out->meaning = rows[text].meaning;
    out->advice = rows[text].advice;
    return true;
}
