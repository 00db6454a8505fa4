/* place.h - where frames are to be found, in words. */
#ifndef MONITOR_OUTPUT_PLACE_H
#define MONITOR_OUTPUT_PLACE_H

#include "monitor/output/wrap.h"
#include "pipeline/record.h"

/* "12, 14", or "12, 14 of trace.pcap3; 2 of trace.pcap4" where the reader was told of another file (`shown`) or of none
 * (NULL); `between` stands between two frames of one file. Adds to `words`, which the caller writes; where a file is
 * named, all of it goes to `wrap`, in `style`, for names may hold anything. */
void place_write(struct wrap *wrap, enum style style, struct buf *words, const struct record_envelope *envelope,
                 const uint64_t *frames, size_t count, const char *between, const char *shown);

#endif
