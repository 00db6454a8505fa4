#include "monitor/save_packets.h"

#include <sys/stat.h>

#include "monitor/extract.h"
#include "monitor/output/new_file.h"

static char *words_of(const struct save_request *request, const struct extract_totals *extracted)
{
    return g_strdup_printf("%s: %" G_GUINT64_FORMAT " packet%s of %" G_GUINT64_FORMAT " session%s", request->path,
                           extracted->frames, extracted->frames == 1 ? "" : "s", extracted->sessions,
                           extracted->sessions == 1 ? "" : "s");
}

enum save_result save_packets(const struct run_input *input, const struct pipeline_config *config,
                              struct packet_filter *filter, const struct save_request *request, char **message)
{
    const struct select_options select = {.numbers = request->sessions};
    const struct sink nothing = {.state = NULL};
    struct run_input again = *input;
    struct pipeline_totals totals;
    struct run_troubles same = run_troubles_new(); /* they were told already */
    struct extract_totals extracted;
    struct new_file *file = new_file_open(request->path, message);

    if (file != NULL) {
        again.filter = filter;
        again.each = NULL;
        (void)extract_run(&again, config, request->sessions != NULL ? &select : NULL, &nothing, new_file_stream(file),
                          &totals, &same, &extracted);
    }
    run_troubles_clear(&same);
    if (file == NULL)
        return SAVE_FAILED;
    if (input->stop != NULL && g_atomic_int_get(input->stop)) {
        new_file_abandon(&file);
        *message = g_strdup("not saved: the program ends");
        return SAVE_FAILED;
    }
    if (!new_file_finish(&file, message))
        return SAVE_FAILED;
    *message = words_of(request, &extracted);
    return SAVE_DONE;
}

bool save_is_input(const struct run_input *input, const char *path)
{
    struct stat one, other;

    if (stat(path, &one) != 0)
        return false;
    for (size_t i = 0; i < input->count; i++)
        if (stat(input->paths[i], &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino)
            return true;
    return false;
}
