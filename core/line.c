/* line.c - cuts a control stream into lines. */
#include "core/internal.h"

/* The LF that ends the first line, or NULL. CR NUL LF is no line end: RFC 2640 section 3.1 sends a CR that belongs to a
 * name as CR NUL, and an LF of the name may follow it. */
static const uint8_t *line_end(struct fsc_span in)
{
    const uint8_t *from = in.p;

    while (from < in.p + in.n) {
        const uint8_t *lf = memchr(from, '\n', (size_t)(in.p + in.n - from));

        if (lf == NULL)
            return NULL;
        if (lf - in.p < 2 || lf[-1] != '\0' || lf[-2] != '\r')
            return lf;
        from = lf + 1;
    }
    return NULL;
}

static uint32_t strip_cr(struct fsc_span *text)
{
    size_t before = text->n;

    while (text->n > 0 && text->p[text->n - 1] == '\r')
        text->n--;
    if (before == text->n)
        return FSC_LINE_BARE_LF; /* Roxen and Pike servers, much device firmware */
    return before - text->n > 1 ? FSC_LINE_EXTRA_CR : 0;
}

static uint32_t content_flags(struct fsc_span text)
{
    uint32_t flags = 0;

    if (span_holds(text, '\0'))
        flags |= FSC_LINE_NUL;
    /* A data mark whose IAC was sent out of band leaves 0xF2 as the first byte of the line. */
    if (span_holds(text, 0xff) || (text.n > 0 && text.p[0] == 0xf2))
        flags |= FSC_LINE_TELNET;
    return flags;
}

size_t fsc_line_next(struct fsc_span in, bool last, struct fsc_line *out)
{
    struct fsc_span head = {in.p, in.n < FSC_LINE_MAX ? in.n : FSC_LINE_MAX};
    const uint8_t *lf = head.n > 0 ? line_end(head) : NULL;

    memset(out, 0, sizeof *out);
    if (lf != NULL) {
        out->wire_len = (size_t)(lf - head.p) + 1;
        out->text = span_cut(head, 0, out->wire_len - 1);
        out->flags = strip_cr(&out->text);
    } else if (head.n == FSC_LINE_MAX) {
        /* Also when `last` is true: how a stream was cut into calls must not change its lines. */
        out->wire_len = head.n;
        out->text = head;
        out->flags = FSC_LINE_OVERLONG;
    } else if (last && head.n > 0) {
        out->wire_len = head.n;
        out->text = head;
        (void)strip_cr(&out->text); /* a CR at the very end is half of the terminator */
        out->flags = FSC_LINE_UNTERMINATED;
    } else {
        return 0;
    }
    out->flags |= content_flags(out->text);
    return out->wire_len;
}
