/*
 * live_text.h - records as lines for people, each as soon as it comes: for terminals, pipes and journals. One line, one
 * write: when (local time, unless `utc`), session, client, and what happened. Text from the wire is escaped.
 */
#ifndef MONITOR_OUTPUT_LIVE_TEXT_H
#define MONITOR_OUTPUT_LIVE_TEXT_H

#include "monitor/output/byte_sink.h"
#include "pipeline/record.h"

struct live_text_options {
    bool color;
    bool utc;
    bool show_secrets;
    bool quiet;    /* only transfers and findings */
    bool counters; /* also when quiet */
    bool journal;  /* "<4>" in front, as sd-daemon(3) wants it, and no time: the journal has one */
};

struct live_text;

struct live_text *live_text_new(struct byte_sink out, const struct live_text_options *options);
void live_text_free(struct live_text **text);
struct sink live_text_sink(struct live_text *text);

/* An open transfer so far. `state` is the struct live_text. */
void live_text_progress(void *state, const struct record_envelope *envelope, const struct record_data *record);

/* Do lines on standard error or output go to the journal? As systemd says it: JOURNAL_STREAM names what `descriptor`
 * is.
 */
bool live_text_to_journal(int descriptor);

#endif
