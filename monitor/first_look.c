#include "monitor/first_look.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "monitor/input/capture_file.h"

/* NULL: it may be one; else the sentence (g_free). */
static char *trouble_of(const char *path)
{
    uint8_t first[16];
    struct stat status;

    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return g_strdup_printf("%s: is a folder", path);
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return g_strdup_printf("%s: %s", path, g_strerror(errno));
    ssize_t n = read(fd, first, sizeof(first));
    (void)close(fd);
    if (n == 0)
        return g_strdup_printf("%s: offset 0: the file is empty", path);
    if (n > 0 && !capture_file_may_begin((struct fsc_span){first, (size_t)n}))
        return g_strdup_printf("%s: offset 0: not a pcap or pcapng file", path);
    return NULL;
}

bool first_look(char *const *files, GPtrArray *sentences)
{
    for (; *files != NULL; files++) {
        char *trouble = strcmp(*files, "-") != 0 ? trouble_of(*files) : NULL;
        if (trouble == NULL) {
            g_ptr_array_set_size(sentences, 0);
            return true;
        }
        g_ptr_array_add(sentences, trouble);
    }
    return false;
}

uint64_t files_size(char *const *files, bool *twice)
{
    struct stat status;
    uint64_t sum = 0;

    *twice = true;
    for (; *files != NULL; files++) {
        bool regular = strcmp(*files, "-") != 0 && stat(*files, &status) == 0 && S_ISREG(status.st_mode);
        *twice = *twice && regular;
        sum += regular ? (uint64_t)status.st_size : 0;
    }
    return *twice ? sum : 0;
}

char *files_words(char *const *files, size_t count)
{
    char *base = g_path_get_basename(files[0]);
    char *words = count == 1 ? g_strdup(base) : g_strdup_printf("%s and %zu more", base, count - 1);

    g_free(base);
    return words;
}
