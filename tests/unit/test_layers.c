/* test_layers.c - the same packet in everything that may be around it. The rows show the frames as they are on the
 * wire.
 */
#include "net/net.h"
#include "tests/unit/frame_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { LINK_RAW = 101 };

/* What may be inside a row. */
enum { BOTH, ONLY_V4, ONLY_V6 };

/* Parts that many rows share. */
#define SNAP "aaaa03000000 TYPE PACKET"
#define WLAN_DATA "0801 WLAN " SNAP
#define PPPOE "1100 0007 LEN PPP PACKET"
#define VXLAN "0800000000000700"
#define MGC "4d474301"

static const struct way {
    const char *name;
    int linktype;
    const char *frame;
    int inside;
} ways[] = {
    /* link types */
    {"NULL, little-endian", 0, "02000000 PACKET", BOTH},
    {"NULL, big-endian", 0, "00000002 PACKET", BOTH},
    {"LOOP", 108, "00000018 PACKET", BOTH},
    {"Ethernet", 1, "ETH TYPE PACKET", BOTH},
    {"Ethernet, SNAP", 1, "ETH LEN " SNAP, BOTH},
    {"Ethernet, LLC", 1, "ETH LEN 060603 PACKET", BOTH},
    {"raw", 101, "PACKET", BOTH},
    {"raw, BSD", 12, "PACKET", BOTH},
    {"raw, OpenBSD", 14, "PACKET", BOTH},
    {"IPv4", 228, "PACKET", BOTH},
    {"IPv6", 229, "PACKET", BOTH},
    {"SLL", 113, "0000 0001 0006 0000000000000000 TYPE PACKET", BOTH},
    {"SLL, VLAN", 113, "0000 0001 0006 0000000000000000 8100 0007 TYPE PACKET", BOTH},
    {"SLL, LLC", 113, "0000 0001 0006 0000000000000000 0004 " SNAP, BOTH},
    {"SLL, radiotap", 113, "0000 0323 0006 0000000000000000 0004 0000 0800 00000000 " WLAN_DATA, BOTH},
    {"SLL2", 276, "TYPE 0000 00000003 0001 04 06 0000000000000000 PACKET", BOTH},
    {"PPP", 9, "ff03 PPP PACKET", BOTH},
    {"PPP without address", 9, "PPP PACKET", BOTH},
    {"PPP, protocol of one byte", 9, "ff03 21 PACKET", ONLY_V4},
    {"PPP, protocol of one byte, IPv6", 9, "57 PACKET", ONLY_V6},
    {"PPP, MPLS", 9, "ff03 0281 00064140 PACKET", BOTH},
    {"PPP_HDLC", 50, "ff03 PPP PACKET", BOTH},
    {"PPP_HDLC, Cisco", 50, "0f00 TYPE PACKET", BOTH},
    {"PPP_ETHER", 51, PPPOE, BOTH},
    {"C_HDLC", 104, "8f00 TYPE PACKET", BOTH},
    {"PPP_PPPD", 166, "0103 PPP PACKET", BOTH},
    {"PPP_WITH_DIR", 204, "00 ff03 PPP PACKET", BOTH},
    {"FRELAY", 107, "1841 03 NLPID PACKET", BOTH},
    {"FRELAY, SNAP", 107, "1841 0300 80 000000 TYPE PACKET", BOTH},
    {"FRELAY, address of four bytes, Cisco", 107, "18404061 TYPE PACKET", BOTH},
    {"ATM_RFC1483", 100, SNAP, BOTH},
    {"ATM_RFC1483, routed", 100, "fefe03 NLPID PACKET", BOTH},
    {"ATM_RFC1483, bridged", 100, "aaaa03 0080c2 0007 0000 ETH TYPE PACKET", BOTH},
    {"FDDI", 10, "50 ETH " SNAP, BOTH},
    {"token ring", 6, "1040 ETH " SNAP, BOTH},
    {"token ring with a route", 6, "1040 020000000001 820000000002 06300012 0023 " SNAP, BOTH},
    {"IP_OVER_FC", 122, "0000000000000000 0000000000000000 " SNAP, BOTH},
    {"ENC", 109, "02000000 00001234 00000000 PACKET", BOTH},
    {"IPNET", 226, "01 02 0000 00000000 00000001 00000000 00000000 00000000 PACKET", BOTH},
    {"NFLOG, little-endian", 239, "02 00 0005 0800 0100 08000100 0500 0a00 00000000 LE+4 0900 PACKET", BOTH},
    {"NFLOG, big-endian", 239, "0a 00 0005 0008 0001 08000100 0005 000a 00000000 LEN+4 0009 PACKET", BOTH},
    {"NFLOG, little-endian, nested attribute", 239, "02 00 0005 0800 1280 08000100 LE+4 0900 PACKET", BOTH},
    {"NFLOG, big-endian, nested attribute", 239, "02 00 0005 0008 8012 08000100 LEN+4 0009 PACKET", BOTH},
    {"PPI, Ethernet", 192, "0000 0800 01000000 ETH TYPE PACKET", BOTH},
    {"PPI, 802.11", 192, "0000 0c00 69000000 00000000 " WLAN_DATA, BOTH},
    {"PKTAP", 258, "14000000 01000000 01000000 656e3000 00000000 ETH TYPE PACKET", BOTH},
    {"DSA", 283, "ETH c0050000 TYPE PACKET", BOTH},
    {"EDSA", 284, "ETH dada 0000 c0050000 TYPE PACKET", BOTH},
    {"Broadcom tag", 281, "ETH 00000001 TYPE PACKET", BOTH},
    {"Broadcom tag before", 282, "00000001 ETH TYPE PACKET", BOTH},
    {"Juniper Ethernet", 178, MGC " ETH TYPE PACKET", BOTH},
    {"Juniper Ethernet, extensions", 178, "4d474381 0006 010400000001 ETH TYPE PACKET", BOTH},
    {"Juniper Ethernet, no link header", 178, "4d474303 02000000 PACKET", BOTH},
    {"Juniper PPP", 179, MGC " ff03 PPP PACKET", BOTH},
    {"Juniper frame relay", 180, MGC " 1841 03 NLPID PACKET", BOTH},
    {"Juniper Cisco HDLC", 181, MGC " 0f00 TYPE PACKET", BOTH},
    {"Juniper PPPoE", 167, MGC " ETH 8864 " PPPOE, BOTH},
    {"Juniper PPPoE over ATM", 168, MGC " 8864 " PPPOE, BOTH},
    /* 802.11 */
    {"802.11", 105, WLAN_DATA, BOTH},
    {"802.11, four addresses", 105, "0803 WLAN 020000000004 " SNAP, BOTH},
    {"802.11, QoS", 105, "8802 WLAN 0000 " SNAP, BOTH},
    {"802.11, QoS, HT control", 105, "8882 WLAN 0000 01020304 " SNAP, BOTH},
    {"802.11, order bit without QoS", 105, "0881 WLAN " SNAP, BOTH},
    {"802.11, QoS, four addresses", 105, "8803 WLAN 020000000004 0000 " SNAP, BOTH},
    {"802.11, decrypted", 105, "0841 WLAN " SNAP, BOTH},
    {"802.11, A-MSDU of one", 105, "8801 WLAN 8000 ETH LEN " SNAP, BOTH},
    {"802.11, A-MSDU of one, then FCS", 127, "0000 0900 02000000 10 8801 WLAN 8000 ETH LEN " SNAP " 01020304", BOTH},
    {"radiotap", 127, "0000 0800 00000000 " WLAN_DATA, BOTH},
    {"radiotap, TSFT and flags", 127, "0000 1100 03000000 0000000000000000 00 " WLAN_DATA, BOTH},
    {"radiotap, padded", 127, "0000 0900 02000000 20 8801 WLAN 0000 0000 " SNAP, BOTH},
    {"radiotap, more words, padded", 127,
     "0000 1900 03000080 00000000 00000000 0000000000000000 20 8801 WLAN 0000 0000 " SNAP, BOTH},
    {"radiotap, FCS", 127, "0000 0900 02000000 10 " WLAN_DATA " 01020304", BOTH},
    {"AVS", 163, "80211001 0000000c 00000000 " WLAN_DATA, BOTH},
    {"Prism", 119, "44000000 0c000000 00000000 " WLAN_DATA, BOTH},
    {"Prism, big-endian", 119, "00000044 0000000c 00000000 " WLAN_DATA, BOTH},
    {"AVS as Prism", 119, "80211001 0000000c 00000000 " WLAN_DATA, BOTH},
    /* behind an Ethernet type */
    {"VLAN", 1, "ETH 8100 0064 TYPE PACKET", BOTH},
    {"QinQ", 1, "ETH 88a8 0001 8100 0002 TYPE PACKET", BOTH},
    {"QinQ, old", 1, "ETH 9100 0001 9200 0002 8100 0003 TYPE PACKET", BOTH},
    {"VLAN, SNAP", 1, "ETH 8100 0064 LEN " SNAP, BOTH},
    {"MPLS", 1, "ETH 8847 00064040 000c8140 PACKET", BOTH},
    {"MPLS, explicit null", 1, "ETH 8847 00000140 PACKET", BOTH},
    {"MPLS multicast", 1, "ETH 8848 00064140 PACKET", BOTH},
    {"MPLS, Ethernet with control word", 1, "ETH 8847 00064140 00000000 ETH TYPE PACKET", BOTH},
    {"MPLS, Ethernet to 02:...", 1, "ETH 8847 00064140 ETH TYPE PACKET", BOTH},
    {"MPLS, Ethernet to 45:...", 1, "ETH 8847 00064140 450000000001 020000000002 TYPE PACKET", BOTH},
    {"MPLS, Ethernet to 60:...", 1, "ETH 8847 00064140 600000000001 020000000002 TYPE PACKET", BOTH},
    {"MPLS, Ethernet to a0:..., VLAN", 1, "ETH 8847 00064140 a00000000001 020000000002 8100 0001 TYPE PACKET", BOTH},
    {"PPPoE", 1, "ETH 8864 " PPPOE, BOTH},
    {"transparent bridging", 1, "ETH 6558 ETH TYPE PACKET", BOTH},
    {"802.1ah", 1, "ETH 88a8 0005 88e7 00000123 ETH 8100 0007 TYPE PACKET", BOTH},
    {"Cisco metadata", 1, "ETH 8909 0101 0001 0010 TYPE PACKET", BOTH},
    {"HSR", 1, "ETH 892f 0030 0001 TYPE PACKET", BOTH},
    {"VN-Tag", 1, "ETH 8926 00010002 TYPE PACKET", BOTH},
    {"802.1BR", 1, "ETH 893f 000000000000 TYPE PACKET", BOTH},
    {"MACsec, integrity only", 1, "ETH 88e5 00 00 00000001 TYPE PACKET 00112233445566778899aabbccddeeff", BOTH},
    {"MACsec, SCI", 1, "ETH 88e5 20 00 00000001 0200000000010001 TYPE PACKET", BOTH},
    {"NSH", 1, "ETH 894f 0002 02 01 000001ff PACKET", BOTH},
    /* in IP */
    {"IP in IPv4", LINK_RAW, "IP/IP PACKET", BOTH},
    {"IP in IPv6", LINK_RAW, "IP6/IP PACKET", BOTH},
    {"IP in IP in IP", LINK_RAW, "IP6/4 IP/IP PACKET", BOTH},
    {"GRE", LINK_RAW, "IP/47 0000 TYPE PACKET", BOTH},
    {"GRE in IPv6", LINK_RAW, "IP6/47 0000 TYPE PACKET", BOTH},
    {"GRE, checksum, key, sequence", LINK_RAW, "IP/47 b000 TYPE 00000000 00000007 00000001 PACKET", BOTH},
    {"GRE, Ethernet", LINK_RAW, "IP/47 2000 6558 00000007 ETH TYPE PACKET", BOTH},
    {"GRE, MPLS", LINK_RAW, "IP/47 0000 8847 00064140 PACKET", BOTH},
    {"PPTP", LINK_RAW, "IP/47 3001 880b LEN 0001 00000001 ff03 PPP PACKET", BOTH},
    {"PPTP, acknowledgement", LINK_RAW, "IP/47 3081 880b LEN 0001 00000001 00000000 PPP PACKET", BOTH},
    {"WCCP", LINK_RAW, "IP/47 0000 883e PACKET", ONLY_V4},
    {"WCCP 2", LINK_RAW, "IP/47 0000 883e 00000000 PACKET", BOTH},
    {"ERSPAN I", LINK_RAW, "IP/47 0000 88be ETH TYPE PACKET", BOTH},
    {"ERSPAN II", LINK_RAW, "IP/47 1000 88be 00000001 1000000000000000 ETH TYPE PACKET", BOTH},
    {"ERSPAN III", LINK_RAW, "IP/47 1000 22eb 00000001 200000000000000000000000 ETH TYPE PACKET", BOTH},
    {"ERSPAN III, subheader", LINK_RAW,
     "IP/47 1000 22eb 00000001 200000000000000000000001 0000000000000000 ETH TYPE PACKET", BOTH},
    {"ERSPAN III, IP", LINK_RAW, "IP/47 1000 22eb 00000001 200000000000000000000800 PACKET", BOTH},
    {"EtherIP", LINK_RAW, "IP/97 3000 ETH TYPE PACKET", BOTH},
    {"MPLS in IP", LINK_RAW, "IP/137 00064140 PACKET", BOTH},
    {"Ethernet in IPv6", LINK_RAW, "IP6/143 ETH TYPE PACKET", BOTH},
    /* in UDP */
    {"VXLAN", LINK_RAW, "IP/17 UDP/4789 " VXLAN " ETH TYPE PACKET", BOTH},
    {"VXLAN in IPv6", LINK_RAW, "IP6/17 UDP/4789 " VXLAN " ETH 8100 0001 TYPE PACKET", BOTH},
    {"VXLAN of Linux", LINK_RAW, "IP/17 UDP/8472 " VXLAN " ETH TYPE PACKET", BOTH},
    {"LISP", LINK_RAW, "IP/17 UDP/4341 80123456 00000001 PACKET", BOTH},
    {"VXLAN, reserved bits", LINK_RAW, "IP/17 UDP/4789 0c00000000000701 ETH TYPE PACKET", BOTH},
    {"VXLAN, group policy", LINK_RAW, "IP/17 UDP/4789 8808000500000700 ETH TYPE PACKET", BOTH},
    {"VXLAN-GPE, IP", LINK_RAW, "IP/17 UDP/4790 0c00000100000700 PACKET", BOTH},
    {"VXLAN-GPE, Ethernet", LINK_RAW, "IP/17 UDP/4790 0800000000000700 ETH TYPE PACKET", BOTH},
    {"VXLAN-GPE, NSH", LINK_RAW, "IP/17 UDP/4790 0c00000400000700 0002 02 03 000001ff ETH TYPE PACKET", BOTH},
    {"GENEVE", LINK_RAW, "IP/17 UDP/6081 0000 6558 00000700 ETH TYPE PACKET", BOTH},
    {"GENEVE, options, IP", LINK_RAW, "IP/17 UDP/6081 0200 TYPE 00000700 0102030141414141 PACKET", BOTH},
    {"TZSP", LINK_RAW, "IP/17 UDP/37008 0100 0001 01 ETH TYPE PACKET", BOTH},
    {"TZSP, tags, 802.11", LINK_RAW, "IP/17 UDP/37008 0100 0012 00 0a01 05 00 01 " WLAN_DATA, BOTH},
    {"GTP-U", LINK_RAW, "IP/17 UDP/2152 30ff LEN-4 00000007 PACKET", BOTH},
    {"GTP-U, sequence", LINK_RAW, "IP/17 UDP/2152 32ff LEN-4 00000007 00010000 PACKET", BOTH},
    {"GTP-U, extensions", LINK_RAW, "IP/17 UDP/2152 34ff LEN-4 00000007 00000085 01000085 02000000 00000000 PACKET",
     BOTH},
    {"Teredo", LINK_RAW, "IP/17 UDP/3544 PACKET", ONLY_V6},
    {"Teredo, origin", LINK_RAW, "IP/17 UDP/3544 0000 c350 0a000001 PACKET", ONLY_V6},
    {"MPLS in UDP", LINK_RAW, "IP/17 UDP/6635 00064140 PACKET", BOTH},
    {"L2TP", LINK_RAW, "IP/17 UDP/1701 0002 0001 0002 ff03 PPP PACKET", BOTH},
    {"L2TP, all fields", LINK_RAW, "IP/17 UDP/1701 4b02 LEN+4 0001 0002 0001 0001 0002 0000 ff03 PPP PACKET", BOTH},
    /* several */
    {"as providers stack it", 1,
     "ETH 88a8 0001 8100 0002 8847 00064140 IP/17 UDP/4789 " VXLAN " ETH 8864 1100 0007 LEN 0021 IP/47 2000 6558 "
     "00000001 ETH 8100 0005 TYPE PACKET",
     BOTH},
};

/* ---- packets to put inside ---- */

#define V4(total, protocol) 0x45, 0, 0, (total), 0x12, 0x34, 0x40, 0, 63, (protocol), 0, 0, 192, 0, 2, 1, 192, 0, 2, 2
#define V6(length, next)                                                                                               \
    0x60, 0, 0, 0, 0, (length), (next), 61, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x20, 1, 0x0d,    \
        0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2
#define PORTS 0x9c, 0x40, 0, 21, 1, 2, 3, 4
#define TCP(header_len, flags) PORTS, 5, 6, 7, 8, (header_len)*4, (flags), 2, 0, 0, 0, 0, 0

static const uint8_t command[] = {V4(46, 6), TCP(20, 0x18), 'N', 'O', 'O', 'P', '\r', '\n'};
static const uint8_t syn[] = {V4(48, 6), TCP(28, 0x02), 2, 4, 5, 0xb4, 1, 3, 3, 7};
static const uint8_t refusal[] = {V4(56, 1), 3, 1, 0, 0, 0, 0, 0, 0, V4(60, 6), PORTS};
static const uint8_t command_v6[] = {V6(34, 60), 6, 0, 1, 4, 0, 0, 0, 0, TCP(20, 0x18), 'N', 'O', 'O', 'P', '\r', '\n'};
static const uint8_t refusal_v6[] = {V6(68, 58), 1, 4, 0, 0, 0, 0, 0, 0, V6(20, 6), TCP(20, 0x02)};

#define SPAN(bytes)                                                                                                    \
    {                                                                                                                  \
        bytes, sizeof(bytes)                                                                                           \
    }
static const struct fsc_span packets[] = {SPAN(command), SPAN(syn), SPAN(refusal), SPAN(command_v6), SPAN(refusal_v6)};

static bool fits(const struct way *way, struct fsc_span packet)
{
    return way->inside == BOTH || text_is_v6(&packet) == (way->inside == ONLY_V6);
}

/* Decodes a copy of exactly this size, so that the sanitizers see a read behind it. */
static struct net_packet decode(int linktype, struct fsc_span captured, size_t wire_len, uint8_t **copy)
{
    struct net_packet packet;
    *copy = g_malloc(captured.n > 0 ? captured.n : 1);
    memcpy(*copy, captured.p, captured.n);
    net_frame_decode(linktype, (struct fsc_span){*copy, captured.n}, wire_len, &packet);
    if (packet.kind == NET_KIND_TCP) {
        assert_true(packet.payload.p >= *copy && packet.payload.p + packet.payload.n <= *copy + captured.n);
        assert_true(packet.payload.n <= packet.payload_len);
    }
    return packet;
}

static void assert_same(const char *name, const struct net_packet *a, const struct net_packet *b)
{
    if (a->kind != b->kind)
        fail_msg("%s: kind %d", name, (int)b->kind);
    assert_memory_equal(&a->from, &b->from, sizeof(a->from));
    assert_memory_equal(&a->to, &b->to, sizeof(a->to));
    assert_memory_equal(&a->icmp_from, &b->icmp_from, sizeof(a->icmp_from));
    assert_true(a->ttl == b->ttl && a->ip_id == b->ip_id && a->seq == b->seq && a->ack == b->ack);
    assert_true(a->flags == b->flags && a->window == b->window && a->header_hash == b->header_hash);
    assert_true(a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code && a->icmp_v6 == b->icmp_v6);
    assert_int_equal(a->payload_len, b->payload_len);
    assert_int_equal(a->payload.n, b->payload.n);
    if (a->payload.n > 0)
        assert_memory_equal(a->payload.p, b->payload.p, a->payload.n);
}

static void the_packet_is_the_same_in_everything(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        for (size_t j = 0; j < G_N_ELEMENTS(packets); j++) {
            uint8_t *bare_copy, *copy;
            if (!fits(&ways[i], packets[j]))
                continue;
            GByteArray *frame = frame_text(ways[i].frame, packets[j]);
            struct net_packet bare = decode(LINK_RAW, packets[j], packets[j].n, &bare_copy);
            struct net_packet packet =
                decode(ways[i].linktype, (struct fsc_span){frame->data, frame->len}, frame->len, &copy);
            assert_same(ways[i].name, &bare, &packet);
            assert_true(packet.kind == NET_KIND_TCP || packet.kind == NET_KIND_ICMP);
            g_free(bare_copy);
            g_free(copy);
            g_byte_array_unref(frame);
        }
    }
}

/* Cut anywhere by the snap length: told as that, until the TCP header is whole. */
static void the_snap_length_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        struct fsc_span inside = fits(&ways[i], packets[0]) ? packets[0] : packets[3];
        GByteArray *frame = frame_text(ways[i].frame, inside);
        size_t trailer = 0;
        while (memcmp(frame->data + frame->len - trailer - 6, "NOOP\r\n", 6) != 0)
            trailer++;
        for (size_t captured = 0; captured < frame->len - trailer; captured++) {
            uint8_t *copy;
            struct net_packet packet =
                decode(ways[i].linktype, (struct fsc_span){frame->data, captured}, frame->len, &copy);
            bool whole = captured + trailer + 6 >= frame->len;
            if (packet.kind != (whole ? NET_KIND_TCP : NET_KIND_SHORT))
                fail_msg("%s: kind %d of %d bytes", ways[i].name, (int)packet.kind, (int)captured);
            g_free(copy);
        }
        g_byte_array_unref(frame);
    }
}

/* A frame that ends anywhere, or with any byte wrong, is read within its bounds. */
static void broken_frames_stay_within_bounds(void **state)
{
    (void)state;
    static const uint8_t wrong[] = {0, 1, 2, 0x0f, 0x40, 0x7f, 0x80, 0xff};
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        GByteArray *frame = frame_text(ways[i].frame, fits(&ways[i], packets[0]) ? packets[0] : packets[3]);
        uint8_t *copy;
        for (size_t at = 0; at < frame->len; at++) {
            decode(ways[i].linktype, (struct fsc_span){frame->data, at}, at, &copy);
            g_free(copy);
            uint8_t right = frame->data[at];
            for (size_t j = 0; j < sizeof(wrong); j++) {
                frame->data[at] = wrong[j];
                decode(ways[i].linktype, (struct fsc_span){frame->data, frame->len}, frame->len, &copy);
                g_free(copy);
            }
            frame->data[at] = right;
        }
        g_byte_array_unref(frame);
    }
}

/* ---- what is not looked into ---- */

static const struct {
    const char *name; /* of what is counted as unread; NULL: other */
    int linktype;
    const char *frame;
} others[] = {
    {"link type 147", 147, "PACKET"},
    {"link type 189", 192, "0000 0800 bd000000 PACKET"},
    {"Ethernet type 0x88e5 (MACsec)", 1, "ETH 88e5 2c 00 00000001 0200000000010001 PACKET"},
    {"Ethernet type 0x0be0", 1, "ETH 0be0 PACKET"},
    {"Ethernet type 0x22f3 (TRILL)", 1, "ETH 8100 0001 22f3 PACKET"},
    {"IP protocol 50 (ESP)", LINK_RAW, "IP/50 PACKET"},
    {"IP protocol 50 (ESP)", LINK_RAW, "IP6/50 PACKET"},
    {"IP protocol 50 (ESP)", LINK_RAW, "IP/17 UDP/4500 00001234 00000001 PACKET"},
    {"IP protocol 108 (IPComp)", LINK_RAW, "IP/108 PACKET"},
    {"IP protocol 115 (L2TP)", LINK_RAW, "IP/115 PACKET"},
    {"L2TP version 3", LINK_RAW, "IP/17 UDP/1701 0003 0000 00000001 PACKET"},
    {"GRE payload 0x2000", LINK_RAW, "IP/47 0000 2000 PACKET"},
    {"GRE payload 0x0800 (IPv4)", LINK_RAW, "IP/47 4000 0800 00000000 PACKET"},
    {"PPP protocol 0x003d (multilink)", 9, "ff03 003d c0000001 PACKET"},
    {"PPP protocol 0x00fd (compressed or MPPE)", 9, "fd PACKET"},
    {"PPP protocol 0x0073", 9, "0073 PACKET"},
    {"encrypted 802.11", 105, "0841 WLAN 0000002000000000 PACKET"},
    {"fragmented 802.11", 105, "0805 WLAN " SNAP},
    {"fragmented 802.11", 105, "0801 0000 020000000001020000000002020000000003 0100 " SNAP},
    {"aggregated 802.11 (A-MSDU)", 105, "8801 WLAN 8000 ETH 0004 aaaa0300 0000 ETH LEN " SNAP},
    {"MPLS payload", 1, "ETH 8847 00064140 f0000000 PACKET"},
    {"NSH protocol 9", 1, "ETH 894f 0002 02 09 000001ff PACKET"},
    {"more headers than are followed", LINK_RAW,
     "IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 "
     "IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 IP/4 PACKET"},
    /* nothing that could carry IP */
    {NULL, 1, "ETH 0806 0001080006040001"},
    {NULL, 1, "ETH 88cc 0207040200000000"},
    {NULL, 1, "ETH 8863 1109 0000 0000"},
    {NULL, 1, "ETH 9000 0000 0100"},
    {NULL, 1, "ETH LEN 424203 0000000000000000"},
    {NULL, 1, "ETH LEN aaaa03 00000c 2000 0000000000000000"},
    {NULL, 1, "ETH 05f0 PACKET"},
    {NULL, 0, "10000000 PACKET"},
    {NULL, 113, "0000 0338 0000 0000000000000000 0000 PACKET"},
    {NULL, 9, "ff03 c021 01010004"},
    {NULL, 9, "80fd 01010004"},
    {NULL, 105, "8000 WLAN 0000000000000000"},
    {NULL, 105, "4811 WLAN"},
    {NULL, 105, "c811 WLAN 0000"},
    {NULL, 105, "d400 0000 020000000001"},
    {NULL, 239, "02 00 0005 0800 0100 08000100"},
    {NULL, 258, "14000000 00000000 01000000 656e3000 00000000 PACKET"},
    {NULL, LINK_RAW, "IP/89 PACKET"},
    {NULL, LINK_RAW, "IP/47 0000 0000"},
    {NULL, LINK_RAW, "IP/47 2081 880b 0000 0001 00000001"},
    {NULL, LINK_RAW, "IP/137 00064140 10000000 PACKET"},
    {NULL, LINK_RAW, "IP/17 UDP/53 PACKET"},
    {NULL, LINK_RAW, "IP/17 UDP/4789 0000000000000700 ETH TYPE PACKET"},
    {NULL, LINK_RAW, "IP/17 UDP/4789 0c00000000000701 PACKET"},
    {NULL, LINK_RAW, "IP/17 UDP/4789 0800"},
    {NULL, LINK_RAW, "IP/17 UDP/6081 4000 6558 00000700 ETH TYPE PACKET"},
    {NULL, LINK_RAW, "IP/17 UDP/6081 0000 1234 00000700 PACKET"},
    {NULL, LINK_RAW, "IP/17 UDP/37008 0100 0001 ff ff"},
    {NULL, LINK_RAW, "IP/17 UDP/37008 0101 0001 01 ETH TYPE PACKET"},
    {NULL, LINK_RAW, "IP/17 UDP/2152 30ff 0003 00000007 PACKET"},
    {NULL, LINK_RAW, "IP/17 UDP/2152 3001 LEN-4 00000007 PACKET"},
    {NULL, LINK_RAW, "IP/17 UDP/2152 34ff LEN-4 00000007 00000085 00000000 PACKET"},
    {NULL, LINK_RAW, "IP/17 UDP/1701 c802 LEN+4 0001 0002 0000 0001"},
    {NULL, LINK_RAW, "IP/17 UDP/4500 ff"},
    {NULL, LINK_RAW, "IP/17 UDP/4500 00000000 0102030405060708"},
    {NULL, LINK_RAW, "IP/17 UDP/6635 00064140 f0000000 PACKET"},
};

static void what_is_not_read_has_a_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        char text[NET_UNREAD_TEXT_MAX];
        uint8_t *copy;
        GByteArray *frame = frame_text(others[i].frame, packets[0]);
        struct net_packet packet =
            decode(others[i].linktype, (struct fsc_span){frame->data, frame->len}, frame->len, &copy);
        if (packet.kind != (others[i].name != NULL ? NET_KIND_UNREAD : NET_KIND_OTHER))
            fail_msg("%s: kind %d", others[i].frame, (int)packet.kind);
        if (others[i].name != NULL)
            assert_string_equal(net_unread_describe(&packet.unread, text, sizeof(text)), others[i].name);
        g_free(copy);
        g_byte_array_unref(frame);
    }
}

static const struct {
    int linktype;
    const char *frame;
} malformed[] = {
    {1, "ETH"},
    {1, "ETH 8100 00"},
    {1, "ETH 8847 00064040 00064040"},
    {1, "ETH 8864 2100 0007 LEN PPP PACKET"},
    {1, "ETH 894f 0001 02 01 PACKET"},
    {127, "0100 0800 00000000 " WLAN_DATA},
    {127, "0000 0700 00000000 " WLAN_DATA},
    {127, "0000 0900 02000000 40 " WLAN_DATA}, /* arrived broken */
    {163, "80211001 00000007 " WLAN_DATA},
    {178, "4d474001 ETH TYPE PACKET"},
    {192, "0000 0700 01000000 ETH TYPE PACKET"},
    {239, "02 00 0005 0300 0100 PACKET"},
    {258, "0b000000 01000000 01000000 PACKET"},
    {107, "18404040 03 NLPID PACKET"},
    {LINK_RAW, "IP/97 2000 ETH TYPE PACKET"},
};

static void wrong_headers_are_malformed(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(malformed); i++) {
        uint8_t *copy;
        GByteArray *frame = frame_text(malformed[i].frame, packets[0]);
        struct net_packet packet =
            decode(malformed[i].linktype, (struct fsc_span){frame->data, frame->len}, frame->len, &copy);
        if (packet.kind != NET_KIND_MALFORMED)
            fail_msg("%s: kind %d", malformed[i].frame, (int)packet.kind);
        g_free(copy);
        g_byte_array_unref(frame);
    }
}

/* Only the quotation of a bare TCP segment tells of a connection. */
static void icmp_about_a_tunnel_is_other(void **state)
{
    (void)state;
    GByteArray *frame = frame_text("IP/1 0301000000000000 IP/47 0000 0800 PACKET", packets[0]);
    struct net_packet packet;
    net_frame_decode(LINK_RAW, (struct fsc_span){frame->data, frame->len}, frame->len, &packet);
    assert_int_equal(packet.kind, NET_KIND_OTHER);
    g_byte_array_unref(frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_packet_is_the_same_in_everything), cmocka_unit_test(the_snap_length_is_told),
        cmocka_unit_test(broken_frames_stay_within_bounds),     cmocka_unit_test(what_is_not_read_has_a_name),
        cmocka_unit_test(wrong_headers_are_malformed),          cmocka_unit_test(icmp_about_a_tunnel_is_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
