/*
 * wire.h - Ethernet frames with TCP or UDP in IPv4 or IPv6, with valid checksums. Everything is as seen at the client's
 * side: nothing is lost, and each end has received what the other sent before.
 */
#ifndef GENERATE_WIRE_H
#define GENERATE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "captures/lab/generate/capture.h"
#include "captures/lab/generate/dice.h"

enum side { CLIENT, SERVER };

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

enum { WIRE_MTU = 1500, WIRE_FRAME_MAX = 14 + WIRE_MTU };

/* The two hosts of a conversation. IPv6 addresses are 2001:db8:: with these four bytes at their end. */
struct hosts {
    uint32_t address[2];
    uint8_t ttl[2];
    bool ipv6;
};

/* One TCP connection, or one pair of UDP ports. */
struct link {
    struct hosts hosts;
    uint16_t port[2];
    uint16_t ip_id[2];
    uint32_t next[2]; /* the next sequence number of each side */
    uint32_t clock[2], heard[2];
    bool stamps; /* both ends use the timestamps option */
};

struct wire {
    struct capture *capture;
    uint8_t frame[WIRE_FRAME_MAX];
};

/* A connection between `hosts` that nobody has used yet: numbers and clocks are thrown. */
void link_open(struct link *link, const struct hosts *hosts, uint16_t client_port, uint16_t server_port, bool stamps,
               struct dice *dice);

/* Bytes of payload that fit in a segment without SYN. */
size_t link_segment_max(const struct link *link);

/* Where the payload of the next packet of `link` goes: link_segment_max bytes. Not with SYN. */
uint8_t *wire_payload(struct wire *wire, const struct link *link);

/* Sends what was written there. `behind` bytes of what the peer sent are not acknowledged yet. */
void wire_tcp(struct wire *wire, struct link *link, enum side from, unsigned flags, size_t payload, uint32_t behind,
              uint64_t at_ns);

uint8_t *wire_udp_payload(struct wire *wire, const struct link *link);

void wire_udp(struct wire *wire, struct link *link, enum side from, size_t payload, uint64_t at_ns);

enum { ADDRESS_TEXT_MAX = 46 };

/* Writes the address of a side as text with its end. */
void hosts_text(const struct hosts *hosts, enum side side, char text[ADDRESS_TEXT_MAX]);

#endif
