/* test_capture_file.c - both formats and their variants, cut and damaged everywhere. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif

#include "monitor/input/capture_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture_bytes.h"
#include "monitor/input/pcapng.h"

#define SECOND INT64_C(1000000000)

/* What a file gave: frames as "TIME_NS LINKTYPE CAPTURED/WIRE BYTES" in lines, and how it ended. */
struct story {
    GString *frames;
    enum capture_result end;
    char *message;
    uint64_t count, dropped;
};

static struct story read_file(const GByteArray *bytes)
{
    struct story story = {.frames = g_string_new(NULL), .end = CAPTURE_BROKEN};
    struct capture_frame frame;
    struct capture_file *file = capture_file_open(memory_file(0, bytes->data, bytes->len), &story.message);

    if (file == NULL)
        return story;
    while ((story.end = capture_file_next(file, &frame, &story.message)) == CAPTURE_FRAME) {
        assert_int_equal(frame.number, ++story.count);
        g_string_append_printf(story.frames, "%" G_GINT64_FORMAT " %d %zu/%zu %.*s\n", frame.time_ns,
                               frame.interface->linktype, frame.captured.n, frame.wire_len, (int)frame.captured.n,
                               (const char *)frame.captured.p);
    }
    story.dropped = capture_file_dropped(file);
    capture_file_close(&file);
    return story;
}

static void free_story(struct story *story)
{
    g_string_free(story->frames, TRUE);
    g_free(story->message);
}

static void assert_whole(const GByteArray *bytes, const char *frames)
{
    struct story story = read_file(bytes);

    assert_string_equal(story.frames->str, frames);
    assert_int_equal(story.end, CAPTURE_END);
    assert_null(story.message);
    free_story(&story);
}

static void assert_broken(const GByteArray *bytes, const char *frames, const char *why)
{
    struct story story = read_file(bytes);

    assert_string_equal(story.frames->str, frames);
    assert_int_equal(story.end, CAPTURE_BROKEN);
    assert_non_null(story.message);
    if (strstr(story.message, why) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", story.message, why);
    free_story(&story);
}

#define TWO_FRAMES "5000000001000 1 5/5 first\n6000000002000 1 6/1500 second\n"

static GByteArray *pcap_with(bool big, uint32_t magic, uint32_t unit_ns)
{
    GByteArray *out = g_byte_array_new();

    put_pcap_header(out, big, magic, 2, 4, 1);
    put_pcap_record(out, big, 5000, 1000 / unit_ns, "first", 5);
    put_pcap_record(out, big, 6000, 2000 / unit_ns, "second", 1500);
    return out;
}

static void pcap_in_both_orders_and_resolutions(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        GByteArray *micro = pcap_with(big, 0xa1b2c3d4, 1000), *nano = pcap_with(big, 0xa1b23c4d, 1);
        assert_whole(micro, TWO_FRAMES);
        assert_whole(nano, TWO_FRAMES);
        g_byte_array_free(micro, TRUE);
        g_byte_array_free(nano, TRUE);
    }
}

/* Kuznetzov's patch: interface, protocol and direction stand behind the lengths. */
static void modified_pcap(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        GByteArray *out = g_byte_array_new();
        put_pcap_header(out, big, 0xa1b2cd34, 2, 4, 1);
        for (int i = 0; i < 2; i++) {
            const char *bytes = i == 0 ? "first" : "second";
            put32(out, big, i == 0 ? 5000 : 6000);
            put32(out, big, i == 0 ? 1 : 2);
            put32(out, big, (uint32_t)strlen(bytes));
            put32(out, big, i == 0 ? 5 : 1500);
            put32(out, big, 3);
            put32(out, big, 0x08000004);
            put_text(out, bytes);
        }
        assert_whole(out, TWO_FRAMES);
        g_byte_array_free(out, TRUE);
    }
}

static void old_pcap_has_its_lengths_the_other_way_round(void **state)
{
    static const struct {
        unsigned major, minor;
        uint32_t first, second;
    } files[] = {{2, 2, 1500, 6}, {2, 3, 1500, 6}, {2, 3, 6, 1500}, {543, 0, 1500, 6}, {2, 4, 6, 1500}};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        GByteArray *out = g_byte_array_new();
        put_pcap_header(out, i % 2 == 0, 0xa1b2c3d4, files[i].major, files[i].minor, 1);
        put32(out, i % 2 == 0, 5000);
        put32(out, i % 2 == 0, 1);
        put32(out, i % 2 == 0, files[i].first);
        put32(out, i % 2 == 0, files[i].second);
        put_text(out, "second");
        assert_whole(out, "5000000001000 1 6/1500 second\n");
        g_byte_array_free(out, TRUE);
    }
}

static void link_type_without_the_length_of_the_check_sequence(void **state)
{
    GByteArray *out = g_byte_array_new();
    (void)state;
    put_pcap_header(out, false, 0xa1b2c3d4, 2, 4, 0x54000113);
    put_pcap_record(out, false, 1, 0, "x", 1);
    assert_whole(out, "1000000000 275 1/1 x\n");
    g_byte_array_free(out, TRUE);
}

static void pcap_that_is_damaged(void **state)
{
    GByteArray *out = pcap_with(false, 0xa1b2c3d4, 1000);
    (void)state;
    put32(out, false, 1);
    put32(out, false, 1);
    put32(out, false, 0x7fffffff);
    put32(out, false, 0x7fffffff);
    assert_broken(out, TWO_FRAMES, "offset 67, after frame 2: a record of 2147483647 bytes");
    g_byte_array_free(out, TRUE);
}

/* A cut file gives the frames that are whole, and breaks off unless the cut lies between two of them. */
static void pcap_cut_anywhere(void **state)
{
    enum { HEADER = 24, FIRST = HEADER + 16 + 5, SECOND_END = FIRST + 16 + 6 };
    GByteArray *out = pcap_with(false, 0xa1b2c3d4, 1000);
    (void)state;
    assert_int_equal(out->len, SECOND_END);
    for (guint n = 0; n <= out->len; n++) {
        GByteArray cut = {out->data, n};
        struct story story = read_file(&cut);
        bool may_end = n == HEADER || n == FIRST || n == SECOND_END;
        assert_int_equal(story.count, (n >= FIRST) + (n >= SECOND_END));
        assert_int_equal(story.end, may_end ? CAPTURE_END : CAPTURE_BROKEN);
        assert_true((story.message == NULL) == may_end);
        free_story(&story);
    }
    g_byte_array_free(out, TRUE);
}

/* ---- pcapng ---- */

static void pcapng_of_two_link_types_and_resolutions(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        GByteArray *out = g_byte_array_new();
        put_section(out, big);
        put_interface(out, big, 1, 0, "eth0");
        put_interface(out, big, 113, 9, "any");
        put_packet(out, big, 0, 5000000001, "first", 5, "odd");
        put_packet(out, big, 1, UINT64_C(6000000002000), "second", 1500, NULL);
        put_interface(out, big, 276, 0x80 | 10, NULL);
        put_packet(out, big, 2, 7 * 1024 + 512, "third", 5, NULL);
        assert_whole(out, "5000000001000 1 5/5 first\n6000000002000 113 6/1500 second\n7500000000 276 5/5 third\n");
        g_byte_array_free(out, TRUE);
    }
}

static void sections_of_different_byte_order(void **state)
{
    GByteArray *out = g_byte_array_new();
    (void)state;
    for (int big = 0; big < 2; big++) {
        put_section(out, big);
        put_interface(out, big, big ? 1 : 101, 0, NULL);
        put_packet(out, big, 0, 1000000, "x", 1, NULL);
    }
    assert_whole(out, "1000000000 101 1/1 x\n1000000000 1 1/1 x\n");
    /* The interfaces of one section are not those of the next. */
    put_section(out, false);
    put_packet(out, false, 0, 1000000, "y", 1, NULL);
    assert_broken(out, "1000000000 101 1/1 x\n1000000000 1 1/1 x\n", "after frame 2: a packet of interface 0");
    g_byte_array_free(out, TRUE);
}

static void old_and_simple_packets_and_blocks_of_no_interest(void **state)
{
    GByteArray *out = g_byte_array_new(), *body = g_byte_array_new();
    (void)state;
    put_section(out, false);
    put_interface(out, false, 1, 0, NULL);
    put_text(body, "names of hosts..");
    put_block(out, false, 4, body);
    put_block(out, false, 0x0000000a, body);
    put_block(out, false, 0x40000bad, body);
    g_byte_array_set_size(body, 0);
    put16(body, false, 0); /* obsolete: interface, lost packets, time, lengths */
    put16(body, false, 7);
    put32(body, false, 0);
    put32(body, false, 2000000);
    put32(body, false, 3);
    put32(body, false, 90);
    put_text(body, "old");
    put_padding(body);
    put_block(out, false, 2, body);
    g_byte_array_set_size(body, 0);
    put32(body, false, 6); /* simple: only the length on the wire */
    put_text(body, "simple");
    put_padding(body);
    put_block(out, false, 3, body);
    assert_whole(out, "2000000000 1 3/90 old\n2000000000 1 6/6 simple\n");
    struct story story = read_file(out);
    assert_int_equal(story.dropped, 7);
    free_story(&story);
    g_byte_array_free(body, TRUE);
    g_byte_array_free(out, TRUE);
}

static void statistics_tell_what_was_lost(void **state)
{
    GByteArray *out = g_byte_array_new(), *body = g_byte_array_new();
    (void)state;
    put_section(out, true);
    put_interface(out, true, 1, 0, NULL);
    for (unsigned so_far = 10; so_far <= 30; so_far += 20) { /* counts since the start, twice */
        uint8_t lost[8] = {0, 0, 0, 0, 0, 0, 0, (uint8_t)so_far};
        g_byte_array_set_size(body, 0);
        put32(body, true, 0);
        put32(body, true, 0);
        put32(body, true, 0);
        put_option(body, true, 5, lost, 8);
        lost[7] = 1;
        put_option(body, true, 7, lost, 8);
        put_block(out, true, 5, body);
    }
    struct story story = read_file(out);
    assert_int_equal(story.end, CAPTURE_END);
    assert_int_equal(story.dropped, 31);
    free_story(&story);
    g_byte_array_free(body, TRUE);
    g_byte_array_free(out, TRUE);
}

static void pcapng_that_is_damaged(void **state)
{
    GByteArray *out = g_byte_array_new();
    (void)state;
    put_section(out, false);
    put_interface(out, false, 1, 0, NULL);
    guint packet = out->len;
    put_packet(out, false, 0, 1000000, "abc", 3, NULL);
    out->data[packet + 20] = 200; /* captured: more than the block holds */
    assert_broken(out, "", "a packet that is longer than its block");
    out->data[packet + 20] = 3;
    out->data[out->len - 4]++; /* the length again */
    assert_broken(out, "", "the two lengths of a block differ");
    out->data[packet + 4] = 8;
    assert_broken(out, "", "a block of 8 bytes");
    g_byte_array_set_size(out, packet);
    put32(out, false, 6);
    put32(out, false, 0x40000000);
    assert_broken(out, "", "a block of 1073741824 bytes");
    g_byte_array_set_size(out, 12);
    memset(out->data + 8, 0, 4);
    assert_broken(out, "", "without its byte order");
    g_byte_array_free(out, TRUE);
}

static void pcapng_cut_anywhere(void **state)
{
    GByteArray *out = g_byte_array_new();
    (void)state;
    put_section(out, false);
    guint header = out->len;
    put_interface(out, false, 1, 0, "eth0");
    guint interface = out->len;
    put_packet(out, false, 0, 1000000, "first", 5, "a comment");
    guint first = out->len;
    put_packet(out, false, 0, 2000000, "second", 1500, NULL);
    for (guint n = 4; n <= out->len; n++) {
        GByteArray cut = {out->data, n};
        struct story story = read_file(&cut);
        bool may_end = n == header || n == interface || n == first || n == out->len;
        assert_int_equal(story.count, (n >= first) + (n == out->len));
        assert_int_equal(story.end, may_end ? CAPTURE_END : CAPTURE_BROKEN);
        assert_true((story.message == NULL) == may_end);
        free_story(&story);
    }
    g_byte_array_free(out, TRUE);
}

static void comments_of_packets(void **state)
{
    GByteArray *out = g_byte_array_new();
    char *message = NULL;
    struct capture_frame frame;
    struct fsc_span value;
    unsigned code;
    (void)state;
    put_section(out, true);
    put_interface(out, true, 1, 0, NULL);
    put_packet(out, true, 0, 1, "first", 5, "seen before");
    struct capture_file *file = capture_file_open(memory_file(0, out->data, out->len), &message);
    assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
    assert_true(pcapng_option_next(&frame.options, frame.options_big_endian, &code, &value));
    assert_int_equal(code, PCAPNG_COMMENT);
    assert_int_equal(value.n, 11);
    assert_memory_equal(value.p, "seen before", 11);
    assert_false(pcapng_option_next(&frame.options, frame.options_big_endian, &code, &value));
    capture_file_close(&file);
    g_byte_array_free(out, TRUE);
}

static void times_of_every_resolution(void **state)
{
    static const struct {
        uint64_t stamp;
        uint8_t resolution;
        int64_t offset_s, ns;
    } times[] = {
        {1500, 3, 0, 3 * SECOND / 2},
        {7, 0, 0, 7 * SECOND},
        {1234567890123456, 6, 0, INT64_C(1234567890123456000)},
        {1234567890123456789, 9, 0, 1234567890123456789},
        {UINT64_C(12345678901234567890), 10, 0, INT64_C(1234567890123456789)},
        {UINT64_C(1500000000000000000), 18, 2, 2 * SECOND + 3 * SECOND / 2},
        {UINT64_C(15000000000000000000), 19, -1, SECOND / 2},
        {5, 40, 0, 0},
        {3, 0x80 | 1, 0, 3 * SECOND / 2},
        {UINT64_C(0x180000000), 0x80 | 32, 10, 11 * SECOND + SECOND / 2},
        {UINT64_C(0xc000000000000000), 0x80 | 63, 0, SECOND + SECOND / 2},
        {UINT64_C(0xc000000000000000), 0x80 | 64, 0, 3 * SECOND / 4},
        {UINT64_MAX, 0, 0, PCAPNG_TIME_MAX_S * SECOND},
        {0, 6, INT64_MAX, PCAPNG_TIME_MAX_S * SECOND},
        {0, 6, INT64_MIN, -PCAPNG_TIME_MAX_S * SECOND},
        {UINT64_MAX, 0, INT64_MAX, PCAPNG_TIME_MAX_S * SECOND},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(times); i++)
        assert_int_equal(pcapng_time_ns(times[i].stamp, times[i].resolution, times[i].offset_s), times[i].ns);
    for (unsigned resolution = 0; resolution < 256; resolution++)
        (void)pcapng_time_ns(UINT64_MAX, (uint8_t)resolution, INT64_MAX); /* for the sanitizers */
}

static void what_is_no_capture_is_named(void **state)
{
    static const struct {
        const char *bytes;
        const char *says;
    } files[] = {{"", "offset 0: the file is empty"},
                 {"GET / HTTP/1.1", "offset 0: not a pcap or pcapng file"},
                 {"\xfd"
                  "7zXZ....",
                  "compressed with xz (unpack it first"},
                 {"snoop", "not a pcap or pcapng file"},
                 {"PK\3\4....", "a zip archive"},
                 {"\xd4\xc3\xb2\xa1", "the file header ends after 4 of 24 bytes"}};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        GByteArray *out = g_byte_array_new();
        put_text(out, files[i].bytes);
        assert_broken(out, "", files[i].says);
        g_byte_array_free(out, TRUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pcap_in_both_orders_and_resolutions),
        cmocka_unit_test(modified_pcap),
        cmocka_unit_test(old_pcap_has_its_lengths_the_other_way_round),
        cmocka_unit_test(link_type_without_the_length_of_the_check_sequence),
        cmocka_unit_test(pcap_that_is_damaged),
        cmocka_unit_test(pcap_cut_anywhere),
        cmocka_unit_test(pcapng_of_two_link_types_and_resolutions),
        cmocka_unit_test(sections_of_different_byte_order),
        cmocka_unit_test(old_and_simple_packets_and_blocks_of_no_interest),
        cmocka_unit_test(statistics_tell_what_was_lost),
        cmocka_unit_test(pcapng_that_is_damaged),
        cmocka_unit_test(pcapng_cut_anywhere),
        cmocka_unit_test(comments_of_packets),
        cmocka_unit_test(times_of_every_resolution),
        cmocka_unit_test(what_is_no_capture_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
