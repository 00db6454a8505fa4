/* test_capture_sort.c - packets that were written late stand where they belong; a broken end is left out. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif

#include "monitor/output/capture_sort.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture_bytes.h"
#include "monitor/output/capture_writer.h"

#define SECOND INT64_C(1000000000)
#define START (INT64_C(1795275600) * SECOND)

static char names[2][8] = {"eth0", "tun0"};
static const struct capture_interface interfaces[2] = {{1, 65535, names[0]}, {101, 0, names[1]}};

/* Seconds at which packets are written, in the order of writing; the digit is what they hold. */
static int written(const int *seconds, size_t count)
{
    int descriptor = memfd_create("capture", 0);
    FILE *out = fdopen(dup(descriptor), "wb");
    struct capture_writer *writer = capture_writer_new(out);
    GPtrArray *none = g_ptr_array_new();

    for (size_t i = 0; i < count; i++) {
        const uint8_t byte = (uint8_t)('0' + seconds[i]);
        struct capture_frame frame = {.captured = {&byte, 1},
                                      .wire_len = 60,
                                      .time_ns = START + seconds[i] * SECOND,
                                      .interface = &interfaces[i % 2]};
        capture_writer_frame(writer, &frame, none);
    }
    g_ptr_array_free(none, TRUE);
    capture_writer_free(&writer);
    fclose(out);
    return descriptor;
}

static char *sorted_words(int in)
{
    GString *words = g_string_new(NULL);
    struct capture_frame frame;
    char *message = NULL, path[64];
    int out = memfd_create("sorted", 0);

    assert_true(capture_sort(in, out));
    close(in);
    g_snprintf(path, sizeof(path), "/proc/self/fd/%d", out);
    struct capture_file *file = capture_file_open(path, &message);
    assert_non_null(file);
    while (capture_file_next(file, &frame, &message) == CAPTURE_FRAME) {
        assert_int_equal(frame.time_ns, START + (frame.captured.p[0] - '0') * SECOND);
        g_string_append_printf(words, "%c %s, ", frame.captured.p[0], frame.interface->name);
    }
    assert_null(message);
    capture_file_close(&file);
    close(out);
    return g_string_free(words, FALSE);
}

static void late_packets_come_first(void **state)
{
    static const int seconds[] = {3, 4, 1, 2, 4, 0};
    char *words = sorted_words(written(seconds, 6));

    (void)state;
    assert_string_equal(words, "0 tun0, 1 eth0, 2 tun0, 3 eth0, 4 tun0, 4 eth0, ");
    g_free(words);
}

static void what_broke_off_is_left_out(void **state)
{
    static const int seconds[] = {2, 1, 0};
    int file = written(seconds, 3);

    (void)state;
    assert_return_code(ftruncate(file, lseek(file, 0, SEEK_END) - 3), 0);
    char *words = sorted_words(file);
    assert_string_equal(words, "1 tun0, 2 eth0, ");
    g_free(words);
}

static void full_disk_is_told(void **state)
{
    static const int seconds[] = {1, 0};
    int file = written(seconds, 2), full = open("/dev/full", O_WRONLY);

    (void)state;
    assert_false(capture_sort(file, full));
    close(file);
    close(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(late_packets_come_first),
        cmocka_unit_test(what_broke_off_is_left_out),
        cmocka_unit_test(full_disk_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
