/*
 * layers.h - the walk from the first header of a frame to the one that counts. Each kind of header has one function,
 * which takes its header off the cursor and says what comes next; the table of them is in frame.c.
 */
#ifndef FTPSCOPE_NET_LAYERS_H
#define FTPSCOPE_NET_LAYERS_H

#include "net/cursor.h"
#include "net/net.h"

enum net_layer {
    /* where the walk ends */
    NET_LAYER_OTHER,  /* no IP packet in it */
    NET_LAYER_UNREAD, /* may hide one: walk->unread */
    NET_LAYER_TCP,
    NET_LAYER_ICMP,
    NET_LAYER_FRAGMENT, /* walk->ip: of which datagram */
    NET_LAYER_LAST_END = NET_LAYER_FRAGMENT,
    /* ip.c */
    NET_LAYER_IP,
    NET_LAYER_IP_UPPER, /* behind the IP header: extension headers, then what walk->ip.protocol says */
    /* linklayer.c */
    NET_LAYER_ETHERNET,
    NET_LAYER_DSA,
    NET_LAYER_DSA_PREPEND,
    NET_LAYER_SLL,
    NET_LAYER_SLL2,
    NET_LAYER_FAMILY,
    NET_LAYER_ENC,
    NET_LAYER_FDDI,
    NET_LAYER_TOKEN_RING,
    NET_LAYER_IP_OVER_FC,
    NET_LAYER_IPNET,
    NET_LAYER_NFLOG,
    NET_LAYER_PPI,
    NET_LAYER_PKTAP,
    /* ethertype.c */
    NET_LAYER_TAG_4,
    NET_LAYER_TAG_6,
    NET_LAYER_TAG_8,
    NET_LAYER_LLC,
    NET_LAYER_NLPID,
    NET_LAYER_BACKBONE,
    NET_LAYER_MACSEC,
    NET_LAYER_MPLS,
    NET_LAYER_NSH,
    NET_LAYER_ETHERTYPE, /* a type in front of what it names */
    /* ppp.c */
    NET_LAYER_PPP,
    NET_LAYER_PPPOE,
    NET_LAYER_PPP_DIRECTION,
    NET_LAYER_HDLC,
    NET_LAYER_FRAME_RELAY,
    /* wlan.c */
    NET_LAYER_WLAN,
    NET_LAYER_RADIOTAP,
    NET_LAYER_PRISM,
    NET_LAYER_AVS,
    /* juniper.c */
    NET_LAYER_JUNIPER_ETHERNET,
    NET_LAYER_JUNIPER_PPP,
    NET_LAYER_JUNIPER_FRAME_RELAY,
    NET_LAYER_JUNIPER_HDLC,
    NET_LAYER_JUNIPER_ETHERTYPE,
    /* gre.c */
    NET_LAYER_GRE,
    NET_LAYER_ERSPAN_II,
    NET_LAYER_ERSPAN_III,
    NET_LAYER_WCCP,
    NET_LAYER_ETHERIP,
    /* udp.c */
    NET_LAYER_UDP,
    NET_LAYER_COUNT
};

/* One IP header. */
struct net_ip {
    struct fsc_addr from, to;
    uint8_t protocol, ttl;
    uint16_t id;       /* IPv4 */
    bool fragment;     /* not a whole datagram */
    bool more;         /* not its end */
    bool first_part;   /* holds offset 0: the transport header is here */
    uint16_t position; /* of a fragment, in bytes */
    uint32_t part_of;  /* identification: 16 bits in IPv4, 32 in IPv6 */
};

struct net_walk {
    struct net_cursor cursor;
    enum net_layer next;
    struct net_unread unread;
    struct net_ip ip; /* the innermost so far */
    bool padded;      /* radiotap: 802.11 headers fill 32-bit words */
};

static inline void net_walk_unread(struct net_walk *walk, enum net_unread_kind kind, uint32_t number)
{
    walk->next = NET_LAYER_UNREAD;
    walk->unread = (struct net_unread){kind, number, 0};
}

static inline enum net_step net_walk_skip(struct net_walk *walk, size_t len, enum net_layer next)
{
    walk->next = next;
    return net_cursor_skip(&walk->cursor, len);
}

/* ---- what a number says comes next: layers.def ---- */

void net_next_link(struct net_walk *walk, int linktype);
void net_next_ethertype(struct net_walk *walk, uint16_t type); /* or the length of an LLC frame */
void net_next_protocol(struct net_walk *walk);
void net_next_ppp(struct net_walk *walk, uint16_t protocol);
void net_next_nsh(struct net_walk *walk, uint8_t number); /* also of VXLAN-GPE */
/* IP by its version; anything else is `otherwise`. */
enum net_step net_next_version(struct net_walk *walk, enum net_layer otherwise);

bool net_is_ip_exactly(struct net_cursor cursor); /* an IP packet, by its length to the byte */
enum { NET_ETHERNET_TELLING = 15 /* bytes by which an Ethernet frame is known */ };
/* An Ethernet frame of something that networks carry begins `at` bytes behind the cursor. */
bool net_looks_like_ethernet(struct net_cursor cursor, size_t at);

/* ---- one function for each kind of header ---- */

enum net_step net_strip_ip(struct net_walk *walk);
enum net_step net_strip_ip_upper(struct net_walk *walk);

enum net_step net_strip_ethernet(struct net_walk *walk);
enum net_step net_strip_dsa(struct net_walk *walk);
enum net_step net_strip_dsa_prepend(struct net_walk *walk);
enum net_step net_strip_sll(struct net_walk *walk);
enum net_step net_strip_sll2(struct net_walk *walk);
enum net_step net_strip_family(struct net_walk *walk);
enum net_step net_strip_enc(struct net_walk *walk);
enum net_step net_strip_fddi(struct net_walk *walk);
enum net_step net_strip_token_ring(struct net_walk *walk);
enum net_step net_strip_ip_over_fc(struct net_walk *walk);
enum net_step net_strip_ipnet(struct net_walk *walk);
enum net_step net_strip_nflog(struct net_walk *walk);
enum net_step net_strip_ppi(struct net_walk *walk);
enum net_step net_strip_pktap(struct net_walk *walk);

enum net_step net_strip_tag_4(struct net_walk *walk);
enum net_step net_strip_tag_6(struct net_walk *walk);
enum net_step net_strip_tag_8(struct net_walk *walk);
enum net_step net_strip_llc(struct net_walk *walk);
enum net_step net_strip_nlpid(struct net_walk *walk);
enum net_step net_strip_backbone(struct net_walk *walk);
enum net_step net_strip_macsec(struct net_walk *walk);
enum net_step net_strip_mpls(struct net_walk *walk);
enum net_step net_strip_nsh(struct net_walk *walk);
enum net_step net_strip_ethertype(struct net_walk *walk);

enum net_step net_strip_ppp(struct net_walk *walk);
enum net_step net_strip_pppoe(struct net_walk *walk);
enum net_step net_strip_ppp_direction(struct net_walk *walk);
enum net_step net_strip_hdlc(struct net_walk *walk);
enum net_step net_strip_frame_relay(struct net_walk *walk);

enum net_step net_strip_wlan(struct net_walk *walk);
enum net_step net_strip_radiotap(struct net_walk *walk);
enum net_step net_strip_prism(struct net_walk *walk);
enum net_step net_strip_avs(struct net_walk *walk);

enum net_step net_strip_juniper_ethernet(struct net_walk *walk);
enum net_step net_strip_juniper_ppp(struct net_walk *walk);
enum net_step net_strip_juniper_frame_relay(struct net_walk *walk);
enum net_step net_strip_juniper_hdlc(struct net_walk *walk);
enum net_step net_strip_juniper_ethertype(struct net_walk *walk);

enum net_step net_strip_gre(struct net_walk *walk);
enum net_step net_strip_erspan_ii(struct net_walk *walk);
enum net_step net_strip_erspan_iii(struct net_walk *walk);
enum net_step net_strip_wccp(struct net_walk *walk);
enum net_step net_strip_etherip(struct net_walk *walk);

enum net_step net_strip_udp(struct net_walk *walk);

/* A quotation in an ICMP error: the header, with extension headers when it begins a datagram. */
enum net_step net_strip_quoted(struct net_cursor *cursor, struct net_ip *out);

#endif
