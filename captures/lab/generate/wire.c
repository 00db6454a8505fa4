/* wire.c - headers and checksums. RFC 791, 8200, 9293, 7323, 768. */
#include "captures/lab/generate/wire.h"

#include <arpa/inet.h>
#include <string.h>

enum { ETHERNET = 14, IPV4 = 20, IPV6 = 40, TCP = 20, UDP = 8, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };
enum { STAMPS = 12 /* two NOPs and the timestamps option */, SYN_STAMPS = 20, SYN_BARE = 12 };
enum { WINDOW_SYN = 64240, WINDOW = 502 /* shifted by 7: as much as in the SYN */, WINDOW_SHIFT = 7 };

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

/* ---- checksums: in the order of the machine, which comes out right (RFC 1071) ---- */

static uint64_t sum(const uint8_t *p, size_t n, uint64_t total)
{
    uint32_t word;

    for (; n >= sizeof(word); p += sizeof(word), n -= sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        total += word;
    }
    word = 0;
    memcpy(&word, p, n);
    return total + word;
}

static void put_sum(uint8_t *p, uint64_t total)
{
    while (total >> 16 != 0)
        total = (total & 0xffff) + (total >> 16);
    uint16_t complement = (uint16_t)~total;
    memcpy(p, &complement, sizeof(complement));
}

/* Addresses, protocol and length count in the checksums of TCP and UDP. The addresses stand right before `transport`.
 */
static uint64_t transport_sum(const struct link *link, const uint8_t *transport, unsigned protocol, size_t n)
{
    size_t addresses = link->hosts.ipv6 ? 32 : 8;
    uint8_t rest[4];

    put16(rest, protocol);
    put16(rest + 2, (unsigned)n);
    return sum(transport, n, sum(transport - addresses, addresses, sum(rest, sizeof(rest), 0)));
}

/* ---- below TCP ---- */

static size_t ip_len(const struct link *link)
{
    return link->hosts.ipv6 ? IPV6 : IPV4;
}

static void put_ethernet(uint8_t *p, bool ipv6, enum side from)
{
    static const uint8_t client[6] = {2, 0, 0, 0, 0, 0x10}, router[6] = {2, 0, 0, 0, 0, 1};

    memcpy(p, from == CLIENT ? router : client, 6);
    memcpy(p + 6, from == CLIENT ? client : router, 6);
    put16(p + 12, ipv6 ? 0x86dd : 0x0800);
}

static void put_ipv4(uint8_t *p, struct link *link, enum side from, unsigned protocol, size_t body)
{
    memset(p, 0, IPV4);
    p[0] = 0x45;
    put16(p + 2, (unsigned)(IPV4 + body));
    put16(p + 4, link->ip_id[from]++);
    p[6] = 0x40; /* do not fragment */
    p[8] = link->hosts.ttl[from];
    p[9] = (uint8_t)protocol;
    put32(p + 12, link->hosts.address[from]);
    put32(p + 16, link->hosts.address[1 - from]);
    put_sum(p + 10, sum(p, IPV4, 0));
}

static void put_address6(uint8_t *p, uint32_t address)
{
    static const uint8_t prefix[12] = {0x20, 0x01, 0x0d, 0xb8};

    memcpy(p, prefix, sizeof(prefix));
    put32(p + sizeof(prefix), address);
}

static void put_ipv6(uint8_t *p, const struct link *link, enum side from, unsigned protocol, size_t body)
{
    put32(p, 0x60000000u | (link->clock[from] & 0xfffff)); /* the flow label: any constant */
    put16(p + 4, (unsigned)body);
    p[6] = (uint8_t)protocol;
    p[7] = link->hosts.ttl[from];
    put_address6(p + 8, link->hosts.address[from]);
    put_address6(p + 24, link->hosts.address[1 - from]);
}

static uint8_t *begin(struct wire *wire, struct link *link, enum side from, unsigned protocol, size_t body)
{
    uint8_t *ip = wire->frame + ETHERNET;

    put_ethernet(wire->frame, link->hosts.ipv6, from);
    if (link->hosts.ipv6)
        put_ipv6(ip, link, from, protocol, body);
    else
        put_ipv4(ip, link, from, protocol, body);
    return ip + ip_len(link);
}

/* ---- TCP ---- */

void link_open(struct link *link, const struct hosts *hosts, uint16_t client_port, uint16_t server_port, bool stamps,
               struct dice *dice)
{
    uint64_t ids = dice_roll(dice), numbers = dice_roll(dice), clocks = dice_roll(dice);

    *link = (struct link){.hosts = *hosts, .port = {client_port, server_port}, .stamps = stamps};
    for (unsigned side = CLIENT; side <= SERVER; side++) {
        link->ip_id[side] = (uint16_t)(ids >> 16 * side);
        link->next[side] = (uint32_t)(numbers >> 32 * side);
        link->clock[side] = (uint32_t)(clocks >> 32 * side);
    }
    /* One connection in 16 begins a few bytes before the numbers wrap, on both sides. */
    if (ids >> 60 == 0) {
        link->next[CLIENT] |= 0xffffff00;
        link->next[SERVER] |= 0xfffffe00;
    }
}

static size_t options_len(const struct link *link, unsigned flags)
{
    if ((flags & TCP_SYN) != 0)
        return link->stamps ? SYN_STAMPS : SYN_BARE;
    return link->stamps && (flags & TCP_RST) == 0 ? STAMPS : 0;
}

static void put_stamps(uint8_t *p, struct link *link, enum side from, unsigned flags, uint64_t at_ns)
{
    uint32_t now = link->clock[from] + (uint32_t)(at_ns / 1000000);

    p[0] = 8;
    p[1] = 10;
    put32(p + 2, now);
    put32(p + 6, (flags & TCP_ACK) != 0 ? link->heard[from] : 0);
    link->heard[1 - from] = now;
}

static void put_syn_options(uint8_t *p, struct link *link, enum side from, unsigned flags, uint64_t at_ns)
{
    p[0] = 2; /* maximum segment size */
    p[1] = 4;
    put16(p + 2, (unsigned)(WIRE_MTU - ip_len(link) - TCP));
    p[4] = 4; /* selective acknowledgements */
    p[5] = 2;
    p += 6;
    if (link->stamps) {
        put_stamps(p, link, from, flags, at_ns);
        p += 10;
    } else {
        p[0] = p[1] = 1; /* no operation */
        p += 2;
    }
    p[0] = 1;
    p[1] = 3; /* window scale */
    p[2] = 3;
    p[3] = WINDOW_SHIFT;
}

size_t link_segment_max(const struct link *link)
{
    return WIRE_MTU - ip_len(link) - TCP - options_len(link, 0);
}

uint8_t *wire_payload(struct wire *wire, const struct link *link)
{
    return wire->frame + ETHERNET + ip_len(link) + TCP + options_len(link, 0);
}

void wire_tcp(struct wire *wire, struct link *link, enum side from, unsigned flags, size_t payload, uint32_t behind,
              uint64_t at_ns)
{
    size_t options = options_len(link, flags), n = TCP + options + payload;
    uint8_t *p = begin(wire, link, from, PROTOCOL_TCP, n);

    put16(p, link->port[from]);
    put16(p + 2, link->port[1 - from]);
    put32(p + 4, link->next[from]);
    put32(p + 8, (flags & TCP_ACK) != 0 ? link->next[1 - from] - behind : 0);
    p[12] = (uint8_t)((TCP + options) / 4 << 4);
    p[13] = (uint8_t)flags;
    put16(p + 14, (flags & TCP_RST) != 0 ? 0 : (flags & TCP_SYN) != 0 ? WINDOW_SYN : WINDOW);
    put32(p + 16, 0);
    if ((flags & TCP_SYN) != 0) {
        put_syn_options(p + TCP, link, from, flags, at_ns);
    } else if (options > 0) {
        p[TCP] = p[TCP + 1] = 1;
        put_stamps(p + TCP + 2, link, from, flags, at_ns);
    }
    put_sum(p + 16, transport_sum(link, p, PROTOCOL_TCP, n));
    capture_frame(wire->capture, wire->frame, (size_t)(p - wire->frame) + n, at_ns);
    link->next[from] += (uint32_t)payload + ((flags & (TCP_SYN | TCP_FIN)) != 0 ? 1 : 0);
}

/* ---- UDP ---- */

uint8_t *wire_udp_payload(struct wire *wire, const struct link *link)
{
    return wire->frame + ETHERNET + ip_len(link) + UDP;
}

void wire_udp(struct wire *wire, struct link *link, enum side from, size_t payload, uint64_t at_ns)
{
    size_t n = UDP + payload;
    uint8_t *p = begin(wire, link, from, PROTOCOL_UDP, n);

    put16(p, link->port[from]);
    put16(p + 2, link->port[1 - from]);
    put16(p + 4, (unsigned)n);
    put16(p + 6, 0);
    put_sum(p + 6, transport_sum(link, p, PROTOCOL_UDP, n));
    if (p[6] == 0 && p[7] == 0)
        put16(p + 6, 0xffff); /* none would mean that there is no checksum */
    capture_frame(wire->capture, wire->frame, (size_t)(p - wire->frame) + n, at_ns);
}

void hosts_text(const struct hosts *hosts, enum side side, char text[ADDRESS_TEXT_MAX])
{
    uint8_t address[16];

    if (hosts->ipv6)
        put_address6(address, hosts->address[side]);
    else
        put32(address, hosts->address[side]);
    inet_ntop(hosts->ipv6 ? AF_INET6 : AF_INET, address, text, ADDRESS_TEXT_MAX);
}
