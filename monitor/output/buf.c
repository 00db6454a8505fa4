#include "monitor/output/buf.h"

#include <glib.h>

void buf_grow(struct buf *buf, size_t more)
{
    size_t want = buf->len + more;
    size_t cap = buf->cap > 0 ? buf->cap : 256;

    while (cap < want)
        cap *= 2;
    buf->data = g_realloc(buf->data, cap);
    buf->cap = cap;
}

void buf_free(struct buf *buf)
{
    g_free(buf->data);
    *buf = (struct buf){0};
}

void buf_flush(struct buf *buf, FILE *out)
{
    if (buf->len > 0)
        fwrite(buf->data, 1, buf->len, out);
    buf->len = 0;
}

void buf_uint(struct buf *buf, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    do
        digits[--at] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    buf_bytes(buf, digits + at, sizeof digits - at);
}
