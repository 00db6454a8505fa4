/* rotating.c - what is put, and the whole. rotating_files.c is the thread. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "monitor/input/pcapng.h"
#include "monitor/output/capture_writer.h"
#include "monitor/output/rotating_internal.h"

enum { QUEUE_BYTES = 32 * 1024 * 1024 };

/* What comes before packets must not be dropped when packets are. */
static void put_block(void *state, const char *bytes, size_t n)
{
    struct rotating *r = state;
    struct fsc_span block = {(const uint8_t *)bytes, n};

    if (packet_block_type(block) == PCAPNG_PACKET)
        (void)byte_queue_put(r->queue, bytes, n);
    else
        byte_queue_put_anyway(r->queue, bytes, n);
}

static bool open_first(struct rotating *r, char **message)
{
    const struct rotating_options *o = &r->options;
    bool rotates = o->file_bytes > 0 || o->seconds > 0;

    if (strcmp(o->path, "-") == 0) {
        if (rotates)
            *message = g_strdup("standard output cannot be rotated: name a file");
        else
            packet_file_begin_at(&r->file, STDOUT_FILENO);
        r->has_file = !rotates;
        return r->has_file;
    }
    if (!target_open(&r->target, o->path, o->owner, message))
        return false;
    tzset(); /* names are made when the file of the time zone is out of sight */
    r->names = (struct rotating_names){.base = r->target.name,
                                       .by_time = o->seconds > 0 && strchr(r->target.name, '%') != NULL};
    r->names.ring = o->file_bytes > 0 && !o->stops && !r->names.by_time ? o->files : 0;
    return !packet_file_is_in_place(&r->target, r->target.name) || rotating_begin_file(r, message);
}

static void rotating_free(struct rotating **rotating)
{
    struct rotating *r = *rotating;

    if (r->has_file)
        packet_file_discard(&r->file, &r->target);
    capture_writer_free(&r->writer);
    byte_queue_free(&r->queue);
    target_close(&r->target);
    rotating_names_free(&r->names);
    g_queue_clear_full(&r->finished, g_free);
    buf_free(&r->heads);
    g_free(r);
    *rotating = NULL;
}

struct rotating *rotating_open(const struct rotating_options *options, struct notices *notices, char **message)
{
    struct rotating *r = g_new0(struct rotating, 1);

    r->options = *options;
    r->notices = notices;
    r->queue = byte_queue_new(options->queue_bytes > 0 ? options->queue_bytes : QUEUE_BYTES);
    r->now_ns = options->now_ns;
    r->due = options->now_ns;
    rotating_set_due(r);
    *message = NULL;
    if (!open_first(r, message)) {
        rotating_free(&r);
        return NULL;
    }
    r->writer = capture_writer_new_to((struct byte_sink){put_block, r}, true);
    return r;
}

bool rotating_start(struct rotating *rotating, char **message)
{
    if (!rotating->has_file && !rotating_begin_file(rotating, message))
        return false;
    rotating->started = true;
    thread_start(&rotating->thread, "packets", rotating_run, rotating);
    return true;
}

void rotating_frame(struct rotating *rotating, const struct capture_frame *frame, const GPtrArray *comments)
{
    capture_writer_frame(rotating->writer, frame, comments);
}

void rotating_tick(struct rotating *rotating, int64_t now_ns)
{
    char block[20] = {0};
    const uint32_t length = GUINT32_TO_LE(sizeof(block));

    if (atomic_exchange(&rotating->tick_waits, true)) /* a slow disk need not see every second */
        return;
    memcpy(block + 4, &length, sizeof(length));
    memcpy(block + 8, &now_ns, sizeof(now_ns));
    byte_queue_put_anyway(rotating->queue, block, sizeof(block));
}

struct rotating_totals rotating_totals(struct rotating *rotating)
{
    uint64_t files = atomic_load(&rotating->files), removed = atomic_load(&rotating->removed);

    return (struct rotating_totals){.packets = atomic_load(&rotating->packets),
                                    .files = files,
                                    .kept = files - MIN(removed, files),
                                    .dropped = atomic_load(&rotating->lost) + byte_queue_dropped(rotating->queue),
                                    .reason = atomic_load(&rotating->reason),
                                    .failed = atomic_load(&rotating->failed),
                                    .unnamed = atomic_load(&rotating->unnamed)};
}

int rotating_failed(struct rotating *rotating)
{
    return atomic_load(&rotating->failed);
}

bool rotating_stopped(struct rotating *rotating)
{
    return atomic_load(&rotating->stopped);
}

void rotating_close(struct rotating **rotating, int64_t patience_ms, struct rotating_totals *totals)
{
    struct rotating *r = *rotating;

    *rotating = NULL;
    atomic_store(&r->last_ms, thread_now_ms() + ROTATING_IN_ALL * patience_ms);
    atomic_store(&r->patience_ms, MAX(patience_ms, 1));
    byte_queue_end(r->queue);
    bool joined = !r->started || thread_join(r->thread, ROTATING_IN_ALL * patience_ms + 1000);
    if (totals != NULL)
        *totals = rotating_totals(r);
    if (joined) /* else the kernel holds the thread, and that holds everything */
        rotating_free(&r);
}
