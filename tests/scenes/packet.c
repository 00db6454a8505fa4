/* packet.c - bytes of single packets (see packet.h). RFC 791, 8200, 9293, 792, 4443. */
#include "tests/scenes/packet.h"

#include <string.h>

enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_ICMPV6 = 58 };

static void put16(uint8_t *p, unsigned value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static void put32(uint8_t *p, uint32_t value)
{
    put16(p, value >> 16);
    put16(p + 2, value & 0xffff);
}

static uint32_t sum_of(const uint8_t *p, size_t n, uint32_t sum)
{
    for (size_t i = 0; i < n; i++)
        sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
    return sum;
}

static unsigned fold(uint32_t sum)
{
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

static size_t addr_len(const struct fsc_addr *a)
{
    return a->kind == FSC_ADDR_V4 ? 4 : 16;
}

static void put_ipv4(uint8_t *ip, unsigned protocol, uint8_t ttl, uint16_t id, size_t total)
{
    ip[0] = 0x45;
    put16(ip + 2, (unsigned)total);
    put16(ip + 4, id);
    ip[6] = 0x40; /* do not fragment */
    ip[8] = ttl;
    ip[9] = (uint8_t)protocol;
    put16(ip + 10, fold(sum_of(ip, 20, 0)));
}

/* An IP packet with room for `body` bytes; the body begins at *at. */
static GByteArray *begin_ip(const struct fsc_addr *from, const struct fsc_addr *to, unsigned protocol, uint8_t ttl,
                            uint16_t id, size_t body, size_t *at)
{
    bool v4 = from->kind == FSC_ADDR_V4;
    GByteArray *packet = g_byte_array_new();

    *at = v4 ? 20 : 40;
    g_byte_array_set_size(packet, (guint)(*at + body));
    memset(packet->data, 0, packet->len);
    memcpy(packet->data + (v4 ? 12 : 8), from->bytes, addr_len(from));
    memcpy(packet->data + (v4 ? 16 : 24), to->bytes, addr_len(to));
    if (v4) {
        put_ipv4(packet->data, protocol, ttl, id, packet->len);
    } else {
        packet->data[0] = 0x60;
        put16(packet->data + 4, (unsigned)body);
        packet->data[6] = (uint8_t)protocol;
        packet->data[7] = ttl;
    }
    return packet;
}

/* The checksum of TCP and ICMPv6 counts addresses, length and protocol too. */
static unsigned transport_sum(const struct fsc_addr *from, const struct fsc_addr *to, unsigned protocol,
                              const uint8_t *body, size_t n)
{
    uint32_t sum = (uint32_t)n + protocol;

    sum = sum_of(from->bytes, addr_len(from), sum);
    sum = sum_of(to->bytes, addr_len(to), sum);
    return fold(sum_of(body, n, sum));
}

GByteArray *packet_tcp(const struct packet_tcp *tcp)
{
    size_t at, body = 20 + tcp->payload.n;
    GByteArray *packet = begin_ip(&tcp->from->addr, &tcp->to->addr, PROTOCOL_TCP, tcp->ttl, tcp->ip_id, body, &at);
    uint8_t *p = packet->data + at;

    put16(p, tcp->from->port);
    put16(p + 2, tcp->to->port);
    put32(p + 4, tcp->seq);
    put32(p + 8, tcp->ack);
    p[12] = 0x50;
    p[13] = tcp->flags;
    put16(p + 14, 64240);
    if (tcp->payload.n > 0)
        memcpy(p + 20, tcp->payload.p, tcp->payload.n);
    put16(p + 16, transport_sum(&tcp->from->addr, &tcp->to->addr, PROTOCOL_TCP, p, body));
    return packet;
}

GByteArray *packet_icmp(const GByteArray *quoted, unsigned type, unsigned code, const struct fsc_addr *from,
                        const struct fsc_addr *to, uint16_t ip_id)
{
    bool v4 = from->kind == FSC_ADDR_V4;
    size_t at, quote = MIN(quoted->len, v4 ? 28u : 60u), body = 8 + quote;
    GByteArray *packet = begin_ip(from, to, v4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6, 60, ip_id, body, &at);
    uint8_t *p = packet->data + at;

    p[0] = (uint8_t)type;
    p[1] = (uint8_t)code;
    memcpy(p + 8, quoted->data, quote);
    put16(p + 2, v4 ? fold(sum_of(p, body, 0)) : transport_sum(from, to, PROTOCOL_ICMPV6, p, body));
    return packet;
}

GByteArray *packet_udp(uint16_t ip_id)
{
    static const struct fsc_addr from = {FSC_ADDR_V4, {192, 0, 2, 250}}, to = {FSC_ADDR_V4, {192, 0, 2, 251}};
    size_t at;
    GByteArray *packet = begin_ip(&from, &to, PROTOCOL_UDP, 64, ip_id, 8, &at);
    uint8_t *p = packet->data + at;

    put16(p, 9);
    put16(p + 2, 9);
    put16(p + 4, 8);
    put16(p + 6, transport_sum(&from, &to, PROTOCOL_UDP, p, 8));
    return packet;
}

void packet_hop(GByteArray *packet)
{
    uint8_t *ip = packet->data;

    if (ip[0] >> 4 == 6) {
        ip[7]--;
        return;
    }
    ip[8]--;
    put16(ip + 10, 0);
    put16(ip + 10, fold(sum_of(ip, 20, 0)));
}
