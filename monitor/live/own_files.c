#include "monitor/live/own_files.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a path leads to, and where it is: the folder and the name in it. */
struct place {
    bool exists, has_folder;
    dev_t device, folder_device;
    ino_t inode, folder_inode;
    char *name; /* g_free */
};

/* Terminals and /dev/null serve many at once. */
static void take_status(struct place *place, const struct stat *status)
{
    place->exists = S_ISREG(status->st_mode) || S_ISFIFO(status->st_mode);
    place->device = status->st_dev;
    place->inode = status->st_ino;
}

static struct place place_of_descriptor(int descriptor)
{
    struct place place = {0};
    struct stat status;

    if (fstat(descriptor, &status) == 0)
        take_status(&place, &status);
    return place;
}

static struct place place_of_path(const char *path)
{
    struct place place = {.name = g_path_get_basename(path)};
    char *folder = g_path_get_dirname(path);
    struct stat status;

    if (stat(path, &status) == 0)
        take_status(&place, &status);
    place.has_folder = stat(folder, &status) == 0;
    place.folder_device = status.st_dev;
    place.folder_inode = status.st_ino;
    g_free(folder);
    return place;
}

static bool is_same(const struct place *one, const struct place *other)
{
    if (one->exists && other->exists && one->device == other->device && one->inode == other->inode)
        return true;
    return one->has_folder && other->has_folder && one->folder_device == other->folder_device &&
           one->folder_inode == other->folder_inode && strcmp(one->name, other->name) == 0;
}

/* What is not there is nothing, and the same as nothing. `ending`: what is written beside the file until it is
 * complete. */
static struct place place_of(const char *path, int descriptor, const char *ending)
{
    if (path == NULL)
        return (struct place){0};
    if (strcmp(path, "-") == 0)
        return *ending == '\0' ? place_of_descriptor(descriptor) : (struct place){0};
    char *whole = g_strconcat(path, ending, NULL);
    struct place place = place_of_path(whole);
    g_free(whole);
    return place;
}

enum { OUTPUT_WRITE, OUTPUT_LOG, OUTPUT_METRICS, OUTPUT_STDOUT, OUTPUT_COUNT };

static struct place place_of_output(const struct live_words *w, int output, const char *ending)
{
    bool uses_stdout = w->log == NULL || g_strcmp0(w->write, "-") == 0;
    const char *const paths[] = {w->write, w->log, w->metrics_file, uses_stdout ? "-" : NULL};
    bool has_part = output == OUTPUT_WRITE || output == OUTPUT_METRICS;

    if (*ending != '\0' && !has_part)
        return (struct place){0};
    return place_of(paths[output], STDOUT_FILENO, ending);
}

static bool takes_input(const struct live_words *w, const struct place *input, int output)
{
    struct place whole = place_of_output(w, output, ""), part = place_of_output(w, output, ".part");
    bool same = is_same(&whole, input) || is_same(&part, input);

    g_free(whole.name);
    g_free(part.name);
    return same;
}

static const char *input_complaint(const struct live_words *w)
{
    static const char *const complaints[OUTPUT_COUNT] = {
        "--write names the input: it would be lost", "--log names the input: it would be spoilt",
        "--metrics-file names the input: it would be lost", "standard output goes to the input: it would be spoilt"};
    struct place input = place_of(w->read, STDIN_FILENO, "");
    const char *complaint = NULL;

    for (int i = 0; i < OUTPUT_COUNT && complaint == NULL; i++)
        if (takes_input(w, &input, i))
            complaint = complaints[i];
    g_free(input.name);
    return complaint;
}

const char *own_files_complaint(const struct live_words *words)
{
    bool shared = false;

    for (int i = 0; i < OUTPUT_COUNT; i++)
        for (int k = i + 1; k < OUTPUT_COUNT; k++) {
            struct place one = place_of_output(words, i, ""), other = place_of_output(words, k, "");
            bool is_stdout_twice = i == OUTPUT_WRITE && k == OUTPUT_STDOUT && g_strcmp0(words->write, "-") == 0;
            shared = shared || (!is_stdout_twice && is_same(&one, &other));
            g_free(one.name);
            g_free(other.name);
        }
    return shared ? "--write, --log, --metrics-file and standard output need files of their own"
                  : input_complaint(words);
}

bool own_files_input(const struct live_words *words, dev_t *device, ino_t *inode)
{
    struct place input = place_of(words->read, STDIN_FILENO, "");

    *device = input.device;
    *inode = input.inode;
    g_free(input.name);
    return input.exists;
}
