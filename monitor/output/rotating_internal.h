/* rotating_internal.h - shared by rotating.c (what is put, outside) and rotating_files.c (the thread). */
#ifndef MONITOR_OUTPUT_ROTATING_INTERNAL_H
#define MONITOR_OUTPUT_ROTATING_INTERNAL_H

#include <stdatomic.h>

#include "monitor/output/buf.h"
#include "monitor/output/byte_queue.h"
#include "monitor/output/packet_file.h"
#include "monitor/output/rotating.h"
#include "monitor/output/rotating_names.h"
#include "monitor/output/thread.h"

enum {
    ROTATING_IN_ALL = 5, /* times the patience of the end */
    ROTATING_TICK = 0,   /* a type that no block has: the clock, on its way through the queue */
};

struct rotating {
    struct rotating_options options;
    struct target target;
    struct notices *notices;
    struct byte_queue *queue;
    struct capture_writer *writer; /* outside */
    pthread_t thread;
    bool started;
    atomic_bool tick_waits, stopped;
    atomic_int failed;
    atomic_bool unnamed;          /* a file could not get its name */
    _Atomic(const char *) reason; /* static, of the latest trouble; NULL: none */
    atomic_int_fast64_t patience_ms, last_ms;
    atomic_uint_fast64_t packets, files, removed, lost;
    /* the thread's */
    struct rotating_names names;
    struct packet_file file;
    bool has_file;
    struct buf heads;    /* section and interfaces: how every file begins */
    size_t heads_at;     /* of these in the file */
    int64_t now_ns, due; /* the clock, as told; when the file ends */
    GQueue finished;     /* char *: names, the oldest first, of a ring */
    uint64_t finished_count;
    int64_t retry_ms, progress_ms; /* no new attempt before; when something could be written */
    uint64_t troubled_lost;
    bool troubled;
};

bool rotating_begin_file(struct rotating *r, char **message);
void rotating_set_due(struct rotating *r); /* behind now_ns */
void *rotating_run(void *state);           /* the thread */

#endif
