/*
 * json.h - an append-only JSON writer. It writes what it is told in the order it is told and looks back only to decide
 * about a comma. Keys are our own ASCII words and are not escaped; a NULL key is an element of an array. No printf: a
 * busy server makes tens of thousands of records a second.
 */
#ifndef MONITOR_OUTPUT_JSON_H
#define MONITOR_OUTPUT_JSON_H

#include "core/ftpscope.h"
#include "monitor/output/buf.h"
#include "monitor/output/stamp.h"

struct json {
    struct buf out;
    bool comma; /* a value stands before the place where the next one goes */
    struct stamp stamp;
};

void json_free(struct json *json);
void json_reset(struct json *json); /* forgets what was written, keeps the memory */

void json_object(struct json *json, const char *key);
void json_object_end(struct json *json);
void json_array(struct json *json, const char *key);
void json_array_end(struct json *json);

void json_uint(struct json *json, const char *key, uint64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_string(struct json *json, const char *key, const char *text); /* our own text: valid UTF-8 */
void json_ms(struct json *json, const char *key, int64_t ns); /* milliseconds with up to three decimals; ns >= 0 */
void json_time(struct json *json, const char *key, int64_t time_ns);

/* Text from the wire. Valid UTF-8 stays, every other byte becomes U+FFFD; false when there was one. Beyond what JSON
 * asks, DEL, C1, line separators and bidirectional controls are written as \u escapes: a parser sees no difference, a
 * terminal that shows the raw line stays sane. */
bool json_wire(struct json *json, const char *key, struct fsc_span text);

bool json_valid(struct fsc_span text); /* is all of it UTF-8? */

/* The raw bytes as lower-case hexadecimal. */
void json_hex(struct json *json, const char *key, struct fsc_span bytes);

/* Like json_wire; when bytes were invalid, `<key>_hex` follows. Nothing at all for an empty text. */
void json_text(struct json *json, const char *key, struct fsc_span text);

#endif
