/* unpack_lz4.c - the frame format of LZ4 through liblz4. */
#include "monitor/input/unpack.h"

#include <glib.h>
#include <lz4frame.h>

static void *lz4_open(void)
{
    LZ4F_dctx *context = NULL;

    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
        g_error("liblz4 cannot start: no memory");
    return context;
}

static enum unpack_result lz4_run(void *state, struct fsc_span *in, uint8_t *out, size_t cap, size_t *made,
                                  const char **error)
{
    size_t taken = in->n;

    *made = cap;
    size_t result = LZ4F_decompress(state, out, made, in->p, &taken, NULL);
    if (LZ4F_isError(result)) {
        *made = 0;
        *error = LZ4F_getErrorName(result);
        return UNPACK_DAMAGED;
    }
    in->p += taken;
    in->n -= taken;
    return result == 0 ? UNPACK_ENDED : UNPACK_GOES_ON;
}

static void lz4_close(void *state)
{
    LZ4F_freeDecompressionContext(state);
}

const struct unpacker unpack_lz4 = {"lz4", {0x04, 0x22, 0x4d, 0x18}, 4, lz4_open, lz4_run, lz4_close};
