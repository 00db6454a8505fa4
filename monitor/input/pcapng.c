/* pcapng.c - numbers, options and times of pcapng. */
#include "monitor/input/pcapng.h"

#include <glib.h>

uint16_t pcapng_u16(const uint8_t *p, bool big_endian)
{
    return (uint16_t)(big_endian ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

uint32_t pcapng_u32(const uint8_t *p, bool big_endian)
{
    uint32_t first = pcapng_u16(p, big_endian), second = pcapng_u16(p + 2, big_endian);
    return big_endian ? first << 16 | second : second << 16 | first;
}

uint64_t pcapng_u64(const uint8_t *p, bool big_endian)
{
    uint64_t first = pcapng_u32(p, big_endian), second = pcapng_u32(p + 4, big_endian);
    return big_endian ? first << 32 | second : second << 32 | first;
}

bool pcapng_option_next(struct fsc_span *options, bool big_endian, unsigned *code, struct fsc_span *value)
{
    if (options->n < 4)
        return false;
    *code = pcapng_u16(options->p, big_endian);
    size_t len = pcapng_u16(options->p + 2, big_endian), padded = (len + 3) & ~(size_t)3;
    if (*code == PCAPNG_OPTION_END || len > options->n - 4)
        return false;
    *value = (struct fsc_span){options->p + 4, len};
    size_t step = MIN(4 + padded, options->n);
    options->p += step;
    options->n -= step;
    return true;
}

/* count / unit seconds, the unit being a power of ten or, with the top bit set, of two. */
static void split(uint64_t stamp, uint8_t resolution, uint64_t *seconds, uint64_t *ns)
{
    unsigned exponent = resolution & 0x7f;
    uint64_t unit = 1, rest;

    if (resolution & 0x80) {
        *seconds = exponent < 64 ? stamp >> exponent : 0;
        rest = exponent < 64 ? stamp & ((UINT64_C(1) << exponent) - 1) : stamp;
        /* 34 bits times 10^9 fit in 64. */
        unsigned cut = exponent > 34 ? MIN(exponent - 34, 63) : 0;
        *ns = exponent - cut < 64 ? (rest >> cut) * 1000000000 >> (exponent - cut) : 0;
        return;
    }
    for (unsigned i = 0; i < exponent && i < 19; i++)
        unit *= 10;
    *seconds = exponent <= 19 ? stamp / unit : 0;
    rest = exponent <= 19 ? stamp % unit : 0;
    *ns = unit <= 1000000000 ? rest * (1000000000 / unit) : rest / (unit / 1000000000);
}

int64_t pcapng_time_ns(uint64_t stamp, uint8_t resolution, int64_t offset_s)
{
    const int64_t most_s = PCAPNG_TIME_MAX_S;
    uint64_t seconds, ns;

    split(stamp, resolution, &seconds, &ns);
    int64_t whole = (int64_t)MIN(seconds, (uint64_t)most_s);
    offset_s = CLAMP(offset_s, -most_s, most_s);
    whole = offset_s > most_s - whole ? most_s : whole + offset_s;
    return whole * 1000000000 + (int64_t)ns;
}
