/* test_net_probe.c - connections that are read until the host knows whether it wants to: nothing of them differs from
 * those that were read, or counted, from their first packet on. */
#include "tests/unit/net_scene.h"

#define ACK NET_ACK

/* The host takes a connection for one to read when it hears '!', for one to count when it hears '?'. */
struct prober {
    struct scene *scene;
    bool asked;
    struct net_flow *instead_of; /* a probe that goes when another comes */
};

static enum net_role prober_opened(void *host, struct net_flow *flow, const struct net_packet *packet)
{
    struct prober *prober = host;
    return scene_opened(prober->scene, flow, packet);
}

static void prober_bytes(void *host, struct net_flow *flow, int half, uint64_t pos, struct fsc_span bytes, uint64_t ack,
                         const struct net_packet *packet)
{
    struct prober *prober = host;
    scene_bytes(prober->scene, flow, half, pos, bytes, ack, packet);
    if (flow->role == NET_ROLE_PROBE && memchr(bytes.p, '!', bytes.n) != NULL)
        flow->role = NET_ROLE_READ;
    else if (flow->role == NET_ROLE_PROBE && memchr(bytes.p, '?', bytes.n) != NULL)
        flow->role = NET_ROLE_COUNT;
}

static void prober_gap(void *host, struct net_flow *flow, int half, uint64_t pos, uint64_t len,
                       const struct net_packet *packet)
{
    struct prober *prober = host;
    assert_int_equal(flow->role, NET_ROLE_READ);
    scene_gap(prober->scene, flow, half, pos, len, packet);
}

static void prober_changed(void *host, struct net_flow *flow, const struct net_packet *packet)
{
    struct prober *prober = host;
    scene_changed(prober->scene, flow, packet);
}

static void prober_closed(void *host, struct net_flow *flow, const char *how)
{
    struct prober *prober = host;
    scene_closed(prober->scene, flow, how);
}

static bool prober_probe(void *host, struct net_flow *flow, const struct net_packet *packet)
{
    struct prober *prober = host;
    g_string_append_printf(prober->scene->log, "probe at %u\n", (unsigned)packet->frame);
    prober->asked = true;
    if (prober->instead_of != NULL)
        net_probe_end(prober->scene->net, prober->instead_of);
    prober->instead_of = NULL;
    return flow->half[1].first_payload_frame != 0;
}

static void prober_probe_lost(void *host, struct net_flow *flow)
{
    struct prober *prober = host;
    assert_int_equal(flow->role, NET_ROLE_COUNT);
    g_string_append(prober->scene->log, "probe lost\n");
}

static struct scene *probing(struct prober *prober, size_t max_flows)
{
    struct scene *scene = scene_new(NET_ROLE_COUNT);
    const struct net_host host = {prober,         prober_opened, prober_bytes, prober_gap,
                                  prober_changed, prober_closed, prober_probe, prober_probe_lost};
    const struct net_config config = {.max_flows = max_flows, .hash_seed = 7, .control_port = scene_control_port};
    *prober = (struct prober){.scene = scene};
    net_free(&scene->net);
    scene->net = net_new(&config, &host);
    return scene;
}

static void bytes_are_heard_from_the_first_on(void **state)
{
    (void)state;
    struct prober prober = {.scene = NULL};
    struct scene *s = probing(&prober, 0);
    scene_handshake(s);
    scene_expect(s, "open 1\n");
    scene_send(s, SCENE_S, ACK, 5001, 1001, "220 hi\r\n");
    scene_send(s, SCENE_C, ACK, 1001, 5009, "USER!");
    scene_send(s, SCENE_S, ACK, 5009, 1006, "331?");
    scene_expect(s, "probe at 4\ns 0 '220 hi\r\n' ack 0\nc 0 'USER!' ack 8\ns 8 '331?' ack 5\n");
    assert_int_equal(scene_flow(s)->role, NET_ROLE_READ);
    scene_free(s);
}

static void a_swapped_first_segment_waits(void **state)
{
    (void)state;
    struct prober prober = {.scene = NULL};
    struct scene *s = probing(&prober, 0);
    scene_handshake(s);
    scene_send(s, SCENE_S, ACK, 5004, 1001, "!");
    scene_send(s, SCENE_S, ACK, 5001, 1001, "220");
    scene_expect(s, "open 1\nprobe at 4\ns 0 '220' ack 0\ns 3 '!' ack 0\n");
    scene_free(s);
}

/* And its memory is given back. */
static void nothing_is_heard_behind_the_decision_to_count(void **state)
{
    (void)state;
    struct prober prober = {.scene = NULL};
    struct scene *s = probing(&prober, 0);
    scene_handshake(s);
    scene_send(s, SCENE_S, ACK, 5005, 1001, "unheard");
    scene_send(s, SCENE_S, ACK, 5004, 1001, "?");
    scene_send(s, SCENE_S, ACK, 5001, 1001, "220");
    scene_expect(s, "open 1\nprobe at 4\ns 0 '220' ack 0\ns 3 '?' ack 0\n");
    assert_int_equal(scene_flow(s)->role, NET_ROLE_COUNT);
    assert_null(scene_flow(s)->half[0].reader);
    scene_free(s);
}

static void the_host_is_asked_once(void **state)
{
    (void)state;
    struct prober prober = {.scene = NULL};
    struct scene *s = probing(&prober, 0);
    scene_handshake(s);
    scene_send(s, SCENE_C, ACK, 1001, 5001, "GET");
    scene_send(s, SCENE_S, ACK, 5001, 1004, "220");
    scene_send(s, SCENE_C, ACK, 1004, 5004, "!");
    scene_expect(s, "open 1\nprobe at 4\n");
    assert_int_equal(scene_flow(s)->role, NET_ROLE_COUNT);
    scene_free(s);
}

/* Fields that a probe might have touched. */
static void assert_same_counts(const struct net_flow *a, const struct net_flow *b)
{
    assert_int_equal(a->role, b->role);
    assert_int_equal(a->gaps, b->gaps);
    assert_int_equal(a->gap_bytes, b->gap_bytes);
    for (int i = 0; i < 2; i++) {
        const struct net_half *x = &a->half[i], *y = &b->half[i];
        assert_int_equal(x->bytes, y->bytes);
        assert_int_equal(x->missing_bytes, y->missing_bytes);
        assert_int_equal(x->retransmitted_bytes, y->retransmitted_bytes);
        assert_int_equal(x->acked, y->acked);
        assert_int_equal(x->fin_pos, y->fin_pos);
        assert_int_equal(x->head_len, y->head_len);
        assert_memory_equal(x->head, y->head, sizeof x->head);
    }
}

struct act {
    int from;
    uint32_t seq, ack;
    const char *text;
};

/* To be freed. */
static struct net_flow *play(struct scene *s, const struct act *acts, size_t count, const char *log)
{
    scene_handshake(s);
    for (size_t i = 0; i < count; i++)
        scene_send(s, acts[i].from, ACK, acts[i].seq, acts[i].ack, acts[i].text);
    if (log != NULL)
        scene_expect(s, log);
    s->time_ns += SCENE_SECOND;
    scene_send(s, SCENE_S, NET_FIN | ACK, acts[count - 1].seq + 100, 1001, "");
    net_end(s->net);
    assert_int_equal(net_counters(s->net)->gaps, 0);
    struct net_flow *last = g_memdup2(&s->last, sizeof(s->last));
    scene_free(s);
    return last;
}

static void counted_connections_are_as_if_never_probed(void **state)
{
    (void)state;
    const struct act said_no[] = {{SCENE_S, 5001, 1001, "220"},
                                  {SCENE_S, 5004, 1001, "data?"},
                                  {SCENE_S, 5104, 1001, "more"},
                                  {SCENE_S, 5001, 1001, "220data"}};
    const struct act hole[] = {{SCENE_S, 5001, 1001, "220"},
                               {SCENE_C, 1001, 5050, ""},
                               {SCENE_S, 5050, 1001, "more"},
                               {SCENE_S, 5054, 1001, "more"},
                               {SCENE_S, 5058, 1001, "more"}};
    /* The last byte is acknowledged and not captured: one that is read claims it, one that is counted must not. */
    const struct act last_byte[] = {{SCENE_S, 5001, 1001, "220"},
                                    {SCENE_C, 1001, 5005, ""},
                                    {SCENE_C, 1001, 5005, "A"},
                                    {SCENE_C, 1002, 5005, "B"}};
    const struct {
        const struct act *acts;
        size_t count;
        const char *log;
    } plays[] = {
        {said_no, G_N_ELEMENTS(said_no), "open 1\nprobe at 4\ns 0 '220' ack 0\ns 3 'data?' ack 0\n"},
        {hole, G_N_ELEMENTS(hole), NULL},
        {last_byte, G_N_ELEMENTS(last_byte), NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(plays); i++) {
        struct prober prober = {.scene = NULL};
        struct net_flow *probed = play(probing(&prober, 0), plays[i].acts, plays[i].count, plays[i].log);
        struct net_flow *counted = play(scene_new(NET_ROLE_COUNT), plays[i].acts, plays[i].count, NULL);
        assert_true(prober.asked);
        assert_same_counts(probed, counted);
        g_free(probed);
        g_free(counted);
    }
}

static void time_ends_a_probe_with_a_hole(void **state)
{
    (void)state;
    struct prober prober = {.scene = NULL};
    struct scene *s = probing(&prober, 0);
    scene_handshake(s);
    scene_send(s, SCENE_S, ACK, 5001, 1001, "220");
    scene_send(s, SCENE_C, ACK, 1001, 5010, "");
    scene_expect(s, "open 1\nprobe at 4\ns 0 '220' ack 0\n");
    s->time_ns += SCENE_SECOND;
    s->client_port = 2000;
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    scene_expect(s, "probe lost\nopen 2\n");
    scene_free(s);
}

static void bytes_cut_off_end_a_probe(void **state)
{
    (void)state;
    struct prober prober = {.scene = NULL};
    struct scene *s = probing(&prober, 0);
    scene_handshake(s);
    s->snap = SCENE_HEADERS + 4;
    scene_send(s, SCENE_S, ACK, 5001, 1001, "220 hello");
    scene_expect(s, "open 1\nprobe at 4\ns 0 '220 ' ack 0\nprobe lost\n");
    scene_free(s);
}

/* At one instant, so that no time passes: the room for what waits is small. */
static void too_much_behind_a_hole_ends_a_probe(void **state)
{
    (void)state;
    struct prober prober = {.scene = NULL};
    struct scene *s = probing(&prober, 0);
    uint8_t block[1000] = {0};
    uint32_t seq = 5011;
    scene_handshake(s);
    scene_send(s, SCENE_S, ACK, 5001, 1001, "220");
    s->step_ns = 0;
    for (int i = 0; i < 12; i++, seq += sizeof block)
        scene_send_n(s, SCENE_S, ACK, seq, 1001, block, sizeof block);
    scene_expect(s, "open 1\nprobe at 4\ns 0 '220' ack 0\n");
    for (int i = 0; i < 12; i++, seq += sizeof block)
        scene_send_n(s, SCENE_S, ACK, seq, 1001, block, sizeof block);
    scene_expect(s, "probe lost\n");
    assert_int_equal(net_counters(s->net)->gaps, 0);
    scene_free(s);
}

/* The wait of the last packet's flow was over already, and its probe ends while time goes on to the next packet. */
static void a_probe_ends_between_two_packets(void **state)
{
    (void)state;
    struct prober prober = {.scene = NULL};
    struct scene *s = probing(&prober, 4);
    scene_send(s, SCENE_S, NET_SYN | ACK, 5000, 1001, "");
    s->step_ns = 92 * SCENE_MS;
    scene_send(s, SCENE_S, ACK, 5013, 1046, "\n");
    s->step_ns = 49 * SCENE_MS;
    scene_send(s, SCENE_C, ACK, 1046, 5027, "USER bob");
    struct net_flow *flow = scene_flow(s);
    assert_int_equal(flow->role, NET_ROLE_PROBE);
    s->client_port = 2000;
    for (int i = 0; i < 3; i++)
        scene_send(s, SCENE_S, ACK, 5001, 1001, "x");
    assert_int_equal(flow->role, NET_ROLE_COUNT);
    scene_free(s);
}

static void one_probe_makes_room_for_another(void **state)
{
    (void)state;
    struct prober prober = {.scene = NULL};
    struct scene *s = probing(&prober, 0);
    scene_handshake(s);
    scene_send(s, SCENE_S, ACK, 5001, 1001, "220");
    scene_send(s, SCENE_S, ACK, 5010, 1001, "waits");
    prober.instead_of = scene_flow(s);
    s->client_port = 2000;
    scene_handshake(s);
    scene_send(s, SCENE_S, ACK, 5001, 1001, "220");
    s->client_port = 1024;
    scene_send(s, SCENE_S, ACK, 5004, 1001, "!!!!!!");
    assert_int_equal(scene_flow(s)->role, NET_ROLE_COUNT);
    s->client_port = 2000;
    scene_send(s, SCENE_S, ACK, 5004, 1001, "!");
    assert_int_equal(scene_flow(s)->role, NET_ROLE_READ);
    scene_expect(s, "open 1\nprobe at 4\ns 0 '220' ack 0\nopen 2\nprobe at 9\ns 0 '220' ack 0\ns 3 '!' ack 0\n");
    scene_free(s);
}

static void probes_do_not_push_out_what_is_read(void **state)
{
    (void)state;
    struct prober prober = {.scene = NULL};
    struct scene *s = probing(&prober, 2);
    scene_handshake(s);
    scene_send(s, SCENE_S, ACK, 5001, 1001, "220!");
    for (s->client_port = 2000; s->client_port < 2010; s->client_port++) {
        scene_handshake(s);
        scene_send(s, SCENE_S, ACK, 5001, 1001, "220");
    }
    s->client_port = 1024;
    assert_int_equal(scene_flow(s)->role, NET_ROLE_READ);
    scene_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_heard_from_the_first_on),
        cmocka_unit_test(a_swapped_first_segment_waits),
        cmocka_unit_test(nothing_is_heard_behind_the_decision_to_count),
        cmocka_unit_test(the_host_is_asked_once),
        cmocka_unit_test(counted_connections_are_as_if_never_probed),
        cmocka_unit_test(time_ends_a_probe_with_a_hole),
        cmocka_unit_test(bytes_cut_off_end_a_probe),
        cmocka_unit_test(too_much_behind_a_hole_ends_a_probe),
        cmocka_unit_test(a_probe_ends_between_two_packets),
        cmocka_unit_test(one_probe_makes_room_for_another),
        cmocka_unit_test(probes_do_not_push_out_what_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
