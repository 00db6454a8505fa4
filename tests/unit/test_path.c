/* test_path.c - the path of a 257, and joining directories by words alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/span.h"
#include <cmocka.h>

#define assert_quoted(literal, expected)                                                                               \
    do {                                                                                                               \
        uint8_t buf_[48];                                                                                              \
        size_t n_ = fsc_quoted_path(SPAN(literal), buf_, sizeof buf_);                                                 \
        assert_span(((struct fsc_span){buf_, n_}), expected);                                                          \
    } while (0)

#define assert_joined(cwd, arg, expected)                                                                              \
    do {                                                                                                               \
        uint8_t buf_[48];                                                                                              \
        bool cut_ = true;                                                                                              \
        size_t n_ = fsc_path_join(SPAN(cwd), SPAN(arg), buf_, sizeof buf_, &cut_);                                     \
        assert_span(((struct fsc_span){buf_, n_}), expected);                                                          \
        assert_false(cut_);                                                                                            \
    } while (0)

static void test_quoted(void **state)
{
    (void)state;
    assert_quoted("\"/\" is the current directory", "/");
    assert_quoted("\"/a b\" created", "/a b");
    assert_quoted("rubbish before \"/a\" and \"/b\"", "/a");
}

static void test_doubled_quote(void **state)
{
    (void)state;
    assert_quoted("\"/a\"\"b\"", "/a\"b"); /* F-18 */
    assert_quoted("\"/a\"\"b\" is current", "/a\"b");
    assert_quoted("\"\"\"x\"\"\"", "\"x\"");
}

static void test_open_quote_is_no_path(void **state)
{
    (void)state;
    assert_quoted("\"Only one", ""); /* F-18 */
    assert_quoted("\"/a\"\"", "");
    assert_quoted("\"", "");
}

static void test_empty_path(void **state)
{
    (void)state;
    assert_quoted("\"\" is current", "");
    assert_quoted("\"\"", "");
    assert_quoted("", "");
    assert_quoted("no path here", "");
}

static void test_without_quotes(void **state)
{
    (void)state;
    assert_quoted("PWD = /x", "/x"); /* F-18 */
    assert_quoted("PWD=/x y ", "/x y");
    assert_quoted("PWD =", "");
}

static void test_other_systems(void **state)
{
    (void)state;
    assert_quoted("\"QGPL\" is the current library", "QGPL");
    assert_quoted("\"'HLQ.'\" is working directory", "'HLQ.'");
    assert_quoted("\"C:\\dir\" is current", "C:\\dir");
}

static void test_quoted_is_bounded(void **state)
{
    uint8_t buf[4];

    (void)state;
    assert_int_equal(fsc_quoted_path(SPAN("\"/abcdef\""), buf, 3), 3);
    assert_memory_equal(buf, "/ab", 3);
    assert_int_equal(fsc_quoted_path(SPAN("PWD = /abcdef"), buf, 3), 3);
    assert_int_equal(fsc_quoted_path(SPAN("\"/a\""), buf, 0), 0);
}

static void test_join_relative(void **state)
{
    (void)state;
    assert_joined("/", "a", "/a");
    assert_joined("/a", "b/c", "/a/b/c");
    assert_joined("/a/", "b/", "/a/b");
    assert_joined("/a", "", "/a");
    assert_joined("/a", " b ", "/a/ b ");
}

static void test_join_absolute(void **state)
{
    (void)state;
    assert_joined("/a", "/b", "/b");
    assert_joined("?", "/b", "/b");
    assert_joined("C:/x", "/b", "/b");
}

static void test_join_normalises(void **state)
{
    (void)state;
    assert_joined("/a", "//b///c/.", "/b/c");
    assert_joined("/a/b", "..", "/a");
    assert_joined("/a/b", "../../c", "/c");
    assert_joined("/a/b", "./../x/../y", "/a/y");
    assert_joined("/", "..", "/");
    assert_joined("/", "../../x", "/x");
    assert_joined("/a", "...", "/a/...");
    assert_joined("/a", "..b/.c", "/a/..b/.c");
}

static void test_join_unknown_start(void **state)
{
    (void)state;
    assert_joined("?", "name", "?/name");
    assert_joined("", "name", "?/name");
    assert_joined("?/a", "../b", "?/b");
    assert_joined("?", "", "?");
    assert_joined("?/a", "..", "?");
}

/* What is above an unknown place has no name: leaving ".." away would claim a wrong one. */
static void test_join_above_an_unknown_start(void **state)
{
    (void)state;
    assert_joined("?", "../x", "?/../x");
    assert_joined("?", "..", "?/..");
    assert_joined("?/..", "..", "?/../..");
    assert_joined("?/../x", "..", "?/..");
    assert_joined("/a", "~/../x", "~/../x");
}

static void test_join_question_mark_as_a_name(void **state)
{
    (void)state;
    assert_joined("/a", "?", "/a/?");
}

static void test_join_home(void **state)
{
    (void)state;
    assert_joined("/a", "~", "~");
    assert_joined("/a", "~bob/x", "~bob/x");
    assert_joined("/a", "b/~", "/a/b/~");
}

static void test_join_drive(void **state)
{
    (void)state;
    assert_joined("/a", "C:/x/../y", "C:/y");
    assert_joined("/a", "c:\\dir\\..\\file", "c:/file");
    assert_joined("C:\\dir", "sub", "C:/dir/sub");
    assert_joined("C:/", "..", "C:/");
    assert_joined("/a", "C:", "C:/");
    assert_joined("/a", "C:x", "/a/C:x");
    assert_joined("/a", "b\\..\\c", "/a/b\\..\\c");
}

static void test_join_other_systems(void **state)
{
    (void)state;
    assert_joined("QGPL", "x", "QGPL/x");
    assert_joined("QGPL", "..", "QGPL/..");
}

static void test_join_cut(void **state)
{
    uint8_t *buf = malloc(4);
    bool cut = false;

    (void)state;
    assert_non_null(buf);
    assert_int_equal(fsc_path_join(SPAN("/abc"), SPAN("def"), buf, 4, &cut), 4);
    assert_true(cut);
    assert_memory_equal(buf, "/abc", 4);
    assert_int_equal(fsc_path_join(SPAN("/abc"), SPAN(""), buf, 4, &cut), 4);
    assert_false(cut);
    assert_int_equal(fsc_path_join(SPAN("~verylong"), SPAN(".."), buf, 4, &cut), 4);
    assert_true(cut);
    assert_int_equal(fsc_path_join(SPAN("/a"), SPAN("b"), buf, 0, &cut), 0);
    assert_true(cut);
    free(buf);
}

static void test_join_many_parents_are_linear(void **state)
{
    clock_t since = clock();
    static uint8_t buf[FSC_LINE_MAX * 2];
    struct fsc_span cwd = SPAN("/a/b"), nowhere = SPAN("?");
    struct fsc_span up = span_repeat("../", 60000), down = span_repeat("aaaa/../", 60000);
    bool cut;

    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(fsc_path_join(cwd, up, buf, sizeof buf, &cut), 1);
        assert_int_equal(fsc_path_join(cwd, down, buf, sizeof buf, &cut), 4);
        assert_int_equal(fsc_path_join(nowhere, up, buf, sizeof buf, &cut), 1 + 60000);
    }
    assert_quick(since);
}

static void expect_unique(const char *text, const char *name)
{
    struct fsc_span found;
    struct fsc_span in = {(const uint8_t *)text, strlen(text)};

    assert_int_equal(fsc_unique_name(in, &found), name != NULL);
    if (name == NULL)
        return;
    assert_int_equal(found.n, strlen(name));
    assert_memory_equal(found.p, name, found.n);
}

/* RFC 1123 4.1.2.9, and the words of BSD's ftpd behind the transfer. */
static void test_unique_name(void **state)
{
    (void)state;
    expect_unique("FILE: ftp8a4.tmp", "ftp8a4.tmp");
    expect_unique("FILE: a(1).", "a(1).");
    expect_unique("file:x y ", "x y");
    expect_unique("Transfer complete (unique file name:up.1).", "up.1");
    expect_unique("Transfer complete (Unique file name: a(1)).", "a(1)");
    expect_unique("FILE:", NULL);
    expect_unique("FILE: ", NULL);
    expect_unique("unique file name:", NULL);
    expect_unique("unique file name:).", NULL);
    expect_unique("Profile: big.bin", NULL);
    expect_unique("", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quoted),
        cmocka_unit_test(test_doubled_quote),
        cmocka_unit_test(test_open_quote_is_no_path),
        cmocka_unit_test(test_empty_path),
        cmocka_unit_test(test_without_quotes),
        cmocka_unit_test(test_other_systems),
        cmocka_unit_test(test_quoted_is_bounded),
        cmocka_unit_test(test_unique_name),
        cmocka_unit_test(test_join_relative),
        cmocka_unit_test(test_join_absolute),
        cmocka_unit_test(test_join_normalises),
        cmocka_unit_test(test_join_unknown_start),
        cmocka_unit_test(test_join_above_an_unknown_start),
        cmocka_unit_test(test_join_question_mark_as_a_name),
        cmocka_unit_test(test_join_home),
        cmocka_unit_test(test_join_drive),
        cmocka_unit_test(test_join_other_systems),
        cmocka_unit_test(test_join_cut),
        cmocka_unit_test(test_join_many_parents_are_linear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
