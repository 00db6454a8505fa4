/* gathered.c - see gathered.h. */
#include "plugin/control/gathered.h"

#include "plugin/control/control.h"

/* With 128 segments TCP's part of the work is a tenth; with 30,000 it was 25 times all other. */
enum { SEGMENTS_MAX = 128 };

/* A command or a whole reply. */
struct gathered_unit {
    uint64_t start, end;
    uint64_t cut;        /* what stands before is put together by TCP; 0: nothing, or all */
    uint32_t frame;      /* with its last line's end; 0: none by now */
    bool open;           /* it goes on behind `end` */
    wmem_array_t *bytes; /* of guint8 */
};

/* One direction. */
struct gathered_units {
    wmem_array_t *units; /* struct gathered_unit, ascending */
    bool known;          /* what was under way when the connection became known has ended */
    uint64_t asked_from; /* for more of what begins here TCP was asked */
    unsigned asked;      /* so many times; 0: it was shown, or there was no such */
};

static struct gathered_units *units_of(struct flow *flow, int side)
{
    struct gathered_units **place = &flow->side[side].gathered;

    if (*place == NULL) {
        *place = wmem_new0(wmem_file_scope(), struct gathered_units);
        (*place)->units = wmem_array_sized_new(wmem_file_scope(), sizeof(struct gathered_unit), 1);
        flow->gathers = true;
    }
    return *place;
}

static struct gathered_unit *last_unit(const struct gathered_units *all)
{
    unsigned count = wmem_array_get_count(all->units);
    return count > 0 ? wmem_array_index(all->units, count - 1) : NULL;
}

/* NULL: this is an earlier one */
static struct gathered_unit *begin(struct gathered_units *all, uint64_t start)
{
    struct gathered_unit unit = {.start = start, .end = start, .open = true}, *before = last_unit(all);

    if (before != NULL && before->start >= start)
        return NULL;
    if (before != NULL)
        before->open = false;
    unit.bytes = wmem_array_new(wmem_file_scope(), 1);
    wmem_array_append_one(all->units, unit);
    return last_unit(all);
}

/* ---- the first pass ---- */

static void append(struct gathered_unit *unit, struct fsc_span bytes)
{
    wmem_array_append(unit->bytes, bytes.p, (guint)bytes.n);
    unit->end += bytes.n;
}

/* Of a line some bytes may be there already. */
static void append_line(struct gathered_unit *unit, const struct record_line *record)
{
    uint64_t before = unit->end - record->pos;
    bool client = record->dir == FSC_C2S;

    if (before < record->wire.n)
        append(unit, (struct fsc_span){record->wire.p + before, record->wire.n - before});
    unit->frame = (uint32_t)record->frame;
    unit->open = !client && record->note->code != 0 && (record->note->flags & FSC_NOTE_LAST) == 0 &&
                 wmem_array_get_count(unit->bytes) < UNIT_MAX;
}

static bool begins_another(const struct gathered_unit *unit, const struct record_line *record)
{
    bool first = record->dir == FSC_C2S || (record->note->flags & FSC_NOTE_FIRST) != 0;
    return record->pos > unit->end || (first && record->pos > unit->start);
}

static bool is_first_told(const struct flow *flow)
{
    return flow->side[0].lines.count == 0 && flow->side[1].lines.count == 0;
}

void gathered_take(struct flow *flow, int side, const struct record_line *record, uint32_t frame)
{
    if (is_first_told(flow) && !control_has_port(flow->session->server.port))
        flow->known_in = frame;
    if (flow->known_in == 0 && (!flow->gathers || flow->side[side].gathered == NULL))
        return;
    struct gathered_units *all = units_of(flow, side);
    struct gathered_unit *unit = last_unit(all);
    if (unit != NULL && unit->open && begins_another(unit, record))
        unit->open = false; /* the server never ended it, or bytes are missing */
    if (unit == NULL || !unit->open)
        unit = flow->known_in != 0 && !all->known ? begin(all, record->pos) : NULL;
    if (unit != NULL)
        append_line(unit, record);
    all->known = all->known || (frame > flow->known_in && (unit == NULL || !unit->open));
}

/* What was under way when the connection became known began before what TCP was asked for; its lines will be told. */
static struct gathered_unit *under_way(struct gathered_units *all, uint64_t start)
{
    struct gathered_unit *last = all->known ? NULL : last_unit(all);

    if (last == NULL || last->open)
        return last;
    return last->end < start ? begin(all, last->end) : NULL;
}

static void gather(const struct view *view, int offset)
{
    struct gathered_units *all = units_of(view->flow, view->side);
    struct fsc_span bytes = unit_bytes(view, offset);
    uint64_t start = view->pos + (uint64_t)offset;
    struct gathered_unit *unit = view->flow->known_in != 0 ? under_way(all, start) : NULL;

    if (unit == NULL && (unit = begin(all, start)) != NULL)
        append(unit, bytes);
    if (unit != NULL)
        unit->cut = start + bytes.n;
}

static bool is_one_too_many(struct gathered_units *all, uint64_t from)
{
    all->asked = from == all->asked_from ? all->asked + 1 : 1;
    all->asked_from = from;
    return all->asked > SEGMENTS_MAX;
}

bool gathered_may_ask(const struct view *view, int offset)
{
    bool listens = view->pinfo->can_desegment && !gathered_was_not_asked(view->flow, view->pinfo);

    if (PINFO_FD_VISITED(view->pinfo) || view->quoted || !view->positioned || view->decrypted)
        return listens;
    if (listens && !is_one_too_many(units_of(view->flow, view->side), view->pos + (uint64_t)offset))
        return true;
    gather(view, offset);
    return false;
}

void gathered_stop_waiting(const struct view *view, int offset)
{
    struct gathered_units *all =
        view->flow != NULL && view->flow->gathers ? view->flow->side[view->side].gathered : NULL;

    if (all != NULL && view->positioned && !view->decrypted && view->pos + (uint64_t)offset >= all->asked_from)
        all->asked = 0;
}

bool gathered_is_awaited(const struct flow *flow, int side, uint64_t position)
{
    const struct gathered_units *all = flow->gathers ? flow->side[side].gathered : NULL;
    return all != NULL && all->asked > 0 && position >= all->asked_from;
}

/* ---- every pass ---- */

static bool was_unknown(const struct flow *flow)
{
    return flow != NULL && flow->known_in != 0 && flow->claimed;
}

bool gathered_was_not_asked(const struct flow *flow, const packet_info *pinfo)
{
    return was_unknown(flow) && pinfo->num <= flow->known_in;
}

/* The last one that begins there or before. */
static const struct gathered_unit *unit_before(const struct gathered_units *all, uint64_t position)
{
    unsigned low = 0, high = wmem_array_get_count(all->units);

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (((const struct gathered_unit *)wmem_array_index(all->units, middle))->start <= position)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? wmem_array_index(all->units, low - 1) : NULL;
}

static const struct gathered_unit *unit_at(const struct view *view, uint64_t position)
{
    const struct gathered_units *all = view->flow->side[view->side].gathered;
    const struct gathered_unit *unit = all != NULL ? unit_before(all, position) : NULL;

    return unit != NULL && (position < unit->end || unit->open) ? unit : NULL;
}

unsigned gathered_lines_ending(const struct flow *flow, int side, uint64_t from, uint64_t to)
{
    const struct gathered_units *all = flow->side[side].gathered;
    unsigned count = 0, left;

    for (unsigned i = 0; all != NULL && i < wmem_array_get_count(all->units); i++) {
        const struct gathered_unit *unit = wmem_array_index(all->units, i);
        if (unit->end <= from || unit->end > to)
            continue;
        const struct line_place *at = flow_lines_from(&flow->side[side].lines, unit->start, &left);
        for (; left > 0 && at->position < unit->end; at++, left--)
            count++;
    }
    return count;
}

/* The bytes may move when more are kept, and the packet may still be looked at then. */
static tvbuff_t *buffer_of(const struct view *view, const struct gathered_unit *unit)
{
    guint n = wmem_array_get_count(unit->bytes);
    const guint8 *bytes = wmem_memdup(view->pinfo->pool, wmem_array_get_raw(unit->bytes), n);
    tvbuff_t *tvb = tvb_new_child_real_data(view->tvb, bytes, n, (gint)n);

    add_new_data_source(view->pinfo, tvb, "Reassembled FTP");
    return tvb;
}

/* Does TCP hand on its parts as they are? It did not put together what came before `at`, so it is not asked for more.
 */
static bool comes_in_parts(const struct view *view, const struct gathered_unit *unit, uint64_t at, uint64_t behind)
{
    return unit->start < at || (unit->cut > 0 && behind >= unit->cut) ||
           gathered_was_not_asked(view->flow, view->pinfo);
}

bool gathered_begun(const struct view *view)
{
    return view->positioned && !view->decrypted && view->flow->gathers && unit_at(view, view->pos) != NULL;
}

static enum gathered judge(const struct view *view, int offset, const struct gathered_unit **out)
{
    if (view->flow == NULL || !view->flow->gathers || !view->positioned || view->decrypted)
        return GATHERED_NOT;
    uint64_t at = view->pos + (uint64_t)offset, behind = view->pos + tvb_captured_length(view->tvb);
    const struct gathered_unit *unit = unit_at(view, at);
    if (unit == NULL || (unit->cut == 0 && !was_unknown(view->flow)))
        return GATHERED_NOT;
    *out = unit;
    if (unit->open || unit->end > behind)
        return comes_in_parts(view, unit, at, behind) ? GATHERED_PART : GATHERED_NOT;
    return unit->start < view->pos ? GATHERED_WHOLE : GATHERED_NOT;
}

bool gathered_goes_on(const struct view *view, int offset)
{
    const struct gathered_unit *unit;
    return judge(view, offset, &unit) == GATHERED_PART;
}

bool gathered_ends_in(const struct view *view, int offset)
{
    const struct gathered_unit *unit;
    return judge(view, offset, &unit) == GATHERED_WHOLE;
}

enum gathered gathered_at(const struct view *view, int offset, struct gathered_piece *piece)
{
    const struct gathered_unit *unit;
    enum gathered how = judge(view, offset, &unit);

    piece->used = 0;
    if (how == GATHERED_PART) {
        piece->used = (int)tvb_captured_length(view->tvb) - offset;
        piece->whole_in = unit->open ? 0 : unit->frame;
    } else if (how == GATHERED_WHOLE) {
        piece->used = (int)(unit->end - view->pos) - offset;
        piece->view = *view;
        piece->view.tvb = buffer_of(view, unit);
        piece->view.pos = unit->start;
        piece->view.seq = view->seq - (uint32_t)(view->pos - unit->start);
    }
    return how;
}
