/* alert_command.c - one run of the command of --on-finding. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/output/alert_internal.h"

/* A file that is only in memory: unlike a pipe it takes a whole finding, whether the command reads it or not. */
static int as_input(const char *json, size_t n)
{
    int descriptor = memfd_create("finding", MFD_CLOEXEC);

    while (descriptor >= 0 && n > 0) {
        ssize_t written = write(descriptor, json, n);
        if (written <= 0) {
            close(descriptor);
            return -1;
        }
        json += written;
        n -= (size_t)written;
    }
    if (descriptor >= 0)
        (void)lseek(descriptor, 0, SEEK_SET);
    return descriptor;
}

/* In the new process; standard error is already where the command may print. */
static _Noreturn void become_command(const struct alert_job *job, int input, char **environment)
{
    sigset_t none;

    sigemptyset(&none);
    (void)setpgid(0, 0);
    for (int number = 1; number < NSIG; number++)
        (void)signal(number, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(input, STDIN_FILENO) == STDIN_FILENO && dup2(STDERR_FILENO, STDOUT_FILENO) == STDOUT_FILENO)
        execve(job->arguments[0], job->arguments, environment);
    _exit(126);
}

static void count_failure(struct alert_board *board, int how)
{
    atomic_fetch_add(&board->failed, 1);
    atomic_store(&board->last_failure, how);
}

void alert_command_begin(struct alert_command *command, const struct alert_job *job, const char *json, size_t n,
                         uint64_t skipped)
{
    char *number = g_strdup_printf("%" G_GUINT64_FORMAT, skipped);
    char **environment = g_environ_setenv(g_strdupv(job->environment), "FTPSCOPE_SKIPPED", number, TRUE);
    int input = as_input(json, n);
    pid_t pid = input >= 0 ? fork() : -1;

    if (pid == 0)
        become_command(job, input, environment);
    if (pid > 0) {
        (void)setpgid(pid, pid); /* both say it: whoever comes first */
        *command = (struct alert_command){
            .pid = pid, .end_us = g_get_monotonic_time() + G_USEC_PER_SEC * (int64_t)job->options.command_s};
    } else {
        atomic_fetch_add(&job->board->run, 1);
        count_failure(job->board, -1);
    }
    if (input >= 0)
        close(input);
    g_strfreev(environment);
    g_free(number);
}

void alert_command_check(struct alert_command *command, int64_t now_us)
{
    if (command->pid == 0 || command->killed || now_us < command->end_us)
        return;
    command->killed = true;
    (void)kill(-command->pid, SIGKILL);
}

void alert_command_reap(struct alert_command *command, struct alert_board *board)
{
    int status;

    if (command->pid == 0 || waitpid(command->pid, &status, WNOHANG) != command->pid)
        return;
    if (WIFSIGNALED(status))
        count_failure(board, 256 + WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        count_failure(board, WEXITSTATUS(status));
    if (command->killed)
        atomic_fetch_add(&board->killed, 1);
    atomic_fetch_add(&board->run, 1); /* last: who sees it sees the others too */
    *command = (struct alert_command){0};
}
