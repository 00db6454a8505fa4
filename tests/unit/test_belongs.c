/* test_belongs.c - which connection a frame belongs to, also when that is known only later; and what was not read. */
#include "tests/unit/frame_text.h"
#include "tests/unit/net_scene.h"

enum { ACK = NET_ACK };

/* ICMP 3/13 quoting the packet in scene->bytes. */
static void push_icmp(struct scene *s)
{
    uint8_t frame[20 + 8 + 28] = {0x45, 0, 0, 56, 0, 1, 0, 0, 64, 1, 0, 0, 10, 0, 0, 254, 10, 0, 0, 1, 3, 13};
    memcpy(frame + 28, s->bytes, 28);
    s->id = net_push(s->net, SCENE_RAW, (struct fsc_span){frame, sizeof(frame)}, sizeof(frame), ++s->frame, s->time_ns);
}

static void push_text(struct scene *s, int linktype, const char *text)
{
    GByteArray *frame = frame_text(text, (struct fsc_span){s->bytes, s->len});
    s->id = net_push(s->net, linktype, (struct fsc_span){frame->data, frame->len}, frame->len, ++s->frame, s->time_ns);
    g_byte_array_unref(frame);
}

static void assert_earlier(struct scene *s, uint64_t frame)
{
    size_t count;
    const uint64_t *frames = net_earlier_frames(s->net, &count);
    assert_int_equal(count, frame > 0 ? 1 : 0);
    if (frame > 0)
        assert_int_equal(frames[0], frame);
}

static void packets_copies_and_errors_belong(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_handshake(s);
    assert_int_equal(s->id, 1);
    scene_copy(s);
    assert_int_equal(s->id, 1);
    push_icmp(s);
    assert_int_equal(s->id, 1);
    push_text(s, SCENE_RAW, "IP/17 UDP/53 PACKET");
    assert_int_equal(s->id, 0);
    s->client_port = 1025;
    scene_send(s, SCENE_C, NET_SYN, 7, 0, "");
    assert_int_equal(s->id, 2);
    assert_earlier(s, 0);
    scene_free(s);
}

static void answers_before_their_question(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    s->step_ns = SCENE_MS;
    scene_send(s, SCENE_S, NET_RST | ACK, 0, 1001, "");
    assert_int_equal(s->id, 0);
    scene_send(s, SCENE_C, NET_SYN, 1000, 0, "");
    assert_int_equal(s->id, 1);
    assert_earlier(s, 1);
    s->client_port = 1025;
    scene_build(s, SCENE_C, NET_SYN, 2000, 0, "", 0);
    push_icmp(s);
    assert_int_equal(s->id, 0);
    scene_push(s);
    assert_int_equal(s->id, 2);
    assert_earlier(s, 3);
    scene_send(s, SCENE_S, NET_SYN | ACK, 1, 2001, "");
    assert_earlier(s, 0);
    scene_free(s);
}

/* The end of the old connection was not captured: only the answer tells that the SYN began another. */
static void a_stray_syn_belongs_to_the_connection_it_began(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    scene_handshake(s);
    scene_send(s, SCENE_C, NET_SYN, 900000, 0, "");
    assert_int_equal(s->id, 1);
    scene_send(s, SCENE_S, NET_SYN | ACK, 800000, 900001, "");
    assert_int_equal(s->id, 2);
    assert_earlier(s, 4);
    scene_expect(s, "open 1\nclosed 1 reused\nopen 2\n");
    scene_free(s);
}

/* ---- what was not read ---- */

static void unread_is_told_most_frequent_first(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    struct net_unread all[NET_UNREAD_MAX];
    char text[NET_UNREAD_TEXT_MAX];
    scene_build(s, SCENE_C, ACK, 1, 1, "", 0);
    assert_int_equal(net_unread(s->net, all, NET_UNREAD_MAX), 0);
    push_text(s, 147, "PACKET");
    for (int i = 0; i < 3; i++)
        push_text(s, SCENE_RAW, "IP/50 PACKET");
    for (int i = 0; i < 2; i++)
        push_text(s, 1, "ETH 88e5 2c 00 00000001 0200000000010001 PACKET");
    assert_int_equal(net_unread(s->net, all, NET_UNREAD_MAX), 3);
    assert_string_equal(net_unread_describe(&all[0], text, sizeof(text)), "IP protocol 50 (ESP)");
    assert_int_equal(all[0].packets, 3);
    assert_string_equal(net_unread_describe(&all[1], text, sizeof(text)), "Ethernet type 0x88e5 (MACsec)");
    assert_string_equal(net_unread_describe(&all[2], text, sizeof(text)), "link type 147");
    assert_int_equal(net_counters(s->net)->unread, 6);
    scene_free(s);
}

static void many_kinds_of_unread_are_bounded(void **state)
{
    (void)state;
    struct scene *s = scene_new(NET_ROLE_COUNT);
    struct net_unread all[NET_UNREAD_MAX];
    char text[NET_UNREAD_TEXT_MAX];
    scene_build(s, SCENE_C, ACK, 1, 1, "", 0);
    for (int link = 1000; link < 1040; link++)
        push_text(s, link, "PACKET");
    assert_int_equal(net_unread(s->net, all, NET_UNREAD_MAX), NET_UNREAD_MAX);
    assert_string_equal(net_unread_describe(&all[NET_UNREAD_MAX - 1], text, sizeof(text)), "other kinds");
    assert_int_equal(all[NET_UNREAD_MAX - 1].packets, 40 - (NET_UNREAD_MAX - 1));
    assert_int_equal(net_unread(s->net, all, 1), NET_UNREAD_MAX);
    assert_int_equal(net_counters(s->net)->unread, 40);
    scene_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_copies_and_errors_belong),
        cmocka_unit_test(answers_before_their_question),
        cmocka_unit_test(a_stray_syn_belongs_to_the_connection_it_began),
        cmocka_unit_test(unread_is_told_most_frequent_first),
        cmocka_unit_test(many_kinds_of_unread_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
