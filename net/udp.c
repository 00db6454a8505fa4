/* udp.c - tunnels in UDP. A port says little: only a header that is exactly right is a tunnel, all else is other. */
#include "net/layers.h"

enum {
    PORT_L2TP = 1701,
    PORT_GTP_U = 2152,
    PORT_TEREDO = 3544,
    PORT_LISP = 4341,
    PORT_ESP = 4500,
    PORT_VXLAN = 4789,
    PORT_VXLAN_GPE = 4790,
    PORT_GENEVE = 6081,
    PORT_MPLS = 6635,
    PORT_VXLAN_LINUX = 8472, /* from before VXLAN had a number; still the default of the kernel */
    PORT_TZSP = 37008
};

/* RFC 7348; with the first bit, reserved bytes are those of a group policy. Other reserved bits are to be ignored: then
 * the frame must tell, for a port alone says little. */
static enum net_step strip_vxlan(struct net_walk *walk)
{
    enum { POLICY = 0x80, NETWORK_VALID = 0x08 };
    const uint8_t *h;
    enum net_step step = net_cursor_take(&walk->cursor, 8, &h);
    if (step != NET_STEP_OK || (h[0] & NETWORK_VALID) == 0)
        return step;
    bool policy = h[0] == (POLICY | NETWORK_VALID);
    bool plain = h[0] == NETWORK_VALID && h[1] == 0 && h[2] == 0 && h[3] == 0;
    if (((plain || policy) && h[7] == 0) || net_looks_like_ethernet(walk->cursor, 0))
        walk->next = NET_LAYER_ETHERNET;
    else if (walk->cursor.n < NET_ETHERNET_TELLING)
        return walk->cursor.wire < NET_ETHERNET_TELLING ? NET_STEP_OK : NET_STEP_SHORT;
    return NET_STEP_OK;
}

static enum net_step strip_vxlan_gpe(struct net_walk *walk)
{
    enum { NETWORK_VALID = 0x08, PROTOCOL = 0x04 };
    const uint8_t *h;
    enum net_step step = net_cursor_take(&walk->cursor, 8, &h);
    if (step != NET_STEP_OK || (h[0] & ~PROTOCOL) != NETWORK_VALID || h[1] != 0 || h[2] != 0 || h[7] != 0)
        return step;
    walk->next = NET_LAYER_ETHERNET;
    if ((h[0] & PROTOCOL) != 0)
        net_next_nsh(walk, h[3]);
    return NET_STEP_OK;
}

/* RFC 8926. The protocol is known or it is no tunnel; reserved bits are ignored. */
static enum net_step strip_geneve(struct net_walk *walk)
{
    const uint8_t *h;
    enum net_step step = net_cursor_take(&walk->cursor, 8, &h);
    if (step != NET_STEP_OK || h[0] >> 6 != 0)
        return step;
    net_next_ethertype(walk, net_be16(h + 2));
    if (walk->next == NET_LAYER_LLC || walk->next == NET_LAYER_UNREAD)
        walk->next = NET_LAYER_OTHER;
    return net_cursor_skip(&walk->cursor, (size_t)(h[0] & 0x3f) * 4);
}

/* What MikroTik routers and access points stream. */
static enum net_step strip_tzsp(struct net_walk *walk)
{
    enum { VERSION = 1, RECEIVED = 0, ETHERNET = 1, WLAN = 18, TAG_PADDING = 0, TAG_END = 1 };
    const uint8_t *h, *tag, *len;
    enum net_step step = net_cursor_take(&walk->cursor, 4, &h);
    if (step != NET_STEP_OK || h[0] != VERSION || h[1] != RECEIVED)
        return step;
    unsigned encapsulation = net_be16(h + 2);
    if (encapsulation != ETHERNET && encapsulation != WLAN)
        return step;
    do {
        step = net_cursor_take(&walk->cursor, 1, &tag);
        if (step == NET_STEP_OK && tag[0] != TAG_PADDING && tag[0] != TAG_END) {
            step = net_cursor_take(&walk->cursor, 1, &len);
            if (step == NET_STEP_OK)
                step = net_cursor_skip(&walk->cursor, len[0]);
        }
    } while (step == NET_STEP_OK && tag[0] != TAG_END);
    walk->next = encapsulation == ETHERNET ? NET_LAYER_ETHERNET : NET_LAYER_WLAN;
    return step;
}

/* 3GPP TS 29.281 section 5.2: each extension gives its length in units of four bytes, and the type of the next. */
static enum net_step strip_gtp_extensions(struct net_walk *walk)
{
    const uint8_t *p;
    enum net_step step = net_cursor_take(&walk->cursor, 4, &p);
    uint8_t type = step == NET_STEP_OK ? p[3] : 0;
    while (step == NET_STEP_OK && type != 0) {
        step = net_cursor_peek(&walk->cursor, 1, &p);
        if (step != NET_STEP_OK)
            break;
        size_t len = (size_t)p[0] * 4;
        if (len == 0)
            return NET_STEP_MALFORMED;
        step = net_cursor_take(&walk->cursor, len, &p);
        if (step == NET_STEP_OK)
            type = p[len - 1];
    }
    return step;
}

static enum net_step strip_gtp(struct net_walk *walk)
{
    enum { VERSION_1 = 0x30, SPARE = 0x08, OPTIONS = 0x07, EXTENSIONS = 0x04, PACKET = 255 };
    const uint8_t *h;
    enum net_step step = net_cursor_take(&walk->cursor, 8, &h);
    if (step != NET_STEP_OK || (h[0] & ~(SPARE | OPTIONS)) != VERSION_1 || h[1] != PACKET ||
        net_be16(h + 2) != walk->cursor.wire)
        return step;
    if ((h[0] & EXTENSIONS) != 0)
        step = strip_gtp_extensions(walk);
    else if ((h[0] & OPTIONS) != 0)
        step = net_cursor_skip(&walk->cursor, 4);
    return step == NET_STEP_OK ? net_next_version(walk, NET_LAYER_OTHER) : step;
}

/* RFC 4380: what the server says of the sender, then IPv6. */
static enum net_step strip_teredo(struct net_walk *walk)
{
    const uint8_t *p;
    enum net_step step = net_cursor_peek(&walk->cursor, 8, &p);
    if (step != NET_STEP_OK)
        return step;
    if (net_be16(p) == 0) {
        step = net_cursor_skip(&walk->cursor, 8);
        if (step == NET_STEP_OK)
            step = net_cursor_peek(&walk->cursor, 8, &p);
        if (step != NET_STEP_OK)
            return step;
    }
    if (p[0] >> 4 == 6 && (size_t)net_be16(p + 4) + 40 == walk->cursor.wire)
        walk->next = NET_LAYER_IP;
    return NET_STEP_OK;
}

/* RFC 9300: flags, nonce or versions, instance; nothing in them that must be so. */
static enum net_step strip_lisp(struct net_walk *walk)
{
    enum net_step step = net_cursor_skip(&walk->cursor, 8);
    const uint8_t *p;
    if (step == NET_STEP_OK)
        step = net_cursor_peek(&walk->cursor, 6, &p);
    if (step == NET_STEP_OK && net_is_ip_exactly(walk->cursor))
        walk->next = NET_LAYER_IP;
    return step;
}

/* RFC 2661. Version 3 has cookies of a length that only the two ends know. */
static enum net_step strip_l2tp(struct net_walk *walk)
{
    enum { CONTROL = 0x8000, LENGTH = 0x4000, SEQUENCE = 0x0800, OFFSET = 0x0200, VERSION = 15, RESERVED = 0x34f0 };
    const uint8_t *h;
    enum net_step step = net_cursor_take(&walk->cursor, 4, &h);
    if (step != NET_STEP_OK)
        return step;
    unsigned flags = net_be16(h);
    if ((flags & (CONTROL | RESERVED)) != 0)
        return NET_STEP_OK;
    if ((flags & VERSION) == 3 && net_be16(h + 2) == 0)
        net_walk_unread(walk, NET_UNREAD_L2TP, 0);
    if ((flags & VERSION) != 2)
        return NET_STEP_OK;
    if ((flags & LENGTH) != 0 && net_be16(h + 2) != walk->cursor.wire + 4)
        return NET_STEP_OK;
    walk->next = NET_LAYER_PPP;
    step = net_cursor_skip(&walk->cursor, ((flags & LENGTH) != 0 ? 4u : 2u) + ((flags & SEQUENCE) != 0 ? 4u : 0u));
    if (step != NET_STEP_OK || (flags & OFFSET) == 0)
        return step;
    step = net_cursor_take(&walk->cursor, 2, &h);
    return step == NET_STEP_OK ? net_cursor_skip(&walk->cursor, net_be16(h)) : step;
}

/* RFC 3948: IKE begins with four bytes of 0 on this port, and a single byte keeps the translation alive. */
static enum net_step strip_esp(struct net_walk *walk)
{
    enum { PROTOCOL_ESP = 50 };
    const uint8_t *h;
    enum net_step step = net_cursor_peek(&walk->cursor, 8, &h);
    if (step == NET_STEP_OK && net_be32(h) != 0)
        net_walk_unread(walk, NET_UNREAD_PROTOCOL, PROTOCOL_ESP);
    return step;
}

/* RFC 7510 */
static enum net_step strip_mpls(struct net_walk *walk)
{
    enum net_step step = net_strip_mpls(walk);
    if (walk->next == NET_LAYER_UNREAD)
        walk->next = NET_LAYER_OTHER;
    return step;
}

static enum net_step strip_tunnel(struct net_walk *walk, unsigned port)
{
    switch (port) {
    case PORT_L2TP:
        return strip_l2tp(walk);
    case PORT_GTP_U:
        return strip_gtp(walk);
    case PORT_TEREDO:
        return strip_teredo(walk);
    case PORT_LISP:
        return strip_lisp(walk);
    case PORT_ESP:
        return strip_esp(walk);
    case PORT_VXLAN:
    case PORT_VXLAN_LINUX:
        return strip_vxlan(walk);
    case PORT_VXLAN_GPE:
        return strip_vxlan_gpe(walk);
    case PORT_GENEVE:
        return strip_geneve(walk);
    case PORT_MPLS:
        return strip_mpls(walk);
    case PORT_TZSP:
        return strip_tzsp(walk);
    default:
        return NET_STEP_OK;
    }
}

enum net_step net_strip_udp(struct net_walk *walk)
{
    const uint8_t *header;
    walk->next = NET_LAYER_OTHER;
    enum net_step step = net_cursor_take(&walk->cursor, 8, &header);
    if (step == NET_STEP_OK)
        step = strip_tunnel(walk, net_be16(header + 2));
    if (step != NET_STEP_MALFORMED)
        return step;
    walk->next = NET_LAYER_OTHER; /* no tunnel then */
    return NET_STEP_OK;
}
