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

/* Bidirectional controls reorder what a reader sees: a name could show another extension, a log line another address.
 */
static bool is_hidden(uint32_t code)
{
    if (code < 0x20 || (code >= 0x7f && code < 0xa0))
        return true;
    return code == 0x61c || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

static void put_escaped(struct text_out *out, const uint8_t *bytes, size_t n)
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        char escape[4] = {'\\', 'x', hex[bytes[i] >> 4], hex[bytes[i] & 15]};

        text_put(out, escape, sizeof escape);
    }
}

size_t fsc_text_printable(struct fsc_span text, char *buf, size_t cap)
{
    struct text_out out = {buf, cap, 0, false};
    size_t pos = 0;

    while (pos < text.n && !out.full) {
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
