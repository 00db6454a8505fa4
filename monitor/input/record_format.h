/* record_format.h - what pcap and pcapng have in common: records, one after another, from a byte source. */
#ifndef MONITOR_INPUT_RECORD_FORMAT_H
#define MONITOR_INPUT_RECORD_FORMAT_H

#include "monitor/input/byte_source.h"
#include "monitor/input/capture_file.h"

/* No frame of any network is longer: a record that claims it is damage. USB captures and the jumbo frames that Linux
 * keeps whole inside (BIG TCP, 512 KiB) are shorter. */
enum { RECORD_MAX = 16 << 20 };

struct record_format {
    bool (*begins)(struct fsc_span first); /* four bytes are enough to say no */
    /* NULL when the input does not begin like this format, or, with *why (g_free) set, begins like it and is damaged.
     */
    void *(*open)(struct byte_source *source, char **why);
    /* The source stands behind the record afterwards; `number` is not set. CAPTURE_BROKEN: *why (g_free). */
    enum capture_result (*next)(void *state, struct byte_source *source, struct capture_frame *out, char **why);
    uint64_t (*dropped)(const void *state);
    void (*close)(void *state);
};

extern const struct record_format format_pcap, format_pcapng;

#endif
