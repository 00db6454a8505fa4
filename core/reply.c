/* reply.c - takes one reply line apart. */
#include "core/internal.h"

enum { CODE_DIGITS = 3, CODE_MIN = 100, CODE_MAX = 699 };

static size_t digits_length(struct fsc_span text)
{
    size_t n = 0;

    while (n < text.n && ascii_is_digit(text.p[n]))
        n++;
    return n;
}

/* The text behind the code. z/OS and some proxies write "550 : text" and "550-:text". */
static struct fsc_span text_behind(struct fsc_span rest, uint32_t *flags)
{
    size_t pos = 0;

    if (rest.n > 0 && (ascii_is_blank(rest.p[0]) || rest.p[0] == '-'))
        pos = 1;
    else if (rest.n > 0)
        *flags |= FSC_REPLY_NO_SPACE;
    if (pos >= rest.n || rest.p[pos] != ':')
        return span_after(rest, pos);
    *flags |= FSC_REPLY_COLON;
    pos++;
    if (pos < rest.n && ascii_is_blank(rest.p[pos]))
        pos++;
    return span_after(rest, pos);
}

void fsc_reply_parse(struct fsc_span text, struct fsc_reply *out)
{
    size_t digits = digits_length(text);
    uint32_t code = 0;
    size_t pos = 0;

    memset(out, 0, sizeof *out);
    if (digits < CODE_DIGITS) {
        out->flags = FSC_REPLY_NO_CODE;
        out->code_text = span_cut(text, 0, 0);
        out->text = text;
        return;
    }
    out->code_text = span_cut(text, 0, digits);
    out->text = text_behind(span_after(text, digits), &out->flags);
    /* "7221 Bye" is in the wild, and a date or size at the start of a listing line looks the same. */
    if (digits > CODE_DIGITS || !span_read_number(text, &pos, CODE_MAX, &code) || code < CODE_MIN) {
        out->flags |= FSC_REPLY_ILLEGAL;
        return;
    }
    out->code = (uint16_t)code;
    out->more = digits < text.n && text.p[digits] == '-';
}
