/* metrics.c - counting. */
#include "monitor/output/metrics_internal.h"

#include <glib.h>
#include <pthread.h>
#include <string.h>

const char *const metrics_logins[LOGIN_COUNT] = {"accepted", "refused", "none", "unknown"};
const char *const metrics_tls[TLS_COUNT] = {"none", "explicit", "implicit"};

const struct metrics_bound metrics_waits[] = {
    {1000000, "0.001"},  {2500000, "0.0025"}, {5000000, "0.005"},  {10000000, "0.01"},  {25000000, "0.025"},
    {50000000, "0.05"},  {100000000, "0.1"},  {250000000, "0.25"}, {500000000, "0.5"},  {1000000000, "1"},
    {2500000000, "2.5"}, {5000000000, "5"},   {10000000000, "10"}, {30000000000, "30"}, {0, NULL},
};
const struct metrics_bound metrics_durations[] = {
    {1000000, "0.001"},  {10000000, "0.01"},    {100000000, "0.1"},      {1000000000, "1"},       {10000000000, "10"},
    {60000000000, "60"}, {300000000000, "300"}, {1800000000000, "1800"}, {7200000000000, "7200"}, {0, NULL},
};

struct metrics {
    pthread_mutex_t mutex;
    struct metrics_counts counts;
};

struct metrics *metrics_new(int64_t start_ns)
{
    struct metrics *metrics = g_new0(struct metrics, 1);

    pthread_mutex_init(&metrics->mutex, NULL);
    metrics->counts.start_ns = start_ns;
    return metrics;
}

void metrics_free(struct metrics **metrics)
{
    if (*metrics == NULL)
        return;
    for (size_t i = 0; i < (*metrics)->counts.capture_count; i++)
        g_free((gpointer)(uintptr_t)(*metrics)->counts.captures[i].interface);
    g_free((*metrics)->counts.captures);
    pthread_mutex_destroy(&(*metrics)->mutex);
    g_free(*metrics);
    *metrics = NULL;
}

struct metrics_counts *metrics_copy(struct metrics *metrics)
{
    struct metrics_counts *copy = g_new(struct metrics_counts, 1);

    pthread_mutex_lock(&metrics->mutex);
    *copy = metrics->counts;
    copy->captures = g_memdup2(copy->captures, copy->capture_count * sizeof(*copy->captures));
    pthread_mutex_unlock(&metrics->mutex);
    return copy;
}

void metrics_copy_free(struct metrics_counts **copy)
{
    g_free((*copy)->captures);
    g_free(*copy);
    *copy = NULL;
}

/* A time that is not known (-1) is none. */
static void observe(struct metrics_histogram *histogram, const struct metrics_bound *bounds, int64_t ns)
{
    size_t i = 0;

    if (ns < 0)
        return;
    while (bounds[i].seconds != NULL && ns > bounds[i].ns)
        i++;
    histogram->counts[i]++;
    histogram->count++;
    histogram->sum_ns += (uint64_t)ns;
}

/* ---- records ---- */

static void on_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record)
{
    struct metrics *metrics = state;
    struct metrics_counts *counts = &metrics->counts;

    (void)envelope;
    pthread_mutex_lock(&metrics->mutex);
    if (record->verb != FSC_VERB_NONE)
        counts->commands[record->verb]++;
    for (size_t i = 0; i < record->reply_count; i++)
        counts->replies[MIN(record->replies[i].code, METRICS_CODES - 1)]++;
    observe(&counts->latency, metrics_waits, record->latency_ns);
    pthread_mutex_unlock(&metrics->mutex);
}

static void on_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct metrics *metrics = state;
    struct metrics_counts *counts = &metrics->counts;

    (void)envelope;
    pthread_mutex_lock(&metrics->mutex);
    counts->transfers[record->upload][record->status]++;
    counts->bytes[record->upload] += record->bytes;
    observe(&counts->setup, metrics_waits, record->setup_ns);
    observe(&counts->duration, metrics_durations, record->duration_ns);
    pthread_mutex_unlock(&metrics->mutex);
}

static void on_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    struct metrics *metrics = state;

    (void)envelope;
    pthread_mutex_lock(&metrics->mutex);
    metrics->counts.findings[record->finding->id][record->finding->severity]++;
    pthread_mutex_unlock(&metrics->mutex);
}

static size_t word_index(const char *word, const char *const *words, size_t count, size_t otherwise)
{
    for (size_t i = 0; word != NULL && i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    return otherwise;
}

static void on_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct metrics *metrics = state;
    size_t login = word_index(record->login, metrics_logins, LOGIN_COUNT, LOGIN_UNKNOWN);
    size_t tls = word_index(record->tls, metrics_tls, TLS_COUNT, TLS_NONE);

    (void)envelope;
    pthread_mutex_lock(&metrics->mutex);
    metrics->counts.ended++;
    metrics->counts.logins[login]++;
    metrics->counts.tls[tls]++;
    pthread_mutex_unlock(&metrics->mutex);
}

struct sink metrics_sink(struct metrics *metrics)
{
    return (struct sink){
        .state = metrics, .ftp = on_ftp, .data = on_data, .finding = on_finding, .session = on_session};
}

/* ---- what is told ---- */

void metrics_capture(struct metrics *metrics, size_t number, const struct metrics_capture *capture)
{
    struct metrics_counts *counts = &metrics->counts;

    pthread_mutex_lock(&metrics->mutex);
    if (number >= counts->capture_count)
        counts->captures = g_renew(struct metrics_capture, counts->captures, number + 1);
    for (; counts->capture_count <= number; counts->capture_count++)
        counts->captures[counts->capture_count] = (struct metrics_capture){.interface = g_strdup(capture->interface)};
    const char *name = counts->captures[number].interface;
    counts->captures[number] = *capture;
    counts->captures[number].interface = name;
    pthread_mutex_unlock(&metrics->mutex);
}

void metrics_run(struct metrics *metrics, const struct metrics_run *run)
{
    pthread_mutex_lock(&metrics->mutex);
    metrics->counts.run = *run;
    pthread_mutex_unlock(&metrics->mutex);
}
