#include "monitor/output/metrics_file.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/output/thread.h"

enum { END_MS = 2000 };

struct metrics_file {
    struct target target;
    char *part;
    struct notices *notices;
    struct metrics *metrics;
    int64_t interval_ms;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t more;
    bool started, ended;
    bool troubled; /* the thread's */
};

/* ---- the thread ---- */

static bool write_all(int descriptor, const struct buf *text)
{
    size_t at = 0;

    while (at < text->len) {
        ssize_t n = write(descriptor, text->data + at, text->len - at);
        if (n < 0 && errno != EINTR)
            return false;
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* node_exporter is another user, so all may read it: counts are no secret. */
static bool replace(const struct metrics_file *file, const struct buf *text)
{
    (void)unlinkat(file->target.folder, file->part, 0); /* of a run that was ended by force */
    int descriptor = target_make(&file->target, file->part, 0);
    if (descriptor < 0)
        return false;
    bool good = fchmod(descriptor, 0644) == 0 && write_all(descriptor, text);
    int error = errno;
    close(descriptor);
    if (good && renameat(file->target.folder, file->part, file->target.folder, file->target.name) == 0)
        return true;
    error = good ? errno : error;
    (void)unlinkat(file->target.folder, file->part, 0);
    errno = error;
    return false;
}

static void write_once(struct metrics_file *file)
{
    struct buf text = {0};

    metrics_write(file->metrics, &text);
    bool good = replace(file, &text);
    if (!good && !file->troubled)
        notices_add(file->notices, g_strdup_printf("%s: cannot be written: %s; tried again each time",
                                                   file->target.path, g_strerror(errno)));
    file->troubled = !good;
    buf_free(&text);
}

/* True: once more, and then no more. */
static bool wait_for_next(struct metrics_file *file, int64_t until_ms)
{
    struct timespec until = {until_ms / 1000, until_ms % 1000 * 1000000};

    pthread_mutex_lock(&file->mutex);
    while (!file->ended && pthread_cond_timedwait(&file->more, &file->mutex, &until) == 0)
        ;
    bool ended = file->ended;
    pthread_mutex_unlock(&file->mutex);
    return ended;
}

static void *run(void *state)
{
    struct metrics_file *file = state;

    for (bool last = false;;) {
        write_once(file);
        if (last)
            return NULL;
        last = wait_for_next(file, thread_now_ms() + file->interval_ms);
    }
}

/* ---- outside ---- */

struct metrics_file *metrics_file_open(const char *path, const struct target_owner *owner, struct notices *notices,
                                       char **message)
{
    struct metrics_file *file = g_new0(struct metrics_file, 1);
    pthread_condattr_t monotonic;

    if (!target_open(&file->target, path, owner, message)) {
        g_free(file);
        return NULL;
    }
    file->part = g_strconcat(file->target.name, ".part", NULL);
    file->notices = notices;
    pthread_mutex_init(&file->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&file->more, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return file;
}

bool metrics_file_start(struct metrics_file *file, struct metrics *metrics, int64_t interval_ms, char **message)
{
    if (!target_is_replaceable(&file->target, file->target.name, message))
        return false;
    file->metrics = metrics;
    file->interval_ms = interval_ms;
    file->started = true;
    thread_start(&file->thread, "metrics", run, file);
    return true;
}

void metrics_file_close(struct metrics_file **file)
{
    struct metrics_file *f = *file;

    if (f == NULL)
        return;
    *file = NULL;
    pthread_mutex_lock(&f->mutex);
    f->ended = true;
    pthread_cond_signal(&f->more);
    pthread_mutex_unlock(&f->mutex);
    if (f->started && !thread_join(f->thread, END_MS))
        return; /* the kernel holds it, and it holds everything */
    pthread_cond_destroy(&f->more);
    pthread_mutex_destroy(&f->mutex);
    target_close(&f->target);
    g_free(f->part);
    g_free(f);
}
