/* tee.c - one function for each kind of record. */
#include "monitor/output/tee.h"

#include <assert.h>

void tee_add(struct tee *tee, const struct sink *sink)
{
    assert(tee->count < TEE_MAX);
    tee->sinks[tee->count++] = *sink;
}

/* Hands a call to every sink that has the function. */
#define TEE(function, ...)                                                                                             \
    do {                                                                                                               \
        const struct tee *tee = state;                                                                                 \
        for (size_t i = 0; i < tee->count; i++)                                                                        \
            if (tee->sinks[i].function != NULL)                                                                        \
                tee->sinks[i].function(tee->sinks[i].state, __VA_ARGS__);                                              \
    } while (0)

static void on_opened(void *state, const struct record_envelope *envelope)
{
    TEE(opened, envelope);
}

static void on_line(void *state, const struct record_envelope *envelope, const struct record_line *record)
{
    TEE(line, envelope, record);
}

static void on_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record)
{
    TEE(ftp, envelope, record);
}

static void on_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    TEE(data, envelope, record);
}

static void on_progress(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    TEE(progress, envelope, record);
}

static void on_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    TEE(finding, envelope, record);
}

static void on_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    TEE(session, envelope, record);
}

static void on_check(void *state, const char *file, int64_t time_ns, const struct record_check *record)
{
    TEE(check, file, time_ns, record);
}

static void on_stats(void *state, const struct record_stats *record)
{
    TEE(stats, record);
}

/* The function, if a sink has it. */
#define WANTED(sink, function, on)                                                                                     \
    if ((sink)->function != NULL)                                                                                      \
    all.function = (on)

struct sink tee_sink(struct tee *tee)
{
    struct sink all = {.state = tee};

    for (size_t i = 0; i < tee->count; i++) {
        WANTED(&tee->sinks[i], opened, on_opened);
        WANTED(&tee->sinks[i], line, on_line);
        WANTED(&tee->sinks[i], ftp, on_ftp);
        WANTED(&tee->sinks[i], data, on_data);
        WANTED(&tee->sinks[i], progress, on_progress);
        WANTED(&tee->sinks[i], finding, on_finding);
        WANTED(&tee->sinks[i], session, on_session);
        WANTED(&tee->sinks[i], check, on_check);
        WANTED(&tee->sinks[i], stats, on_stats);
    }
    return all;
}
