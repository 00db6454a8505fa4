/* test_rotation.c - which names are pieces of one recording. */
#include "monitor/input/rotation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* "a b | c": groups of the names in `paths` (separated by blanks); a '+' behind a group whose names count. */
static void assert_groups(const char *paths, const char *expected)
{
    char **words = g_strsplit(paths, " ", -1);
    GPtrArray *list = g_ptr_array_new();
    GString *got = g_string_new(NULL);

    for (char **word = words; *word != NULL; word++)
        g_ptr_array_add(list, *word);
    GPtrArray *groups = rotation_groups(list);
    for (guint i = 0; i < groups->len; i++) {
        const struct rotation *rotation = groups->pdata[i];
        g_string_append(got, i > 0 ? " | " : "");
        for (guint k = 0; k < rotation->paths->len; k++)
            g_string_append_printf(got, "%s%s", k > 0 ? " " : "", (char *)rotation->paths->pdata[k]);
        g_string_append(got, rotation->paths->len > 1 && rotation->counted ? " +" : "");
    }
    assert_string_equal(got->str, expected);
    g_string_free(got, TRUE);
    g_ptr_array_free(groups, TRUE);
    g_ptr_array_free(list, TRUE);
    g_strfreev(words);
}

static void tcpdump_with_a_size(void **state)
{
    (void)state;
    assert_groups("x.pcap x.pcap1 y.pcap x.pcap2 x.pcap10", "x.pcap x.pcap1 x.pcap2 x.pcap10 + | y.pcap");
    assert_groups("d/x.cap00 e/x.cap01 d/x.cap01.gz", "d/x.cap00 d/x.cap01.gz + | e/x.cap01");
}

static void tcpdump_without_an_ending(void **state)
{
    (void)state;
    assert_groups("d/x d/x1 d/x2 d/x10", "d/x d/x1 d/x2 d/x10 +");
    assert_groups("d/x1 d/x2", "d/x1 | d/x2");
    assert_groups("d/x2 e/x", "d/x2 | e/x");
}

static void tcpdump_with_a_time_and_a_size(void **state)
{
    (void)state;
    assert_groups("x-20261121150000.pcap x-20261121150000.pcap1 x-20261121150003.pcap x-20261121150003.pcap1.gz",
                  "x-20261121150000.pcap x-20261121150000.pcap1 x-20261121150003.pcap x-20261121150003.pcap1.gz");
}

static void tcpdump_with_a_time(void **state)
{
    (void)state;
    assert_groups("x-2026-11-21-150000.pcap x-2026-11-21-160000.pcap y-2026-11-21-150000.pcap",
                  "x-2026-11-21-150000.pcap x-2026-11-21-160000.pcap | y-2026-11-21-150000.pcap");
    assert_groups("x.20261121.pcap x.20261122.pcap.zst", "x.20261121.pcap x.20261122.pcap.zst");
    assert_groups("x_2026-11-21T15:00:00.pcap x_2026-11-21T15:05:00.pcap",
                  "x_2026-11-21T15:00:00.pcap x_2026-11-21T15:05:00.pcap");
    assert_groups("d.1795275600 d.1795275900", "d.1795275600 d.1795275900");
}

static void dumpcap(void **state)
{
    (void)state;
    assert_groups("x_00001_20261121150000.pcapng x_00002_20261121150100.pcapng",
                  "x_00001_20261121150000.pcapng x_00002_20261121150100.pcapng +");
    assert_groups("x_20261121150000_00001.pcapng x_20261121150100_00002.pcapng.gz",
                  "x_20261121150000_00001.pcapng x_20261121150100_00002.pcapng.gz +");
}

static void logrotate(void **state)
{
    (void)state;
    assert_groups("x.pcap x.pcap.1 x.pcap.2.gz", "x.pcap x.pcap.1 x.pcap.2.gz +");
}

/* Captures that people number or name themselves. */
static void names_that_say_nothing(void **state)
{
    (void)state;
    assert_groups("test1.pcap test2.pcap", "test1.pcap | test2.pcap");
    assert_groups("192.0.2.1.pcap 192.0.2.2.pcap", "192.0.2.1.pcap | 192.0.2.2.pcap");
    assert_groups("198.51.100.10.pcap 198.51.100.12.pcap", "198.51.100.10.pcap | 198.51.100.12.pcap");
    assert_groups("203-0-113-1.pcap 203-0-113-10.pcap", "203-0-113-1.pcap | 203-0-113-10.pcap");
    assert_groups("case-1000000001.pcap case-1000000002.pcap", "case-1000000001.pcap | case-1000000002.pcap");
    assert_groups("case-20261399.pcap case-20261398.pcap", "case-20261399.pcap | case-20261398.pcap");
    assert_groups("case-12345678901.pcap case-12345678902.pcap", "case-12345678901.pcap | case-12345678902.pcap");
    assert_groups("a b -", "a | b | -");
}

static void endings(void **state)
{
    static const char *const captures[] = {"a.pcap",   "a.pcapng",  "a.cap",        "a.dmp",       "a.pcap3",
                                           "a.pcap.3", "a.pcap.gz", "a.pcapng.zst", "a.cap12.lz4", "d/a.pcap.1.gz"};
    static const char *const others[] = {"a", "a.log.gz", "a.txt", "a3", ".pcap", "a.gz", "pcap", "3", ".3", ""};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(captures); i++)
        assert_true(rotation_has_capture_ending(captures[i]));
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        assert_false(rotation_has_capture_ending(others[i]));
}

static void one_recording_or_not(void **state)
{
    char one[] = "x.pcap", other[] = "x.pcap1", date[] = "x-20261121.pcap", next[] = "x-20261122.pcap";
    char *counted[] = {one, other}, *dated[] = {date, next}, *mixed[] = {one, other, date};
    (void)state;
    assert_true(rotation_is_counted(counted, 2));
    assert_false(rotation_is_counted(counted, 1));
    assert_false(rotation_is_counted(dated, 2));
    assert_false(rotation_is_counted(mixed, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tcpdump_with_a_size),
        cmocka_unit_test(tcpdump_without_an_ending),
        cmocka_unit_test(tcpdump_with_a_time_and_a_size),
        cmocka_unit_test(tcpdump_with_a_time),
        cmocka_unit_test(dumpcap),
        cmocka_unit_test(logrotate),
        cmocka_unit_test(names_that_say_nothing),
        cmocka_unit_test(endings),
        cmocka_unit_test(one_recording_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
