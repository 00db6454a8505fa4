/* capture_sort.h - a pcapng file of ours, its packets in order of time. */
#ifndef MONITOR_OUTPUT_CAPTURE_SORT_H
#define MONITOR_OUTPUT_CAPTURE_SORT_H

#include <stdbool.h>

/* Copies the file of capture_writer from `in` (at its beginning) to `out`: first everything but packets, then these.
 * What was broken off at the end is left out. Memory: 24 bytes for each packet. False: errno tells. */
bool capture_sort(int in, int out);

#endif
