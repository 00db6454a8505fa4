/* pieces.c - see pieces.h. A sorted array: positions are few and mostly come in order; NET_SEGMENTS_MAX bounds every
 * memmove. */
#include "net/pieces.h"

#include <glib.h>
#include <string.h>

struct net_piece *net_pieces_front(const struct net_pieces *pieces)
{
    return pieces->count == 0 ? NULL : pieces->waiting[pieces->first];
}

static size_t piece_memory(const struct net_piece *piece)
{
    return sizeof(*piece) + (piece->cut ? 0 : (size_t)(piece->end - piece->pos));
}

void net_pieces_drop(struct net_pieces *pieces)
{
    struct net_piece *piece = net_pieces_front(pieces);
    pieces->held -= piece_memory(piece);
    pieces->buffers->held -= piece_memory(piece);
    pieces->first++;
    pieces->count--;
    g_free(piece);
    if (pieces->count > 0)
        return;
    g_free(pieces->waiting);
    pieces->waiting = NULL;
    pieces->first = pieces->room = 0;
}

/* Index of the first piece that ends behind pos. */
static size_t find_piece(const struct net_pieces *pieces, uint64_t pos)
{
    size_t low = 0, high = pieces->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pieces->waiting[pieces->first + middle]->end <= pos)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct net_piece *piece_new(struct net_pieces *pieces, const struct net_stretch *from, uint64_t pos,
                                   uint64_t end)
{
    bool cut = from->bytes == NULL;
    size_t len = cut ? 0 : (size_t)(end - pos);
    struct net_piece *piece = g_malloc(sizeof(*piece) + len);
    piece->pos = pos;
    piece->end = end;
    piece->ack = from->ack;
    piece->cut = cut;
    piece->packet = *from->packet;
    piece->packet.payload = (struct fsc_span){piece->bytes, len};
    if (!cut)
        memcpy(piece->bytes, from->bytes + (pos - from->pos), len);
    pieces->held += piece_memory(piece);
    pieces->buffers->held += piece_memory(piece);
    return piece;
}

static void make_room(struct net_pieces *pieces, size_t more)
{
    if (pieces->first + pieces->count + more <= pieces->room)
        return;
    if (pieces->first > 0)
        memmove(pieces->waiting, pieces->waiting + pieces->first, pieces->count * sizeof(struct net_piece *));
    pieces->first = 0;
    if (pieces->count + more <= pieces->room)
        return;
    pieces->room = (pieces->count + more) * 2;
    pieces->waiting = g_renew(struct net_piece *, pieces->waiting, pieces->room);
}

/* How many stretches between the pieces [from, to) the new one fills. */
static size_t count_free(struct net_piece *const *all, size_t from, size_t to, const struct net_stretch *in)
{
    size_t count = 0;
    uint64_t pos = in->pos;
    for (size_t i = from; i < to; i++) {
        if (all[i]->pos > pos)
            count++;
        pos = all[i]->end;
    }
    return count + (pos < in->end ? 1 : 0);
}

/* Keeps what no other piece has. One memmove and one pass over the overlapped pieces, from the right, in place: linear,
 * however small an attacker cuts them. */
void net_pieces_keep(struct net_pieces *pieces, const struct net_stretch *in)
{
    if (in->pos >= in->end)
        return;
    size_t from = find_piece(pieces, in->pos), to = from;
    while (to < pieces->count && pieces->waiting[pieces->first + to]->pos < in->end)
        to++;
    make_room(pieces, to - from + 1);
    struct net_piece **all = pieces->waiting + pieces->first;
    size_t added = count_free(all, from, to, in);
    if (added == 0)
        return;
    memmove(all + to + added, all + to, (pieces->count - to) * sizeof(*all));
    pieces->count += added;
    uint64_t end = in->end;
    size_t at = to + added;
    for (size_t i = to; i-- > from;) {
        if (all[i]->end < end)
            all[--at] = piece_new(pieces, in, all[i]->end, end);
        end = all[i]->pos;
        all[--at] = all[i];
    }
    if (in->pos < end)
        all[--at] = piece_new(pieces, in, in->pos, end);
}
