/* linklayer.c - the first header of a frame: link types that are neither PPP, 802.11 nor of one maker. */
#include "net/layers.h"

#include <string.h>

/* A header of `len` bytes with the Ethernet type at `at`. */
static enum net_step strip_typed(struct net_walk *walk, size_t len, size_t at)
{
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, len, &header);
    if (step == NET_STEP_OK)
        net_next_ethertype(walk, net_be16(header + at));
    return step;
}

enum net_step net_strip_ethernet(struct net_walk *walk)
{
    return strip_typed(walk, 14, 12);
}

/* Tags of switch chips between the addresses and the type. */
enum net_step net_strip_dsa(struct net_walk *walk)
{
    return strip_typed(walk, 18, 16);
}

enum net_step net_strip_dsa_prepend(struct net_walk *walk)
{
    return net_walk_skip(walk, 4, NET_LAYER_ETHERNET);
}

/* ---- Linux cooked ---- */

/* ARPHRD_ numbers of Linux whose frames have no Ethernet type. */
static enum net_layer layer_of_hardware(uint16_t hardware)
{
    enum { WLAN = 801, PRISM = 802, RADIOTAP = 803, NETLINK = 824 };

    switch (hardware) {
    case WLAN:
        return NET_LAYER_WLAN;
    case PRISM:
        return NET_LAYER_PRISM;
    case RADIOTAP:
        return NET_LAYER_RADIOTAP;
    case NETLINK:
        return NET_LAYER_OTHER;
    default:
        return NET_LAYER_ETHERTYPE;
    }
}

static enum net_step strip_cooked(struct net_walk *walk, size_t len, size_t type_at, size_t hardware_at)
{
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, len, &header);
    if (step != NET_STEP_OK)
        return step;
    walk->next = layer_of_hardware(net_be16(header + hardware_at));
    if (walk->next == NET_LAYER_ETHERTYPE)
        net_next_ethertype(walk, net_be16(header + type_at));
    return step;
}

enum net_step net_strip_sll(struct net_walk *walk)
{
    return strip_cooked(walk, 16, 14, 2);
}

enum net_step net_strip_sll2(struct net_walk *walk)
{
    return strip_cooked(walk, 20, 0, 8);
}

/* ---- address families ---- */

/* IPv6 has five numbers: Linux 10, Windows 23, NetBSD and OpenBSD 24, FreeBSD 28, Darwin 30; Solaris has 26. */
static bool is_ip_family(unsigned family)
{
    return family == 2 || family == 10 || family == 23 || family == 24 || family == 26 || family == 28 || family == 30;
}

/* A header that begins with the address family, in the byte order of the machine that captured (LOOP: network order).
 */
static enum net_step strip_with_family(struct net_walk *walk, size_t len)
{
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, len, &header);
    if (step != NET_STEP_OK)
        return step;
    unsigned family = header[0] != 0 ? header[0] : header[3];
    bool small = header[1] == 0 && header[2] == 0 && (header[0] == 0 || header[3] == 0);
    walk->next = small && is_ip_family(family) ? NET_LAYER_IP : NET_LAYER_OTHER;
    return NET_STEP_OK;
}

enum net_step net_strip_family(struct net_walk *walk)
{
    return strip_with_family(walk, 4);
}

/* What OpenBSD and FreeBSD show on enc interfaces: family, SPI, flags, then the packet as it is without IPsec. */
enum net_step net_strip_enc(struct net_walk *walk)
{
    return strip_with_family(walk, 12);
}

/* Solaris: version, family, then lengths, interfaces and zones. */
enum net_step net_strip_ipnet(struct net_walk *walk)
{
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, 24, &header);
    if (step == NET_STEP_OK)
        walk->next = is_ip_family(header[1]) ? NET_LAYER_IP : NET_LAYER_OTHER;
    return step;
}

/* ---- other LANs ---- */

enum net_step net_strip_fddi(struct net_walk *walk)
{
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, 13, &header);
    if (step == NET_STEP_OK)
        walk->next = (header[0] & 0xf0) == 0x50 ? NET_LAYER_LLC : NET_LAYER_OTHER; /* asynchronous LLC frames */
    return step;
}

enum net_step net_strip_token_ring(struct net_walk *walk)
{
    const uint8_t *header, *route;
    enum net_step step = net_cursor_take(&walk->cursor, 14, &header);
    if (step != NET_STEP_OK)
        return step;
    walk->next = (header[1] & 0xc0) == 0x40 ? NET_LAYER_LLC : NET_LAYER_OTHER;
    if ((header[8] & 0x80) == 0) /* the source address tells that a route follows */
        return step;
    step = net_cursor_peek(&walk->cursor, 2, &route);
    return step == NET_STEP_OK ? net_cursor_skip(&walk->cursor, route[0] & 0x1f) : step;
}

/* RFC 2625: two addresses of 8 bytes. */
enum net_step net_strip_ip_over_fc(struct net_walk *walk)
{
    return net_walk_skip(walk, 16, NET_LAYER_LLC);
}

/* ---- NFLOG ---- */

enum { NFLOG_PAYLOAD = 9, NFLOG_TYPE_MASK = 0x3fff /* two bits say how the value is written */ };

/* Attributes are in the byte order of the machine that captured. Types are small, so the byte that is 0 or has only the
 * two bits is the high one. */
static bool is_little(const uint8_t *attribute)
{
    return attribute[3] == 0 || attribute[3] > 0x3f;
}

static uint16_t host16(const uint8_t *p, bool little)
{
    return little ? net_le16(p) : net_be16(p);
}

/* Goes to the packet among the attributes. Each takes 4 bytes at least, so their number is bounded. */
static enum net_step find_payload(struct net_walk *walk)
{
    for (;;) {
        const uint8_t *attribute;
        if (walk->cursor.wire < 4) {
            walk->next = NET_LAYER_OTHER; /* the rule logged no packet */
            return NET_STEP_OK;
        }
        enum net_step step = net_cursor_take(&walk->cursor, 4, &attribute);
        if (step != NET_STEP_OK)
            return step;
        bool little = is_little(attribute);
        size_t len = host16(attribute, little);
        if (len < 4)
            return NET_STEP_MALFORMED;
        if ((host16(attribute + 2, little) & NFLOG_TYPE_MASK) == NFLOG_PAYLOAD) {
            net_cursor_limit(&walk->cursor, len - 4);
            return net_next_version(walk, NET_LAYER_OTHER);
        }
        step = net_cursor_skip(&walk->cursor, ((len + 3) & ~(size_t)3) - 4);
        if (step != NET_STEP_OK)
            return step;
    }
}

enum net_step net_strip_nflog(struct net_walk *walk)
{
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, 4, &header);
    if (step != NET_STEP_OK)
        return step;
    if (header[1] == 0)
        return find_payload(walk);
    net_walk_unread(walk, NET_UNREAD_LINK, 239); /* a version that does not exist yet */
    return NET_STEP_OK;
}

/* ---- link types inside ---- */

/* Version, flags, length of the whole header, link type; all little-endian. */
enum net_step net_strip_ppi(struct net_walk *walk)
{
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, 8, &header);
    if (step != NET_STEP_OK)
        return step;
    size_t len = net_le16(header + 2);
    if (len < 8)
        return NET_STEP_MALFORMED;
    net_next_link(walk, (int)(net_le32(header + 4) & INT32_MAX));
    return net_cursor_skip(&walk->cursor, len - 8);
}

/* Darwin: length of the whole header, kind of record, link type; little-endian as the machines that write it. */
enum net_step net_strip_pktap(struct net_walk *walk)
{
    enum { RECORD_PACKET = 1 };
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, 12, &header);
    if (step != NET_STEP_OK)
        return step;
    size_t len = net_le32(header);
    if (len < 12)
        return NET_STEP_MALFORMED;
    if (net_le32(header + 4) == RECORD_PACKET)
        net_next_link(walk, (int)(net_le32(header + 8) & INT32_MAX));
    else
        walk->next = NET_LAYER_OTHER;
    return net_cursor_skip(&walk->cursor, len - 12);
}
