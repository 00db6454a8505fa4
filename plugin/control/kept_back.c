/*
 * kept_back.c - see kept_back.h. By default TCP hands on what stands behind a hole and leaves out what fills it later;
 * with its preference reassemble_out_of_order it waits, also for what the capture lacks; and it keeps the beginning of
 * a reply whose end never comes. The pipeline has read such lines: what is whole in its segment is shown there.
 */
#include "plugin/control/kept_back.h"

#include "plugin/control/control.h"
#include "plugin/control/gathered.h"
#include "plugin/control/shown.h"
#include "plugin/fields.h"
#include "plugin/packets.h"
#include "plugin/plugin.h"
#include "plugin/segment.h"

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
    const char *what = lines == 1 ? "line begins" : "lines begin", *protocol = pinfo->current_proto;

    proto_item_set_text(item, "FTP: %u %s here and cannot be shown", lines, what);
    proto_item_set_generated(item);
    proto_item *count = field_number(branch, FIELD_KEPT_BACK, tvb, lines);
    pinfo->current_proto = "FTP"; /* stands in the table of expert infos */
    expert_add_info_format(pinfo, count, fields_kept_back(), "%u %s here; %s", lines, what, reason());
    pinfo->current_proto = protocol;
}

/* What came before the connection was known no dissector was asked to keep: then a whole segment is not handed on, or
 * will be with another. */
static unsigned count_early(const packet_info *pinfo, const struct flow *flow, int side, uint64_t from, uint64_t to)
{
    bool comes = flow->handed_in == pinfo->num || ftpscope_waits_for_holes();
    return comes ? 0 : gathered_lines_ending(flow, side, from, to);
}

/* By TCP's call: it will be with the end of the reply that it began, as far as the first pass knows, and may come again
 * before that; it was, marked or before the pipeline told of it; or it is with the end of what was put together here.
 */
static bool is_shown(const struct view *view, const struct line_place *at)
{
    int offset = (int)(at->position - view->pos);

    if (!PINFO_FD_VISITED(view->pinfo) &&
        (gathered_is_awaited(view->flow, view->side, at->position) || gathered_goes_on(view, offset)))
        return true;
    return shown_has_come(view, at->line, offset) ||
           (view->flow->handed_in == view->pinfo->num && gathered_ends_in(view, offset));
}

/* Shows what is whole in the segment. Returns how many other lines begin here. */
static unsigned show_lines(proto_tree *tree, struct view *view, uint64_t to)
{
    const struct flow_lines *lines = &view->flow->side[view->side].lines;
    uint64_t shown_to = view->pos, captured_to = view->pos + tvb_captured_length(view->tvb);
    unsigned cut = 0, left;

    for (const struct line_place *at = flow_lines_from(lines, view->pos, &left); left > 0 && at->position < to;
         at++, left--) {
        if (at->position < shown_to || is_shown(view, at) || shown_elsewhere(at->line, view->pinfo))
            continue;
        int offset = (int)(at->position - view->pos);
        int used = at->position < captured_to ? control_show_withheld(tree, view, offset) : 0;
        shown_to = at->position + (uint64_t)used;
        shown_withheld(at, left, shown_to, view->pinfo);
        cut += used == 0 && (at->line->line_flags & FSC_LINE_UNTERMINATED) == 0;
    }
    return cut;
}

/* May TCP yet hand on what it holds of this packet? The first pass cannot know. */
static bool is_under_way(const struct flow *flow, const packet_info *pinfo)
{
    return !PINFO_FD_VISITED(pinfo) && flow->handed_in == pinfo->num;
}

/* On a port that is ours all packets are, also before the first line. */
static bool is_ours(const struct flow *flow)
{
    return flow->claimed || (flow->session != NULL && control_has_port(flow->session->server.port));
}

void kept_back_show(struct flow *flow, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    struct view view = {.pinfo = pinfo, .flow = flow};
    struct segment segment;
    unsigned lines;

    if (flow->role != PIPELINE_ROLE_CONTROL || !is_ours(flow) || !segment_read(tvb, &segment) || segment.reported == 0)
        return;
    view.side = packets_side(pinfo, flow);
    view.seq = segment.seq;
    view.sequenced = true;
    view.positioned = flow_position(flow, view.side, segment.seq, pinfo->num, &view.pos);
    if (!view.positioned || (flow->known_in != 0 && packets_is_repeated(pinfo, flow)) || is_under_way(flow, pinfo))
        return;
    uint64_t to = view.pos + segment.reported;
    if (gathered_was_not_asked(flow, pinfo)) {
        lines = count_early(pinfo, flow, view.side, view.pos, to);
    } else {
        view.tvb = tvb_new_subset_remaining(tvb, (gint)segment.header);
        view.from_server = flow_from_server(flow, view.side);
        lines = show_lines(tree, &view, to);
    }
    if (lines > 0)
        show(tvb, pinfo, tree, lines);
}
