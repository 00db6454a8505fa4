/* flow.c - see flow.h. */
#include "plugin/store/flow.h"

enum { LINES_FIRST = 16 };

int flow_side(const struct flow *flow, const struct fsc_endpoint *from)
{
    return from->port == flow->first.port && fsc_addr_equal(&from->addr, &flow->first.addr) ? 0 : 1;
}

bool flow_from_server(const struct flow *flow, int side)
{
    return flow->server_is_first == (side == 0);
}

static const struct milestone *milestone_before(wmem_array_t *milestones, uint32_t frame)
{
    unsigned low = 0, high = milestones != NULL ? wmem_array_get_count(milestones) : 0;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (((const struct milestone *)wmem_array_index(milestones, middle))->frame <= frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? wmem_array_index(milestones, low - 1) : NULL;
}

bool flow_position(const struct flow *flow, int side, uint32_t seq, uint32_t frame, uint64_t *position)
{
    const struct milestone *milestone = milestone_before(flow->side[side].milestones, frame);

    if (milestone != NULL)
        *position = milestone->position + (uint64_t)(int64_t)(int32_t)(seq - milestone->seq);
    else
        *position = seq - flow->side[side].base_seq;
    bool before = milestone == NULL && *position > UINT32_MAX / 2; /* the first byte that is known */
    return flow->side[side].numbered && !before;
}

void flow_pass(struct flow *flow, int side, uint32_t seq, uint32_t frame, uint64_t position)
{
    static const uint64_t every = 1u << 30;
    struct milestone milestone = {frame, seq, position};
    wmem_array_t **milestones = &flow->side[side].milestones;
    unsigned count = *milestones != NULL ? wmem_array_get_count(*milestones) : 0;
    uint64_t last = count > 0 ? ((const struct milestone *)wmem_array_index(*milestones, count - 1))->position : 0;

    if (position < last + every)
        return;
    if (*milestones == NULL)
        *milestones = wmem_array_new(wmem_file_scope(), sizeof(struct milestone));
    wmem_array_append_one(*milestones, milestone);
}

void flow_add_line(struct flow *flow, int side, bool decrypted, uint64_t position, struct line *line)
{
    struct flow_lines *lines = decrypted ? &flow->side[side].decrypted : &flow->side[side].lines;

    if (lines->count == lines->room) {
        lines->room = lines->room > 0 ? 2 * lines->room : LINES_FIRST;
        lines->places = wmem_realloc(wmem_file_scope(), lines->places, lines->room * sizeof(*lines->places));
    }
    lines->places[lines->count++] = (struct line_place){position, line};
}

const struct line_place *flow_lines_from(const struct flow_lines *lines, uint64_t position, unsigned *count)
{
    unsigned low = 0, all = lines->count, high = all;

    if (all > 1 && lines->places[all - 2].position < position) /* first pass: the newest, or behind it */
        low = all - 1;
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (lines->places[middle].position < position)
            low = middle + 1;
        else
            high = middle;
    }
    *count = all - low;
    return all > low ? lines->places + low : NULL;
}

/* Asked several times for one line, then for the next; in the first pass mostly for the newest. */
struct line *flow_line(struct flow *flow, int side, bool decrypted, uint64_t position)
{
    struct flow_lines *lines = decrypted ? &flow->side[side].decrypted : &flow->side[side].lines;
    unsigned left;

    if (lines->count > 0 && lines->places[lines->count - 1].position == position)
        return lines->places[lines->count - 1].line;
    for (unsigned i = lines->last; i < lines->count && i <= lines->last + 1; i++) {
        if (lines->places[i].position != position)
            continue;
        lines->last = i;
        return lines->places[i].line;
    }
    const struct line_place *found = flow_lines_from(lines, position, &left);
    if (found == NULL || found->position != position)
        return NULL;
    lines->last = lines->count - left;
    return found->line;
}

bool flow_decrypted_position(const struct flow *flow, int side, uint32_t frame, unsigned n, uint64_t *position)
{
    wmem_array_t *all = flow->side[side].decrypted_at;
    unsigned count = all != NULL ? wmem_array_get_count(all) : 0, low = 0, high = count;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (((const struct decrypted_at *)wmem_array_index(all, middle))->frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    const struct decrypted_at *at = low + n < count ? wmem_array_index(all, low + n) : NULL;
    if (at == NULL || at->frame != frame)
        return false;
    *position = at->position;
    return true;
}
