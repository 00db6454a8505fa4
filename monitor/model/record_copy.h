/*
 * record_copy.h - a record that is kept: with its envelope and all its texts in one allocation.
 *
 * Where a capture has several files the places of the record's frames are kept too, since the index of frames goes on
 * growing in another thread. Names of files are borrowed, constants of tables (explanations, documents) are shared.
 */
#ifndef MONITOR_MODEL_RECORD_COPY_H
#define MONITOR_MODEL_RECORD_COPY_H

#include "pipeline/record.h"

enum record_copy_kind { RECORD_COPY_NONE, RECORD_COPY_FTP, RECORD_COPY_DATA, RECORD_COPY_FINDING, RECORD_COPY_SESSION };

struct record_copy {
    enum record_copy_kind kind;
    size_t size; /* bytes of the allocation */
    struct record_envelope envelope;
    void *record; /* struct record_ftp, ... */

    /* For who keeps it. */
    struct record_copy *next, *older, *newer;
    void *owner;
    unsigned uses;
};

struct record_copy *record_copy_ftp(const struct record_envelope *envelope, const struct record_ftp *record);
struct record_copy *record_copy_data(const struct record_envelope *envelope, const struct record_data *record);
struct record_copy *record_copy_finding(const struct record_envelope *envelope, const struct record_finding *record);
struct record_copy *record_copy_session(const struct record_envelope *envelope, const struct record_session *record);

void record_copy_send(const struct record_copy *copy, const struct sink *sink);
void record_copy_free(struct record_copy **copy);

#endif
