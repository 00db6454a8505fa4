/*
 * kept_back.c - see kept_back.h. By default TCP hands on what stands behind a hole and leaves out what fills it later;
 * with its preference reassemble_out_of_order it waits, also for what the capture lacks. The pipeline has read such
 * lines, so all else that is said of the session is right, but nobody sees them.
 */
#include "plugin/kept_back.h"

#include "plugin/fields.h"
#include "plugin/gathered.h"
#include "plugin/packets.h"
#include "plugin/plugin.h"

static unsigned count_kept_back(const struct flow_lines *lines, uint64_t from, uint64_t to)
{
    unsigned count = 0, left;

    for (const struct line_place *at = flow_lines_from(lines, from, &left); left > 0 && at->position < to; at++, left--)
        count += !at->line->handed_on && (at->line->line_flags & FSC_LINE_UNTERMINATED) == 0;
    return count;
}

/* A later pass shows what the first did not, and nothing is missing there: lines that TCP keeps will come. */
static bool will_come(const struct flow *flow, const packet_info *pinfo)
{
    return ftpscope_waits_for_holes() && gathered_was_not_asked(flow, pinfo);
}

static const char *reason(void)
{
    return ftpscope_waits_for_holes()
               ? "TCP keeps them for bytes that the capture lacks: without its preference \"Reassemble out-of-order "
                 "segments\" (tcp.reassemble_out_of_order) they are shown"
               : "TCP does not hand on what came late: with its preference \"Reassemble out-of-order segments\" "
                 "(tcp.reassemble_out_of_order) they are shown";
}

static void show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, unsigned lines)
{
    proto_item *item = proto_tree_add_item(tree, proto_ftpscope, tvb, 0, 0, ENC_NA);
    proto_tree *branch = proto_item_add_subtree(item, fields_tree());
    const char *what = lines == 1 ? "line begins" : "lines begin";

    proto_item_set_text(item, "FTP: %u %s here and cannot be shown", lines, what);
    proto_item_set_generated(item);
    proto_item *count = field_number(branch, FIELD_KEPT_BACK, tvb, lines);
    expert_add_info_format(pinfo, count, fields_kept_back(), "%u %s here; %s", lines, what, reason());
}

void kept_back_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    enum { SEQUENCE = 4 }; /* where it stands in the header */
    int side = 0;
    uint64_t position;

    if (tree == NULL)
        return;
    guint header = packets_tcp_header(tvb), length = tvb_reported_length(tvb);
    const struct flow *flow = header > 0 && header < length ? packets_flow(pinfo, &side) : NULL;
    if (flow == NULL || flow->role != PIPELINE_ROLE_CONTROL || !flow->claimed || will_come(flow, pinfo) ||
        !flow_position(flow, side, tvb_get_ntohl(tvb, SEQUENCE), pinfo->num, &position))
        return;
    unsigned lines = count_kept_back(&flow->side[side].lines, position, position + length - header);
    if (lines > 0)
        show(tvb, pinfo, tree, lines);
}
