/* twins.c - the latest frames, and which files had each of them. Two programs that record the same interface write the
 * same time, one perhaps without its nanoseconds. A file need not be in strict order of time, so frames are remembered
 * for a while; found again by a hash. */
#include "monitor/input/twins.h"

#include <glib.h>
#include <string.h>

enum {
    HEAD_LEN = 128, /* compared: headers and first bytes; the other file may have a shorter snap length */
    HEAD_MIN = 54,  /* Ethernet, IPv4, TCP: less tells too little, unless both have the same */
    HEADS = 1024,   /* remembered: more than neighbours that change places lie apart */
    BUCKETS = 2048,
};

struct head {
    uint8_t bytes[HEAD_LEN];
    size_t len, wire_len;
    int64_t microsecond;
    int linktype;
    uint32_t hash;
    uint16_t next; /* of the same bucket: index + 1, 0 none */
};

struct twins {
    struct head heads[HEADS];
    uint64_t *files; /* `words` for each head: a bit for each file that had it */
    size_t words, made;
    uint16_t bucket[BUCKETS]; /* index + 1, 0 none */
    uint64_t copies;
};

struct twins *twins_new(size_t files)
{
    struct twins *twins = g_new0(struct twins, 1);

    twins->words = (files + 63) / 64;
    twins->files = g_new0(uint64_t, HEADS * twins->words);
    return twins;
}

static void fill(struct head *head, const struct capture_frame *frame)
{
    head->len = MIN(frame->captured.n, HEAD_LEN);
    memcpy(head->bytes, frame->captured.p, head->len);
    head->wire_len = frame->wire_len;
    head->microsecond = frame->time_ns / 1000;
    head->linktype = frame->interface->linktype;
    head->hash = UINT32_C(2166136261) ^ (uint32_t)head->microsecond;
    for (size_t i = 0; i < MIN(head->len, HEAD_MIN); i++)
        head->hash = (head->hash ^ head->bytes[i]) * UINT32_C(16777619);
}

static bool same(const struct head *a, const struct head *b)
{
    size_t common = MIN(a->len, b->len);

    return a->microsecond == b->microsecond && a->wire_len == b->wire_len && a->linktype == b->linktype &&
           (common >= HEAD_MIN || a->len == b->len) && memcmp(a->bytes, b->bytes, common) == 0;
}

bool twins_are(const struct capture_frame *a, const struct capture_frame *b)
{
    struct head one, other;

    fill(&one, a);
    fill(&other, b);
    return same(&one, &other);
}

static void forget(struct twins *twins, size_t at)
{
    uint16_t *place = &twins->bucket[twins->heads[at].hash % BUCKETS];

    while (*place != at + 1)
        place = &twins->heads[*place - 1].next;
    *place = twins->heads[at].next;
}

/* In the place of the oldest. */
static void remember(struct twins *twins, const struct head *head, size_t file)
{
    size_t at = twins->made % HEADS;
    uint64_t *files = twins->files + at * twins->words;
    uint16_t *bucket = &twins->bucket[head->hash % BUCKETS];

    if (twins->made >= HEADS)
        forget(twins, at);
    twins->made++;
    twins->heads[at] = *head;
    twins->heads[at].next = *bucket;
    *bucket = (uint16_t)(at + 1);
    memset(files, 0, twins->words * sizeof(*files));
    files[file / 64] = UINT64_C(1) << file % 64;
}

bool twins_other_file_had(struct twins *twins, size_t file, const struct capture_frame *frame)
{
    struct head head;
    uint64_t bit = UINT64_C(1) << file % 64;

    fill(&head, frame);
    for (size_t at = twins->bucket[head.hash % BUCKETS]; at != 0; at = twins->heads[at - 1].next) {
        uint64_t *files = twins->files + (at - 1) * twins->words + file / 64;
        if ((*files & bit) != 0 || !same(&twins->heads[at - 1], &head))
            continue;
        *files |= bit;
        twins->copies++;
        return true;
    }
    remember(twins, &head, file);
    return false;
}

uint64_t twins_count(const struct twins *twins)
{
    return twins->copies;
}

void twins_free(struct twins **twins)
{
    if (*twins == NULL)
        return;
    g_free((*twins)->files);
    g_free(*twins);
    *twins = NULL;
}
