/* sandbox_words.c - what is active, in one line. */
#include <cap-ng.h>

#include "monitor/sandbox/sandbox.h"

static void add_capabilities(GString *words, uint64_t capabilities)
{
    const char *between = "keeping ";

    if (capabilities == 0)
        g_string_append(words, "no capabilities");
    for (unsigned i = 0; i < 64; i++)
        if ((capabilities >> i & 1) != 0) {
            const char *name = capng_capability_to_name(i);
            g_string_append_printf(words, "%scap_%s", between, name != NULL ? name : "unknown");
            between = " and ";
        }
}

static void add_restriction(GString *words, const char *what, const char *why)
{
    g_string_append_printf(words, "; %s: %s are not restricted", why, what);
}

static void add_files(GString *words, const struct sandbox_state *state)
{
    if (state->landlock_abi > 0)
        g_string_append_printf(words, "; files: Landlock (ABI %d)", state->landlock_abi);
    else
        add_restriction(words, "files", state->no_files);
}

static void add_calls(GString *words, const struct sandbox_state *state)
{
    if (state->seccomp)
        g_string_append_printf(words, "; system calls: seccomp%s", state->mode == SANDBOX_STRICT ? ", strict" : "");
    else
        add_restriction(words, "system calls", state->no_calls);
}

char *sandbox_words(const struct sandbox_state *state)
{
    GString *words = g_string_new(NULL);

    g_string_append_printf(words, "running as user %s, ", state->user);
    add_capabilities(words, state->held.capabilities);
    if (state->mode == SANDBOX_OFF) {
        add_restriction(words, "files and system calls", "--sandbox=off");
    } else {
        add_files(words, state);
        add_calls(words, state);
    }
    return g_string_free(words, FALSE);
}
