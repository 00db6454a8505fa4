/* sandbox.c - rights, files, system calls, in this order; then the kernel is asked what came of it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_PATH */
#endif

#include "monitor/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "monitor/sandbox/landlock.h"
#include "monitor/sandbox/seccomp.h"

bool sandbox_mode_parse(const char *word, enum sandbox_mode *mode)
{
    static const char *const words[] = {[SANDBOX_ON] = "on", [SANDBOX_STRICT] = "strict", [SANDBOX_OFF] = "off"};

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_strcmp0(word != NULL ? word : "on", words[i]) == 0) {
            *mode = (enum sandbox_mode)i;
            return true;
        }
    return false;
}

static char *unwritable_words(const struct sandbox_output *output, const struct rights_user *user, int error)
{
    const char *path = output->path;

    if (error == ENOENT)
        return g_strdup_printf("%s: there is no such folder to write in", path);
    if (error == EROFS)
        return g_strdup_printf("%s: %s", path, g_strerror(error));
    if (output->otherwise != NULL)
        return g_strdup_printf("%s: user %s cannot write there: %s", path, user->name, output->otherwise);
    return g_strdup_printf(
        "%s: user %s cannot write there: give it to that user (chown %s %s), or run as one who can (-Z USER)", path,
        user->name, user->name, path);
}

/* Asked by the user that the process has become. */
static bool may_write(const struct sandbox_options *o, struct sandbox_state *state, char **message)
{
    for (size_t i = 0; i < o->output_count; i++) {
        const struct sandbox_output *output = &o->outputs[i];
        int way = g_file_test(output->path, G_FILE_TEST_IS_DIR) ? W_OK | X_OK : W_OK;
        if (access(output->path, way) == 0)
            continue;
        char *words = unwritable_words(output, o->user, errno);
        if (output->otherwise == NULL) {
            *message = words;
            return false;
        }
        g_ptr_array_add(state->warnings, words);
    }
    return true;
}

/* What the libraries read when it suits them; what of it is not there is not missed. */
static void allow_usual(struct landlock *landlock)
{
    static const char *const readable[] = {
        "/sys/class/net",
        "/sys/devices",
        "/proc/self",
        "/usr/share/terminfo",
        "/lib/terminfo",
        "/etc/terminfo",
        "/usr/share/zoneinfo",
        "/etc/localtime",
#if defined(__SANITIZE_ADDRESS__)
        "/usr/lib", /* the sanitizers name the places of what they find */
#endif
    };
    const char *terminfo = g_getenv("TERMINFO");
    char *own = g_build_filename(g_get_home_dir(), ".terminfo", NULL), *unheard = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(readable); i++)
        if (!landlock_allow(landlock, readable[i], LANDLOCK_READ, &unheard))
            g_clear_pointer(&unheard, g_free);
    const char *const more[] = {own, terminfo != NULL && terminfo[0] == '/' ? terminfo : own};
    for (size_t i = 0; i < G_N_ELEMENTS(more); i++)
        if (!landlock_allow(landlock, more[i], LANDLOCK_READ, &unheard))
            g_clear_pointer(&unheard, g_free);
    static const char *const devices[] = {"/dev/tty", "/dev/null"};
    for (size_t i = 0; i < G_N_ELEMENTS(devices); i++)
        if (!landlock_allow(landlock, devices[i], LANDLOCK_DEVICE, &unheard))
            g_clear_pointer(&unheard, g_free);
    g_free(own);
}

/* An input that cannot be reached is its reader's matter, and an output that cannot was told. */
static void allow_asked(struct landlock *landlock, const struct sandbox_options *o)
{
    char *unheard = NULL;

    for (const char *const *input = o->inputs; input != NULL && *input != NULL; input++)
        if (!landlock_allow(landlock, *input, LANDLOCK_READ, &unheard))
            g_clear_pointer(&unheard, g_free);
    for (size_t i = 0; i < o->output_count; i++)
        if (!landlock_allow(landlock, o->outputs[i].path, LANDLOCK_WRITE, &unheard))
            g_clear_pointer(&unheard, g_free);
}

static bool restrict_files(const struct sandbox_options *o, int *abi, char **why)
{
    if (landlock_abi() == 0) {
        *why = g_strdup("kernel without Landlock");
        return false;
    }
    struct landlock *landlock = landlock_new(why);
    if (landlock == NULL)
        return false;
    allow_usual(landlock);
    allow_asked(landlock, o);
    bool entered = landlock_enter(&landlock, why);
    *abi = entered ? landlock_abi() : 0;
    return entered;
}

static bool restrict_process(const struct sandbox_options *o, struct sandbox_state *state, char **message)
{
    const bool strict = o->mode == SANDBOX_STRICT;

    if (o->mode == SANDBOX_OFF)
        return true;
    /* Rules belong to inodes, and procfs makes new ones of a folder that nobody has open. */
    state->self = open("/proc/self", O_PATH | O_CLOEXEC);
    bool files = restrict_files(o, &state->landlock_abi, &state->no_files);
    state->seccomp = (files || !strict) && seccomp_enter(strict, &state->no_calls);
    if (!strict || (files && state->seccomp))
        return true;
    *message = g_strdup_printf("--sandbox=strict is not possible here: %s", files ? state->no_calls : state->no_files);
    return false;
}

static bool read_back(const struct sandbox_options *o, struct sandbox_state *state, char **message)
{
    if (!held_read(&state->held, message))
        return false;
    if (o->mode == SANDBOX_OFF || !state->seccomp || state->held.seccomp)
        return true;
    *message = g_strdup("seccomp: the kernel took the filter, but not for every thread");
    return false;
}

bool sandbox_enter(const struct sandbox_options *o, struct sandbox_state *state, char **message)
{
    *message = NULL;
    *state = (struct sandbox_state){.mode = o->mode,
                                    .user = g_strdup(o->user->name),
                                    .kept = o->kept,
                                    .warnings = g_ptr_array_new_with_free_func(g_free),
                                    .self = -1};
    return rights_drop(o->user, o->kept, message) && may_write(o, state, message) &&
           restrict_process(o, state, message) && read_back(o, state, message);
}

void sandbox_state_clear(struct sandbox_state *state)
{
    g_free(state->user);
    g_free(state->no_files);
    g_free(state->no_calls);
    if (state->warnings != NULL)
        g_ptr_array_free(state->warnings, TRUE);
    if (state->self >= 0)
        close(state->self);
    *state = (struct sandbox_state){.self = -1};
}
