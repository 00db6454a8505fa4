/* new_file.c - written beside its place, then renamed. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* O_TMPFILE */
#endif

#include "monitor/output/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RIGHTS = 0640 }; /* packets of FTP hold passwords */

struct new_file {
    FILE *stream;
    char *path, *temporary; /* temporary NULL: written in place */
    bool nameless;          /* `temporary` is no file yet */
};

static bool is_in_place(const char *path)
{
    struct stat status;
    return strcmp(path, "-") == 0 || (stat(path, &status) == 0 && !S_ISREG(status.st_mode));
}

/* A link stays one: the file that it leads to is replaced. */
static char *behind_links(const char *path)
{
    char *real = realpath(path, NULL), *copy = g_strdup(real != NULL ? real : path);

    free(real);
    return copy;
}

static FILE *open_in_place(const char *path)
{
    if (strcmp(path, "-") != 0)
        return fopen(path, "wb");
    int copy = dup(STDOUT_FILENO);
    return copy < 0 ? NULL : fdopen(copy, "wb");
}

/* A file without a name, where the file system has such: nothing stays of it when the program is ended. */
static int open_nameless(const char *path)
{
    char *folder = g_path_get_dirname(path);
    int descriptor = open(folder, O_WRONLY | O_TMPFILE | O_CLOEXEC, RIGHTS);

    g_free(folder);
    return descriptor;
}

/* Rights are ours, less the user's mask, or those of the file that it replaces. */
static FILE *open_beside(struct new_file *file)
{
    struct stat old;
    int descriptor = open_nameless(file->path);

    file->nameless = descriptor >= 0;
    if (descriptor < 0)
        descriptor = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, RIGHTS);
    if (descriptor >= 0 && stat(file->path, &old) == 0)
        (void)fchmod(descriptor, old.st_mode & 0777);
    return descriptor < 0 ? NULL : fdopen(descriptor, "wb");
}

/* The nameless file becomes `temporary`. */
static bool give_name(const struct new_file *file)
{
    char *self = g_strdup_printf("/proc/self/fd/%d", fileno(file->stream));
    bool named = linkat(AT_FDCWD, self, AT_FDCWD, file->temporary, AT_SYMLINK_FOLLOW) == 0;

    g_free(self);
    return named;
}

struct new_file *new_file_open(const char *path, char **message)
{
    struct new_file *file = g_new0(struct new_file, 1);

    file->path = behind_links(path);
    if (!is_in_place(path))
        file->temporary = g_strdup_printf("%s.%ld.tmp", file->path, (long)getpid());
    file->stream = file->temporary != NULL ? open_beside(file) : open_in_place(path);
    if (file->stream != NULL)
        return file;
    *message = g_strdup_printf("%s: %s", path, g_strerror(errno));
    g_free(file->path);
    g_free(file->temporary);
    g_free(file);
    return NULL;
}

FILE *new_file_stream(const struct new_file *file)
{
    return file->stream;
}

static void drop(struct new_file **file, bool remove)
{
    struct new_file *f = *file;

    if (remove && f->temporary != NULL)
        g_unlink(f->temporary);
    g_free(f->path);
    g_free(f->temporary);
    g_free(f);
    *file = NULL;
}

void new_file_abandon(struct new_file **file)
{
    fclose((*file)->stream);
    drop(file, true);
}

/* 0, or the number of the error. */
static int finish(struct new_file *f)
{
    int error = ferror(f->stream) != 0 ? EIO : 0;

    if (error == 0 && fflush(f->stream) != 0)
        error = errno;
    if (error == 0 && f->nameless && !give_name(f))
        error = errno;
    if (fclose(f->stream) != 0 && error == 0)
        error = errno;
    if (error == 0 && f->temporary != NULL && g_rename(f->temporary, f->path) != 0)
        error = errno;
    return error;
}

bool new_file_finish(struct new_file **file, char **message)
{
    int error = finish(*file);

    if (error != 0)
        *message = g_strdup_printf("%s: cannot be written: %s", (*file)->path, g_strerror(error));
    drop(file, error != 0);
    return error == 0;
}
