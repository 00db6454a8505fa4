/* test_telnet.c - Telnet commands inside a line (RFC 854), and the remains of urgent ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/span.h"

static uint8_t buf[FSC_LINE_MAX];

#define STRIP(literal) fsc_telnet_strip(SPAN(literal), buf, sizeof(literal) - 1)

static void test_nothing_to_remove_returns_the_text_itself(void **state)
{
    struct fsc_span text = SPAN("LIST -la");

    (void)state;
    assert_ptr_equal(fsc_telnet_strip(text, buf, sizeof buf).p, text.p);
    assert_int_equal(fsc_telnet_strip((struct fsc_span){NULL, 0}, buf, 0).n, 0);
}

/* F-23 */
static void test_interrupt_and_mark_before_abor(void **state)
{
    (void)state;
    assert_span(STRIP("\xff\xf4\xff\xf2"
                      "ABOR"),
                "ABOR");
}

/* F-23 */
static void test_mark_whose_iac_went_out_of_band(void **state)
{
    (void)state;
    assert_span(STRIP("\xff\xf4\xf2"
                      "ABOR"),
                "ABOR");
    assert_span(STRIP("\xf2"
                      "ABOR"),
                "ABOR");
}

static void test_mark_in_the_middle_is_text(void **state)
{
    (void)state;
    assert_span(STRIP("CWD \xf2"), "CWD \xf2");
}

static void test_doubled_iac_is_one_byte(void **state)
{
    (void)state;
    assert_span(STRIP("CWD a\xff\xff"
                      "b"),
                "CWD a\xff"
                "b");
    assert_span(STRIP("\xff\xff\xff\xff"), "\xff\xff");
    assert_span(STRIP("\xff\xff\xf4"), "\xff\xf4");
}

static void test_negotiation_vanishes(void **state)
{
    (void)state;
    assert_span(STRIP("\xff\xfb\x01\xff\xfe\x03USER bob"), "USER bob");
    assert_span(STRIP("US\xff\xfd\x18"
                      "ER\xff\xfc\xff bob"),
                "USER bob");
}

static void test_negotiation_cut_by_the_line_end(void **state)
{
    (void)state;
    assert_span(STRIP("NOOP\xff\xfb"), "NOOP");
    assert_span(STRIP("\xff\xf0NOOP\xff\xf9"), "NOOP");
}

static void test_subnegotiation_vanishes(void **state)
{
    (void)state;
    assert_span(STRIP("A\xff\xfa\x18\x01xx\xff\xf0"
                      "B"),
                "AB");
    assert_span(STRIP("A\xff\xfa\xff\xff\xf0\xff\xf0"
                      "B"),
                "AB");
}

static void test_open_subnegotiation_hides_nothing(void **state)
{
    (void)state;
    assert_span(STRIP("\xff\xfa"
                      "DELE x"),
                "DELE x");
    assert_span(STRIP("\xff\xfa"), "");
}

static void test_iac_before_text_stays(void **state)
{
    (void)state;
    assert_span(STRIP("CWD \xff"
                      "ubung"),
                "CWD \xff"
                "ubung");
    assert_span(STRIP("CWD \xff"), "CWD \xff");
}

static void test_in_place(void **state)
{
    uint8_t text[] = "\xff\xf4\xff\xf2"
                     "ABOR\xff\xff";
    struct fsc_span out = fsc_telnet_strip((struct fsc_span){text, sizeof text - 1}, text, sizeof text - 1);

    (void)state;
    assert_span(out, "ABOR\xff");
}

static void test_many_open_subnegotiations_are_linear(void **state)
{
    clock_t since = clock();
    struct fsc_span text = span_repeat("\xff\xfa", FSC_LINE_MAX);

    (void)state;
    for (int i = 0; i < 200; i++)
        assert_int_equal(fsc_telnet_strip(text, buf, sizeof buf).n, 0);
    assert_quick(since);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_to_remove_returns_the_text_itself),
        cmocka_unit_test(test_interrupt_and_mark_before_abor),
        cmocka_unit_test(test_mark_whose_iac_went_out_of_band),
        cmocka_unit_test(test_mark_in_the_middle_is_text),
        cmocka_unit_test(test_doubled_iac_is_one_byte),
        cmocka_unit_test(test_negotiation_vanishes),
        cmocka_unit_test(test_negotiation_cut_by_the_line_end),
        cmocka_unit_test(test_subnegotiation_vanishes),
        cmocka_unit_test(test_open_subnegotiation_hides_nothing),
        cmocka_unit_test(test_iac_before_text_stays),
        cmocka_unit_test(test_in_place),
        cmocka_unit_test(test_many_open_subnegotiations_are_linear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
