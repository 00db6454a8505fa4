/* buf.h - a growable run of bytes that the outputs write into before they hand it to stdio in one piece. */
#ifndef MONITOR_OUTPUT_BUF_H
#define MONITOR_OUTPUT_BUF_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct buf {
    char *data; /* not NUL terminated; NULL while nothing was written */
    size_t len, cap;
};

void buf_grow(struct buf *buf, size_t more); /* ends the program when memory is out, as GLib does */
void buf_free(struct buf *buf);
void buf_flush(struct buf *buf, FILE *out); /* writes and empties; errors stay in `out`, for ferror */
void buf_uint(struct buf *buf, uint64_t value);

static inline void buf_bytes(struct buf *buf, const void *bytes, size_t n)
{
    if (n == 0)
        return;
    if (buf->cap - buf->len < n)
        buf_grow(buf, n);
    memcpy(buf->data + buf->len, bytes, n);
    buf->len += n;
}

static inline void buf_char(struct buf *buf, char c)
{
    if (buf->cap == buf->len)
        buf_grow(buf, 1);
    buf->data[buf->len++] = c;
}

static inline void buf_string(struct buf *buf, const char *text)
{
    buf_bytes(buf, text, strlen(text));
}

#endif
