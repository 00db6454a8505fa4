/* byte_sink.h - where an output puts its records: each in one call, whole. */
#ifndef MONITOR_OUTPUT_BYTE_SINK_H
#define MONITOR_OUTPUT_BYTE_SINK_H

#include <stddef.h>
#include <stdio.h>

struct byte_sink {
    void (*write)(void *state, const char *bytes, size_t n); /* `bytes` are valid during the call */
    void *state;
};

struct byte_sink byte_sink_of_file(FILE *out); /* errors stay in `out`, for ferror */

#endif
