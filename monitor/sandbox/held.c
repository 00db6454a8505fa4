/* held.c - /proc/self/task/.../status of every thread. */
#include "monitor/sandbox/held.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

#define TASKS "/proc/self/task"

/* What stands behind "NAME:" in a status file; NULL: no such line. */
static const char *value_of(const char *status, const char *name)
{
    size_t n = strlen(name);

    for (const char *line = status; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, n) == 0 && line[n] == ':')
            return line + n + 1;
    }
    return NULL;
}

/* Real, effective, saved, file system. */
static bool add_ids(const char *text, bool first, uint32_t *id, bool *one)
{
    for (int i = 0; i < 4; i++) {
        char *end;
        uint64_t value = text != NULL ? g_ascii_strtoull(text, &end, 10) : 0;
        if (text == NULL || end == text)
            return false;
        if (first && i == 0)
            *id = (uint32_t)value;
        *one = *one && *id == value;
        text = end;
    }
    return true;
}

static unsigned count_words(const char *text)
{
    unsigned count = 0;

    for (; *text != '\0' && *text != '\n'; text++)
        count += g_ascii_isdigit(*text) && !g_ascii_isdigit(text[1]);
    return count;
}

static bool add_mask(const char *status, const char *name, uint64_t *mask)
{
    const char *text = value_of(status, name);

    if (text != NULL)
        *mask |= g_ascii_strtoull(text, NULL, 16);
    return text != NULL;
}

static bool add_thread(struct held_rights *held, const char *status)
{
    static const char *const sets[] = {"CapEff", "CapPrm", "CapInh", "CapAmb"};
    const char *groups = value_of(status, "Groups"), *no_new = value_of(status, "NoNewPrivs");
    const char *seccomp = value_of(status, "Seccomp");
    bool first = held->threads == 0;

    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
        if (!add_mask(status, sets[i], &held->capabilities))
            return false;
    if (!add_mask(status, "CapBnd", &held->bounding) || groups == NULL || no_new == NULL)
        return false;
    if (!add_ids(value_of(status, "Uid"), first, &held->uid, &held->one_user) ||
        !add_ids(value_of(status, "Gid"), first, &held->gid, &held->one_user))
        return false;
    held->threads++;
    held->groups = MAX(held->groups, count_words(groups));
    held->no_new_privs = held->no_new_privs && g_ascii_strtoull(no_new, NULL, 10) == 1;
    /* 2: a filter; a kernel built without seccomp has no such line */
    held->seccomp = held->seccomp && seccomp != NULL && g_ascii_strtoull(seccomp, NULL, 10) == 2;
    return true;
}

/* A thread may end while the folder is read. */
static bool read_thread(struct held_rights *held, const char *name)
{
    char *path = g_build_filename(TASKS, name, "status", NULL), *status = NULL;
    bool good = true;

    if (g_file_get_contents(path, &status, NULL, NULL))
        good = add_thread(held, status);
    else
        good = access(path, F_OK) != 0;
    g_free(status);
    g_free(path);
    return good;
}

bool held_read(struct held_rights *held, char **message)
{
    GDir *tasks = g_dir_open(TASKS, 0, NULL);
    bool good = tasks != NULL;
    const char *name;

    *held = (struct held_rights){.one_user = true, .no_new_privs = true, .seccomp = true};
    while (good && (name = g_dir_read_name(tasks)) != NULL)
        good = read_thread(held, name);
    if (tasks != NULL)
        g_dir_close(tasks);
    if (good && held->threads > 0)
        return true;
    *message = g_strdup("cannot read back from " TASKS " which rights are left: is /proc mounted?");
    return false;
}
