/* unpack_zstd.c - Zstandard (RFC 8878) through libzstd. Its own limit on the window, 128 MiB, bounds the memory. */
#include "monitor/input/unpack.h"

#include <glib.h>
#include <zstd.h>
#include <zstd_errors.h>

static void *zstd_open(void)
{
    ZSTD_DStream *stream = ZSTD_createDStream();

    if (stream == NULL)
        g_error("libzstd cannot start: no memory");
    return stream;
}

static enum unpack_result zstd_run(void *state, struct fsc_span *in, uint8_t *out, size_t cap, size_t *made,
                                   const char **error)
{
    ZSTD_inBuffer input = {in->p, in->n, 0};
    ZSTD_outBuffer output = {out, cap, 0};
    size_t result = ZSTD_decompressStream(state, &output, &input);

    *made = output.pos;
    in->p += input.pos;
    in->n -= input.pos;
    if (ZSTD_isError(result)) {
        bool large = ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge;
        *error = large ? "its window is larger than 128 MiB: unpack it first (zstd -d --long=31)"
                       : ZSTD_getErrorName(result);
        return UNPACK_DAMAGED;
    }
    return result == 0 ? UNPACK_ENDED : UNPACK_GOES_ON;
}

static void zstd_close(void *state)
{
    ZSTD_freeDStream(state);
}

const struct unpacker unpack_zstd = {"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, zstd_open, zstd_run, zstd_close};
