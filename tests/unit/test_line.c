/* test_line.c - cutting a stream into lines: RFC 959 section 5.3, RFC 2640 section 3.1 and what is sent instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/span.h"

static struct fsc_line next(struct fsc_span in, bool last)
{
    struct fsc_line line;

    size_t used = fsc_line_next(in, last, &line);

    assert_int_equal(used, line.wire_len);
    return line;
}

static void test_crlf(void **state)
{
    struct fsc_line line = next(SPAN("USER bob\r\nPASS x\r\n"), false);

    (void)state;
    assert_span(line.text, "USER bob");
    assert_int_equal(line.wire_len, 10);
    assert_int_equal(line.flags, 0);
}

/* F-22: CR and LF apart */
static void test_needs_more_at_every_cut(void **state)
{
    static const char whole[] = "220 hello\r\n";
    struct fsc_line line;

    (void)state;
    for (size_t n = 0; n < sizeof whole - 1; n++)
        assert_int_equal(fsc_line_next(span_copy(whole, n), false, &line), 0);
    assert_int_equal(fsc_line_next(SPAN("220 hello\r\n"), false, &line), 11);
}

/* F-22 */
static void test_bare_lf(void **state)
{
    struct fsc_line line = next(SPAN("QUIT\n"), false);

    (void)state;
    assert_span(line.text, "QUIT");
    assert_int_equal(line.flags, FSC_LINE_BARE_LF);
}

/* F-22 */
static void test_two_cr(void **state)
{
    struct fsc_line line = next(SPAN("QUIT\r\r\n"), false);

    (void)state;
    assert_span(line.text, "QUIT");
    assert_int_equal(line.wire_len, 7);
    assert_int_equal(line.flags, FSC_LINE_EXTRA_CR);
}

static void test_bare_cr_is_data(void **state)
{
    struct fsc_line line = next(SPAN("CWD a\rb\r\n"), false);

    (void)state;
    assert_span(line.text, "CWD a\rb");
    assert_int_equal(line.flags, 0);
}

/* F-22 */
static void test_cr_nul_lf_is_no_line_end(void **state)
{
    struct fsc_line line = next(SPAN("CWD foo\r\0\nboo.bar\r\n"), false);

    (void)state;
    assert_span(line.text, "CWD foo\r\0\nboo.bar");
    assert_int_equal(line.wire_len, 19);
    assert_int_equal(line.flags, FSC_LINE_NUL);
}

static void test_cr_nul_lf_alone_needs_more(void **state)
{
    struct fsc_line line;

    (void)state;
    assert_int_equal(fsc_line_next(SPAN("\r\0\n"), false, &line), 0);
}

static void test_nul_lf_is_a_line_end(void **state)
{
    struct fsc_line line = next(SPAN("x\0\nrest\n"), false);

    (void)state;
    assert_span(line.text, "x\0");
    assert_int_equal(line.flags, FSC_LINE_NUL | FSC_LINE_BARE_LF);
}

static void test_empty_line(void **state)
{
    struct fsc_line line = next(SPAN("\r\nNOOP\r\n"), false);

    (void)state;
    assert_span(line.text, "");
    assert_int_equal(line.wire_len, 2);
    line = next(SPAN("\n"), false);
    assert_span(line.text, "");
    assert_int_equal(line.flags, FSC_LINE_BARE_LF);
}

static void test_telnet_is_flagged(void **state)
{
    (void)state;
    assert_int_equal(next(SPAN("\xff\xf4\xff\xf2"
                               "ABOR\r\n"),
                          false)
                         .flags,
                     FSC_LINE_TELNET);
    assert_int_equal(next(SPAN("\xf2"
                               "ABOR\r\n"),
                          false)
                         .flags,
                     FSC_LINE_TELNET);
    assert_int_equal(next(SPAN("CWD \xf2\r\n"), false).flags, 0);
}

static void test_last_without_line_end(void **state)
{
    struct fsc_line line = next(SPAN("221 Bye"), true);

    (void)state;
    assert_span(line.text, "221 Bye");
    assert_int_equal(line.wire_len, 7);
    assert_int_equal(line.flags, FSC_LINE_UNTERMINATED);
    line = next(SPAN("221 Bye\r"), true);
    assert_span(line.text, "221 Bye");
    assert_int_equal(line.wire_len, 8);
    assert_int_equal(line.flags, FSC_LINE_UNTERMINATED);
}

static void test_last_with_line_end_is_a_plain_line(void **state)
{
    (void)state;
    assert_int_equal(next(SPAN("221 Bye\r\n"), true).flags, 0);
}

static void test_last_and_empty(void **state)
{
    struct fsc_line line;

    (void)state;
    assert_int_equal(fsc_line_next((struct fsc_span){NULL, 0}, true, &line), 0);
    assert_int_equal(fsc_line_next((struct fsc_span){NULL, 0}, false, &line), 0);
}

static void test_overlong_is_cut(void **state)
{
    struct fsc_line line = next(span_repeat("a", FSC_LINE_MAX + 10), false);

    (void)state;
    assert_int_equal(line.wire_len, FSC_LINE_MAX);
    assert_int_equal(line.text.n, FSC_LINE_MAX);
    assert_int_equal(line.flags, FSC_LINE_OVERLONG);
}

static void test_overlong_does_not_depend_on_last(void **state)
{
    (void)state;
    assert_int_equal(next(span_repeat("a", FSC_LINE_MAX), true).flags, FSC_LINE_OVERLONG);
    assert_int_equal(next(span_repeat("a", FSC_LINE_MAX - 1), true).flags, FSC_LINE_UNTERMINATED);
}

static void test_longest_line_that_fits(void **state)
{
    struct fsc_span in = span_repeat("a", FSC_LINE_MAX);
    char *bytes = malloc(in.n);
    struct fsc_line line;

    (void)state;
    assert_non_null(bytes);
    memcpy(bytes, in.p, in.n);
    memcpy(bytes + in.n - 2, "\r\n", 2);
    line = next(span_copy(bytes, in.n), false);
    assert_int_equal(line.flags, 0);
    assert_int_equal(line.text.n, FSC_LINE_MAX - 2);
    assert_int_equal(fsc_line_next(span_copy(bytes, in.n - 1), false, &line), 0);
    free(bytes);
}

static void test_all_lines_take_all_bytes(void **state)
{
    struct fsc_span in = SPAN("a\r\n\nb\r\r\n\r\0\nc\r\nrest");
    size_t lines = 0;

    (void)state;
    while (in.n > 0) {
        struct fsc_line line = next(in, true);

        assert_true(line.wire_len > 0 && line.wire_len <= in.n);
        in.p += line.wire_len;
        in.n -= line.wire_len;
        lines++;
    }
    assert_int_equal(lines, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crlf),
        cmocka_unit_test(test_needs_more_at_every_cut),
        cmocka_unit_test(test_bare_lf),
        cmocka_unit_test(test_two_cr),
        cmocka_unit_test(test_bare_cr_is_data),
        cmocka_unit_test(test_cr_nul_lf_is_no_line_end),
        cmocka_unit_test(test_cr_nul_lf_alone_needs_more),
        cmocka_unit_test(test_nul_lf_is_a_line_end),
        cmocka_unit_test(test_empty_line),
        cmocka_unit_test(test_telnet_is_flagged),
        cmocka_unit_test(test_last_without_line_end),
        cmocka_unit_test(test_last_with_line_end_is_a_plain_line),
        cmocka_unit_test(test_last_and_empty),
        cmocka_unit_test(test_overlong_is_cut),
        cmocka_unit_test(test_overlong_does_not_depend_on_last),
        cmocka_unit_test(test_longest_line_that_fits),
        cmocka_unit_test(test_all_lines_take_all_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
