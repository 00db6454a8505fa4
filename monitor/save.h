/* save.h - what the screen's dialog asks to save, out of a model: the same for live capture and for files. */
#ifndef MONITOR_SAVE_H
#define MONITOR_SAVE_H

#include "monitor/tui/screen.h"

/* Whether there is a file of that name that nobody agreed to lose. */
bool save_must_ask(const struct save_request *request);

/* NDJSON and text; *message (g_free) as in screen_options.save. */
enum save_result save_records(struct model *model, const struct save_request *request, bool show_secrets, bool utc,
                              char **message);

#endif
