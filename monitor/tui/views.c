/* views.c - the views as a table, and what the lists among them do. */
#include "monitor/tui/cells.h"
#include "monitor/tui/ui.h"

static struct list *sessions_list(struct ui *ui)
{
    return &ui->sessions;
}

static struct list *transfers_list(struct ui *ui)
{
    return &ui->transfers;
}

static struct list *problems_list(struct ui *ui)
{
    return ui->by_kind ? &ui->kinds : &ui->problems;
}

static void draw_list(struct ui *ui, struct area area)
{
    list_draw(ui_list(ui), &ui->context, area);
}

static void open_kind(struct ui *ui)
{
    const struct fsc_finding_info *info = list_selected(&ui->kinds, ui->model);

    if (info == NULL)
        return;
    list_filter(&ui->problems, info->name);
    ui->by_kind = false;
}

static void open_selected(struct ui *ui)
{
    if (ui->view == VIEW_SESSIONS) {
        ladder_open(ui, ui_selected_session(ui), 0, 0);
    } else if (ui->view == VIEW_TRANSFERS) {
        const struct model_transfer *transfer = list_selected(&ui->transfers, ui->model);
        if (transfer != NULL)
            ladder_open(ui, transfer->session, transfer->tx, 0);
    } else if (ui->by_kind) {
        open_kind(ui);
    } else {
        const struct model_finding *finding = list_selected(&ui->problems, ui->model);
        if (finding == NULL)
            return;
        ui->finding = (uint64_t)finding->session << 32 | finding->n;
        ui->page.scroll = 0;
        ui_go(ui, VIEW_FINDING);
    }
}

static void mark_selected(struct ui *ui)
{
    uint32_t session = ui_selected_session(ui);
    gpointer key = GUINT_TO_POINTER(session);

    if (session == 0)
        return;
    if (!g_hash_table_remove(ui->marked, key))
        g_hash_table_add(ui->marked, key);
    (void)list_act(ui_list(ui), ACTION_DOWN);
}

static bool list_view_act(struct ui *ui, enum action action)
{
    struct list *list = ui_list(ui);

    if (action == ACTION_OPEN)
        open_selected(ui);
    else if (action == ACTION_MARK)
        mark_selected(ui);
    else if (action == ACTION_UNMARK)
        g_hash_table_remove_all(ui->marked);
    else if (action == ACTION_GROUP)
        ui->by_kind = !ui->by_kind;
    else if (action == ACTION_BACK)
        list_filter(list, "");
    else
        return list_act(list, action);
    return true;
}

static const struct view views[VIEW_COUNT] = {
    [VIEW_SESSIONS] = {"Sessions", sessions_list, draw_list, list_view_act},
    [VIEW_TRANSFERS] = {"Transfers", transfers_list, draw_list, list_view_act},
    [VIEW_PROBLEMS] = {"Problems", problems_list, draw_list, list_view_act},
    [VIEW_STATISTICS] = {"Statistics", NULL, statistics_draw, statistics_act},
    [VIEW_RAW] = {"Raw", NULL, raw_draw, raw_act},
    [VIEW_LADDER] = {"Session", NULL, ladder_draw, ladder_act},
    [VIEW_FINDING] = {"Problem", NULL, finding_draw, finding_act},
};

const struct view *ui_view(enum view_id view)
{
    return &views[view];
}

struct list *ui_list(struct ui *ui)
{
    return views[ui->view].list != NULL ? views[ui->view].list(ui) : NULL;
}
