/* signals.c - a signalfd: GLib's own signal sources keep a thread, which would keep its rights (see sandbox.h). */
#include "monitor/live/signals.h"

#include <glib-unix.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct signals {
    int descriptor;
    guint watch;
    sigset_t before;
    void (*take)(void *state, int signal);
    void *state;
};

static void (*restore_terminal)(void); /* a handler has no other way to know */

static gboolean on_signal(gint descriptor, GIOCondition condition, gpointer state)
{
    const struct signals *signals = state;
    struct signalfd_siginfo info;

    (void)condition;
    if (read(descriptor, &info, sizeof(info)) == (ssize_t)sizeof(info))
        signals->take(signals->state, (int)info.ssi_signo);
    return G_SOURCE_CONTINUE;
}

static sigset_t set_of(const int *numbers, size_t count)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < count; i++)
        sigaddset(&set, numbers[i]);
    return set;
}

struct signals *signals_start(void (*take)(void *state, int signal), void *state)
{
    static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGTSTP, SIGCONT, SIGWINCH};
    struct signals *signals = g_new0(struct signals, 1);
    sigset_t set = set_of(taken, G_N_ELEMENTS(taken));

    signals->take = take;
    signals->state = state;
    signal(SIGPIPE, SIG_IGN);
    pthread_sigmask(SIG_BLOCK, &set, &signals->before);
    signals->descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals->descriptor >= 0)
        signals->watch = g_unix_fd_add_full(G_PRIORITY_HIGH, signals->descriptor, G_IO_IN, on_signal, signals, NULL);
    return signals;
}

static void die(int number)
{
    if (restore_terminal != NULL)
        restore_terminal();
    _exit(128 + number);
}

void signals_last_chance(void (*restore)(void))
{
    static const int ending[] = {SIGINT, SIGTERM};
    const struct sigaction action = {.sa_handler = die};
    sigset_t set = set_of(ending, G_N_ELEMENTS(ending));

    restore_terminal = restore;
    for (size_t i = 0; i < G_N_ELEMENTS(ending); i++)
        sigaction(ending[i], &action, NULL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void signals_suspend(void)
{
    raise(SIGSTOP);
}

void signals_stop(struct signals **signals)
{
    if (*signals == NULL)
        return;
    if ((*signals)->watch != 0)
        g_source_remove((*signals)->watch);
    if ((*signals)->descriptor >= 0)
        close((*signals)->descriptor);
    g_free(*signals);
    *signals = NULL;
}
