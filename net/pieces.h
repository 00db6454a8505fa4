/* pieces.h - the captured bytes of one direction that cannot be delivered yet: disjoint pieces, ascending by position.
 */
#ifndef FTPSCOPE_NET_PIECES_H
#define FTPSCOPE_NET_PIECES_H

#include "net/internal.h"

struct net_piece {
    uint64_t pos, end;
    uint64_t ack;
    bool cut; /* behind the snap length: known to be missing */
    struct net_packet packet;
    uint8_t bytes[];
};

struct net_pieces {
    size_t count;
    struct net_piece **waiting; /* [first, first + count) */
    size_t first, room;
    size_t held; /* memory of the pieces */
    struct net_buffers *buffers;
};

/* One segment's stretch of bytes to keep; bytes NULL: cut by the snap length. */
struct net_stretch {
    uint64_t pos, end, ack;
    const uint8_t *bytes;
    const struct net_packet *packet;
};

/* Copies what no piece has yet: the bytes captured first stay. Linear, however small an attacker cuts the pieces. */
void net_pieces_keep(struct net_pieces *pieces, const struct net_stretch *in);
struct net_piece *net_pieces_front(const struct net_pieces *pieces); /* NULL when there is none */
void net_pieces_drop(struct net_pieces *pieces);                     /* frees the front piece */

#endif
