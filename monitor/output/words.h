/* words.h - small conversions that several outputs share. */
#ifndef MONITOR_OUTPUT_WORDS_H
#define MONITOR_OUTPUT_WORDS_H

#include "monitor/output/buf.h"
#include "pipeline/record.h"

#define WORDS_HIDDEN "<hidden>"

struct fsc_span words_span(const char *text); /* NULL is the empty span */

/* The command word of a record. What stands where a password was due and is no command may be the password: it is
 * hidden too. */
struct fsc_span words_verb(const struct record_ftp *record, bool show_secrets);

/* Bits per second over first to last payload byte; 0 when there is no such time. */
uint64_t words_rate_bps(const struct record_data *record);

const char *
words_advice(const struct record_finding *record); /* of the finding, or the general one; "" when there is none */

/* "link type 189 (USB_LINUX)", "Ethernet type 0x88e5 (MACsec)" */
void words_unread(struct buf *out, const struct net_unread *unread);

/* For people: "1,234,567", "1.2 MB" (powers of ten, as disks and links count), "12.345 s", "8.1 Mbit/s", "3 sessions".
 */
void words_thousands(struct buf *out, uint64_t value);
void words_size(struct buf *out, uint64_t bytes);
void words_duration(struct buf *out, int64_t ns);
void words_rate(struct buf *out, uint64_t bps);
void words_count(struct buf *out, uint64_t count, const char *one, const char *many);

#endif
