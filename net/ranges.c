/*
 * ranges.c - the holes of one direction: byte ranges that no captured packet covered. New ones arise in front of all
 * others only; retransmissions fill them anywhere. At most NET_HOLES_MAX are remembered; when there are more, the
 * oldest (lowest) one can no longer be filled and stays counted as missing.
 */
#include "net/internal.h"

#include <glib.h>
#include <string.h>

struct hole {
    uint64_t from, to;
};

struct holes {
    struct hole *range; /* ascending, disjoint */
    size_t first;       /* those before it were given up: the room is used again when it is half of all */
    size_t count, cap;  /* from `first` on; room in all */
};

enum { HOLES_FIRST = 8 };

static void make_room(struct holes *holes)
{
    if (holes->first + holes->count < holes->cap)
        return;
    if (holes->first > 0 && holes->first >= holes->cap / 2) {
        memmove(holes->range, holes->range + holes->first, holes->count * sizeof(holes->range[0]));
        holes->first = 0;
        return;
    }
    holes->cap = MAX(2 * holes->cap, HOLES_FIRST);
    holes->range = g_renew(struct hole, holes->range, holes->cap);
}

static void drop(struct holes *holes, size_t i)
{
    struct hole *range = holes->range + holes->first;

    if (i == 0)
        holes->first++;
    else
        memmove(range + i, range + i + 1, (holes->count - i - 1) * sizeof(range[0]));
    holes->count--;
}

static void insert(struct holes *holes, size_t i, uint64_t from, uint64_t to)
{
    make_room(holes);
    struct hole *range = holes->range + holes->first;
    memmove(range + i + 1, range + i, (holes->count - i) * sizeof(range[0]));
    range[i] = (struct hole){from, to};
    if (++holes->count > NET_HOLES_MAX)
        drop(holes, 0);
}

void net_holes_add(struct net_half *half, uint64_t from, uint64_t to)
{
    if (to <= from)
        return;
    if (half->ranges == NULL)
        half->ranges = g_new0(struct holes, 1);
    struct holes *holes = half->ranges;
    struct hole *last = holes->count > 0 ? holes->range + holes->first + holes->count - 1 : NULL;
    half->missing_bytes += to - from;
    if (last != NULL && last->to == from)
        last->to = to;
    else
        insert(holes, holes->count, from, to);
}

/* The first hole that ends behind `pos`; `count` when there is none. */
static size_t find(const struct holes *holes, uint64_t pos)
{
    const struct hole *range = holes->range + holes->first;
    size_t low = 0, high = holes->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (range[middle].to > pos)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

bool net_holes_have(const struct net_half *half, uint64_t pos)
{
    const struct holes *holes = half->ranges;

    if (holes == NULL || holes->count == 0)
        return false;
    size_t i = find(holes, pos);
    return i < holes->count && holes->range[holes->first + i].from <= pos;
}

/* Cuts [from, to), which lies inside hole i, out of it. Returns the index of the next hole to look at. */
static size_t cut(struct holes *holes, size_t i, uint64_t from, uint64_t to)
{
    struct hole *hole = holes->range + holes->first + i;
    struct hole old = *hole;

    if (from == old.from && to == old.to) {
        drop(holes, i);
        return i;
    }
    if (from == old.from) {
        hole->from = to;
        return i + 1;
    }
    hole->to = from;
    if (to < old.to)
        insert(holes, i + 1, to, old.to);
    return i + 1;
}

uint64_t net_holes_fill(struct net_half *half, uint64_t from, uint64_t to)
{
    struct holes *holes = half->ranges;
    uint64_t filled = 0;

    if (holes == NULL || holes->count == 0)
        return 0;
    for (size_t i = find(holes, from); i < holes->count;) {
        const struct hole *hole = holes->range + holes->first + i;
        if (hole->from >= to)
            break;
        uint64_t low = MAX(from, hole->from), high = MIN(to, hole->to);
        filled += high - low;
        i = cut(holes, i, low, high);
    }
    half->missing_bytes -= filled;
    return filled;
}

size_t net_holes_memory(const struct net_half *half)
{
    const struct holes *holes = half->ranges;

    return holes != NULL ? sizeof(*holes) + holes->cap * sizeof(holes->range[0]) : 0;
}

void net_holes_free(struct net_half *half)
{
    struct holes *holes = half->ranges;

    if (holes != NULL)
        g_free(holes->range);
    g_free(holes);
    half->ranges = NULL;
}
