/* span.h - spans for tests: each in a block of its own and of exactly its size, so that the address sanitizer sees a
 * read of one byte too many. */
#ifndef TESTS_SPAN_H
#define TESTS_SPAN_H

#include "core/ftpscope.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SPAN_SLOTS = 256 };

static inline void **span_slots(void)
{
    static void *slots[SPAN_SLOTS];

    return slots;
}

static inline void span_free_all(void)
{
    for (size_t i = 0; i < SPAN_SLOTS; i++)
        free(span_slots()[i]);
}

/* Lives until SPAN_SLOTS further spans were made. */
static inline struct fsc_span span_copy(const void *bytes, size_t n)
{
    static size_t made;
    void **slot = span_slots() + made % SPAN_SLOTS;

    if (made++ == 0)
        atexit(span_free_all);
    free(*slot);
    *slot = malloc(n > 0 ? n : 1);
    if (*slot == NULL)
        abort();
    memcpy(*slot, bytes, n);
    return (struct fsc_span){*slot, n};
}

/* `n` bytes that repeat `pattern`. */
static inline struct fsc_span span_repeat(const char *pattern, size_t n)
{
    char *bytes = malloc(n);
    struct fsc_span span;

    if (bytes == NULL)
        abort();
    for (size_t i = 0, length = strlen(pattern); i < n; i++)
        bytes[i] = pattern[i % length];
    span = span_copy(bytes, n);
    free(bytes);
    return span;
}

/* A literal without its final NUL; NULs inside stay. */
#define SPAN(literal) span_copy(literal, sizeof(literal) - 1)

/* Hostile input: linear work takes well under a second, quadratic work on FSC_LINE_MAX bytes takes minutes. */
#define assert_quick(since) assert_true((double)(clock() - (since)) / CLOCKS_PER_SEC < 20.0)

#define assert_span(span, literal)                                                                                     \
    do {                                                                                                               \
        struct fsc_span span_ = (span);                                                                                \
        assert_int_equal(span_.n, sizeof(literal) - 1);                                                                \
        if (span_.n > 0)                                                                                               \
            assert_memory_equal(span_.p, literal, sizeof(literal) - 1);                                                \
    } while (0)

#endif
