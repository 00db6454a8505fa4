/* unpack.h - compressed streams: packed bytes in, unpacked bytes out. One table for each format; libraries do the work.
 */
#ifndef MONITOR_INPUT_UNPACK_H
#define MONITOR_INPUT_UNPACK_H

#include "core/ftpscope.h"

enum unpack_result {
    UNPACK_GOES_ON, /* wants more input, or more room */
    UNPACK_ENDED,   /* a member or frame is complete: the input may end here, or another one begins */
    UNPACK_DAMAGED,
};

struct unpacker {
    const char *name;
    uint8_t magic[4];
    size_t magic_len;
    void *(*open)(void);
    /* Takes bytes off the front of *in and writes at most `cap` bytes; *made tells how many. Progress is made unless
     * *in is empty. UNPACK_DAMAGED: *error is a static sentence. */
    enum unpack_result (*run)(void *state, struct fsc_span *in, uint8_t *out, size_t cap, size_t *made,
                              const char **error);
    void (*close)(void *state);
};

/* The format that begins so; NULL when none of ours does. Four bytes are enough. */
const struct unpacker *unpacker_for(struct fsc_span first);

extern const struct unpacker unpack_gzip, unpack_zstd, unpack_lz4;

#endif
