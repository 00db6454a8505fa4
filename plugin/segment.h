/* segment.h - the header of a TCP segment as it stands in the packet, for what TCP does not hand on. */
#ifndef FTPSCOPE_PLUGIN_SEGMENT_H
#define FTPSCOPE_PLUGIN_SEGMENT_H

#include "plugin/compat.h"

enum { SEGMENT_FIN = 1, SEGMENT_SYN = 2 };

struct segment {
    uint32_t seq;
    uint8_t flags;
    guint header;             /* bytes; the payload begins behind them */
    guint captured, reported; /* bytes of payload: in the capture, and on the wire */
};

/* False: the header is not whole in the capture. */
bool segment_read(tvbuff_t *tvb, struct segment *segment);

#endif
