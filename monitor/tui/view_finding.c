/* view_finding.c - one problem in full. */
#include "monitor/tui/cells.h"
#include "monitor/tui/format.h"
#include "monitor/tui/ui.h"

/* It was the row of the cursor in the list of problems. */
static const struct model_finding *shown_finding(struct ui *ui)
{
    const struct model_finding *finding = list_selected(&ui->problems, ui->model);
    bool same = finding != NULL && ((uint64_t)finding->session << 32 | finding->n) == ui->finding;
    return same ? finding : NULL;
}

static void add_where(struct ui *ui, const struct model_finding *f)
{
    char when[64], client[64], server[64], user[256];

    if (f->of == NULL)
        return;
    format_clock(when, sizeof(when), f->time_ns, ui->options.utc, true);
    format_endpoint(client, sizeof(client), &f->of->client);
    format_endpoint(server, sizeof(server), &f->of->server);
    format_escape(user, sizeof(user), f->of->user);
    pane_add(&ui->page, PAINT_PLAIN, 0, " ");
    pane_add(&ui->page, PAINT_PLAIN, 2, "%s, session %u: %s%s%s to %s", when, f->session, user,
             user[0] != '\0' ? ", " : "", client, server);
}

static void add_transfer(struct ui *ui, const struct model_finding *f)
{
    for (size_t i = model_transfer_count(ui->model); f->transfer_id != 0 && i > 0; i--) {
        const struct model_transfer *t = model_transfer_at(ui->model, i - 1);
        if (t->session != f->session || t->id != f->transfer_id)
            continue;
        struct model_transfer alone = *t; /* the finding stands above already */
        alone.finding = NULL;
        pane_add(&ui->page, PAINT_PLAIN, 0, " ");
        describe_transfer(ui, &ui->page, &alone);
        return;
    }
}

void finding_draw(struct ui *ui, struct area area)
{
    const struct model_finding *finding = shown_finding(ui);

    pane_clear(&ui->page);
    if (finding == NULL) {
        pane_add(&ui->page, PAINT_DIM, 0, "this problem is forgotten: its memory was needed for newer ones");
    } else {
        describe_finding(ui, &ui->page, finding);
        add_where(ui, finding);
        add_transfer(ui, finding);
        pane_add(&ui->page, PAINT_PLAIN, 0, " ");
        pane_add(&ui->page, PAINT_DIM, 0, "In general: %s", fsc_finding_info(finding->id)->what);
    }
    (void)pane_draw(&ui->page, &ui->paint, (struct area){area.row + 1, 2, area.rows - 1, area.cols - 4});
}

bool finding_act(struct ui *ui, enum action action)
{
    const struct model_finding *finding = shown_finding(ui);

    if (action == ACTION_OPEN) {
        if (finding != NULL)
            ladder_open(ui, finding->session, finding->tx, finding->n);
        return true;
    }
    return statistics_act(ui, action); /* both are pages that scroll */
}
