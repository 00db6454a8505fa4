/* ranges.c - the holes of one direction: byte ranges that no captured packet covered. At most NET_HOLES_MAX are
 * remembered; when there are more, the oldest (lowest) one can no longer be filled and stays counted as missing. */
#include "monitor/net/internal.h"

#include <glib.h>
#include <string.h>

struct holes {
    size_t count;
    struct {
        uint64_t from, to;
    } range[NET_HOLES_MAX + 1]; /* ascending, disjoint; one spare for a split */
};

static void drop(struct holes *holes, size_t i)
{
    memmove(&holes->range[i], &holes->range[i + 1], (holes->count - i - 1) * sizeof(holes->range[0]));
    holes->count--;
}

void net_holes_add(struct net_half *half, uint64_t from, uint64_t to)
{
    if (to <= from)
        return;
    if (half->ranges == NULL)
        half->ranges = g_new0(struct holes, 1);
    struct holes *holes = half->ranges;
    half->missing_bytes += to - from;
    /* Holes arise at the front only, so ascending order comes by itself. */
    if (holes->count > 0 && holes->range[holes->count - 1].to == from) {
        holes->range[holes->count - 1].to = to;
        return;
    }
    if (holes->count == NET_HOLES_MAX)
        drop(holes, 0);
    holes->range[holes->count].from = from;
    holes->range[holes->count].to = to;
    holes->count++;
}

bool net_holes_have(const struct net_half *half, uint64_t pos)
{
    const struct holes *holes = half->ranges;
    for (size_t i = 0; holes != NULL && i < holes->count; i++) {
        if (pos >= holes->range[i].from && pos < holes->range[i].to)
            return true;
    }
    return false;
}

/* Cuts [from, to) out of hole i; returns the index of the next hole to look at. */
static size_t cut(struct holes *holes, size_t i, uint64_t from, uint64_t to)
{
    uint64_t end = holes->range[i].to;
    if (from <= holes->range[i].from && to >= end) {
        drop(holes, i);
        return i;
    }
    if (from <= holes->range[i].from) {
        holes->range[i].from = to;
        return i + 1;
    }
    holes->range[i].to = from;
    if (to >= end)
        return i + 1;
    memmove(&holes->range[i + 2], &holes->range[i + 1], (holes->count - i - 1) * sizeof(holes->range[0]));
    holes->range[i + 1].from = to;
    holes->range[i + 1].to = end;
    holes->count++;
    return i + 2;
}

uint64_t net_holes_fill(struct net_half *half, uint64_t from, uint64_t to)
{
    struct holes *holes = half->ranges;
    uint64_t filled = 0;
    size_t i = 0;
    while (holes != NULL && i < holes->count && holes->range[i].from < to) {
        uint64_t low = from > holes->range[i].from ? from : holes->range[i].from;
        uint64_t high = to < holes->range[i].to ? to : holes->range[i].to;
        if (low >= high) {
            i++;
            continue;
        }
        filled += high - low;
        i = cut(holes, i, low, high);
    }
    if (holes != NULL && holes->count > NET_HOLES_MAX)
        drop(holes, 0);
    half->missing_bytes -= filled;
    return filled;
}
