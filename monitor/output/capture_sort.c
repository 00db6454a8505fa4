/*
 * capture_sort.c - a list of all blocks, sorted, then copied.
 *
 * Live, some packets are known to be wanted only when later ones have been written. Readers take packets as they come,
 * and time that jumps back would be another story.
 */
#include "monitor/output/capture_sort.h"

#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <unistd.h>

enum {
    BLOCK_PACKET = 6,
    BLOCK_HEAD = 20, /* type, length; of a packet: interface and time */
    BLOCK_MIN = 12,
    BLOCK_MAX = 1 << 20,
    OUT_ROOM = 1 << 20,
};

struct block {
    uint64_t time; /* in the file's own unit; 0: no packet */
    uint64_t offset;
    uint32_t length;
};

struct copy {
    int in, out;
    uint8_t *room; /* OUT_ROOM: waits to be written */
    size_t held;
};

static bool read_at(int descriptor, void *bytes, size_t n, uint64_t offset)
{
    for (size_t done = 0; done < n;) {
        ssize_t got = pread(descriptor, (uint8_t *)bytes + done, n - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

static bool write_held(struct copy *copy)
{
    for (size_t done = 0; done < copy->held;) {
        ssize_t put = write(copy->out, copy->room + done, copy->held - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        done += (size_t)put;
    }
    copy->held = 0;
    return true;
}

/* Our files have the byte order of the machine, and a time in each packet. False at the end. */
static bool next_block(int in, uint64_t offset, struct block *out)
{
    uint32_t head[BLOCK_HEAD / 4] = {0};

    if (!read_at(in, head, 8, offset) || head[1] < BLOCK_MIN || head[1] > BLOCK_MAX || head[1] % 4 != 0)
        return false;
    *out = (struct block){.offset = offset, .length = head[1]};
    uint32_t tail;
    if (!read_at(in, &tail, sizeof(tail), offset + head[1] - sizeof(tail)) || tail != head[1])
        return false; /* broken off */
    if (head[0] == BLOCK_PACKET && head[1] >= BLOCK_HEAD + BLOCK_MIN) {
        if (!read_at(in, head, sizeof(head), offset))
            return false;
        out->time = (uint64_t)head[3] << 32 | head[4];
    }
    return true;
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const struct block *one = a, *other = b;

    if (one->time != other->time)
        return one->time < other->time ? -1 : 1;
    return one->offset < other->offset ? -1 : one->offset > other->offset;
}

static bool copy_block(struct copy *copy, const struct block *block)
{
    if (copy->held + block->length > OUT_ROOM && !write_held(copy))
        return false;
    if (!read_at(copy->in, copy->room + copy->held, block->length, block->offset))
        return false;
    copy->held += block->length;
    return true;
}

bool capture_sort(int in, int out)
{
    GArray *blocks = g_array_new(FALSE, FALSE, sizeof(struct block));
    struct copy copy = {.in = in, .out = out, .room = g_malloc(OUT_ROOM)};
    struct block block;
    bool good = true;

    for (uint64_t at = 0; next_block(in, at, &block); at += block.length)
        g_array_append_val(blocks, block);
    g_array_sort(blocks, by_time);
    for (guint i = 0; good && i < blocks->len; i++)
        good = copy_block(&copy, &g_array_index(blocks, struct block, i));
    good = good && write_held(&copy);
    g_array_free(blocks, TRUE);
    g_free(copy.room);
    return good;
}
