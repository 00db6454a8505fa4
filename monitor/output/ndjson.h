/*
 * ndjson.h - the NDJSON output, schema_version 1: one JSON object per line, one line per record, keys in a stable
 * order. ndjson.schema.json describes every record; a field that is not known is left out. The caller decides when to
 * flush `out`.
 *
 * Two fields need a rule beyond the schema. `<field>_hex` stands beside a text whose bytes were not valid UTF-8; beside
 * an array of texts it is an array of the same length with "" for the valid ones. A word that is no command, sent where
 * a password was due, may be the password itself: then `command` is hidden too.
 */
#ifndef MONITOR_OUTPUT_NDJSON_H
#define MONITOR_OUTPUT_NDJSON_H

#include "monitor/output/byte_sink.h"
#include "pipeline/record.h"

#include <stdio.h>

struct ndjson;

struct ndjson *ndjson_new(FILE *out, bool show_secrets); /* `out` stays the caller's */
struct ndjson *ndjson_new_to(struct byte_sink out, bool show_secrets);
void ndjson_free(struct ndjson **ndjson);
struct sink ndjson_sink(struct ndjson *ndjson);

/* An open transfer so far: event_type "ftp_data_progress", the fields of ftp_data. `state` is the struct ndjson. */
void ndjson_progress(void *state, const struct record_envelope *envelope, const struct record_data *record);

#endif
