/* alert.h - a command for every finding (`--on-finding`), run by a helper process that is as little trusted as the
 * rest. */
#ifndef MONITOR_OUTPUT_ALERT_H
#define MONITOR_OUTPUT_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "monitor/sandbox/rights.h"

enum {
    ALERT_RECORD_MAX = 65536, /* bytes of one finding; a longer one is dropped and counted */
    ALERT_PER_MINUTE = 60,    /* commands begun, on the average ... */
    ALERT_BURST = 10,         /* ... and at once */
    ALERT_COMMAND_S = 30,     /* how long one may take; then it is killed with its process group */
    ALERT_CLOSE_S = 2,        /* how long alert_close waits */
};

struct alert_options {
    const struct rights_user *user; /* whose rights the command gets */
    bool quiet; /* a screen is shown: what the command prints goes nowhere, else to standard error */
    unsigned per_minute, burst, command_s; /* 0: the numbers above */
};

struct alert;

struct alert_counters {
    uint64_t sent;      /* findings that the helper was given */
    uint64_t dropped;   /* that it was not: its queue was full, they were too long, it is gone */
    uint64_t skipped;   /* that it left out: the rate limit */
    uint64_t run;       /* commands that have ended */
    uint64_t failed;    /* of these, with an exit code other than 0, by a signal, or never begun */
    uint64_t killed;    /* of these, because they took too long */
    int last_failure;   /* exit code of the last that failed; 256 + signal; -1: it could not be begun; 0: none */
    bool gone;          /* the helper has ended */
    bool goes_on;       /* at the end: the last command has not ended yet, and is left to itself */
    unsigned command_s; /* how long a command may take here */
};

/*
 * Starts the helper. Call it first of all: it must have root's rights to give up, no device or thread that it would
 * inherit. It leaves the session (no Ctrl-C, no terminal), becomes `user` without capabilities (rights.h), and finds
 * the command by that user's rights. `command` is split as a shell does it (quotes, backslashes), and that is all:
 * nothing is expanded, no shell runs. no_new_privs holds for it: sudo, or a mail program with a set-group-ID bit, does
 * not get its rights.
 * One command at a time gets one finding on its standard input, a regular file; FTPSCOPE_SKIPPED in its environment is
 * the number of findings that no command got since the one before; HOME, USER and LOGNAME are `user`'s.
 * NULL with *message (g_free) when the command cannot be understood or found, or the helper did not start.
 */
struct alert *alert_start(const char *command, const struct alert_options *options, char **message);

/* Gives one finding, a line of JSON, to the helper; never waits. False when it was dropped, which is counted. */
bool alert_send(struct alert *alert, const char *json, size_t n);

struct alert_counters alert_counters(const struct alert *alert);

/* "12 commands run, 1 failed (last: exit code 3), 2 killed after 30 s, 4 findings left out (the rate limit, or the
 * end), 1 dropped" (g_free); the second from what alert_close filled, when nothing is missing any more. */
char *alert_words(const struct alert *alert);
char *alert_counters_words(const struct alert_counters *counters);

/* No more findings come: waits for the helper and its commands, ALERT_CLOSE_S at most. What is queued is still begun
 * within that time; what runs then may end by itself, within its own. False when something still runs. Fills *last
 * (NULL: nobody asks), frees. */
bool alert_close(struct alert **alert, struct alert_counters *last);

#endif
