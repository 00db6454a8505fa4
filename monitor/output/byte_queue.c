#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* clock and timed waits */
#endif

#include "monitor/output/byte_queue.h"

#include <glib.h>
#include <pthread.h>
#include <time.h>

#include "monitor/output/buf.h"

enum {
    BREATH_NS = 1000000,   /* between two takes of a busy stream */
    MOMENT_NS = 100000000, /* a pause when there is not much time left */
    MUCH = 64 * 1024,      /* worth a write at once */
    KEEP = 1024 * 1024,    /* a buffer that had to grow beyond it is given back */
};

static const int64_t ns_per_second = 1000000000;

struct byte_queue {
    pthread_mutex_t mutex;
    pthread_cond_t more;
    struct buf waiting, leaving; /* the second belongs to the consumer */
    size_t limit;
    uint64_t dropped;
    bool asleep, nudged, ended;
    int64_t taken_ns; /* the consumer's */
};

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * ns_per_second + now.tv_nsec;
}

struct byte_queue *byte_queue_new(size_t limit)
{
    struct byte_queue *queue = g_new0(struct byte_queue, 1);
    pthread_condattr_t monotonic;

    queue->limit = limit;
    pthread_mutex_init(&queue->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&queue->more, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return queue;
}

void byte_queue_free(struct byte_queue **queue)
{
    struct byte_queue *q = *queue;

    if (q == NULL)
        return;
    pthread_cond_destroy(&q->more);
    pthread_mutex_destroy(&q->mutex);
    buf_free(&q->waiting);
    buf_free(&q->leaving);
    g_free(q);
    *queue = NULL;
}

/* ---- who puts ---- */

static void wake(struct byte_queue *queue)
{
    if (!queue->asleep)
        return;
    queue->asleep = false;
    pthread_cond_signal(&queue->more);
}

bool byte_queue_put(struct byte_queue *queue, const char *bytes, size_t n)
{
    pthread_mutex_lock(&queue->mutex);
    bool fits = n <= queue->limit && queue->waiting.len <= queue->limit - n;
    if (fits) {
        buf_bytes(&queue->waiting, bytes, n);
        wake(queue);
    } else {
        queue->dropped++;
    }
    pthread_mutex_unlock(&queue->mutex);
    return fits;
}

void byte_queue_put_anyway(struct byte_queue *queue, const char *bytes, size_t n)
{
    pthread_mutex_lock(&queue->mutex);
    buf_bytes(&queue->waiting, bytes, n);
    wake(queue);
    pthread_mutex_unlock(&queue->mutex);
}

uint64_t byte_queue_dropped(struct byte_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    uint64_t dropped = queue->dropped;
    pthread_mutex_unlock(&queue->mutex);
    return dropped;
}

size_t byte_queue_waiting(struct byte_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    size_t waiting = queue->waiting.len;
    pthread_mutex_unlock(&queue->mutex);
    return waiting;
}

void byte_queue_nudge(struct byte_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->nudged = true;
    pthread_cond_signal(&queue->more);
    pthread_mutex_unlock(&queue->mutex);
}

void byte_queue_end(struct byte_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->ended = true;
    pthread_cond_signal(&queue->more);
    pthread_mutex_unlock(&queue->mutex);
}

/* ---- who takes ---- */

/* Under the lock; `asleep` says whether a put may end it. */
static void wait_until(struct byte_queue *queue, bool for_bytes, int64_t until_ns)
{
    struct timespec until = {until_ns / ns_per_second, until_ns % ns_per_second};
    bool ended = queue->ended && !for_bytes;

    while (!queue->nudged && queue->ended == ended && !(for_bytes && queue->waiting.len > 0)) {
        queue->asleep = for_bytes;
        if (until_ns < 0)
            pthread_cond_wait(&queue->more, &queue->mutex);
        else if (pthread_cond_timedwait(&queue->more, &queue->mutex, &until) != 0)
            break;
    }
    queue->asleep = false;
}

struct fsc_span byte_queue_take(struct byte_queue *queue, int64_t wait_ns)
{
    int64_t now = now_ns();

    pthread_mutex_lock(&queue->mutex);
    if (!queue->ended && now - queue->taken_ns < BREATH_NS && queue->waiting.len < MUCH)
        wait_until(queue, false, now + BREATH_NS);
    if (queue->leaving.cap > KEEP)
        buf_free(&queue->leaving);
    queue->leaving.len = 0;
    wait_until(queue, true, wait_ns < 0 ? -1 : now + wait_ns);
    struct buf full = queue->waiting;
    queue->waiting = queue->leaving;
    queue->leaving = full;
    queue->nudged = false;
    pthread_mutex_unlock(&queue->mutex);
    queue->taken_ns = full.len > 0 ? now_ns() : 0;
    return (struct fsc_span){(const uint8_t *)full.data, full.len};
}

void byte_queue_pause(struct byte_queue *queue, int64_t wait_ns)
{
    pthread_mutex_lock(&queue->mutex);
    wait_until(queue, false, now_ns() + (queue->ended ? MOMENT_NS : wait_ns));
    queue->nudged = false;
    pthread_mutex_unlock(&queue->mutex);
}

bool byte_queue_ended(struct byte_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    bool ended = queue->ended;
    pthread_mutex_unlock(&queue->mutex);
    return ended;
}
