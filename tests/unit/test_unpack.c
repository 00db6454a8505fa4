/* test_unpack.c - compressed input: every format, in pieces, cut and damaged everywhere. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif

#include "monitor/input/byte_source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include "capture_bytes.h"

enum { PLAIN_LEN = 700000 };

/* Longer than any window, half of it hard to compress. */
static const uint8_t *plain(void)
{
    static uint8_t bytes[PLAIN_LEN];
    static bool made;
    uint32_t random = 1;

    for (size_t i = 0; i < PLAIN_LEN && !made; i++) {
        random = random * 1664525 + 1013904223;
        bytes[i] = i % 4096 < 2048 ? (uint8_t)(random >> 24) : (uint8_t)(i / 4096);
    }
    made = true;
    return bytes;
}

static void pack_gzip(GByteArray *out, const uint8_t *bytes, size_t n)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)n};

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    guint before = out->len;
    g_byte_array_set_size(out, before + (guint)deflateBound(&z, (uLong)n));
    z.next_out = out->data + before;
    z.avail_out = out->len - before;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    g_byte_array_set_size(out, before + (guint)z.total_out);
    deflateEnd(&z);
}

static void pack_zstd(GByteArray *out, const uint8_t *bytes, size_t n)
{
    guint before = out->len;

    g_byte_array_set_size(out, before + (guint)ZSTD_compressBound(n));
    size_t packed = ZSTD_compress(out->data + before, out->len - before, bytes, n, 3);
    assert_false(ZSTD_isError(packed));
    g_byte_array_set_size(out, before + (guint)packed);
}

static void pack_lz4(GByteArray *out, const uint8_t *bytes, size_t n)
{
    LZ4F_preferences_t preferences = {.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled};
    guint before = out->len;

    g_byte_array_set_size(out, before + (guint)LZ4F_compressFrameBound(n, &preferences));
    size_t packed = LZ4F_compressFrame(out->data + before, out->len - before, bytes, n, &preferences);
    assert_false(LZ4F_isError(packed));
    g_byte_array_set_size(out, before + (guint)packed);
}

static const struct format {
    const char *name;
    void (*pack)(GByteArray *out, const uint8_t *bytes, size_t n);
} formats[] = {{"gzip", pack_gzip}, {"zstd", pack_zstd}, {"lz4", pack_lz4}};

/* Reads in steps of `step` bytes; compares with `expected`, whose first bytes must come, and returns how many did. */
static size_t read_all(const GByteArray *packed, const uint8_t *expected, size_t step, char **error)
{
    char *message = NULL;
    struct byte_source *source = byte_source_open(memory_file(0, packed->data, packed->len), NULL, &message);
    size_t n = 0;

    assert_non_null(source);
    for (struct fsc_span got; (got = byte_source_peek(source, step)).n > 0; n += got.n) {
        assert_true(n + got.n <= PLAIN_LEN);
        assert_memory_equal(got.p, expected + n, got.n);
        assert_int_equal(byte_source_offset(source), n);
        assert_true(byte_source_skip(source, got.n));
    }
    *error = g_strdup(byte_source_error(source));
    byte_source_close(&source);
    return n;
}

static void whole_streams(void **state)
{
    static const size_t steps[] = {1, 24, 1500, 65536, 300000, PLAIN_LEN};
    (void)state;
    for (size_t f = 0; f < G_N_ELEMENTS(formats); f++) {
        GByteArray *packed = g_byte_array_new();
        formats[f].pack(packed, plain(), PLAIN_LEN);
        for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
            char *error;
            assert_int_equal(read_all(packed, plain(), steps[i], &error), PLAIN_LEN);
            assert_null(error);
        }
        g_byte_array_free(packed, TRUE);
    }
}

/* pigz, `cat a.gz b.gz`, parallel zstd; an empty one among them; zeros behind the last from tapes. */
static void several_members_are_one_stream(void **state)
{
    (void)state;
    for (size_t f = 0; f < G_N_ELEMENTS(formats); f++) {
        GByteArray *packed = g_byte_array_new();
        char *error;
        formats[f].pack(packed, plain(), 1000);
        formats[f].pack(packed, plain(), 0);
        formats[f].pack(packed, plain() + 1000, PLAIN_LEN - 1000);
        assert_int_equal(read_all(packed, plain(), 4096, &error), PLAIN_LEN);
        assert_null(error);
        g_byte_array_set_size(packed, packed->len + 512);
        memset(packed->data + packed->len - 512, 0, 512);
        assert_int_equal(read_all(packed, plain(), 4096, &error), PLAIN_LEN);
        assert_null(error);
        g_byte_array_append(packed, (const uint8_t *)"garbage!", 8);
        assert_int_equal(read_all(packed, plain(), 4096, &error), PLAIN_LEN);
        assert_non_null(error);
        g_free(error);
        g_byte_array_free(packed, TRUE);
    }
}

static void cut_anywhere(void **state)
{
    enum { SHORT_LEN = 3000 };
    (void)state;
    for (size_t f = 0; f < G_N_ELEMENTS(formats); f++) {
        GByteArray *packed = g_byte_array_new();
        size_t most = 0;
        formats[f].pack(packed, plain() + 1000, SHORT_LEN);
        for (guint n = 4; n < packed->len; n++) {
            GByteArray cut = {packed->data, n};
            char *error, *expected = g_strdup_printf("the %s data breaks off", formats[f].name);
            size_t got = read_all(&cut, plain() + 1000, 700, &error);
            assert_true(got >= most); /* more input, never less output */
            most = got;
            assert_string_equal(error, expected);
            g_free(error);
            g_free(expected);
        }
        g_byte_array_free(packed, TRUE);
    }
}

/* A checksum stands in gzip and in these frames of lz4; zstd's own tool adds one too, its library only when asked.
 * Whatever is flipped, nothing worse than an error comes of it. */
static void damaged_anywhere(void **state)
{
    (void)state;
    for (size_t f = 0; f < G_N_ELEMENTS(formats); f++) {
        GByteArray *packed = g_byte_array_new();
        size_t errors = 0;
        formats[f].pack(packed, plain(), 3000);
        for (guint i = 4; i < packed->len; i++) {
            char *message = NULL;
            packed->data[i] ^= 0x55;
            struct byte_source *source = byte_source_open(memory_file(0, packed->data, packed->len), NULL, &message);
            assert_non_null(source);
            for (uint64_t n = 0; byte_source_peek(source, 1000).n > 0 && n < PLAIN_LEN; n += 1000)
                (void)byte_source_skip(source, 1000);
            errors += byte_source_error(source) != NULL;
            byte_source_close(&source);
            packed->data[i] ^= 0x55;
        }
        assert_true(errors > 0);
        g_byte_array_free(packed, TRUE);
    }
}

static void plain_input_passes(void **state)
{
    GByteArray bytes = {(guint8 *)(uintptr_t)plain(), PLAIN_LEN};
    char *error;
    (void)state;
    assert_int_equal(read_all(&bytes, plain(), 100000, &error), PLAIN_LEN);
    assert_null(error);
}

static void skipping_goes_beyond_the_window(void **state)
{
    GByteArray *packed = g_byte_array_new();
    char *message = NULL;
    (void)state;
    pack_zstd(packed, plain(), PLAIN_LEN);
    struct byte_source *source = byte_source_open(memory_file(0, packed->data, packed->len), NULL, &message);
    assert_true(byte_source_skip(source, PLAIN_LEN - 3));
    struct fsc_span last = byte_source_peek(source, 100);
    assert_int_equal(last.n, 3);
    assert_memory_equal(last.p, plain() + PLAIN_LEN - 3, 3);
    assert_false(byte_source_skip(source, 4));
    assert_int_equal(byte_source_offset(source), PLAIN_LEN);
    byte_source_close(&source);
    g_byte_array_free(packed, TRUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_streams),      cmocka_unit_test(several_members_are_one_stream),
        cmocka_unit_test(cut_anywhere),       cmocka_unit_test(damaged_anywhere),
        cmocka_unit_test(plain_input_passes), cmocka_unit_test(skipping_goes_beyond_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
