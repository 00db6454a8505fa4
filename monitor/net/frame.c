/* frame.c - one captured frame to struct net_packet. Checksums are never looked at: offload leaves them wrong. */
#include "monitor/net/internal.h"

#include <string.h>

enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_ICMPV6 = 58 };

static enum net_kind kind_of(enum net_step step)
{
    return step == NET_STEP_SHORT ? NET_KIND_SHORT : NET_KIND_MALFORMED;
}

/* FNV-1a, 32 bits. Only tells copies of one packet from other packets of its flow, within milliseconds. */
static uint32_t hash_bytes(uint32_t hash, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ p[i]) * UINT32_C(16777619);
    return hash;
}

/* Everything of the TCP header but the checksum, which a router or a card that offloads may fill in between two copies.
 */
static uint32_t header_hash(const uint8_t *header, struct fsc_span options, const struct net_packet *packet)
{
    uint8_t extra[6] = {(uint8_t)(packet->ip_id >> 8),        (uint8_t)packet->ip_id,
                        (uint8_t)(packet->payload_len >> 24), (uint8_t)(packet->payload_len >> 16),
                        (uint8_t)(packet->payload_len >> 8),  (uint8_t)packet->payload_len};
    uint32_t hash = hash_bytes(UINT32_C(2166136261), header, 16);
    hash = hash_bytes(hash, header + 18, 2);
    hash = hash_bytes(hash, options.p, options.n);
    return hash_bytes(hash, extra, sizeof(extra));
}

static enum net_kind decode_tcp(struct net_cursor *cursor, struct net_packet *out)
{
    const uint8_t *h;
    enum net_step step = net_cursor_take(cursor, 20, &h);
    if (step != NET_STEP_OK)
        return kind_of(step);
    size_t options_len = (size_t)(h[12] >> 4) * 4;
    if (options_len < 20 || options_len - 20 > cursor->wire)
        return NET_KIND_MALFORMED;
    options_len -= 20;
    /* Options cut by the snap length do not matter: the lengths are known without them. */
    struct fsc_span options = {cursor->p, cursor->n < options_len ? cursor->n : options_len};
    size_t payload_len = cursor->wire - options_len;
    out->from.port = net_be16(h);
    out->to.port = net_be16(h + 2);
    out->seq = net_be32(h + 4);
    out->ack = net_be32(h + 8);
    out->flags = h[13] & (NET_FIN | NET_SYN | NET_RST | NET_PSH | NET_ACK | NET_URG);
    out->window = net_be16(h + 14);
    out->payload.p = cursor->p + options.n;
    out->payload.n = cursor->n - options.n;
    out->payload_len = payload_len > UINT32_MAX ? UINT32_MAX : (uint32_t)payload_len;
    out->header_hash = header_hash(h, options, out);
    return NET_KIND_TCP;
}

/* Errors only: a redirect or a source quench does not end a connection attempt. */
static bool is_icmp_error(bool v6, uint8_t type)
{
    return v6 ? type >= 1 && type <= 4 : type == 3 || type == 11 || type == 12;
}

/* The quotation is a datagram cut anywhere; 8 bytes of TCP (ports and sequence number) are all that RFC 792 promises.
 */
static enum net_kind decode_icmp(struct net_cursor *cursor, const struct net_ip *outer, struct net_packet *out)
{
    const uint8_t *h, *tcp;
    enum net_step step = net_cursor_take(cursor, 8, &h);
    if (step != NET_STEP_OK)
        return kind_of(step);
    bool v6 = outer->protocol == PROTOCOL_ICMPV6;
    if (!is_icmp_error(v6, h[0]))
        return NET_KIND_OTHER;
    struct net_ip quoted;
    step = net_ip_strip(cursor, &quoted);
    if (step != NET_STEP_OK)
        return kind_of(step);
    if (quoted.protocol != PROTOCOL_TCP || !quoted.first_part)
        return NET_KIND_OTHER;
    step = net_cursor_take(cursor, 8, &tcp);
    if (step != NET_STEP_OK)
        return kind_of(step);
    out->from = (struct fsc_endpoint){quoted.from, net_be16(tcp)};
    out->to = (struct fsc_endpoint){quoted.to, net_be16(tcp + 2)};
    out->seq = net_be32(tcp + 4);
    out->icmp_type = h[0];
    out->icmp_code = h[1];
    out->icmp_v6 = v6;
    out->icmp_from = outer->from;
    return NET_KIND_ICMP;
}

static enum net_kind decode_ip(struct net_cursor *cursor, struct net_packet *out)
{
    struct net_ip ip;
    enum net_step step = net_ip_strip(cursor, &ip);
    out->from.addr = ip.from;
    out->to.addr = ip.to;
    out->ttl = ip.ttl;
    out->ip_id = ip.id;
    if (step != NET_STEP_OK)
        return kind_of(step);
    if (ip.fragment)
        return NET_KIND_FRAGMENT;
    bool v6 = ip.from.kind == FSC_ADDR_V6;
    if (ip.protocol == PROTOCOL_TCP)
        return decode_tcp(cursor, out);
    if (ip.protocol == (v6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP))
        return decode_icmp(cursor, &ip, out);
    return NET_KIND_OTHER;
}

void net_frame_decode(int linktype, struct fsc_span captured, size_t wire_len, struct net_packet *out)
{
    memset(out, 0, sizeof(*out));
    /* Files exist whose wire length is smaller than what they hold. */
    struct net_cursor cursor = {captured.p, captured.n, wire_len > captured.n ? wire_len : captured.n};
    bool is_ip;
    enum net_step step = net_link_strip(linktype, &cursor, &is_ip);
    if (step != NET_STEP_OK)
        out->kind = kind_of(step);
    else if (is_ip)
        out->kind = decode_ip(&cursor, out);
}
