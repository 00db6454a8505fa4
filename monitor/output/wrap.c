#include "monitor/output/wrap.h"

#include "monitor/output/utf8.h"

static const char *const style_on[STYLE_COUNT] = {
    [STYLE_BOLD] = "\033[1m",    [STYLE_DIM] = "\033[2m",  [STYLE_GREEN] = "\033[32m",   [STYLE_CYAN] = "\033[36m",
    [STYLE_YELLOW] = "\033[33m", [STYLE_RED] = "\033[31m", [STYLE_ALARM] = "\033[1;31m",
};

void wrap_init(struct wrap *wrap, struct buf *out, bool color, int columns)
{
    *wrap = (struct wrap){.out = out, .color = color};
    wrap->columns = columns > 0 && columns < WRAP_COLUMNS_MIN ? WRAP_COLUMNS_MIN : columns;
}

void wrap_free(struct wrap *wrap)
{
    buf_free(&wrap->scratch);
}

static void set_style(struct wrap *wrap, enum style style)
{
    if (wrap->style == style)
        return;
    if (wrap->color && wrap->style != STYLE_PLAIN)
        buf_string(wrap->out, "\033[0m");
    if (wrap->color && style != STYLE_PLAIN)
        buf_string(wrap->out, style_on[style]);
    wrap->style = style;
}

static void put_blanks(struct wrap *wrap, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_char(wrap->out, ' ');
    wrap->column += (int)count;
}

void wrap_start(struct wrap *wrap, int column, int indent)
{
    wrap->column = column;
    wrap->indent = indent;
    wrap->blanks = 0;
}

static void break_line(struct wrap *wrap)
{
    set_style(wrap, STYLE_PLAIN);
    buf_char(wrap->out, '\n');
    wrap->column = 0;
    wrap->blanks = 0;
    put_blanks(wrap, (size_t)wrap->indent);
}

void wrap_line(struct wrap *wrap, int indent)
{
    wrap->indent = indent;
    break_line(wrap);
}

void wrap_end(struct wrap *wrap)
{
    set_style(wrap, STYLE_PLAIN);
    buf_char(wrap->out, '\n');
    wrap_start(wrap, 0, 0);
}

/* The bytes that must stay together at `p`: an escape of fsc_text_printable or one character; and its columns. */
static size_t unit_at(const char *p, size_t n, int *columns)
{
    uint32_t code = 0;
    size_t len;

    if (*p == '\\' && n > 1) {
        len = p[1] == 'x' && n >= 4 ? 4 : 2;
        *columns = (int)len;
        return len;
    }
    len = utf8_length((const uint8_t *)p, n, &code);
    *columns = len > 0 ? utf8_columns(code) : 1;
    return len > 0 ? len : 1;
}

static int width_of(const char *text, size_t n)
{
    int sum = 0, columns;

    for (size_t at = 0; at < n; sum += columns)
        at += unit_at(text + at, n - at, &columns);
    return sum;
}

static void put_word(struct wrap *wrap, enum style style, const char *word, size_t n, int width)
{
    if (wrap->blanks > 0 && style != wrap->style)
        set_style(wrap, STYLE_PLAIN);
    put_blanks(wrap, wrap->blanks);
    wrap->blanks = 0;
    set_style(wrap, style);
    buf_bytes(wrap->out, word, n);
    wrap->column += width;
}

/* A word longer than a line (a path, a hostile banner) is cut where the line ends, never inside a character or an
 * escape. */
static void put_long_word(struct wrap *wrap, enum style style, const char *word, size_t n)
{
    if (wrap->column + (int)wrap->blanks + 8 > wrap->columns)
        break_line(wrap);
    for (size_t at = 0, len; at < n; at += len) {
        int columns;

        len = unit_at(word + at, n - at, &columns);
        if (wrap->column + (int)wrap->blanks + columns >= wrap->columns)
            break_line(wrap);
        put_word(wrap, style, word + at, len, columns);
    }
}

/* Punctuation that follows a piece directly may use the last column, which everything else leaves free, so that no line
 * begins with a comma. */
static int limit_of(const struct wrap *wrap, const char *word, size_t n)
{
    return wrap->columns - !(n == 1 && wrap->blanks == 0 && strchr(",.:;)", *word));
}

static void place_word(struct wrap *wrap, enum style style, const char *word, size_t n)
{
    int width = width_of(word, n);

    if (wrap->columns == 0 || wrap->column + (int)wrap->blanks + width <= limit_of(wrap, word, n)) {
        put_word(wrap, style, word, n, width);
    } else if (wrap->indent + width < wrap->columns) {
        break_line(wrap);
        put_word(wrap, style, word, n, width);
    } else {
        put_long_word(wrap, style, word, n);
    }
}

void wrap_bytes(struct wrap *wrap, enum style style, const char *text, size_t n)
{
    size_t at = 0;

    while (at < n) {
        size_t end = at;

        if (text[at] == ' ') {
            wrap->blanks++;
            at++;
            continue;
        }
        while (end < n && text[end] != ' ')
            end++;
        place_word(wrap, style, text + at, end - at);
        at = end;
    }
}

void wrap_text(struct wrap *wrap, enum style style, const char *text)
{
    wrap_bytes(wrap, style, text, strlen(text));
}

void wrap_whole(struct wrap *wrap, enum style style, const char *text, size_t n)
{
    size_t at = 0;

    while (at < n && text[at] == ' ')
        at++;
    wrap->blanks += at;
    if (at < n)
        place_word(wrap, style, text + at, n - at);
}

/* Where `text` may be cut at `max` bytes without splitting a character. */
static size_t cut_at(struct fsc_span text, size_t max)
{
    size_t at = max;

    while (at > max - 4 && (text.p[at] & 0xc0) == 0x80)
        at--;
    return at;
}

void wrap_wire(struct wrap *wrap, enum style style, struct fsc_span text)
{
    size_t shown = text.n > WRAP_WIRE_MAX ? cut_at(text, WRAP_WIRE_MAX) : text.n;
    size_t need = 4 * shown + 1; /* every byte may become \xNN */

    if (shown == 0)
        return;
    wrap->scratch.len = 0;
    if (wrap->scratch.cap < need)
        buf_grow(&wrap->scratch, need);
    wrap_bytes(wrap, style, wrap->scratch.data,
               fsc_text_printable((struct fsc_span){text.p, shown}, wrap->scratch.data, need));
    if (shown == text.n)
        return;
    wrap->scratch.len = 0;
    buf_string(&wrap->scratch, " [+");
    buf_uint(&wrap->scratch, text.n - shown);
    buf_string(&wrap->scratch, " B]");
    wrap_bytes(wrap, STYLE_DIM, wrap->scratch.data, wrap->scratch.len);
}
