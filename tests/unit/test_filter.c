/* test_filter.c - what is typed behind "/" in the lists of the screen. */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "monitor/tui/filter.h"

static bool has_550(const void *context, const void *item, unsigned lowest, unsigned highest)
{
    (void)context;
    (void)item;
    return lowest <= 550 && 550 <= highest;
}

static const struct filter_subject anna = {.text = "3 192.0.2.7 Anna RETR /in/Big File.iso 550",
                                           .user = "Anna",
                                           .path = "/in/Big File.iso",
                                           .hosts = {"192.0.2.7", "2001:db8::1"},
                                           .failed = true,
                                           .open = true,
                                           .has_code = has_550};

static bool matches(const char *text)
{
    char *complaint;
    struct filter *filter = filter_parse(text, &complaint);

    assert_null(complaint);
    assert_non_null(filter);
    bool found = filter_matches(filter, &anna);
    filter_free(&filter);
    return found;
}

static void words_match_anywhere(void **state)
{
    (void)state;
    assert_true(matches(""));
    assert_true(matches("   "));
    assert_true(matches("anna"));
    assert_true(matches("ANNA retr"));
    assert_true(matches("\"big file\""));
    assert_true(matches("\"big fi"));
    assert_true(matches("b*iso"));
    assert_true(matches("an?a"));
    assert_false(matches("anna bob"));
    assert_false(matches("big.*file"));
}

static void terms_look_at_one_thing(void **state)
{
    (void)state;
    assert_true(matches("user:ann"));
    assert_true(matches("user:a*a"));
    assert_false(matches("user:retr"));
    assert_true(matches("path:/in/"));
    assert_true(matches("path:*.iso"));
    assert_false(matches("path:anna"));
    assert_true(matches("is:failed is:open"));
    assert_false(matches("is:closed"));
    assert_false(matches("is:tls"));
    assert_false(matches("is:marked"));
}

static void hosts_are_whole_or_begin_so(void **state)
{
    (void)state;
    assert_true(matches("host:192.0.2.7"));
    assert_true(matches("host:192.0.2"));
    assert_true(matches("host:192.0.2."));
    assert_true(matches("host:2001:DB8:"));
    assert_true(matches("host:*::1"));
    assert_false(matches("host:192.0.2.70"));
    assert_false(matches("host:192.0.2.77"));
    assert_false(matches("host:19"));
}

static void codes_and_classes(void **state)
{
    (void)state;
    assert_true(matches("code:550"));
    assert_true(matches("code:5xx"));
    assert_true(matches("code:55X"));
    assert_true(matches("code:4xx,550"));
    assert_false(matches("code:4xx"));
}

static void minus_means_not(void **state)
{
    (void)state;
    assert_true(matches("-bob anna"));
    assert_false(matches("-anna"));
    assert_false(matches("-is:failed"));
    assert_true(matches("-code:4xx"));
    assert_false(matches("-")); /* a minus alone is a word */
}

static void colons_of_addresses_and_drives_are_words(void **state)
{
    (void)state;
    assert_false(matches("fe80::1"));
    assert_false(matches("c:"));
    assert_false(matches("dead:beef"));
}

static void expect_complaint(const char *text, const char *word)
{
    char *complaint;
    struct filter *filter = filter_parse(text, &complaint);

    assert_non_null(complaint);
    assert_non_null(strstr(complaint, word));
    g_free(complaint);
    filter_free(&filter);
}

static void what_cannot_be_understood_is_told(void **state)
{
    (void)state;
    expect_complaint("usr:anna", "usr:");
    expect_complaint("code:5", "code:");
    expect_complaint("code:", "code:");
    expect_complaint("code:x50", "4xx");
    expect_complaint("is:broken", "failed");
    expect_complaint("user:", "user:");
    expect_complaint("a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a", "many");
}

static void the_rest_of_it_holds(void **state)
{
    char *complaint;
    struct filter *filter = filter_parse("code:5 bob is:failed", &complaint);

    (void)state;
    assert_non_null(complaint);
    assert_false(filter_matches(filter, &anna));
    filter_free(&filter);
    g_free(complaint);
    filter = filter_parse("code:5 anna is:failed", &complaint);
    assert_true(filter_matches(filter, &anna));
    filter_free(&filter);
    g_free(complaint);
}

/* A filter is typed, the text comes from the wire: neither may cost more than their product. */
static void stars_are_not_exponential(void **state)
{
    char *text = g_strnfill(1000, 'a');
    gint64 start = g_get_monotonic_time();

    (void)state;
    assert_false(filter_word_in("a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
    assert_true(g_get_monotonic_time() - start < G_USEC_PER_SEC);
    g_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_match_anywhere),
        cmocka_unit_test(terms_look_at_one_thing),
        cmocka_unit_test(hosts_are_whole_or_begin_so),
        cmocka_unit_test(codes_and_classes),
        cmocka_unit_test(minus_means_not),
        cmocka_unit_test(colons_of_addresses_and_drives_are_words),
        cmocka_unit_test(what_cannot_be_understood_is_told),
        cmocka_unit_test(the_rest_of_it_holds),
        cmocka_unit_test(stars_are_not_exponential),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
