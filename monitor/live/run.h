/* run.h - one run of `ftpscope live`: opens everything, gives up rights, watches until the end. */
#ifndef MONITOR_LIVE_RUN_H
#define MONITOR_LIVE_RUN_H

#include "monitor/live/settings.h"

/* Returns the exit code; what went wrong is on standard error. */
int live_run(const struct live_settings *settings);

#endif
