/* slabs.c - see slabs.h. */
#include "net/slabs.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "net/internal.h"

/* A sanitizer knows the pieces of malloc alone; clang and gcc say it each in their own way. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WATCHED
#endif

enum {
    /* malloc maps by itself what is larger than 128 KiB, until its owner has given back a larger piece: then a slab
     * stands in the heap, in one piece at least. */
    SLAB_BYTES = 256 * 1024,
    PIECE_MAX = 4096, /* larger pieces are malloc's */
    SIZES = PIECE_MAX / NET_CACHE_LINE
};

struct given {
    struct given *next;
};

struct slabs {
    uint8_t *next; /* in the newest slab */
    size_t left;   /* behind it */
    GPtrArray *all;
    struct given *given[SIZES]; /* by lines of the cache, less one */
};

struct slabs *slabs_new(void)
{
#ifdef WATCHED
    return NULL;
#else
    struct slabs *slabs = g_new0(struct slabs, 1);

    slabs->all = g_ptr_array_new_with_free_func(g_aligned_free);
    return slabs;
#endif
}

void slabs_free(struct slabs **slabs)
{
    if (*slabs == NULL)
        return;
    g_ptr_array_free((*slabs)->all, TRUE);
    g_free(*slabs);
    *slabs = NULL;
}

static size_t size_index(size_t size)
{
    return (MAX(size, 1) - 1) / NET_CACHE_LINE;
}

static void *cut(struct slabs *slabs, size_t size)
{
    if (slabs->left < size) {
        slabs->next = g_aligned_alloc0(1, SLAB_BYTES, NET_CACHE_LINE);
        slabs->left = SLAB_BYTES;
        g_ptr_array_add(slabs->all, slabs->next);
    }
    void *piece = slabs->next;
    slabs->next += size;
    slabs->left -= size;
    return piece;
}

/* Small ones on whole lines would be mostly air. */
static void *take_of_malloc(size_t size)
{
    return size < SLABS_ALIGNED ? g_malloc0(MAX(size, 1)) : g_aligned_alloc0(1, size, NET_CACHE_LINE);
}

static void give_to_malloc(void *piece, size_t size)
{
    if (size < SLABS_ALIGNED)
        g_free(piece);
    else
        g_aligned_free(piece);
}

void *slabs_take(struct slabs *slabs, size_t size)
{
    size_t index = size_index(size), whole = (index + 1) * NET_CACHE_LINE;

    if (slabs == NULL || size > PIECE_MAX)
        return take_of_malloc(size);
    struct given *piece = slabs->given[index];
    if (piece == NULL)
        return cut(slabs, whole);
    slabs->given[index] = piece->next;
    return memset(piece, 0, whole);
}

void slabs_give(struct slabs *slabs, void *piece, size_t size)
{
    if (piece == NULL)
        return;
    if (slabs == NULL || size > PIECE_MAX) {
        give_to_malloc(piece, size);
        return;
    }
    struct given *given = piece;
    given->next = slabs->given[size_index(size)];
    slabs->given[size_index(size)] = given;
}
