#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_PATH */
#endif

#include "monitor/output/target.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse(const char *path, const char *why, char **message)
{
    *message = g_strdup_printf("%s: %s", path, why);
    return false;
}

bool target_open(struct target *target, const char *path, const struct target_owner *owner, char **message)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;

    if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return refuse(path, "is a folder, a file name is wanted", message);
    char *folder = slash == NULL ? g_strdup(".") : g_strndup(path, (gsize)(slash - path) + (slash == path));
    int descriptor = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int error = errno;
    g_free(folder);
    if (descriptor < 0)
        return refuse(path, g_strerror(error), message);
    *target = (struct target){descriptor, g_strdup(path), g_strdup(name), owner};
    return true;
}

void target_close(struct target *target)
{
    if (target->path == NULL)
        return;
    close(target->folder);
    g_free(target->path);
    g_free(target->name);
    *target = (struct target){.folder = -1};
}

char *target_words(const struct target *target, const char *name)
{
    const char *slash = target->path != NULL ? strrchr(target->path, '/') : NULL;
    int n = slash != NULL ? (int)(slash + 1 - target->path) : 0;
    return g_strdup_printf("%.*s%s", n, n > 0 ? target->path : "", name);
}

int target_make(const struct target *target, const char *name, int flags)
{
    const int how = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | flags;
    int descriptor = openat(target->folder, name, how, 0640);

    if (descriptor >= 0 && target->owner != NULL && geteuid() == 0)
        (void)!fchown(descriptor, target->owner->uid, target->owner->gid);
    return descriptor;
}

static bool belongs_to_another(const struct target *target, const char *name)
{
    struct stat folder, file;
    uid_t self = geteuid();

    return self != 0 && fstat(target->folder, &folder) == 0 && (folder.st_mode & S_ISVTX) != 0 &&
           folder.st_uid != self && fstatat(target->folder, name, &file, AT_SYMLINK_NOFOLLOW) == 0 &&
           file.st_uid != self;
}

bool target_is_replaceable(const struct target *target, const char *name, char **message)
{
    if (!belongs_to_another(target, name))
        return true;
    char *path = target_words(target, name);
    *message = g_strdup_printf(
        "%s: belongs to another user, who alone may replace it in this folder: remove it, or name another file", path);
    g_free(path);
    return false;
}
