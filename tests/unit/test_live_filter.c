/* What the kernel is told to hand over of each kind of frame, and how many bytes: the program is run here, on frames
 * made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* clang-format off: cmocka needs the four above */
#include <cmocka.h>
/* clang-format on */

#include <glib.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "monitor/input/live_capture.h"
#include "monitor/input/live_filter.h"

enum { PAYLOAD = 1000, TCP = 6, UDP = 17, ICMP = 1, ICMP6 = 58, FRAGMENT = 44, IPV4 = 0x0800, IPV6 = 0x86dd };

static void put16(GByteArray *out, unsigned value)
{
    uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    g_byte_array_append(out, bytes, 2);
}

static void put_zeros(GByteArray *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        g_byte_array_append(out, (const uint8_t *)"", 1);
}

/* Ports, and what may be of the rest of the header. */
static void put_ports(GByteArray *out, unsigned from, unsigned to)
{
    put16(out, from);
    put16(out, to);
    put_zeros(out, PAYLOAD);
}

/* `words`: how long the header is, in words of four bytes; `fragment`: flags and offset. */
static void put_ipv4(GByteArray *out, uint8_t protocol, uint8_t words, unsigned fragment)
{
    uint8_t version = (uint8_t)(0x40 | words);

    g_byte_array_append(out, &version, 1);
    put_zeros(out, 5);
    put16(out, fragment);
    put_zeros(out, 1);
    g_byte_array_append(out, &protocol, 1);
    put_zeros(out, (size_t)words * 4 - 10);
}

static void put_ipv6(GByteArray *out, uint8_t next)
{
    static const uint8_t version = 0x60;

    g_byte_array_append(out, &version, 1);
    put_zeros(out, 5);
    g_byte_array_append(out, &next, 1);
    put_zeros(out, 33);
}

/* An extension header of eight bytes; of a fragment: `offset` in bytes. */
static void put_extension(GByteArray *out, uint8_t next, unsigned offset)
{
    g_byte_array_append(out, &next, 1);
    put_zeros(out, 1);
    put16(out, offset);
    put_zeros(out, 4);
}

/* What the program says of a frame, and the frame. */
struct filtering {
    GArray *program;
    GByteArray *frame;
};

static struct filtering filtering_new(int dlt, const struct live_filter *filter)
{
    char *message = NULL;
    pcap_t *dead = pcap_open_dead(dlt, LIVE_SNAP_MAX);
    struct filtering f = {live_filter_compile(dead, filter, &message), g_byte_array_new()};

    assert_null(message);
    assert_non_null(f.program);
    assert_true(bpf_validate((const struct bpf_insn *)(const void *)f.program->data, (int)f.program->len));
    pcap_close(dead);
    return f;
}

static void filtering_free(struct filtering *f)
{
    g_array_free(f->program, TRUE);
    g_byte_array_free(f->frame, TRUE);
}

static unsigned taken(struct filtering *f)
{
    const struct bpf_program program = {f->program->len, (struct bpf_insn *)(void *)f->program->data};
    const struct pcap_pkthdr header = {.caplen = f->frame->len, .len = f->frame->len};
    int n = pcap_offline_filter(&program, &header, f->frame->data);

    g_byte_array_set_size(f->frame, 0);
    return (unsigned)n;
}

/* A link header of each kind with room for tags; the types of tags are taken in turn. */
static void put_link(GByteArray *out, int dlt, unsigned tags, unsigned type)
{
    static const unsigned tag_types[] = {0x88a8, 0x8100, 0x9100};

    put_zeros(out, dlt == DLT_EN10MB ? 12 : dlt == DLT_LINUX_SLL ? 14 : 0);
    if (dlt != DLT_RAW)
        put16(out, tags > 0 ? tag_types[0] : type);
    put_zeros(out, dlt == DLT_LINUX_SLL2 ? 18 : 0);
    for (unsigned i = 1; i <= tags; i++) {
        put16(out, 0x0fff);
        put16(out, i < tags ? tag_types[i] : type);
    }
}

static unsigned taken_ipv4(struct filtering *f, int dlt, unsigned tags, uint8_t protocol, unsigned to)
{
    put_link(f->frame, dlt, tags, IPV4);
    put_ipv4(f->frame, protocol, 5, 0x4000);
    put_ports(f->frame, 40000, to);
    return taken(f);
}

static unsigned taken_ipv6(struct filtering *f, int dlt, unsigned tags, uint8_t protocol, unsigned from)
{
    put_link(f->frame, dlt, tags, IPV6);
    put_ipv6(f->frame, protocol);
    put_ports(f->frame, from, 40000);
    return taken(f);
}

static const int links[] = {DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_RAW};

static void control_is_whole_and_data_is_cut_on_every_link(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(links); i++)
        for (unsigned tags = 0; tags <= (links[i] == DLT_RAW ? 0 : 2); tags++) {
            struct filtering f = filtering_new(links[i], &(struct live_filter){0});
            assert_int_equal(taken_ipv4(&f, links[i], tags, TCP, 21), LIVE_SNAP_MAX);
            assert_int_equal(taken_ipv4(&f, links[i], tags, TCP, 990), LIVE_SNAP_MAX);
            assert_int_equal(taken_ipv6(&f, links[i], tags, TCP, 21), LIVE_SNAP_MAX);
            assert_int_equal(taken_ipv4(&f, links[i], tags, TCP, 50000), LIVE_SNAP_HEAD);
            assert_int_equal(taken_ipv6(&f, links[i], tags, TCP, 50000), LIVE_SNAP_HEAD);
            assert_int_equal(taken_ipv4(&f, links[i], tags, ICMP, 0), LIVE_SNAP_HEAD);
            assert_int_equal(taken_ipv6(&f, links[i], tags, ICMP6, 0), LIVE_SNAP_HEAD);
            assert_int_equal(taken_ipv6(&f, links[i], tags, UDP, 53), LIVE_SNAP_HEAD);
            assert_int_equal(taken_ipv4(&f, links[i], tags, UDP, 21), 0);
            assert_int_equal(taken_ipv4(&f, links[i], tags, UDP, 53), 0); /* a question */
            assert_int_equal(taken_ipv6(&f, links[i], tags, UDP, 21), 0);
            filtering_free(&f);
        }
}

static void what_is_neither_ip_nor_a_tag_is_left_out(void **state)
{
    struct filtering f = filtering_new(DLT_EN10MB, &(struct live_filter){0});

    (void)state;
    for (unsigned tags = 0; tags <= 2; tags++) {
        put_link(f.frame, DLT_EN10MB, tags, 0x0806);
        put_zeros(f.frame, 100);
        assert_int_equal(taken(&f), 0);
    }
    assert_int_equal(taken_ipv4(&f, DLT_EN10MB, 3, TCP, 21), 0);
    filtering_free(&f);
}

static void options_move_the_ports(void **state)
{
    struct filtering f = filtering_new(DLT_EN10MB, &(struct live_filter){0});

    (void)state;
    put_link(f.frame, DLT_EN10MB, 1, IPV4);
    put_ipv4(f.frame, TCP, 15, 0);
    put_ports(f.frame, 21, 40000);
    assert_int_equal(taken(&f), LIVE_SNAP_MAX);
    filtering_free(&f);
}

static void fragments_of_control_connections_are_whole(void **state)
{
    static const struct {
        uint8_t protocol;
        unsigned fragment, from, expected4, expected6;
    } cases[] = {
        {TCP, 0x2000, 21, LIVE_SNAP_MAX, LIVE_SNAP_MAX},     /* the first has the ports */
        {TCP, 0x2000, 2000, LIVE_SNAP_HEAD, LIVE_SNAP_HEAD}, /* and may be of something else */
        {TCP, 0x2010, 2000, LIVE_SNAP_MAX, LIVE_SNAP_MAX},   /* who knows */
        {UDP, 0x2010, 21, 0, 0},
        {UDP, 0x0010, 53, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        for (unsigned tags = 0; tags <= 2; tags++) {
            struct filtering f = filtering_new(DLT_EN10MB, &(struct live_filter){0});
            put_link(f.frame, DLT_EN10MB, tags, IPV4);
            put_ipv4(f.frame, cases[i].protocol, 5, cases[i].fragment);
            put_ports(f.frame, cases[i].from, 40000);
            assert_int_equal(taken(&f), cases[i].expected4);
            put_link(f.frame, DLT_EN10MB, tags, IPV6);
            put_ipv6(f.frame, FRAGMENT);
            put_extension(f.frame, cases[i].protocol, (cases[i].fragment & 0x1fff) << 3 | cases[i].fragment >> 13);
            put_ports(f.frame, cases[i].from, 40000);
            assert_int_equal(taken(&f), cases[i].expected6);
            filtering_free(&f);
        }
}

static void ipv6_extensions_before_tcp_are_seen(void **state)
{
    static const uint8_t extensions[] = {0, 43, 60};
    struct filtering f = filtering_new(DLT_EN10MB, &(struct live_filter){0});

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++) {
        put_link(f.frame, DLT_EN10MB, 0, IPV6);
        put_ipv6(f.frame, extensions[i]);
        put_extension(f.frame, TCP, 0);
        put_ports(f.frame, 21, 40000);
        assert_int_equal(taken(&f), LIVE_SNAP_HEAD);
    }
    filtering_free(&f);
}

static void a_frame_that_ends_early_is_left_out(void **state)
{
    struct filtering f = filtering_new(DLT_EN10MB, &(struct live_filter){0});

    (void)state;
    for (guint len = 0; len < 14 + 20; len++) {
        put_link(f.frame, DLT_EN10MB, 0, IPV4);
        put_ipv4(f.frame, TCP, 5, 0);
        g_byte_array_set_size(f.frame, len);
        unsigned n = taken(&f);
        assert_true(n == 0 || (n == LIVE_SNAP_HEAD && len >= 24));
    }
    filtering_free(&f);
}

static void named_ports_are_the_only_control_ports(void **state)
{
    uint16_t ports[16];

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(ports); i++)
        ports[i] = (uint16_t)(2121 + i * 100);
    struct filtering f = filtering_new(DLT_EN10MB, &(struct live_filter){.ports = ports, .port_count = 16});
    for (size_t i = 0; i < G_N_ELEMENTS(ports); i++)
        for (unsigned tags = 0; tags <= 2; tags++) {
            assert_int_equal(taken_ipv4(&f, DLT_EN10MB, tags, TCP, ports[i]), LIVE_SNAP_MAX);
            assert_int_equal(taken_ipv6(&f, DLT_EN10MB, tags, TCP, ports[i]), LIVE_SNAP_MAX);
        }
    assert_int_equal(taken_ipv4(&f, DLT_EN10MB, 0, TCP, 21), LIVE_SNAP_HEAD);
    filtering_free(&f);
}

static void a_snap_length_holds_for_all(void **state)
{
    struct filtering f = filtering_new(DLT_EN10MB, &(struct live_filter){.snap_len = 96});

    (void)state;
    assert_int_equal(taken_ipv4(&f, DLT_EN10MB, 0, TCP, 21), 96);
    assert_int_equal(taken_ipv6(&f, DLT_EN10MB, 2, TCP, 5000), 96);
    assert_int_equal(taken_ipv4(&f, DLT_EN10MB, 0, UDP, 21), 0);
    filtering_free(&f);
}

static void a_users_filter_says_what_is_captured(void **state)
{
    struct filtering f = filtering_new(DLT_EN10MB, &(struct live_filter){.expression = "tcp port 21 or port 2000"});

    (void)state;
    assert_int_equal(taken_ipv4(&f, DLT_EN10MB, 0, TCP, 21), LIVE_SNAP_MAX);
    assert_int_equal(taken_ipv4(&f, DLT_EN10MB, 0, TCP, 2000), LIVE_SNAP_HEAD);
    assert_int_equal(taken_ipv4(&f, DLT_EN10MB, 0, UDP, 2000), LIVE_SNAP_MAX); /* not known what is wanted of it */
    assert_int_equal(taken_ipv4(&f, DLT_EN10MB, 0, TCP, 2001), 0);
    assert_int_equal(taken_ipv4(&f, DLT_EN10MB, 1, TCP, 21), 0); /* as with tcpdump */
    filtering_free(&f);
    f = filtering_new(DLT_EN10MB, &(struct live_filter){.expression = "vlan", .snap_len = 100});
    assert_int_equal(taken_ipv4(&f, DLT_EN10MB, 1, TCP, 21), 100);
    assert_int_equal(taken_ipv4(&f, DLT_EN10MB, 0, TCP, 21), 0);
    filtering_free(&f);
}

static void other_links_do_without_tags(void **state)
{
    static const uint8_t family = 2; /* AF_INET, in the byte order of whoever captured */
    struct filtering f = filtering_new(DLT_NULL, &(struct live_filter){0});

    (void)state;
    g_byte_array_append(f.frame, &family, 1);
    put_zeros(f.frame, 3);
    put_ipv4(f.frame, TCP, 5, 0);
    put_ports(f.frame, 21, 40000);
    assert_int_equal(taken(&f), G_BYTE_ORDER == G_LITTLE_ENDIAN ? LIVE_SNAP_MAX : 0);
    filtering_free(&f);
}

static void a_bad_filter_is_told_with_its_reason(void **state)
{
    char *message = NULL;
    pcap_t *dead = pcap_open_dead(DLT_EN10MB, LIVE_SNAP_MAX);

    (void)state;
    assert_null(live_filter_compile(dead, &(struct live_filter){.expression = "tcp prot 21"}, &message));
    assert_non_null(strstr(message, "filter \"tcp prot 21\": "));
    assert_non_null(strstr(message, "syntax error"));
    g_free(message);
    pcap_close(dead);
}

/* The text is what a user gives to tcpdump: it must compile, and name the ports. */
static void the_text_can_be_used(void **state)
{
    static const uint16_t ports[] = {2121};
    char *text = live_filter_text(ports, 1), **lines = g_strsplit(text, "\n", -1);

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct live_filter filter = {.expression = strchr(lines[i], ':') + 2};
        struct filtering f = filtering_new(DLT_EN10MB, &filter);
        filtering_free(&f);
    }
    assert_non_null(strstr(lines[0], "tcp port 2121"));
    g_strfreev(lines);
    g_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control_is_whole_and_data_is_cut_on_every_link),
        cmocka_unit_test(what_is_neither_ip_nor_a_tag_is_left_out),
        cmocka_unit_test(options_move_the_ports),
        cmocka_unit_test(fragments_of_control_connections_are_whole),
        cmocka_unit_test(ipv6_extensions_before_tcp_are_seen),
        cmocka_unit_test(a_frame_that_ends_early_is_left_out),
        cmocka_unit_test(named_ports_are_the_only_control_ports),
        cmocka_unit_test(a_snap_length_holds_for_all),
        cmocka_unit_test(a_users_filter_says_what_is_captured),
        cmocka_unit_test(other_links_do_without_tags),
        cmocka_unit_test(a_bad_filter_is_told_with_its_reason),
        cmocka_unit_test(the_text_can_be_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
