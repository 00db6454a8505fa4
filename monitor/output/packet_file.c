#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* F_OFD_SETLK */
#endif

#include "monitor/output/packet_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/input/pcapng.h"
#include "monitor/output/capture_sort.h"

enum { LOOK_MS = 100 };

uint32_t packet_block_type(struct fsc_span blocks)
{
    return pcapng_u32(blocks.p, false);
}

size_t packet_block_length(struct fsc_span blocks)
{
    size_t length = blocks.n >= 12 ? pcapng_u32(blocks.p + 4, false) : 0;
    return length >= 12 && length <= blocks.n ? length : blocks.n;
}

/* ---- begin ---- */

static bool refuse(const struct target *target, const char *name, const char *why, char **message)
{
    char *path = target_words(target, name);

    *message = g_strdup_printf("%s: %s", path, why);
    g_free(path);
    return false;
}

static bool cannot_be_made(const struct target *target, const char *name, int error, char **message)
{
    char *why = g_strdup_printf("cannot be made: %s", g_strerror(error));

    refuse(target, name, why, message);
    g_free(why);
    return false;
}

/* Whoever writes it holds a lock, which ends with the process however that ends. */
static bool lock(int descriptor)
{
    struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(descriptor, F_OFD_SETLK, &all) == 0 || errno == EINVAL || errno == ENOLCK;
}

static bool cannot_be_settled(const struct target *target, const char *part, int error, char **message)
{
    if (error != EACCES && error != EPERM)
        return cannot_be_made(target, part, error, message);
    char *path = target_words(target, part);
    *message =
        g_strdup_printf("%s: an earlier run of another user left it: remove it, or give it to this one (chown %u %s)",
                        path, (unsigned)geteuid(), path);
    g_free(path);
    return false;
}

/* What a run left that was ended by force gets the name that it would have got. */
static bool settle_leftover(const struct target *target, const char *name, const char *part, char **message)
{
    int descriptor = openat(target->folder, part, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (descriptor < 0)
        return cannot_be_settled(target, part, errno, message);
    bool free_to_take = lock(descriptor);
    close(descriptor);
    if (!free_to_take)
        return refuse(target, part, "another ftpscope is writing it", message);
    if (renameat(target->folder, part, target->folder, name) != 0)
        return cannot_be_settled(target, part, errno, message);
    return true;
}

bool packet_file_is_in_place(const struct target *target, const char *name)
{
    struct stat status;
    return fstatat(target->folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(status.st_mode) &&
           !S_ISLNK(status.st_mode);
}

static bool begin_in_place(struct packet_file *file, const struct target *target, const char *name, char **message)
{
    int descriptor = openat(target->folder, name, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (descriptor < 0 && errno == ENXIO)
        return refuse(target, name, "it is a pipe that nobody reads", message);
    if (descriptor < 0 && errno == EISDIR)
        return refuse(target, name, "is a folder, a file name is wanted", message);
    if (descriptor < 0)
        return cannot_be_made(target, name, errno, message);
    file->out = (struct descriptor){descriptor, DESCRIPTOR_OWN, false};
    file->name = g_strdup(name);
    return true;
}

bool packet_file_begin(struct packet_file *file, const struct target *target, const char *name, char **message)
{
    *file = (struct packet_file){.out = DESCRIPTOR_NONE};
    if (packet_file_is_in_place(target, name))
        return begin_in_place(file, target, name, message);
    if (!target_is_replaceable(target, name, message))
        return false;
    char *part = g_strconcat(name, ".part", NULL);
    int descriptor = target_make(target, part, 0);
    if (descriptor < 0 && errno == EEXIST && settle_leftover(target, name, part, message))
        descriptor = target_make(target, part, 0);
    if (descriptor < 0) {
        if (*message == NULL)
            cannot_be_made(target, part, errno, message);
        g_free(part);
        return false;
    }
    (void)lock(descriptor);
    file->out = (struct descriptor){descriptor, DESCRIPTOR_FILE, false};
    file->name = g_strdup(name);
    file->part = part;
    return true;
}

void packet_file_begin_at(struct packet_file *file, int descriptor)
{
    *file = (struct packet_file){.out = descriptor_borrow(descriptor), .name = g_strdup("standard output")};
}

/* ---- write ---- */

static void take_packet(struct packet_file *file, struct fsc_span block)
{
    uint64_t time = (uint64_t)pcapng_u32(block.p + 12, false) << 32 | pcapng_u32(block.p + 16, false);

    file->packets++;
    file->unordered = file->unordered || time < file->last_time;
    file->last_time = time;
}

/* Counts the packets among the whole blocks of the first `n` bytes, and returns where the last one ends. */
static size_t whole_blocks(struct packet_file *file, struct fsc_span blocks, size_t n)
{
    size_t at = 0;

    while (at < n) {
        struct fsc_span rest = {blocks.p + at, blocks.n - at};
        size_t length = packet_block_length(rest);
        if (at + length > n)
            break;
        if (packet_block_type(rest) == PCAPNG_PACKET)
            take_packet(file, rest);
        at += length;
    }
    return at;
}

size_t packet_file_write(struct packet_file *file, struct fsc_span blocks, bool (*is_over)(void *state), void *state,
                         int *error)
{
    size_t written = 0;

    *error = 0;
    while (written < blocks.n && *error == 0 && !is_over(state)) {
        ssize_t n = descriptor_write(&file->out, (struct fsc_span){blocks.p + written, blocks.n - written});
        if (n > 0)
            written += (size_t)n;
        else if (n == 0)
            descriptor_wait(&file->out, LOOK_MS);
        else
            *error = errno;
    }
    size_t whole = whole_blocks(file, blocks, written);
    file->size += whole;
    if (written > whole && file->part != NULL) {
        (void)!ftruncate(file->out.number, (off_t)file->size);
        (void)lseek(file->out.number, (off_t)file->size, SEEK_SET);
    }
    return whole;
}

/* ---- end ---- */

static void forget(struct packet_file *file)
{
    descriptor_close(&file->out);
    g_free(file->name);
    g_free(file->part);
    *file = (struct packet_file){.out = DESCRIPTOR_NONE};
}

static bool sort_into(const struct packet_file *file, const struct target *target, const char *sorted)
{
    int in = openat(target->folder, file->part, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int out = in >= 0 ? target_make(target, sorted, 0) : -1;
    bool done = out >= 0 && capture_sort(in, out);

    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return done && renameat(target->folder, sorted, target->folder, file->part) == 0;
}

/* Not being able to is no reason to lose what was written. */
static void put_in_order(const struct packet_file *file, const struct target *target, char **message)
{
    char *sorted = g_strconcat(file->name, ".sorted", NULL);

    (void)unlinkat(target->folder, sorted, 0); /* of a run that was ended by force */
    if (!sort_into(file, target, sorted)) {
        char *path = target_words(target, file->name);
        *message = g_strdup_printf("%s: some packets came late, and cannot be put in order of time: %s", path,
                                   g_strerror(errno));
        g_free(path);
        (void)unlinkat(target->folder, sorted, 0);
    }
    g_free(sorted);
}

bool packet_file_finish(struct packet_file *file, const struct target *target, char **message)
{
    if (file->part != NULL && file->unordered)
        put_in_order(file, target, message);
    bool done = file->part == NULL || renameat(target->folder, file->part, target->folder, file->name) == 0;

    if (!done) {
        char *path = target_words(target, file->part);
        int error = errno;
        g_free(*message);
        *message = g_strdup_printf("%s: stays where it is: it cannot be renamed to %s: %s", path, file->name,
                                   g_strerror(error));
        g_free(path);
    }
    forget(file);
    return done;
}

void packet_file_discard(struct packet_file *file, const struct target *target)
{
    if (file->part != NULL)
        (void)unlinkat(target->folder, file->part, 0);
    forget(file);
}
