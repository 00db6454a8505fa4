/* rotating_files.c - the thread that writes packets, and decides when a file ends. packet_file.c writes one. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/input/pcapng.h"
#include "monitor/output/rotating_internal.h"

enum { RETRY_MS = 10000 };

static const int64_t ns_per_second = 1000000000;

/* ---- trouble ---- */

/* Takes `message` over; `reason` is static. */
static void tell_trouble(struct rotating *r, char *message, const char *reason)
{
    atomic_store(&r->reason, reason);
    r->retry_ms = thread_now_ms() + (r->options.retry_ms > 0 ? r->options.retry_ms : RETRY_MS);
    if (!r->troubled) {
        r->troubled = true;
        r->troubled_lost = atomic_load(&r->lost);
        notices_add(r->notices, g_strdup_printf("%s; tried again every 10 seconds", message));
    }
    g_free(message);
}

static void tell_end_of_trouble(struct rotating *r)
{
    if (!r->troubled)
        return;
    r->troubled = false;
    r->retry_ms = 0;
    char *path = target_words(&r->target, r->file.name);
    notices_add(r->notices, g_strdup_printf("%s: is written again; packets that are missing: %" G_GUINT64_FORMAT, path,
                                            atomic_load(&r->lost) - r->troubled_lost));
    g_free(path);
}

static void lose(struct rotating *r, struct fsc_span blocks)
{
    while (blocks.n > 0) {
        size_t n = packet_block_length(blocks);
        if (packet_block_type(blocks) == PCAPNG_PACKET)
            atomic_fetch_add(&r->lost, 1);
        blocks = (struct fsc_span){blocks.p + n, blocks.n - n};
    }
}

/* ---- files ---- */

/* For the first packet of a file: on a silent wire the old ones stay. */
static void make_room_in_ring(struct rotating *r)
{
    while (!r->options.stops && r->options.files > 0 && r->finished.length >= r->options.files) {
        char *oldest = g_queue_pop_head(&r->finished);
        (void)unlinkat(r->target.folder, oldest, 0);
        atomic_fetch_add(&r->removed, 1);
        g_free(oldest);
    }
}

/* A name of a ring or of a time may be that of the capture that is read. */
static bool is_input(const struct rotating *r, const char *name, char **message)
{
    struct stat status;

    if (!r->options.has_input || fstatat(r->target.folder, name, &status, 0) != 0 ||
        status.st_dev != r->options.input_device || status.st_ino != r->options.input_inode)
        return false;
    char *path = target_words(&r->target, name);
    *message = g_strdup_printf("%s: is the input, and would be lost: name another file", path);
    g_free(path);
    return true;
}

bool rotating_begin_file(struct rotating *r, char **message)
{
    char *name = rotating_names_next(&r->names, r->now_ns);

    r->has_file = !is_input(r, name, message) && packet_file_begin(&r->file, &r->target, name, message);
    g_free(name);
    if (!r->has_file) {
        r->names.serial--; /* the same name next time */
        return false;
    }
    r->heads_at = 0;
    atomic_fetch_add(&r->files, 1);
    return true;
}

/* The grid of time stays where it was, whatever the files' own beginnings. */
void rotating_set_due(struct rotating *r)
{
    int64_t step = (int64_t)r->options.seconds * ns_per_second;

    if (step == 0)
        return;
    if (r->due - step > r->now_ns) /* the clock was set back */
        r->due = r->now_ns + step;
    if (r->due <= r->now_ns)
        r->due += ((r->now_ns - r->due) / step + 1) * step;
}

static void remember_finished(struct rotating *r, const char *name)
{
    r->finished_count++;
    if (!r->options.stops && r->options.files > 0)
        g_queue_push_tail(&r->finished, g_strdup(name));
    if (!r->options.stops || r->finished_count < r->options.files)
        return;
    atomic_store(&r->stopped, true);
    notices_add(r->notices, NULL);
}

static void finish_file(struct rotating *r)
{
    char *name = g_strdup(r->file.name), *message = NULL;

    r->has_file = false;
    if (packet_file_finish(&r->file, &r->target, &message))
        remember_finished(r, name);
    else
        atomic_store(&r->unnamed, true);
    if (message != NULL)
        notices_add(r->notices, message);
    g_free(name);
}

static void discard_file(struct rotating *r)
{
    r->has_file = false;
    packet_file_discard(&r->file, &r->target);
    atomic_fetch_sub(&r->files, 1);
}

static void next_file(struct rotating *r)
{
    char *message = NULL;

    if (r->has_file)
        finish_file(r);
    if (!atomic_load(&r->stopped) && !rotating_begin_file(r, &message))
        tell_trouble(r, message, "the file could not be made");
}

/* ---- blocks ---- */

static bool is_over(void *state)
{
    const struct rotating *r = state;
    int64_t patience = atomic_load(&r->patience_ms), last = atomic_load(&r->last_ms), now = thread_now_ms();
    return patience > 0 && (now - MAX(r->progress_ms, last - ROTATING_IN_ALL * patience) >= patience || now >= last);
}

static void tell_write_error(struct rotating *r, int error)
{
    char *path = target_words(&r->target, r->file.name);

    tell_trouble(r, g_strdup_printf("%s: cannot be written: %s", path, g_strerror(error)), g_strerror(error));
    g_free(path);
}

/* Who reads standard output and has had enough needs no words; with a named pipe the reason may be far away. */
static void fail(struct rotating *r, int error)
{
    char *path = target_words(&r->target, r->file.name), *words = NULL;

    atomic_store(&r->reason, error == EPIPE ? "the reader has gone" : g_strerror(error));
    atomic_store(&r->failed, error);
    if (error != EPIPE)
        words = g_strdup_printf("%s: cannot be written: %s", path, g_strerror(error));
    else if (r->target.path != NULL)
        words = g_strdup_printf("%s: its reader has gone", path);
    notices_add(r->notices, words);
    g_free(path);
}

/* How much of it is in the file now. */
static size_t write_blocks(struct rotating *r, struct fsc_span blocks)
{
    uint64_t before = r->file.packets;
    int error;
    size_t n = packet_file_write(&r->file, blocks, is_over, r, &error);

    atomic_fetch_add(&r->packets, r->file.packets - before);
    if (n > 0)
        r->progress_ms = thread_now_ms();
    if (n == blocks.n)
        tell_end_of_trouble(r);
    else if (error != 0 && r->file.part == NULL)
        fail(r, error);
    else if (error != 0)
        tell_write_error(r, error);
    return n;
}

static bool has_file(struct rotating *r)
{
    char *message = NULL;

    if (atomic_load(&r->failed) != 0 || (r->retry_ms > 0 && thread_now_ms() < r->retry_ms))
        return false;
    if (!r->has_file && !rotating_begin_file(r, &message))
        tell_trouble(r, message, "the file could not be made");
    return r->has_file;
}

static bool has_heads(struct rotating *r)
{
    if (r->heads_at < r->heads.len) {
        const uint8_t *heads = (const uint8_t *)r->heads.data;
        r->heads_at += write_blocks(r, (struct fsc_span){heads + r->heads_at, r->heads.len - r->heads_at});
    }
    return r->heads_at == r->heads.len;
}

/* Packets that go into the file that is open. */
static void write_run(struct rotating *r, struct fsc_span run)
{
    size_t n = 0;

    if (run.n == 0 || atomic_load(&r->stopped))
        return;
    if (has_file(r)) {
        make_room_in_ring(r);
        n = has_heads(r) ? write_blocks(r, run) : 0;
    }
    lose(r, (struct fsc_span){run.p + n, run.n - n});
}

/* With the run that waits and one block more. */
static bool is_full(const struct rotating *r, size_t run, size_t block)
{
    uint64_t size = r->file.size + (r->heads.len - r->heads_at) + run;
    return r->options.file_bytes > 0 && r->has_file && (r->file.packets > 0 || run > 0) &&
           size + block > r->options.file_bytes;
}

/* A file without a packet goes on, unless its name would tell of a time that is over. */
static void take_tick(struct rotating *r, struct fsc_span block)
{
    memcpy(&r->now_ns, block.p + 8, sizeof(r->now_ns));
    atomic_store(&r->tick_waits, false);
    if (r->options.seconds == 0)
        return;
    bool is_due = r->now_ns >= r->due;
    rotating_set_due(r);
    bool empty = r->has_file && r->file.packets == 0;
    if (!is_due || atomic_load(&r->stopped) || (empty && !r->names.by_time))
        return;
    if (empty)
        discard_file(r);
    next_file(r);
}

static void take_blocks(struct rotating *r, struct fsc_span blocks)
{
    struct fsc_span run = {blocks.p, 0};

    for (size_t at = 0, n; at < blocks.n; at += n) {
        struct fsc_span rest = {blocks.p + at, blocks.n - at};
        n = packet_block_length(rest);
        bool is_packet = packet_block_type(rest) == PCAPNG_PACKET, full = is_packet && is_full(r, run.n, n);
        if (is_packet && !full) {
            run.n += n;
            continue;
        }
        write_run(r, run);
        run = (struct fsc_span){rest.p + (is_packet ? 0 : n), is_packet ? n : 0};
        if (full)
            next_file(r);
        else if (packet_block_type(rest) == ROTATING_TICK)
            take_tick(r, rest);
        else
            buf_bytes(&r->heads, rest.p, n);
    }
    write_run(r, run);
}

/* The only file stays without a packet too: whoever asked for it finds it. */
static void end_files(struct rotating *r)
{
    (void)(has_file(r) && has_heads(r));
    if (r->has_file && r->file.packets == 0 && r->finished_count > 0)
        discard_file(r);
    else if (r->has_file)
        finish_file(r);
}

void *rotating_run(void *state)
{
    struct rotating *r = state;

    for (;;) {
        bool ended = byte_queue_ended(r->queue);
        struct fsc_span blocks = byte_queue_take(r->queue, -1);
        take_blocks(r, blocks);
        if (ended && blocks.n == 0) {
            end_files(r);
            return NULL;
        }
    }
}
