/* alert.c - the monitor's side of --on-finding. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* environ */
#endif

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/output/alert_internal.h"

#define START_MS 10000
#define QUEUE_BYTES                                                                                                    \
    (1 << 20) /* the kernel gives what net.core.wmem_max allows: 208 KiB by default, about 100 findings */

struct alert {
    int socket;
    pid_t helper;
    struct alert_board *board;
    unsigned command_s;
    uint64_t sent, dropped, dropped_told;
    bool gone;
};

static bool split(const char *command, char ***arguments, char **message)
{
    GError *error = NULL;

    if (g_shell_parse_argv(command, NULL, arguments, &error))
        return true;
    *message = g_strdup_printf("--on-finding: %s", error->message);
    g_error_free(error);
    return false;
}

static struct alert_options with_defaults(const struct alert_options *asked)
{
    struct alert_options o = *asked;

    o.per_minute = o.per_minute != 0 ? o.per_minute : ALERT_PER_MINUTE;
    o.burst = o.burst != 0 ? o.burst : ALERT_BURST;
    o.command_s = o.command_s != 0 ? o.command_s : ALERT_COMMAND_S;
    return o;
}

/* True when the helper is ready; else it has said what is wrong, or nothing at all. */
static bool hear_ready(const struct alert *alert, char **message)
{
    struct pollfd wanted = {.fd = alert->socket, .events = POLLIN};
    char words[1024];
    ssize_t n = -1;

    if (poll(&wanted, 1, START_MS) == 1)
        n = recv(alert->socket, words, sizeof words, 0);
    if (n == 1 && words[0] == ALERT_READY)
        return true;
    *message = n > 0 ? g_strndup(words, (gsize)n) : g_strdup("--on-finding: the helper process did not start");
    return false;
}

static bool run_helper(struct alert *alert, struct alert_job *job, char **message)
{
    int ends[2];

    alert->board = mmap(NULL, sizeof *alert->board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (alert->board == MAP_FAILED || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        *message = g_strdup_printf("--on-finding: no helper process: %s", g_strerror(errno));
        return false;
    }
    job->board = alert->board;
    job->socket = ends[1];
    alert->socket = ends[0];
    alert->helper = fork();
    if (alert->helper == 0)
        alert_helper_run(job);
    close(ends[1]);
    if (alert->helper > 0)
        return hear_ready(alert, message);
    *message = g_strdup_printf("--on-finding: no helper process: %s", g_strerror(errno));
    return false;
}

static void set_queue(const struct alert *alert)
{
    const int bytes = QUEUE_BYTES;

    (void)setsockopt(alert->socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}

static void reap(const struct alert *alert)
{
    while (alert->helper > 0 && waitpid(alert->helper, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static void free_all(struct alert **alert)
{
    struct alert *a = *alert;

    if (a->socket >= 0)
        close(a->socket);
    if (a->board != NULL && a->board != MAP_FAILED)
        munmap(a->board, sizeof *a->board);
    g_free(a);
    *alert = NULL;
}

struct alert *alert_start(const char *command, const struct alert_options *options, char **message)
{
    struct alert_job job = {.options = with_defaults(options)};
    struct alert *alert;

    if (!split(command, &job.arguments, message))
        return NULL;
    alert = g_new0(struct alert, 1);
    alert->socket = -1;
    alert->command_s = job.options.command_s;
    if (run_helper(alert, &job, message)) {
        set_queue(alert);
    } else {
        if (alert->socket >= 0)
            (void)shutdown(alert->socket, SHUT_RDWR);
        reap(alert);
        free_all(&alert);
    }
    g_strfreev(job.arguments);
    return alert;
}

bool alert_send(struct alert *alert, const char *json, size_t n)
{
    uint64_t untold = alert->dropped - alert->dropped_told;
    struct alert_head head = {.dropped = (uint32_t)MIN(untold, UINT32_MAX)};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)(uintptr_t)json, n}}; /* sendmsg changes nothing */
    struct msghdr record = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t sent = n <= ALERT_RECORD_MAX ? sendmsg(alert->socket, &record, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;

    if (sent <= 0) {
        alert->gone = alert->gone || (sent < 0 && (errno == EPIPE || errno == ECONNRESET));
        alert->dropped++;
        return false;
    }
    alert->dropped_told += head.dropped;
    alert->sent++;
    return true;
}

struct alert_counters alert_counters(const struct alert *alert)
{
    struct pollfd helper = {.fd = alert->socket};
    const struct alert_board *board = alert->board;

    return (struct alert_counters){
        .sent = alert->sent,
        .dropped = alert->dropped,
        .skipped = atomic_load(&board->skipped),
        .run = atomic_load(&board->run),
        .failed = atomic_load(&board->failed),
        .killed = atomic_load(&board->killed),
        .last_failure = atomic_load(&board->last_failure),
        .command_s = alert->command_s,
        .gone = alert->gone || (poll(&helper, 1, 0) == 1 && (helper.revents & (POLLHUP | POLLERR)) != 0),
    };
}

static void add_failures(GString *words, const struct alert_counters *c)
{
    if (c->failed == 0)
        return;
    g_string_append_printf(words, ", %" G_GUINT64_FORMAT " failed (last: ", c->failed);
    if (c->last_failure < 0)
        g_string_append(words, "it could not be started)");
    else if (c->last_failure >= 256)
        g_string_append_printf(words, "signal %d)", c->last_failure - 256);
    else
        g_string_append_printf(words, "exit code %d)", c->last_failure);
}

char *alert_words(const struct alert *alert)
{
    const struct alert_counters counters = alert_counters(alert);

    return alert_counters_words(&counters);
}

char *alert_counters_words(const struct alert_counters *counters)
{
    const struct alert_counters c = *counters;
    GString *words = g_string_new(NULL);

    g_string_append_printf(words, "%" G_GUINT64_FORMAT " command%s run", c.run, c.run == 1 ? "" : "s");
    add_failures(words, &c);
    if (c.killed > 0)
        g_string_append_printf(words, ", %" G_GUINT64_FORMAT " killed after %u s", c.killed, c.command_s);
    if (c.skipped > 0)
        g_string_append_printf(words, ", %" G_GUINT64_FORMAT " finding%s left out (the rate limit, or the end)",
                               c.skipped, c.skipped == 1 ? "" : "s");
    if (c.dropped > 0)
        g_string_append_printf(words, ", %" G_GUINT64_FORMAT " dropped", c.dropped);
    if (c.gone)
        g_string_append(words, "; the helper process has ended");
    if (c.goes_on)
        g_string_append_printf(words, "; one more still runs, for %u s at most", c.command_s);
    return g_string_free(words, FALSE);
}

/* Its end of the socket closes with the helper. */
static bool wait_for_end(const struct alert *alert)
{
    const int64_t end_us = g_get_monotonic_time() + INT64_C(1000000) * ALERT_CLOSE_S;
    struct pollfd helper = {.fd = alert->socket};
    int64_t left_us;

    while ((left_us = end_us - g_get_monotonic_time()) > 0)
        if (poll(&helper, 1, (int)(left_us / 1000) + 1) == 1)
            return true;
    return false;
}

bool alert_close(struct alert **alert, struct alert_counters *last)
{
    struct alert *a = *alert;
    bool gone = a->gone; /* before it was told to */

    (void)shutdown(a->socket, SHUT_WR);
    bool ended = wait_for_end(a);
    if (ended)
        reap(a);
    if (last != NULL) {
        *last = alert_counters(a);
        last->gone = gone;
        last->goes_on = !ended;
    }
    free_all(alert);
    return ended;
}
