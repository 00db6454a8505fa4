/* numbers.c - what the numbers of layers.def say comes next, and their names. */
#include "net/layers.h"

#include <glib.h>

/* Below it a PPP protocol carries packets, from there on it only controls (RFC 1661 section 2). */
enum { PPP_CONTROL = 0x4000 };

/* IEEE 802.3: an Ethernet type from here on; the length of an LLC frame up to there. Nothing lies between. */
enum { TYPE_FIRST = 0x0600, LENGTH_LAST = 1500 };

static enum net_layer layer_of_link(int linktype)
{
    switch (linktype) {
#define NET_LINK(number, layer)                                                                                        \
    case number:                                                                                                       \
        return NET_LAYER_##layer;
#include "net/layers.def"
    default:
        return NET_LAYER_UNREAD;
    }
}

static enum net_layer layer_of_ethertype(uint16_t type)
{
    switch (type) {
#define NET_ETHERTYPE(number, layer, name)                                                                             \
    case number:                                                                                                       \
        return NET_LAYER_##layer;
#include "net/layers.def"
    default:
        return NET_LAYER_UNREAD;
    }
}

static enum net_layer layer_of_ppp(uint16_t protocol)
{
    switch (protocol) {
#define NET_PPP(number, layer, name)                                                                                   \
    case number:                                                                                                       \
        return NET_LAYER_##layer;
#include "net/layers.def"
    default:
        return protocol < PPP_CONTROL ? NET_LAYER_UNREAD : NET_LAYER_OTHER;
    }
}

static enum net_layer layer_of_protocol(uint8_t protocol)
{
    switch (protocol) {
#define NET_PROTOCOL(number, layer, name)                                                                              \
    case number:                                                                                                       \
        return NET_LAYER_##layer;
#include "net/layers.def"
    default:
        return NET_LAYER_OTHER;
    }
}

static void next(struct net_walk *walk, enum net_layer layer, enum net_unread_kind kind, uint32_t number)
{
    walk->next = layer;
    if (layer == NET_LAYER_UNREAD)
        net_walk_unread(walk, kind, number);
}

bool net_linktype_known(int linktype)
{
    return layer_of_link(linktype) != NET_LAYER_UNREAD;
}

void net_next_link(struct net_walk *walk, int linktype)
{
    next(walk, layer_of_link(linktype), NET_UNREAD_LINK, (uint32_t)linktype);
}

void net_next_ethertype(struct net_walk *walk, uint16_t type)
{
    if (type >= TYPE_FIRST)
        next(walk, layer_of_ethertype(type), NET_UNREAD_ETHERTYPE, type);
    else
        walk->next = type <= LENGTH_LAST ? NET_LAYER_LLC : NET_LAYER_OTHER;
}

void net_next_protocol(struct net_walk *walk)
{
    next(walk, layer_of_protocol(walk->ip.protocol), NET_UNREAD_PROTOCOL, walk->ip.protocol);
}

void net_next_ppp(struct net_walk *walk, uint16_t protocol)
{
    next(walk, layer_of_ppp(protocol), NET_UNREAD_PPP, protocol);
}

enum net_step net_next_version(struct net_walk *walk, enum net_layer otherwise)
{
    const uint8_t *p;
    enum net_step step = net_cursor_peek(&walk->cursor, 1, &p);
    walk->next = otherwise;
    if (step == NET_STEP_OK && (p[0] >> 4 == 4 || p[0] >> 4 == 6))
        walk->next = NET_LAYER_IP;
    return step;
}
