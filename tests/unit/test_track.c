/* test_track.c - what the headers tell of a connection: how it opens, how it ends, and which packets are its own. */
#include "tests/unit/net_scene.h"

#define ACK NET_ACK

static struct scene *begin(void)
{
    struct scene *scene = scene_new(NET_ROLE_COUNT);
    scene_handshake(scene);
    return scene;
}

/* ---- opening ---- */

static void handshake_is_seen(void **state)
{
    (void)state;
    struct scene *s = begin();
    const struct net_flow *flow = scene_flow(s);
    assert_int_equal(flow->syns, 1);
    assert_int_equal(flow->synacks, 1);
    assert_int_equal(flow->syn_frame, 1);
    assert_int_equal(flow->synack_frame, 2);
    assert_int_equal(flow->synack_ns - flow->syn_ns, 10 * SCENE_MS);
    assert_int_equal(flow->established_ns - flow->syn_ns, 20 * SCENE_MS);
    assert_true(flow->first_half_certain && flow->initiator_sent_more);
    assert_int_equal(flow->half[0].ttl, 64);
    assert_int_equal(flow->half[1].ttl, 128);
    assert_int_equal(flow->half[0].bytes + flow->half[1].bytes, 0);
    assert_int_equal(flow->first_fin, -1);
    assert_int_equal(flow->first_rst, -1);
    scene_free(s);
}

static void repeated_syns_are_one_connection(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    for (int i = 0; i < 4; i++) {
        s->time_ns += SCENE_SECOND;
        scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    }
    const struct net_flow *flow = scene_flow(s);
    assert_int_equal(flow->syns, 4);
    assert_int_equal(flow->syn_frame, 1);
    assert_int_equal(flow->last_syn_frame, 4);
    assert_false(flow->initiator_sent_more);
    scene_expect(s, "open 1\n");
    scene_free(s);
}

static void unanswered_syns_time_out_after_two_minutes(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    s->time_ns += 119 * SCENE_SECOND;
    s->client_port = 2000;
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    scene_expect(s, "open 1\nopen 2\n");
    s->time_ns += 2 * SCENE_SECOND;
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    scene_expect(s, "closed 1 timeout\n");
    scene_free(s);
}

static void reset_answers_syn(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    scene_send(s, SCENE_S, NET_RST | ACK, 0, 1001, "");
    const struct net_flow *flow = scene_flow(s);
    assert_true(flow->rst_answers_syn);
    assert_int_equal(flow->first_rst, 1);
    assert_int_equal(flow->half[1].rst_frame, 2);
    assert_int_equal(flow->half[1].rst_ttl, 128);
    assert_true(flow->rst_before_fin);
    net_end(s->net);
    scene_expect(s, "open 1\nclosed 1 rst\n");
    scene_free(s);
}

static void reset_answers_fast_open_syn(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "abcd");
    scene_send(s, SCENE_S, NET_RST | ACK, 0, 1005, "");
    assert_true(scene_flow(s)->rst_answers_syn);
    scene_free(s);
}

static void reset_with_another_number_answers_no_syn(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    scene_send(s, SCENE_S, NET_RST | ACK, 0, 1002, "");
    assert_false(scene_flow(s)->rst_answers_syn);
    assert_int_equal(scene_flow(s)->first_rst, 1);
    scene_free(s);
}

static void refused_and_tried_again_with_success(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    scene_send(s, SCENE_S, NET_RST | ACK, 0, 1001, "");
    scene_handshake(s);
    const struct net_flow *flow = scene_flow(s);
    assert_int_equal(flow->syns, 2);
    assert_false(flow->rst_answers_syn);
    assert_int_equal(flow->first_rst, -1);
    scene_expect(s, "open 1\n");
    scene_free(s);
}

static void stray_reset_opens_nothing(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_send(s, SCENE_S, NET_RST | ACK, 0, 1001, "");
    scene_expect(s, "");
    scene_free(s);
}

static void syn_captured_behind_its_answer(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_send(s, SCENE_S, NET_SYN | ACK, 5000, 1001, "");
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    const struct net_flow *flow = scene_flow(s);
    assert_int_equal(flow->half[0].from.port, 1024);
    assert_int_equal(flow->syns, 1);
    assert_true(flow->half[0].syn_seen && flow->half[1].syn_seen);
    scene_expect(s, "open 1\n");
    scene_free(s);
}

/* The server is the one with the control port, whoever is seen first; without one the first is the client. */
static void client_is_guessed_without_syn(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_send(s, SCENE_S, ACK, 5001, 1001, "220\r\n");
    assert_int_equal(scene_flow(s)->half[0].from.port, 1024);
    assert_false(scene_flow(s)->first_half_certain);
    scene_free(s);
}

/* ---- ICMP ---- */

/* ICMP 3/13 from 10.0.0.254, quoting the IP header and 8 bytes of TCP of what was sent last. */
static void push_icmp(struct scene *s)
{
    uint8_t frame[20 + 8 + 28] = {0x45, 0, 0, 56, 0, 1, 0, 0, 64, 1, 0, 0, 10, 0, 0, 254, 10, 0, 0, 1, 3, 13};
    memcpy(frame + 28, s->bytes, 28);
    struct fsc_span captured = {frame, sizeof(frame)};
    net_push(s->net, SCENE_RAW, captured, sizeof(frame), ++s->frame, s->time_ns);
}

static void icmp_error_belongs_to_its_syn(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    s->log_changed = true;
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    push_icmp(s);
    push_icmp(s);
    const struct net_flow *flow = scene_flow(s);
    assert_int_equal(flow->icmp_frame, 2);
    assert_int_equal(flow->icmp_type, 3);
    assert_int_equal(flow->icmp_code, 13);
    assert_int_equal(flow->icmp_from.bytes[3], 254);
    scene_expect(s, "open 1\nchanged at 1\nchanged at 2\n");
    scene_free(s);
}

/* Two queues: the refusal is read before the SYN. */
static void refusal_before_its_syn(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_send(s, SCENE_S, NET_RST | ACK, 0, 5000, ""); /* of some other SYN */
    scene_send(s, SCENE_S, NET_RST | ACK, 0, 1001, "");
    scene_expect(s, "");
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    const struct net_flow *flow = scene_flow(s);
    assert_true(flow->rst_answers_syn);
    assert_int_equal(flow->half[1].rst_frame, 2);
    assert_int_equal(flow->half[1].rst_ns, flow->syn_ns);
    assert_int_equal(flow->last_frame, 3);
    scene_free(s);
    s = scene_new(NET_ROLE_COUNT);
    scene_send(s, SCENE_S, NET_RST | ACK, 0, 1001, "");
    s->time_ns += 60 * SCENE_MS;
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    assert_false(scene_flow(s)->rst_answers_syn);
    scene_free(s);
    s = scene_new(NET_ROLE_COUNT);
    scene_build(s, SCENE_C, NET_SYN, 1000, 0, "", 0);
    push_icmp(s);
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    assert_int_equal(scene_flow(s)->icmp_frame, 1);
    scene_free(s);
}

static void icmp_error_of_a_later_segment_is_not_of_the_syn(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abc");
    push_icmp(s);
    assert_int_equal(scene_flow(s)->icmp_frame, 0);
    scene_free(s);
}

/* ---- ending ---- */

static void fin_order(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, ACK | NET_FIN, 5001, 1001, "bye");
    scene_send(s, SCENE_C, ACK | NET_FIN, 1001, 5005, "");
    scene_send(s, SCENE_S, ACK, 5005, 1002, "");
    scene_send(s, SCENE_S, NET_RST, 5005, 0, "");
    const struct net_flow *flow = scene_flow(s);
    assert_int_equal(flow->first_fin, 1);
    assert_int_equal(flow->half[1].fin_pos, 3);
    assert_int_equal(flow->half[1].acked, 3);
    assert_int_equal(flow->half[1].bytes, 3);
    assert_int_equal(flow->half[1].fin_frame, 4);
    assert_int_equal(flow->half[0].missing_bytes + flow->half[1].missing_bytes, 0);
    assert_int_equal(flow->first_rst, 1);
    assert_false(flow->rst_before_fin);
    net_end(s->net);
    scene_expect(s, "open 1\nclosed 1 fin\n");
    scene_free(s);
}

/* The answer was captured before the FIN that it acknowledges. */
static void fin_order_by_acknowledgements(void **state)
{
    (void)state;
    struct scene *s = begin();
    const struct net_flow *flow = scene_flow(s);
    scene_send(s, SCENE_S, ACK, 5001, 1001, "bye");
    scene_send(s, SCENE_C, ACK | NET_FIN, 1001, 5005, "");
    assert_int_equal(flow->first_fin, 1); /* even if it never comes */
    scene_send(s, SCENE_S, ACK | NET_FIN, 5004, 1001, "");
    assert_int_equal(flow->first_fin, 1);
    scene_free(s);
    s = begin();
    flow = scene_flow(s);
    scene_send(s, SCENE_C, ACK | NET_FIN, 1001, 5001 + 4, "");
    assert_int_equal(flow->first_fin, -1);
    scene_send(s, SCENE_S, ACK | NET_FIN, 5001, 1001, "bye");
    assert_int_equal(flow->first_fin, 1);
    assert_int_equal(flow->half[1].bytes, 3);
    scene_free(s);
}

static void fins_that_cross_keep_the_order_of_capture(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, ACK | NET_FIN, 1001, 5001, "");
    scene_send(s, SCENE_S, ACK | NET_FIN, 5001, 1001, "");
    assert_int_equal(scene_flow(s)->first_fin, 0);
    scene_free(s);
}

/* F-26 */
static void fin_behind_lost_bytes(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, ACK | NET_FIN, 5101, 1001, "");
    assert_int_equal(scene_flow(s)->half[1].bytes, 100);
    assert_int_equal(scene_flow(s)->half[1].missing_bytes, 100);
    scene_free(s);
}

static void late_packets_stay_with_the_finished_connection(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, ACK | NET_FIN, 5001, 1001, "");
    scene_send(s, SCENE_C, ACK | NET_FIN, 1001, 5002, "");
    s->time_ns += 29 * SCENE_SECOND;
    scene_send(s, SCENE_S, ACK, 5002, 1002, "");
    scene_expect(s, "open 1\n");
    s->time_ns += 31 * SCENE_SECOND;
    s->client_port = 2000;
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    scene_expect(s, "closed 1 fin\nopen 2\n");
    scene_free(s);
}

static void in_stream_reset_of_the_client(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, NET_RST, 1001, 0, "");
    scene_send(s, SCENE_S, NET_RST, 5001, 0, "");
    const struct net_flow *flow = scene_flow(s);
    assert_int_equal(flow->first_rst, 0);
    assert_false(flow->rst_answers_syn);
    assert_true(flow->half[0].rst_seen && flow->half[1].rst_seen);
    scene_free(s);
}

/* F-26: RST in window and out of window: a blind reset with a guessed number ends nothing. */
static void reset_out_of_window_ends_nothing(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, NET_RST, 5001 + 0x40000000u, 0, "");
    scene_send(s, SCENE_C, NET_RST | ACK, 1001 - 0x40000000u, 5001, "");
    const struct net_flow *flow = scene_flow(s);
    assert_int_equal(flow->first_rst, -1);
    assert_false(flow->half[0].rst_seen || flow->half[1].rst_seen);
    scene_send(s, SCENE_S, NET_RST, 5001 + 4000, 0, "");
    assert_int_equal(scene_flow(s)->first_rst, 1);
    scene_free(s);
}

static void silence_of_four_hours(void **state)
{
    (void)state;
    struct scene *s = begin();
    s->time_ns += (4 * INT64_C(3600) + 1) * SCENE_SECOND;
    s->client_port = 2000;
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    scene_expect(s, "open 1\nclosed 1 timeout\nopen 2\n");
    scene_free(s);
}

/* ---- reuse ---- */

static void finished_connection_is_replaced(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, NET_RST, 5001, 0, "");
    scene_send(s, SCENE_C, NET_SYN, 90000, 0, "");
    scene_expect(s, "open 1\nclosed 1 reused\nopen 2\n");
    assert_int_equal(scene_flow(s)->syns, 1);
    assert_int_equal(scene_flow(s)->first_rst, -1);
    scene_free(s);
}

static void late_syn_of_a_finished_connection_does_not_replace_it(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_S, NET_RST, 5001, 0, "");
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    scene_expect(s, "open 1\n");
    assert_int_equal(scene_flow(s)->syns, 2);
    scene_free(s);
}

static void long_idle_connection_is_replaced(void **state)
{
    (void)state;
    struct scene *s = begin();
    s->time_ns += 61 * SCENE_SECOND;
    scene_send(s, SCENE_C, NET_SYN, 90000, 0, "");
    scene_expect(s, "open 1\nclosed 1 reused\nopen 2\n");
    scene_free(s);
}

/* The end of the old connection was not captured: the SYN alone proves nothing, its answer does. */
static void answered_syn_replaces_a_living_connection(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, NET_SYN, 90000, 0, "");
    scene_expect(s, "open 1\n");
    scene_send(s, SCENE_S, NET_SYN | ACK, 70000, 90001, "");
    scene_expect(s, "closed 1 reused\nopen 2\n");
    const struct net_flow *flow = scene_flow(s);
    assert_int_equal(flow->syn_frame, 4);
    assert_int_equal(flow->synack_frame, 5);
    assert_int_equal(flow->half[0].from.port, 1024);
    scene_free(s);
}

static void forged_syn_does_not_disturb(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, NET_SYN, 90000, 0, "");
    scene_send(s, SCENE_S, ACK, 5001, 1001, ""); /* the challenge of RFC 5961 */
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abc");
    const struct net_flow *flow = scene_flow(s);
    assert_int_equal(flow->syns, 1);
    assert_int_equal(flow->half[0].bytes, 3);
    scene_free(s);
}

static void answer_of_the_wrong_side_replaces_nothing(void **state)
{
    (void)state;
    struct scene *s = begin();
    scene_send(s, SCENE_C, NET_SYN, 90000, 0, "");
    scene_send(s, SCENE_C, NET_SYN | ACK, 70000, 90001, "");
    scene_expect(s, "open 1\n");
    scene_free(s);
}

static void side_captured_late_and_ports_used_again(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    for (uint32_t isn = 0; isn < 2; isn++) {
        uint32_t c = 1000 + isn * 1000000, server = 5000 + isn * 1000000;
        scene_send(s, SCENE_S, NET_SYN | ACK, server, c + 1, "");
        scene_send(s, SCENE_S, ACK, server + 1, c + 1, "data");
        scene_send(s, SCENE_S, ACK | NET_FIN, server + 5, c + 1, "");
        scene_send(s, SCENE_S, ACK, server + 6, c + 2, "");
        scene_send(s, SCENE_C, NET_SYN, c, 0, "");
        scene_send(s, SCENE_C, ACK, c + 1, server + 5, "");
        scene_send(s, SCENE_C, ACK | NET_FIN, c + 1, server + 6, "");
        assert_int_equal(scene_flow(s)->half[1].bytes, 4);
        assert_int_equal(scene_flow(s)->half[1].missing_bytes, 0);
        assert_int_equal(scene_flow(s)->half[0].bytes, 0);
        assert_true(scene_flow(s)->half[0].fin_seen && scene_flow(s)->half[1].fin_seen);
    }
    scene_free(s);
}

/* ---- bounds ---- */

static void wanted_connections_outlive_the_others(void **state)
{
    (void)state;
    struct scene *s = scene_new_limited(NET_ROLE_COUNT, 4, 0);
    scene_handshake(s);
    scene_flow(s)->wanted = true;
    scene_send(s, SCENE_S, ACK, 5001, 1001, "data");
    for (s->client_port = 2000; s->client_port < 2010; s->client_port++) {
        scene_handshake(s);
        scene_send(s, SCENE_S, ACK, 5001, 1001, "other");
    }
    s->client_port = 1024;
    scene_send(s, SCENE_S, ACK, 5005, 1001, "more");
    assert_int_equal(scene_flow(s)->half[1].bytes, 8);
    scene_free(s);
}

/* The client's side is captured later: its SYN stands behind the ACK of its FIN. The next connection with the same
 * ports is told from it all the same. */
static void oldest_connection_is_evicted(void **state)
{
    (void)state;
    struct scene *s = scene_new_limited(NET_ROLE_COUNT, 2, 0);
    for (uint16_t port = 2001; port <= 2002; port++) {
        s->client_port = port;
        scene_handshake(s);
    }
    s->client_port = 2001;
    scene_send(s, SCENE_C, ACK, 1001, 5001, "abc");
    s->client_port = 2003;
    scene_handshake(s);
    scene_expect(s, "open 1\nopen 2\nclosed 2 evicted\nopen 3\n");
    assert_int_equal(net_counters(s->net)->evicted, 1);
    scene_free(s);
}

/* Holes, and what waits behind them, count too. */
static void memory_is_kept_below_its_limit(void **state)
{
    enum { LIMIT = 256 * 1024, CONNECTIONS = 200, SEGMENTS = 40 };
    struct scene *s = scene_new_with(NET_ROLE_READ, (struct net_config){.max_memory = LIMIT});

    (void)state;
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        s->client_port = (uint16_t)(2000 + i);
        scene_handshake(s);
        for (uint32_t n = 0; n < SEGMENTS; n++) /* every other byte is missing */
            scene_send(s, SCENE_C, ACK, 1001 + 2 * n + 1, 5001, "x");
        assert_true(net_memory(s->net) < LIMIT + LIMIT / 4);
    }
    assert_true(net_counters(s->net)->evicted > CONNECTIONS / 2);
    assert_true(net_counters(s->net)->evicted < CONNECTIONS - 1);
    net_end(s->net);
    assert_int_equal(net_memory(s->net), 0);
    scene_free(s);
}

static void flood_of_syns_does_not_evict_the_living(void **state)
{
    (void)state;
    struct scene *s = scene_new_limited(NET_ROLE_COUNT, 4, 0);
    scene_handshake(s);
    for (uint16_t port = 2000; port < 2100; port++) {
        s->client_port = port;
        scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    }
    s->client_port = 1024;
    assert_int_equal(scene_flow(s)->id, 1);
    scene_free(s);
}

static void end_closes_in_order_of_id(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    GString *expected = g_string_new(NULL);
    for (uint16_t i = 0; i < 3000; i++) { /* enough for the table to grow */
        s->client_port = (uint16_t)(60000 - i * 7);
        s->step_ns = 1000;
        scene_handshake(s);
        g_string_append_printf(expected, "closed %d capture_end\n", i + 1);
    }
    g_string_truncate(s->log, 0);
    net_end(s->net);
    scene_expect(s, expected->str);
    g_string_free(expected, TRUE);
    scene_free(s);
}

static void end_tells_how_each_connection_ended(void **state)
{
    (void)state;
    struct scene *s = begin();
    s->client_port = 2000;
    scene_handshake(s);
    scene_send(s, SCENE_S, NET_RST, 5001, 0, "");
    s->client_port = 3000;
    scene_handshake(s);
    scene_send(s, SCENE_S, ACK | NET_FIN, 5001, 1001, "");
    scene_send(s, SCENE_C, ACK | NET_FIN, 1001, 5002, "");
    net_end(s->net);
    scene_expect(s, "open 1\nopen 2\nopen 3\nclosed 1 capture_end\nclosed 2 rst\nclosed 3 fin\n");
    scene_free(s);
}

/* Removing an entry must not cut the probe chains that run through its slot. */
static void removed_connections_leave_the_others_in_place(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    s->step_ns = 1000;
    for (uint16_t i = 0; i < 500; i++) {
        s->client_port = (uint16_t)(2000 + i);
        scene_handshake(s);
        if (i % 3 == 0)
            scene_send(s, SCENE_S, NET_RST, 5001, 0, "");
    }
    s->time_ns += 31 * SCENE_SECOND;
    s->client_port = 9999;
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    for (uint16_t i = 0; i < 500; i++) {
        struct fsc_endpoint client = {{FSC_ADDR_V4, {10, 0, 0, 1}}, (uint16_t)(2000 + i)};
        struct fsc_endpoint server = {{FSC_ADDR_V4, {10, 0, 0, 2}}, 21};
        const struct net_flow *flow = net_find(s->net, &client, &server);
        if (i % 3 == 0)
            assert_null(flow);
        else
            assert_int_equal(flow->id, i + 1);
    }
    scene_free(s);
}

static void changes_are_told(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    s->log_changed = true;
    scene_handshake(s);
    scene_send(s, SCENE_S, ACK, 5001, 1001, "first");
    scene_send(s, SCENE_S, ACK, 5006, 1001, "second");
    scene_send(s, SCENE_S, ACK | NET_FIN, 5012, 1001, "");
    scene_expect(s, "open 1\nchanged at 1\nchanged at 2\nchanged at 3\nchanged at 4\nchanged at 6\n");
    scene_free(s);
}

static void unknown_link_type_is_counted(void **state)
{
    (void)state;
    struct scene *s = begin();
    struct fsc_span captured = {s->bytes, s->len};
    net_push(s->net, 147, captured, s->len, 9, s->time_ns);
    assert_int_equal(net_counters(s->net)->unread, 1);
    assert_int_equal(net_counters(s->net)->packets, 4);
    scene_free(s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(handshake_is_seen),
        cmocka_unit_test(repeated_syns_are_one_connection),
        cmocka_unit_test(unanswered_syns_time_out_after_two_minutes),
        cmocka_unit_test(reset_answers_syn),
        cmocka_unit_test(reset_answers_fast_open_syn),
        cmocka_unit_test(reset_with_another_number_answers_no_syn),
        cmocka_unit_test(refused_and_tried_again_with_success),
        cmocka_unit_test(stray_reset_opens_nothing),
        cmocka_unit_test(syn_captured_behind_its_answer),
        cmocka_unit_test(client_is_guessed_without_syn),
        cmocka_unit_test(icmp_error_belongs_to_its_syn),
        cmocka_unit_test(refusal_before_its_syn),
        cmocka_unit_test(icmp_error_of_a_later_segment_is_not_of_the_syn),
        cmocka_unit_test(fin_order),
        cmocka_unit_test(fin_order_by_acknowledgements),
        cmocka_unit_test(fins_that_cross_keep_the_order_of_capture),
        cmocka_unit_test(fin_behind_lost_bytes),
        cmocka_unit_test(late_packets_stay_with_the_finished_connection),
        cmocka_unit_test(in_stream_reset_of_the_client),
        cmocka_unit_test(reset_out_of_window_ends_nothing),
        cmocka_unit_test(silence_of_four_hours),
        cmocka_unit_test(finished_connection_is_replaced),
        cmocka_unit_test(late_syn_of_a_finished_connection_does_not_replace_it),
        cmocka_unit_test(long_idle_connection_is_replaced),
        cmocka_unit_test(answered_syn_replaces_a_living_connection),
        cmocka_unit_test(forged_syn_does_not_disturb),
        cmocka_unit_test(answer_of_the_wrong_side_replaces_nothing),
        cmocka_unit_test(side_captured_late_and_ports_used_again),
        cmocka_unit_test(wanted_connections_outlive_the_others),
        cmocka_unit_test(oldest_connection_is_evicted),
        cmocka_unit_test(memory_is_kept_below_its_limit),
        cmocka_unit_test(flood_of_syns_does_not_evict_the_living),
        cmocka_unit_test(end_closes_in_order_of_id),
        cmocka_unit_test(end_tells_how_each_connection_ended),
        cmocka_unit_test(removed_connections_leave_the_others_in_place),
        cmocka_unit_test(changes_are_told),
        cmocka_unit_test(unknown_link_type_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
