/* pcapng.h - numbers of the pcapng format (draft-ietf-opsawg-pcapng), and its options. */
#ifndef MONITOR_INPUT_PCAPNG_H
#define MONITOR_INPUT_PCAPNG_H

#include "core/ftpscope.h"

enum pcapng_block {
    PCAPNG_INTERFACE = 1,
    PCAPNG_PACKET_OBSOLETE = 2,
    PCAPNG_PACKET_SIMPLE = 3,
    PCAPNG_STATISTICS = 5,
    PCAPNG_PACKET = 6,
    PCAPNG_SECRETS = 10,
    PCAPNG_SECTION = 0x0a0d0d0a,
};

enum { PCAPNG_BYTE_ORDER_MAGIC = 0x1a2b3c4d };

enum pcapng_option {
    PCAPNG_OPTION_END = 0,
    PCAPNG_COMMENT = 1,
    PCAPNG_PACKET_FLAGS = 2,
    PCAPNG_PACKET_ID = 5,
    PCAPNG_SECTION_APPLICATION = 4,
    PCAPNG_INTERFACE_NAME = 2,
    PCAPNG_INTERFACE_RESOLUTION = 9,
    PCAPNG_INTERFACE_OFFSET = 14,
    PCAPNG_STATISTICS_DROPPED = 5,
    PCAPNG_STATISTICS_DROPPED_BY_SYSTEM = 7,
};

/* The option at the front of *options, which moves behind it. False at the end, and where an option would not fit. */
bool pcapng_option_next(struct fsc_span *options, bool big_endian, unsigned *code, struct fsc_span *value);

uint16_t pcapng_u16(const uint8_t *p, bool big_endian);
uint32_t pcapng_u32(const uint8_t *p, bool big_endian);
uint64_t pcapng_u64(const uint8_t *p, bool big_endian);

/* From 1823 to 2116: the difference of any two times fits in 64 bits, whatever a file says. */
#define PCAPNG_TIME_MAX_S INT64_C(4611686017)

/* Nanoseconds of a time stamp: `resolution` is the value of if_tsresol, `offset_s` that of if_tsoffset. What does not
 * fit is the nearest that does. */
int64_t pcapng_time_ns(uint64_t stamp, uint8_t resolution, int64_t offset_s);

#endif
