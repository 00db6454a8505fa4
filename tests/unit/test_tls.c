/* test_tls.c - TLS records told from FTP text (RFC 8446 section 5.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/span.h"
#include <cmocka.h>

#define RECORD(literal) record(SPAN(literal))

static size_t record(struct fsc_span in)
{
    uint8_t type = 99;
    size_t n = fsc_tls_record(in, &type);

    if (n == 0 || n == FSC_TLS_NOT)
        assert_int_equal(type, 0);
    else
        assert_int_equal(type, in.p[0]);
    return n;
}

/* F-24 */
static void test_client_hello(void **state)
{
    (void)state;
    assert_int_equal(RECORD("\x16\x03\x01\x02\x00\x01\x00\x01\xfc"), 5 + 512);
    assert_int_equal(RECORD("\x16\x03\x01\x02\x00"), 5 + 512);
}

static void test_other_types(void **state)
{
    (void)state;
    assert_int_equal(RECORD("\x14\x03\x03\x00\x01\x01"), 6);
    assert_int_equal(RECORD("\x15\x03\x03\x00\x02\x01\x00"), 7);
    assert_int_equal(RECORD("\x17\x03\x03\x00\x20"), 37);
    assert_int_equal(RECORD("\x18\x03\x03\x00\x03"), 8);
}

static void test_too_short_to_tell(void **state)
{
    static const char head[] = "\x16\x03\x01\x02";

    (void)state;
    for (size_t n = 0; n <= 4; n++)
        assert_int_equal(record(span_copy(head, n)), 0);
    assert_int_equal(record((struct fsc_span){NULL, 0}), 0);
}

static void test_text_is_no_record(void **state)
{
    (void)state;
    assert_true(RECORD("USER bob") == FSC_TLS_NOT);
    assert_true(RECORD("2") == FSC_TLS_NOT);
    assert_true(RECORD("\x16"
                       "A") == FSC_TLS_NOT);
    assert_true(RECORD("\x13\x03\x01\x00\x01") == FSC_TLS_NOT);
    assert_true(RECORD("\x19\x03\x01\x00\x01") == FSC_TLS_NOT);
    assert_true(RECORD("\x16\x03\x05") == FSC_TLS_NOT);
}

static void test_length_limits(void **state)
{
    (void)state;
    assert_int_equal(RECORD("\x17\x03\x03\x48\x00"), 5 + 18432);
    assert_true(RECORD("\x17\x03\x03\x48\x01") == FSC_TLS_NOT);
    assert_true(RECORD("\x17\x03\x03\x49") == FSC_TLS_NOT);
    assert_int_equal(RECORD("\x17\x03\x03\x00\x00"), 5);
    assert_true(RECORD("\x16\x03\x03\x00\x00") == FSC_TLS_NOT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client_hello),      cmocka_unit_test(test_other_types),
        cmocka_unit_test(test_too_short_to_tell), cmocka_unit_test(test_text_is_no_record),
        cmocka_unit_test(test_length_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
