/* view_statistics.c - counts: boxes with a title and some lines, laid out in as many columns as there is room for. */
#include "monitor/tui/cells.h"
#include "monitor/tui/format.h"
#include "monitor/tui/ui.h"

enum { BOX_WIDTH = 38, BOX_GAP = 2, BAR = 12, TOP_CODES = 14, TOP_COMMANDS = 10, BOXES = 8, MESSAGES = 4 };

struct board {
    const struct ui *ui;
    struct pane *boxes[BOXES];
    size_t count;
};

static struct pane *new_box(struct board *board, const char *title)
{
    struct pane *box = g_new(struct pane, 1);

    pane_init(box);
    box->quiet = true;
    pane_add(box, PAINT_TITLE, 0, "%s", title);
    board->boxes[board->count++] = box;
    return box;
}

static void add_number(struct pane *box, enum paint_style style, const char *label, uint64_t number)
{
    char text[32];

    format_thousands(text, sizeof(text), number);
    pane_add(box, style, 0, "%-22s %14s", label, text);
}

static void add_word(struct pane *box, enum paint_style style, const char *label, const char *word)
{
    pane_add(box, style, 0, "%-16s %20s", label, word);
}

static void add_barred(const struct ui *ui, struct pane *box, enum paint_style style, const char *label,
                       uint64_t number, uint64_t whole)
{
    char text[32], bar[64];

    format_thousands(text, sizeof(text), number);
    format_bar(bar, sizeof(bar), BAR, number, whole, ui->paint.utf8);
    pane_add(box, style, 0, "%-14s%10s %s", label, text, bar);
}

/* ---- boxes ---- */

static void add_spark(const struct ui *ui, struct pane *box, const char *label, uint64_t bps, const uint64_t *spark)
{
    char line[256], rate[32];

    format_rate(rate, sizeof(rate), bps);
    add_word(box, PAINT_PLAIN, label, rate);
    format_spark(line, sizeof(line), MODEL_SPARKS, spark, MODEL_SPARKS, ui->paint.utf8);
    pane_add(box, PAINT_FACT, 0, "  %s", line);
}

static void add_sessions(struct board *board, const struct model_totals *t)
{
    struct pane *box = new_box(board, "Sessions");
    static const char *const tls[] = {"clear", "TLS (AUTH)", "TLS (implicit)", "GSSAPI", "TLS, then clear (CCC)"};

    add_number(box, PAINT_PLAIN, "seen", t->sessions);
    add_number(box, PAINT_PLAIN, "open", t->sessions_open);
    add_number(box, PAINT_GOOD, "logins", t->logins);
    add_number(box, t->refusals > 0 ? PAINT_BAD : PAINT_PLAIN, "logins refused", t->refusals);
    for (size_t i = 0; i < G_N_ELEMENTS(tls); i++)
        if (t->by_tls[i] > 0)
            add_number(box, PAINT_PLAIN, tls[i], t->by_tls[i]);
}

static void add_transfers(struct board *board, const struct model_totals *t)
{
    static const enum fsc_status order[] = {FSC_STATUS_COMPLETE, FSC_STATUS_FAILED, FSC_STATUS_ABORTED,
                                            FSC_STATUS_TRUNCATED, FSC_STATUS_UNKNOWN};
    struct pane *box = new_box(board, "Transfers");
    char size[32];

    for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
        struct model_transfer like = {.status = order[i]};
        uint64_t number = t->by_status[order[i]];
        add_barred(board->ui, box, number > 0 ? status_style(&like) : PAINT_DIM, fsc_status_name(order[i]), number,
                   t->transfers);
    }
    add_number(box, PAINT_PLAIN, "going on", t->transfers_open);
    format_size(size, sizeof(size), t->bytes_down);
    add_word(box, PAINT_PLAIN, "downloaded", size);
    format_size(size, sizeof(size), t->bytes_up);
    add_word(box, PAINT_PLAIN, "uploaded", size);
}

static void add_rates(struct board *board, const struct model_totals *t)
{
    struct pane *box = new_box(board, "Rates, last 32 s");

    add_spark(board->ui, box, "down", t->rate_down_bps, t->spark_down);
    add_spark(board->ui, box, "up", t->rate_up_bps, t->spark_up);
}

/* The most frequent ones of `count` numbers, at most `most`; their places in `top`. */
static size_t find_top(const uint64_t *numbers, size_t count, size_t *top, size_t most)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        size_t at = found;
        if (numbers[i] == 0)
            continue;
        while (at > 0 && numbers[top[at - 1]] < numbers[i])
            at--;
        if (at == most)
            continue;
        for (size_t k = MIN(found, most - 1); k > at; k--)
            top[k] = top[k - 1];
        top[at] = i;
        found = MIN(found + 1, most);
    }
    return found;
}

static void add_codes(struct board *board, const struct model_totals *t)
{
    static const enum paint_style styles[] = {PAINT_WARN, PAINT_FACT, PAINT_GOOD, PAINT_GOOD, PAINT_WARN, PAINT_BAD};
    struct pane *box = new_box(board, "Replies");
    size_t top[TOP_CODES], count = find_top(t->by_code, G_N_ELEMENTS(t->by_code), top, TOP_CODES);
    uint64_t classes[10] = {0};
    char label[16], number[16];

    for (size_t i = 0; i < G_N_ELEMENTS(t->by_code); i++)
        classes[i / 100] += t->by_code[i];
    for (size_t i = 1; i < 6; i++) {
        g_snprintf(label, sizeof(label), "%zuxx", i);
        add_barred(board->ui, box, classes[i] > 0 ? styles[i] : PAINT_DIM, label, classes[i], t->replies);
    }
    for (size_t i = 0; i < count; i++) {
        const struct fsc_code_info *info = fsc_code_info((uint16_t)top[i]);
        format_amount(number, sizeof(number), t->by_code[top[i]]);
        pane_add(box, styles[MIN(top[i] / 100, 5)], 11, "%zu %6s %s", top[i], number, info != NULL ? info->title : "");
    }
}

static void add_commands(struct board *board, const struct model_totals *t)
{
    struct pane *box = new_box(board, "Commands");
    size_t top[TOP_COMMANDS], count = find_top(t->by_verb, FSC_VERB_COUNT, top, TOP_COMMANDS);

    add_number(box, PAINT_PLAIN, "all", t->commands);
    for (size_t i = 0; i < count; i++)
        add_barred(board->ui, box, PAINT_PLAIN,
                   top[i] > FSC_VERB_UNKNOWN ? fsc_verb_info((enum fsc_verb)top[i])->name : "(unknown)",
                   t->by_verb[top[i]], t->commands);
}

static void add_latencies(struct board *board, const struct model_totals *t)
{
    struct pane *box = new_box(board, "Time to the first reply");
    uint64_t sum = 0;
    char label[16];

    for (size_t i = 0; i < MODEL_LATENCY_BUCKETS; i++)
        sum += t->latency[i];
    for (size_t i = 0; i < MODEL_LATENCY_BUCKETS; i++) {
        if (i + 1 == MODEL_LATENCY_BUCKETS)
            g_strlcpy(label, "longer", sizeof(label));
        else if (i < 10)
            g_snprintf(label, sizeof(label), "< %u ms", 1u << i);
        else
            g_snprintf(label, sizeof(label), "< %.0f s", (double)(1u << i) / 1000);
        if (t->latency[i] > 0)
            add_barred(board->ui, box, i >= 12 ? PAINT_WARN : PAINT_PLAIN, label, t->latency[i], sum);
    }
}

static void add_interfaces(struct pane *box, const struct model_capture *c)
{
    char packets[32], dropped[32];

    for (size_t i = 0; i < MIN(c->interface_count, G_N_ELEMENTS(c->interfaces)); i++) {
        const struct model_interface *interface = &c->interfaces[i];
        format_amount(packets, sizeof(packets), interface->packets);
        format_amount(dropped, sizeof(dropped), interface->dropped + interface->interface_dropped);
        pane_add(box, interface->up ? PAINT_PLAIN : PAINT_BAD, 2, "%s: %s packets, %s dropped%s", interface->name,
                 packets, dropped, interface->up ? "" : ", gone");
    }
}

static void add_lost(struct pane *box, const char *label, uint64_t number)
{
    if (number > 0)
        add_number(box, PAINT_BAD, label, number);
}

static void add_memory(struct pane *box, const char *label, uint64_t bytes, uint64_t most)
{
    char size[32], limit[32], text[96];

    format_size(size, sizeof(size), bytes);
    format_size(limit, sizeof(limit), most);
    g_snprintf(text, sizeof(text), "%s of %s", size, limit);
    if (most > 0)
        add_word(box, PAINT_PLAIN, label, text);
}

static void add_capture(struct board *board, const struct model_totals *t)
{
    const struct model_capture *c = model_capture_state(board->ui->model);
    struct pane *box = new_box(board, c->live ? "Capture" : "File");
    size_t history_most, history = model_bytes(board->ui->model, &history_most);

    add_number(box, PAINT_PLAIN, "packets", c->packets);
    add_lost(box, "dropped by the kernel", c->dropped);
    add_lost(box, "dropped by the card", c->interface_dropped);
    add_lost(box, "records not written", c->output_dropped);
    add_lost(box, "connections given up", c->evicted);
    add_lost(box, "gaps", c->gaps);
    add_lost(box, "packets cut short", c->truncated_packets);
    add_lost(box, "sessions forgotten", t->forgotten_sessions);
    add_lost(box, "lines forgotten", t->forgotten_events);
    add_memory(box, "connections", c->memory_bytes, c->memory_max_bytes);
    add_memory(box, "history", history, history_most);
    add_interfaces(box, c);
}

static void add_messages(struct board *board)
{
    const struct model *model = board->ui->model;
    size_t count = model_message_count(model), shown = MIN(count, (size_t)MESSAGES);

    if (count == 0)
        return;
    struct pane *box = new_box(board, "Messages");
    for (size_t i = count - shown; i < count; i++) {
        const struct model_message *message = model_message_at(model, i);
        char clock[32], text[512];
        format_clock(clock, sizeof(clock), message->time_ns, board->ui->options.utc, false);
        format_escape(text, sizeof(text), message->text);
        pane_add(box, PAINT_WARN, 2, "%.8s %s", clock, text);
    }
}

/* ---- the view ---- */

/* Each box goes where there is most room left; returns the height of it all. */
static int place_boxes(const struct board *board, struct area area, int scroll, bool draw)
{
    int columns = MAX((area.cols + BOX_GAP) / (BOX_WIDTH + BOX_GAP), 1), width = area.cols / columns, deepest = 0;
    int filled[16] = {0};
    const struct paint nothing = {.rows = 0};

    columns = MIN(columns, (int)G_N_ELEMENTS(filled));
    for (size_t i = 0; i < board->count; i++) {
        int at = 0, row = 0;
        for (int k = 1; k < columns; k++)
            if (filled[k] < filled[at])
                at = k;
        struct area size = {0, 0, 0, MIN(width - BOX_GAP, BOX_WIDTH)};
        row = filled[at] - scroll;
        int lines = pane_draw(board->boxes[i], &nothing, size);
        struct area box = {area.row + MAX(row, 0), area.col + at * width, CLAMP(area.rows - row, 0, lines), size.cols};
        if (row < 0) { /* its first lines are above the window */
            board->boxes[i]->scroll = -row;
            box.rows = CLAMP(lines + row, 0, area.rows);
        }
        if (draw && box.rows > 0)
            (void)pane_draw(board->boxes[i], &board->ui->paint, box);
        filled[at] += lines + 1;
        deepest = MAX(deepest, filled[at]);
    }
    return deepest;
}

void statistics_draw(struct ui *ui, struct area area)
{
    const struct model_totals *totals = model_totals(ui->model);
    struct board board = {.ui = ui};

    add_sessions(&board, totals);
    add_transfers(&board, totals);
    add_rates(&board, totals);
    add_codes(&board, totals);
    add_latencies(&board, totals);
    add_commands(&board, totals);
    add_capture(&board, totals);
    add_messages(&board);
    struct area inner = {area.row + 1, area.col + 1, area.rows - 1, area.cols - 1};
    int height = place_boxes(&board, inner, 0, false);
    inner.rows -= height > inner.rows + 1; /* for the line that says so */
    ui->page.scroll = CLAMP(ui->page.scroll, 0, MAX(height - inner.rows, 0));
    (void)place_boxes(&board, inner, ui->page.scroll, true);
    if (height - ui->page.scroll > inner.rows + 1)
        (void)paint_right(&ui->paint, area.row + area.rows - 1, 0, area.cols, PAINT_DIM, "more below");
    for (size_t i = 0; i < board.count; i++) {
        pane_free(board.boxes[i]);
        g_free(board.boxes[i]);
    }
}

bool statistics_act(struct ui *ui, enum action action)
{
    int page = MAX(ui->paint.rows - 6, 1);

    if (action == ACTION_UP || action == ACTION_PAGE_UP)
        ui->page.scroll -= action == ACTION_UP ? 1 : page;
    else if (action == ACTION_DOWN || action == ACTION_PAGE_DOWN)
        ui->page.scroll += action == ACTION_DOWN ? 1 : page;
    else if (action == ACTION_HOME)
        ui->page.scroll = 0;
    else if (action == ACTION_END)
        ui->page.scroll = G_MAXINT / 2;
    else
        return false;
    return true;
}
