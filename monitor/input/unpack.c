/* unpack.c - which format is it? */
#include "monitor/input/unpack.h"

#include <glib.h>
#include <string.h>

const struct unpacker *unpacker_for(struct fsc_span first)
{
    static const struct unpacker *const all[] = {&unpack_gzip, &unpack_zstd, &unpack_lz4};

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        if (first.n >= all[i]->magic_len && memcmp(first.p, all[i]->magic, all[i]->magic_len) == 0)
            return all[i];
    return NULL;
}
