/* test_endpoint.c - announced endpoints: RFC 959, RFC 1639, RFC 2428, and what servers and clients make of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/span.h"
#include <cmocka.h>

static char shown[80];

/* The endpoint as text, or "none". */
static const char *parse(enum fsc_form form, struct fsc_span text, struct fsc_span *where)
{
    struct fsc_endpoint endpoint;

    if (fsc_endpoint_parse(form, text, &endpoint, where)) {
        (void)fsc_endpoint_text(&endpoint, shown, sizeof shown);
        return shown;
    }
    assert_int_equal(endpoint.addr.kind, FSC_ADDR_NONE);
    assert_int_equal(endpoint.port, 0);
    return "none";
}

#define assert_endpoint(form, literal, expected)                                                                       \
    assert_string_equal(parse(FSC_FORM_##form, SPAN(literal), NULL), expected)

static void test_pasv_in_parentheses(void **state)
{
    (void)state;
    assert_endpoint(PASV, "Entering Passive Mode (192,168,1,2,195,80).", "192.168.1.2:50000"); /* F-1 */
    assert_endpoint(PASV, "(212,27,40,254,15,161)", "212.27.40.254:4001");                     /* F-3 */
}

static void test_pasv_without_parentheses(void **state)
{
    (void)state;
    assert_endpoint(PASV, "=10,0,0,1,4,1", "10.0.0.1:1025");                               /* F-2 */
    assert_endpoint(PASV, "Entering Passive Mode. 10, 0, 0, 1, 04, 001", "10.0.0.1:1025"); /* F-4 */
    assert_endpoint(PASV, "Data transfer will passively listen to 10,0,0,1,4,1", "10.0.0.1:1025");
}

static void test_pasv_behind_other_digits(void **state)
{
    (void)state;
    assert_endpoint(PASV, "ok host7 10,0,0,1,4,1", "10.0.0.1:1025"); /* F-5 */
    assert_endpoint(PASV, "ftp2 [127,0,0,1] (10,0,0,1,4,1)", "10.0.0.1:1025");
    assert_endpoint(PASV, "1,2,3 (10,0,0,1,4,1)", "10.0.0.1:1025");
}

static void test_pasv_number_out_of_range(void **state)
{
    (void)state;
    assert_endpoint(PASV, "Entering Passive Mode (1216,256,2,127,127,127)", "none"); /* F-6 */
    assert_endpoint(PASV, "(10,0,0,1,256,1)", "none");                               /* F-7 */
    assert_endpoint(PASV, "(10,0,0,1,4,99999999999999999999999999)", "none");
    assert_endpoint(PASV, "(1216,25,2,127,127,127)", "none");
}

static void test_pasv_list_behind_a_bad_number(void **state)
{
    (void)state;
    assert_endpoint(PASV, "300,10,0,0,1,4,1", "10.0.0.1:1025");
}

static void test_pasv_five_numbers(void **state)
{
    (void)state;
    assert_endpoint(PASV, "(10,0,0,1,4)", "none"); /* F-8 */
    assert_endpoint(PASV, "(10,0,0,1,4,)", "none");
    assert_endpoint(PASV, "", "none");
    assert_string_equal(parse(FSC_FORM_PASV, (struct fsc_span){NULL, 0}, NULL), "none");
}

static void test_pasv_port_zero(void **state)
{
    (void)state;
    assert_endpoint(PASV, "(10,0,0,1,0,0)", "none");
    assert_endpoint(PASV, "(10,0,0,1,0,1)", "10.0.0.1:1");
    assert_endpoint(PASV, "(10,0,0,1,255,255)", "10.0.0.1:65535");
}

static void test_pasv_unspecified_address(void **state)
{
    (void)state;
    assert_endpoint(PASV, "(0,0,0,0,195,80)", "0.0.0.0:50000");
}

static void test_pasv_where(void **state)
{
    struct fsc_span where;

    (void)state;
    (void)parse(FSC_FORM_PASV, SPAN("Mode (10, 0,0,1,4,001)."), &where);
    assert_span(where, "10, 0,0,1,4,001");
    (void)parse(FSC_FORM_PASV, SPAN("Mode"), &where);
    assert_int_equal(where.n, 0);
}

static void test_port(void **state)
{
    (void)state;
    assert_endpoint(PORT, "192,0,2,1,195,80", "192.0.2.1:50000");
    assert_endpoint(PORT, "192,0,2,1,195,80 ", "192.0.2.1:50000");
    assert_endpoint(PORT, " 192,0,2,1,195,80", "192.0.2.1:50000");
    assert_endpoint(PORT, "192,0,2,1,0,0", "none");
    assert_endpoint(PORT, "192,0,2,1,0195,80", "192.0.2.1:50000");
}

static void test_port_only_at_the_start(void **state)
{
    (void)state;
    assert_endpoint(PORT, "x 192,0,2,1,195,80", "none");
    assert_endpoint(PORT, "300,192,0,2,1,195,80", "none");
    assert_endpoint(PORT, "-192,0,2,1,195,80", "none");
    assert_endpoint(PORT, "192.0.2.1,195,80", "none");
}

static void test_epsv(void **state)
{
    (void)state;
    assert_endpoint(EPSV, "Entering Extended Passive Mode (|||5002|)", ":5002");
    assert_endpoint(EPSV, "x (!!!5002!)", ":5002"); /* F-9 */
    assert_endpoint(EPSV, "ok (|||5002|).", ":5002");
    assert_endpoint(EPSV, "x (~~~05002~)", ":5002");
}

static void test_epsv_behind_other_parentheses(void **state)
{
    (void)state;
    assert_endpoint(EPSV, "Mode (extended) (see RFC 2428) (|||5002|)", ":5002"); /* F-12 */
    assert_endpoint(EPSV, "((|||5002|))", ":5002");
}

static void test_epsv_missing_parentheses(void **state)
{
    (void)state;
    assert_endpoint(EPSV, "x (|||5002|", ":5002");
    assert_endpoint(EPSV, "x |||5002|)", ":5002");
    assert_endpoint(EPSV, "Entering Extended Passive Mode |||5002|", ":5002");
}

static void test_epsv_with_address(void **state)
{
    (void)state;
    assert_endpoint(EPSV, "x (|1|192.0.2.1|5000|)", "192.0.2.1:5000"); /* F-10 */
    assert_endpoint(EPSV, "x (|2|2001:db8::1|5000|)", "[2001:db8::1]:5000");
    assert_endpoint(EPSV, "x (||192.0.2.1|5000|)", "192.0.2.1:5000");
    assert_endpoint(EPSV, "x (|2||5000|)", ":5000");
    assert_endpoint(EPSV, "x (|2|192.0.2.1|5000|)", "none");
    assert_endpoint(EPSV, "x (|1|nonsense|5000|)", "none");
}

static void test_epsv_bad_port(void **state)
{
    (void)state;
    assert_endpoint(EPSV, "x (|||0|)", "none");     /* F-11 */
    assert_endpoint(EPSV, "x (|||70000|)", "none"); /* F-11 */
    assert_endpoint(EPSV, "x (|||65536|)", "none");
    assert_endpoint(EPSV, "x (|||65535|)", ":65535");
    assert_endpoint(EPSV, "x (||||)", "none");
    assert_endpoint(EPSV, "x (|||-1|)", "none");
    assert_endpoint(EPSV, "x (|||12x|)", "none");
    assert_endpoint(EPSV, "x (|||99999999999999999999|)", "none");
}

static void test_epsv_without_endpoint(void **state)
{
    (void)state;
    assert_endpoint(EPSV, "Entering Passive Mode (10,0,0,1,4,1)", "none");
    assert_endpoint(EPSV, "(|||5002", "none");
    assert_endpoint(EPSV, "wait...5002.", "none");
    assert_endpoint(EPSV, "(", "none");
    assert_endpoint(EPSV, "", "none");
    assert_endpoint(EPSV, "(1115002", "none");
    assert_endpoint(EPSV,
                    "(\xe4\xe4\xe4"
                    "5002\xe4)",
                    "none");
    assert_endpoint(EPSV, "(   5002 )", "none");
}

static void test_epsv_where(void **state)
{
    struct fsc_span where;

    (void)state;
    (void)parse(FSC_FORM_EPSV, SPAN("Mode (a) (|||5002|)."), &where);
    assert_span(where, "|||5002|");
}

static void test_eprt(void **state)
{
    (void)state;
    assert_endpoint(EPRT, "|1|192.0.2.1|5000|", "192.0.2.1:5000");
    assert_endpoint(EPRT, "|2|2001:db8::1|5000|", "[2001:db8::1]:5000");
    assert_endpoint(EPRT, "!1!192.0.2.1!5000!", "192.0.2.1:5000");
    assert_endpoint(EPRT, "|2|::ffff:192.0.2.1|5000|", "[::ffff:192.0.2.1]:5000");
}

static void test_eprt_with_zone(void **state)
{
    (void)state;
    assert_endpoint(EPRT, "|2|fe80::1%eth0|5000|", "[fe80::1]:5000");
}

static void test_eprt_malformed(void **state)
{
    (void)state;
    assert_endpoint(EPRT, "|3|192.0.2.1|5000|", "none");
    assert_endpoint(EPRT, "|2|192.0.2.1|5000|", "none");
    assert_endpoint(EPRT, "|1||5000|", "none");
    assert_endpoint(EPRT, "|||5000|", "none");
    assert_endpoint(EPRT, "|1|192.0.2.1|0|", "none");
    assert_endpoint(EPRT, "|1|192.0.2.1|65536|", "none");
    assert_endpoint(EPRT, "|1|192.0.2.1|5000", "none");
    assert_endpoint(EPRT, "|1|192.0.2.256|5000|", "none");
    assert_endpoint(EPRT, "x |1|192.0.2.1|5000|", "none");
    assert_endpoint(EPRT, "|", "none");
    assert_endpoint(EPRT, "", "none");
}

static void test_lprt(void **state)
{
    (void)state;
    assert_endpoint(LPRT, "4,4,192,0,2,1,2,195,80", "192.0.2.1:50000");
    assert_endpoint(LPRT, "6,16,32,1,13,184,0,0,0,0,0,0,0,0,0,0,0,1,2,195,80", "[2001:db8::1]:50000");
    assert_endpoint(LPRT, "4,16,192,0,2,1,2,195,80", "none");
    assert_endpoint(LPRT, "4,16,32,1,13,184,0,0,0,0,0,0,0,0,0,0,0,1,2,195,80", "none");
    assert_endpoint(LPRT, "6,4,192,0,2,1,2,195,80", "none");
    assert_endpoint(LPRT, "5,4,192,0,2,1,2,195,80", "none");
    assert_endpoint(LPRT, "4,4,192,0,2,1,1,80", "none");
    assert_endpoint(LPRT, "4,4,192,0,2,1,2,195", "none");
    assert_endpoint(LPRT, "4,4,192,0,2,1,2,0,0", "none");
}

/* F-13 */
static void test_lpsv(void **state)
{
    (void)state;
    assert_endpoint(LPSV, "Entering Long Passive Mode (6,16,32,1,13,184,0,0,0,0,0,0,0,0,0,0,0,1,2,195,80)",
                    "[2001:db8::1]:50000");
    assert_endpoint(LPSV, "host4 4,4,192,0,2,1,2,195,80", "192.0.2.1:50000");
    assert_endpoint(LPSV, "(4, 6)", "none");
}

static void test_forms_without_text(void **state)
{
    (void)state;
    assert_endpoint(NONE, "(10,0,0,1,4,1)", "none");
    assert_endpoint(DEFAULT, "10,0,0,1,4,1", "none");
}

static void test_form_names(void **state)
{
    (void)state;
    assert_string_equal(fsc_form_name(FSC_FORM_EPSV), "EPSV");
    assert_string_equal(fsc_form_name(FSC_FORM_DEFAULT), "DEFAULT");
    assert_string_equal(fsc_form_name(FSC_FORM_NONE), "");
}

/* Each of these would take minutes if the work grew with the square of the length. */
static void test_hostile_texts_are_linear(void **state)
{
    clock_t since = clock();
    static const char *const patterns[] = {"1,1,1,1,300,", "1,",         "1 , ",       "0",           "(",
                                           "(|1|",         "(|||1",      "|||",        "6,16,1,",     "4,4,1,1,1,1,2,",
                                           "(|1|1.2.3.4",  "(aaa500000", "1,1,1,1,1 ", "          1", "(|||00000000"};
    struct fsc_endpoint endpoint;

    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        struct fsc_span text = span_repeat(patterns[i], FSC_LINE_MAX);

        for (int form = FSC_FORM_PORT; form <= FSC_FORM_LPSV; form++)
            for (int again = 0; again < 5; again++)
                (void)fsc_endpoint_parse((enum fsc_form)form, text, &endpoint, NULL);
    }
    assert_quick(since);
}

/* ---- expectations ---- */

static struct fsc_endpoint endpoint_of(const char *eprt)
{
    struct fsc_endpoint endpoint;

    assert_true(fsc_endpoint_parse(FSC_FORM_EPRT, span_copy(eprt, strlen(eprt)), &endpoint, NULL));
    return endpoint;
}

static struct fsc_expect passive_expectation(void)
{
    struct fsc_expect expect = {.id = 1, .form = FSC_FORM_PASV};

    expect.listener = endpoint_of("|1|10.0.0.1|5000|");
    expect.fallback = endpoint_of("|1|192.0.2.1|5000|");
    expect.connector = endpoint_of("|1|198.51.100.7|1|").addr;
    return expect;
}

static enum fsc_match match(const char *from, const char *to)
{
    struct fsc_expect expect = passive_expectation();
    struct fsc_endpoint source = endpoint_of(from), target = endpoint_of(to);

    return fsc_expect_match(&expect, &source, &target);
}

static void test_match_exact_and_fallback(void **state)
{
    (void)state;
    assert_int_equal(match("|1|198.51.100.7|40000|", "|1|10.0.0.1|5000|"), FSC_MATCH_EXACT);
    assert_int_equal(match("|1|198.51.100.7|40001|", "|1|192.0.2.1|5000|"), FSC_MATCH_FALLBACK);
}

static void test_match_other_host(void **state)
{
    (void)state;
    assert_int_equal(match("|1|203.0.113.9|40000|", "|1|10.0.0.1|5000|"), FSC_MATCH_OTHER_HOST);
    assert_int_equal(match("|1|203.0.113.9|40000|", "|1|192.0.2.1|5000|"), FSC_MATCH_OTHER_HOST);
}

static void test_match_no(void **state)
{
    (void)state;
    assert_int_equal(match("|1|198.51.100.7|40000|", "|1|10.0.0.1|5001|"), FSC_MATCH_NO);
    assert_int_equal(match("|1|198.51.100.7|40000|", "|1|10.0.0.2|5000|"), FSC_MATCH_NO);
    assert_int_equal(match("|1|10.0.0.1|5000|", "|1|198.51.100.7|40000|"), FSC_MATCH_NO);
}

static void test_match_mapped_addresses(void **state)
{
    (void)state;
    assert_int_equal(match("|2|::ffff:198.51.100.7|40000|", "|2|::ffff:10.0.0.1|5000|"), FSC_MATCH_EXACT);
}

static void test_match_needs_an_expectation(void **state)
{
    struct fsc_expect expect = passive_expectation(), empty = {0};
    struct fsc_endpoint from = endpoint_of("|1|198.51.100.7|40000|"), to = expect.listener, nowhere = {0};

    (void)state;
    expect.form = FSC_FORM_NONE;
    assert_int_equal(fsc_expect_match(&expect, &from, &to), FSC_MATCH_NO);
    empty.form = FSC_FORM_EPSV;
    assert_int_equal(fsc_expect_match(&empty, &from, &nowhere), FSC_MATCH_NO);
}

static void test_match_unknown_connector(void **state)
{
    struct fsc_expect expect = passive_expectation();
    struct fsc_endpoint from = endpoint_of("|1|203.0.113.9|40000|");

    (void)state;
    memset(&expect.connector, 0, sizeof expect.connector);
    assert_int_equal(fsc_expect_match(&expect, &from, &expect.listener), FSC_MATCH_EXACT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pasv_in_parentheses),
        cmocka_unit_test(test_pasv_without_parentheses),
        cmocka_unit_test(test_pasv_behind_other_digits),
        cmocka_unit_test(test_pasv_number_out_of_range),
        cmocka_unit_test(test_pasv_list_behind_a_bad_number),
        cmocka_unit_test(test_pasv_five_numbers),
        cmocka_unit_test(test_pasv_port_zero),
        cmocka_unit_test(test_pasv_unspecified_address),
        cmocka_unit_test(test_pasv_where),
        cmocka_unit_test(test_port),
        cmocka_unit_test(test_port_only_at_the_start),
        cmocka_unit_test(test_epsv),
        cmocka_unit_test(test_epsv_behind_other_parentheses),
        cmocka_unit_test(test_epsv_missing_parentheses),
        cmocka_unit_test(test_epsv_with_address),
        cmocka_unit_test(test_epsv_bad_port),
        cmocka_unit_test(test_epsv_without_endpoint),
        cmocka_unit_test(test_epsv_where),
        cmocka_unit_test(test_eprt),
        cmocka_unit_test(test_eprt_with_zone),
        cmocka_unit_test(test_eprt_malformed),
        cmocka_unit_test(test_lprt),
        cmocka_unit_test(test_lpsv),
        cmocka_unit_test(test_forms_without_text),
        cmocka_unit_test(test_form_names),
        cmocka_unit_test(test_hostile_texts_are_linear),
        cmocka_unit_test(test_match_exact_and_fallback),
        cmocka_unit_test(test_match_other_host),
        cmocka_unit_test(test_match_no),
        cmocka_unit_test(test_match_mapped_addresses),
        cmocka_unit_test(test_match_needs_an_expectation),
        cmocka_unit_test(test_match_unknown_connector),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
