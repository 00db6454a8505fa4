#include "monitor/tui/fatal.h"

#include <glib.h>
#include <stdbool.h>

#include "monitor/tui/terminal.h"

/* A handler has no other way to learn of it. */
static const struct terminal *volatile restored;

static void restore_and_die(int signal_number)
{
    if (restored != NULL)
        terminal_emergency(restored);
    (void)raise(signal_number); /* SA_RESETHAND: the default now */
}

/* What does not end a process by default, or cannot be caught. */
static bool may_end(int signal_number)
{
    static const int others[] = {SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGKILL};

    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (others[i] == signal_number)
            return false;
    return true;
}

void fatal_restores(const struct terminal *terminal)
{
    struct sigaction ours = {.sa_handler = restore_and_die, .sa_flags = (int)SA_RESETHAND | SA_NODEFER}, before;

    restored = terminal;
    for (int i = 1; terminal != NULL && i <= SIGRTMAX; i++)
        if (may_end(i) && sigaction(i, NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            (void)sigaction(i, &ours, NULL);
}

void fatal_block_others(sigset_t *before)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP};
    sigset_t others;

    (void)sigfillset(&others);
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++)
        (void)sigdelset(&others, faults[i]);
    (void)pthread_sigmask(SIG_SETMASK, &others, before);
}
