/* size.c - file sizes in reply texts. */
#include "core/internal.h"

const char *fsc_size_from_name(enum fsc_size_from from)
{
    static const char *const names[] = {
        [FSC_SIZE_NONE] = "",     [FSC_SIZE_SIZE] = "SIZE", [FSC_SIZE_150] = "150",
        [FSC_SIZE_MLSD] = "MLSD", [FSC_SIZE_ALLO] = "ALLO", [FSC_SIZE_226] = "226",
    };

    return (size_t)from < sizeof names / sizeof names[0] ? names[from] : "";
}

static bool push_digit(uint64_t *value, uint8_t digit)
{
    uint64_t add = (uint64_t)(digit - '0');

    if (*value > (UINT64_MAX - add) / 10)
        return false;
    *value = *value * 10 + add;
    return true;
}

bool fsc_number(struct fsc_span text, uint64_t *value)
{
    uint64_t sum = 0;

    *value = 0;
    for (size_t i = 0; i < text.n; i++)
        if (!ascii_is_digit(text.p[i]) || !push_digit(&sum, text.p[i]))
            return false;
    *value = text.n > 0 ? sum : 0;
    return text.n > 0;
}

static bool is_digit_at(struct fsc_span text, size_t pos)
{
    return pos < text.n && ascii_is_digit(text.p[pos]);
}

static bool is_separator(uint8_t c)
{
    return c == ',' || c == '.' || c == '\'';
}

/* The end of what looks like one number: digits, and separators between digits. */
static size_t number_end(struct fsc_span text, size_t pos)
{
    while (is_digit_at(text, pos) || (pos < text.n && is_separator(text.p[pos]) && is_digit_at(text, pos + 1)))
        pos++;
    return pos;
}

/* Plain digits, or groups of three with one and the same separator: "14,207,859", "14.207.859" (Serv-U follows the
 * locale). "55,72" is a fraction and no size. */
static bool grouped_number(struct fsc_span text, uint64_t *value)
{
    uint64_t sum = 0;
    uint8_t separator = 0;
    size_t since = 0; /* digits since the start or the last separator */

    *value = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (ascii_is_digit(text.p[i])) {
            since++;
            if (!push_digit(&sum, text.p[i]))
                return false;
            continue;
        }
        if (since == 0 || since > 3 || (separator != 0 && (separator != text.p[i] || since != 3)))
            return false;
        separator = text.p[i];
        since = 0;
    }
    if (since == 0 || (separator != 0 && since != 3))
        return false;
    *value = sum;
    return true;
}

/* Behind "byte" or "bytes" at `pos`, any case; `pos` itself when neither stands there or the word goes on. */
static size_t skip_byte_word(struct fsc_span text, size_t pos)
{
    size_t end = pos;

    if (!span_begins(span_after(text, pos), "byte"))
        return pos;
    end = pos + 4;
    if (end < text.n && ascii_lower(text.p[end]) == 's')
        end++;
    return end < text.n && ascii_is_letter(text.p[end]) ? pos : end;
}

/* A blank may group digits too ("14 207 859"): then the last group alone would be a wrong size. */
static bool stands_alone(struct fsc_span text, size_t pos)
{
    if (pos == 0)
        return true;
    if (ascii_is_letter(text.p[pos - 1]) || text.p[pos - 1] == '-' || text.p[pos - 1] == '.')
        return false;
    return !(pos >= 2 && text.p[pos - 1] == ' ' && ascii_is_digit(text.p[pos - 2]));
}

/* A number whose last character is at the end of `text`: "file: 213, Size =51". Not when a letter, a sign or another
 * number runs into it. */
static bool number_at_end(struct fsc_span text, uint64_t *value)
{
    size_t start = text.n;

    *value = 0;
    while (start > 0 && (ascii_is_digit(text.p[start - 1]) ||
                         (start < text.n && is_separator(text.p[start - 1]) && is_digit_at(text, start))))
        start--;
    return stands_alone(text, start) && grouped_number(span_after(text, start), value);
}

bool fsc_size_reply(struct fsc_span text, uint64_t *bytes)
{
    size_t start = span_skip_blanks(text, 0), end = number_end(text, start);

    *bytes = 0;
    if (end > start && (end == text.n || ascii_is_blank(text.p[end])))
        return !is_digit_at(text, span_skip_blanks(text, end)) && grouped_number(span_cut(text, start, end), bytes);
    text = span_trim_end(text);
    for (size_t word = 4; word <= 5; word++) /* "Size = 51 bytes" */
        if (text.n > word && skip_byte_word(text, text.n - word) == text.n) {
            text = span_trim_end(span_cut(text, 0, text.n - word));
            break;
        }
    return number_at_end(text, bytes);
}

/* "(123 bytes)" with the parenthesis at `pos`; something else than the end of a sentence behind it means a file name,
 * as in "a (12 bytes).bin". */
static bool size_in_parentheses(struct fsc_span text, size_t pos, uint64_t *bytes)
{
    size_t start = span_skip_blanks(text, pos + 1), end = number_end(text, start);
    size_t unit = span_skip_blanks(text, end), close = skip_byte_word(text, unit);

    if (end == start || close == unit || close >= text.n || text.p[close] != ')')
        return false;
    close++;
    if (close < text.n && is_separator(text.p[close]))
        close++;
    if (close < text.n && !ascii_is_blank(text.p[close]))
        return false;
    return grouped_number(span_cut(text, start, end), bytes);
}

bool fsc_size_in_opening(struct fsc_span text, uint64_t *bytes)
{
    *bytes = 0;
    for (size_t i = text.n; i > 0; i--)
        if (text.p[i - 1] == '(' && size_in_parentheses(text, i - 1, bytes))
            return true;
    return false;
}

static bool begins_moved(struct fsc_span text)
{
    return span_begins(text, "transfer") || span_begins(text, "sent") || span_begins(text, "received") ||
           span_begins(text, "written") || span_begins(text, "copied");
}

/* The word that ends before `pos`, with blanks, ':' and '=' between. */
static struct fsc_span word_before(struct fsc_span text, size_t pos)
{
    size_t end = pos, start = 0;

    while (end > 0 && (ascii_is_blank(text.p[end - 1]) || text.p[end - 1] == ':' || text.p[end - 1] == '='))
        end--;
    start = end;
    while (start > 0 && end - start < 16 && ascii_is_letter(text.p[start - 1]))
        start--;
    return span_cut(text, start, end);
}

/* A number of bytes at [start, end) that the text says were moved: rates and free space are numbers of bytes too. */
static bool size_moved(struct fsc_span text, size_t start, size_t end)
{
    size_t unit = span_skip_blanks(text, end), behind = skip_byte_word(text, unit);

    if (behind == unit || !stands_alone(text, start))
        return false;
    if (behind < text.n && text.p[behind] == '/')
        return false;
    behind = span_skip_blanks(text, behind);
    if (span_begins(span_after(text, behind), "per "))
        return false;
    return begins_moved(span_after(text, behind)) || begins_moved(word_before(text, start));
}

bool fsc_size_in_closing(struct fsc_span text, uint64_t *bytes)
{
    size_t pos = 0;

    *bytes = 0;
    while (pos < text.n) {
        size_t end = number_end(text, pos);

        if (end == pos) {
            pos++;
            continue;
        }
        if (size_moved(text, pos, end) && grouped_number(span_cut(text, pos, end), bytes))
            return true;
        pos = end;
    }
    return false;
}

/* "Type=file;Size=25730;Modify=19940728095854; name": facts in any order and case, a blank, the name. */
bool fsc_size_in_facts(struct fsc_span text, uint64_t *bytes)
{
    size_t pos = span_skip_blanks(text, 0), end = span_skip_word(text, pos);

    *bytes = 0;
    while (pos < end) {
        const uint8_t *semicolon = memchr(text.p + pos, ';', end - pos);
        size_t stop = semicolon != NULL ? (size_t)(semicolon - text.p) : end;
        struct fsc_span fact = span_cut(text, pos, stop);
        if (span_begins(fact, "size="))
            return fsc_number(span_after(fact, 5), bytes);
        pos = stop + 1;
    }
    return false;
}
