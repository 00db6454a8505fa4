/* captures_below.c - finds capture files. */
#include "monitor/input/captures_below.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "monitor/input/capture_file.h"
#include "monitor/input/rotation.h"

struct walk {
    GPtrArray *found;
    GHashTable *seen; /* "device:inode" of the folders visited: links may lead in circles */
    GPtrArray *complaints;
};

/* It begins like a capture, or like something compressed that unpacks to one. */
static bool has_capture_content(const char *path)
{
    char *message = NULL;
    uint8_t first[4];
    FILE *stream = fopen(path, "rb");
    size_t n = stream != NULL ? fread(first, 1, sizeof(first), stream) : 0;

    if (stream != NULL)
        fclose(stream);
    if (!capture_file_may_begin((struct fsc_span){first, n}))
        return false;
    struct capture_file *file = capture_file_open(path, &message);
    bool is_capture = file != NULL;
    capture_file_close(&file);
    g_free(message);
    return is_capture;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void walk_folder(struct walk *walk, const char *path);

static void walk_entry(struct walk *walk, char *path)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        if (rotation_has_capture_ending(path)) /* a link that leads nowhere */
            g_ptr_array_add(walk->complaints, g_strdup_printf("%s: %s", path, g_strerror(errno)));
    } else if (S_ISDIR(status.st_mode)) {
        char *identity = g_strdup_printf("%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
        if (g_hash_table_add(walk->seen, identity))
            walk_folder(walk, path);
    } else if (S_ISREG(status.st_mode) && (rotation_has_capture_ending(path) || has_capture_content(path))) {
        g_ptr_array_add(walk->found, path);
        return;
    }
    g_free(path);
}

static void walk_folder(struct walk *walk, const char *path)
{
    GPtrArray *names = g_ptr_array_new();
    GError *error = NULL;
    GDir *folder = g_dir_open(path, 0, &error);
    const char *name;

    if (folder == NULL) {
        g_ptr_array_add(walk->complaints, g_strdup(error->message));
        g_error_free(error);
    }
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL)
        g_ptr_array_add(names, g_build_filename(path, name, NULL));
    if (folder != NULL)
        g_dir_close(folder);
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++)
        walk_entry(walk, names->pdata[i]);
    g_ptr_array_free(names, TRUE);
}

GPtrArray *captures_below(const char *folder, GPtrArray *complaints)
{
    struct walk walk = {.found = g_ptr_array_new_with_free_func(g_free),
                        .seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                        .complaints = complaints};

    walk_entry(&walk, g_strdup(folder));
    g_hash_table_destroy(walk.seen);
    return walk.found;
}
