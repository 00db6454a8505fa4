/* cursor.h - the only way the decoders touch captured bytes. */
#ifndef FTPSCOPE_NET_CURSOR_H
#define FTPSCOPE_NET_CURSOR_H

#include <stddef.h>
#include <stdint.h>

/* `wire` bytes are left of the packet, of which the first `n` were captured: n <= wire. */
struct net_cursor {
    const uint8_t *p;
    size_t n, wire;
};

enum net_step {
    NET_STEP_OK,
    NET_STEP_SHORT /* cut by the snap length */,
    NET_STEP_MALFORMED /* the packet itself ends */
};

/* Looks at the next `len` bytes; *out points to them. */
static inline enum net_step net_cursor_peek(const struct net_cursor *cursor, size_t len, const uint8_t **out)
{
    if (len > cursor->n)
        return len > cursor->wire ? NET_STEP_MALFORMED : NET_STEP_SHORT;
    *out = cursor->p;
    return NET_STEP_OK;
}

/* Takes `len` bytes off the front; *out points to them. Nothing is taken unless NET_STEP_OK is returned. */
static inline enum net_step net_cursor_take(struct net_cursor *cursor, size_t len, const uint8_t **out)
{
    enum net_step step = net_cursor_peek(cursor, len, out);
    if (step != NET_STEP_OK)
        return step;
    cursor->p += len;
    cursor->n -= len;
    cursor->wire -= len;
    return NET_STEP_OK;
}

static inline enum net_step net_cursor_skip(struct net_cursor *cursor, size_t len)
{
    const uint8_t *skipped;
    return net_cursor_take(cursor, len, &skipped);
}

/* Cuts the packet to `len` bytes (padding, trailers). A length beyond the frame is believed: the rest was not captured.
 */
static inline void net_cursor_limit(struct net_cursor *cursor, size_t len)
{
    cursor->wire = len;
    if (cursor->n > len)
        cursor->n = len;
}

static inline uint16_t net_be16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t net_be32(const uint8_t *p)
{
    return (uint32_t)net_be16(p) << 16 | net_be16(p + 2);
}

static inline uint16_t net_le16(const uint8_t *p)
{
    return (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t net_le32(const uint8_t *p)
{
    return (uint32_t)net_le16(p + 2) << 16 | net_le16(p);
}

#endif
