/* ip.c - one IPv4 (RFC 791) or IPv6 (RFC 8200) header with its options or extension headers. */
#include "monitor/net/internal.h"

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

static void address(struct fsc_addr *out, enum fsc_addr_kind kind, const uint8_t *bytes)
{
    *out = (struct fsc_addr){.kind = kind};
    memcpy(out->bytes, bytes, kind == FSC_ADDR_V4 ? 4 : 16);
}

static bool is_extension(uint8_t next)
{
    return next == IPV6_HOP_BY_HOP || next == IPV6_ROUTING || next == IPV6_FRAGMENT || next == IPV6_AUTH ||
           next == IPV6_DEST_OPTIONS || next == IPV6_MOBILITY || next == IPV6_HIP || next == IPV6_SHIM6;
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
        out->first_part = (fragment & 0xfff8) == 0;
        out->fragment = (fragment & 0xfff9) != 0;
    }
    out->protocol = start[0];
    return net_cursor_take(cursor, len - 8, &rest);
}

static enum net_step strip_v4(struct net_cursor *cursor, struct net_ip *out)
{
    size_t whole = cursor->wire;
    const uint8_t *h, *options;
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
    out->first_part = (fragment & 0x1fff) == 0;
    out->fragment = (fragment & 0x3fff) != 0;
    address(&out->from, FSC_ADDR_V4, h + 12);
    address(&out->to, FSC_ADDR_V4, h + 16);
    step = net_cursor_take(cursor, header_len - 20, &options);
    return step == NET_STEP_OK && out->protocol == IPV6_AUTH && out->first_part ? strip_extension(cursor, out) : step;
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
    out->first_part = true;
    address(&out->from, FSC_ADDR_V6, h + 8);
    address(&out->to, FSC_ADDR_V6, h + 24);
    for (int i = 0; i < EXTENSIONS_MAX && out->first_part && is_extension(out->protocol); i++) {
        step = strip_extension(cursor, out);
        if (step != NET_STEP_OK)
            return step;
    }
    return NET_STEP_OK;
}

enum net_step net_ip_strip(struct net_cursor *cursor, struct net_ip *out)
{
    memset(out, 0, sizeof(*out));
    if (cursor->wire == 0)
        return NET_STEP_MALFORMED;
    if (cursor->n == 0)
        return NET_STEP_SHORT;
    switch (cursor->p[0] >> 4) {
    case 4:
        return strip_v4(cursor, out);
    case 6:
        return strip_v6(cursor, out);
    default:
        return NET_STEP_MALFORMED;
    }
}
