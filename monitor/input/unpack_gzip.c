/* unpack_gzip.c - gzip (RFC 1952) through zlib. */
#include "monitor/input/unpack.h"

#include <glib.h>
#include <zlib.h>

enum { GZIP_ONLY = 16 }; /* added to the window bits: zlib then wants the header and checks the trailer */

static void *gzip_open(void)
{
    z_stream *z = g_new0(z_stream, 1);

    if (inflateInit2(z, MAX_WBITS + GZIP_ONLY) != Z_OK)
        g_error("zlib cannot start: %s", z->msg != NULL ? z->msg : "no memory");
    return z;
}

static enum unpack_result gzip_run(void *state, struct fsc_span *in, uint8_t *out, size_t cap, size_t *made,
                                   const char **error)
{
    z_stream *z = state;

    z->next_in = (Bytef *)(uintptr_t)in->p; /* zlib's interface is older than its const */
    z->avail_in = (uInt)MIN(in->n, G_MAXUINT);
    z->next_out = out;
    z->avail_out = (uInt)MIN(cap, G_MAXUINT);
    int result = inflate(z, Z_NO_FLUSH);
    *made = (size_t)(z->next_out - out);
    in->n -= (size_t)(z->next_in - in->p);
    in->p = z->next_in;
    if (result == Z_STREAM_END) {
        inflateReset(z);
        return UNPACK_ENDED;
    }
    if (result == Z_OK || result == Z_BUF_ERROR)
        return UNPACK_GOES_ON;
    *error = z->msg != NULL ? z->msg : "damaged";
    return UNPACK_DAMAGED;
}

static void gzip_close(void *state)
{
    inflateEnd(state);
    g_free(state);
}

const struct unpacker unpack_gzip = {"gzip", {0x1f, 0x8b}, 2, gzip_open, gzip_run, gzip_close};
