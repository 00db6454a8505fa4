/* shown.c - see shown.h. Lines bear marks; what was shown before its lines were told is kept as ranges of bytes. */
#include "plugin/control/shown.h"

/* By the numbers in packets, as positions are not known before there is a line. */
struct range {
    uint32_t from, length, frame;
};

/* ---- told by TCP ---- */

/* Behind a hole TCP hands on what the pipeline has not read. */
static void keep_range(const struct view *view, const struct unit *unit)
{
    struct range range = {view->seq + (uint32_t)unit->start, (uint32_t)unit->length, view->pinfo->num};
    wmem_array_t **shown = &view->flow->side[view->side].shown;

    if (*shown == NULL)
        *shown = wmem_array_new(wmem_file_scope(), sizeof(struct range));
    wmem_array_append_one(*shown, range);
}

static void mark(const struct view *view, const struct unit *unit)
{
    uint64_t from = view->pos + (uint64_t)unit->start;
    unsigned left;
    const struct line_place *at = flow_lines_from(&view->flow->side[view->side].lines, from, &left);

    for (; left > 0 && at->position < from + (uint64_t)unit->length; at++, left--)
        at->line->handed_in = view->pinfo->num;
}

void shown_handed_on(const struct view *view, const struct unit *unit)
{
    if (view->flow == NULL || view->decrypted)
        return;
    if (unit->last == NULL && view->sequenced)
        keep_range(view, unit);
    if (view->positioned)
        mark(view, unit);
}

/* The last range that begins there or before; they ascend, as TCP hands them on. */
static const struct range *range_before(wmem_array_t *shown, uint32_t seq)
{
    unsigned low = 0, high = wmem_array_get_count(shown);

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if ((int32_t)(seq - ((const struct range *)wmem_array_index(shown, middle))->from) >= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? wmem_array_index(shown, low - 1) : NULL;
}

/* NULL: none is of what stands there. */
static const struct range *range_at(const struct view *view, int offset)
{
    wmem_array_t *shown = view->flow->side[view->side].shown;
    uint32_t seq = view->seq + (uint32_t)offset;
    const struct range *range = shown != NULL ? range_before(shown, seq) : NULL;

    return range != NULL && seq - range->from < range->length ? range : NULL;
}

uint32_t shown_untold(const struct view *view, int offset)
{
    if (!PINFO_FD_VISITED(view->pinfo) || view->flow == NULL || !view->sequenced || view->decrypted)
        return 0;
    const struct range *range = range_at(view, offset);
    return range != NULL ? range->length - (view->seq + (uint32_t)offset - range->from) : 0;
}

bool shown_is_withheld(const struct view *view, const struct unit *unit)
{
    return PINFO_FD_VISITED(view->pinfo) && !view->quoted && !view->decrypted && unit->length > 0 &&
           unit->first != NULL && unit->first->handed_in == 0;
}

/* ---- told with its own packet ---- */

void shown_withheld(const struct line_place *at, unsigned left, uint64_t to, const packet_info *pinfo)
{
    for (; left > 0 && at->position < to; at++, left--)
        if (!PINFO_FD_VISITED(pinfo) || at->line->withheld_in == 0)
            at->line->withheld_in = pinfo->num;
}

/* From Wireshark 4.2 on TCP does not bring in later passes what came behind a hole, when a segment that was sent again
 * with more filled it. */
bool shown_has_come(const struct view *view, const struct line *line, int offset)
{
    const struct range *range = line->handed_in == 0 ? range_at(view, offset) : NULL;
    uint32_t handed_in = range != NULL ? range->frame : line->handed_in, frame = view->pinfo->num;
    bool is_kept_now = PINFO_FD_VISITED(view->pinfo) && handed_in == frame && view->flow->handed_in != frame;

    return handed_in != 0 && !is_kept_now;
}

/* In the first pass it moves to the frame with its end. */
bool shown_elsewhere(const struct line *line, const packet_info *pinfo)
{
    bool is_settled = PINFO_FD_VISITED(pinfo) || line->frame != pinfo->num;
    return is_settled && line->withheld_in != 0 && line->withheld_in != pinfo->num;
}

int shown_apart(const struct view *view, int offset, int length)
{
    uint64_t start = view->pos + (uint64_t)offset;
    unsigned left;
    const struct line_place *at = flow_lines_from(&view->flow->side[view->side].lines, start + 1, &left);

    for (; left > 0 && at->position < start + (uint64_t)length; at++, left--) {
        int before = (int)(at->position - start);
        if (shown_has_come(view, at->line, offset + before))
            return before;
    }
    return length;
}
