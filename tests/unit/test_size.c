/* test_size.c - file sizes in the texts of 213, 150 and 226. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/span.h"
#include <cmocka.h>

typedef bool size_reader(struct fsc_span text, uint64_t *bytes);

static void assert_size(size_reader *reader, const char *text, uint64_t expected)
{
    uint64_t bytes = 1;

    if (!reader(span_copy(text, strlen(text)), &bytes))
        fail_msg("nothing in: %s", text);
    assert_int_equal(bytes, expected);
}

static void assert_none(size_reader *reader, const char *text)
{
    uint64_t bytes = 1;

    if (reader(span_copy(text, strlen(text)), &bytes))
        fail_msg("%llu in: %s", (unsigned long long)bytes, text);
    assert_int_equal(bytes, 0);
}

static void test_number(void **state)
{
    (void)state;
    assert_size(fsc_number, "0", 0);
    assert_size(fsc_number, "00123", 123);
    assert_size(fsc_number, "18446744073709551615", UINT64_MAX);
    assert_none(fsc_number, "18446744073709551616");
    assert_none(fsc_number, "99999999999999999999999");
    assert_none(fsc_number, "");
    assert_none(fsc_number, "-1");
    assert_none(fsc_number, "+1");
    assert_none(fsc_number, "1 ");
    assert_none(fsc_number, "0x10");
}

static void test_size_reply(void **state)
{
    (void)state;
    assert_size(fsc_size_reply, "51", 51);
    assert_size(fsc_size_reply, " 51 ", 51);
    assert_size(fsc_size_reply, "0", 0);
    assert_size(fsc_size_reply, "5000000000", 5000000000u);
}

static void test_size_reply_with_words(void **state)
{
    (void)state;
    assert_size(fsc_size_reply, "file: 213, Size =51", 51); /* F-19 */
    assert_size(fsc_size_reply, "51 bytes", 51);
    assert_size(fsc_size_reply, "Size = 51 bytes", 51);
    assert_size(fsc_size_reply, "Size = 1 byte", 1);
}

static void test_size_reply_grouped(void **state)
{
    (void)state;
    assert_size(fsc_size_reply, "14,207,859", 14207859);
    assert_size(fsc_size_reply, "Size = 14,207,859", 14207859);
    assert_none(fsc_size_reply, "14 207 859");
    assert_none(fsc_size_reply, "Size = 14 207 859");
    assert_none(fsc_size_reply, "14,20");
    assert_none(fsc_size_reply, "1,234.567");
}

static void test_size_reply_without_size(void **state)
{
    (void)state;
    assert_none(fsc_size_reply, "-1"); /* F-19 */
    assert_none(fsc_size_reply, "Size = -1");
    assert_none(fsc_size_reply, "");
    assert_none(fsc_size_reply, "no size");
    assert_none(fsc_size_reply, "file2");
    assert_none(fsc_size_reply, "99999999999999999999");
}

static void test_opening(void **state)
{
    (void)state;
    assert_size(fsc_size_in_opening, "Opening BINARY mode data connection for x (123 bytes).", 123);
    assert_size(fsc_size_in_opening, "Opening BINARY mode data connection for x (14207859 Bytes)", 14207859); /* F-15 */
    assert_size(fsc_size_in_opening, "Opening ASCII mode data connection for x (1 byte)", 1);                 /* F-16 */
    assert_size(fsc_size_in_opening, "Opening x (10.0.0.1,1025) (545 bytes)", 545);
    assert_size(fsc_size_in_opening, "Opening x (14,207,859 bytes).", 14207859);
    assert_size(fsc_size_in_opening, "Using existing data connection for X (0 bytes)", 0);
    assert_size(fsc_size_in_opening, "Opening x (12 bytes) using SSL/TLS.", 12);
}

static void test_opening_takes_the_last(void **state)
{
    (void)state;
    assert_size(fsc_size_in_opening, "Opening for a (12 bytes).bin (34 bytes).", 34); /* F-14 */
    assert_size(fsc_size_in_opening, "Opening for (5 bytes) (34 bytes) (no kidding)", 34);
}

static void test_opening_with_a_size_in_the_name_only(void **state)
{
    (void)state;
    assert_none(fsc_size_in_opening, "Opening BINARY mode data connection for a (12 bytes).bin.");
}

static void test_opening_without_size(void **state)
{
    (void)state;
    assert_none(fsc_size_in_opening, "Data connection already open; Transfer starting.");
    assert_none(fsc_size_in_opening, "12.3 kbytes to download"); /* F-17 */
    assert_none(fsc_size_in_opening, "Opening x (12 kbytes)");
    assert_none(fsc_size_in_opening, "Opening x (1.5 bytes)");
    assert_none(fsc_size_in_opening, "Opening x (14 207 bytes)");
    assert_none(fsc_size_in_opening, "Opening x (12 bytes");
    assert_none(fsc_size_in_opening, "Opening x (bytes)");
    assert_none(fsc_size_in_opening, "Opening x (99999999999999999999 bytes)");
    assert_none(fsc_size_in_opening, "Opening x (-1 bytes)");
    assert_none(fsc_size_in_opening, "");
}

static void test_closing(void **state)
{
    (void)state;
    assert_size(fsc_size_in_closing, "Transfer complete. 14,207,859 bytes transferred. 55,72 KB/sec.", 14207859);
    assert_size(fsc_size_in_closing, "Transfer complete. 14.207.859 bytes transferred. 55,72 KB/sec.", 14207859);
    assert_size(fsc_size_in_closing, "1234 bytes sent in 2 seconds", 1234);
    assert_size(fsc_size_in_closing, "Transferred: 1,234 Bytes;Average speed is 12 KB/s", 1234);
    assert_size(fsc_size_in_closing, "1 byte received", 1);
}

static void test_closing_without_size(void **state)
{
    (void)state;
    assert_none(fsc_size_in_closing, "Transfer complete.");
    assert_none(fsc_size_in_closing, "0.042 seconds (measured here), 0.83 Mbytes per second");
    assert_none(fsc_size_in_closing, "55,72 bytes transferred");
    assert_none(fsc_size_in_closing, "1234 bytes per second transferred");
    assert_none(fsc_size_in_closing, "1234 bytes/s transferred");
    assert_none(fsc_size_in_closing, "14 207 859 bytes transferred");
    assert_none(fsc_size_in_closing, "1,234 kbytes transferred");
    assert_none(fsc_size_in_closing, "1234 bytes free");
    assert_none(fsc_size_in_closing, "WARNING! 12 bare linefeeds received in ASCII mode");
    assert_none(fsc_size_in_closing, "");
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(fsc_size_from_name(FSC_SIZE_SIZE), "SIZE");
    assert_string_equal(fsc_size_from_name(FSC_SIZE_150), "150");
    assert_string_equal(fsc_size_from_name(FSC_SIZE_MLSD), "MLSD");
    assert_string_equal(fsc_size_from_name(FSC_SIZE_ALLO), "ALLO");
    assert_string_equal(fsc_size_from_name(FSC_SIZE_226), "226");
    assert_string_equal(fsc_size_from_name(FSC_SIZE_NONE), "");
}

static void test_hostile_texts_are_linear(void **state)
{
    clock_t since = clock();
    static const char *const patterns[] = {"(", "1", "1,", "1 ", "(1", "(   ", "1 bytes ", "(1 bytes", "1,1", " "};
    static size_reader *const readers[] = {fsc_size_reply, fsc_size_in_opening, fsc_size_in_closing};
    uint64_t bytes = 0;

    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        for (size_t k = 0; k < 60; k++)
            (void)readers[k % 3](span_repeat(patterns[i], FSC_LINE_MAX), &bytes);
    assert_quick(since);
}

static void expect_facts(const char *text, bool found, uint64_t bytes)
{
    uint64_t got = 99;
    struct fsc_span in = {(const uint8_t *)text, strlen(text)};

    assert_int_equal(fsc_size_in_facts(in, &got), found);
    if (found)
        assert_int_equal(got, bytes);
}

/* RFC 3659 7.5: facts in any order and case; a name that looks like a fact is none. */
static void test_facts(void **state)
{
    (void)state;
    expect_facts(" type=file;size=25730;modify=19940728095854; cap.c", true, 25730);
    expect_facts("Size=0;Type=file; empty", true, 0);
    expect_facts("type=file;SIZE=18446744073709551615; huge", true, UINT64_MAX);
    expect_facts("type=file;size=18446744073709551616; too large", false, 0);
    expect_facts("type=file;size=12x; odd", false, 0);
    expect_facts("type=file;sizes=12; other", false, 0);
    expect_facts("type=dir;sized=4096; folder", false, 0);
    expect_facts("type=file; size=5;", false, 0);
    expect_facts("size=7", true, 7);
    expect_facts(";;;", false, 0);
    expect_facts("", false, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts),
        cmocka_unit_test(test_number),
        cmocka_unit_test(test_size_reply),
        cmocka_unit_test(test_size_reply_with_words),
        cmocka_unit_test(test_size_reply_grouped),
        cmocka_unit_test(test_size_reply_without_size),
        cmocka_unit_test(test_opening),
        cmocka_unit_test(test_opening_takes_the_last),
        cmocka_unit_test(test_opening_with_a_size_in_the_name_only),
        cmocka_unit_test(test_opening_without_size),
        cmocka_unit_test(test_closing),
        cmocka_unit_test(test_closing_without_size),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_hostile_texts_are_linear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
