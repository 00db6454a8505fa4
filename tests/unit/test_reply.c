/* test_reply.c - one reply line at a time: RFC 959 section 4.2 and the spellings of servers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/span.h"
#include <cmocka.h>

#define PARSE(literal) parse(SPAN(literal))

static struct fsc_reply parse(struct fsc_span text)
{
    struct fsc_reply reply;

    fsc_reply_parse(text, &reply);
    return reply;
}

static void test_code_and_text(void **state)
{
    struct fsc_reply reply = PARSE("220 Service ready");

    (void)state;
    assert_int_equal(reply.code, 220);
    assert_false(reply.more);
    assert_span(reply.code_text, "220");
    assert_span(reply.text, "Service ready");
    assert_int_equal(reply.flags, 0);
}

static void test_first_line_of_many(void **state)
{
    struct fsc_reply reply = PARSE("211-Features:");

    (void)state;
    assert_int_equal(reply.code, 211);
    assert_true(reply.more);
    assert_span(reply.text, "Features:");
    assert_int_equal(reply.flags, 0);
    assert_true(PARSE("226-").more);
}

static void test_code_only(void **state)
{
    struct fsc_reply reply = PARSE("221");

    (void)state;
    assert_int_equal(reply.code, 221);
    assert_false(reply.more);
    assert_span(reply.text, "");
    assert_int_equal(reply.flags, 0);
    assert_span(PARSE("221 ").text, "");
}

static void test_tab_behind_the_code(void **state)
{
    struct fsc_reply reply = PARSE("230\tok");

    (void)state;
    assert_int_equal(reply.code, 230);
    assert_span(reply.text, "ok");
    assert_int_equal(reply.flags, 0);
}

static void test_second_blank_belongs_to_the_text(void **state)
{
    (void)state;
    assert_span(PARSE("215  OS/400").text, " OS/400");
}

static void test_no_space(void **state)
{
    struct fsc_reply reply = PARSE("230_no_space");

    (void)state;
    assert_int_equal(reply.code, 230);
    assert_span(reply.text, "_no_space");
    assert_int_equal(reply.flags, FSC_REPLY_NO_SPACE);
    assert_span(PARSE("221Bye").text, "Bye");
}

static void test_colon(void **state)
{
    struct fsc_reply reply = PARSE("550 : not found");

    (void)state;
    assert_int_equal(reply.flags, FSC_REPLY_COLON);
    assert_span(reply.text, "not found");
    assert_span(PARSE("550 :not found").text, "not found");
    reply = PARSE("550-: first");
    assert_true(reply.more);
    assert_int_equal(reply.flags, FSC_REPLY_COLON);
    assert_span(reply.text, "first");
    assert_span(PARSE("550-:").text, "");
}

static void test_colon_directly_behind_the_code(void **state)
{
    struct fsc_reply reply = PARSE("550: not found");

    (void)state;
    assert_int_equal(reply.flags, FSC_REPLY_COLON | FSC_REPLY_NO_SPACE);
    assert_span(reply.text, "not found");
}

static void test_text_of_a_multi_line_reply(void **state)
{
    struct fsc_reply reply = PARSE(" 220 x");

    (void)state;
    assert_int_equal(reply.code, 0);
    assert_int_equal(reply.flags, FSC_REPLY_NO_CODE);
    assert_span(reply.text, " 220 x");
    assert_span(reply.code_text, "");
    assert_int_equal(PARSE("drwxr-xr-x").flags, FSC_REPLY_NO_CODE);
}

static void test_too_short_for_a_code(void **state)
{
    (void)state;
    assert_int_equal(PARSE("22").flags, FSC_REPLY_NO_CODE);
    assert_int_equal(PARSE("").flags, FSC_REPLY_NO_CODE);
    assert_int_equal(parse((struct fsc_span){NULL, 0}).flags, FSC_REPLY_NO_CODE);
}

static void test_inner_line_with_a_code(void **state)
{
    (void)state;
    assert_int_equal(PARSE("226 x").code, 226); /* F-21 */
}

static void test_range_of_codes(void **state)
{
    (void)state;
    assert_int_equal(PARSE("100 x").code, 100);
    assert_int_equal(PARSE("699 x").code, 699);
    assert_int_equal(PARSE("631-abcd").code, 631);
    assert_int_equal(PARSE("099 x").flags, FSC_REPLY_ILLEGAL);
    assert_int_equal(PARSE("000 x").flags, FSC_REPLY_ILLEGAL);
    assert_int_equal(PARSE("700 x").flags, FSC_REPLY_ILLEGAL);
    assert_int_equal(PARSE("999").code, 0);
}

static void test_four_digits(void **state)
{
    struct fsc_reply reply = PARSE("7221 Bye");

    (void)state;
    assert_int_equal(reply.code, 0);
    assert_int_equal(reply.flags, FSC_REPLY_ILLEGAL);
    assert_span(reply.code_text, "7221");
    assert_span(reply.text, "Bye");
    assert_int_equal(PARSE("2200").flags, FSC_REPLY_ILLEGAL);
}

static void test_an_illegal_code_opens_nothing(void **state)
{
    (void)state;
    assert_false(PARSE("720-x").more);
    assert_false(PARSE("2024-01-01 report.txt").more);
    assert_int_equal(PARSE("10054-x").code, 0);
}

static void test_long_run_of_digits(void **state)
{
    (void)state;
    assert_int_equal(parse(span_repeat("2", FSC_LINE_MAX)).flags, FSC_REPLY_ILLEGAL);
    assert_int_equal(parse(span_repeat("0", FSC_LINE_MAX)).flags, FSC_REPLY_ILLEGAL);
}

static void test_other_protocols_have_no_code(void **state)
{
    (void)state;
    assert_int_equal(PARSE("SSH-2.0-OpenSSH").flags, FSC_REPLY_NO_CODE);
    assert_int_equal(PARSE("+OK POP3").flags, FSC_REPLY_NO_CODE);
    assert_int_equal(PARSE("* OK IMAP").flags, FSC_REPLY_NO_CODE);
    assert_int_equal(PARSE("HTTP/1.1 200 OK").flags, FSC_REPLY_NO_CODE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_code_and_text),
        cmocka_unit_test(test_first_line_of_many),
        cmocka_unit_test(test_code_only),
        cmocka_unit_test(test_tab_behind_the_code),
        cmocka_unit_test(test_second_blank_belongs_to_the_text),
        cmocka_unit_test(test_no_space),
        cmocka_unit_test(test_colon),
        cmocka_unit_test(test_colon_directly_behind_the_code),
        cmocka_unit_test(test_text_of_a_multi_line_reply),
        cmocka_unit_test(test_too_short_for_a_code),
        cmocka_unit_test(test_inner_line_with_a_code),
        cmocka_unit_test(test_range_of_codes),
        cmocka_unit_test(test_four_digits),
        cmocka_unit_test(test_an_illegal_code_opens_nothing),
        cmocka_unit_test(test_long_run_of_digits),
        cmocka_unit_test(test_other_protocols_have_no_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
