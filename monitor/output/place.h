/* place.h - where a frame is to be found, in words. */
#ifndef MONITOR_OUTPUT_PLACE_H
#define MONITOR_OUTPUT_PLACE_H

#include "monitor/output/wrap.h"
#include "monitor/record.h"

/* "12", or "12 of trace.pcap3" where the reader was told of another file (`shown`) or of none (NULL). Adds to `words`,
 * which the caller writes; a file name is the wire's, so with one all of it goes to `wrap`, in `style`. */
void place_write(struct wrap *wrap, enum style style, struct buf *words, const struct record_envelope *envelope,
                 uint64_t frame, const char *shown);

#endif
