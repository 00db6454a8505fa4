/* segment.c - see segment.h. */
#include "plugin/segment.h"

enum { HEADER_LEAST = 20, SEQUENCE = 4, OFFSET = 12, FLAGS = 13 };

bool segment_read(tvbuff_t *tvb, struct segment *segment)
{
    guint captured = tvb_captured_length(tvb);

    if (captured < HEADER_LEAST)
        return false;
    const uint8_t *header = tvb_get_ptr(tvb, 0, HEADER_LEAST);
    segment->seq = (uint32_t)header[SEQUENCE] << 24 | (uint32_t)header[SEQUENCE + 1] << 16 |
                   (uint32_t)header[SEQUENCE + 2] << 8 | header[SEQUENCE + 3];
    segment->flags = header[FLAGS];
    segment->header = (header[OFFSET] >> 4) * 4u;
    if (segment->header < HEADER_LEAST || segment->header > captured)
        return false;
    segment->captured = captured - segment->header;
    segment->reported = tvb_reported_length(tvb) - segment->header;
    return true;
}
