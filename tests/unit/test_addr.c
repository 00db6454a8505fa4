/* test_addr.c - addresses: comparing, classing, RFC 5952 text. Read through EPRT, the public way in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/internal.h"
#include "tests/unit/span.h"
#include <cmocka.h>

#include <stdio.h>

static bool read_addr(const char *text, struct fsc_addr *out)
{
    struct fsc_endpoint endpoint;
    char eprt[128];
    int n = snprintf(eprt, sizeof eprt, "|%d|%s|21|", strchr(text, ':') ? 2 : 1, text);
    bool valid = fsc_endpoint_parse(FSC_FORM_EPRT, span_copy(eprt, (size_t)n), &endpoint, NULL);

    *out = endpoint.addr;
    return valid;
}

static struct fsc_addr addr(const char *text)
{
    struct fsc_addr out;

    assert_true(read_addr(text, &out));
    return out;
}

static void assert_written(const char *text, const char *expected)
{
    struct fsc_addr a = addr(text);
    char buf[64];

    assert_int_equal(fsc_addr_text(&a, buf, sizeof buf), strlen(expected));
    assert_string_equal(buf, expected);
}

static void test_v4(void **state)
{
    (void)state;
    assert_written("192.0.2.1", "192.0.2.1");
    assert_written("0.0.0.0", "0.0.0.0");
    assert_written("255.255.255.255", "255.255.255.255");
    assert_written("010.0.0.1", "10.0.0.1");
}

static void test_v6_shortest_form(void **state)
{
    (void)state;
    assert_written("2001:0DB8:0:0:0:0:0:1", "2001:db8::1");
    assert_written("::", "::");
    assert_written("::1", "::1");
    assert_written("1::", "1::");
    assert_written("0:0:0:0:0:0:0:0", "::");
    assert_written("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8");
    assert_written("fe80::00A1", "fe80::a1");
}

static void test_v6_which_zeros(void **state)
{
    (void)state;
    assert_written("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1");
    assert_written("2001:0:0:1:0:0:0:1", "2001:0:0:1::1");
    assert_written("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1");
    assert_written("0:0:1:2:3:4:0:0", "::1:2:3:4:0:0");
    assert_written("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::");
    assert_written("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0");
    assert_written("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8");
}

static void test_v6_with_v4_inside(void **state)
{
    (void)state;
    assert_written("::ffff:192.0.2.1", "::ffff:192.0.2.1");
    assert_written("::ffff:c000:201", "::ffff:192.0.2.1");
    assert_written("64:ff9b::192.0.2.1", "64:ff9b::c000:201");
    assert_written("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304");
}

static void test_zone_is_dropped(void **state)
{
    (void)state;
    assert_written("fe80::1%eth0", "fe80::1");
}

static void test_malformed(void **state)
{
    static const char *const bad[] = {"1.2.3",
                                      "1.2.3.4.5",
                                      "1.2.3.256",
                                      "1..2.3",
                                      "1.2.3.",
                                      "a.b.c.d",
                                      "1.2.3.4 ",
                                      ":",
                                      ":::",
                                      "1:2",
                                      "1:2:3:4:5:6:7:8:9",
                                      "12345::1",
                                      "1::2::3",
                                      "g::1",
                                      "1:2:3:4:5:6:7:",
                                      ":1:2:3:4:5:6:7:8",
                                      "::1.2.3",
                                      "1:2:3:4:5:6:7:1.2.3.4",
                                      "1:2:3:4:5:6:7:8::",
                                      "::1:",
                                      "%eth0:",
                                      "1:2:3:4::5:6:7:8",
                                      "::1.2.3.4:5"};
    struct fsc_addr out;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (read_addr(bad[i], &out))
            fail_msg("accepted %s", bad[i]);
}

static void test_equal(void **state)
{
    struct fsc_addr v4 = addr("192.0.2.1"), mapped = addr("::ffff:192.0.2.1"), other = addr("192.0.2.2");
    struct fsc_addr v6 = addr("2001:db8::1"), v6_other = addr("2001:db8::2"), none = {FSC_ADDR_NONE, {0}};

    (void)state;
    assert_true(fsc_addr_equal(&v4, &v4));
    assert_true(fsc_addr_equal(&v4, &mapped));
    assert_true(fsc_addr_equal(&mapped, &v4));
    assert_false(fsc_addr_equal(&v4, &other));
    assert_true(fsc_addr_equal(&v6, &v6));
    assert_false(fsc_addr_equal(&v6, &v6_other));
    assert_false(fsc_addr_equal(&v4, &v6));
    assert_false(fsc_addr_equal(&none, &v4));
}

static void test_private(void **state)
{
    static const char *const inside[] = {"10.1.2.3",
                                         "172.16.0.1",
                                         "172.31.255.255",
                                         "192.168.0.1",
                                         "100.64.0.1",
                                         "100.127.9.9",
                                         "127.0.0.1",
                                         "169.254.1.1",
                                         "0.0.0.0",
                                         "::1",
                                         "::",
                                         "fe80::1",
                                         "febf::1",
                                         "fc00::1",
                                         "fdff::1",
                                         "::ffff:10.0.0.1"};
    static const char *const outside[] = {"11.0.0.1",    "172.15.0.1",  "172.32.0.1",    "192.169.0.1", "100.63.0.1",
                                          "100.128.0.1", "169.253.0.1", "8.8.8.8",       "::2",         "fec0::1",
                                          "fbff::1",     "2001:db8::1", "::ffff:8.8.8.8"};
    struct fsc_addr a = {FSC_ADDR_NONE, {0}};

    (void)state;
    assert_false(fsc_addr_private(&a));
    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
        a = addr(inside[i]);
        assert_true(fsc_addr_private(&a));
    }
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        a = addr(outside[i]);
        assert_false(fsc_addr_private(&a));
    }
}

static void test_endpoint_text(void **state)
{
    struct fsc_endpoint e = {addr("192.0.2.1"), 21};
    char buf[64];

    (void)state;
    assert_int_equal(fsc_endpoint_text(&e, buf, sizeof buf), 12);
    assert_string_equal(buf, "192.0.2.1:21");
    e.addr = addr("2001:db8::1");
    (void)fsc_endpoint_text(&e, buf, sizeof buf);
    assert_string_equal(buf, "[2001:db8::1]:21");
    e = (struct fsc_endpoint){{FSC_ADDR_NONE, {0}}, 65535};
    (void)fsc_endpoint_text(&e, buf, sizeof buf);
    assert_string_equal(buf, ":65535");
}

static void test_small_buffers(void **state)
{
    struct fsc_addr a = addr("2001:db8:1:2:3:4:5:6");

    (void)state;
    for (size_t cap = 0; cap < 24; cap++) {
        char *buf = malloc(cap > 0 ? cap : 1);
        size_t n = 0;

        assert_non_null(buf);
        n = fsc_addr_text(&a, buf, cap);
        if (cap > 0) {
            assert_true(n < cap);
            assert_int_equal(strlen(buf), n);
        } else {
            assert_int_equal(n, 0);
        }
        free(buf);
    }
}

/* Addresses are compared and hashed byte by byte. */
static void nothing_of_what_was_there_before_stays(void **state)
{
    static const uint8_t zero[16];
    struct fsc_addr addr;

    (void)state;
    memset(&addr, 0xff, sizeof addr);
    assert_true(fsc_addr_parse(FSC_ADDR_V4, span_copy("192.0.2.1", 9), &addr));
    assert_int_equal(addr.kind, FSC_ADDR_V4);
    assert_memory_equal(addr.bytes + 4, zero, 12);
    memset(&addr, 0xff, sizeof addr);
    assert_true(fsc_addr_parse(FSC_ADDR_V6, span_copy("::1", 3), &addr));
    assert_memory_equal(addr.bytes, zero, 15);
    memset(&addr, 0xff, sizeof addr);
    assert_false(fsc_addr_parse(FSC_ADDR_V4, span_copy("192.0.2.x", 9), &addr));
    assert_int_equal(addr.kind, FSC_ADDR_NONE);
    assert_memory_equal(addr.bytes, zero, 16);
}

static void no_kind_of_address_parses_nothing(void **state)
{
    struct fsc_addr addr = {FSC_ADDR_V4, {1, 2, 3, 4}};

    (void)state;
    assert_false(fsc_addr_parse(FSC_ADDR_NONE, span_copy("192.0.2.1", 9), &addr));
    assert_int_equal(addr.kind, FSC_ADDR_NONE);
    assert_int_equal(addr.bytes[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_of_what_was_there_before_stays),
        cmocka_unit_test(no_kind_of_address_parses_nothing),
        cmocka_unit_test(test_v4),
        cmocka_unit_test(test_v6_shortest_form),
        cmocka_unit_test(test_v6_which_zeros),
        cmocka_unit_test(test_v6_with_v4_inside),
        cmocka_unit_test(test_zone_is_dropped),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_private),
        cmocka_unit_test(test_endpoint_text),
        cmocka_unit_test(test_small_buffers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
