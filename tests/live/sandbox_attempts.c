/* sandbox_attempts.c - what sandbox_try tries: each attempt is one small function. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* strerrorname_np */
#endif

#include "sandbox_attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "monitor/output/new_file.h"

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

void attempt(const struct prepared *prepared, const char *word)
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
