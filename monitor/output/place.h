/* place.h - where a frame is to be found, in words. */
#ifndef MONITOR_OUTPUT_PLACE_H
#define MONITOR_OUTPUT_PLACE_H

#include "monitor/output/wrap.h"
#include "monitor/record.h"

/* "12", or "12 of trace.pcap3" where the reader was told of another file (`shown`) or of none (NULL). What stands in
 * `words` goes before it. */
void place_write(struct wrap *wrap, enum style style, struct buf *words, const struct record_envelope *envelope,
                 uint64_t frame, const char *shown);

#endif
