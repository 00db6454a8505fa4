/*
 * cost.c - usage: model_cost none|model|both [MEGABYTES] < CAPTURE: a capture through the pipeline into nothing, or
 * into the model. With `both` another thread reads the model all the time. Tells seconds and records.
 */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "monitor/input/capture_set.h"
#include "monitor/model/model.h"
#include "pipeline/pipeline.h"

static uint64_t records;

static void count_opened(void *state, const struct record_envelope *envelope)
{
    (void)state;
    (void)envelope;
    records++;
}
#define COUNT(member, record_type)                                                                                     \
    static void count_##member(void *state, const struct record_envelope *envelope, const record_type *record)         \
    {                                                                                                                  \
        (void)state;                                                                                                   \
        (void)envelope;                                                                                                \
        (void)record;                                                                                                  \
        records++;                                                                                                     \
    }
COUNT(line, struct record_line)
COUNT(ftp, struct record_ftp)
COUNT(data, struct record_data)
COUNT(progress, struct record_data)
COUNT(finding, struct record_finding)
COUNT(session, struct record_session)

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct reader {
    struct model *model;
    atomic_bool stop;
    uint64_t looks, sum;
};

/* What a screen does ten times a second: all rows, and one conversation. */
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
        r->looks++;
        nanosleep(&(struct timespec){0, 100000000}, NULL);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    const char *input = "-", *how = argc > 1 ? argv[1] : "model";
    size_t megabytes = argc > 2 ? (size_t)atoi(argv[2]) : 256;
    const struct capture_set_options options = {.rotated = false};
    struct capture_set *set = capture_set_open(&input, 1, &options);
    struct model *model = model_new(megabytes << 20, false);
    struct pipeline_config config = {.frames = NULL};
    struct sink none = {NULL,           count_opened,  count_line,    count_ftp, count_data,
                        count_progress, count_finding, count_session, NULL,      NULL};
    struct sink sink = strcmp(how, "none") == 0 ? none : model_sink(model);
    struct pipeline *pipeline = pipeline_new(&config, &sink, input);
    struct reader reader = {.model = model};
    struct capture_frame frame;
    pthread_t thread;
    int64_t asked_ns = 0;

    if (strcmp(how, "both") == 0)
        pthread_create(&thread, NULL, read_on, &reader);
    double begin = seconds(CLOCK_THREAD_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
    while (capture_set_next(set, &frame)) {
        pipeline_push(pipeline, frame.interface->linktype, frame.captured, frame.wire_len, frame.number, frame.time_ns);
        if (frame.time_ns - asked_ns > 250000000) {
            pipeline_progress(pipeline, &sink);
            asked_ns = frame.time_ns;
        }
    }
    pipeline_end(pipeline);
    double cpu = seconds(CLOCK_THREAD_CPUTIME_ID) - begin;
    wall = seconds(CLOCK_MONOTONIC) - wall;
    if (strcmp(how, "both") == 0) {
        reader.stop = true;
        pthread_join(thread, NULL);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const struct model_totals *totals = model_totals(model);
    printf(
        "%s: cpu %.3f s, wall %.3f s, records %llu, max rss %ld MB; sessions %llu kept %zu, transfers %llu kept %zu, "
        "forgotten %llu, looks %llu\n",
        how, cpu, wall, (unsigned long long)records, usage.ru_maxrss / 1024, (unsigned long long)totals->sessions,
        model_session_count(model), (unsigned long long)totals->transfers, model_transfer_count(model),
        (unsigned long long)totals->forgotten_sessions, (unsigned long long)reader.looks);
    pipeline_free(&pipeline);
    capture_set_close(&set);
    model_free(&model);
    return EXIT_SUCCESS;
}
