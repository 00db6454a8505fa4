/* ui.h - all that the screens share. One thread uses it. */
#ifndef MONITOR_TUI_UI_H
#define MONITOR_TUI_UI_H

#include "monitor/tui/list.h"
#include "monitor/tui/pane.h"
#include "monitor/tui/prompt.h"
#include "monitor/tui/save_dialog.h"
#include "monitor/tui/screen.h"
#include "monitor/tui/talk.h"

enum { UI_ROWS_MIN = 10, UI_COLS_MIN = 40 };

struct ui {
    struct model *model;
    struct screen_options options;
    struct paint paint;
    struct cell_context context;
    GHashTable *marked; /* sessions */

    enum view_id view, parent[VIEW_COUNT]; /* where `back` leads */
    bool finished;                         /* the capture, when it was looked at last */
    bool paused, quit, help, mouse, redraw;
    struct list sessions, transfers, problems, kinds;
    bool by_kind; /* problems are counted, not listed */
    struct talk ladder, raw;
    bool pane_whole, total, wrap; /* ladder: advice in the whole window; time since the start. Raw: lines are broken */
    uint64_t finding;             /* what VIEW_FINDING shows: session << 32 | n */
    struct pane pane, page;       /* of the ladder; of finding, statistics and help */

    bool typing; /* into `prompt`: a filter or a search */
    struct prompt prompt;
    char *filter_before; /* for Esc */
    struct save_dialog save;
    char *notice; /* above the footer, until notice_us */
    int64_t notice_us, said_ns;
    size_t said;     /* messages of the model that were shown */
    int64_t wait_us; /* when a list wants to be collected again; 0: nothing waits */
};

/* A view: a row of this table. */
struct view {
    const char *title;
    struct list *(*list)(struct ui *ui);            /* of the views that are lists, else NULL */
    void (*draw)(struct ui *ui, struct area area);  /* the lock is held */
    bool (*act)(struct ui *ui, enum action action); /* the lock is held; false: not its business */
};
const struct view *ui_view(enum view_id view);

void ui_init(struct ui *ui, struct model *model, const struct screen_options *options);
void ui_free(struct ui *ui);
void ui_draw(struct ui *ui); /* up to doupdate; takes the lock */
void ui_key(struct ui *ui, struct key key);
void ui_mouse(struct ui *ui, int row, int col, int wheel, bool twice); /* wheel: -1 up, 1 down, 0 a click */

/* ---- for the views ---- */

void ui_go(struct ui *ui, enum view_id view); /* `back` leads here again */
struct list *ui_list(struct ui *ui);          /* of the view, NULL: none */
void ui_notice(struct ui *ui, const char *format, ...) G_GNUC_PRINTF(2, 3);
uint32_t ui_selected_session(struct ui *ui); /* 0: none. The lock is held */

/* frame.c: what stands around the views. */
void frame_draw(struct ui *ui);
void frame_notice(struct ui *ui);            /* over the view, when it is drawn */
struct area frame_area(const struct ui *ui); /* what is left for the view */
bool frame_tab_at(const struct ui *ui, int col, enum view_id *view);
void help_draw(struct ui *ui);

/* view_ladder.c, view_raw.c, view_finding.c, view_statistics.c */
void ladder_draw(struct ui *ui, struct area area);
bool ladder_act(struct ui *ui, enum action action);
void ladder_open(struct ui *ui, uint32_t session, uint32_t tx,
                 uint32_t finding); /* at this command or finding; 0: none */
void raw_draw(struct ui *ui, struct area area);
bool raw_act(struct ui *ui, enum action action);
void finding_draw(struct ui *ui, struct area area);
bool finding_act(struct ui *ui, enum action action);
void statistics_draw(struct ui *ui, struct area area);
bool statistics_act(struct ui *ui, enum action action);

/* describe.c: paragraphs about one thing. */
void describe_event(const struct ui *ui, struct pane *pane, const struct talk *talk);
void describe_finding(const struct ui *ui, struct pane *pane, const struct model_finding *finding);
void describe_transfer(const struct ui *ui, struct pane *pane, const struct model_transfer *transfer);

#endif
