/*
 * statistics.c - the tree of counters: replies by class and code, commands, response times, transfers by verdict. In
 * the menu Statistics, and tshark -z ftpscope,tree.
 */
#include <string.h>

#include "plugin/tools/tap.h"
#include "plugin/tools/tools.h"

static const char replies[] = "Replies", commands[] = "Commands", times[] = "Response times in ms",
                  transfers[] = "Transfers";

enum { LISTENS = 1 }; /* a bit of a tree's flags that epan does not use: its second listener is there */

static int branch(stats_tree *tree, const char *name)
{
    return stats_tree_parent_id_by_name(tree, name);
}

/* "2yz Success": what the digit says goes on behind a colon. */
static void class_name(char *name, size_t cap, uint16_t code)
{
    const char *says = fsc_digit_first(code);

    g_snprintf(name, (gulong)cap, "%uyz %.*s", code / 100u, (int)strcspn(says, ":."), says);
}

static void code_name(char *name, size_t cap, uint16_t code)
{
    const struct fsc_code_info *info = fsc_code_info(code);

    g_snprintf(name, (gulong)cap, "%03u %s", code, info != NULL ? info->title : "(not defined)");
}

static void count_reply(stats_tree *tree, uint16_t code)
{
    char class[64] = "Without a code", name[160];

    if (code != 0)
        class_name(class, sizeof(class), code);
    tick_stat_node(tree, replies, 0, TRUE);
    int node = tick_stat_node(tree, class, branch(tree, replies), TRUE);
    if (code == 0)
        return;
    code_name(name, sizeof(name), code);
    tick_stat_node(tree, name, node, FALSE);
}

static void count_time(stats_tree *tree, enum fsc_verb verb, int64_t ns)
{
    float ms = (float)((double)ns / 1e6);

    if (ns < 0 || verb == FSC_VERB_NONE)
        return;
    avg_stat_node_add_value_float(tree, times, 0, TRUE, ms);
    avg_stat_node_add_value_float(tree, tools_verb(verb), branch(tree, times), FALSE, ms);
}

static void count_transfer(stats_tree *tree, const struct transfer_result *result)
{
    tick_stat_node(tree, transfers, 0, TRUE);
    tick_stat_node(tree, fsc_status_name(result->record.status), branch(tree, transfers), FALSE);
}

static tap_packet_status take(stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt, const void *data,
                              tap_flags_t flags)
{
    const struct tap_event *event = data;

    (void)pinfo;
    (void)edt;
    (void)flags;
    if (event->kind == TAP_COMMAND) {
        tick_stat_node(tree, commands, 0, TRUE);
        tick_stat_node(tree, tools_verb(event->exchange->verb), branch(tree, commands), FALSE);
    } else if (event->kind == TAP_REPLY) {
        count_reply(tree, event->line->code);
        count_time(tree, event->exchange->verb, event->latency_ns);
    } else {
        count_transfer(tree, event->transfer);
    }
    return TAP_PACKET_REDRAW;
}

/* ---- what is decided behind the last packet ---- */

static void end(void *listener)
{
    stats_tree *tree = ((const stat_node *)listener)->st;
    struct store *store = store_get();
    bool filtered = tree->filter != NULL && tree->filter[0] != '\0';

    if (store == NULL)
        return;
    store_end(store);
    for (unsigned left = filtered ? 0 : store_untold(store); left > 0; left--)
        count_transfer(tree, store_result(store, store_results(store) - left));
}

/* epan may free the listener before the tree, when the program ends. */
static void forget(void *listener)
{
    ((const stat_node *)listener)->st->st_flags &= ~LISTENS;
}

/*
 * tshark reads once and says nothing when it is through: what the end of the capture decides is counted before the tree
 * is drawn, by a second listener. The latest one registered is drawn first, and one that never asks to be drawn is
 * drawn only when all packets are through. Whose it is it knows by its address, the root's.
 */
static void begin(stats_tree *tree)
{
    stats_tree_create_node(tree, replies, 0, STAT_DT_INT, TRUE);
    stats_tree_create_node(tree, commands, 0, STAT_DT_INT, TRUE);
    stats_tree_create_node(tree, times, 0, STAT_DT_FLOAT, TRUE);
    stats_tree_create_node(tree, transfers, 0, STAT_DT_INT, TRUE);
    if ((tree->st_flags & LISTENS) != 0) /* a tree begins again before every pass */
        return;
    GString *error =
        register_tap_listener(TAP_EVENTS, &tree->root, NULL, TL_REQUIRES_NOTHING, NULL, tap_ignore, end, forget);
    if (error == NULL)
        tree->st_flags |= LISTENS;
    else
        g_string_free(error, TRUE);
}

static void stop(stats_tree *tree)
{
    if ((tree->st_flags & LISTENS) != 0)
        remove_tap_listener(&tree->root);
}

void statistics_register(void)
{
    stats_tree_register_plugin(TAP_EVENTS, "ftpscope", "FTP", ST_SORT_COL_NAME << ST_FLG_SRTCOL_SHIFT, take, begin,
                               stop);
}
