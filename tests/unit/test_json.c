#include "monitor/output/json.h"
#include "monitor/output/utf8.h"
#include "monitor/output/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct fsc_span bytes_of(const char *text, size_t n)
{
    return (struct fsc_span){(const uint8_t *)text, n};
}
#define SPAN(literal) bytes_of(literal, sizeof(literal) - 1)

static void expect_buf(const struct buf *buf, const char *want)
{
    char *text = calloc(1, buf->len + 1);

    assert_non_null(text);
    if (buf->len > 0)
        memcpy(text, buf->data, buf->len);
    assert_string_equal(text, want);
    free(text);
}

static void expect_wire(struct fsc_span text, const char *want, bool valid)
{
    struct json json = {0};

    assert_int_equal(json_wire(&json, NULL, text), valid);
    assert_int_equal(json_valid(text), valid);
    expect_buf(&json.out, want);
    json_free(&json);
}

static void expect_ms(int64_t ns, const char *want)
{
    struct json json = {0};

    json_ms(&json, NULL, ns);
    expect_buf(&json.out, want);
    json_free(&json);
}

static void expect_time(int64_t ns, const char *want)
{
    struct stamp stamp = {0};
    char text[STAMP_LEN + 1] = {0};

    stamp_write(&stamp, ns, text);
    assert_string_equal(text, want);
}

static void objects_and_arrays_get_their_commas(void **state)
{
    struct json json = {0};

    (void)state;
    json_object(&json, NULL);
    json_uint(&json, "a", 1);
    json_array(&json, "b");
    json_uint(&json, NULL, 2);
    json_object(&json, NULL);
    json_object_end(&json);
    json_bool(&json, NULL, true);
    json_array_end(&json);
    json_object(&json, "c");
    json_bool(&json, "d", false);
    json_object_end(&json);
    json_string(&json, "e", "f");
    json_object_end(&json);
    expect_buf(&json.out, "{\"a\":1,\"b\":[2,{},true],\"c\":{\"d\":false},\"e\":\"f\"}");
    json_free(&json);
}

static void reset_starts_afresh(void **state)
{
    struct json json = {0};

    (void)state;
    json_uint(&json, NULL, 7);
    json_reset(&json);
    json_uint(&json, NULL, UINT64_MAX);
    expect_buf(&json.out, "18446744073709551615");
    json_free(&json);
}

static void controls_are_escaped(void **state)
{
    (void)state;
    expect_wire(SPAN("a\b\t\n\f\r\"\\z"), "\"a\\b\\t\\n\\f\\r\\\"\\\\z\"", true);
    expect_wire(SPAN("\0\001\013\016\033[31m\177"), "\"\\u0000\\u0001\\u000b\\u000e\\u001b[31m\\u007f\"", true);
}

static void c1_and_bidirectional_controls_are_escaped(void **state)
{
    (void)state;
    expect_wire(SPAN("\xc2\x9b"), "\"\\u009b\"", true);
    expect_wire(SPAN("\xe2\x80\xae\xe2\x81\xa6\xd8\x9c\xe2\x80\xa8"), "\"\\u202e\\u2066\\u061c\\u2028\"", true);
}

static void valid_utf8_stays(void **state)
{
    (void)state;
    expect_wire(SPAN("gr\xc3\xbc\xc3\x9f \xe6\x97\xa5 \xf0\x9f\x98\x80"),
                "\"gr\xc3\xbc\xc3\x9f \xe6\x97\xa5 \xf0\x9f\x98\x80\"", true);
}

static void invalid_bytes_become_fffd_one_by_one(void **state)
{
    (void)state;
    expect_wire(SPAN("a\xe4o"), "\"a\xef\xbf\xbdo\"", false);
    expect_wire(SPAN("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\"", false);
    expect_wire(SPAN("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", false);
    expect_wire(SPAN("\xf5\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\"", false);
}

static void a_sequence_cut_at_the_end_is_invalid(void **state)
{
    (void)state;
    expect_wire(SPAN("x\xe6\x97"), "\"x\xef\xbf\xbd\xef\xbf\xbd\"", false);
    expect_wire(SPAN("\xf0\x9f\x98"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", false);
}

static void text_brings_its_raw_bytes_only_when_needed(void **state)
{
    struct json json = {0};

    (void)state;
    json_object(&json, NULL);
    json_text(&json, "user", SPAN("joe"));
    json_text(&json, "cwd", SPAN("/\xfc"));
    json_text(&json, "path", SPAN(""));
    json_object_end(&json);
    expect_buf(&json.out, "{\"user\":\"joe\",\"cwd\":\"/\xef\xbf\xbd\",\"cwd_hex\":\"2ffc\"}");
    json_free(&json);
}

static void milliseconds_have_up_to_three_decimals(void **state)
{
    (void)state;
    expect_ms(0, "0");
    expect_ms(15000000, "15");
    expect_ms(12345678, "12.346");
    expect_ms(12340000, "12.34");
    expect_ms(500000, "0.5");
    expect_ms(1000, "0.001");
    expect_ms(499, "0");
    expect_ms(999999999, "1000");
    expect_ms(INT64_MAX, "9223372036854.776");
}

static void timestamps_have_nine_decimals(void **state)
{
    (void)state;
    expect_time(0, "1970-01-01T00:00:00.000000000Z");
    expect_time(1, "1970-01-01T00:00:00.000000001Z");
    expect_time(1793243655123456789, "2026-10-29T03:14:15.123456789Z");
    expect_time(INT64_MAX, "2262-04-11T23:47:16.854775807Z");
}

static void timestamps_know_leap_days(void **state)
{
    (void)state;
    expect_time(951782400000000000, "2000-02-29T00:00:00.000000000Z");
    expect_time(951868799999999999, "2000-02-29T23:59:59.999999999Z");
    expect_time(951868800000000000, "2000-03-01T00:00:00.000000000Z");
    expect_time(4107542400000000000, "2100-03-01T00:00:00.000000000Z");
    expect_time(1735603200000000000, "2024-12-31T00:00:00.000000000Z");
}

static void timestamps_before_1970_are_right(void **state)
{
    (void)state;
    expect_time(-1, "1969-12-31T23:59:59.999999999Z");
    expect_time(-86400000000000, "1969-12-31T00:00:00.000000000Z");
    expect_time(INT64_MIN, "1677-09-21T00:12:43.145224192Z");
}

static void the_remembered_day_changes_at_midnight(void **state)
{
    struct stamp stamp = {0};
    char text[STAMP_LEN + 1] = {0};

    (void)state;
    stamp_write(&stamp, 86399999999999, text);
    stamp_write(&stamp, 86400000000000, text);
    assert_string_equal(text, "1970-01-02T00:00:00.000000000Z");
    stamp_write(&stamp, 0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000000000Z");
}

static void every_day_follows_the_one_before(void **state)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 1970, month = 1, day = 1;

    (void)state;
    for (int64_t n = 0; n < 100000; n++) {
        char want[64], text[STAMP_LEN + 1] = {0};
        struct stamp stamp = {0};
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

        snprintf(want, sizeof want, "%04d-%02d-%02dT00:00:00.000000000Z", year, month, day);
        stamp_write(&stamp, n * 86400000000000, text);
        assert_string_equal(text, want);
        if (++day > days[month - 1] + (month == 2 && leap)) {
            day = 1;
            month = month % 12 + 1;
            year += month == 1;
        }
    }
}

static void columns_of_characters(void **state)
{
    (void)state;
    assert_int_equal(utf8_columns('a'), 1);
    assert_int_equal(utf8_columns(0xfc), 1);
    assert_int_equal(utf8_columns(0x301), 0);
    assert_int_equal(utf8_columns(0x65e5), 2);
    assert_int_equal(utf8_columns(0x1f600), 2);
    assert_int_equal(utf8_columns(0x2500), 1);
}

static void expect_words(void (*put)(struct buf *, uint64_t), uint64_t value, const char *want)
{
    struct buf buf = {0};

    put(&buf, value);
    expect_buf(&buf, want);
    buf_free(&buf);
}

static void thousands_are_grouped(void **state)
{
    (void)state;
    expect_words(words_thousands, 0, "0");
    expect_words(words_thousands, 999, "999");
    expect_words(words_thousands, 1000, "1,000");
    expect_words(words_thousands, 1234567, "1,234,567");
    expect_words(words_thousands, UINT64_MAX, "18,446,744,073,709,551,615");
}

static void sizes_are_rounded_to_a_readable_unit(void **state)
{
    (void)state;
    expect_words(words_size, 999, "999 B");
    expect_words(words_size, 1000, "1.0 kB");
    expect_words(words_size, 1234567, "1.2 MB");
    expect_words(words_size, 1250000, "1.3 MB");
    expect_words(words_size, 999949, "999.9 kB");
    expect_words(words_size, 999950, "1.0 MB");
    expect_words(words_size, 5000000000000000, "5,000.0 TB");
    expect_words(words_rate, 8100000, "8.1 Mbit/s");
}

static void expect_duration(int64_t ns, const char *want)
{
    struct buf buf = {0};

    words_duration(&buf, ns);
    expect_buf(&buf, want);
    buf_free(&buf);
}

static void durations_fit_the_reader(void **state)
{
    (void)state;
    expect_duration(-5, "0 ms");
    expect_duration(1500000, "2 ms");
    expect_duration(12034000000, "12.034 s");
    expect_duration(62000000000, "1 min 02 s");
    expect_duration(3720000000000, "1 h 02 min");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_and_arrays_get_their_commas),
        cmocka_unit_test(reset_starts_afresh),
        cmocka_unit_test(controls_are_escaped),
        cmocka_unit_test(c1_and_bidirectional_controls_are_escaped),
        cmocka_unit_test(valid_utf8_stays),
        cmocka_unit_test(invalid_bytes_become_fffd_one_by_one),
        cmocka_unit_test(a_sequence_cut_at_the_end_is_invalid),
        cmocka_unit_test(text_brings_its_raw_bytes_only_when_needed),
        cmocka_unit_test(milliseconds_have_up_to_three_decimals),
        cmocka_unit_test(timestamps_have_nine_decimals),
        cmocka_unit_test(timestamps_know_leap_days),
        cmocka_unit_test(timestamps_before_1970_are_right),
        cmocka_unit_test(the_remembered_day_changes_at_midnight),
        cmocka_unit_test(every_day_follows_the_one_before),
        cmocka_unit_test(columns_of_characters),
        cmocka_unit_test(thousands_are_grouped),
        cmocka_unit_test(sizes_are_rounded_to_a_readable_unit),
        cmocka_unit_test(durations_fit_the_reader),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
