/* byte_source.h - the bytes of a file or of standard input, unpacked where they are compressed, looked at in place. */
#ifndef MONITOR_INPUT_BYTE_SOURCE_H
#define MONITOR_INPUT_BYTE_SOURCE_H

#include "core/ftpscope.h"

struct byte_source;

/* For those who have other things to do until a stream has more: called before every read(2). True: `descriptor` can be
 * read without blocking. False: enough, the input ends here. */
struct byte_wait {
    bool (*readable)(void *state, int descriptor);
    void *state;
};

/* "-" is standard input. NULL when it cannot be opened; *message (g_free) then says why. `wait` is copied; NULL:
 * reading blocks. */
struct byte_source *byte_source_open(const char *path, const struct byte_wait *wait, char **message);

/* The next bytes, `n` of them; fewer only where the input ends or is broken (see byte_source_error). Valid until the
 * next call. Blocks only as long as `n` bytes are not there: what a pipe has is given at once. */
struct fsc_span byte_source_peek(struct byte_source *source, size_t n);

/* Steps over `n` bytes, which may be more than were looked at. False: the input ended before. */
bool byte_source_skip(struct byte_source *source, uint64_t n);

/* How many bytes were stepped over: the offset in the file, or in what it unpacks to. */
uint64_t byte_source_offset(const struct byte_source *source);

/* "gzip", "zstd" or "lz4"; NULL: not compressed. */
const char *byte_source_compression(const struct byte_source *source);

/* Why there is less than asked for: NULL when the input simply ended. */
const char *byte_source_error(const struct byte_source *source);

/* The input did not end by itself: byte_wait said so. */
bool byte_source_stopped(const struct byte_source *source);

/* True when it can be opened again and gives the same bytes: a regular file. */
bool byte_source_is_file(const struct byte_source *source);

void byte_source_close(struct byte_source **source);

#endif
