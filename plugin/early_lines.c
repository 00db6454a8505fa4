/* early_lines.c - see early_lines.h. */
#include "plugin/early_lines.h"

/* A command or a whole reply. */
struct early_unit {
    uint64_t start, end;
    uint32_t frame; /* with its end */
};

/* One direction, from its first byte on, until what was under way when the connection was known has ended. */
struct early_lines {
    wmem_array_t *bytes, *units; /* of guint8; of struct early_unit, ascending */
    bool open;                   /* the last unit goes on */
    bool over;                   /* what comes is put together by TCP */
};

static struct early_lines *early_new(void)
{
    struct early_lines *early = wmem_new0(wmem_file_scope(), struct early_lines);

    early->bytes = wmem_array_new(wmem_file_scope(), 1);
    early->units = wmem_array_new(wmem_file_scope(), sizeof(struct early_unit));
    return early;
}

static void append(struct early_lines *early, const struct record_line *record)
{
    bool client = record->dir == FSC_C2S, begins = client || (record->note->flags & FSC_NOTE_FIRST) != 0;

    if (!early->open || begins) {
        struct early_unit unit = {.start = record->pos};
        wmem_array_append_one(early->units, unit);
    }
    struct early_unit *unit = wmem_array_index(early->units, wmem_array_get_count(early->units) - 1);
    wmem_array_append(early->bytes, record->wire.p, (guint)record->wire.n);
    unit->end = record->pos + record->wire.n;
    unit->frame = (uint32_t)record->frame;
    early->open = !client && record->note->code != 0 && (record->note->flags & FSC_NOTE_LAST) == 0;
}

static bool is_first_told(const struct flow *flow)
{
    return flow->side[0].lines.count == 0 && flow->side[1].lines.count == 0;
}

void early_lines_take(struct flow *flow, int side, const struct record_line *record, uint32_t frame)
{
    if (is_first_told(flow) && record->frame < frame)
        flow->known_in = frame;
    if (flow->known_in == 0)
        return;
    if (flow->side[side].early == NULL)
        flow->side[side].early = early_new();
    struct early_lines *early = flow->side[side].early;
    uint64_t next = wmem_array_get_count(early->bytes);
    if (!early->over && record->pos == next && next + record->wire.n <= UNIT_MAX)
        append(early, record);
    else
        early->over = true;
    early->over = early->over || (frame > flow->known_in && !early->open);
}

static const struct early_unit *unit_at(const struct early_lines *early, uint64_t position)
{
    for (unsigned i = 0; early != NULL && i < wmem_array_get_count(early->units); i++) {
        const struct early_unit *unit = wmem_array_index(early->units, i);
        if (position >= unit->start && position < unit->end)
            return unit;
    }
    return NULL;
}

/* None of its lines is kept back: all are shown with the last. */
static void hand_on(const struct view *view, const struct early_unit *unit)
{
    const struct flow_lines *lines = &view->flow->side[view->side].lines;
    unsigned left;

    for (const struct line_place *at = flow_lines_from(lines, unit->start, &left); left > 0 && at->position < unit->end;
         at++, left--)
        at->line->handed_on = true;
}

/* The bytes may move when more are kept, and the packet may still be looked at then. */
static tvbuff_t *buffer_of(const struct view *view, const struct early_lines *early, const struct early_unit *unit)
{
    gint n = (gint)(unit->end - unit->start);
    const guint8 *kept = wmem_array_index(early->bytes, (guint)unit->start);
    const guint8 *bytes = wmem_memdup(view->pinfo->pool, kept, (size_t)n);
    tvbuff_t *tvb = tvb_new_child_real_data(view->tvb, bytes, (guint)n, n);

    add_new_data_source(view->pinfo, tvb, "Reassembled FTP");
    return tvb;
}

static bool was_unknown(const struct flow *flow)
{
    return flow != NULL && flow->known_in != 0 && flow->claimed;
}

bool early_lines_tcp_not_asked(const struct flow *flow, const packet_info *pinfo)
{
    return was_unknown(flow) && pinfo->num <= flow->known_in;
}

enum early early_lines_at(const struct view *view, int offset, struct early_piece *piece)
{
    piece->used = 0;
    if (!was_unknown(view->flow) || !view->positioned || view->decrypted)
        return EARLY_NOT;
    const struct early_lines *early = view->flow->side[view->side].early;
    uint64_t at = view->pos + (uint64_t)offset, behind = view->pos + tvb_captured_length(view->tvb);
    const struct early_unit *unit = unit_at(early, at);
    bool goes_on = unit != NULL && unit->end > behind;
    if (unit == NULL || (unit->start >= view->pos && !goes_on) ||
        (goes_on && !early_lines_tcp_not_asked(view->flow, view->pinfo)))
        return EARLY_NOT;
    piece->used = (int)(MIN(unit->end, behind) - at);
    piece->whole_in = unit->frame;
    hand_on(view, unit);
    if (goes_on)
        return EARLY_PART;
    piece->view = *view;
    piece->view.tvb = buffer_of(view, early, unit);
    piece->view.pos = unit->start;
    return EARLY_WHOLE;
}
