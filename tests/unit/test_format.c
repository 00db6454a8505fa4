/* test_format.c - numbers, times and bars in the columns of the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/ftpscope.h"
#include "monitor/tui/format.h"

static const int64_t second_ns = 1000000000;
static char text[256];

static const char *amount(uint64_t value)
{
    format_amount(text, sizeof(text), value);
    return text;
}

static void amounts_fit_five_columns(void **state)
{
    (void)state;
    assert_string_equal(amount(0), "0");
    assert_string_equal(amount(999), "999");
    assert_string_equal(amount(1000), "1.0k");
    assert_string_equal(amount(99949), "99.9k");
    assert_string_equal(amount(99950), "100k");
    assert_string_equal(amount(999499), "999k");
    assert_string_equal(amount(999500), "1.0M");
    assert_string_equal(amount(UINT64_MAX), "18.4E");
}

static const char *age(int64_t seconds)
{
    format_age(text, sizeof(text), seconds * second_ns);
    return text;
}

static void ages_name_two_units_at_most(void **state)
{
    (void)state;
    assert_string_equal(age(-5), "0s");
    assert_string_equal(age(59), "59s");
    assert_string_equal(age(60), "1m");
    assert_string_equal(age(3900), "1h05");
    assert_string_equal(age(187200), "2d4h");
    assert_string_equal(age(8640000), "100d");
}

static void seconds_keep_seven_columns(void **state)
{
    (void)state;
    format_seconds(text, sizeof(text), 3000000);
    assert_string_equal(text, "0.003");
    format_seconds(text, sizeof(text), -3000000);
    assert_string_equal(text, "-0.003");
    format_seconds(text, sizeof(text), 1234 * second_ns);
    assert_string_equal(text, "1234.0");
    format_seconds(text, sizeof(text), 123456 * second_ns);
    assert_string_equal(text, "123456");
}

static void clocks_are_right_before_1970_too(void **state)
{
    (void)state;
    format_clock(text, sizeof(text), 1500000000, true, true);
    assert_string_equal(text, "1970-01-01 00:00:01.500");
    format_clock(text, sizeof(text), -500000000, true, true);
    assert_string_equal(text, "1969-12-31 23:59:59.500");
    format_clock(text, sizeof(text), 0, true, false);
    assert_string_equal(text, "00:00:00.000");
}

static const char *bar(uint64_t done, uint64_t whole, bool utf8)
{
    format_bar(text, sizeof(text), 4, done, whole, utf8);
    return text;
}

static void bars_have_eighths(void **state)
{
    (void)state;
    assert_string_equal(bar(0, 100, false), "----");
    assert_string_equal(bar(50, 100, false), "##--");
    assert_string_equal(bar(200, 100, false), "####");
    assert_string_equal(bar(1, 0, false), "----");
    assert_string_equal(bar(50, 100, true), "██░░");
    assert_string_equal(bar(1, 32, true), "▏░░░");
}

static void bars_are_cut_at_characters(void **state)
{
    char small[8];

    (void)state;
    format_bar(small, sizeof(small), 100, 1, 1, true);
    assert_string_equal(small, "██");
}

static void sparks_show_the_newest(void **state)
{
    const uint64_t samples[] = {1000, 0, 1, 4, 8};

    (void)state;
    format_spark(text, sizeof(text), 4, samples, 5, true);
    assert_string_equal(text, " ▁▄█");
    format_spark(text, sizeof(text), 4, samples, 5, false);
    assert_string_equal(text, " _-#");
    format_spark(text, sizeof(text), 0, samples, 5, true);
    assert_string_equal(text, "");
    format_spark(text, sizeof(text), 2, (const uint64_t[]){0, 0}, 2, true);
    assert_string_equal(text, "  ");
}

static void the_wire_cannot_move_the_cursor(void **state)
{
    (void)state;
    format_escape(text, sizeof(text), "a\033[2Jb\xff\xc3\xa4");
    assert_string_equal(text, "a\\x1b[2Jb\\xff\xc3\xa4");
    format_escape(text, sizeof(text), NULL);
    assert_string_equal(text, "");
}

static void hosts_without_an_address(void **state)
{
    const struct fsc_endpoint nobody = {.port = 21}, one = {{FSC_ADDR_V4, {192, 0, 2, 1}}, 2121};

    (void)state;
    format_host(text, sizeof(text), &nobody);
    assert_string_equal(text, "?");
    format_host(text, sizeof(text), &one);
    assert_string_equal(text, "192.0.2.1");
    format_endpoint(text, sizeof(text), &one);
    assert_string_equal(text, "192.0.2.1:2121");
}

static void percents_end_at_100(void **state)
{
    (void)state;
    assert_int_equal(format_percent(0, 0), 0);
    assert_int_equal(format_percent(999, 1000), 99);
    assert_int_equal(format_percent(2000, 1000), 100);
    assert_int_equal(format_percent(UINT64_MAX / 2, UINT64_MAX), 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_fit_five_columns),   cmocka_unit_test(ages_name_two_units_at_most),
        cmocka_unit_test(seconds_keep_seven_columns), cmocka_unit_test(clocks_are_right_before_1970_too),
        cmocka_unit_test(bars_have_eighths),          cmocka_unit_test(bars_are_cut_at_characters),
        cmocka_unit_test(sparks_show_the_newest),     cmocka_unit_test(the_wire_cannot_move_the_cursor),
        cmocka_unit_test(hosts_without_an_address),   cmocka_unit_test(percents_end_at_100),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
