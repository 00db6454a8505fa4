/*
 * talk.h - the conversation of one session as rows: which events make one, where the cursor is, what is searched. Drawn
 * as a ladder (view_ladder.c) and as lines (view_raw.c).
 */
#ifndef MONITOR_TUI_TALK_H
#define MONITOR_TUI_TALK_H

#include <glib.h>

#include "monitor/model/model.h"
#include "monitor/tui/keys.h"

struct talk_row {
    size_t event;
    uint32_t more;      /* further lines of the reply, not shown */
    uint16_t open_data; /* data connections that are open behind it */
};

struct talk {
    uint32_t session; /* 0: none */
    bool lines_only;  /* nothing but commands and replies, each line a row */
    bool every_line;  /* of replies too */
    bool follow;
    GArray *rows; /* struct talk_row */
    guint cursor, top;
    int page;
    size_t seen; /* events */
    uint64_t trimmed;
    uint16_t open_data;
    gint reply;           /* row that further lines of a reply belong to; -1: none */
    GHashTable *evidence; /* frame -> severity + 1 of the worst finding that it is evidence of */
    char *needle;
};

void talk_init(struct talk *talk, bool lines_only);
void talk_free(struct talk *talk);
void talk_choose(struct talk *talk, uint32_t session); /* another session: from its start */

/* All with the lock held. Takes up what is new; false: there is more, come again. */
bool talk_update(struct talk *talk, const struct model *model);
const struct model_session *talk_session(const struct talk *talk, const struct model *model); /* NULL: forgotten */
const struct model_event *talk_event(const struct talk *talk, const struct model *model, guint row);

/* To the first row that it says yes to, from the cursor on in this direction (1 or -1), and around the end. False:
 * there is none. */
bool talk_seek(struct talk *talk, const struct model *model, int step,
               bool (*is_it)(const void *state, const struct model_event *event), const void *state);
bool talk_search(struct talk *talk, const struct model *model, int step); /* `needle` */
/* The cursor stays with its event. */
void talk_all_lines(struct talk *talk, const struct model *model, bool every_line);

/* It is over, and no connection was ever established. */
bool talk_never_connected(const struct model_transfer *transfer);

/* Whether a frame is evidence of a finding so far. */
bool talk_is_evidence(const struct talk *talk, uint64_t frame, enum fsc_severity *severity);

bool talk_act(struct talk *talk, enum action action); /* moves */
void talk_scroll(struct talk *talk, int page);        /* the cursor becomes visible */

#endif
