/*
 * rotating_names.h - the names of rotated files, as tcpdump makes them:
 *
 *   name with %...        strftime with the local time when the file begins, when it is rotated by time
 *   name, name1, name2    when a name would come again, and for every further file without a %
 *   name00 ... name23     a ring of files by size (24 of them): padded to sort, and begun again from the first
 */
#ifndef MONITOR_OUTPUT_ROTATING_NAMES_H
#define MONITOR_OUTPUT_ROTATING_NAMES_H

#include <stdbool.h>
#include <stdint.h>

struct rotating_names {
    const char *base; /* borrowed */
    bool by_time;     /* it holds a %, and files are rotated by time */
    unsigned ring;    /* files of a ring that is numbered; 0: none */
    uint64_t serial;
    char *before; /* the name before, without its number */
};

/* The next name (g_free). */
char *rotating_names_next(struct rotating_names *names, int64_t now_ns);
void rotating_names_free(struct rotating_names *names);

#endif
