/* test_capture_writer.c - what is written reads back: frames, interfaces, comments, secrets. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif

#include "monitor/output/capture_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture_bytes.h"
#include "monitor/input/pcapng.h"

static char ethernet_name[] = "eth0";
static const struct capture_interface ethernet = {1, 65535, ethernet_name}, raw = {101, 0, NULL};

struct written {
    char *bytes;
    size_t size;
    FILE *out;
    struct capture_writer *writer;
};

static void open_writer(struct written *w)
{
    w->out = open_memstream(&w->bytes, &w->size);
    w->writer = capture_writer_new(w->out);
}

static void put(struct written *w, const struct capture_interface *interface, const char *bytes, const char *comment)
{
    GPtrArray *comments = g_ptr_array_new();
    struct capture_frame frame = {.captured = {(const uint8_t *)bytes, strlen(bytes)},
                                  .wire_len = 1500,
                                  .time_ns = INT64_C(1795275600123456789),
                                  .interface = interface};
    if (comment != NULL)
        g_ptr_array_add(comments, (gpointer)(uintptr_t)comment);
    capture_writer_frame(w->writer, &frame, comments);
    g_ptr_array_free(comments, TRUE);
}

static struct capture_file *read_back(struct written *w)
{
    char *message = NULL;
    capture_writer_free(&w->writer);
    fclose(w->out);
    struct capture_file *file = capture_file_open(memory_file(0, (const uint8_t *)w->bytes, w->size), &message);
    assert_non_null(file);
    free(w->bytes);
    return file;
}

/* "first|second": the comments of a frame. */
static char *comments_of(const struct capture_frame *frame)
{
    GString *all = g_string_new(NULL);
    struct fsc_span options = frame->options, value;
    unsigned code;

    while (pcapng_option_next(&options, frame->options_big_endian, &code, &value))
        if (code == PCAPNG_COMMENT)
            g_string_append_printf(all, "%s%.*s", all->len > 0 ? "|" : "", (int)value.n, (const char *)value.p);
    return g_string_free(all, FALSE);
}

static void frames_of_several_interfaces(void **state)
{
    struct written w = {NULL, 0, NULL, NULL};
    struct capture_frame frame;
    char *message = NULL;
    (void)state;
    open_writer(&w);
    put(&w, &ethernet, "first", "a comment of odd length");
    put(&w, &raw, "second", NULL);
    struct capture_interface again = ethernet; /* the same, elsewhere in memory: files are closed and opened */
    put(&w, &again, "third", NULL);
    struct capture_file *file = read_back(&w);
    assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
    const struct capture_interface *first = frame.interface;
    assert_int_equal(first->linktype, 1);
    assert_int_equal(first->snap_len, 65535);
    assert_string_equal(first->name, "eth0");
    assert_int_equal(frame.time_ns, INT64_C(1795275600123456789));
    assert_int_equal(frame.wire_len, 1500);
    assert_int_equal(frame.captured.n, 5);
    assert_memory_equal(frame.captured.p, "first", 5);
    char *comments = comments_of(&frame);
    assert_string_equal(comments, "a comment of odd length");
    g_free(comments);
    assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
    assert_int_equal(frame.interface->linktype, 101);
    assert_null(frame.interface->name);
    assert_int_equal(frame.options.n, 0);
    assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
    assert_ptr_equal(frame.interface, first);
    assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_END);
    capture_file_close(&file);
}

/* Big-endian, behind its comment. */
static void put_flags_into_last_packet(GByteArray *out, uint32_t flags)
{
    GByteArray *body = g_byte_array_new();
    guint start = out->len - pcapng_u32(out->data + out->len - 4, true);
    g_byte_array_append(body, out->data + start + 8, out->len - start - 12);
    put16(body, true, PCAPNG_PACKET_FLAGS);
    put16(body, true, 4);
    put32(body, true, flags);
    g_byte_array_set_size(out, start);
    put_block(out, true, 6, body);
    g_byte_array_free(body, TRUE);
}

static uint32_t flags_of(const struct capture_frame *frame)
{
    struct fsc_span options = frame->options, value;
    unsigned code;

    while (pcapng_option_next(&options, frame->options_big_endian, &code, &value))
        if (code == PCAPNG_PACKET_FLAGS)
            return pcapng_u32(value.p, frame->options_big_endian);
    return 0;
}

static void comments_that_are_there_stay(void **state)
{
    GByteArray *source = g_byte_array_new();
    struct written w = {NULL, 0, NULL, NULL};
    struct capture_frame frame;
    char *message = NULL;
    (void)state;
    put_section(source, true);
    put_interface(source, true, 1, 0, NULL);
    put_packet(source, true, 0, 1, "bytes", 5, "seen before");
    put_flags_into_last_packet(source, 0x00000102);
    struct capture_file *file = capture_file_open(memory_file(0, source->data, source->len), &message);
    assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
    open_writer(&w);
    GPtrArray *comments = g_ptr_array_new();
    GString *long_one = g_string_new(NULL);
    for (int i = 0; i < 40000; i++)
        g_string_append(long_one, "\u00e4");
    g_ptr_array_add(comments, long_one->str);
    capture_writer_frame(w.writer, &frame, comments);
    capture_file_close(&file);
    file = read_back(&w);
    assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
    char *both = comments_of(&frame);
    assert_int_equal(flags_of(&frame), 0x00000102);
    assert_true(g_str_has_prefix(both, "seen before|\u00e4\u00e4"));
    assert_true(g_utf8_validate(both, -1, NULL)); /* cut between two characters */
    assert_true(strlen(both) > 60000 && strlen(both) < 66000);
    g_free(both);
    capture_file_close(&file);
    g_string_free(long_one, TRUE);
    g_ptr_array_free(comments, TRUE);
    g_byte_array_free(source, TRUE);
}

static void times_before_1970(void **state)
{
    static const int64_t times[] = {-1, 1, -INT64_C(1500000000), -PCAPNG_TIME_MAX_S * 1000000000};
    struct written w = {NULL, 0, NULL, NULL};
    struct capture_frame frame = {.captured = {(const uint8_t *)"x", 1}, .wire_len = 1, .interface = &raw};
    GPtrArray *none = g_ptr_array_new();
    char *message = NULL;
    (void)state;
    open_writer(&w);
    for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
        frame.time_ns = times[i];
        capture_writer_frame(w.writer, &frame, none);
    }
    struct capture_file *file = read_back(&w);
    for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
        assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
        assert_int_equal(frame.time_ns, times[i]);
    }
    capture_file_close(&file);
    g_ptr_array_free(none, TRUE);
}

static void put_secrets(GByteArray *out, const char *keys)
{
    GByteArray *body = g_byte_array_new();
    put32(body, false, 0x544c534b); /* a TLS key log */
    put32(body, false, (uint32_t)strlen(keys));
    put_text(body, keys);
    put_padding(body);
    put_block(out, false, 10, body);
    g_byte_array_free(body, TRUE);
}

/* Each once, before the first frame that it came before, whatever the file. */
static void secrets_go_along(void **state)
{
    struct written w = {NULL, 0, NULL, NULL};
    struct capture_frame frame;
    char *message = NULL;
    (void)state;
    open_writer(&w);
    GPtrArray *none = g_ptr_array_new();
    for (int round = 0; round < 2; round++) {
        GByteArray *source = g_byte_array_new();
        put_section(source, false);
        put_interface(source, false, 1, 0, NULL);
        put_secrets(source, round == 0 ? "CLIENT_RANDOM 1" : "CLIENT_RANDOM 2");
        put_packet(source, false, 0, 1, "first", 5, NULL);
        put_secrets(source, "CLIENT_RANDOM 3");
        put_packet(source, false, 0, 2, "second", 6, NULL);
        struct capture_file *file = capture_file_open(memory_file(1, source->data, source->len), &message);
        while (capture_file_next(file, &frame, &message) == CAPTURE_FRAME)
            capture_writer_frame(w.writer, &frame, none);
        capture_file_close(&file);
        g_byte_array_free(source, TRUE);
    }
    struct capture_file *file = read_back(&w);
    const size_t expected[] = {1, 2, 3, 3};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
        assert_int_equal(frame.secrets_count, expected[i]);
    }
    assert_int_equal(frame.secrets[2].type, 0x544c534b);
    assert_memory_equal(frame.secrets[2].bytes, "CLIENT_RANDOM 2", 15);
    capture_file_close(&file);
    g_ptr_array_free(none, TRUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_of_several_interfaces),
        cmocka_unit_test(comments_that_are_there_stay),
        cmocka_unit_test(times_before_1970),
        cmocka_unit_test(secrets_go_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
