#include "monitor/output/byte_sink.h"

static void write_to_file(void *state, const char *bytes, size_t n)
{
    (void)fwrite(bytes, 1, n, state);
}

struct byte_sink byte_sink_of_file(FILE *out)
{
    return (struct byte_sink){write_to_file, out};
}
