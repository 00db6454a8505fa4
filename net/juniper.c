/* juniper.c - what Juniper routers put before the frames they capture. Link types of their service cards are not here:
 * what is written about their headers does not agree. */
#include "net/layers.h"

enum { FLAG_NO_LINK_HEADER = 0x02, FLAG_EXTENSIONS = 0x80 };

/* "MGC", flags, extensions with their length before them; then the frame. Without a link header there are four bytes
 * for it, then IP. */
static enum net_step strip_magic(struct net_walk *walk, enum net_layer next)
{
    const uint8_t *header, *extensions;
    enum net_step step = net_cursor_take(&walk->cursor, 4, &header);
    if (step != NET_STEP_OK)
        return step;
    if (net_be32(header) >> 8 != 0x4d4743)
        return NET_STEP_MALFORMED;
    walk->next = next;
    if ((header[3] & FLAG_EXTENSIONS) != 0) {
        step = net_cursor_take(&walk->cursor, 2, &extensions);
        if (step == NET_STEP_OK)
            step = net_cursor_skip(&walk->cursor, net_be16(extensions));
    }
    if (step != NET_STEP_OK || (header[3] & FLAG_NO_LINK_HEADER) == 0)
        return step;
    step = net_cursor_skip(&walk->cursor, 4);
    return step == NET_STEP_OK ? net_next_version(walk, NET_LAYER_OTHER) : step;
}

enum net_step net_strip_juniper_ethernet(struct net_walk *walk)
{
    return strip_magic(walk, NET_LAYER_ETHERNET);
}

enum net_step net_strip_juniper_ppp(struct net_walk *walk)
{
    return strip_magic(walk, NET_LAYER_PPP);
}

enum net_step net_strip_juniper_frame_relay(struct net_walk *walk)
{
    return strip_magic(walk, NET_LAYER_FRAME_RELAY);
}

enum net_step net_strip_juniper_hdlc(struct net_walk *walk)
{
    return strip_magic(walk, NET_LAYER_HDLC);
}

enum net_step net_strip_juniper_ethertype(struct net_walk *walk)
{
    return strip_magic(walk, NET_LAYER_ETHERTYPE);
}
