/* outputs.h - all that a live run writes, but for the screen: records, packets, metrics, alerts. */
#ifndef MONITOR_LIVE_OUTPUTS_H
#define MONITOR_LIVE_OUTPUTS_H

#include <glib.h>

#include "monitor/live/settings.h"
#include "monitor/output/alert.h"
#include "monitor/output/notices.h"
#include "monitor/output/rotating.h"
#include "monitor/output/tee.h"

struct outputs;

/* What is opened with the rights of the moment: files, folders, sockets. `settings`, `user` and `notices` are borrowed.
 * NULL: *message (g_free) says why. */
struct outputs *outputs_open(const struct live_settings *settings, const struct rights_user *user,
                             struct notices *notices, char **message);

/* Folders and files that are written behind the drop of rights; `out` has room for OUTPUTS_PLACES. Valid until
 * outputs_close. */
enum { OUTPUTS_PLACES = 4 };
size_t outputs_places(struct outputs *outputs, struct sandbox_output *out);

/* When rights were dropped: the first file of packets, the threads, and the sinks of all that is written, into *tee.
 * False: *message (g_free) says why. */
bool outputs_start(struct outputs *outputs, struct alert *alert, struct tee *tee, char **message);

/* Where transfers that go on are told; without functions when nobody asked for it. */
struct sink outputs_progress(struct outputs *outputs);

struct rotating *outputs_packets(const struct outputs *outputs); /* NULL: no --write */
struct metrics *outputs_metrics(const struct outputs *outputs);  /* NULL: nobody asked */

void outputs_tick(struct outputs *outputs); /* every second */
void outputs_reopen(struct outputs *outputs);

/* Does anything go to standard output? */
bool outputs_use_stdout(const struct outputs *outputs);

/* Where the metrics are (g_free), for the user; NULL: nowhere. */
char *outputs_metrics_words(const struct outputs *outputs);

/* The reader of standard output has gone, or all files of -W are written: there is nothing left to do. */
bool outputs_are_over(const struct outputs *outputs);

uint64_t outputs_dropped_records(const struct outputs *outputs);
uint64_t outputs_dropped_packets(const struct outputs *outputs);
uint64_t outputs_dropped(const struct outputs *outputs); /* both */

/* Writes the records and the packets that wait, within seconds, and no more of them. Adds sentences (char *) about what
 * was written and lost. From now on the numbers are those of the whole run. */
void outputs_end(struct outputs *outputs, GPtrArray *sentences);

/* After outputs_end: something that was asked for is not there. A reader who left has what it wanted. */
bool outputs_are_incomplete(const struct outputs *outputs);

/* Ends what has not ended. */
void outputs_close(struct outputs **outputs);

#endif
