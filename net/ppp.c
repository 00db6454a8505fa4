/* ppp.c - PPP (RFC 1661) in its framings, and the other protocols of serial lines: Cisco HDLC, frame relay. */
#include "net/layers.h"

enum { ALL_STATIONS = 0xff, UNNUMBERED = 0x03 };

/* An odd first byte is the whole number: the two sides agreed on one byte (RFC 1661 section 6.5). */
static enum net_step strip_protocol(struct net_walk *walk)
{
    const uint8_t *p;
    enum net_step step = net_cursor_take(&walk->cursor, 1, &p);
    if (step != NET_STEP_OK)
        return step;
    uint16_t protocol = p[0];
    if ((protocol & 1) == 0) {
        step = net_cursor_take(&walk->cursor, 1, &p);
        if (step != NET_STEP_OK)
            return step;
        protocol = (uint16_t)(protocol << 8 | p[0]);
    }
    net_next_ppp(walk, protocol);
    return NET_STEP_OK;
}

/* Address and control are left out where both sides agreed on that. */
enum net_step net_strip_ppp(struct net_walk *walk)
{
    const uint8_t *p;
    enum net_step step = net_cursor_peek(&walk->cursor, 2, &p);
    if (step == NET_STEP_OK && p[0] == ALL_STATIONS && p[1] == UNNUMBERED)
        step = net_cursor_skip(&walk->cursor, 2);
    return step == NET_STEP_OK ? strip_protocol(walk) : step;
}

/* The direction stands before the frame (PPP_WITH_DIR), or instead of the address (PPP_PPPD). */
enum net_step net_strip_ppp_direction(struct net_walk *walk)
{
    const uint8_t *p;
    enum net_step step = net_cursor_take(&walk->cursor, 1, &p);
    if (step == NET_STEP_OK)
        step = net_cursor_peek(&walk->cursor, 1, &p);
    if (step == NET_STEP_OK && p[0] == UNNUMBERED)
        step = net_cursor_skip(&walk->cursor, 1);
    walk->next = NET_LAYER_PPP;
    return step;
}

/* RFC 2516 */
enum net_step net_strip_pppoe(struct net_walk *walk)
{
    enum { VERSION_1_TYPE_1 = 0x11, SESSION = 0 };
    const uint8_t *header;
    enum net_step step = net_cursor_take(&walk->cursor, 6, &header);
    if (step != NET_STEP_OK)
        return step;
    if (header[0] != VERSION_1_TYPE_1)
        return NET_STEP_MALFORMED;
    walk->next = header[1] == SESSION ? NET_LAYER_PPP : NET_LAYER_OTHER;
    return NET_STEP_OK;
}

/* Address, control, Ethernet type. PPP in the same framing has an address of its own. */
enum net_step net_strip_hdlc(struct net_walk *walk)
{
    const uint8_t *header;
    enum net_step step = net_cursor_peek(&walk->cursor, 4, &header);
    if (step != NET_STEP_OK)
        return step;
    bool cisco = header[0] == 0x0f || header[0] == 0x8f; /* to one, to all */
    if (!cisco) {
        walk->next = NET_LAYER_PPP;
        return NET_STEP_OK;
    }
    net_next_ethertype(walk, net_be16(header + 2));
    return net_cursor_skip(&walk->cursor, 4);
}

/* RFC 2427, or Cisco's encapsulation with an Ethernet type. The address goes on while its last bit is 0. */
enum net_step net_strip_frame_relay(struct net_walk *walk)
{
    enum { ADDRESS_MAX = 4 };
    const uint8_t *p;
    enum net_step step;
    int len = 0;
    do {
        step = net_cursor_take(&walk->cursor, 1, &p);
        if (step != NET_STEP_OK)
            return step;
    } while ((p[0] & 1) == 0 && ++len < ADDRESS_MAX);
    if ((p[0] & 1) == 0)
        return NET_STEP_MALFORMED;
    step = net_cursor_peek(&walk->cursor, 2, &p);
    if (step != NET_STEP_OK)
        return step;
    if (p[0] != UNNUMBERED) {
        net_next_ethertype(walk, net_be16(p));
        return net_cursor_skip(&walk->cursor, 2);
    }
    return net_walk_skip(walk, p[1] == 0 ? 2 : 1, NET_LAYER_NLPID); /* a byte of padding may follow the control byte */
}
