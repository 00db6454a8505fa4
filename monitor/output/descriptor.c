#include "monitor/output/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1024 * 1024 }; /* of a file: what is written between two looks at the clock */

/* A pipe or a terminal opened again is another description, whose flags are nobody else's. */
static struct descriptor open_again(int number)
{
    char *path = g_strdup_printf("/proc/self/fd/%d", number);
    int own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    g_free(path);
    if (own < 0)
        return (struct descriptor){number, DESCRIPTOR_CAREFUL, true};
    return (struct descriptor){own, DESCRIPTOR_OWN, false};
}

struct descriptor descriptor_borrow(int number)
{
    struct stat status;

    if (fstat(number, &status) != 0 || S_ISREG(status.st_mode))
        return (struct descriptor){number, DESCRIPTOR_FILE, true};
    if (S_ISSOCK(status.st_mode))
        return (struct descriptor){number, DESCRIPTOR_SOCKET, true};
    return open_again(number);
}

static bool refuse(const struct target *target, const char *why, char **message)
{
    *message = g_strdup_printf("%s: cannot be opened: %s", target->path, why);
    return false;
}

bool descriptor_append(struct descriptor *descriptor, const struct target *target, char **message)
{
    const int how = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
    struct stat status;
    int number = target_make(target, target->name, O_APPEND);

    if (number < 0 && errno == EEXIST)
        number = openat(target->folder, target->name, how);
    if (number < 0 && errno == ELOOP)
        return refuse(target, "it is a symbolic link; name the file itself", message);
    if (number < 0 && errno == ENXIO)
        return refuse(target, "it is a pipe that nobody reads", message);
    if (number < 0)
        return refuse(target, g_strerror(errno), message);
    bool is_file = fstat(number, &status) == 0 && S_ISREG(status.st_mode);
    *descriptor = (struct descriptor){number, is_file ? DESCRIPTOR_FILE : DESCRIPTOR_OWN, false};
    return true;
}

void descriptor_close(struct descriptor *descriptor)
{
    if (!descriptor->borrowed)
        close(descriptor->number);
    *descriptor = DESCRIPTOR_NONE;
}

/* A pipe that is writable has room for PIPE_BUF bytes, and takes them whole. */
static ssize_t write_carefully(int number, struct fsc_span bytes)
{
    struct pollfd poll_one = {.fd = number, .events = POLLOUT};

    if (poll(&poll_one, 1, 0) == 0)
        return 0;
    return write(number, bytes.p, MIN(bytes.n, PIPE_BUF));
}

static ssize_t try_to_write(const struct descriptor *descriptor, struct fsc_span bytes)
{
    switch (descriptor->kind) {
    case DESCRIPTOR_SOCKET:
        return send(descriptor->number, bytes.p, bytes.n, MSG_DONTWAIT | MSG_NOSIGNAL);
    case DESCRIPTOR_CAREFUL:
        return write_carefully(descriptor->number, bytes);
    case DESCRIPTOR_OWN:
    case DESCRIPTOR_FILE:
        break;
    }
    return write(descriptor->number, bytes.p, MIN(bytes.n, PIECE));
}

ssize_t descriptor_write(const struct descriptor *descriptor, struct fsc_span bytes)
{
    ssize_t n;

    do
        n = try_to_write(descriptor, bytes);
    while (n < 0 && errno == EINTR);
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : n;
}

void descriptor_wait(const struct descriptor *descriptor, int within_ms)
{
    struct pollfd poll_one = {.fd = descriptor->number, .events = POLLOUT};

    (void)poll(&poll_one, 1, within_ms);
}

bool descriptor_take_back(const struct descriptor *descriptor, size_t n)
{
    struct stat status;
    off_t end = lseek(descriptor->number, 0, SEEK_CUR), begin = end - (off_t)n;

    return descriptor_is_file(descriptor) && begin >= 0 && fstat(descriptor->number, &status) == 0 &&
           S_ISREG(status.st_mode) && status.st_size == end && ftruncate(descriptor->number, begin) == 0 &&
           lseek(descriptor->number, begin, SEEK_SET) == begin;
}

bool descriptor_is_file(const struct descriptor *descriptor)
{
    return descriptor->kind == DESCRIPTOR_FILE;
}
