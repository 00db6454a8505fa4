#include "monitor/tui/fatal.h"

#include <glib.h>
#include <signal.h>

#include "monitor/tui/terminal.h"

/* A handler has no other way to learn of it. */
static const struct terminal *volatile restored;

static void restore_and_die(int signal_number)
{
    if (restored != NULL)
        terminal_emergency(restored);
    (void)raise(signal_number); /* SA_RESETHAND: the default now */
}

void fatal_restores(const struct terminal *terminal)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP};
    struct sigaction ours = {.sa_handler = restore_and_die, .sa_flags = (int)SA_RESETHAND | SA_NODEFER}, before;

    restored = terminal;
    for (size_t i = 0; terminal != NULL && i < G_N_ELEMENTS(signals); i++)
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            (void)sigaction(signals[i], &ours, NULL);
}
