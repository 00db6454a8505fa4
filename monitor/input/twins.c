/* twins.c - the frames of one microsecond, and which files had each of them. Two programs that record the same
 * interface write the same time, one perhaps without its nanoseconds. */
#include "monitor/input/twins.h"

#include <glib.h>
#include <string.h>

enum {
    HEAD_LEN = 128, /* compared: headers and first bytes; the other file may have a shorter snap length */
    HEAD_MIN = 54,  /* Ethernet, IPv4, TCP: less tells too little, unless both have the same */
    HEADS_MAX = 256 /* frames of one microsecond: the times of a file may all be equal */
};

struct head {
    uint8_t bytes[HEAD_LEN];
    size_t len, wire_len;
    int linktype;
    uint64_t
        files; /* that had it: a bit for the number modulo 64. Where two share a bit, a copy is missed, nothing lost */
};

struct twins {
    struct head heads[HEADS_MAX];
    size_t count;
    int64_t microsecond;
    uint64_t copies;
};

struct twins *twins_new(void)
{
    return g_new0(struct twins, 1);
}

static bool same(const struct head *head, const struct capture_frame *frame, size_t len)
{
    size_t common = MIN(head->len, len);

    return head->wire_len == frame->wire_len && head->linktype == frame->interface->linktype &&
           (common >= HEAD_MIN || head->len == len) && memcmp(head->bytes, frame->captured.p, common) == 0;
}

bool twins_other_file_had(struct twins *twins, size_t file, const struct capture_frame *frame)
{
    int64_t microsecond = frame->time_ns / 1000;
    size_t len = MIN(frame->captured.n, HEAD_LEN);
    uint64_t bit = UINT64_C(1) << file % 64;

    if (microsecond != twins->microsecond)
        twins->count = 0;
    twins->microsecond = microsecond;
    for (size_t i = 0; i < twins->count; i++) {
        struct head *head = &twins->heads[i];
        if ((head->files & bit) != 0 || !same(head, frame, len))
            continue;
        head->files |= bit;
        twins->copies++;
        return true;
    }
    if (twins->count < HEADS_MAX) {
        struct head *head = &twins->heads[twins->count++];
        memcpy(head->bytes, frame->captured.p, len);
        head->len = len;
        head->wire_len = frame->wire_len;
        head->linktype = frame->interface->linktype;
        head->files = bit;
    }
    return false;
}

uint64_t twins_count(const struct twins *twins)
{
    return twins->copies;
}

void twins_free(struct twins **twins)
{
    g_free(*twins);
    *twins = NULL;
}
