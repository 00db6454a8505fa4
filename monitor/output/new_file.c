/* new_file.c - written beside its place, then renamed. */
#include "monitor/output/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct new_file {
    FILE *stream;
    char *path, *temporary; /* temporary NULL: written in place */
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

/* Rights are those that the user's mask leaves, as of any other file. */
static FILE *open_beside(const char *temporary)
{
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return descriptor < 0 ? NULL : fdopen(descriptor, "wb");
}

struct new_file *new_file_open(const char *path, char **message)
{
    struct new_file *file = g_new0(struct new_file, 1);

    file->path = behind_links(path);
    if (!is_in_place(path))
        file->temporary = g_strdup_printf("%s.%ld.tmp", file->path, (long)getpid());
    file->stream = file->temporary != NULL ? open_beside(file->temporary) : open_in_place(path);
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

bool new_file_finish(struct new_file **file, char **message)
{
    struct new_file *f = *file;
    bool failed = ferror(f->stream) != 0;
    int error = failed ? EIO : 0;

    if (fclose(f->stream) != 0) {
        failed = true;
        error = errno;
    }
    if (!failed && f->temporary != NULL && g_rename(f->temporary, f->path) != 0) {
        failed = true;
        error = errno;
    }
    if (failed)
        *message = g_strdup_printf("%s: cannot be written: %s", f->path, g_strerror(error));
    drop(file, failed);
    return !failed;
}
