/* test_text.c - bytes of the wire made fit for a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/span.h"

#define assert_printable(literal, expected)                                                                            \
    do {                                                                                                               \
        char buf_[128];                                                                                                \
        assert_int_equal(fsc_text_printable(SPAN(literal), buf_, sizeof buf_), strlen(expected));                      \
        assert_string_equal(buf_, expected);                                                                           \
    } while (0)

static void test_plain_text_stays(void **state)
{
    (void)state;
    assert_printable("RETR a b.txt", "RETR a b.txt");
    assert_printable("", "");
}

static void test_utf8_stays(void **state)
{
    (void)state;
    assert_printable("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
                     "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80");
}

static void test_first_and_last_of_each_length(void **state)
{
    (void)state;
    assert_printable("\xdf\xbf|\xe0\xa0\x80|\xef\xbf\xbd", "\xdf\xbf|\xe0\xa0\x80|\xef\xbf\xbd");
    assert_printable("\xf0\x90\x80\x80|\xf4\x8f\xbf\xbf", "\xf0\x90\x80\x80|\xf4\x8f\xbf\xbf");
}

static void test_control_characters(void **state)
{
    (void)state;
    assert_printable("a\r\0\n\x1b[2J\x7f\t", "a\\x0d\\x00\\x0a\\x1b[2J\\x7f\\x09");
    assert_printable("\xc2\x85|\xc2\x9b|\xc2\xa0", "\\xc2\\x85|\\xc2\\x9b|\xc2\xa0");
}

static void test_backslash_is_doubled(void **state)
{
    (void)state;
    assert_printable("C:\\x41", "C:\\\\x41");
}

static void test_invalid_bytes(void **state)
{
    (void)state;
    assert_printable("\xff"
                     "a\x80"
                     "b",
                     "\\xffa\\x80b");
    assert_printable("\xc3", "\\xc3");
    assert_printable("\xe2\x82", "\\xe2\\x82");
    assert_printable("\xe2\x82"
                     "A",
                     "\\xe2\\x82A");
}

static void test_overlong_and_impossible_sequences(void **state)
{
    (void)state;
    assert_printable("\xc0\xaf", "\\xc0\\xaf");
    assert_printable("\xe0\x80\xaf", "\\xe0\\x80\\xaf");
    assert_printable("\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf");
    assert_printable("\xed\xa0\x80", "\\xed\\xa0\\x80");
    assert_printable("\xed\xbf\xbf", "\\xed\\xbf\\xbf");
    assert_printable("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
    assert_printable("\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80");
}

static void test_marks_that_reorder_or_hide(void **state)
{
    static const char *const hidden[] = {"\xd8\x9c",     "\xe2\x80\x8e",    "\xe2\x80\x8f", "\xe2\x80\xaa",
                                         "\xe2\x80\xae", "\xe2\x81\xa6",    "\xe2\x81\xa9", /* and without width: */
                                         "\xc2\xad",     "\xe2\x80\x8b",    "\xe2\x80\xa8", "\xef\xbb\xbf",
                                         "\xe3\x85\xa4", "\xf3\xa0\x81\x81"};
    static const char *const shown[] = {"\xd8\x9b", "\xe2\x80\x90", "\xe2\x80\xaf", "\xe2\x81\xb0"};
    char buf[32];

    (void)state;
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        assert_int_equal(fsc_text_printable(span_copy(hidden[i], strlen(hidden[i])), buf, sizeof buf),
                         4 * strlen(hidden[i]));
        assert_int_equal(buf[0], '\\');
    }
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        (void)fsc_text_printable(span_copy(shown[i], strlen(shown[i])), buf, sizeof buf);
        assert_string_equal(buf, shown[i]);
    }
}

static void test_small_buffer_cuts_between_characters(void **state)
{
    char buf[8] = "#######";

    (void)state;
    assert_int_equal(fsc_text_printable(SPAN("ab\x01"
                                             "cd"),
                                        buf, 6),
                     2);
    assert_string_equal(buf, "ab");
    assert_int_equal(fsc_text_printable(SPAN("ab\x01"
                                             "cd"),
                                        buf, 7),
                     6);
    assert_string_equal(buf, "ab\\x01");
    assert_int_equal(fsc_text_printable(SPAN("a\xe2\x82\xac"), buf, 4), 1);
    assert_int_equal(fsc_text_printable(SPAN("ab"), buf, 1), 0);
    assert_string_equal(buf, "");
}

static void test_no_buffer_at_all(void **state)
{
    char byte = '#';

    (void)state;
    assert_int_equal(fsc_text_printable(SPAN("ab"), &byte, 0), 0);
    assert_int_equal(byte, '#');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_text_stays),
        cmocka_unit_test(test_utf8_stays),
        cmocka_unit_test(test_first_and_last_of_each_length),
        cmocka_unit_test(test_control_characters),
        cmocka_unit_test(test_backslash_is_doubled),
        cmocka_unit_test(test_invalid_bytes),
        cmocka_unit_test(test_overlong_and_impossible_sequences),
        cmocka_unit_test(test_marks_that_reorder_or_hide),
        cmocka_unit_test(test_small_buffer_cuts_between_characters),
        cmocka_unit_test(test_no_buffer_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
