/*
 * fuzz_capture.c - any bytes as a capture file: pcap, pcapng, compressed or neither. What is given out is read byte by
 * byte and must keep its promises.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif

#include "monitor/input/capture_file.h"
#include "monitor/input/pcapng.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stays on in every build, unlike assert. */
#define REQUIRE(condition)                                                                                             \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* A few bytes of a compressed input may unpack to very many. */
enum { FRAMES_MAX = 100000 };

static unsigned sum_of(struct fsc_span span)
{
    unsigned sum = 0;
    for (size_t i = 0; i < span.n; i++)
        sum += span.p[i];
    return sum;
}

static void take_frame(struct capture_frame *frame, uint64_t number)
{
    unsigned code, sum = sum_of(frame->captured) + sum_of(frame->options);
    struct fsc_span value;

    for (size_t i = 0; i < frame->secrets_count; i++)
        sum += sum_of((struct fsc_span){frame->secrets[i].bytes, frame->secrets[i].n});

    REQUIRE(frame->number == number);
    REQUIRE(frame->wire_len >= frame->captured.n);
    REQUIRE(frame->interface != NULL && frame->interface->linktype >= 0);
    while (pcapng_option_next(&frame->options, frame->options_big_endian, &code, &value))
        sum += sum_of(value);
    REQUIRE(sum < UINT32_MAX);
}

static void read_all(const char *path)
{
    char *message = NULL;
    struct capture_frame frame;
    struct capture_file *file = capture_file_open(path, &message);
    enum capture_result result = CAPTURE_BROKEN;
    uint64_t count = 0;

    while (file != NULL && count < FRAMES_MAX && (result = capture_file_next(file, &frame, &message)) == CAPTURE_FRAME)
        take_frame(&frame, ++count);
    REQUIRE((message != NULL) == (result == CAPTURE_BROKEN));
    (void)(file != NULL ? capture_file_dropped(file) : 0);
    capture_file_close(&file);
    g_free(message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int descriptor = memfd_create("capture", 0);

    REQUIRE(descriptor >= 0 && write(descriptor, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
    read_all(path);
    close(descriptor);
    return 0;
}
