/* capture.c - heads and records of both formats. */
#include "captures/lab/generate/capture.h"

enum { ETHERNET = 1, NANOSECONDS = 9, SECOND = 1000000000 };

static void put16(uint8_t *p, unsigned value)
{
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *p, uint32_t value)
{
    put16(p, value & 0xffff);
    put16(p + 2, value >> 16);
}

static void pcap_head(struct capture *capture)
{
    uint8_t head[24] = {0};

    put32(head, 0xa1b23c4d);
    put16(head + 4, 2);
    put16(head + 6, 4);
    put32(head + 16, capture->config.snaplen);
    put32(head + 20, ETHERNET);
    fwrite(head, 1, sizeof(head), capture->out);
}

static void pcapng_head(struct capture *capture)
{
    uint8_t section[28] = {0}, interface[32] = {0};

    put32(section, 0x0a0d0d0a);
    put32(section + 4, sizeof(section));
    put32(section + 8, 0x1a2b3c4d);
    put16(section + 12, 1);
    put32(section + 16, UINT32_MAX); /* the section's length: not told */
    put32(section + 20, UINT32_MAX);
    put32(section + 24, sizeof(section));
    fwrite(section, 1, sizeof(section), capture->out);
    put32(interface, 1);
    put32(interface + 4, sizeof(interface));
    put16(interface + 8, ETHERNET);
    put32(interface + 12, capture->config.snaplen);
    put16(interface + 16, 9); /* if_tsresol, of one byte; then the end of the options */
    put16(interface + 18, 1);
    interface[20] = NANOSECONDS;
    put32(interface + 28, sizeof(interface));
    fwrite(interface, 1, sizeof(interface), capture->out);
}

void capture_begin(struct capture *capture, FILE *out, const struct capture_config *config)
{
    *capture = (struct capture){.out = out, .config = *config};
    if (config->pcapng)
        pcapng_head(capture);
    else
        pcap_head(capture);
}

static void pcap_record(struct capture *capture, const uint8_t *frame, uint32_t kept, uint32_t n, uint64_t time_ns)
{
    uint8_t head[16];

    put32(head, (uint32_t)(time_ns / SECOND));
    put32(head + 4, (uint32_t)(time_ns % SECOND));
    put32(head + 8, kept);
    put32(head + 12, n);
    fwrite(head, 1, sizeof(head), capture->out);
    fwrite(frame, 1, kept, capture->out);
}

static void pcapng_record(struct capture *capture, const uint8_t *frame, uint32_t kept, uint32_t n, uint64_t time_ns)
{
    static const uint8_t zeros[4];
    uint8_t head[28] = {6}, tail[4];
    uint32_t pad = (4 - kept % 4) % 4, total = 32 + kept + pad;

    put32(head + 4, total);
    put32(head + 12, (uint32_t)(time_ns >> 32));
    put32(head + 16, (uint32_t)time_ns);
    put32(head + 20, kept);
    put32(head + 24, n);
    put32(tail, total);
    fwrite(head, 1, sizeof(head), capture->out);
    fwrite(frame, 1, kept, capture->out);
    fwrite(zeros, 1, pad, capture->out);
    fwrite(tail, 1, sizeof(tail), capture->out);
}

/* When the packet of this number goes at an even pace; whole seconds apart, so that nothing overflows in a long run. */
static uint64_t even_ns(uint64_t packets, uint32_t rate)
{
    return packets / rate * SECOND + packets % rate * SECOND / rate;
}

void capture_frame(struct capture *capture, const uint8_t *frame, size_t n, uint64_t at_ns)
{
    const struct capture_config *config = &capture->config;
    uint32_t kept = n < config->snaplen ? (uint32_t)n : config->snaplen;
    uint64_t time_ns = config->begin_ns + (config->rate > 0 ? even_ns(capture->packets, config->rate) : at_ns);

    if (config->pcapng)
        pcapng_record(capture, frame, kept, (uint32_t)n, time_ns);
    else
        pcap_record(capture, frame, kept, (uint32_t)n, time_ns);
    capture->packets++;
}
