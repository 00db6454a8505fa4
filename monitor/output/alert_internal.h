/* alert_internal.h - what the two processes of alert.h share. */
#ifndef MONITOR_OUTPUT_ALERT_INTERNAL_H
#define MONITOR_OUTPUT_ALERT_INTERNAL_H

#include <stdatomic.h>
#include <sys/types.h>

#include "monitor/output/alert.h"

/* In memory that both have: written by the helper, read by the monitor. */
struct alert_board {
    _Atomic uint64_t skipped, run, failed, killed;
    _Atomic int last_failure;
};

/* Before the JSON of every record. */
struct alert_head {
    uint32_t dropped; /* findings since the record before */
};

/* What the helper says at start, as the first record: this byte, or the sentence that is wrong. */
#define ALERT_READY '\0'

struct alert_job {
    char **arguments; /* of the command; [0] is its path */
    char **environment;
    struct alert_options options;
    struct alert_board *board;
    int socket;
};

/* The helper's whole life; never returns. `job->arguments[0]` is still to be found. */
_Noreturn void alert_helper_run(struct alert_job *job);

/* One command at a time. */
struct alert_command {
    pid_t pid;      /* 0: none runs */
    int64_t end_us; /* when it is killed, g_get_monotonic_time */
    bool killed;
};

/* Begins the command with `json` on its standard input. A failure is counted. */
void alert_command_begin(struct alert_command *command, const struct alert_job *job, const char *json, size_t n,
                         uint64_t skipped);

/* Kills it when its time is over. */
void alert_command_check(struct alert_command *command, int64_t now_us);

/* Asks the kernel whether it has ended, counts how. */
void alert_command_reap(struct alert_command *command, struct alert_board *board);

#endif
