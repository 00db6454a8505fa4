#include "monitor/save.h"

#include <sys/stat.h>

#include "monitor/output/ndjson.h"
#include "monitor/output/new_file.h"
#include "monitor/output/text.h"

enum { TEXT_COLUMNS = 100 };

bool save_must_ask(const struct save_request *request)
{
    struct stat status;
    return !request->replace && lstat(request->path, &status) == 0 && S_ISREG(status.st_mode);
}

static bool is_wanted(void *state, uint32_t session)
{
    return g_hash_table_contains(state, GUINT_TO_POINTER(session));
}

static uint64_t replay(struct model *model, const struct save_request *request, const struct sink *sink)
{
    return model_replay(model, request->sessions != NULL ? is_wanted : NULL, request->sessions, sink);
}

static uint64_t write_ndjson(struct model *model, const struct save_request *request, bool show_secrets, FILE *out)
{
    struct ndjson *ndjson = ndjson_new(out, show_secrets);
    struct sink sink = ndjson_sink(ndjson);
    uint64_t gone = replay(model, request, &sink);

    ndjson_free(&ndjson);
    return gone;
}

static uint64_t write_text(struct model *model, const struct save_request *request, const struct text_options *options,
                           FILE *out)
{
    struct text *text = text_new(out, options);
    struct sink sink = text_sink(text);
    uint64_t gone = replay(model, request, &sink);

    text_finish(text);
    text_free(&text);
    return gone;
}

enum save_result save_records(struct model *model, const struct save_request *request, bool show_secrets, bool utc,
                              char **message)
{
    struct text_options options = {.utc = utc, .show_secrets = show_secrets, .columns = TEXT_COLUMNS};
    struct new_file *file;
    uint64_t gone;

    if (save_must_ask(request))
        return SAVE_EXISTS;
    file = new_file_open(request->path, message);
    if (file == NULL)
        return SAVE_FAILED;
    if (request->format == SAVE_NDJSON)
        gone = write_ndjson(model, request, show_secrets, new_file_stream(file));
    else
        gone = write_text(model, request, &options, new_file_stream(file));
    if (!new_file_finish(&file, message))
        return SAVE_FAILED;
    if (gone > 0)
        *message = g_strdup_printf("%s: saved, but of %" G_GUINT64_FORMAT " session%s records are forgotten",
                                   request->path, gone, gone == 1 ? "" : "s");
    else
        *message = g_strdup_printf("%s: saved", request->path);
    return SAVE_DONE;
}
