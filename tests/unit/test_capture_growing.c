/* test_capture_growing.c - a capture that is read while it grows: who waits, when, and how it ends. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif

#include "monitor/input/capture_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "capture_bytes.h"
#include "monitor/input/byte_source.h"

/* A writer at the other end of a FIFO, who writes only when the reader waits. */
struct stream {
    char *folder, *path;
    int writer; /* -1: closed */
    const uint8_t *bytes;
    size_t n, step, waits, waits_max;
};

static bool readable(void *state, int descriptor)
{
    struct stream *stream = state;
    size_t step = MIN(stream->step, stream->n);
    struct pollfd ready = {.fd = descriptor, .events = POLLIN};

    if (stream->waits++ == stream->waits_max)
        return false;
    if (stream->writer < 0)
        stream->writer = open(stream->path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(stream->writer, stream->bytes, step), (ssize_t)step);
    stream->bytes += step;
    stream->n -= step;
    if (stream->n == 0) {
        close(stream->writer);
        stream->writer = -1;
    }
    return poll(&ready, 1, 10000) == 1;
}

static void stream_open(struct stream *stream, const GByteArray *bytes, size_t step)
{
    *stream = (struct stream){.writer = -1, .bytes = bytes->data, .n = bytes->len, .step = step, .waits_max = 100000};
    stream->folder = g_dir_make_tmp("growing-XXXXXX", NULL);
    stream->path = g_build_filename(stream->folder, "fifo", NULL);
    assert_int_equal(mkfifo(stream->path, 0600), 0);
}

static void stream_close(struct stream *stream)
{
    if (stream->writer >= 0)
        close(stream->writer);
    unlink(stream->path);
    rmdir(stream->folder);
    g_free(stream->path);
    g_free(stream->folder);
}

static struct capture_file *open_stream(struct stream *stream)
{
    struct byte_wait wait = {readable, stream};
    char *message = NULL;
    struct capture_file *file = capture_file_open_waiting(stream->path, &wait, &message);

    assert_null(message);
    assert_non_null(file);
    return file;
}

static GByteArray *three_frames(bool pcapng)
{
    GByteArray *bytes = g_byte_array_new();

    if (pcapng) {
        put_section(bytes, false);
        put_interface(bytes, false, 1, 9, "eth0");
    } else
        put_pcap_header(bytes, false, 0xa1b2c3d4, 2, 4, 1);
    for (uint32_t i = 0; i < 3; i++)
        if (pcapng)
            put_packet(bytes, false, 0, i, "a frame of 20 bytes.", 20, NULL);
        else
            put_pcap_record(bytes, false, i, 0, "a frame of 20 bytes.", 20);
    return bytes;
}

static void frames_come_as_soon_as_they_are_whole(void **state)
{
    (void)state;
    for (int pcapng = 0; pcapng <= 1; pcapng++) {
        GByteArray *bytes = three_frames(pcapng);
        struct stream stream;
        struct capture_frame frame;
        char *message = NULL;
        size_t record = pcapng ? 52 : 36; /* a packet with what stands around it */

        stream_open(&stream, bytes, 1);
        struct capture_file *file = open_stream(&stream);
        for (uint64_t i = 1; i <= 3; i++) {
            assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
            assert_int_equal(frame.number, i);
            assert_int_equal(stream.waits, bytes->len - (3 - i) * record); /* a byte each: none too many */
        }
        assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_END);
        capture_file_close(&file);
        stream_close(&stream);
        g_byte_array_free(bytes, TRUE);
    }
}

static void what_is_there_is_given_without_waiting(void **state)
{
    GByteArray *bytes = three_frames(false);
    struct stream stream;
    struct capture_frame frame;
    char *message = NULL;

    (void)state;
    stream_open(&stream, bytes, bytes->len - 1);
    struct capture_file *file = open_stream(&stream);
    for (int i = 0; i < 2; i++)
        assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
    assert_int_equal(stream.waits, 1);
    assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
    assert_int_equal(stream.waits, 2);
    capture_file_close(&file);
    stream_close(&stream);
    g_byte_array_free(bytes, TRUE);
}

static void whoever_stops_in_a_record_gets_an_end(void **state)
{
    GByteArray *bytes = three_frames(false);

    (void)state;
    for (size_t stop = 25; stop < bytes->len; stop++) {
        struct stream stream;
        struct capture_frame frame;
        char *message = NULL;
        size_t frames = 0;
        stream_open(&stream, bytes, 1);
        stream.waits_max = stop;
        struct capture_file *file = open_stream(&stream);
        enum capture_result result;
        while ((result = capture_file_next(file, &frame, &message)) == CAPTURE_FRAME)
            frames++;
        assert_int_equal(result, CAPTURE_END);
        assert_null(message);
        assert_int_equal(frames, (stop - 24) / 36);
        capture_file_close(&file);
        stream_close(&stream);
    }
    g_byte_array_free(bytes, TRUE);
}

static void a_stream_that_breaks_off_is_broken(void **state)
{
    GByteArray *bytes = three_frames(false);
    struct stream stream;
    struct capture_frame frame;
    char *message = NULL;

    (void)state;
    g_byte_array_set_size(bytes, bytes->len - 1);
    stream_open(&stream, bytes, 7);
    struct capture_file *file = open_stream(&stream);
    for (int i = 0; i < 2; i++)
        assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_FRAME);
    assert_int_equal(capture_file_next(file, &frame, &message), CAPTURE_BROKEN);
    assert_non_null(strstr(message, "after frame 2: the record has 35 of 36 bytes"));
    g_free(message);
    capture_file_close(&file);
    stream_close(&stream);
    g_byte_array_free(bytes, TRUE);
}

static void whoever_stops_before_the_header_gets_no_capture(void **state)
{
    GByteArray *bytes = three_frames(false);
    struct stream stream;
    char *message = NULL;

    (void)state;
    stream_open(&stream, bytes, 1);
    stream.waits_max = 5;
    struct byte_wait wait = {readable, &stream};
    assert_null(capture_file_open_waiting(stream.path, &wait, &message));
    assert_non_null(message);
    g_free(message);
    stream_close(&stream);
    g_byte_array_free(bytes, TRUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_as_soon_as_they_are_whole),
        cmocka_unit_test(what_is_there_is_given_without_waiting),
        cmocka_unit_test(whoever_stops_in_a_record_gets_an_end),
        cmocka_unit_test(a_stream_that_breaks_off_is_broken),
        cmocka_unit_test(whoever_stops_before_the_header_gets_no_capture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
