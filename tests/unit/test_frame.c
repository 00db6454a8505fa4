/* test_frame.c - one frame of every link type and IP shape, spelled out. Checksums are zero everywhere on purpose. */
#include "net/net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { LINK_NULL = 0, LINK_ETHERNET = 1, LINK_RAW = 101, LINK_LOOP = 108, LINK_SLL = 113, LINK_SLL2 = 276 };

/* ---- what the frames are put together from ---- */

#define MACS 0x02, 0, 0, 0, 0, 0x01, 0x02, 0, 0, 0, 0, 0x02 /* destination, source */

/* IPv4 192.0.2.1 -> 192.0.2.2, TTL 63, id 0x1234; `fragment` is the 16-bit field of flags and offset. */
#define IPV4(total, fragment, protocol)                                                                                \
    0x45, 0, (uint8_t)((total) >> 8), (uint8_t)(total), /* version 4, 20 bytes; total length */                        \
        0x12, 0x34, (uint8_t)((fragment) >> 8), (uint8_t)(fragment), 63, (protocol), 0,                                \
        0, /* TTL, protocol, checksum */                                                                               \
        192, 0, 2, 1, 192, 0, 2, 2

/* IPv6 2001:db8::1 -> 2001:db8::2, hop limit 61. */
#define IPV6(length, next)                                                                                             \
    0x60, 0, 0, 0, (uint8_t)((length) >> 8), (uint8_t)(length), (next), 61, /* payload length, next header */          \
        0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,         /* source */                               \
        0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2          /* destination */

/* 40000 -> 21, sequence 0x01020304, acknowledges 0x05060708, PSH ACK, window 512. */
#define TCP_START 0x9c, 0x40, 0, 21, 1, 2, 3, 4, 5, 6, 7, 8
#define TCP TCP_START, 0x50, 0x18, 2, 0, 0, 0, 0, 0
#define TCP_OPTIONS TCP_START, 0x80, 0x18, 2, 0, 0, 0, 0, 0, 1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2 /* timestamps */

#define NOOP 'N', 'O', 'O', 'P', '\r', '\n'

static struct net_packet decode_cut(int linktype, const uint8_t *frame, size_t captured, size_t wire_len)
{
    struct net_packet packet;
    net_frame_decode(linktype, (struct fsc_span){frame, captured}, wire_len, &packet);
    return packet;
}

#define DECODE(linktype, frame) decode_cut(linktype, frame, sizeof(frame), sizeof(frame))

/* The TCP segment of TCP and NOOP above, by whatever way it came. */
static void assert_noop(const struct net_packet *packet)
{
    assert_int_equal(packet->kind, NET_KIND_TCP);
    assert_int_equal(packet->from.port, 40000);
    assert_int_equal(packet->to.port, 21);
    assert_int_equal(packet->seq, 0x01020304);
    assert_int_equal(packet->ack, 0x05060708);
    assert_int_equal(packet->flags, NET_PSH | NET_ACK);
    assert_int_equal(packet->window, 512);
    assert_int_equal(packet->payload_len, 6);
    assert_int_equal(packet->payload.n, 6);
    assert_memory_equal(packet->payload.p, "NOOP\r\n", 6);
}

/* ---- link types ---- */

static void ethernet(void **state)
{
    (void)state;
    const uint8_t frame[] = {MACS, 0x08, 0x00, IPV4(46, 0x4000, 6), TCP, NOOP};
    struct net_packet packet = DECODE(LINK_ETHERNET, frame);
    assert_noop(&packet);
    assert_int_equal(packet.from.addr.kind, FSC_ADDR_V4);
    assert_memory_equal(packet.from.addr.bytes, "\xc0\0\2\1\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    assert_memory_equal(packet.to.addr.bytes, "\xc0\0\2\2", 4);
    assert_int_equal(packet.ttl, 63);
    assert_int_equal(packet.ip_id, 0x1234);
}

static void ethernet_padding_is_no_payload(void **state)
{
    (void)state;
    const uint8_t frame[] = {MACS, 0x08, 0x00, IPV4(40, 0, 6), TCP, 0, 0, 0, 0, 0, 0};
    struct net_packet packet = DECODE(LINK_ETHERNET, frame);
    assert_int_equal(packet.kind, NET_KIND_TCP);
    assert_int_equal(packet.payload_len, 0);
    assert_int_equal(packet.payload.n, 0);
}

static void vlan_tag(void **state)
{
    (void)state;
    const uint8_t frame[] = {MACS, 0x81, 0x00, 0x00, 0x64, 0x08, 0x00, IPV4(46, 0, 6), TCP, NOOP};
    struct net_packet packet = DECODE(LINK_ETHERNET, frame);
    assert_noop(&packet);
}

static void nested_vlan_tags(void **state)
{
    (void)state;
    const uint8_t q_in_q[] = {MACS, 0x88, 0xa8, 0, 1, 0x81, 0x00, 0, 2, 0x08, 0x00, IPV4(46, 0, 6), TCP, NOOP};
    const uint8_t old[] = {MACS, 0x91, 0, 0, 1, 0x91, 0, 0, 2, 0x81, 0, 0, 3, 0x86, 0xdd, IPV6(26, 6), TCP, NOOP};
    struct net_packet packet = DECODE(LINK_ETHERNET, q_in_q);
    assert_noop(&packet);
    packet = DECODE(LINK_ETHERNET, old);
    assert_noop(&packet);
}

static void llc_snap(void **state)
{
    (void)state;
    const uint8_t frame[] = {MACS, 0, 54, 0xaa, 0xaa, 3, 0, 0, 0, 0x08, 0x00, IPV4(46, 0, 6), TCP, NOOP};
    struct net_packet packet = DECODE(LINK_ETHERNET, frame);
    assert_noop(&packet);
}

static void linux_cooked(void **state)
{
    (void)state;
    const uint8_t frame[] = {0,   4,    0,
                             1,   0,    6,
                             2,   0,    0,
                             0,   0,    1,
                             0,   0, /* outgoing, Ethernet, address */
                             8,   0x00, /* protocol */ IPV4(46, 0, 6),
                             TCP, NOOP};
    struct net_packet packet = DECODE(LINK_SLL, frame);
    assert_noop(&packet);
}

static void linux_cooked_with_vlan_tag(void **state)
{
    (void)state;
    const uint8_t frame[] = {0,    0,   0, 1, 0,
                             6,    2,   0, 0, 0,
                             0,    1,   0, 0, 0x81,
                             0x00, /* tag follows */
                             0,    7,   8, 0, IPV4(46, 0, 6),
                             TCP,  NOOP};
    struct net_packet packet = DECODE(LINK_SLL, frame);
    assert_noop(&packet);
}

static void linux_cooked_2(void **state)
{
    (void)state;
    const uint8_t frame[] = {0x86, 0xdd, 0, 0, 0, 0, 0, 3, 0,           1,   4,
                             6, /* protocol, interface 3, Ethernet, outgoing */
                             2,    0,    0, 0, 0, 1, 0, 0, IPV6(26, 6), TCP, NOOP};
    struct net_packet packet = DECODE(LINK_SLL2, frame);
    assert_noop(&packet);
    assert_int_equal(packet.from.addr.kind, FSC_ADDR_V6);
    assert_memory_equal(packet.to.addr.bytes, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2", 16);
    assert_int_equal(packet.ttl, 61);
    assert_int_equal(packet.ip_id, 0);
}

static void raw_ip_under_all_its_numbers(void **state)
{
    (void)state;
    const uint8_t v4[] = {IPV4(46, 0, 6), TCP, NOOP};
    const uint8_t v6[] = {IPV6(26, 6), TCP, NOOP};
    const int numbers[] = {12, 14, 101, 228, 229};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct net_packet packet = DECODE(numbers[i], v4);
        assert_noop(&packet);
        packet = DECODE(numbers[i], v6);
        assert_noop(&packet);
    }
}

static void bsd_loopback(void **state)
{
    (void)state;
    const uint8_t little[] = {2, 0, 0, 0, IPV4(46, 0, 6), TCP, NOOP};
    const uint8_t big[] = {0, 0, 0, 2, IPV4(46, 0, 6), TCP, NOOP};
    const uint8_t darwin_v6[] = {30, 0, 0, 0, IPV6(26, 6), TCP, NOOP};
    const uint8_t openbsd_v6[] = {0, 0, 0, 24, IPV6(26, 6), TCP, NOOP};
    struct net_packet packet = DECODE(LINK_NULL, little);
    assert_noop(&packet);
    packet = DECODE(LINK_NULL, big);
    assert_noop(&packet);
    packet = DECODE(LINK_NULL, darwin_v6);
    assert_noop(&packet);
    packet = DECODE(LINK_LOOP, openbsd_v6);
    assert_noop(&packet);
}

static void other_link_types_are_not_known(void **state)
{
    (void)state;
    assert_true(net_linktype_known(1) && net_linktype_known(276));
    assert_false(net_linktype_known(147) || net_linktype_known(-1));
    const uint8_t frame[] = {IPV4(46, 0, 6), TCP, NOOP};
    struct net_packet packet = DECODE(147, frame);
    assert_int_equal(packet.kind, NET_KIND_UNREAD);
    assert_int_equal(packet.unread.kind, NET_UNREAD_LINK);
    assert_int_equal(packet.unread.number, 147);
}

static void arp_and_udp_are_other(void **state)
{
    (void)state;
    const uint8_t arp[] = {MACS, 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1};
    const uint8_t udp[] = {MACS, 0x08, 0x00, IPV4(28, 0, 17), 0, 53, 0, 53, 0, 8, 0, 0};
    const uint8_t af_other[] = {7, 0, 0, 0, 1, 2, 3, 4};
    assert_int_equal(DECODE(LINK_ETHERNET, arp).kind, NET_KIND_OTHER);
    assert_int_equal(DECODE(LINK_ETHERNET, udp).kind, NET_KIND_OTHER);
    assert_int_equal(DECODE(LINK_NULL, af_other).kind, NET_KIND_OTHER);
}

/* ---- IP ---- */

static void ipv4_options(void **state)
{
    (void)state;
    const uint8_t frame[] = {0x46, 0,   0, 50, 0, 1, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, /* 24 bytes long */
                             0x94, 4,   0, 0,                                                       /* router alert */
                             TCP,  NOOP};
    struct net_packet packet = DECODE(LINK_RAW, frame);
    assert_noop(&packet);
}

/* A sender with segmentation offload is seen before the card writes the length. */
static void ipv4_length_zero_means_the_frame(void **state)
{
    (void)state;
    const uint8_t frame[] = {MACS, 0x08, 0x00, IPV4(0, 0, 6), TCP, NOOP};
    struct net_packet packet = DECODE(LINK_ETHERNET, frame);
    assert_noop(&packet);
    packet = decode_cut(LINK_ETHERNET, frame, sizeof(frame), 14 + 40 + 90000);
    assert_int_equal(packet.payload_len, 90000);
    assert_int_equal(packet.payload.n, 6);
}

static void ipv6_length_zero_means_the_frame(void **state)
{
    (void)state;
    /* RFC 2675: the jumbo length is a hop-by-hop option; Linux shows such packets of its own ("BIG TCP"). */
    const uint8_t frame[] = {IPV6(0, 0), 6, 0, 0xc2, 4, 0, 0, 0, 34, TCP, NOOP};
    struct net_packet packet = DECODE(LINK_RAW, frame);
    assert_noop(&packet);
}

static void ipv4_fragments(void **state)
{
    (void)state;
    const uint8_t first[] = {IPV4(46, 0x2000, 6), TCP, NOOP};
    const uint8_t last[] = {IPV4(46, 0x0010, 6), TCP, NOOP};
    assert_int_equal(DECODE(LINK_RAW, first).kind, NET_KIND_FRAGMENT);
    assert_int_equal(DECODE(LINK_RAW, last).kind, NET_KIND_FRAGMENT);
}

static void ipv6_extension_headers(void **state)
{
    (void)state;
    const uint8_t frame[] = {IPV6(26 + 8 + 16 + 8 + 16, 0), /* next: hop-by-hop */
                             43,
                             0,
                             1,
                             4,
                             0,
                             0,
                             0,
                             0, /* hop-by-hop, next: routing */
                             60,
                             1,
                             4,
                             0,
                             0,
                             0,
                             0,
                             0,
                             0,
                             0,
                             0,
                             0,
                             0,
                             0,
                             0,
                             0, /* routing, next: destination options */
                             51,
                             0,
                             1,
                             4,
                             0,
                             0,
                             0,
                             0, /* next: authentication */
                             6,
                             2,
                             0,
                             0,
                             0,
                             0,
                             0,
                             1,
                             0,
                             0,
                             0,
                             2,
                             9,
                             9,
                             9,
                             9, /* (2 + 2) * 4 bytes, next: TCP */
                             TCP,
                             NOOP};
    struct net_packet packet = DECODE(LINK_RAW, frame);
    assert_noop(&packet);
}

static void ipv6_fragments(void **state)
{
    (void)state;
    const uint8_t atomic[] = {IPV6(34, 44), 6, 0, 0, 0, 0, 0, 0, 7, TCP, NOOP};
    const uint8_t first[] = {IPV6(34, 44), 6, 0, 0, 1, 0, 0, 0, 7, TCP, NOOP};
    const uint8_t last[] = {IPV6(34, 44), 6, 0, 0, 0x40, 0, 0, 0, 7, TCP, NOOP};
    struct net_packet packet = DECODE(LINK_RAW, atomic);
    assert_noop(&packet);
    assert_int_equal(DECODE(LINK_RAW, first).kind, NET_KIND_FRAGMENT);
    assert_int_equal(DECODE(LINK_RAW, last).kind, NET_KIND_FRAGMENT);
}

static void malformed_ip(void **state)
{
    (void)state;
    const uint8_t version[] = {0x55, 0, 0, 20, 0, 0, 0, 0, 64, 6, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2};
    const uint8_t header_len[] = {0x44, 0, 0, 20, 0, 0, 0, 0, 64, 6, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2};
    const uint8_t total[] = {0x45, 0, 0, 19, 0, 0, 0, 0, 64, 6, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2};
    const uint8_t ends[] = {0x45, 0, 0, 20};
    assert_int_equal(DECODE(LINK_RAW, version).kind, NET_KIND_MALFORMED);
    assert_int_equal(DECODE(LINK_RAW, header_len).kind, NET_KIND_MALFORMED);
    assert_int_equal(DECODE(LINK_RAW, total).kind, NET_KIND_MALFORMED);
    assert_int_equal(DECODE(LINK_RAW, ends).kind, NET_KIND_MALFORMED);
}

/* ---- TCP ---- */

static void tcp_options(void **state)
{
    (void)state;
    const uint8_t frame[] = {IPV4(58, 0, 6), TCP_OPTIONS, NOOP};
    struct net_packet packet = DECODE(LINK_RAW, frame);
    assert_noop(&packet);
}

static void snap_length_in_the_payload(void **state)
{
    (void)state;
    const uint8_t frame[] = {IPV4(46, 0, 6), TCP, NOOP};
    struct net_packet packet = decode_cut(LINK_RAW, frame, sizeof(frame) - 4, sizeof(frame));
    assert_int_equal(packet.kind, NET_KIND_TCP);
    assert_int_equal(packet.payload_len, 6);
    assert_int_equal(packet.payload.n, 2);
}

/* The fixed header says all that counts. */
static void snap_length_in_the_options(void **state)
{
    (void)state;
    const uint8_t frame[] = {IPV4(58, 0, 6), TCP_OPTIONS, NOOP};
    struct net_packet packet = decode_cut(LINK_RAW, frame, 20 + 24, sizeof(frame));
    assert_int_equal(packet.kind, NET_KIND_TCP);
    assert_int_equal(packet.payload_len, 6);
    assert_int_equal(packet.payload.n, 0);
}

static void snap_length_before_that(void **state)
{
    (void)state;
    const uint8_t frame[] = {MACS, 0x08, 0x00, IPV4(46, 0, 6), TCP, NOOP};
    for (size_t captured = 0; captured < 14 + 20 + 20; captured++)
        assert_int_equal(decode_cut(LINK_ETHERNET, frame, captured, sizeof(frame)).kind, NET_KIND_SHORT);
}

static void malformed_tcp(void **state)
{
    (void)state;
    const uint8_t data_offset[] = {IPV4(40, 0, 6), TCP_START, 0x40, 0x18, 2, 0, 0, 0, 0, 0};
    const uint8_t options[] = {IPV4(40, 0, 6), TCP_START, 0x60, 0x18, 2, 0, 0, 0, 0, 0};
    const uint8_t datagram[] = {IPV4(36, 0, 6), TCP};
    assert_int_equal(DECODE(LINK_RAW, data_offset).kind, NET_KIND_MALFORMED);
    assert_int_equal(DECODE(LINK_RAW, options).kind, NET_KIND_MALFORMED);
    assert_int_equal(DECODE(LINK_RAW, datagram).kind, NET_KIND_MALFORMED);
}

static void length_beyond_the_frame_is_believed(void **state)
{
    (void)state;
    const uint8_t frame[] = {IPV4(1040, 0, 6), TCP, NOOP};
    struct net_packet packet = DECODE(LINK_RAW, frame);
    assert_int_equal(packet.kind, NET_KIND_TCP);
    assert_int_equal(packet.payload_len, 1000);
    assert_int_equal(packet.payload.n, 6);
}

/* A router changes TTL and checksums, nothing else. */
static void copies_have_the_same_hash(void **state)
{
    (void)state;
    uint8_t frame[] = {IPV4(46, 0, 6), TCP, NOOP};
    uint32_t hash = DECODE(LINK_RAW, frame).header_hash;
    frame[8] = 62;
    frame[10] = 0xab;
    frame[20 + 16] = 0xcd;
    assert_int_equal(DECODE(LINK_RAW, frame).header_hash, hash);
    frame[5]++;
    assert_int_not_equal(DECODE(LINK_RAW, frame).header_hash, hash);
    frame[5]--;
    frame[20 + 18]++; /* urgent pointer */
    assert_int_not_equal(DECODE(LINK_RAW, frame).header_hash, hash);
    frame[20 + 18]--;
    frame[20 + 7]++;
    assert_int_not_equal(DECODE(LINK_RAW, frame).header_hash, hash);
}

/* ---- ICMP ---- */

static void icmp_error_with_the_eight_bytes_of_rfc_792(void **state)
{
    (void)state;
    const uint8_t frame[] = {0x45,
                             0,
                             0,
                             56,
                             0,
                             1,
                             0,
                             0,
                             64,
                             1,
                             0,
                             0,
                             198,
                             51,
                             100,
                             1,
                             192,
                             0,
                             2,
                             1,
                             3,
                             13,
                             0,
                             0,
                             0,
                             0,
                             0,
                             0, /* communication administratively prohibited */
                             IPV4(60, 0x4000, 6),
                             0x9c,
                             0x40,
                             0,
                             21,
                             1,
                             2,
                             3,
                             4};
    struct net_packet packet = DECODE(LINK_RAW, frame);
    assert_int_equal(packet.kind, NET_KIND_ICMP);
    assert_int_equal(packet.icmp_type, 3);
    assert_int_equal(packet.icmp_code, 13);
    assert_false(packet.icmp_v6);
    assert_int_equal(packet.from.port, 40000);
    assert_int_equal(packet.to.port, 21);
    assert_int_equal(packet.to.addr.bytes[3], 2);
    assert_int_equal(packet.seq, 0x01020304);
    assert_memory_equal(packet.icmp_from.bytes, "\xc6\x33\x64\x01", 4);
}

static void icmpv6_error(void **state)
{
    (void)state;
    const uint8_t frame[] = {IPV6(8 + 40 + 20, 58), 1, 4, 0, 0, 0, 0, 0, 0, /* port unreachable */ IPV6(20, 6), TCP};
    struct net_packet packet = DECODE(LINK_RAW, frame);
    assert_int_equal(packet.kind, NET_KIND_ICMP);
    assert_true(packet.icmp_v6);
    assert_int_equal(packet.icmp_type, 1);
    assert_int_equal(packet.icmp_code, 4);
    assert_int_equal(packet.from.port, 40000);
    assert_int_equal(packet.icmp_from.kind, FSC_ADDR_V6);
}

static void icmp_that_is_no_error_of_tcp(void **state)
{
    (void)state;
    const uint8_t echo[] = {IPV4(28, 0, 1), 8, 0, 0, 0, 0, 1, 0, 1};
    const uint8_t redirect[] = {IPV4(56, 0, 1), 5, 1, 0, 0, 10, 0, 0, 1, IPV4(60, 0, 6), 0x9c, 0x40, 0, 21, 1, 2, 3, 4};
    const uint8_t of_udp[] = {IPV4(56, 0, 1), 3, 3, 0, 0, 0, 0, 0, 0, IPV4(60, 0, 17), 0, 53, 0, 53, 0, 40, 0, 0};
    assert_int_equal(DECODE(LINK_RAW, echo).kind, NET_KIND_OTHER);
    assert_int_equal(DECODE(LINK_RAW, redirect).kind, NET_KIND_OTHER);
    assert_int_equal(DECODE(LINK_RAW, of_udp).kind, NET_KIND_OTHER);
}

static void icmp_cut_in_the_quotation(void **state)
{
    (void)state;
    const uint8_t frame[] = {IPV4(56, 0, 1), 3, 1, 0, 0, 0, 0, 0, 0, IPV4(60, 0, 6), 0x9c, 0x40, 0, 21, 1, 2, 3, 4};
    for (size_t captured = 20; captured < sizeof(frame); captured++)
        assert_int_equal(decode_cut(LINK_RAW, frame, captured, sizeof(frame)).kind, NET_KIND_SHORT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ethernet),
        cmocka_unit_test(ethernet_padding_is_no_payload),
        cmocka_unit_test(vlan_tag),
        cmocka_unit_test(nested_vlan_tags),
        cmocka_unit_test(llc_snap),
        cmocka_unit_test(linux_cooked),
        cmocka_unit_test(linux_cooked_with_vlan_tag),
        cmocka_unit_test(linux_cooked_2),
        cmocka_unit_test(raw_ip_under_all_its_numbers),
        cmocka_unit_test(bsd_loopback),
        cmocka_unit_test(other_link_types_are_not_known),
        cmocka_unit_test(arp_and_udp_are_other),
        cmocka_unit_test(ipv4_options),
        cmocka_unit_test(ipv4_length_zero_means_the_frame),
        cmocka_unit_test(ipv6_length_zero_means_the_frame),
        cmocka_unit_test(ipv4_fragments),
        cmocka_unit_test(ipv6_extension_headers),
        cmocka_unit_test(ipv6_fragments),
        cmocka_unit_test(malformed_ip),
        cmocka_unit_test(tcp_options),
        cmocka_unit_test(snap_length_in_the_payload),
        cmocka_unit_test(snap_length_in_the_options),
        cmocka_unit_test(snap_length_before_that),
        cmocka_unit_test(malformed_tcp),
        cmocka_unit_test(length_beyond_the_frame_is_believed),
        cmocka_unit_test(copies_have_the_same_hash),
        cmocka_unit_test(icmp_error_with_the_eight_bytes_of_rfc_792),
        cmocka_unit_test(icmpv6_error),
        cmocka_unit_test(icmp_that_is_no_error_of_tcp),
        cmocka_unit_test(icmp_cut_in_the_quotation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
