/* writer.c - the thread, and what it does about errors. descriptor.c writes without waiting. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memrchr */
#endif

#include "monitor/output/writer.h"

#include <errno.h>
#include <glib.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "monitor/output/byte_queue.h"
#include "monitor/output/descriptor.h"
#include "monitor/output/thread.h"

enum { LOOK_MS = 100, RETRY_NS = 1000000000, IN_ALL = 5 /* times the patience */ };

struct writer {
    struct descriptor out;
    struct target target; /* of writer_open */
    char *name;
    struct notices *notices;
    struct byte_queue *queue;
    pthread_t thread;
    bool started;
    atomic_int failed, error; /* nothing can be written any more; the last one */
    atomic_bool reopen;
    atomic_int_fast64_t patience_ms, last_ms; /* of the end: 0 while it has not come; and when it comes at the latest */
    atomic_uint_fast64_t refused;             /* put after it had failed */
    /* the thread's */
    struct fsc_span rest;
    int64_t progress_ms;
    uint64_t troubled_dropped; /* dropped when the trouble began */
    size_t begun;              /* bytes of the record at the front of `rest` that are written, and stand before it */
    bool troubled;
    atomic_uint_fast64_t lost;
};

static uint64_t records_in(struct fsc_span bytes)
{
    uint64_t records = 0;

    for (const uint8_t *at = bytes.p, *end = bytes.p + bytes.n; at < end; at++) {
        at = memchr(at, '\n', (size_t)(end - at));
        if (at == NULL)
            break;
        records++;
    }
    return records;
}

/* ---- the thread ---- */

static bool is_over(const struct writer *writer)
{
    int64_t patience = atomic_load(&writer->patience_ms), last = atomic_load(&writer->last_ms);
    int64_t now = thread_now_ms(), began = last - IN_ALL * patience;
    return patience > 0 && (now - MAX(writer->progress_ms, began) >= patience || now >= last);
}

/* A file ends with a whole record, so that it can be read whatever comes next. */
static void take_record_back(struct writer *writer)
{
    if (writer->begun == 0 || !descriptor_take_back(&writer->out, writer->begun))
        return;
    writer->rest = (struct fsc_span){writer->rest.p - writer->begun, writer->rest.n + writer->begun};
    writer->begun = 0;
}

static void skip_broken_record(struct writer *writer)
{
    const uint8_t *end = writer->begun > 0 ? memchr(writer->rest.p, '\n', writer->rest.n) : NULL;

    if (end == NULL)
        return;
    size_t n = (size_t)(end - writer->rest.p) + 1;
    writer->rest = (struct fsc_span){writer->rest.p + n, writer->rest.n - n};
    writer->begun = 0;
    atomic_fetch_add(&writer->lost, 1);
}

static void open_again(struct writer *writer)
{
    struct descriptor fresh;
    char *why = NULL;

    if (!descriptor_append(&fresh, &writer->target, &why)) {
        notices_add(writer->notices, g_strdup_printf("%s; the old file is written on", why));
        g_free(why);
        return;
    }
    descriptor_close(&writer->out);
    writer->out = fresh;
    skip_broken_record(writer);
}

/* Once for each time of trouble. */
static void tell_trouble(struct writer *writer, int error)
{
    atomic_store(&writer->error, error);
    if (writer->troubled)
        return;
    writer->troubled = true;
    writer->troubled_dropped = writer_dropped(writer);
    notices_add(writer->notices, g_strdup_printf("%s: cannot be written: %s; tried again every second", writer->name,
                                                 g_strerror(error)));
}

static void tell_end_of_trouble(struct writer *writer)
{
    if (!writer->troubled)
        return;
    writer->troubled = false;
    notices_add(writer->notices, g_strdup_printf("%s: is written again; records that are missing: %" G_GUINT64_FORMAT,
                                                 writer->name, writer_dropped(writer) - writer->troubled_dropped));
}

static void give_up_rest(struct writer *writer)
{
    take_record_back(writer);
    atomic_fetch_add(&writer->lost, records_in(writer->rest));
    writer->rest.n = 0;
}

/* Whoever hears of it finds everything counted. Who reads standard output and has had enough needs no words. */
static void fail(struct writer *writer, int error)
{
    char *words = NULL;

    give_up_rest(writer);
    atomic_store(&writer->error, error);
    atomic_store(&writer->failed, error);
    if (error != EPIPE)
        words = g_strdup_printf("%s: cannot be written: %s", writer->name, g_strerror(error));
    else if (writer->target.path != NULL)
        words = g_strdup_printf("%s: its reader has gone", writer->name);
    notices_add(writer->notices, words);
}

static void take_away(struct writer *writer, size_t n)
{
    const uint8_t *end = memrchr(writer->rest.p, '\n', n);

    writer->begun = end != NULL ? (size_t)(writer->rest.p + n - (end + 1)) : writer->begun + n;
    writer->rest = (struct fsc_span){writer->rest.p + n, writer->rest.n - n};
    writer->progress_ms = thread_now_ms();
    if (end != NULL)
        tell_end_of_trouble(writer);
}

static void write_rest(struct writer *writer)
{
    while (writer->rest.n > 0 && atomic_load(&writer->failed) == 0 && !is_over(writer)) {
        if (atomic_exchange(&writer->reopen, false))
            open_again(writer);
        if (writer->rest.n == 0) /* it was the end of a record whose beginning is in the old file */
            break;
        ssize_t n = descriptor_write(&writer->out, writer->rest);
        if (n > 0) {
            take_away(writer, (size_t)n);
        } else if (n == 0) {
            descriptor_wait(&writer->out, LOOK_MS);
        } else if (errno == ENOSPC || errno == EDQUOT || descriptor_is_file(&writer->out)) {
            tell_trouble(writer, errno);
            take_record_back(writer);
            byte_queue_pause(writer->queue, RETRY_NS);
        } else {
            fail(writer, errno);
        }
    }
    give_up_rest(writer);
}

static void *run(void *state)
{
    struct writer *writer = state;

    for (;;) {
        bool ended = byte_queue_ended(writer->queue); /* asked first: what was put before the end is taken */
        writer->rest = byte_queue_take(writer->queue, -1);
        if (ended && writer->rest.n == 0)
            return NULL;
        write_rest(writer);
        if (atomic_exchange(&writer->reopen, false))
            open_again(writer);
    }
}

/* ---- outside ---- */

static struct writer *make(const char *name, size_t queue_bytes, struct notices *notices)
{
    struct writer *writer = g_new0(struct writer, 1);

    writer->name = g_strdup(name);
    writer->notices = notices;
    writer->queue = byte_queue_new(queue_bytes > 0 ? queue_bytes : WRITER_QUEUE);
    return writer;
}

struct writer *writer_new(int descriptor, const char *name, size_t queue_bytes, struct notices *notices)
{
    struct writer *writer = make(name, queue_bytes, notices);

    writer->out = descriptor_borrow(descriptor);
    return writer;
}

static void writer_free(struct writer **writer)
{
    descriptor_close(&(*writer)->out);
    target_close(&(*writer)->target);
    byte_queue_free(&(*writer)->queue);
    g_free((*writer)->name);
    g_free(*writer);
    *writer = NULL;
}

struct writer *writer_open(const char *path, const struct target_owner *owner, size_t queue_bytes,
                           struct notices *notices, char **message)
{
    struct writer *writer = make(path, queue_bytes, notices);

    writer->out = DESCRIPTOR_NONE;
    if (!target_open(&writer->target, path, owner, message) ||
        !descriptor_append(&writer->out, &writer->target, message))
        writer_free(&writer);
    return writer;
}

void writer_start(struct writer *writer)
{
    writer->started = true;
    thread_start(&writer->thread, "output", run, writer);
}

bool writer_put(struct writer *writer, const char *bytes, size_t n)
{
    if (atomic_load_explicit(&writer->failed, memory_order_relaxed) == 0)
        return byte_queue_put(writer->queue, bytes, n);
    atomic_fetch_add(&writer->refused, 1);
    return false;
}

static void put_from_sink(void *state, const char *bytes, size_t n)
{
    (void)writer_put(state, bytes, n);
}

struct byte_sink writer_sink(struct writer *writer)
{
    return (struct byte_sink){put_from_sink, writer};
}

uint64_t writer_dropped(struct writer *writer)
{
    return byte_queue_dropped(writer->queue) + atomic_load(&writer->refused) + atomic_load(&writer->lost);
}

size_t writer_waiting(struct writer *writer)
{
    return byte_queue_waiting(writer->queue);
}

int writer_failed(struct writer *writer)
{
    return atomic_load(&writer->failed);
}

void writer_reopen(struct writer *writer)
{
    if (writer->target.path == NULL)
        return;
    atomic_store(&writer->reopen, true);
    byte_queue_nudge(writer->queue);
}

uint64_t writer_close(struct writer **writer, int64_t patience_ms, int *error)
{
    struct writer *w = *writer;
    uint64_t before = atomic_load(&w->lost), lost;

    *writer = NULL;
    *error = 0;
    atomic_store(&w->last_ms, thread_now_ms() + IN_ALL * patience_ms);
    atomic_store(&w->patience_ms, MAX(patience_ms, 1));
    byte_queue_end(w->queue);
    if (w->started && !thread_join(w->thread, IN_ALL * patience_ms + 1000))
        return 1; /* the kernel holds it, and it holds everything: at least what it was writing */
    lost = atomic_load(&w->lost) - before;
    if (!w->started)
        lost += records_in(byte_queue_take(w->queue, 0));
    *error = atomic_load(&w->error);
    writer_free(&w);
    return lost;
}
