/* test_stream.c - in-order bytes: what the host hears of a control connection, whatever order and shape the capture
 * has. */
#include "tests/unit/net_scene.h"

#define ACK NET_ACK

/* The handshake is played and forgotten. */
static struct scene *begin(void)
{
    struct scene *scene = scene_new(NET_ROLE_READ);
    scene_handshake(scene);
    scene_expect(scene, "open 1\n");
    return scene;
}

static void in_order_bytes_are_handed_through(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, ACK, 5001, 1001, "220 hi\r\n");
    assert_ptr_equal(s->direct, s->bytes + SCENE_HEADERS);
    scene_send(s, SCENE_C, ACK, 1001, 5009, "NOOP\r\n");
    scene_expect(s, "s 0 '220 hi\r\n' ack 0\nc 0 'NOOP\r\n' ack 8\n");
    scene_free(s);
}

static void swapped_segments_come_out_in_order(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1004, 5001, "def");
    scene_send(s, SCENE_C, ACK, 1007, 5001, "ghi");
    scene_expect(s, "");
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abc");
    scene_expect(s, "c 0 'abc' ack 0\nc 3 'def' ack 0\nc 6 'ghi' ack 0\n");
    assert_int_equal(scene_flow(s)->gaps, 0);
    scene_free(s);
}

/* F-26: overlap with different bytes */
static void first_captured_wins_over_other_bytes(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1003, 5001, "CD");
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abxxef");
    scene_expect(s, "c 0 'ab' ack 0\nc 2 'CD' ack 0\nc 4 'ef' ack 0\n");
    scene_send(s, SCENE_C, ACK, 1001, 5001, "XXXXXXgh");
    scene_expect(s, "c 6 'gh' ack 0\n");
    scene_free(s);
}

/* F-26 */
static void larger_retransmission_gives_only_the_new_part(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1001, 5001, "USER a");
    scene_send(s, SCENE_C, ACK, 1001, 5001, "USER anonymous\r\n");
    scene_expect(s, "c 0 'USER a' ack 0\nc 6 'nonymous\r\n' ack 0\n");
    assert_int_equal(scene_flow(s)->half[0].retransmitted_bytes, 6);
    scene_free(s);
}

static void larger_retransmission_around_waiting_pieces(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1005, 5001, "e");
    scene_send(s, SCENE_C, ACK, 1007, 5001, "g");
    scene_send(s, SCENE_C, ACK, 1003, 5001, "cdEfGhi");
    scene_send(s, SCENE_C, ACK, 1001, 5001, "ab");
    scene_expect(s, "c 0 'ab' ack 0\nc 2 'cd' ack 0\nc 4 'e' ack 0\nc 5 'f' ack 0\nc 6 'g' ack 0\nc 7 'hi' ack 0\n");
    scene_free(s);
}

static void keep_alive_probes_are_not_bytes(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1001, 5001, "NOOP\r\n");
    scene_send(s, SCENE_S, ACK, 5001, 1007, "200\r\n");
    scene_send(s, SCENE_C, ACK, 1007, 5006, "");
    scene_send_n(s, SCENE_C, ACK, 1006, 5006, "", 1);
    scene_send_n(s, SCENE_C, ACK, 1006, 5006, "", 0);
    scene_send(s, SCENE_S, ACK, 5006, 1007, "");
    scene_send(s, SCENE_C, ACK, 1007, 5006, "QUIT\r\n");
    scene_expect(s, "c 0 'NOOP\r\n' ack 0\ns 0 '200\r\n' ack 6\nc 6 'QUIT\r\n' ack 5\n");
    assert_int_equal(scene_flow(s)->half[0].retransmitted_bytes, 0);
    assert_int_equal(scene_flow(s)->half[0].missing_bytes, 0);
    scene_free(s);
}

/* F-23: the data mark before ABOR is urgent; its byte is in the payload all the same, and stays in the stream. */
static void urgent_bytes_are_bytes(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1001, 5001, "\xff\xf4\xff");
    scene_build(s, SCENE_C, ACK | NET_URG, 1004, 5001, "\xf2", 1);
    s->bytes[20 + 19] = 1; /* the urgent pointer */
    s->time_ns += s->step_ns;
    scene_push(s);
    scene_send(s, SCENE_C, ACK, 1005, 5001, "ABOR\r\n");
    scene_expect(s, "c 0 '\xff\xf4\xff' ack 0\nc 3 '\xf2' ack 0\nc 4 'ABOR\r\n' ack 0\n");
    scene_free(s);
}

/* F-26 */
static void sequence_numbers_wrap(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_READ);
    scene_send(s, SCENE_C, NET_SYN, 0xfffffffc, 0, "");
    scene_send(s, SCENE_S, NET_SYN | ACK, 5000, 0xfffffffd, "");
    scene_send(s, SCENE_C, ACK, 3, 5001, "gh");
    scene_send(s, SCENE_C, ACK, 0xfffffffd, 5001, "abcdef");
    scene_send(s, SCENE_S, ACK, 5001, 5, "ok");
    scene_expect(s, "open 1\nc 0 'abcdef' ack 0\nc 6 'gh' ack 0\ns 0 'ok' ack 8\n");
    scene_free(s);
}

/* Another connection of other hosts: it moves the clock and nothing else. */
static void stranger(struct scene *s)
{
    s->time_ns += s->step_ns;
    scene_build(s, SCENE_C, ACK, 1, 1, "", 0);
    memcpy(s->bytes + 12, "\x0a\0\1\1\x0a\0\1\2", 8);
    scene_push(s);
}

static void data_syn(struct scene *s)
{
    s->time_ns += s->step_ns;
    scene_build(s, SCENE_C, NET_SYN, 900, 0, "", 0);
    scene_put16(s->bytes + 20, 2000);
    scene_put16(s->bytes + 22, 50000);
    scene_push(s);
}

static void hole_is_lost_when_its_direction_goes_on(void **state)
{
    (void)state;
    struct scene *s = begin();
    s->step_ns = SCENE_MS / 100;
    scene_send(s, SCENE_C, ACK, 1004, 5001, "def");
    scene_server_acks(s, 5001, 1007, 50); /* the direction of the client may come from a slower queue */
    for (int i = 0; i < 3; i++)
        scene_send(s, SCENE_C, ACK, 1007, 5001, "");
    scene_server_acks(s, 5001, 1007, 1);
    scene_expect(s, ""); /* a few neighbours may have changed places within milliseconds */
    s->time_ns += 8 * SCENE_MS;
    scene_server_acks(s, 5001, 1007, 1);
    scene_expect(s, "c 0 gap 3\nc 3 'def' ack 0\n");
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abc"); /* too late */
    scene_send(s, SCENE_C, ACK, 1007, 5001, "ghi");
    scene_expect(s, "c 6 'ghi' ack 0\n");
    assert_int_equal(scene_flow(s)->gaps, 1);
    assert_int_equal(scene_flow(s)->gap_bytes, 3);
    assert_int_equal(net_counters(s->net)->gap_bytes, 3);
    scene_free(s);
}

static void hole_is_lost_after_a_while(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1004, 5001, "def");
    scene_send(s, SCENE_S, ACK, 5001, 1007, "");
    s->time_ns += 50 * SCENE_MS - 2 * s->step_ns;
    scene_send(s, SCENE_S, ACK, 5001, 1007, "");
    scene_expect(s, "");
    scene_send(s, SCENE_S, ACK, 5001, 1007, "");
    scene_expect(s, "c 0 gap 3\nc 3 'def' ack 0\n");
    scene_free(s);
}

/* D0.3b: one line of a FEAT reply is lost. The next command shows that it arrived, the reply to that one that it was
 * sent long ago: nothing is held back behind the next packet. */
static void lost_reply_is_skipped_at_the_next_reply(void **state)
{
    (void)state;
    struct scene *s = begin();
    s->step_ns = SCENE_MS / 100;
    scene_send(s, SCENE_S, ACK, 5004, 1001, "def");
    scene_send(s, SCENE_C, ACK, 1001, 5007, "");
    scene_send(s, SCENE_C, ACK, 1001, 5007, "EPSV\r\n");
    scene_send(s, SCENE_S, ACK, 5007, 1007, "229\r\n");
    stranger(s);
    scene_expect(s, "open 2\n");
    s->time_ns += 8 * SCENE_MS;
    scene_send(s, SCENE_C, ACK, 1007, 5012, "");
    stranger(s);
    assert_non_null(strstr(s->log->str, "s 0 gap 3\ns 3 'def' ack 0\nc 0 'EPSV\r\n' ack 6\ns 6 '229\r\n' ack 6\n"));
    scene_free(s);
}

static void swapped_behind_a_round_trip_is_still_put_right(void **state)
{
    (void)state;
    struct scene *s = begin();
    s->step_ns = SCENE_MS / 100;
    scene_send(s, SCENE_C, ACK, 1001, 5004, "EPSV\r\n");
    scene_send(s, SCENE_S, ACK, 5004, 1007, "229\r\n");
    scene_send(s, SCENE_S, ACK, 5001, 1001, "abc");
    scene_expect(s, "s 0 'abc' ack 0\nc 0 'EPSV\r\n' ack 3\ns 3 '229\r\n' ack 6\n");
    scene_free(s);
}

/* Only acknowledged by an empty packet: the bytes may come from a slower queue, and nobody acts on them. */
static void data_connection_settles_nothing_that_was_not_answered(void **state)
{
    (void)state;
    struct scene *s = begin();
    s->step_ns = SCENE_MS / 100;
    scene_send(s, SCENE_C, ACK, 1001, 5006, "");
    data_syn(s);
    scene_send(s, SCENE_S, ACK, 5001, 1001, "227\r\n");
    scene_expect(s, "open 2\ns 0 '227\r\n' ack 0\n");
    scene_free(s);
}

/* The queue of one direction is late by any number of packets. */
static void late_direction_is_put_right(void **state)
{
    (void)state;
    struct scene *s = begin();
    s->step_ns = SCENE_MS / 100;
    for (uint32_t i = 0; i < 40; i++)
        scene_send(s, SCENE_S, ACK, 5001 + 3 * i, 1001 + 3 * (i + 1), "ok\n");
    scene_expect(s, "");
    for (uint32_t i = 0; i < 40; i++)
        scene_send(s, SCENE_C, ACK, 1001 + 3 * i, 5001 + 3 * i, "hm\n");
    assert_int_equal(scene_flow(s)->gaps, 0);
    assert_non_null(strstr(s->log->str, "c 117 'hm\n' ack 117\ns 117 'ok\n' ack 120\n"));
    scene_free(s);
}

/* The last number acknowledged is of a byte when the connection goes on, and may be of a FIN when it ends. */
static void last_lost_number_of_an_ending_connection_is_no_byte(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, ACK | NET_FIN, 5001, 1008, "221\r\n");
    net_end(s->net);
    scene_expect(s, "c 0 gap 6\ns 0 '221\r\n' ack 6\nclosed 1 capture_end\n");
    assert_int_equal(s->last.half[0].missing_bytes, 6);
    scene_free(s);
}

static void missing_segment_is_taken_when_the_time_is_just_over(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1004, 5001, "def");
    scene_send(s, SCENE_S, ACK, 5001, 1007, "");
    s->time_ns += 70 * SCENE_MS;
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abc");
    scene_expect(s, "c 0 'abc' ack 0\nc 3 'def' ack 0\n");
    scene_free(s);
}

/* Silence after the loss: the packets of others move the clock. */
static void time_passes_with_packets_of_other_connections(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1004, 5001, "def");
    scene_send(s, SCENE_S, ACK, 5001, 1007, "");
    s->time_ns += 2 * SCENE_SECOND;
    s->client_port = 1025;
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    scene_expect(s, "c 0 gap 3\nc 3 'def' ack 0\nopen 2\n");
    scene_free(s);
}

static void hole_without_acknowledgement_is_not_lost(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1004, 5001, "def");
    for (int i = 0; i < 100; i++)
        scene_server_acks(s, 5001, 1001, 1);
    s->time_ns += 5 * SCENE_SECOND;
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abc"); /* the retransmission, after a long timeout */
    scene_expect(s, "c 0 'abc' ack 0\nc 3 'def' ack 0\n");
    scene_free(s);
}

static void several_holes_are_lost_together(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1003, 5001, "c");
    scene_send(s, SCENE_C, ACK, 1005, 5001, "e");
    scene_server_acks(s, 5001, 1008, 33);
    scene_expect(s, "c 0 gap 2\nc 2 'c' ack 0\nc 3 gap 1\nc 4 'e' ack 0\nc 5 gap 2\n");
    scene_free(s);
}

static void reply_waits_for_its_command(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, ACK, 5001, 1007, "200 ok\r\n");
    scene_expect(s, "");
    scene_send(s, SCENE_C, ACK, 1001, 5001, "NOOP\r\n");
    scene_expect(s, "c 0 'NOOP\r\n' ack 0\ns 0 '200 ok\r\n' ack 6\n");
    assert_int_equal(scene_flow(s)->gaps, 0);
    assert_int_equal(scene_flow(s)->half[0].missing_bytes, 0);
    scene_free(s);
}

static void reply_to_a_lost_command_comes_after_its_gap(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, ACK, 5001, 1007, "200 ok\r\n");
    scene_server_acks(s, 5009, 1007, 32);
    scene_expect(s, "c 0 gap 6\ns 0 '200 ok\r\n' ack 6\n");
    assert_int_equal(scene_flow(s)->half[0].missing_bytes, 6);
    scene_free(s);
}

static void one_direction_alone_is_read(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_READ);
    scene_send(s, SCENE_S, ACK, 5001, 1001, "220 hi\r\n");
    scene_send(s, SCENE_S, ACK, 5009, 1010, "331 pw\r\n");
    s->time_ns += 3 * SCENE_SECOND;
    scene_send(s, SCENE_S, ACK, 5017, 1020, "230 in\r\n");
    net_end(s->net);
    scene_expect(s, "open 1\ns 0 '220 hi\r\n' ack 0\nc 0 gap 9\ns 8 '331 pw\r\n' ack 9\n"
                    "c 9 gap 10\ns 16 '230 in\r\n' ack 19\nclosed 1 capture_end\n");
    assert_int_equal(s->last.half[0].bytes, 19);
    scene_free(s);
}

/* Each direction has a piece that acknowledges bytes behind the other's: no order is right, but nothing may hang. */
static void pieces_that_wait_for_each_other_are_released(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1001, 5004, "abc");
    scene_send(s, SCENE_S, ACK, 5001, 1004, "xyz");
    scene_expect(s, "c 0 'abc' ack 3\ns 0 'xyz' ack 3\n");
    scene_free(s);
}

/* F-27 */
static void snap_length_cut_is_a_gap_at_once(void **state)
{
    (void)state;
    struct scene *s = begin();
    s->snap = SCENE_HEADERS + 4;
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abcdefgh");
    scene_expect(s, "c 0 'abcd' ack 0\nc 4 gap 4\n");
    scene_send(s, SCENE_C, ACK, 1009, 5001, "ijkl");
    scene_expect(s, "c 8 'ijkl' ack 0\n");
    assert_int_equal(scene_flow(s)->half[0].bytes, 12);
    assert_int_equal(scene_flow(s)->half[0].missing_bytes, 0); /* the header of these bytes was captured */
    scene_free(s);
}

/* F-27 */
static void snap_length_cut_out_of_order(void **state)
{
    (void)state;
    struct scene *s = begin();
    s->snap = SCENE_HEADERS + 2;
    scene_send(s, SCENE_C, ACK, 1003, 5001, "cdef");
    scene_send(s, SCENE_C, ACK, 1001, 5001, "ab");
    scene_expect(s, "c 0 'ab' ack 0\nc 2 'cd' ack 0\nc 4 gap 2\n");
    scene_free(s);
}

static void nothing_of_the_payload_captured(void **state)
{
    (void)state;
    struct scene *s = begin();
    s->snap = SCENE_HEADERS;
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abcd");
    scene_expect(s, "c 0 gap 4\n");
    scene_free(s);
}

static void full_buffer_gives_up_the_hole(void **state)
{
    (void)state;
    struct scene *s = scene_new_limited(NET_ROLE_READ, 0, 8000);
    char kilo[1000];
    memset(kilo, 'x', sizeof(kilo));
    scene_handshake(s);
    scene_expect(s, "open 1\n");
    uint32_t seq = 1005;
    for (int i = 0; i < 6; i++, seq += sizeof(kilo))
        scene_send_n(s, SCENE_C, ACK, seq, 5001, kilo, sizeof(kilo));
    scene_expect(s, "");
    for (int i = 0; i < 2; i++, seq += sizeof(kilo))
        scene_send_n(s, SCENE_C, ACK, seq, 5001, kilo, sizeof(kilo));
    assert_int_equal(strncmp(s->log->str, "c 0 gap 4\nc 4 'xxx", 18), 0);
    assert_int_equal(scene_flow(s)->gaps, 1);
    scene_free(s);
}

static void full_buffer_behind_a_lost_command(void **state)
{
    (void)state;
    struct scene *s = scene_new_limited(NET_ROLE_READ, 0, 3000);
    char kilo[1000];
    memset(kilo, 'x', sizeof(kilo));
    scene_handshake(s);
    for (uint32_t i = 0; i < 4; i++)
        scene_send_n(s, SCENE_S, ACK, 5001 + i * 1000, 1007, kilo, sizeof(kilo));
    assert_non_null(strstr(s->log->str, "c 0 gap 6\ns 0 'xxx"));
    scene_free(s);
}

/* 4096 pieces of one byte with holes between them, and then segments that fill all of the holes. */
static void hostile_pieces_are_bounded(void **state)
{
    (void)state;
    struct scene *s = scene_new_limited(NET_ROLE_READ, 0, 64 << 20);
    static char many[20000];
    memset(many, 'm', sizeof(many));
    scene_handshake(s);
    s->step_ns = 1000;
    for (uint32_t i = 0; i < 4096; i++)
        scene_send(s, SCENE_C, ACK, 1003 + 2 * (4095 - i), 5001, "p");
    assert_int_equal(scene_flow(s)->gaps, 0);
    scene_send(s, SCENE_C, ACK, 1003 + 2 * 5000, 5001, "p");
    assert_int_equal(scene_flow(s)->gaps, 1);
    scene_send_n(s, SCENE_C, ACK, 1001, 5001, many, sizeof(many));
    assert_int_equal(scene_flow(s)->half[0].bytes, sizeof(many));
    scene_free(s);
}

static void reset_declares_the_rest_lost(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1004, 5001, "def");
    scene_send(s, SCENE_S, NET_RST | ACK, 5001, 1001, "text of a reset");
    scene_expect(s, "c 0 gap 3\nc 3 'def' ack 0\n");
    assert_int_equal(scene_flow(s)->half[1].bytes, 0);
    scene_free(s);
}

/* F-26: out-of-order FIN */
static void fin_before_the_last_bytes_loses_nothing(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK | NET_FIN, 1007, 5001, "");
    scene_send(s, SCENE_C, ACK, 1001, 5001, "QUIT\r\n");
    scene_send(s, SCENE_S, ACK | NET_FIN, 5001, 1008, "221\r\n");
    net_end(s->net);
    scene_expect(s, "c 0 'QUIT\r\n' ack 0\ns 0 '221\r\n' ack 6\nclosed 1 fin\n");
    scene_free(s);
}

static void end_declares_the_rest_lost(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1004, 5001, "def");
    scene_send(s, SCENE_C, ACK | NET_FIN, 1010, 5001, "");
    net_end(s->net);
    scene_expect(s, "c 0 gap 3\nc 3 'def' ack 0\nc 6 gap 3\nclosed 1 capture_end\n");
    scene_free(s);
}

/* A FIN takes a number, too: that must not look like a byte that nobody saw. */
static void acknowledged_fin_is_no_byte(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1001, 5001, "QUIT\r\n");
    scene_send(s, SCENE_S, ACK, 5001, 1008, "221\r\n"); /* the FIN itself was not captured */
    net_end(s->net);
    scene_expect(s, "c 0 'QUIT\r\n' ack 0\ns 0 '221\r\n' ack 6\nclosed 1 capture_end\n");
    assert_int_equal(s->last.half[0].missing_bytes, 0);
    scene_free(s);
}

/* The server's reply to QUIT was captured before the client's FIN, which it acknowledges. */
static void reply_waits_for_the_fin_it_acknowledges(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1001, 5001, "QUIT\r\n");
    scene_send(s, SCENE_S, ACK, 5001, 1008, "221\r\n");
    scene_expect(s, "c 0 'QUIT\r\n' ack 0\n");
    scene_send(s, SCENE_C, ACK | NET_FIN, 1007, 5001, "");
    scene_expect(s, "s 0 '221\r\n' ack 6\n");
    scene_free(s);
}

/* The FIN was not captured at all: the reply is held back for a while, and no byte is reported lost. */
static void reply_does_not_wait_for_ever_for_a_fin(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1001, 5001, "QUIT\r\n");
    scene_send(s, SCENE_S, ACK, 5001, 1008, "221\r\n");
    s->time_ns += SCENE_SECOND;
    scene_send(s, SCENE_S, ACK, 5006, 1008, "");
    scene_expect(s, "c 0 'QUIT\r\n' ack 0\ns 0 '221\r\n' ack 6\n");
    assert_int_equal(scene_flow(s)->gaps, 0);
    scene_free(s);
}

static void copies_are_delivered_once(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1001, 5001, "NOOP\r\n");
    scene_copy(s);
    scene_copy(s);
    scene_expect(s, "c 0 'NOOP\r\n' ack 0\n");
    assert_int_equal(net_counters(s->net)->duplicates, 2);
    scene_free(s);
}

static void super_segment_larger_than_a_datagram(void **state)
{
    (void)state;
    struct scene *s = begin();
    static char large[SCENE_FRAME_MAX - SCENE_HEADERS];
    memset(large, 'L', sizeof(large));
    scene_send_n(s, SCENE_C, ACK, 1001, 5001, large, sizeof(large));
    scene_send(s, SCENE_C, ACK, 1001 + (uint32_t)sizeof(large), 5001, "end");
    assert_non_null(strstr(s->log->str, "c 70000 'end' ack 0\n"));
    scene_free(s);
}

static void fast_open_bytes_come_first(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_READ);
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "abc");
    scene_send(s, SCENE_S, NET_SYN | ACK, 5000, 1004, "");
    scene_send(s, SCENE_C, ACK, 1004, 5001, "def");
    scene_expect(s, "open 1\nc 0 'abc' ack 0\nc 3 'def' ack 0\n");
    scene_free(s);
}

static void refused_fast_open_bytes_are_sent_again(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_READ);
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "abc");
    scene_send(s, SCENE_S, NET_SYN | ACK, 5000, 1001, "");
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abcdef");
    scene_expect(s, "open 1\nc 0 'abc' ack 0\nc 3 'def' ack 0\n");
    scene_free(s);
}

static void joined_in_the_middle_begins_at_zero(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_READ);
    scene_send(s, SCENE_S, ACK, 777000, 888006, "200 ok\r\n");
    scene_send(s, SCENE_C, ACK, 888006, 777008, "QUIT\r\n");
    scene_expect(s, "open 1\ns 0 '200 ok\r\n' ack 0\nc 0 'QUIT\r\n' ack 8\n");
    assert_int_equal(scene_flow(s)->half[0].from.port, 1024);
    scene_free(s);
}

static void joined_with_a_reply_before_its_command(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_READ);
    scene_send(s, SCENE_S, ACK, 777000, 888006, "200 ok\r\n");
    scene_send(s, SCENE_C, ACK, 888000, 777000, "NOOP\r\n");
    scene_send(s, SCENE_C, ACK, 888006, 777008, "QUIT\r\n");
    net_end(s->net);
    scene_expect(s,
                 "open 1\ns 0 '200 ok\r\n' ack 0\nc 0 'NOOP\r\n' ack 0\nc 6 'QUIT\r\n' ack 8\nclosed 1 capture_end\n");
    assert_int_equal(s->last.gaps, 0);
    assert_int_equal(s->last.half[0].acked, 6);
    scene_free(s);
}

static void joined_with_a_keep_alive_probe(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_READ);
    scene_send(s, SCENE_C, ACK, 888005, 777000, "");
    scene_send(s, SCENE_S, ACK, 777000, 888006, "");
    scene_send(s, SCENE_C, ACK, 888006, 777000, "QUIT\r\n");
    scene_expect(s, "open 1\nc 0 'QUIT\r\n' ack 0\n");
    scene_free(s);
}

static void count_role_delivers_nothing(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_handshake(s);
    scene_send(s, SCENE_S, ACK, 5010, 1001, "data");
    net_end(s->net);
    scene_expect(s, "open 1\nclosed 1 capture_end\n");
    assert_int_equal(s->last.half[1].bytes, 13);
    assert_int_equal(s->last.half[1].missing_bytes, 9);
    scene_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order_bytes_are_handed_through),
        cmocka_unit_test(swapped_segments_come_out_in_order),
        cmocka_unit_test(first_captured_wins_over_other_bytes),
        cmocka_unit_test(larger_retransmission_gives_only_the_new_part),
        cmocka_unit_test(larger_retransmission_around_waiting_pieces),
        cmocka_unit_test(keep_alive_probes_are_not_bytes),
        cmocka_unit_test(urgent_bytes_are_bytes),
        cmocka_unit_test(sequence_numbers_wrap),
        cmocka_unit_test(hole_is_lost_when_its_direction_goes_on),
        cmocka_unit_test(hole_is_lost_after_a_while),
        cmocka_unit_test(missing_segment_is_taken_when_the_time_is_just_over),
        cmocka_unit_test(lost_reply_is_skipped_at_the_next_reply),
        cmocka_unit_test(swapped_behind_a_round_trip_is_still_put_right),
        cmocka_unit_test(data_connection_settles_nothing_that_was_not_answered),
        cmocka_unit_test(late_direction_is_put_right),
        cmocka_unit_test(last_lost_number_of_an_ending_connection_is_no_byte),
        cmocka_unit_test(time_passes_with_packets_of_other_connections),
        cmocka_unit_test(hole_without_acknowledgement_is_not_lost),
        cmocka_unit_test(several_holes_are_lost_together),
        cmocka_unit_test(reply_waits_for_its_command),
        cmocka_unit_test(reply_to_a_lost_command_comes_after_its_gap),
        cmocka_unit_test(one_direction_alone_is_read),
        cmocka_unit_test(pieces_that_wait_for_each_other_are_released),
        cmocka_unit_test(snap_length_cut_is_a_gap_at_once),
        cmocka_unit_test(snap_length_cut_out_of_order),
        cmocka_unit_test(nothing_of_the_payload_captured),
        cmocka_unit_test(full_buffer_gives_up_the_hole),
        cmocka_unit_test(full_buffer_behind_a_lost_command),
        cmocka_unit_test(hostile_pieces_are_bounded),
        cmocka_unit_test(reset_declares_the_rest_lost),
        cmocka_unit_test(fin_before_the_last_bytes_loses_nothing),
        cmocka_unit_test(end_declares_the_rest_lost),
        cmocka_unit_test(acknowledged_fin_is_no_byte),
        cmocka_unit_test(copies_are_delivered_once),
        cmocka_unit_test(super_segment_larger_than_a_datagram),
        cmocka_unit_test(fast_open_bytes_come_first),
        cmocka_unit_test(refused_fast_open_bytes_are_sent_again),
        cmocka_unit_test(joined_in_the_middle_begins_at_zero),
        cmocka_unit_test(joined_with_a_reply_before_its_command),
        cmocka_unit_test(joined_with_a_keep_alive_probe),
        cmocka_unit_test(count_role_delivers_nothing),
        cmocka_unit_test(reply_waits_for_the_fin_it_acknowledges),
        cmocka_unit_test(reply_does_not_wait_for_ever_for_a_fin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
