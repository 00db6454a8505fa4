/* ethertype.c - headers between the link layer and IP: tags, LLC, MPLS and others that an Ethernet type announces. */
#include "net/layers.h"

#include <string.h>

/* ---- tags: some bytes, then the type of what follows ---- */

static enum net_step strip_tag(struct net_walk *walk, size_t len)
{
    const uint8_t *tag;
    enum net_step step = net_cursor_take(&walk->cursor, len, &tag);
    if (step == NET_STEP_OK)
        net_next_ethertype(walk, net_be16(tag + len - 2));
    return step;
}

enum net_step net_strip_ethertype(struct net_walk *walk)
{
    return strip_tag(walk, 2);
}

enum net_step net_strip_tag_4(struct net_walk *walk)
{
    return strip_tag(walk, 4);
}

enum net_step net_strip_tag_6(struct net_walk *walk)
{
    return strip_tag(walk, 6);
}

enum net_step net_strip_tag_8(struct net_walk *walk)
{
    return strip_tag(walk, 8);
}

/* 802.1ah: priority and service, then the customer's frame. */
enum net_step net_strip_backbone(struct net_walk *walk)
{
    return net_walk_skip(walk, 4, NET_LAYER_ETHERNET);
}

/* 802.1AE. With integrity only, the frame is in the clear, and its IP length leaves the check value out. */
enum net_step net_strip_macsec(struct net_walk *walk)
{
    enum { SCI_FOLLOWS = 0x20, ENCRYPTED = 0x08, CHANGED = 0x04 };
    const uint8_t *tag;
    enum net_step step = net_cursor_take(&walk->cursor, 6, &tag);
    if (step != NET_STEP_OK)
        return step;
    if ((tag[0] & (ENCRYPTED | CHANGED)) == 0)
        return net_walk_skip(walk, (tag[0] & SCI_FOLLOWS) != 0 ? 8 : 0, NET_LAYER_ETHERTYPE);
    net_walk_unread(walk, NET_UNREAD_ETHERTYPE, 0x88e5);
    return NET_STEP_OK;
}

/* ---- LLC ---- */

/* SNAP: the organisation says whose number follows. */
static void snap_next(struct net_walk *walk, uint32_t organisation, uint16_t number)
{
    enum { ETHERNET = 0, BRIDGE_TUNNEL = 0x0000f8, IEEE_802_1 = 0x0080c2, BRIDGED = 0x0001, BRIDGED_NO_FCS = 0x0007 };

    walk->next = NET_LAYER_OTHER;
    if (organisation == ETHERNET || organisation == BRIDGE_TUNNEL)
        net_next_ethertype(walk, number);
    else if (organisation == IEEE_802_1 && (number == BRIDGED || number == BRIDGED_NO_FCS))
        walk->next = NET_LAYER_ETHERNET;
}

static enum net_step strip_snap(struct net_walk *walk)
{
    const uint8_t *snap;
    enum net_step step = net_cursor_take(&walk->cursor, 5, &snap);
    if (step != NET_STEP_OK)
        return step;
    snap_next(walk, net_be32(snap) >> 8, net_be16(snap + 3));
    if (walk->next == NET_LAYER_ETHERNET) /* RFC 2684: two bytes of padding before a bridged frame */
        return net_cursor_skip(&walk->cursor, 2);
    return NET_STEP_OK;
}

enum net_step net_strip_llc(struct net_walk *walk)
{
    const uint8_t *llc;
    walk->next = NET_LAYER_OTHER;
    if (walk->cursor.wire < 8)
        return NET_STEP_OK; /* too short for an IP packet, or no LLC at all */
    enum net_step step = net_cursor_take(&walk->cursor, 3, &llc);
    if (step != NET_STEP_OK)
        return step;
    if (memcmp(llc, "\xaa\xaa\x03", 3) == 0)
        return strip_snap(walk);
    if (memcmp(llc, "\x06\x06\x03", 3) == 0) /* RFC 948 */
        walk->next = NET_LAYER_IP;
    if (memcmp(llc, "\xfe\xfe\x03", 3) == 0)
        walk->next = NET_LAYER_NLPID;
    return NET_STEP_OK;
}

/* The network layer identifiers of OSI, as RFC 2427 and RFC 2684 use them. */
enum net_step net_strip_nlpid(struct net_walk *walk)
{
    enum { NLPID_SNAP = 0x80, NLPID_IPV6 = 0x8e, NLPID_IPV4 = 0xcc, NLPID_PPP = 0xcf };
    const uint8_t *nlpid;
    enum net_step step = net_cursor_take(&walk->cursor, 1, &nlpid);
    if (step != NET_STEP_OK)
        return step;
    walk->next = NET_LAYER_OTHER;
    if (nlpid[0] == NLPID_IPV4 || nlpid[0] == NLPID_IPV6)
        walk->next = NET_LAYER_IP;
    if (nlpid[0] == NLPID_PPP)
        walk->next = NET_LAYER_PPP;
    return nlpid[0] == NLPID_SNAP ? strip_snap(walk) : NET_STEP_OK;
}

/* ---- MPLS (RFC 3032) ---- */

enum { LABELS_MAX = 32 };

static enum net_step strip_labels(struct net_walk *walk)
{
    for (int i = 0; i < LABELS_MAX; i++) {
        const uint8_t *label;
        enum net_step step = net_cursor_take(&walk->cursor, 4, &label);
        if (step != NET_STEP_OK)
            return step;
        if ((label[2] & 1) != 0) /* bottom of the stack */
            return NET_STEP_OK;
    }
    return NET_STEP_MALFORMED;
}

bool net_looks_like_ethernet(struct net_cursor cursor, size_t at)
{
    const uint8_t *h;
    if (net_cursor_skip(&cursor, at) != NET_STEP_OK ||
        net_cursor_peek(&cursor, NET_ETHERNET_TELLING, &h) != NET_STEP_OK)
        return false;
    switch (net_be16(h + 12)) {
    case 0x0800:
        return h[14] >> 4 == 4;
    case 0x86dd:
        return h[14] >> 4 == 6;
    case 0x0806:
    case 0x8100:
    case 0x88a8:
    case 0x8847:
    case 0x8863:
    case 0x8864:
        return true;
    default:
        return net_be16(h + 12) <= 1500 && (h[14] == 0xaa || h[14] == 0x42); /* SNAP, spanning tree */
    }
}

bool net_is_ip_exactly(struct net_cursor cursor)
{
    const uint8_t *h;
    if (net_cursor_peek(&cursor, 6, &h) != NET_STEP_OK)
        return false;
    if (h[0] >> 4 == 6)
        return (size_t)net_be16(h + 4) + 40 == cursor.wire;
    return h[0] >> 4 == 4 && net_be16(h + 2) == cursor.wire;
}

/* No header says what is below the labels. RFC 4928 asks everything but IP to begin with another nibble, by a control
 * word; pseudowires without one exist, and then the nibble is that of an Ethernet address. */
static enum net_step below_labels(struct net_walk *walk)
{
    const uint8_t *p;
    enum net_step step = net_cursor_peek(&walk->cursor, 4, &p);
    if (step != NET_STEP_OK)
        return step;
    unsigned nibble = p[0] >> 4;
    bool ethernet = net_looks_like_ethernet(walk->cursor, 0);
    if (net_is_ip_exactly(walk->cursor) || (!ethernet && (nibble == 4 || nibble == 6)))
        walk->next = NET_LAYER_IP;
    else if (walk->cursor.n < 4 + NET_ETHERNET_TELLING && walk->cursor.n < walk->cursor.wire)
        return NET_STEP_SHORT;
    else if (nibble == 0 && (!ethernet || net_looks_like_ethernet(walk->cursor, 4)))
        return net_walk_skip(walk, 4, NET_LAYER_ETHERNET);
    else if (ethernet)
        walk->next = NET_LAYER_ETHERNET;
    else if (nibble == 1) /* RFC 4385: associated channel, for control */
        walk->next = NET_LAYER_OTHER;
    else
        net_walk_unread(walk, NET_UNREAD_MPLS, 0);
    return NET_STEP_OK;
}

enum net_step net_strip_mpls(struct net_walk *walk)
{
    enum net_step step = strip_labels(walk);
    return step == NET_STEP_OK ? below_labels(walk) : step;
}

/* ---- NSH (RFC 8300) ---- */

void net_next_nsh(struct net_walk *walk, uint8_t number)
{
    static const enum net_layer next[] = {NET_LAYER_UNREAD,   NET_LAYER_IP,  NET_LAYER_IP,
                                          NET_LAYER_ETHERNET, NET_LAYER_NSH, NET_LAYER_MPLS};

    walk->next = number < sizeof(next) / sizeof(next[0]) ? next[number] : NET_LAYER_UNREAD;
    if (walk->next == NET_LAYER_UNREAD)
        net_walk_unread(walk, NET_UNREAD_NSH, number);
}

enum net_step net_strip_nsh(struct net_walk *walk)
{
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, 4, &header);
    if (step != NET_STEP_OK)
        return step;
    size_t len = (size_t)(header[1] & 0x3f) * 4;
    if (len < 8)
        return NET_STEP_MALFORMED;
    net_next_nsh(walk, header[3]);
    return net_cursor_skip(&walk->cursor, len - 4);
}
