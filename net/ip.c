/* ip.c - one IPv4 (RFC 791) or IPv6 (RFC 8200) header with its options or extension headers. */
#include "net/layers.h"

#include <string.h>

enum { EXTENSIONS_MAX = 16 };

enum {
    IPV6_HOP_BY_HOP = 0,
    IPV6_ROUTING = 43,
    IPV6_FRAGMENT = 44,
    IPV6_AUTH = 51,
    IPV6_DEST_OPTIONS = 60,
    IPV6_MOBILITY = 135,
    IPV6_HIP = 139,
    IPV6_SHIM6 = 140
};

enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_ICMPV6 = 58 };

static void address(struct fsc_addr *out, enum fsc_addr_kind kind, const uint8_t *bytes)
{
    *out = (struct fsc_addr){.kind = kind};
    memcpy(out->bytes, bytes, kind == FSC_ADDR_V4 ? 4 : 16);
}

static bool is_extension(const struct net_ip *ip)
{
    switch (ip->protocol) {
    case IPV6_AUTH:
        return true;
    case IPV6_HOP_BY_HOP:
    case IPV6_ROUTING:
    case IPV6_FRAGMENT:
    case IPV6_DEST_OPTIONS:
    case IPV6_MOBILITY:
    case IPV6_HIP:
    case IPV6_SHIM6:
        return ip->from.kind == FSC_ADDR_V6;
    default:
        return false;
    }
}

static size_t extension_len(uint8_t kind, uint8_t len)
{
    if (kind == IPV6_FRAGMENT)
        return 8;
    if (kind == IPV6_AUTH)
        return ((size_t)len + 2) * 4; /* RFC 4302 counts in 32-bit words, unlike the others */
    return ((size_t)len + 1) * 8;
}

static enum net_step strip_extension(struct net_cursor *cursor, struct net_ip *out)
{
    const uint8_t *start, *rest;
    enum net_step step = net_cursor_take(cursor, 8, &start);
    if (step != NET_STEP_OK)
        return step;
    uint8_t kind = out->protocol;
    size_t len = extension_len(kind, start[1]);
    if (kind == IPV6_FRAGMENT) {
        /* RFC 6946: offset 0 without more fragments is a whole datagram. */
        unsigned fragment = net_be16(start + 2);
        out->position = fragment & 0xfff8;
        out->more = (fragment & 1) != 0;
        out->first_part = out->position == 0;
        out->fragment = out->more || out->position != 0;
        out->part_of = net_be32(start + 4);
    }
    out->protocol = start[0];
    return net_cursor_take(cursor, len - 8, &rest);
}

/* Up to the transport header, or to the end of a fragment header: the headers behind it are those of the datagram. */
static enum net_step strip_extensions(struct net_cursor *cursor, struct net_ip *ip)
{
    enum net_step step = NET_STEP_OK;
    for (int i = 0; i < EXTENSIONS_MAX && step == NET_STEP_OK && is_extension(ip); i++) {
        step = strip_extension(cursor, ip);
        if (ip->fragment)
            break;
    }
    return step;
}

static enum net_step strip_v4(struct net_cursor *cursor, struct net_ip *out)
{
    size_t whole = cursor->wire;
    const uint8_t *h;
    enum net_step step = net_cursor_take(cursor, 20, &h);
    if (step != NET_STEP_OK)
        return step;
    size_t header_len = (size_t)(h[0] & 15) * 4;
    size_t total = net_be16(h + 2);
    /* A sender with segmentation offload is captured before the card fills the length in. */
    if (total == 0)
        total = whole;
    if (header_len < 20 || total < header_len)
        return NET_STEP_MALFORMED;
    net_cursor_limit(cursor, total - 20);
    out->id = net_be16(h + 4);
    out->ttl = h[8];
    out->protocol = h[9];
    unsigned fragment = net_be16(h + 6);
    out->position = (uint16_t)((fragment & 0x1fff) * 8);
    out->more = (fragment & 0x2000) != 0;
    out->first_part = out->position == 0;
    out->fragment = out->more || out->position != 0;
    out->part_of = out->id;
    address(&out->from, FSC_ADDR_V4, h + 12);
    address(&out->to, FSC_ADDR_V4, h + 16);
    return net_cursor_skip(cursor, header_len - 20);
}

static enum net_step strip_v6(struct net_cursor *cursor, struct net_ip *out)
{
    const uint8_t *h;
    enum net_step step = net_cursor_take(cursor, 40, &h);
    if (step != NET_STEP_OK)
        return step;
    /* 0: a jumbogram (RFC 2675, "BIG TCP" of Linux) or offload; the frame tells then. */
    size_t len = net_be16(h + 4);
    if (len != 0)
        net_cursor_limit(cursor, len);
    out->id = 0;
    out->ttl = h[7];
    out->protocol = h[6];
    out->position = 0;
    out->more = out->fragment = false;
    out->first_part = true;
    out->part_of = 0;
    address(&out->from, FSC_ADDR_V6, h + 8);
    address(&out->to, FSC_ADDR_V6, h + 24);
    return NET_STEP_OK;
}

static enum net_step strip_header(struct net_cursor *cursor, struct net_ip *out)
{
    const uint8_t *p;
    enum net_step step = net_cursor_peek(cursor, 1, &p);
    if (step != NET_STEP_OK)
        return step;
    if (p[0] >> 4 == 4)
        return strip_v4(cursor, out);
    return p[0] >> 4 == 6 ? strip_v6(cursor, out) : NET_STEP_MALFORMED;
}

static bool is_icmp(const struct net_ip *ip)
{
    return ip->protocol == (ip->from.kind == FSC_ADDR_V6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP);
}

enum net_step net_strip_ip_upper(struct net_walk *walk)
{
    enum net_step step = strip_extensions(&walk->cursor, &walk->ip);
    if (step != NET_STEP_OK)
        return step;
    if (walk->ip.fragment)
        walk->next = NET_LAYER_FRAGMENT;
    else if (walk->ip.protocol == PROTOCOL_TCP)
        walk->next = NET_LAYER_TCP;
    else if (is_icmp(&walk->ip))
        walk->next = NET_LAYER_ICMP;
    else
        net_next_protocol(walk);
    return NET_STEP_OK;
}

enum net_step net_strip_ip(struct net_walk *walk)
{
    enum net_step step = strip_header(&walk->cursor, &walk->ip);
    if (step != NET_STEP_OK)
        return step;
    if (walk->ip.fragment) {
        walk->next = NET_LAYER_FRAGMENT;
        return NET_STEP_OK;
    }
    return net_strip_ip_upper(walk);
}

enum net_step net_strip_quoted(struct net_cursor *cursor, struct net_ip *out)
{
    enum net_step step = strip_header(cursor, out);
    if (step == NET_STEP_OK && out->first_part)
        step = strip_extensions(cursor, out);
    if (step == NET_STEP_OK && out->first_part && out->fragment)
        step = strip_extensions(cursor, out); /* behind the header of a first fragment */
    return step;
}
