/* metrics_internal.h - shared by metrics.c (counts) and metrics_text.c (writes). */
#ifndef MONITOR_OUTPUT_METRICS_INTERNAL_H
#define MONITOR_OUTPUT_METRICS_INTERNAL_H

#include "monitor/output/metrics.h"

enum {
    METRICS_CODES = 1000, /* by number: the text asks which of them the table has */
    METRICS_BUCKETS = 16,
};

enum metrics_login { LOGIN_ACCEPTED, LOGIN_REFUSED, LOGIN_NONE, LOGIN_UNKNOWN, LOGIN_COUNT };
enum metrics_tls { TLS_NONE, TLS_EXPLICIT, TLS_IMPLICIT, TLS_COUNT };

extern const char *const metrics_logins[LOGIN_COUNT], *const metrics_tls[TLS_COUNT];

struct metrics_bound {
    int64_t ns;
    const char *seconds;
};
/* Ends with seconds NULL. */
extern const struct metrics_bound metrics_waits[], metrics_durations[];

struct metrics_histogram {
    uint64_t counts[METRICS_BUCKETS]; /* of each bucket alone; the one behind the last bound is +Inf */
    uint64_t count, sum_ns;
};

/* All of it is copied for who writes. */
struct metrics_counts {
    int64_t start_ns;
    uint64_t ended, logins[LOGIN_COUNT], tls[TLS_COUNT];
    uint64_t commands[FSC_VERB_COUNT], replies[METRICS_CODES];
    uint64_t transfers[2][FSC_STATUS_COMPLETE + 1], bytes[2]; /* [0] download */
    uint64_t findings[FSC_FINDING_COUNT][FSC_SEVERITY_ERROR + 1];
    struct metrics_histogram latency, setup, duration;
    struct metrics_capture *captures; /* names belong to the metrics, also in a copy */
    size_t capture_count;
    struct metrics_run run;
};

struct metrics_counts *metrics_copy(struct metrics *metrics);
void metrics_copy_free(struct metrics_counts **copy);

#endif
