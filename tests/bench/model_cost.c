/*
 * model_cost.c - usage: model_cost none|model|both [MEGABYTES] < CAPTURE: a capture through the pipeline to a sink that
 * counts, or into the model; with `both` another thread looks at all sessions ten times a second. Tells the time that
 * the pipeline's thread took, without that for freeing the model.
 */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "monitor/input/capture_set.h"
#include "monitor/model/model.h"
#include "pipeline/pipeline.h"

static void count_opened(void *records, const struct record_envelope *envelope)
{
    (void)envelope;
    ++*(uint64_t *)records;
}

#define COUNT(member, record_type)                                                                                     \
    static void count_##member(void *records, const struct record_envelope *envelope, const record_type *record)       \
    {                                                                                                                  \
        (void)record;                                                                                                  \
        count_opened(records, envelope);                                                                               \
    }
COUNT(line, struct record_line)
COUNT(ftp, struct record_ftp)
COUNT(data, struct record_data)
COUNT(progress, struct record_data)
COUNT(finding, struct record_finding)
COUNT(session, struct record_session)

/* Of this thread's own. */
static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct reader {
    struct model *model;
    atomic_bool stop;
    uint64_t sum;
};

/* As a screen that shows them all. */
static void *read_on(void *state)
{
    struct reader *r = state;

    while (!r->stop) {
        struct pollfd fd = {model_changes_fd(r->model), POLLIN, 0};
        poll(&fd, 1, 100);
        model_changes_seen(r->model);
        model_lock(r->model);
        size_t count = model_session_count(r->model);
        for (size_t i = 0; i < count; i++) {
            const struct model_session *s = model_session_at(r->model, i);
            r->sum += strlen(s->user) + s->bytes_down + (s->current != NULL ? s->current->bytes : 0);
        }
        model_unlock(r->model);
        nanosleep(&(struct timespec){0, 100000000}, NULL);
    }
    return NULL;
}

static void feed(struct capture_set *set, const struct sink *sink)
{
    struct pipeline_config config = {.frames = NULL};
    struct pipeline *pipeline = pipeline_new(&config, sink, "-");
    struct capture_frame frame;
    int64_t asked_ns = 0;

    while (capture_set_next(set, &frame)) {
        pipeline_push(pipeline, frame.interface->linktype, frame.captured, frame.wire_len, frame.number, frame.time_ns);
        if (frame.time_ns - asked_ns < 250000000)
            continue;
        pipeline_progress(pipeline, sink);
        asked_ns = frame.time_ns;
    }
    pipeline_end(pipeline);
    pipeline_free(&pipeline);
}

static void tell(const char *how, double taken, uint64_t records, const struct model *model)
{
    const struct model_totals *totals = model_totals(model);

    printf("%s: %.3f s; records %" G_GUINT64_FORMAT "; sessions %" G_GUINT64_FORMAT
           ", kept %zu; transfers %" G_GUINT64_FORMAT ", kept %zu\n",
           how, taken, records, totals->sessions, model_session_count(model), totals->transfers,
           model_transfer_count(model));
}

int main(int argc, char **argv)
{
    const char *input = "-", *how = argc > 1 ? argv[1] : "model";
    uint64_t megabytes = argc > 2 ? g_ascii_strtoull(argv[2], NULL, 10) : 256, records = 0;
    const struct capture_set_options options = {.rotated = false};
    struct capture_set *set = capture_set_open(&input, 1, &options);
    struct model *model = model_new((size_t)megabytes << 20, false);
    struct sink none = {&records,       count_opened,  count_line,    count_ftp, count_data,
                        count_progress, count_finding, count_session, NULL,      NULL};
    struct sink sink = strcmp(how, "none") == 0 ? none : model_sink(model);
    struct reader reader = {.model = model};
    bool both = strcmp(how, "both") == 0;
    pthread_t thread;

    both = both && pthread_create(&thread, NULL, read_on, &reader) == 0;
    double begin = seconds();
    feed(set, &sink);
    double taken = seconds() - begin;
    reader.stop = true;
    if (both)
        pthread_join(thread, NULL);
    tell(how, taken, records, model);
    capture_set_close(&set);
    model_free(&model);
    return EXIT_SUCCESS;
}
