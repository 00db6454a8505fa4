/* gre.c - GRE (RFC 2784, 2890), its PPTP variant (RFC 2637), and what mirrors and caches send in it; EtherIP. */
#include "net/layers.h"

enum { CHECKSUM = 0x8000, ROUTING = 0x4000, KEY = 0x2000, SEQUENCE = 0x1000, ACKNOWLEDGEMENT = 0x0080, VERSION = 7 };

enum { TYPE_ERSPAN = 0x88be, TYPE_PPP = 0x880b };

/* Call and length in the key; a frame without sequence number only acknowledges. */
static enum net_step strip_pptp(struct net_walk *walk, unsigned flags, uint16_t type)
{
    if (type != TYPE_PPP || (flags & KEY) == 0) {
        net_walk_unread(walk, NET_UNREAD_GRE, type);
        return NET_STEP_OK;
    }
    size_t len = 4 + ((flags & SEQUENCE) != 0 ? 4u : 0u) + ((flags & ACKNOWLEDGEMENT) != 0 ? 4u : 0u);
    return net_walk_skip(walk, len, (flags & SEQUENCE) != 0 ? NET_LAYER_PPP : NET_LAYER_OTHER);
}

static void next_payload(struct net_walk *walk, unsigned flags, uint16_t type)
{
    net_next_ethertype(walk, type);
    if (type == TYPE_ERSPAN && (flags & SEQUENCE) == 0)
        walk->next = NET_LAYER_ETHERNET; /* ERSPAN type I has no header of its own */
    if (walk->next == NET_LAYER_LLC || walk->next == NET_LAYER_UNREAD)
        net_walk_unread(walk, NET_UNREAD_GRE, type);
    if (walk->cursor.wire == 0)
        walk->next = NET_LAYER_OTHER; /* keep-alive */
}

enum net_step net_strip_gre(struct net_walk *walk)
{
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, 4, &header);
    if (step != NET_STEP_OK)
        return step;
    unsigned flags = net_be16(header);
    uint16_t type = net_be16(header + 2);
    if ((flags & VERSION) == 1)
        return strip_pptp(walk, flags, type);
    if ((flags & (VERSION | ROUTING)) != 0) {
        net_walk_unread(walk, NET_UNREAD_GRE, type);
        return NET_STEP_OK;
    }
    size_t options =
        ((flags & CHECKSUM) != 0 ? 4u : 0u) + ((flags & KEY) != 0 ? 4u : 0u) + ((flags & SEQUENCE) != 0 ? 4u : 0u);
    step = net_cursor_skip(&walk->cursor, options);
    if (step == NET_STEP_OK)
        next_payload(walk, flags, type);
    return step;
}

enum net_step net_strip_erspan_ii(struct net_walk *walk)
{
    return net_walk_skip(walk, 8, NET_LAYER_ETHERNET);
}

enum net_step net_strip_erspan_iii(struct net_walk *walk)
{
    enum { SUBHEADER = 1, FRAME_ETHERNET = 0, FRAME_IP = 2 };
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, 12, &header);
    if (step != NET_STEP_OK)
        return step;
    unsigned frame = header[10] >> 2 & 0x1f;
    if (frame == FRAME_ETHERNET)
        walk->next = NET_LAYER_ETHERNET;
    else if (frame == FRAME_IP)
        walk->next = NET_LAYER_IP;
    else
        net_walk_unread(walk, NET_UNREAD_GRE, 0x22eb);
    return net_cursor_skip(&walk->cursor, (header[11] & SUBHEADER) != 0 ? 8 : 0);
}

/* Version 2 has a header of four bytes, version 1 none, and no field tells which it is. */
enum net_step net_strip_wccp(struct net_walk *walk)
{
    const uint8_t *p;
    enum net_step step = net_cursor_peek(&walk->cursor, 1, &p);
    if (step != NET_STEP_OK)
        return step;
    return net_walk_skip(walk, p[0] >> 4 == 4 ? 0 : 4, NET_LAYER_IP);
}

/* RFC 3378: version 3, then twelve bits of 0. */
enum net_step net_strip_etherip(struct net_walk *walk)
{
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, 2, &header);
    if (step != NET_STEP_OK)
        return step;
    walk->next = NET_LAYER_ETHERNET;
    return header[0] == 0x30 ? NET_STEP_OK : NET_STEP_MALFORMED;
}
