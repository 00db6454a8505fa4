/* packet.h - bytes of single packets: IPv4 or IPv6 without a link layer, checksums right. */
#ifndef TESTS_PACKET_H
#define TESTS_PACKET_H

#include <glib.h>

#include "core/ftpscope.h"

struct packet_tcp {
    const struct fsc_endpoint *from, *to; /* both of one kind */
    uint32_t seq, ack;
    uint8_t flags, ttl;
    uint16_t ip_id; /* IPv4 */
    struct fsc_span payload;
};

GByteArray *packet_tcp(const struct packet_tcp *tcp);
/* An ICMP or ICMPv6 error that quotes the beginning of `quoted`. */
GByteArray *packet_icmp(const GByteArray *quoted, unsigned type, unsigned code, const struct fsc_addr *from,
                        const struct fsc_addr *to, uint16_t ip_id);
GByteArray *packet_udp(uint16_t ip_id);
void packet_hop(GByteArray *packet); /* one router further: hop limit and checksum */

#endif
