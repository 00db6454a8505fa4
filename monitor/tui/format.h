/* format.h - numbers, times, bars and foreign text as short words for columns. Pure; every text ends with NUL. */
#ifndef MONITOR_TUI_FORMAT_H
#define MONITOR_TUI_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fsc_endpoint;

void format_amount(char *buf, size_t cap, uint64_t value);    /* "999", "1.2k", "12.3M", "123G"; 5 columns */
void format_thousands(char *buf, size_t cap, uint64_t value); /* "1,234,567" */
void format_size(char *buf, size_t cap, uint64_t bytes);      /* "1.2 MB" */
void format_rate(char *buf, size_t cap, uint64_t bps);        /* "8.1 Mbit/s" */
void format_age(char *buf, size_t cap, int64_t ns);           /* "0s", "59s", "12m", "3h05", "2d4h", "123d" */
void format_seconds(char *buf, size_t cap, int64_t ns);       /* "0.003", "12.345", "123.4", "12345"; 7 columns */
void format_clock(char *buf, size_t cap, int64_t ns, bool utc, bool day); /* "03:14:15.123", with the day before it */
void format_host(char *buf, size_t cap, const struct fsc_endpoint *endpoint);     /* without the port */
void format_endpoint(char *buf, size_t cap, const struct fsc_endpoint *endpoint); /* with it */
/* `done` of `whole` as a bar of `width` columns; more than whole is whole. */
void format_bar(char *buf, size_t cap, int width, uint64_t done, uint64_t whole, bool utf8);
/* The newest `width` of `count` samples, newest last, the greatest of them as the highest; 0 is a blank. */
void format_spark(char *buf, size_t cap, int width, const uint64_t *samples, size_t count, bool utf8);
/* Text from the wire, escaped. `text` NULL: "". */
void format_escape(char *buf, size_t cap, const char *text);
void format_escape_bytes(char *buf, size_t cap, const char *text, size_t n);
char *format_escaped(const char *text, size_t n);       /* all of it; g_free */
unsigned format_percent(uint64_t done, uint64_t whole); /* 0 to 100 */

#endif
