/* sandbox_try.c - enters the sandbox, starts threads, prints what the kernel says of each, then tries what it is told
 * to: "NAME ok", or "NAME EPERM". Run by sandbox.py. */
#include <glib.h>
#include <netinet/in.h>
#include <pty.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "monitor/sandbox/sandbox.h"
#include "sandbox_attempts.h"

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

static void add_outputs(GArray *outputs, char *const *paths, const char *otherwise)
{
    for (; paths != NULL && *paths != NULL; paths++) {
        struct sandbox_output output = {*paths, otherwise};
        g_array_append_val(outputs, output);
    }
}

static bool enter(const struct try_options *o, struct sandbox_state *state, char **message)
{
    GArray *outputs = g_array_new(FALSE, FALSE, sizeof(struct sandbox_output));
    struct rights_user user = {0};
    struct sandbox_options options = {.user = &user, .inputs = (const char *const *)o->inputs};

    *state = (struct sandbox_state){.self = -1};
    add_outputs(outputs, o->outputs, NULL);
    add_outputs(outputs, o->optional, "nothing is lost");
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
