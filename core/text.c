/* text.c - makes bytes of the wire fit for a terminal. */
#include "core/internal.h"

/* Length of the UTF-8 sequence at the start of `text` (RFC 3629: shortest form, no surrogates), 0 when invalid. */
static size_t utf8_length(struct fsc_span text, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t head = text.p[0];
    size_t n = head < 0x80 ? 1 : head < 0xc2 ? 0 : head < 0xe0 ? 2 : head < 0xf0 ? 3 : head < 0xf5 ? 4 : 0;
    uint32_t sum = n < 2 ? head : head & (0x7fu >> n);

    if (n == 0 || n > text.n)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((text.p[i] & 0xc0) != 0x80)
            return 0;
        sum = sum << 6 | (text.p[i] & 0x3fu);
    }
    if (sum < least[n] || sum > 0x10ffff || (sum >= 0xd800 && sum <= 0xdfff))
        return 0;
    *code = sum;
    return n;
}

struct range {
    uint32_t first, last;
};

/* What a terminal does not show as a character of its own: controls, line separators, marks that reorder what a reader
 * sees (a name could show another extension), and characters without width (two names could look the same). */
static const struct range hidden_ranges[] = {
    {0x0, 0x1f},      {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},     {0x115f, 0x1160},
    {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},   {0x3164, 0x3164},
    {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff9, 0xfffb}, {0xe0000, 0xe00ff},
};

static bool is_hidden(uint32_t code)
{
    size_t i = 0;

    while (i < sizeof hidden_ranges / sizeof hidden_ranges[0] && code > hidden_ranges[i].last)
        i++;
    return i < sizeof hidden_ranges / sizeof hidden_ranges[0] && code >= hidden_ranges[i].first;
}

static void put_escaped(struct text_out *out, const uint8_t *bytes, size_t n)
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        char escape[4] = {'\\', 'x', hex[bytes[i] >> 4], hex[bytes[i] & 15]};

        text_put(out, escape, sizeof escape);
    }
}

static bool is_plain(uint8_t byte)
{
    return byte >= ' ' && byte <= '~' && byte != '\\';
}

#define EACH_BYTE(byte) ((byte)*UINT64_C(0x0101010101010101))

/* The same of eight bytes at once: is none below ' ', above '~', or a backslash? */
static bool are_plain(const uint8_t *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    uint64_t delete = word ^ EACH_BYTE(0x7f), slash = word ^ EACH_BYTE('\\');
    uint64_t control = (word - EACH_BYTE(' ')) & ~word;
    uint64_t special = ((delete - EACH_BYTE(1)) & ~delete) | ((slash - EACH_BYTE(1)) & ~slash);
    return ((word | control | special) & EACH_BYTE(0x80)) == 0;
}

/* Most lines are nothing else. Returns how many were copied. */
static size_t put_plain(struct text_out *out, struct fsc_span text)
{
    size_t room = out->cap > 0 && !out->full ? out->cap - 1 - out->n : 0, most = text.n < room ? text.n : room, n = 0;

    for (; most - n >= sizeof(uint64_t) && are_plain(text.p + n); n += sizeof(uint64_t))
        memcpy(out->buf + out->n + n, text.p + n, sizeof(uint64_t));
    for (; n < most && is_plain(text.p[n]); n++)
        out->buf[out->n + n] = (char)text.p[n];
    out->n += n;
    return n;
}

size_t fsc_text_printable(struct fsc_span text, char *buf, size_t cap)
{
    struct text_out out = {buf, cap, 0, false};
    size_t pos = 0;

    while ((pos += put_plain(&out, span_after(text, pos))) < text.n && !out.full) {
        uint32_t code = 0;
        size_t n = utf8_length(span_after(text, pos), &code);

        if (n == 0 || is_hidden(code))
            put_escaped(&out, text.p + pos, n > 0 ? n : 1);
        else if (code == '\\')
            text_put_string(&out, "\\\\");
        else
            text_put(&out, text.p + pos, n);
        pos += n > 0 ? n : 1;
    }
    return text_end(&out);
}
