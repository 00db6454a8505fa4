/*
 * slabs.h - memory for what is kept from packet to packet: connections, sessions, announcements, transfers.
 *
 * A host like epan takes and gives back hundreds of small pieces a packet. With ours lying between them malloc finds no
 * room at once any more: that was a third of what the plugin cost `tshark -T fields`. So pieces are cut from slabs that
 * lie elsewhere.
 *
 * What is given back is kept for the next piece of that size: who bounds his memory uses NULL instead of slabs, which
 * is malloc.
 */
#ifndef FTPSCOPE_NET_SLABS_H
#define FTPSCOPE_NET_SLABS_H

#include <stddef.h>

struct slabs;

struct slabs *slabs_new(void);
void slabs_free(struct slabs **slabs); /* with all pieces */

enum { SLABS_ALIGNED = 256 };

/* Zeroed, never NULL; of SLABS_ALIGNED bytes or more on whole cache lines. */
void *slabs_take(struct slabs *slabs, size_t size);
/* `size`: as it was taken. NULL is no piece. */
void slabs_give(struct slabs *slabs, void *piece, size_t size);

#endif
