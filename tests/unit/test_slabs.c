/* Memory of what is kept from packet to packet: every piece is its own, empty at first, and what was given back is used
 * again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/slabs.h"

enum { PIECES = 5000, LARGEST = 9000, LINE = 64 };

static uint8_t *pieces[PIECES];

static size_t size_of(size_t i)
{
    return i * 37 % LARGEST;
}

static bool is_all(const uint8_t *bytes, size_t n, uint8_t value)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

static void take(struct slabs *slabs, size_t i)
{
    pieces[i] = slabs_take(slabs, size_of(i));
    assert_non_null(pieces[i]);
    if (size_of(i) >= SLABS_ALIGNED)
        assert_int_equal((uintptr_t)pieces[i] % LINE, 0);
    assert_true(is_all(pieces[i], size_of(i), 0));
    memset(pieces[i], (int)(i % 255 + 1), size_of(i));
}

static void give(struct slabs *slabs, size_t i)
{
    assert_true(is_all(pieces[i], size_of(i), (uint8_t)(i % 255 + 1)));
    slabs_give(slabs, pieces[i], size_of(i));
}

static void keep_apart(struct slabs *slabs)
{
    for (size_t i = 0; i < PIECES; i++)
        take(slabs, i);
    for (int round = 0; round < 3; round++) {
        for (size_t i = (size_t)round; i < PIECES; i += 3)
            give(slabs, i);
        for (size_t i = (size_t)round; i < PIECES; i += 3)
            take(slabs, i);
    }
    for (size_t i = 0; i < PIECES; i++)
        give(slabs, i);
}

static void test_pieces_of_slabs(void **state)
{
    struct slabs *slabs = slabs_new();

    (void)state;
    keep_apart(slabs);
    slabs_free(&slabs);
    assert_null(slabs);
}

static void test_pieces_of_malloc(void **state)
{
    struct slabs *none = NULL;

    (void)state;
    keep_apart(none);
    slabs_give(none, NULL, 100);
    slabs_free(&none);
}

static void test_given_is_used_again(void **state)
{
    struct slabs *slabs = slabs_new();

    (void)state;
    if (slabs == NULL) /* a sanitizer watches the pieces of malloc */
        skip();
    void *first = slabs_take(slabs, 200), *other = slabs_take(slabs, 200);
    slabs_give(slabs, first, 200);
    assert_ptr_equal(slabs_take(slabs, 250), first); /* as many lines of the cache */
    assert_ptr_not_equal(slabs_take(slabs, 200), other);
    slabs_free(&slabs); /* and what was not given back with it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_of_slabs),
        cmocka_unit_test(test_pieces_of_malloc),
        cmocka_unit_test(test_given_is_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
