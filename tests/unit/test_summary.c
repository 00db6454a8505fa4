/* test_summary.c - the sentence of a finding: placeholders, odd values, bounded output. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/ftpscope.h"

static struct fsc_finding facts(void)
{
    return (struct fsc_finding){.id = FSC_FINDING_PASSIVE_TIMEOUT,
                                .cause = "",
                                .advice = "",
                                .endpoint = {{FSC_ADDR_V4, {192, 0, 2, 1}}, 50000},
                                .endpoint2 = {{FSC_ADDR_V6, {0x20, 0x01, 0x0d, 0xb8, [15] = 5}}, 20},
                                .number = 1234567,
                                .number2 = 7,
                                .duration_ns = INT64_C(7000000000),
                                .code = 425,
                                .verb = FSC_VERB_RETR};
}

static void check(const char *words, const struct fsc_finding *finding, const char *expected)
{
    char buf[512];
    size_t len = fsc_template_fill(words, finding, buf, sizeof(buf));

    assert_string_equal(buf, expected);
    assert_int_equal(len, strlen(expected));
}

static void every_placeholder_is_filled(void **state)
{
    struct fsc_finding f = facts();

    (void)state;
    check("{endpoint}", &f, "192.0.2.1:50000");
    check("{endpoint2}", &f, "[2001:db8::5]:20");
    check("{address}", &f, "192.0.2.1");
    check("{address2}", &f, "2001:db8::5");
    check("{port}", &f, "50000");
    check("{port2}", &f, "20");
    check("{number}", &f, "1,234,567");
    check("{number2}", &f, "7");
    check("{duration}", &f, "7.0 s");
    check("{code}", &f, "425");
    check("{command}", &f, "RETR");
}

static void words_around_placeholders_stay(void **state)
{
    struct fsc_finding f = facts();

    (void)state;
    check("a{port}b{port}{port2}c", &f, "a50000b5000020c");
    check("", &f, "");
    check("no placeholder.", &f, "no placeholder.");
}

static void the_text_is_what_the_reply_means(void **state)
{
    struct fsc_finding f = facts();
    char buf[512];

    (void)state;
    f.code = 530;
    f.verb = FSC_VERB_PASS;
    f.text = FSC_TEXT_ACCOUNT_LOCKED;
    fsc_template_fill("{text}", &f, buf, sizeof(buf));
    assert_string_equal(buf, fsc_explain(530, FSC_VERB_PASS, FSC_TEXT_ACCOUNT_LOCKED).meaning);
    assert_true(strlen(buf) > 10);
}

static void open_braces_are_words(void **state)
{
    struct fsc_finding f = facts();

    (void)state;
    check("a { b", &f, "a { b");
    check("{", &f, "{");
    check("} {port}", &f, "} 50000");
}

static void numbers_are_grouped(void **state)
{
    static const struct {
        uint64_t number;
        const char *text;
    } cases[] = {{0, "0"},
                 {999, "999"},
                 {1000, "1,000"},
                 {100000, "100,000"},
                 {1000000, "1,000,000"},
                 {UINT64_MAX, "18,446,744,073,709,551,615"}};
    struct fsc_finding f = facts();

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        f.number = cases[i].number;
        check("{number}", &f, cases[i].text);
    }
}

static void ports_and_codes_are_not_grouped(void **state)
{
    struct fsc_finding f = facts();

    (void)state;
    f.endpoint.port = 65535;
    f.code = 10060;
    check("{port} {code}", &f, "65535 10060");
}

static void durations_are_short(void **state)
{
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {{-1, "0.0 s"},
                 {INT64_MIN, "0.0 s"},
                 {0, "0.0 s"},
                 {INT64_C(99999999), "0.0 s"},
                 {INT64_C(3050000000), "3.0 s"},
                 {INT64_C(9999999999), "9.9 s"},
                 {INT64_C(10000000000), "10 s"},
                 {INT64_C(179999999999), "179 s"},
                 {INT64_C(180000000000), "3 min"},
                 {INT64_MAX, "153722867 min"}};
    struct fsc_finding f = facts();

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        f.duration_ns = cases[i].ns;
        check("{duration}", &f, cases[i].text);
    }
}

static void an_unknown_endpoint_makes_no_trouble(void **state)
{
    struct fsc_finding f = {.cause = "", .advice = ""};
    char buf[256];

    (void)state;
    fsc_template_fill("{endpoint} {endpoint2} {address} {port} {command} {text} {code}", &f, buf, sizeof(buf));
    assert_true(strlen(buf) < sizeof(buf));
}

/* Every size of the buffer, each in a block of its own for the address sanitizer. */
static void the_output_is_bounded(void **state)
{
    struct fsc_finding f = facts();
    char whole[512];
    const char *words = "{command} to {endpoint} and {endpoint2}: {number} bytes in {duration} ({code}), {text}";
    size_t len = fsc_template_fill(words, &f, whole, sizeof(whole));

    (void)state;
    for (size_t cap = 1; cap <= len + 2; cap++) {
        char *buf = test_malloc(cap);
        size_t got = fsc_template_fill(words, &f, buf, cap);
        assert_int_equal(got, len < cap ? len : cap - 1);
        assert_memory_equal(buf, whole, got);
        assert_int_equal(buf[got], 0);
        test_free(buf);
    }
}

static void many_open_braces_stay_words(void **state)
{
    static char words[2001], buf[4096];
    struct fsc_finding f = facts();

    (void)state;
    memset(words, '{', sizeof(words) - 1);
    assert_int_equal(fsc_template_fill(words, &f, buf, sizeof(buf)), sizeof(words) - 1);
    assert_string_equal(buf, words);
}

static void summary_and_advice_take_their_own_words(void **state)
{
    struct fsc_finding f = facts();
    char buf[64];

    (void)state;
    f.cause = "cause {port}";
    f.advice = "advice {port2}";
    assert_int_equal(fsc_finding_summary(&f, buf, sizeof(buf)), 11);
    assert_string_equal(buf, "cause 50000");
    assert_int_equal(fsc_finding_advice(&f, buf, sizeof(buf)), 9);
    assert_string_equal(buf, "advice 20");
}

/* What stands in the table holds for every finding of that id: it cannot have placeholders. */
static void the_table_has_no_placeholders(void **state)
{
    (void)state;
    for (int i = 0; i < FSC_FINDING_COUNT; i++) {
        const struct fsc_finding_info *info = fsc_finding_info((enum fsc_finding_id)i);
        assert_null(strchr(info->what, '{'));
        assert_null(strchr(info->advice, '{'));
        assert_true(strlen(info->name) > 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_placeholder_is_filled),
        cmocka_unit_test(words_around_placeholders_stay),
        cmocka_unit_test(the_text_is_what_the_reply_means),
        cmocka_unit_test(open_braces_are_words),
        cmocka_unit_test(numbers_are_grouped),
        cmocka_unit_test(ports_and_codes_are_not_grouped),
        cmocka_unit_test(durations_are_short),
        cmocka_unit_test(an_unknown_endpoint_makes_no_trouble),
        cmocka_unit_test(the_output_is_bounded),
        cmocka_unit_test(many_open_braces_stay_words),
        cmocka_unit_test(summary_and_advice_take_their_own_words),
        cmocka_unit_test(the_table_has_no_placeholders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
