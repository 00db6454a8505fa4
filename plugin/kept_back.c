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
#include "plugin/segment.h"

static unsigned count_kept_back(const struct flow_lines *lines, uint64_t from, uint64_t to)
{
    unsigned count = 0, left;

    for (const struct line_place *at = flow_lines_from(lines, from, &left); left > 0 && at->position < to; at++, left--)
        count += !at->line->handed_on && (at->line->line_flags & FSC_LINE_UNTERMINATED) == 0;
    return count;
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

/* What came before the connection was known no dissector was asked to keep: then a whole segment is not handed on, or
 * will be with another. */
static unsigned count_early(const packet_info *pinfo, const struct flow *flow, int side, uint64_t from, uint64_t to)
{
    bool comes = flow->handed_in == pinfo->num || ftpscope_waits_for_holes();
    return comes ? 0 : gathered_lines_ending(flow, side, from, to);
}

void kept_back_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    struct segment segment;
    int side = 0;
    uint64_t from;

    if (tree == NULL || !segment_read(tvb, &segment) || segment.reported == 0)
        return;
    const struct flow *flow = packets_flow(pinfo, &side);
    if (flow == NULL || flow->role != PIPELINE_ROLE_CONTROL || !flow->claimed ||
        !flow_position(flow, side, segment.seq, pinfo->num, &from))
        return;
    if (flow->known_in != 0 && packets_is_repeated(pinfo, flow))
        return;
    uint64_t to = from + segment.reported;
    unsigned lines = gathered_was_not_asked(flow, pinfo) ? count_early(pinfo, flow, side, from, to)
                                                         : count_kept_back(&flow->side[side].lines, from, to);
    if (lines > 0)
        show(tvb, pinfo, tree, lines);
}
