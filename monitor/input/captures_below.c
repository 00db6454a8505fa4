/* captures_below.c - finds capture files. */
#include "monitor/input/captures_below.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct walk {
    GPtrArray *found;
    GHashTable *seen; /* "device:inode" of the folders visited: links may lead in circles */
    GPtrArray *complaints;
};

/* "trace.pcap", "trace.pcap3" and "trace.pcap.3": tcpdump -C, logrotate. */
static bool has_capture_name(const char *path)
{
    static const char *const ends[] = {".pcap", ".pcapng", ".cap", ".dmp"};
    size_t length = strlen(path);

    while (length > 0 && (g_ascii_isdigit(path[length - 1])))
        length--;
    if (length > 0 && path[length] != '\0' && path[length - 1] == '.')
        length--;
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        size_t n = strlen(ends[i]);
        if (length >= n && memcmp(path + length - n, ends[i], n) == 0)
            return true;
    }
    return false;
}

/* pcap in both byte orders, with micro- and nanoseconds, and as modified by Kuznetzov; a section header of pcapng. */
static bool has_capture_magic(const char *path)
{
    static const uint32_t magics[] = {0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34, 0x0a0d0d0a};
    uint32_t first = 0;
    FILE *file = fopen(path, "rb");
    bool found = false;

    if (file == NULL)
        return false;
    if (fread(&first, sizeof(first), 1, file) == 1)
        for (size_t i = 0; i < G_N_ELEMENTS(magics); i++)
            found = found || first == magics[i] || first == GUINT32_SWAP_LE_BE(magics[i]);
    fclose(file);
    return found;
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
        if (has_capture_name(path)) /* a link that leads nowhere */
            g_ptr_array_add(walk->complaints, g_strdup_printf("%s: %s", path, g_strerror(errno)));
    } else if (S_ISDIR(status.st_mode)) {
        char *identity = g_strdup_printf("%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
        if (g_hash_table_add(walk->seen, identity))
            walk_folder(walk, path);
    } else if (S_ISREG(status.st_mode) && (has_capture_name(path) || has_capture_magic(path))) {
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
