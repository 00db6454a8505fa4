/* save.h - what the screen of a live run saves: from the model and from the packets that are kept. */
#ifndef MONITOR_LIVE_SAVE_H
#define MONITOR_LIVE_SAVE_H

#include "monitor/live/keeper.h"
#include "monitor/tui/screen.h"

struct save_source {
    struct model *model;
    struct keeper *keeper;
    const char *user; /* whom the program became */
    bool show_secrets, utc;
};

/* For screen_options.save, with a struct save_source as state. */
enum save_result save_live(void *state, const struct save_request *request, char **message);

#endif
