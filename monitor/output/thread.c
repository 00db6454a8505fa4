#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* pthread_setname_np, pthread_clockjoin_np */
#endif

#include "monitor/output/thread.h"

#include <glib.h>
#include <signal.h>
#include <time.h>

struct start {
    const char *name;
    void *(*run)(void *state);
    void *state;
};

/* The name is set from within: from outside that takes a file in /proc, which may be out of reach. */
static void *begin(void *state)
{
    struct start start = *(struct start *)state;

    g_free(state);
    (void)pthread_setname_np(pthread_self(), start.name);
    return start.run(start.state);
}

void thread_start(pthread_t *thread, const char *name, void *(*run)(void *state), void *state)
{
    const struct start start = {name, run, state};
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(thread, NULL, begin, g_memdup2(&start, sizeof(start)));
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0)
        g_error("no thread can be made: %s", g_strerror(error));
}

int64_t thread_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool thread_join(pthread_t thread, int64_t within_ms)
{
    int64_t until_ms = thread_now_ms() + within_ms;
    struct timespec until = {until_ms / 1000, until_ms % 1000 * 1000000};

    if (pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &until) == 0)
        return true;
    pthread_detach(thread);
    return false;
}
