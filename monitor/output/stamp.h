/* stamp.h - RFC 3339 timestamps in UTC, always with nine decimals. */
#ifndef MONITOR_OUTPUT_STAMP_H
#define MONITOR_OUTPUT_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STAMP_LEN = 30, /* 2026-11-21T03:14:15.000000000Z */
    STAMP_ZONE = 8, /* "+0100" and more than enough */
};

/* Remembers the last day, since nearly every record falls on the same one: the calendar is computed once a day. Starts
 * zeroed. */
struct stamp {
    bool known;
    int64_t day;
    char date[10];
};

/* Writes STAMP_LEN characters, no NUL. `time_ns` since 1970; earlier times are negative and right too. */
void stamp_write(struct stamp *stamp, int64_t time_ns, char *out);

/* How much later the local time zone is at that time, and its offset as "+0100" in `zone`; 0 and "" when it is not
 * known.
 */
int64_t stamp_zone(int64_t time_ns, char zone[STAMP_ZONE]);

#endif
