/* test_capture_set.c - several files as one capture. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif

#include "monitor/input/capture_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture_bytes.h"

/* "10.5:a 11:b~": a frame at 10.5 s with the bytes "a" (of at least 60, so that equal frames are known for equal), and
 * one of which the snap length left 56. */
static void write_capture(size_t slot, const char *frames)
{
    GByteArray *out = g_byte_array_new();
    char **words = g_strsplit(frames, " ", -1);

    put_pcap_header(out, false, 0xa1b23c4d, 2, 4, 1);
    for (char **word = words; *word != NULL && **word != '\0'; word++) {
        char *end, text[64];
        double time = g_ascii_strtod(*word, &end);
        g_snprintf(text, sizeof(text), "%-60s", end + 1);
        if (text[1] == '~') {
            text[1] = ' ';
            text[56] = '\0';
        }
        put_pcap_record(out, false, (uint32_t)time, (uint32_t)((time - (uint32_t)time) * 1e9 + 0.5), text, 60);
    }
    memory_file(slot, out->data, out->len);
    g_strfreev(words);
    g_byte_array_free(out, TRUE);
}

/* What comes of files 0 to count - 1, as "a0.1 b1.1": bytes, file and frame in it; "|" where nobody recorded before. */
static char *merged(size_t count, const struct capture_set_options *options, uint64_t *copies)
{
    const char *paths[FILES_MAX];
    GString *out = g_string_new(NULL);
    struct capture_frame frame;
    int64_t before_ns;

    for (size_t i = 0; i < count; i++)
        paths[i] = memory_files()[i];
    struct capture_set *set = capture_set_open(paths, count, options);
    while (capture_set_next(set, &frame)) {
        struct frame_place place = frame_index_find(capture_set_frames(set), frame.number);
        size_t file = 0;
        while (paths[file] != place.file)
            file++;
        g_string_append_printf(out, "%s%s%c%zu.%" G_GUINT64_FORMAT, out->len > 0 ? " " : "",
                               capture_set_paused(set, &before_ns) ? "| " : "", frame.captured.p[0], file,
                               place.number);
    }
    *copies = capture_set_copies(set);
    assert_int_equal(capture_set_broken(set)->len, 0);
    assert_int_equal(capture_set_unreadable(set)->len, 0);
    capture_set_close(&set);
    return g_string_free(out, FALSE);
}

static void assert_merged(size_t count, const struct capture_set_options *options, const char *expected,
                          uint64_t copies)
{
    uint64_t found;
    char *got = merged(count, options, &found);

    assert_string_equal(got, expected);
    assert_int_equal(found, copies);
    g_free(got);
}

static const struct capture_set_options plain = {NULL, false}, rotated = {NULL, true};

static void files_come_in_order_of_time(void **state)
{
    (void)state;
    write_capture(0, "30:e 31:f");
    write_capture(1, "10:a 12:b");
    write_capture(2, "20:c 21:d");
    assert_merged(3, &plain, "a1.1 b1.2 c2.1 d2.2 e0.1 f0.2", 0);
    write_capture(1, "");
    assert_merged(3, &plain, "c2.1 d2.2 e0.1 f0.2", 0);
}

static void files_that_overlap_are_interleaved(void **state)
{
    (void)state;
    write_capture(0, "10:a 12:c 14:e");
    write_capture(1, "11:b 13:d 15:f");
    assert_merged(2, &plain, "a0.1 b1.1 c0.2 d1.2 e0.3 f1.3", 0);
    write_capture(0, "10:a 12:c 9:x 14:e"); /* a file's own order stays */
    assert_merged(2, &plain, "a0.1 b1.1 c0.2 x0.3 d1.2 e0.4 f1.3", 0);
}

static void what_two_files_have_comes_once(void **state)
{
    (void)state;
    write_capture(0, "10:a 11:b 12:c 13:d");
    write_capture(1, "12:c 13:d 14:e");
    assert_merged(2, &plain, "a0.1 b0.2 c0.3 d0.4 e1.3", 2);
    write_capture(2, "12:c 13:d 13:z 14:e 15:f");
    assert_merged(3, &plain, "a0.1 b0.2 c0.3 d0.4 z2.3 e1.3 f2.5", 5);
    /* At the very last frame of one, which is the first of the other. */
    write_capture(0, "10:a 11:b");
    write_capture(1, "11:b 12:c");
    assert_merged(2, &plain, "a0.1 b0.2 c1.2", 1);
}

static void what_one_file_has_twice_comes_twice(void **state)
{
    (void)state;
    write_capture(0, "10:a 10:a 11:b");
    write_capture(1, "10:a 10:a 10:a");
    assert_merged(2, &plain, "a0.1 a0.2 a1.3 b0.3", 2);
    assert_merged(1, &plain, "a0.1 a0.2 b0.3", 0);
}

static void of_two_the_longer_is_kept(void **state)
{
    (void)state;
    write_capture(0, "10:a~ 11:b~ 12:c~");
    write_capture(1, "11:b 12:c 13:d");
    assert_merged(2, &plain, "a0.1 b1.1 c1.2 d1.3", 2);
}

static void files_need_not_be_in_order(void **state)
{
    (void)state;
    write_capture(0, "10:a 12:c 11:b 13:d");
    write_capture(1, "10:a 12:c 11:b 13:d");
    assert_merged(2, &plain, "a0.1 c0.2 b0.3 d0.4", 4);
}

/* One program wrote nanoseconds, the other did not. */
static void times_are_compared_by_microseconds(void **state)
{
    (void)state;
    write_capture(0, "10.000001:a 10.000003:b");
    write_capture(1, "10.0000014:a 10.0000034:b 10.000005:b");
    assert_merged(2, &plain, "a0.1 b0.2 b1.3", 2);
}

/* More files than bits in any word. */
static void copies_in_very_many_files(void **state)
{
    enum { COUNT = 200 };
    const char *paths[COUNT];
    struct capture_frame frame;
    uint64_t count = 0;
    (void)state;
    write_capture(0, "10:a 11:b");
    for (size_t i = 0; i < COUNT; i++)
        paths[i] = memory_files()[0];
    struct capture_set *set = capture_set_open(paths, COUNT, &plain);
    while (capture_set_next(set, &frame))
        count++;
    assert_int_equal(count, 2);
    assert_int_equal(capture_set_copies(set), 2 * (COUNT - 1));
    capture_set_close(&set);
}

static void time_that_nobody_recorded(void **state)
{
    (void)state;
    write_capture(0, "10:a 12:b");
    write_capture(1, "60:c 80:d");
    assert_merged(2, &plain, "a0.1 b0.2 | c1.1 d1.2", 0);
    assert_merged(2, &rotated, "a0.1 b0.2 c1.1 d1.2", 0);
    write_capture(2, "11:x 59:y");
    assert_merged(3, &plain, "a0.1 x2.1 b0.2 y2.2 c1.1 d1.2", 0);
}

static void a_filter_leaves_the_numbers_alone(void **state)
{
    char *message = NULL;
    struct packet_filter *filter = packet_filter_new("ether[0] = 0x62", &message);
    const struct capture_set_options only_b = {filter, false};
    (void)state;
    assert_non_null(filter);
    write_capture(0, "10:a 11:b 12:c 13:b");
    write_capture(1, "11.5:b");
    assert_merged(2, &only_b, "b0.2 b1.1 b0.4", 0);
    assert_null(packet_filter_complaint(filter));
    packet_filter_free(&filter);
    assert_null(packet_filter_new("no such thing", &message));
    assert_non_null(strstr(message, "filter \"no such thing\": "));
    g_free(message);
}

static void a_filter_without_meaning_for_a_link_type_is_told(void **state)
{
    char *message = NULL;
    struct packet_filter *filter = packet_filter_new("wlan type data", &message);
    const uint8_t frame[64] = {0};
    (void)state;
    assert_non_null(filter);
    assert_false(packet_filter_matches(filter, 1, (struct fsc_span){frame, 64}, 64));
    char *complaint = packet_filter_complaint(filter);
    assert_non_null(strstr(complaint, "no meaning for link type 1 ("));
    assert_non_null(strstr(complaint, "1 packets are left out"));
    g_free(complaint);
    packet_filter_free(&filter);
}

static void a_file_that_is_missing_or_broken_costs_only_itself(void **state)
{
    const char *paths[3];
    struct capture_frame frame;
    uint64_t count = 0;
    (void)state;
    write_capture(0, "10:a 11:b");
    write_capture(1, "20:c 21:d");
    gsize size;
    char *bytes;
    g_file_get_contents(memory_files()[0], &bytes, &size, NULL);
    paths[0] = memory_file(0, (const uint8_t *)bytes, size - 1);
    g_free(bytes);
    paths[1] = "/no/such/file";
    paths[2] = memory_files()[1];
    struct capture_set *set = capture_set_open(paths, 3, &plain);
    while (capture_set_next(set, &frame))
        count++;
    assert_int_equal(count, 3);
    assert_int_equal(capture_set_broken(set)->len, 1);
    assert_non_null(strstr(capture_set_broken(set)->pdata[0], "after frame 1: the record has 75 of 76 bytes"));
    assert_int_equal(capture_set_unreadable(set)->len, 1);
    assert_non_null(strstr(capture_set_unreadable(set)->pdata[0], "/no/such/file: No such file"));
    capture_set_close(&set);
}

/* Against the plain way to count, over chunks of one file and of several. */
static void places_of_frames(void **state)
{
    enum { FRAMES = 40000, FILES = 3 };
    static const char *const names[FILES] = {"x", "y", "z"};
    static struct frame_place expected[FRAMES];
    struct frame_index *index = frame_index_new(names, FILES);
    uint64_t counts[FILES] = {0};
    (void)state;
    for (size_t i = 0; i < FRAMES; i++) {
        size_t file = i < 5000 ? 0 : i < 20000 ? (i * i / 7) % FILES : i < 36000 ? 2 : i % 2;
        expected[i] = (struct frame_place){names[file], ++counts[file]};
        assert_int_equal(frame_index_add(index, file), i + 1);
    }
    for (size_t i = 0; i < FRAMES; i++) {
        struct frame_place place = frame_index_find(index, i + 1);
        assert_ptr_equal(place.file, expected[i].file);
        assert_int_equal(place.number, expected[i].number);
    }
    frame_index_free(&index);
}

int main(void)
{
    for (size_t i = 0; i < FILES_MAX; i++)
        memory_file(i, (const uint8_t *)"", 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_come_in_order_of_time),
        cmocka_unit_test(files_that_overlap_are_interleaved),
        cmocka_unit_test(what_two_files_have_comes_once),
        cmocka_unit_test(what_one_file_has_twice_comes_twice),
        cmocka_unit_test(of_two_the_longer_is_kept),
        cmocka_unit_test(files_need_not_be_in_order),
        cmocka_unit_test(times_are_compared_by_microseconds),
        cmocka_unit_test(copies_in_very_many_files),
        cmocka_unit_test(time_that_nobody_recorded),
        cmocka_unit_test(a_filter_leaves_the_numbers_alone),
        cmocka_unit_test(a_filter_without_meaning_for_a_link_type_is_told),
        cmocka_unit_test(a_file_that_is_missing_or_broken_costs_only_itself),
        cmocka_unit_test(places_of_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
