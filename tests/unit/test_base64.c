/* test_base64.c - the tokens of RFC 2228: ADAT, MIC, CONF, ENC and the 63z replies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/span.h"
#include <cmocka.h>

static void well_formed_texts_are_valid(void **state)
{
    (void)state;
    assert_true(fsc_base64_valid(SPAN("YWJj")));
    assert_true(fsc_base64_valid(SPAN("YWI=")));
    assert_true(fsc_base64_valid(SPAN("YQ==")));
    assert_true(fsc_base64_valid(SPAN("+/09azAZ")));
}

static void malformed_texts_are_told(void **state)
{
    (void)state;
    assert_false(fsc_base64_valid(SPAN("")));
    assert_false(fsc_base64_valid(SPAN("YWJ")));
    assert_false(fsc_base64_valid(SPAN("YWJjZ")));
    assert_false(fsc_base64_valid(SPAN("Y===")));
    assert_false(fsc_base64_valid(SPAN("====")));
    assert_false(fsc_base64_valid(SPAN("YQ==YWJj")));
    assert_false(fsc_base64_valid(SPAN("YW=j")));
    assert_false(fsc_base64_valid(SPAN("YW j")));
    assert_false(fsc_base64_valid(SPAN("YW-_")));
    assert_false(fsc_base64_valid((struct fsc_span){NULL, 0}));
}

/* A token may be as long as a line: the work is one look at each byte. */
static void a_long_token_is_quick(void **state)
{
    clock_t start = clock();
    struct fsc_span text = span_repeat("QUJD", FSC_LINE_MAX);

    (void)state;
    for (int i = 0; i < 100; i++)
        assert_true(fsc_base64_valid(text));
    assert_quick(start);
    assert_false(fsc_base64_valid(span_repeat("=", FSC_LINE_MAX)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_texts_are_valid),
        cmocka_unit_test(malformed_texts_are_told),
        cmocka_unit_test(a_long_token_is_quick),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
