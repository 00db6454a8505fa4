/* test_track_counts.c - bytes, holes, retransmissions and copies, counted from the headers alone. */
#include "tests/unit/net_scene.h"

#define ACK NET_ACK

static struct scene *begin(void)
{
    struct scene *scene = scene_new(NET_ROLE_COUNT);
    scene_handshake(scene);
    return scene;
}

static void bytes_and_payload_frames(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, ACK, 5001, 1001, "12345");
    scene_send(s, SCENE_S, ACK, 5006, 1001, "678");
    scene_send(s, SCENE_C, ACK, 1001, 5006, "");
    const struct net_half *half = &scene_flow(s)->half[1];
    assert_int_equal(half->bytes, 8);
    assert_int_equal(half->acked, 5);
    assert_int_equal(half->missing_bytes, 0);
    assert_int_equal(half->first_payload_frame, 4);
    assert_int_equal(half->last_payload_frame, 5);
    assert_int_equal(half->last_payload_ns - half->first_payload_ns, 10 * SCENE_MS);
    assert_int_equal(half->head_len, 8);
    assert_memory_equal(half->head, "12345678", 8);
    scene_free(s);
}

static void holes_are_missing_until_filled(void **state)
{
    (void)state;
    struct scene *s = begin();
    const struct net_half *half = &scene_flow(s)->half[1];
    scene_send(s, SCENE_S, ACK, 5011, 1001, "klmno");
    assert_int_equal(half->bytes, 15);
    assert_int_equal(half->missing_bytes, 10);
    assert_int_equal(half->head_len, 0);
    scene_send(s, SCENE_S, ACK, 5004, 1001, "def");
    assert_int_equal(half->missing_bytes, 7);
    scene_send(s, SCENE_S, ACK, 5001, 1001, "abcdefghijk");
    assert_int_equal(half->missing_bytes, 0);
    assert_int_equal(half->retransmitted_bytes, 4); /* d e f k */
    assert_int_equal(half->bytes, 15);
    assert_memory_equal(half->head, "abcdefghijk", 11);
    scene_free(s);
}

/* F-27: ACK of unseen data */
static void acknowledged_but_never_captured(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1001, 5001 + 3000, "");
    const struct net_half *half = &scene_flow(s)->half[1];
    assert_int_equal(half->bytes, 2999); /* the last number may be that of a FIN */
    assert_int_equal(half->missing_bytes, 2999);
    assert_int_equal(half->acked, 3000);
    scene_send(s, SCENE_S, ACK, 5001 + 3000, 1001, "more");
    assert_int_equal(half->bytes, 3004);
    assert_int_equal(half->missing_bytes, 3000);
    scene_free(s);
}

/* Two queues: the acknowledgement of the last bytes and of the FIN stands before the packet that carries both. */
static void acknowledgement_before_its_fin(void **state)
{
    (void)state;
    struct scene *s = begin();
    const struct net_half *half = &scene_flow(s)->half[1];
    scene_send(s, SCENE_S, ACK, 5001, 1001, "abc");
    scene_send(s, SCENE_C, ACK, 1001, 5001 + 7, "");
    scene_send(s, SCENE_S, ACK | NET_FIN, 5004, 1001, "def");
    assert_int_equal(half->bytes, 6);
    assert_int_equal(half->acked, 6);
    assert_int_equal(half->missing_bytes, 0);
    assert_int_equal(half->retransmitted_bytes, 0);
    scene_free(s);
}

/* The same packet was lost: of seven numbers six were bytes at least. */
static void fin_lost_with_the_last_bytes(void **state)
{
    (void)state;
    struct scene *s = begin();
    const struct net_flow *flow = scene_flow(s);
    scene_send(s, SCENE_S, ACK, 5001, 1001, "abc");
    scene_send(s, SCENE_C, ACK | NET_FIN, 1001, 5001 + 7, "");
    assert_int_equal(flow->half[1].bytes, 6);
    assert_int_equal(flow->half[1].missing_bytes, 3);
    assert_int_equal(flow->first_fin, -1);
    scene_free(s);
}

static void more_holes_than_are_remembered(void **state)
{
    (void)state;
    struct scene *s = begin();
    const struct net_half *half = &scene_flow(s)->half[1];
    for (uint32_t i = 0; i < 4104; i++)
        scene_send(s, SCENE_S, ACK, 5003 + 4 * i, 1001, "xy");
    assert_int_equal(half->missing_bytes, 2 * 4104);
    for (uint32_t i = 0; i < 4104; i++)
        scene_send(s, SCENE_S, ACK, 5001 + 4 * i, 1001, "vw");
    assert_int_equal(half->missing_bytes, 16); /* the first eight were given up */
    assert_int_equal(half->bytes, 4 * 4104);
    scene_free(s);
}

static void retransmission_counts_what_was_sent_before(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, ACK, 5001, 1001, "abcdef");
    scene_send(s, SCENE_S, ACK, 5001, 1001, "abcdef");
    scene_send(s, SCENE_S, ACK, 5004, 1001, "defgh");
    const struct net_half *half = &scene_flow(s)->half[1];
    assert_int_equal(half->bytes, 8);
    assert_int_equal(half->retransmitted_bytes, 9);
    scene_free(s);
}

static void keep_alive_is_no_retransmission(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abc");
    scene_send(s, SCENE_S, ACK, 5001, 1004, "");
    scene_send(s, SCENE_C, ACK, 1003, 5001, "c");
    scene_send(s, SCENE_C, ACK, 1003, 5001, "");
    assert_int_equal(scene_flow(s)->half[0].retransmitted_bytes, 0);
    assert_int_equal(scene_flow(s)->half[0].last_payload_frame, 4);
    scene_free(s);
}

static void single_byte_not_yet_acknowledged_is_a_retransmission(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abc");
    scene_send(s, SCENE_C, ACK, 1003, 5001, "c");
    assert_int_equal(scene_flow(s)->half[0].retransmitted_bytes, 1);
    scene_free(s);
}

/* More than 4 GiB: positions go on where sequence numbers begin again. */
static void positions_have_64_bits(void **state)
{
    (void)state;
    struct scene *s = begin();
    static char large[65000];
    uint32_t seq = 5001;
    s->snap = SCENE_HEADERS;
    for (int i = 0; i < 70000; i++, seq += sizeof(large))
        scene_send_n(s, SCENE_S, ACK, seq, 1001, large, sizeof(large));
    scene_send_n(s, SCENE_S, ACK | NET_FIN, seq, 1001, "", 0);
    const struct net_half *half = &scene_flow(s)->half[1];
    assert_true(half->bytes == UINT64_C(4550000000));
    assert_true(half->fin_pos == UINT64_C(4550000000));
    assert_int_equal(half->missing_bytes, 0);
    assert_int_equal(half->retransmitted_bytes, 0);
    scene_free(s);
}

static void impossible_jump_counts_nothing(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, ACK, 5001 + 0x60000000, 1001 + 0x60000000, "far away");
    assert_int_equal(scene_flow(s)->half[1].bytes, 0);
    assert_int_equal(scene_flow(s)->half[0].bytes, 0);
    scene_free(s);
}

static void jump_with_two_witnesses_is_a_hole(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, ACK, 5001, 1001, "abc");
    scene_send(s, SCENE_C, ACK, 1001, 5001 + 0x60000000, "");
    assert_int_equal(scene_flow(s)->half[1].bytes, 3);
    scene_send(s, SCENE_S, ACK, 5001 + 0x60000000, 1001, "far");
    assert_int_equal(scene_flow(s)->half[1].bytes, 0x60000003);
    assert_int_equal(scene_flow(s)->half[1].missing_bytes, 0x60000000 - 3);
    scene_free(s);
    s = begin();
    scene_send(s, SCENE_S, ACK, 5001 + 0x60000000, 1001, "far");
    scene_send(s, SCENE_S, ACK, 5001 + 0x60000003, 1001, "next");
    assert_int_equal(scene_flow(s)->half[1].bytes, 0x60000007);
    scene_free(s);
}

/* A lossy path with SACK: hundreds of holes are open before the first one is filled, and they fill in any order. */
static void many_holes_are_filled_in_any_order(void **state)
{
    (void)state;
    struct scene *s = begin();
    char segment[100] = "";
    for (uint32_t i = 0; i < 2000; i += 2)
        scene_send_n(s, SCENE_S, ACK, 5001 + 100 * (i + 1), 1001, segment, sizeof segment);
    assert_int_equal(scene_flow(s)->half[1].missing_bytes, 100000);
    for (uint32_t i = 2000; i > 0; i -= 2)
        scene_send_n(s, SCENE_S, ACK, 5001 + 100 * ((i * 7 % 2000) & ~1u), 1001, segment, sizeof segment);
    assert_int_equal(scene_flow(s)->half[1].missing_bytes, 0);
    assert_int_equal(scene_flow(s)->half[1].retransmitted_bytes, 0);
    assert_int_equal(scene_flow(s)->half[1].bytes, 200000);
    scene_free(s);
}

/* A hole is filled from within: both ends of it stay missing. */
static void holes_split(void **state)
{
    (void)state;
    struct scene *s = begin();
    char segment[100] = "";
    scene_send_n(s, SCENE_S, ACK, 5001 + 1000, 1001, segment, 100);
    scene_send_n(s, SCENE_S, ACK, 5001 + 500, 1001, segment, 100);
    assert_int_equal(scene_flow(s)->half[1].missing_bytes, 900);
    scene_send_n(s, SCENE_S, ACK, 5001 + 450, 1001, segment, 100);
    assert_int_equal(scene_flow(s)->half[1].missing_bytes, 850);
    assert_int_equal(scene_flow(s)->half[1].retransmitted_bytes, 50);
    scene_send_n(s, SCENE_S, ACK, 5001, 1001, segment, 100);
    scene_send_n(s, SCENE_S, ACK, 5001 + 900, 1001, segment, 100);
    assert_int_equal(scene_flow(s)->half[1].missing_bytes, 650);
    scene_free(s);
}

/* The table is full of other traffic: what the host waits for stays, though it is the oldest. */
static void copies_count_once(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    scene_copy(s);
    scene_copy(s);
    scene_send(s, SCENE_S, NET_SYN | ACK, 5000, 1001, "");
    scene_copy(s);
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abc");
    scene_copy(s);
    const struct net_flow *flow = scene_flow(s);
    assert_int_equal(flow->syns, 1);
    assert_int_equal(flow->synacks, 1);
    assert_int_equal(flow->half[0].retransmitted_bytes, 0);
    assert_int_equal(flow->half[0].ttl, 64);
    assert_int_equal(flow->last_frame, 6);
    assert_int_equal(net_counters(s->net)->duplicates, 4);
    assert_int_equal(net_counters(s->net)->tcp, 7);
    scene_free(s);
}

static void same_packet_after_a_while_is_no_copy(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    s->time_ns += 4 * SCENE_MS;
    scene_push(s);
    assert_int_equal(scene_flow(s)->syns, 2);
    scene_free(s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_and_payload_frames),
        cmocka_unit_test(holes_are_missing_until_filled),
        cmocka_unit_test(acknowledged_but_never_captured),
        cmocka_unit_test(acknowledgement_before_its_fin),
        cmocka_unit_test(fin_lost_with_the_last_bytes),
        cmocka_unit_test(more_holes_than_are_remembered),
        cmocka_unit_test(retransmission_counts_what_was_sent_before),
        cmocka_unit_test(keep_alive_is_no_retransmission),
        cmocka_unit_test(single_byte_not_yet_acknowledged_is_a_retransmission),
        cmocka_unit_test(positions_have_64_bits),
        cmocka_unit_test(impossible_jump_counts_nothing),
        cmocka_unit_test(jump_with_two_witnesses_is_a_hole),
        cmocka_unit_test(many_holes_are_filled_in_any_order),
        cmocka_unit_test(holes_split),
        cmocka_unit_test(copies_count_once),
        cmocka_unit_test(same_packet_after_a_while_is_no_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
