/* capture.h - the capture file: pcap or pcapng, nanoseconds, Ethernet, little-endian whatever the machine. */
#ifndef GENERATE_CAPTURE_H
#define GENERATE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct capture_config {
    bool pcapng;
    uint32_t snaplen;
    uint64_t begin_ns; /* time of day of the time 0 of the run */
    uint32_t rate;     /* packets per second, evenly spaced; 0: at their own times */
};

struct capture {
    FILE *out;
    struct capture_config config;
    uint64_t packets;
};

/* Writes the head of the file. `out` stays the caller's, and keeps the errors until its end. */
void capture_begin(struct capture *capture, FILE *out, const struct capture_config *config);

/* `frame` was on the wire `at_ns` after the begin of the run; not before the one before it. */
void capture_frame(struct capture *capture, const uint8_t *frame, size_t n, uint64_t at_ns);

#endif
