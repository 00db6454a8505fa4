/* ndjson_internal.h - shared by ndjson.c and ndjson_flow.c. */
#ifndef MONITOR_OUTPUT_NDJSON_INTERNAL_H
#define MONITOR_OUTPUT_NDJSON_INTERNAL_H

#include "monitor/output/json.h"
#include "monitor/output/ndjson.h"

struct ndjson {
    struct byte_sink out;
    bool show_secrets;
    struct json json;
};

/* Opens a line. begin_flow writes the whole envelope and opens the record's own object under the key `object`. */
struct json *ndjson_begin(struct ndjson *ndjson, int64_t time_ns, const char *event_type, const char *file);
struct json *ndjson_begin_flow(struct ndjson *ndjson, const struct record_envelope *envelope, const char *event_type,
                               const char *object);
void ndjson_finish(struct ndjson *ndjson); /* closes the record's own object and the line, and writes it */

void ndjson_endpoint(struct json *json, const struct fsc_endpoint *endpoint, const char *ip_key, const char *port_key);
/* The number within its file, when there is a frame. */
void ndjson_frame(struct json *json, const struct record_envelope *envelope, const char *key, uint64_t frame);
/* It lies in another file than the one the record names. */
bool ndjson_elsewhere(const struct record_envelope *envelope, uint64_t frame);
void ndjson_nonzero(struct json *json, const char *key, uint64_t value); /* 0 stands for "not known" */
void ndjson_hex_element(struct json *json, struct fsc_span text);        /* "" where the text itself is valid */
void ndjson_ms(struct json *json, const char *key, int64_t ns);          /* -1 stands for "not known" */

/* Three digits and NUL. A code is a string, as in the EVE convention; "000" is a reply whose code is no code. */
void ndjson_code(uint16_t code, char *text);

void ndjson_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record);
void ndjson_data(void *state, const struct record_envelope *envelope, const struct record_data *record);

#endif
