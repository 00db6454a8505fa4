/* test_fragments.c - datagrams in pieces: the connection hears of them as if they had come whole. */
#include "tests/unit/frame_text.h"
#include "tests/unit/net_scene.h"

enum { ACK = NET_ACK, IP_HEADER = 20, MORE = 0x2000 };

/* ---- pieces ---- */

static void push(struct scene *s, const uint8_t *bytes, size_t captured, size_t len)
{
    uint8_t *copy = g_memdup2(bytes, captured); /* of exactly this size, and gone after the call */
    s->id = net_push(s->net, SCENE_RAW, (struct fsc_span){copy, captured}, len, ++s->frame, s->time_ns);
    g_free(copy);
}

/* The bytes [from, to) of the datagram in scene->bytes, of which `captured` are captured. */
static void piece_cut(struct scene *s, size_t from, size_t to, size_t captured)
{
    uint8_t frame[IP_HEADER + 1800];
    size_t whole = s->len - IP_HEADER;
    memcpy(frame, s->bytes, IP_HEADER);
    memcpy(frame + IP_HEADER, s->bytes + IP_HEADER + from, to - from);
    scene_put16(frame + 2, (unsigned)(IP_HEADER + to - from));
    scene_put16(frame + 6, (unsigned)(from / 8) | (to < whole ? MORE : 0));
    s->time_ns += SCENE_MS;
    push(s, frame, IP_HEADER + captured, IP_HEADER + to - from);
}

static void piece(struct scene *s, size_t from, size_t to)
{
    piece_cut(s, from, to, to - from);
}

static struct scene *begin(void)
{
    struct scene *s = scene_new(NET_ROLE_READ);
    scene_handshake(s);
    g_string_truncate(s->log, 0);
    return s;
}

/* 20 bytes of header and 24 of payload: pieces 0-16-32-44. */
static void build(struct scene *s)
{
    scene_build(s, SCENE_C, ACK, 1001, 5001, "abcdefghijklmnopqrstuv\r\n", 24);
}

#define WHOLE "c 0 'abcdefghijklmnopqrstuv\r\n' ack 0\n"

static int compare_frames(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;
    return *left < *right ? -1 : *left > *right;
}

/* In ascending order, each with a blank behind it. */
static void expect_earlier(struct scene *s, const char *frames)
{
    size_t count;
    const uint64_t *earlier = net_earlier_frames(s->net, &count);
    uint64_t *sorted = g_memdup2(earlier, count * sizeof(*earlier));
    GString *text = g_string_new(NULL);
    if (count > 0)
        qsort(sorted, count, sizeof(*sorted), compare_frames);
    for (size_t i = 0; i < count; i++)
        g_string_append_printf(text, "%u ", (unsigned)sorted[i]);
    assert_string_equal(text->str, frames);
    g_string_free(text, TRUE);
    g_free(sorted);
}

static void expect_counts(struct scene *s, uint64_t joined, uint64_t lost)
{
    net_end(s->net);
    const struct net_counters *c = net_counters(s->net);
    assert_int_equal(c->joined, joined);
    assert_int_equal(c->fragments, lost);
    assert_int_equal(c->packets,
                     c->tcp + c->other + c->joined + c->fragments + c->short_packets + c->malformed + c->unread);
    scene_free(s);
}

/* ---- joining ---- */

static void pieces_come_in_any_order(void **state)
{
    (void)state;
    static const size_t ends[] = {0, 16, 32, 44};
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int i = 0; i < 6; i++) {
        struct scene *s = begin();
        build(s);
        for (int j = 0; j < 3; j++) {
            int at = orders[i][j];
            assert_string_equal(s->log->str, "");
            piece(s, ends[at], ends[at + 1]);
            assert_int_equal(s->id, j < 2 ? 0 : 1);
        }
        scene_expect(s, WHOLE);
        expect_earlier(s, "4 5 ");
        scene_server_acks(s, 5001, 1025, 1);
        expect_earlier(s, "");
        expect_counts(s, 2, 0);
    }
}

static void pieces_captured_twice_count_once(void **state)
{
    (void)state;
    struct scene *s = begin();
    build(s);
    piece(s, 0, 16);
    piece(s, 0, 16);
    piece(s, 32, 44);
    piece(s, 32, 44);
    piece(s, 16, 32);
    scene_expect(s, WHOLE);
    assert_int_equal(s->id, 1);
    expect_earlier(s, "4 5 6 7 ");
    piece(s, 16, 32); /* behind the whole */
    assert_int_equal(s->id, 1);
    assert_int_equal(net_counters(s->net)->duplicates, 0);
    expect_counts(s, 5, 0);
}

/* One copy was captured whole and bare, the other in pieces and in a tunnel. */
static void copies_are_the_same_in_pieces_and_in_tunnels(void **state)
{
    (void)state;
    struct scene *s = begin();
    build(s);
    scene_push(s);
    GByteArray *frame =
        frame_text("IP/17 UDP/4789 0800000000000700 ETH 8847 00064140 PACKET", (struct fsc_span){s->bytes, s->len});
    push(s, frame->data, frame->len, frame->len);
    assert_int_equal(s->id, 1);
    piece(s, 0, 24);
    piece(s, 24, 44);
    assert_int_equal(s->id, 1);
    scene_expect(s, WHOLE);
    assert_int_equal(net_counters(s->net)->duplicates, 2);
    g_byte_array_unref(frame);
    expect_counts(s, 1, 0);
}

static void snap_length_leaves_the_rest_missing(void **state)
{
    (void)state;
    struct scene *s = begin();
    build(s);
    piece_cut(s, 16, 32, 10); /* payload up to its sixth byte */
    piece(s, 32, 44);
    piece(s, 0, 16);
    scene_server_acks(s, 5001, 1025, 1);
    scene_expect(s, "c 0 'abcdef' ack 0\nc 6 gap 18\n");
    expect_counts(s, 2, 0);
}

/* Some senders give every packet the same identification. */
static void one_number_for_two_datagrams(void **state)
{
    (void)state;
    struct scene *s = begin();
    build(s);
    piece(s, 0, 24);
    piece(s, 24, 44);
    scene_expect(s, WHOLE);
    s->ip_id--;
    scene_build(s, SCENE_C, ACK, 1025, 5001, "ABCDEFGHIJKLMNOPQRSTUV\r\n", 24);
    piece(s, 0, 24);
    piece(s, 24, 44);
    scene_expect(s, "c 24 'ABCDEFGHIJKLMNOPQRSTUV\r\n' ack 0\n");
    expect_counts(s, 2, 0);
}

static void two_datagrams_at_a_time(void **state)
{
    (void)state;
    struct scene *s = begin();
    uint8_t first[64];
    build(s);
    size_t len = s->len;
    memcpy(first, s->bytes, len);
    piece(s, 0, 24);
    scene_build(s, SCENE_S, ACK, 5001, 1001, "0123456789", 10);
    piece(s, 0, 16);
    memcpy(s->bytes, first, len);
    s->len = len;
    piece(s, 24, 44);
    expect_earlier(s, "4 ");
    scene_expect(s, WHOLE);
    expect_counts(s, 1, 1);
}

/* A fragment of what a tunnel carries, in a tunnel packet that is fragmented too. */
static void pieces_of_pieces(void **state)
{
    (void)state;
    struct scene *s = begin();
    build(s);
    uint8_t inner[2][IP_HEADER + 24];
    static const size_t ends[] = {0, 24, 44};
    for (int i = 0; i < 2; i++) {
        size_t len = ends[i + 1] - ends[i];
        memcpy(inner[i], s->bytes, IP_HEADER);
        memcpy(inner[i] + IP_HEADER, s->bytes + IP_HEADER + ends[i], len);
        scene_put16(inner[i] + 2, (unsigned)(IP_HEADER + len));
        scene_put16(inner[i] + 6, (unsigned)(ends[i] / 8) | (i == 0 ? MORE : 0));
        GByteArray *tunnel =
            frame_text("IP/17 UDP/4789 0800000000000700 ETH TYPE PACKET", (struct fsc_span){inner[i], IP_HEADER + len});
        tunnel->data[5] = (uint8_t)i; /* identification */
        memcpy(s->bytes, tunnel->data, tunnel->len);
        s->len = tunnel->len;
        piece(s, 40, s->len - IP_HEADER);
        piece(s, 0, 40);
        g_byte_array_unref(tunnel);
        s->ip_id--; /* the same datagram again */
        build(s);
    }
    scene_expect(s, WHOLE);
    assert_int_equal(s->id, 1);
    expect_earlier(s, "4 5 6 ");
    expect_counts(s, 3, 0);
}

/* ---- IPv6 ---- */

/* A SYN from 2001:db8::1 in two fragments; behind the fragment header are destination options. */
static void push_v6(struct scene *s, uint8_t id, unsigned field, uint8_t next, const uint8_t *bytes, size_t n)
{
    uint8_t frame[40 + 8 + 64] = {0x60, 0, 0, 0, 0, 0, 44, 64, 0x20, 1, 0x0d, 0xb8};
    scene_put16(frame + 4, (unsigned)(8 + n));
    frame[23] = 1;
    memcpy(frame + 24, frame + 8, 16);
    frame[39] = 2;
    frame[40] = next;
    scene_put16(frame + 42, field);
    frame[44] = id; /* the high byte of 32 bits */
    memcpy(frame + 48, bytes, n);
    push(s, frame, 48 + n, 48 + n);
}

static const uint8_t v6_syn[28] = {6, 0, 1, 4, 0, 0, 0, 0, 4, 0, 0, 21, 0, 0, 3, 0xe8, 0, 0, 0, 0, 0x50, 2};

static void ipv6_goes_by_the_first_fragment(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    push_v6(s, 1, 16, 17, v6_syn + 16, 12); /* RFC 8200 4.5: only the first one's next header counts */
    push_v6(s, 2, 1, 60, v6_syn, 16);       /* of another datagram */
    assert_int_equal(s->id, 0);
    push_v6(s, 1, 1, 60, v6_syn, 16);
    assert_int_equal(s->id, 1);
    scene_expect(s, "open 1\n");
    expect_earlier(s, "1 ");
    s->time_ns += SCENE_SECOND;
    push_v6(s, 3, 1, 60, v6_syn, 16);
    push_v6(s, 3, 16, 17, v6_syn + 16, 12);
    assert_int_equal(s->id, 1);
    expect_counts(s, 2, 1);
}

/* ---- what is thrown away ---- */

/* RFC 5722: a datagram with overlaps is not used, neither is what comes of it later. */
static void overlaps_throw_the_datagram_away(void **state)
{
    (void)state;
    static const size_t bad[][2] = {{8, 24}, {0, 8}, {0, 32}, {8, 16}};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        struct scene *s = begin();
        build(s);
        piece(s, 0, 16);
        piece(s, bad[i][0], bad[i][1]);
        piece(s, 16, 32);
        piece(s, 32, 44);
        scene_expect(s, "");
        expect_counts(s, 0, 4);
    }
}

/* The lengths alone would add up to the whole. */
static void an_overlap_does_not_fill_a_hole(void **state)
{
    (void)state;
    struct scene *s = begin();
    build(s);
    piece(s, 0, 16);
    piece(s, 8, 24);
    piece(s, 32, 44);
    scene_expect(s, "");
    expect_counts(s, 0, 3);
}

static void other_bytes_at_one_place_throw_it_away(void **state)
{
    (void)state;
    struct scene *s = begin();
    build(s);
    piece(s, 16, 32);
    s->bytes[IP_HEADER + 20] ^= 1;
    piece(s, 16, 32);
    piece(s, 0, 16);
    piece(s, 32, 44);
    scene_expect(s, "");
    expect_counts(s, 0, 4);
}

static void two_ends_throw_it_away(void **state)
{
    (void)state;
    struct scene *s = begin();
    build(s);
    piece(s, 32, 44);
    s->len -= 4;
    piece(s, 24, 40); /* "the last one", too */
    expect_counts(s, 0, 2);
    s = begin();
    build(s);
    piece(s, 32, 40); /* 40 to 44 follow */
    s->len -= 12;
    piece(s, 24, 32); /* the last one, before it */
    expect_counts(s, 0, 2);
}

static void the_rest_comes_too_late(void **state)
{
    (void)state;
    struct scene *s = begin();
    build(s);
    piece(s, 0, 16);
    piece(s, 16, 32);
    s->time_ns += 31 * SCENE_SECOND;
    piece(s, 32, 44);
    scene_expect(s, "");
    assert_int_equal(net_counters(s->net)->fragments, 2);
    expect_counts(s, 0, 3);
}

static void lengths_that_cannot_be(void **state)
{
    (void)state;
    struct scene *s = begin();
    build(s);
    piece(s, 0, 12);
    piece(s, 16, 16);
    assert_int_equal(net_counters(s->net)->malformed, 2);
    uint8_t beyond[IP_HEADER + 32] = {0x45, 0, 0, IP_HEADER + 32, 0, 1, 0x1f, 0xff, 64, 6};
    push(s, beyond, sizeof(beyond), sizeof(beyond));
    assert_int_equal(net_counters(s->net)->malformed, 3);
    expect_counts(s, 0, 0);
}

/* ---- bounds ---- */

static void first_piece_of(struct scene *s, unsigned id, size_t len)
{
    scene_put16(s->bytes + 4, id);
    piece(s, 0, len);
}

static void the_oldest_of_many_goes_first(void **state)
{
    (void)state;
    struct scene *s = begin();
    build(s);
    for (unsigned id = 1; id <= 257; id++)
        first_piece_of(s, id, 24);
    assert_int_equal(net_counters(s->net)->fragments, 1);
    scene_put16(s->bytes + 4, 2);
    piece(s, 24, 44);
    scene_expect(s, WHOLE);
    scene_put16(s->bytes + 4, 1);
    piece(s, 24, 44);
    expect_counts(s, 1, 257); /* 255 first pieces that wait, the one given up, the late piece */
}

static void memory_is_bounded(void **state)
{
    (void)state;
    struct scene *s = begin();
    static const uint8_t zeros[40000];
    scene_build(s, SCENE_C, ACK, 1001, 5001, zeros, sizeof(zeros));
    for (unsigned id = 1; id <= 255; id++) {
        scene_put16(s->bytes + 4, id);
        for (size_t at = 0; at < 18000; at += 1800)
            piece(s, at, at + 1800);
    }
    int lost = (int)net_counters(s->net)->fragments;
    assert_true(lost >= 10 * (255 - 4 * 1024 * 1024 / 18000) && lost <= 10 * (255 - 4 * 1024 * 1024 / 20000));
    expect_counts(s, 0, 2550);
}

static void pieces_are_bounded(void **state)
{
    (void)state;
    for (size_t pieces = 128; pieces <= 129; pieces++) {
        struct scene *s = begin();
        static const uint8_t zeros[1100];
        scene_build(s, SCENE_C, ACK, 1001, 5001, zeros, pieces * 8 - 20);
        for (size_t i = pieces; i-- > 0;)
            piece(s, i * 8, i * 8 + 8);
        assert_int_equal(s->id, pieces == 128 ? 1 : 0);
        expect_counts(s, pieces == 128 ? 127 : 0, pieces == 128 ? 0 : 129);
    }
}

/* ---- other kinds of packets ---- */

static void pieces_of_what_is_not_tcp(void **state)
{
    (void)state;
    struct scene *s = begin();
    build(s);
    s->bytes[9] = 50;
    piece(s, 0, 24);
    piece(s, 24, 44);
    assert_int_equal(s->id, 0);
    expect_earlier(s, "");
    s->bytes[9] = 17;
    scene_put16(s->bytes + 4, 99);
    piece(s, 24, 44);
    piece(s, 0, 24);
    struct net_unread unread;
    char text[NET_UNREAD_TEXT_MAX];
    assert_int_equal(net_unread(s->net, &unread, 1), 1);
    assert_string_equal(net_unread_describe(&unread, text, sizeof(text)), "IP protocol 50 (ESP)");
    assert_int_equal(net_counters(s->net)->other, 1);
    expect_counts(s, 2, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_come_in_any_order),
        cmocka_unit_test(pieces_captured_twice_count_once),
        cmocka_unit_test(copies_are_the_same_in_pieces_and_in_tunnels),
        cmocka_unit_test(snap_length_leaves_the_rest_missing),
        cmocka_unit_test(one_number_for_two_datagrams),
        cmocka_unit_test(two_datagrams_at_a_time),
        cmocka_unit_test(pieces_of_pieces),
        cmocka_unit_test(ipv6_goes_by_the_first_fragment),
        cmocka_unit_test(overlaps_throw_the_datagram_away),
        cmocka_unit_test(an_overlap_does_not_fill_a_hole),
        cmocka_unit_test(other_bytes_at_one_place_throw_it_away),
        cmocka_unit_test(two_ends_throw_it_away),
        cmocka_unit_test(the_rest_comes_too_late),
        cmocka_unit_test(lengths_that_cannot_be),
        cmocka_unit_test(the_oldest_of_many_goes_first),
        cmocka_unit_test(memory_is_bounded),
        cmocka_unit_test(pieces_are_bounded),
        cmocka_unit_test(pieces_of_what_is_not_tcp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
