/* byte_source.c - a window that moves over the input. read(2) instead of mmap: a file that is cut while it is read must
 * not kill the program, and one copy within the cache costs nothing that could be measured. */
#include "monitor/input/byte_source.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/input/unpack.h"

enum { WINDOW = 1 << 18, PACKED_WINDOW = 1 << 16, MAGIC_LEN = 4, SKIPPABLE_LEN = 8, SKIPPABLE_MAX = 1 << 16 };

struct window {
    uint8_t *bytes;
    size_t start, end, size;
};

struct byte_source {
    int descriptor;
    struct byte_wait wait;
    bool regular, input_ended, stopped;
    struct window window; /* what the readers see */
    struct window packed; /* what the file holds, when that is compressed */
    const struct unpacker *unpacker;
    void *unpacking;
    bool between; /* no member or frame has begun that has not ended */
    uint64_t offset;
    char *error;
};

static bool fail(struct byte_source *source, char *why)
{
    if (source->error == NULL)
        source->error = why;
    else
        g_free(why);
    source->input_ended = true;
    return false;
}

/* Room behind `end` for at least one byte, and for `want` bytes from `start` on. */
static void window_make_room(struct window *w, size_t want)
{
    if (w->start == w->end)
        w->start = w->end = 0;
    if (w->size - w->start < want || w->end == w->size) {
        memmove(w->bytes, w->bytes + w->start, w->end - w->start);
        w->end -= w->start;
        w->start = 0;
    }
    if (w->size < want) {
        w->size = want;
        w->bytes = g_realloc(w->bytes, w->size);
    }
}

/* False: it is not wanted any more. */
static bool wait_for_bytes(struct byte_source *source)
{
    if (source->wait.readable == NULL || source->wait.readable(source->wait.state, source->descriptor))
        return true;
    source->stopped = source->input_ended = true;
    return false;
}

/* A FIFO that was opened without waiting for its writer says EAGAIN, should its bytes be gone before they are read. */
static bool again(const struct byte_source *source)
{
    return errno == EINTR || (errno == EAGAIN && source->wait.readable != NULL);
}

/* False at the end of the file. */
static bool read_into(struct byte_source *source, struct window *w)
{
    ssize_t n;

    do {
        if (!wait_for_bytes(source))
            return false;
        n = read(source->descriptor, w->bytes + w->end, w->size - w->end);
    } while (n < 0 && again(source));
    if (n < 0)
        return fail(source, g_strdup(g_strerror(errno)));
    if (n == 0)
        source->input_ended = true;
    w->end += (size_t)n;
    return n > 0;
}

/* gzip's own tool takes zeros behind the last member for padding: tapes and block devices leave them. */
static bool is_padding(struct fsc_span in)
{
    for (size_t i = 0; i < in.n; i++)
        if (in.p[i] != 0)
            return false;
    return true;
}

/* More packed bytes into an empty window. */
static bool refill_packed(struct byte_source *source)
{
    if (source->input_ended)
        return false;
    window_make_room(&source->packed, source->packed.size);
    return read_into(source, &source->packed);
}

/* The libraries may hold bytes back for want of room: they are asked before the file is. */
static bool unpack_into(struct byte_source *source, struct window *w)
{
    struct window *packed = &source->packed;

    for (size_t made = 0; made == 0;) {
        const char *error = NULL;
        struct fsc_span in = {packed->bytes + packed->start, packed->end - packed->start};
        if (source->between && is_padding(in)) {
            packed->start = packed->end;
            if (!refill_packed(source))
                return false;
            continue;
        }
        enum unpack_result result =
            source->unpacker->run(source->unpacking, &in, w->bytes + w->end, w->size - w->end, &made, &error);
        packed->start = packed->end - in.n;
        w->end += made;
        source->between = result == UNPACK_ENDED;
        if (result == UNPACK_DAMAGED)
            return fail(source, g_strdup_printf("the %s data cannot be unpacked: %s", source->unpacker->name, error)) ||
                   made > 0;
        if (made == 0 && in.n == 0 && !source->between && !refill_packed(source))
            return !source->stopped && fail(source, g_strdup_printf("the %s data breaks off", source->unpacker->name));
    }
    return true;
}

static bool fill(struct byte_source *source)
{
    if (source->unpacker != NULL)
        return source->error == NULL && unpack_into(source, &source->window);
    return !source->input_ended && read_into(source, &source->window);
}

struct fsc_span byte_source_peek(struct byte_source *source, size_t n)
{
    struct window *w = &source->window;

    while (w->end - w->start < n) {
        window_make_room(w, MAX(n, WINDOW));
        if (!fill(source))
            break;
    }
    return (struct fsc_span){w->bytes + w->start, MIN(n, w->end - w->start)};
}

bool byte_source_skip(struct byte_source *source, uint64_t n)
{
    struct window *w = &source->window;

    while (n > 0) {
        size_t step = (size_t)MIN(n, (uint64_t)(w->end - w->start));
        w->start += step;
        source->offset += step;
        n -= step;
        if (n > 0 && byte_source_peek(source, 1).n == 0)
            return false;
    }
    return true;
}

/* zstd and lz4 share frames of other data, which their libraries skip (RFC 8878 section 3.1.2): pzstd begins with one.
 * What stands behind tells the two apart. */
static struct fsc_span behind_skippable(struct byte_source *source)
{
    size_t at = 0;
    struct fsc_span bytes;

    while ((bytes = byte_source_peek(source, at + SKIPPABLE_LEN)).n == at + SKIPPABLE_LEN) {
        const uint8_t *p = bytes.p + at;
        uint32_t len = (uint32_t)p[4] | (uint32_t)p[5] << 8 | (uint32_t)p[6] << 16 | (uint32_t)p[7] << 24;
        bool skippable = (p[0] & 0xf0) == 0x50 && p[1] == 0x2a && p[2] == 0x4d && p[3] == 0x18;
        if (!skippable || len > SKIPPABLE_MAX - at)
            break;
        at += SKIPPABLE_LEN + len;
    }
    bytes = byte_source_peek(source, at + MAGIC_LEN);
    return (struct fsc_span){bytes.p + at, bytes.n > at ? bytes.n - at : 0};
}

/* What was read so far is the packed input, if it begins like that. */
static void detect_compression(struct byte_source *source)
{
    source->unpacker = unpacker_for(behind_skippable(source));
    if (source->unpacker == NULL)
        return;
    source->unpacking = source->unpacker->open();
    source->packed = source->window;
    source->window = (struct window){g_malloc(WINDOW), 0, 0, WINDOW};
    source->between = true;
}

/* Opening a FIFO blocks until there is a writer. */
static int open_descriptor(const char *path, bool waiting)
{
    return strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | (waiting ? O_NONBLOCK : 0));
}

struct byte_source *byte_source_open(const char *path, const struct byte_wait *wait, char **message)
{
    struct stat status;
    int descriptor = open_descriptor(path, wait != NULL);

    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        *message = g_strdup_printf("%s: %s", path, g_strerror(errno));
        if (descriptor >= 0)
            close(descriptor);
        return NULL;
    }
    if (S_ISDIR(status.st_mode)) {
        *message = g_strdup_printf("%s: is a folder", path);
        close(descriptor);
        return NULL;
    }
    struct byte_source *source = g_new0(struct byte_source, 1);
    source->descriptor = descriptor;
    if (wait != NULL)
        source->wait = *wait;
    source->regular = S_ISREG(status.st_mode) && strcmp(path, "-") != 0;
    source->window = (struct window){g_malloc(WINDOW), 0, 0, WINDOW};
    detect_compression(source);
    return source;
}

uint64_t byte_source_offset(const struct byte_source *source)
{
    return source->offset;
}

const char *byte_source_compression(const struct byte_source *source)
{
    return source->unpacker != NULL ? source->unpacker->name : NULL;
}

const char *byte_source_error(const struct byte_source *source)
{
    return source->error;
}

bool byte_source_stopped(const struct byte_source *source)
{
    return source->stopped;
}

bool byte_source_is_file(const struct byte_source *source)
{
    return source->regular;
}

void byte_source_close(struct byte_source **source)
{
    struct byte_source *s = *source;

    if (s == NULL)
        return;
    if (s->unpacker != NULL)
        s->unpacker->close(s->unpacking);
    close(s->descriptor);
    g_free(s->window.bytes);
    g_free(s->packed.bytes);
    g_free(s->error);
    g_free(s);
    *source = NULL;
}
