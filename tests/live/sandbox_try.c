/* sandbox_try.c - enters the sandbox, starts threads, prints what the kernel says of each, then tries what it is told
 * to: "NAME ok", or "NAME EPERM". Run by sandbox.py. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* strerrorname_np */
#endif

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/in.h>
#include <pty.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "monitor/output/new_file.h"
#include "monitor/sandbox/sandbox.h"

/* What is open before. */
struct prepared {
    int terminal, stream, listener;
    struct sockaddr_in here;
};

struct attempt {
    const char *name;
    bool (*act)(const struct prepared *prepared, const char *argument);
};

/* True when `descriptor` is one; closes it. */
static bool opened(int descriptor)
{
    return descriptor >= 0 && close(descriptor) == 0;
}

static bool try_read(const struct prepared *p, const char *path)
{
    char byte;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    bool good = descriptor >= 0 && read(descriptor, &byte, 1) >= 0;

    (void)p;
    if (descriptor >= 0)
        close(descriptor);
    return good;
}

static bool try_list(const struct prepared *p, const char *path)
{
    (void)p;
    return opened(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static bool try_write(const struct prepared *p, const char *path)
{
    (void)p;
    return opened(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
}

/* As outputs are written: nameless or beside, then linked and renamed. */
static bool try_new_file(const struct prepared *p, const char *path)
{
    char *message = NULL;
    struct new_file *file = new_file_open(path, &message);
    int error = errno;

    (void)p;
    if (file != NULL && fputs("whole\n", new_file_stream(file)) >= 0 && new_file_finish(&file, &message))
        return true;
    printf("new_file: %s\n", message);
    g_free(message);
    errno = error;
    return false;
}

/* To PATH.old. */
static bool try_rename(const struct prepared *p, const char *path)
{
    char *old = g_strconcat(path, ".old", NULL);
    bool good = rename(path, old) == 0;

    (void)p;
    g_free(old);
    return good;
}

static bool try_unlink(const struct prepared *p, const char *path)
{
    (void)p;
    return unlink(path) == 0;
}

static bool try_mkdir(const struct prepared *p, const char *path)
{
    (void)p;
    return mkdir(path, 0755) == 0;
}

static bool try_truncate(const struct prepared *p, const char *path)
{
    (void)p;
    return truncate(path, 0) == 0;
}

static bool try_exec(const struct prepared *p, const char *path)
{
    char *const arguments[] = {g_strdup(path), NULL};

    (void)p;
    execv(path, arguments);
    g_free(arguments[0]);
    return false;
}

static bool try_fork(const struct prepared *p, const char *argument)
{
    pid_t child = fork();

    (void)p;
    (void)argument;
    if (child == 0)
        _exit(0);
    return child > 0 && waitpid(child, NULL, 0) == child;
}

static bool try_socket(const struct prepared *p, const char *family)
{
    static const struct {
        const char *name;
        int family, type;
    } kinds[] = {{"inet", AF_INET, SOCK_STREAM},
                 {"inet6", AF_INET6, SOCK_DGRAM},
                 {"unix", AF_UNIX, SOCK_STREAM},
                 {"packet", AF_PACKET, SOCK_RAW},
                 {"netlink", AF_NETLINK, SOCK_RAW}};

    (void)p;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i].name, family) == 0)
            return opened(socket(kinds[i].family, kinds[i].type, 0));
    return false;
}

static bool try_connect(const struct prepared *p, const char *argument)
{
    (void)argument;
    return connect(p->stream, (const struct sockaddr *)&p->here, sizeof p->here) == 0;
}

static bool try_bind(const struct prepared *p, const char *argument)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    (void)argument;
    return bind(p->stream, (const struct sockaddr *)&any, sizeof any) == 0;
}

static bool try_type_ahead(const struct prepared *p, const char *argument)
{
    (void)argument;
    return ioctl(p->terminal, TIOCSTI, "x") == 0;
}

static bool try_terminal(const struct prepared *p, const char *argument)
{
    struct termios settings;
    struct winsize size;

    (void)argument;
    return tcgetattr(p->terminal, &settings) == 0 && tcsetattr(p->terminal, TCSADRAIN, &settings) == 0 &&
           tcflush(p->terminal, TCIFLUSH) == 0 && ioctl(p->terminal, TIOCGWINSZ, &size) == 0;
}

/* The terminal opened anew, as for keys when standard input is a capture. */
static bool try_own_terminal(const struct prepared *p, const char *argument)
{
    struct prepared own = *p;

    own.terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    bool good = own.terminal >= 0 && try_terminal(&own, argument);
    if (own.terminal >= 0)
        close(own.terminal);
    return good;
}

static bool try_kill(const struct prepared *p, const char *pid)
{
    (void)p;
    return kill((pid_t)g_ascii_strtoll(pid, NULL, 10), 0) == 0;
}

static bool try_trace(const struct prepared *p, const char *pid)
{
    (void)p;
    return ptrace(PTRACE_SEIZE, (pid_t)g_ascii_strtoll(pid, NULL, 10), NULL, NULL) == 0;
}

static bool try_code(const struct prepared *p, const char *argument)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)p;
    (void)argument;
    return page != MAP_FAILED && munmap(page, 4096) == 0;
}

static bool try_back_to_root(const struct prepared *p, const char *argument)
{
    (void)p;
    (void)argument;
    return setuid(0) == 0 && seteuid(0) == 0;
}

static gpointer nothing(gpointer data)
{
    return data;
}

static bool try_thread(const struct prepared *p, const char *argument)
{
    char data = 0;
    GThread *thread = g_thread_new("later", nothing, &data);

    (void)p;
    (void)argument;
    return g_thread_join(thread) == &data;
}

static bool try_raise(const struct prepared *p, const char *argument)
{
    (void)p;
    (void)argument;
    return raise(SIGCONT) == 0 && kill(0, SIGCONT) == 0;
}

static bool try_local_time(const struct prepared *p, const char *argument)
{
    const time_t winter = 1768471200;
    struct tm local;

    (void)p;
    g_setenv("TZ", argument, TRUE);
    tzset();
    return localtime_r(&winter, &local) != NULL && local.tm_gmtoff == 3600;
}

static const struct attempt attempts[] = {
    {"read", try_read},
    {"list", try_list},
    {"write", try_write},
    {"new_file", try_new_file},
    {"rename", try_rename},
    {"unlink", try_unlink},
    {"mkdir", try_mkdir},
    {"truncate", try_truncate},
    {"exec", try_exec},
    {"fork", try_fork},
    {"socket", try_socket},
    {"connect", try_connect},
    {"bind", try_bind},
    {"type", try_type_ahead},
    {"terminal", try_terminal},
    {"tty", try_own_terminal},
    {"kill", try_kill},
    {"trace", try_trace},
    {"code", try_code},
    {"root", try_back_to_root},
    {"thread", try_thread},
    {"raise", try_raise},
    {"local_time", try_local_time},
};

/* "read:/etc/passwd" */
static void attempt(const struct prepared *prepared, const char *word)
{
    const char *colon = strchr(word, ':'), *argument = colon != NULL ? colon + 1 : "";
    size_t n = colon != NULL ? (size_t)(colon - word) : strlen(word);

    for (size_t i = 0; i < G_N_ELEMENTS(attempts); i++)
        if (strlen(attempts[i].name) == n && strncmp(attempts[i].name, word, n) == 0) {
            errno = 0;
            bool good = attempts[i].act(prepared, argument);
            printf("%s %s\n", word, good ? "ok" : errno != 0 ? strerrorname_np(errno) : "failed");
            fflush(stdout);
            return;
        }
    printf("%s unknown\n", word);
}

/* A terminal of its own, which this process controls: into no other may be typed. */
static bool make_terminal(struct prepared *p)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    int other;

    (void)setsid();
    return openpty(&other, &p->terminal, NULL, NULL, &size) == 0 && ioctl(p->terminal, TIOCSCTTY, 0) == 0;
}

/* A kernel without `name`: the call fails as an unknown one does. */
static bool deny_call(const char *name)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int call = seccomp_syscall_resolve_name(name);
    bool good = filter != NULL && call >= 0 && seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0) == 0 &&
                seccomp_load(filter) == 0;

    seccomp_release(filter);
    return good;
}

static bool prepare(struct prepared *p)
{
    socklen_t n = sizeof p->here;

    p->here = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    p->stream = socket(AF_INET, SOCK_STREAM, 0);
    p->listener = socket(AF_INET, SOCK_STREAM, 0);
    return make_terminal(p) && bind(p->listener, (const struct sockaddr *)&p->here, n) == 0 &&
           listen(p->listener, 1) == 0 && getsockname(p->listener, (struct sockaddr *)&p->here, &n) == 0;
}

/* The threads of the program to come, and what the kernel says of each. */
static gpointer sleep_on(gpointer data)
{
    for (;;)
        g_usleep(G_USEC_PER_SEC);
    return data;
}

static gpointer wait_for_end(gpointer data)
{
    GMutex *held = data;

    g_mutex_lock(held);
    g_mutex_unlock(held);
    return NULL;
}

static void print_threads(void)
{
    GDir *tasks = g_dir_open("/proc/self/task", 0, NULL);
    const char *name;

    while (tasks != NULL && (name = g_dir_read_name(tasks)) != NULL) {
        char *path = g_build_filename("/proc/self/task", name, "status", NULL), *text = NULL;
        if (g_file_get_contents(path, &text, NULL, NULL))
            printf("---\n%s", text);
        g_free(text);
        g_free(path);
    }
    if (tasks != NULL)
        g_dir_close(tasks);
    printf("===\n");
    fflush(stdout);
}

static void with_threads(gint count)
{
    GMutex held;
    GThread **threads = g_new0(GThread *, (gsize)count + 1);

    g_mutex_init(&held);
    g_mutex_lock(&held);
    for (gint i = 0; i < count; i++)
        threads[i] = g_thread_new("worker", wait_for_end, &held);
    print_threads();
    g_mutex_unlock(&held);
    for (gint i = 0; i < count; i++)
        g_thread_join(threads[i]);
    g_mutex_clear(&held);
    g_free(threads);
}

struct try_options {
    char *mode, *user, *without;
    char **inputs, **outputs, **optional, **attempts;
    gboolean reader, early;
    gint threads;
};

static bool parse(int argc, char **argv, struct try_options *o)
{
    const GOptionEntry entries[] = {
        {"sandbox", 0, 0, G_OPTION_ARG_STRING, &o->mode, "", NULL},
        {"user", 'Z', 0, G_OPTION_ARG_STRING, &o->user, "", NULL},
        {"without", 0, 0, G_OPTION_ARG_STRING, &o->without, "", NULL},
        {"input", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->inputs, "", NULL},
        {"output", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->outputs, "", NULL},
        {"optional", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->optional, "", NULL},
        {"reader", 0, 0, G_OPTION_ARG_NONE, &o->reader, "", NULL},
        {"early-thread", 0, 0, G_OPTION_ARG_NONE, &o->early, "", NULL},
        {"threads", 0, 0, G_OPTION_ARG_INT, &o->threads, "", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->attempts, "", NULL},
        {0},
    };
    GOptionContext *context = g_option_context_new(NULL);

    g_option_context_add_main_entries(context, entries, NULL);
    bool good = g_option_context_parse(context, &argc, &argv, NULL);
    g_option_context_free(context);
    return good;
}

static void add_outputs(GArray *outputs, char *const *paths, bool needed)
{
    for (; paths != NULL && *paths != NULL; paths++) {
        struct sandbox_output output = {*paths, needed};
        g_array_append_val(outputs, output);
    }
}

static bool enter(const struct try_options *o, struct sandbox_state *state, char **message)
{
    GArray *outputs = g_array_new(FALSE, FALSE, sizeof(struct sandbox_output));
    struct rights_user user = {0};
    struct sandbox_options options = {.user = &user, .inputs = (const char *const *)o->inputs};

    *state = (struct sandbox_state){.self = -1};
    add_outputs(outputs, o->outputs, true);
    add_outputs(outputs, o->optional, false);
    options.outputs = (const struct sandbox_output *)(const void *)outputs->data;
    options.output_count = outputs->len;
    bool good = sandbox_mode_parse(o->mode, &options.mode);
    if (!good)
        *message = g_strdup("no such mode");
    else if (o->reader)
        good = sandbox_enter_reader(&options, state, message);
    else
        good = rights_choose(o->user, &user, message) && sandbox_enter(&options, state, message);
    rights_user_clear(&user);
    g_array_free(outputs, TRUE);
    return good;
}

static bool print_state(const struct sandbox_state *state)
{
    struct held_rights held;
    char *words = sandbox_words(state), *message = NULL;

    printf("words: %s\n", words);
    g_free(words);
    for (guint i = 0; i < state->warnings->len; i++)
        printf("warning: %s\n", (const char *)state->warnings->pdata[i]);
    bool good = held_read(&held, &message);
    if (!good)
        printf("error: %s\n", message);
    g_free(message);
    return good;
}

static void try_all(const struct try_options *o, const struct prepared *prepared)
{
    with_threads(o->threads);
    for (char **word = o->attempts; word != NULL && *word != NULL; word++)
        attempt(prepared, *word);
}

int main(int argc, char **argv)
{
    struct try_options o = {0};
    struct prepared prepared;
    struct sandbox_state state;
    char *message = NULL;

    if (!parse(argc, argv, &o) || !prepare(&prepared))
        return 2;
    if (o.without != NULL && !deny_call(o.without))
        return 2;
    if (o.early)
        g_thread_unref(g_thread_new("early", sleep_on, NULL));
    bool good = enter(&o, &state, &message) && print_state(&state);
    if (good)
        try_all(&o, &prepared);
    else
        printf("error: %s\n", message != NULL ? message : "");
    sandbox_state_clear(&state);
    g_free(message);
    g_free(o.mode);
    g_free(o.user);
    g_free(o.without);
    g_strfreev(o.inputs);
    g_strfreev(o.outputs);
    g_strfreev(o.optional);
    g_strfreev(o.attempts);
    return good ? 0 : 1;
}
