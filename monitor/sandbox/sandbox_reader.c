/* sandbox_reader.c - whom a command becomes that root started to read files. */
#include <errno.h>
#include <linux/capability.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/sandbox/sandbox.h"

static bool can_reach(const struct sandbox_options *o)
{
    for (const char *const *input = o->inputs; input != NULL && *input != NULL; input++) {
        int way = g_file_test(*input, G_FILE_TEST_IS_DIR) ? R_OK | X_OK : R_OK;
        if (access(*input, way) != 0)
            return false;
    }
    for (size_t i = 0; i < o->output_count; i++)
        if (access(o->outputs[i].path, W_OK) != 0)
            return false;
    return true;
}

/* Only who is that user can tell: a process of its own becomes him and looks. */
static bool user_can_reach(const struct rights_user *user, const struct sandbox_options *o)
{
    char *unheard = NULL;
    int status = -1;
    pid_t child = fork();

    if (child == 0)
        _exit(rights_drop(user, 0, &unheard) && can_reach(o) ? 0 : 1);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool sandbox_enter_reader(const struct sandbox_options *options, struct sandbox_state *state, char **message)
{
    struct sandbox_options o = *options;
    struct rights_user user;

    o.user = &user;
    o.kept = 0;
    bool chosen = rights_choose(NULL, &user, message);
    if (getuid() == 0 && !(chosen && user_can_reach(&user, &o))) {
        if (!chosen)
            g_clear_pointer(message, g_free);
        rights_user_clear(&user);
        rights_stay_root(&user);
        o.kept = UINT64_C(1) << CAP_DAC_READ_SEARCH | (o.output_count > 0 ? UINT64_C(1) << CAP_DAC_OVERRIDE : 0);
    }
    bool entered = sandbox_enter(&o, state, message);
    rights_user_clear(&user);
    return entered;
}
