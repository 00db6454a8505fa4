/* quantity.h - numbers with units, as options take them. */
#ifndef MONITOR_QUANTITY_H
#define MONITOR_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

enum quantity {
    QUANTITY_NUMBER, /* no unit */
    QUANTITY_MEMORY, /* bytes; k, M, G of 1024 each; a bare number is MiB, as in dumpcap */
    QUANTITY_FILE,   /* the same; a bare number is millions of bytes, as in tcpdump */
    QUANTITY_TIME,   /* seconds; s, m, h, d */
};

/* From `least` to `most`. False: it is no such quantity, and *value stays. */
bool quantity_parse(const char *text, enum quantity quantity, uint64_t least, uint64_t most, uint64_t *value);

#endif
