/* linklayer.c - from the captured frame to the IP header. */
#include "monitor/net/internal.h"

#include <string.h>

/* LINKTYPE_ numbers, and the DLT_ numbers that differ from them on some systems. */
enum {
    LINK_NULL = 0,
    LINK_ETHERNET = 1,
    LINK_RAW_BSD = 12, /* DLT_RAW of most systems */
    LINK_RAW_OPENBSD = 14,
    LINK_RAW = 101,
    LINK_LOOP = 108,
    LINK_SLL = 113,
    LINK_IPV4 = 228,
    LINK_IPV6 = 229,
    LINK_SLL2 = 276,
};

enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd, VLAN_TAGS_MAX = 8 };

enum net_step net_cursor_take(struct net_cursor *cursor, size_t len, const uint8_t **out)
{
    if (len > cursor->wire)
        return NET_STEP_MALFORMED;
    if (len > cursor->n)
        return NET_STEP_SHORT;
    *out = cursor->p;
    cursor->p += len;
    cursor->n -= len;
    cursor->wire -= len;
    return NET_STEP_OK;
}

void net_cursor_limit(struct net_cursor *cursor, size_t len)
{
    cursor->wire = len;
    if (cursor->n > len)
        cursor->n = len;
}

uint16_t net_be16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

uint32_t net_be32(const uint8_t *p)
{
    return (uint32_t)net_be16(p) << 16 | net_be16(p + 2);
}

bool net_linktype_known(int linktype)
{
    switch (linktype) {
    case LINK_NULL:
    case LINK_ETHERNET:
    case LINK_RAW_BSD:
    case LINK_RAW_OPENBSD:
    case LINK_RAW:
    case LINK_LOOP:
    case LINK_SLL:
    case LINK_IPV4:
    case LINK_IPV6:
    case LINK_SLL2:
        return true;
    default:
        return false;
    }
}

/* 9100 and 9200 are QinQ from before 802.1ad had its 88a8; switches still send them. */
static bool is_vlan(uint16_t type)
{
    return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200;
}

/* Takes the tags that follow `type`. Linux gives tags inside SLL too, so this is not only for Ethernet. */
static enum net_step take_vlan_tags(struct net_cursor *cursor, uint16_t *type)
{
    for (int i = 0; i < VLAN_TAGS_MAX && is_vlan(*type); i++) {
        const uint8_t *tag;
        enum net_step step = net_cursor_take(cursor, 4, &tag);
        if (step != NET_STEP_OK)
            return step;
        *type = net_be16(tag + 2);
    }
    return NET_STEP_OK;
}

/* IEEE 802.3 length field instead of a type: LLC, and with SNAP a type after all. */
static enum net_step take_snap(struct net_cursor *cursor, uint16_t *type)
{
    static const uint8_t snap[6] = {0xaa, 0xaa, 0x03, 0, 0, 0};
    if (*type > 1500 || cursor->wire < 8)
        return NET_STEP_OK;
    const uint8_t *llc;
    enum net_step step = net_cursor_take(cursor, 8, &llc);
    if (step == NET_STEP_OK && memcmp(llc, snap, sizeof(snap)) == 0)
        *type = net_be16(llc + 6);
    return step;
}

/* A header of `len` bytes with the Ethernet type at `at`. */
static enum net_step take_typed(struct net_cursor *cursor, size_t len, size_t at, bool *is_ip)
{
    const uint8_t *header;
    enum net_step step = net_cursor_take(cursor, len, &header);
    if (step != NET_STEP_OK)
        return step;
    uint16_t type = net_be16(header + at);
    step = take_vlan_tags(cursor, &type);
    if (step == NET_STEP_OK)
        step = take_snap(cursor, &type);
    *is_ip = type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6;
    return step;
}

/* The address family is in the byte order of the machine that captured (LOOP: network order), and IPv6 has five
 * numbers: Linux 10, Windows 23, NetBSD and OpenBSD 24, FreeBSD 28, Darwin 30. */
static enum net_step take_family(struct net_cursor *cursor, bool *is_ip)
{
    const uint8_t *header;
    enum net_step step = net_cursor_take(cursor, 4, &header);
    if (step != NET_STEP_OK)
        return step;
    unsigned family = header[0] != 0 ? header[0] : header[3];
    bool small = header[1] == 0 && header[2] == 0 && (header[0] == 0 || header[3] == 0);
    *is_ip = small && (family == 2 || family == 10 || family == 23 || family == 24 || family == 28 || family == 30);
    return NET_STEP_OK;
}

enum net_step net_link_strip(int linktype, struct net_cursor *cursor, bool *is_ip)
{
    *is_ip = false;
    switch (linktype) {
    case LINK_ETHERNET:
        return take_typed(cursor, 14, 12, is_ip);
    case LINK_SLL:
        return take_typed(cursor, 16, 14, is_ip);
    case LINK_SLL2:
        return take_typed(cursor, 20, 0, is_ip);
    case LINK_NULL:
    case LINK_LOOP:
        return take_family(cursor, is_ip);
    default:
        *is_ip = net_linktype_known(linktype);
        return NET_STEP_OK;
    }
}
