/* alert_helper.c - the process that runs the command of --on-finding: takes findings, keeps to the rate, runs one
 * command at a time. It ends when the monitor does, whatever ends that: its end of the socket closes. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* closefrom */
#endif

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "monitor/output/alert_internal.h"

#define WAITING_MAX 64 /* findings of one burst that wait for the command before them */

struct helper {
    const struct alert_job *job;
    struct alert_command command;
    GQueue waiting;    /* GBytes */
    uint64_t left_out; /* findings that no command got since the last one began */
    double tokens;     /* commands that may begin now */
    int64_t refilled_us;
    int64_t end_us; /* 0: findings still come; then when no command is begun any more */
    int children;   /* signalfd */
    char *record;   /* one record, as received */
};

/* ---- start ---- */

static _Noreturn void give_up(const struct alert_job *job, const char *message)
{
    (void)send(job->socket, message, strlen(message), MSG_NOSIGNAL);
    _exit(1);
}

/* Nothing of the monitor's stays open here: a packet socket would live on with its last descriptor. */
static void keep_only_socket(struct alert_job *job)
{
    enum { OWN = STDERR_FILENO + 1 };

    if (job->socket != OWN && dup2(job->socket, OWN) != OWN)
        _exit(1);
    job->socket = OWN;
    (void)fcntl(OWN, F_SETFD, FD_CLOEXEC);
    closefrom(OWN + 1);
}

/* Standard input and output are the monitor's business; what the command prints must not mix with records. */
static void set_streams(bool quiet)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (nowhere < 0)
        return;
    (void)dup2(nowhere, STDIN_FILENO);
    (void)dup2(nowhere, STDOUT_FILENO);
    if (quiet)
        (void)dup2(nowhere, STDERR_FILENO);
    close(nowhere);
}

/* What ends the monitor reaches the helper too (a unit that is stopped): it waits for the last finding. */
static int set_signals(void)
{
    static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2};
    sigset_t child;

    for (size_t i = 0; i < G_N_ELEMENTS(ignored); i++)
        (void)signal(ignored[i], SIG_IGN);
    (void)signal(SIGCHLD, SIG_DFL);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    (void)sigprocmask(SIG_SETMASK, &child, NULL);
    return signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
}

static char **environment_of(const struct rights_user *user)
{
    char **environment = g_get_environ();

    environment = g_environ_setenv(environment, "HOME", user->home, TRUE);
    environment = g_environ_setenv(environment, "USER", user->name, TRUE);
    return g_environ_setenv(environment, "LOGNAME", user->name, TRUE);
}

/* Looked for by the user who is to run it. */
static void find_command(struct alert_job *job)
{
    char *name = job->arguments[0];
    char *path = g_find_program_in_path(name);

    if (path == NULL) {
        bool there = strchr(name, '/') != NULL && access(name, F_OK) == 0;
        char *message = g_strdup_printf(there ? "--on-finding: %s: user %s may not run it"
                                              : "--on-finding: %s: user %s finds no such program",
                                        name, job->options.user->name);
        give_up(job, message);
    }
    job->arguments[0] = path;
    g_free(name);
}

static void start(struct alert_job *job)
{
    char *message = NULL;

    (void)setsid();
    (void)prctl(PR_SET_NAME, "ftpscope-alert", 0, 0, 0);
    keep_only_socket(job);
    set_streams(job->options.quiet);
    if (!rights_drop(job->options.user, 0, &message))
        give_up(job, message);
    find_command(job);
    job->environment = environment_of(job->options.user);
}

static void say_ready(const struct alert_job *job)
{
    const char ready = ALERT_READY;

    if (send(job->socket, &ready, 1, MSG_NOSIGNAL) != 1)
        _exit(1);
}

/* ---- findings ---- */

static void leave_out(struct helper *h, uint64_t count, bool by_rate)
{
    h->left_out += count;
    if (by_rate)
        atomic_fetch_add(&h->job->board->skipped, count);
}

static bool take_token(struct helper *h)
{
    const int64_t now_us = g_get_monotonic_time();
    const struct alert_options *o = &h->job->options;

    h->tokens += (double)(now_us - h->refilled_us) * o->per_minute / (60.0 * G_USEC_PER_SEC);
    h->tokens = MIN(h->tokens, (double)o->burst);
    h->refilled_us = now_us;
    if (h->tokens < 1)
        return false;
    h->tokens -= 1;
    return true;
}

static void take_finding(struct helper *h, const char *json, size_t n)
{
    if (h->waiting.length < WAITING_MAX && take_token(h))
        g_queue_push_tail(&h->waiting, g_bytes_new(json, n));
    else
        leave_out(h, 1, true);
}

static void end_of_findings(struct helper *h)
{
    if (h->end_us == 0)
        h->end_us = g_get_monotonic_time() + G_USEC_PER_SEC * ALERT_CLOSE_S;
}

/* All that is there, so that the queue of the socket stays empty. */
static void take_findings(struct helper *h)
{
    struct alert_head head;
    const size_t room = sizeof head + ALERT_RECORD_MAX;

    for (;;) {
        ssize_t n = recv(h->job->socket, h->record, room, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n < (ssize_t)sizeof head) {
            end_of_findings(h);
            return;
        }
        memcpy(&head, h->record, sizeof head);
        leave_out(h, head.dropped, false);
        take_finding(h, h->record + sizeof head, (size_t)n - sizeof head);
    }
}

/* ---- the loop ---- */

static void begin_next(struct helper *h)
{
    if (h->command.pid != 0 || h->waiting.length == 0)
        return;
    GBytes *finding = g_queue_pop_head(&h->waiting);
    gsize n;
    const char *json = g_bytes_get_data(finding, &n);

    alert_command_begin(&h->command, h->job, json, n, h->left_out);
    h->left_out = 0;
    g_bytes_unref(finding);
}

static bool is_over(struct helper *h, int64_t now_us)
{
    if (h->end_us == 0)
        return false;
    if (now_us >= h->end_us)
        for (GBytes *late; (late = g_queue_pop_head(&h->waiting)) != NULL; g_bytes_unref(late))
            leave_out(h, 1, true);
    return h->command.pid == 0 && h->waiting.length == 0;
}

static int milliseconds_to_wait(const struct helper *h, int64_t now_us)
{
    int64_t next_us = INT64_MAX;

    if (h->command.pid != 0 && !h->command.killed)
        next_us = h->command.end_us;
    if (h->end_us != 0 && h->waiting.length > 0)
        next_us = MIN(next_us, h->end_us);
    return next_us == INT64_MAX ? -1 : (int)(MAX(next_us - now_us, 0) / 1000) + 1;
}

static void wait_for_something(struct helper *h)
{
    struct signalfd_siginfo child;
    struct pollfd wanted[2] = {{.fd = h->end_us == 0 ? h->job->socket : -1, .events = POLLIN},
                               {.fd = h->children, .events = POLLIN}};

    (void)poll(wanted, 2, milliseconds_to_wait(h, g_get_monotonic_time()));
    while (read(h->children, &child, sizeof child) > 0)
        continue;
    if (h->end_us == 0)
        take_findings(h);
}

_Noreturn void alert_helper_run(struct alert_job *job)
{
    struct helper h = {.job = job};

    start(job);
    h.children = set_signals();
    h.tokens = job->options.burst;
    h.refilled_us = g_get_monotonic_time();
    h.record = g_malloc(sizeof(struct alert_head) + ALERT_RECORD_MAX);
    g_queue_init(&h.waiting);
    say_ready(job); /* from here on a signal to all must not end it */
    while (!is_over(&h, g_get_monotonic_time())) {
        begin_next(&h);
        wait_for_something(&h);
        alert_command_check(&h.command, g_get_monotonic_time());
        alert_command_reap(&h.command, job->board);
    }
    _exit(0);
}
