/* wlan.c - IEEE 802.11 data frames, and what capture programs put before them. */
#include "net/layers.h"

#include <string.h>

/* First byte of the frame control field. */
enum { TYPE_MASK = 0x0c, TYPE_DATA = 0x08, SUBTYPE_NULL = 0x40, SUBTYPE_QOS = 0x80 };
/* Second byte. */
enum { TO_DS = 0x01, FROM_DS = 0x02, MORE_FRAGMENTS = 0x04, PROTECTED = 0x40, ORDER = 0x80 };

enum { QOS_AGGREGATE = 0x80, SNAP_LEN = 6 };

static const uint8_t snap[SNAP_LEN] = {0xaa, 0xaa, 0x03, 0, 0, 0};

/* ---- data frames ---- */

static size_t header_len(const uint8_t *control)
{
    bool four_addresses = (control[1] & (TO_DS | FROM_DS)) == (TO_DS | FROM_DS);
    bool qos = (control[0] & SUBTYPE_QOS) != 0;
    size_t len = 24 + (four_addresses ? 6u : 0u) + (qos ? 2u : 0u);
    return len + (qos && (control[1] & ORDER) != 0 ? 4u : 0u); /* with QoS the order bit says: HT control follows */
}

/* Several frames for one receiver in one, each with addresses and a length. One alone is no more than a long header. */
static enum net_step strip_aggregate(struct net_walk *walk)
{
    enum { SUBFRAME_HEADER = 14 };
    const uint8_t *h;
    enum net_step step = net_cursor_take(&walk->cursor, SUBFRAME_HEADER, &h);
    if (step != NET_STEP_OK)
        return step;
    size_t len = ((size_t)net_be16(h + 12) + 3) & ~(size_t)3;
    walk->next = NET_LAYER_LLC;
    if (walk->cursor.wire >= len + SUBFRAME_HEADER)
        net_walk_unread(walk, NET_UNREAD_WLAN_AGGREGATE, 0);
    return NET_STEP_OK;
}

/* Some cards decrypt and leave the bit in place: what is encrypted never begins with a SNAP header. */
static enum net_step strip_protected(struct net_walk *walk)
{
    const uint8_t *p;
    enum net_step step = net_cursor_peek(&walk->cursor, SNAP_LEN, &p);
    walk->next = NET_LAYER_LLC;
    if (step == NET_STEP_OK && memcmp(p, snap, SNAP_LEN) != 0)
        net_walk_unread(walk, NET_UNREAD_WLAN_ENCRYPTED, 0);
    return step;
}

static enum net_step strip_body(struct net_walk *walk, const uint8_t *header)
{
    size_t qos_at = (header[1] & (TO_DS | FROM_DS)) == (TO_DS | FROM_DS) ? 30 : 24;
    bool aggregate = (header[0] & SUBTYPE_QOS) != 0 && (header[qos_at] & QOS_AGGREGATE) != 0;
    bool part = (header[1] & MORE_FRAGMENTS) != 0 || (header[22] & 0x0f) != 0;
    walk->next = NET_LAYER_LLC;
    if ((header[1] & PROTECTED) != 0) {
        enum net_step step = strip_protected(walk);
        if (step != NET_STEP_OK || walk->next == NET_LAYER_UNREAD)
            return step;
    }
    if (part)
        net_walk_unread(walk, NET_UNREAD_WLAN_FRAGMENT, 0);
    else if (aggregate)
        return strip_aggregate(walk);
    return NET_STEP_OK;
}

enum net_step net_strip_wlan(struct net_walk *walk)
{
    const uint8_t *control, *header;
    enum net_step step = net_cursor_peek(&walk->cursor, 2, &control);
    if (step != NET_STEP_OK)
        return step;
    walk->next = NET_LAYER_OTHER;
    if ((control[0] & TYPE_MASK) != TYPE_DATA || (control[0] & SUBTYPE_NULL) != 0)
        return NET_STEP_OK;
    size_t len = header_len(control);
    step = net_cursor_take(&walk->cursor, len, &header);
    if (step == NET_STEP_OK && walk->padded && len % 4 != 0)
        step = net_cursor_skip(&walk->cursor, 4 - len % 4);
    walk->padded = false;
    return step == NET_STEP_OK ? strip_body(walk, header) : step;
}

/* ---- radiotap (radiotap.org) ---- */

enum { PRESENT_TSFT = 1, PRESENT_FLAGS = 2 };
#define PRESENT_MORE (UINT32_C(1) << 31) /* one more word of these bits follows */
enum { FLAG_PADDED = 0x20, FLAG_BAD_FCS = 0x40 };

/* The flags field, 0 when there is none. Fields stand in the order of their bits, each aligned to its size. */
static unsigned radiotap_flags(const uint8_t *header, size_t len)
{
    size_t at = 4;
    uint32_t present = net_le32(header + at), word = present;
    for (at += 4; (word & PRESENT_MORE) != 0 && at + 4 <= len; at += 4)
        word = net_le32(header + at);
    if ((present & PRESENT_FLAGS) == 0)
        return 0;
    if ((present & PRESENT_TSFT) != 0)
        at = ((at + 7) & ~(size_t)7) + 8;
    return at < len ? header[at] : 0;
}

enum net_step net_strip_radiotap(struct net_walk *walk)
{
    const uint8_t *header;
    enum net_step step = net_cursor_peek(&walk->cursor, 8, &header);
    if (step != NET_STEP_OK)
        return step;
    size_t len = net_le16(header + 2);
    if (header[0] != 0 || len < 8)
        return NET_STEP_MALFORMED;
    step = net_cursor_take(&walk->cursor, len, &header);
    if (step != NET_STEP_OK)
        return step;
    unsigned flags = radiotap_flags(header, len);
    walk->padded = (flags & FLAG_PADDED) != 0;
    walk->next = NET_LAYER_WLAN;
    /* Monitors show what arrived broken; it was sent again. */
    return (flags & FLAG_BAD_FCS) != 0 ? NET_STEP_MALFORMED : NET_STEP_OK;
}

/* ---- older ones ---- */

/* Version (with a magic number) and length in network order. */
enum net_step net_strip_avs(struct net_walk *walk)
{
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, 8, &header);
    if (step != NET_STEP_OK)
        return step;
    size_t len = net_be32(header + 4);
    return len < 8 ? NET_STEP_MALFORMED : net_walk_skip(walk, len - 8, NET_LAYER_WLAN);
}

/* Message code and length in the byte order of the machine that captured. Drivers put AVS headers under this number
 * too. */
enum net_step net_strip_prism(struct net_walk *walk)
{
    enum { PRISM_LEN = 144, LEN_MAX = 4096 };
    const uint8_t *header;
    enum net_step step = net_cursor_peek(&walk->cursor, 8, &header);
    if (step != NET_STEP_OK)
        return step;
    if (net_be32(header) >> 12 == 0x80211) {
        walk->next = NET_LAYER_AVS;
        return NET_STEP_OK;
    }
    size_t len = header[3] == 0 ? net_le32(header + 4) : net_be32(header + 4);
    return net_walk_skip(walk, len >= 8 && len <= LEN_MAX ? len : PRISM_LEN, NET_LAYER_WLAN);
}
