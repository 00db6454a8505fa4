/*
 * replayed.c - usage: replayed FOLDER: the records that the model tells once more are those that the pipeline told,
 * byte for byte, as NDJSON and as text: of every capture of the folder, and of all of them as one capture.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/input/capture_set.h"
#include "monitor/model/model.h"
#include "monitor/output/ndjson.h"
#include "monitor/output/text.h"
#include "pipeline/pipeline.h"

enum { FRAMES_PER_PROGRESS = 7 };
static const size_t plenty = (size_t)1 << 30;

struct telling {
    FILE *out;
    char *text;
    size_t len;
    struct ndjson *ndjson;
    struct text *lines;
    struct sink sinks[2];
};

static void telling_open(struct telling *t)
{
    const struct text_options options = {.utc = true, .columns = 80};

    *t = (struct telling){.text = NULL};
    t->out = open_memstream(&t->text, &t->len);
    t->ndjson = ndjson_new(t->out, false);
    t->lines = text_new(t->out, &options);
    t->sinks[0] = ndjson_sink(t->ndjson);
    t->sinks[1] = text_sink(t->lines);
}

static void telling_close(struct telling *t)
{
    text_finish(t->lines);
    text_free(&t->lines);
    ndjson_free(&t->ndjson);
    fclose(t->out);
}

/* ---- one sink before several ---- */

struct tee {
    const struct sink *sinks;
    size_t count;
};

#define TEE(member, record_type)                                                                                       \
    static void tee_##member(void *state, const struct record_envelope *envelope, const record_type *record)           \
    {                                                                                                                  \
        const struct tee *tee = state;                                                                                 \
        for (size_t i = 0; i < tee->count; i++)                                                                        \
            if (tee->sinks[i].member != NULL)                                                                          \
                tee->sinks[i].member(tee->sinks[i].state, envelope, record);                                           \
    }
TEE(line, struct record_line)
TEE(ftp, struct record_ftp)
TEE(data, struct record_data)
TEE(progress, struct record_data)
TEE(finding, struct record_finding)
TEE(session, struct record_session)

static void tee_opened(void *state, const struct record_envelope *envelope)
{
    const struct tee *tee = state;
    for (size_t i = 0; i < tee->count; i++)
        if (tee->sinks[i].opened != NULL)
            tee->sinks[i].opened(tee->sinks[i].state, envelope);
}

static struct sink tee_sink(struct tee *tee)
{
    return (struct sink){tee,          tee_opened,  tee_line,    tee_ftp, tee_data,
                         tee_progress, tee_finding, tee_session, NULL,    NULL};
}

/* ---- comparing ---- */

static void feed(const char *const *paths, size_t count, const struct sink *sink)
{
    const struct capture_set_options options = {.rotated = false};
    struct capture_set *set = capture_set_open(paths, count, &options);
    struct pipeline_config config = {.frames = count > 1 ? capture_set_frames(set) : NULL};
    struct pipeline *pipeline = pipeline_new(&config, sink, paths[0]);
    struct capture_frame frame;
    int64_t before_ns;

    while (capture_set_next(set, &frame)) {
        if (capture_set_paused(set, &before_ns))
            pipeline_pause(pipeline, before_ns);
        pipeline_push(pipeline, frame.interface->linktype, frame.captured, frame.wire_len, frame.number, frame.time_ns);
        if (frame.number % FRAMES_PER_PROGRESS == 0)
            pipeline_progress(pipeline, sink);
    }
    pipeline_end(pipeline);
    pipeline_free(&pipeline);
    capture_set_close(&set);
}

static bool same(const char *name, const struct telling *direct, const struct telling *again)
{
    if (direct->len == again->len && memcmp(direct->text, again->text, direct->len) == 0)
        return true;
    size_t at = 0;
    while (at < direct->len && at < again->len && direct->text[at] == again->text[at])
        at++;
    while (at > 0 && direct->text[at - 1] != '\n')
        at--;
    printf("%s differs:\n  told  %.*s\n  again %.*s\n", name, (int)strcspn(direct->text + at, "\n"), direct->text + at,
           (int)strcspn(again->text + at, "\n"), again->text + at);
    return false;
}

/* Everything that a row promises to be once a capture is over. */
static bool settled(const char *name, struct model *model)
{
    bool good = true;

    model_lock(model);
    for (size_t i = 0; i < model_session_count(model); i++) {
        const struct model_session *s = model_session_at(model, i);
        good = good && s->state == MODEL_ENDED && s->current == NULL && !s->command_waits && *s->ended != '\0';
        for (size_t e = 1; e < s->event_count; e++)
            good = good && model_event_at(model, s, e - 1)->time_ns <= model_event_at(model, s, e)->time_ns;
    }
    good = good && model_totals(model)->sessions_open == 0 && model_totals(model)->transfers_open == 0;
    model_unlock(model);
    if (!good)
        printf("%s: a session is not what it should be at its end\n", name);
    return good;
}

static bool compare(const char *name, const char *const *paths, size_t count)
{
    struct telling direct, again;
    struct model *model = model_new(plenty, false);

    telling_open(&direct);
    telling_open(&again);
    struct sink sinks[] = {direct.sinks[0], direct.sinks[1], model_sink(model)};
    struct tee tee = {sinks, G_N_ELEMENTS(sinks)};
    struct sink all = tee_sink(&tee);
    feed(paths, count, &all);
    struct tee both = {again.sinks, G_N_ELEMENTS(again.sinks)};
    struct sink told = tee_sink(&both);
    bool whole = model_replay(model, NULL, NULL, &told) == 0;
    telling_close(&direct);
    telling_close(&again);
    bool good = same(name, &direct, &again) && whole && settled(name, model);
    free(direct.text);
    free(again.text);
    model_free(&model);
    return good;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
    GDir *folder = argc == 2 ? g_dir_open(argv[1], 0, NULL) : NULL;
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    bool good = true;

    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL)
        if (strstr(name, ".pcap") != NULL)
            g_ptr_array_add(paths, g_build_filename(argv[1], name, NULL));
    g_ptr_array_sort(paths, by_name);
    const char *const *all = (const char *const *)paths->pdata;
    for (guint i = 0; i < paths->len; i++)
        good = compare(all[i], &all[i], 1) && good;
    good = compare("all as one", all, paths->len) && good;
    printf("%u captures\n", paths->len);
    good = good && paths->len > 0;
    g_ptr_array_free(paths, TRUE);
    if (folder != NULL)
        g_dir_close(folder);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
