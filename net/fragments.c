/* fragments.c - IP fragments to datagrams: RFC 791 section 3.2, RFC 8200 section 4.5, RFC 5722 about overlaps. */
#include "net/internal.h"

#include <glib.h>
#include <string.h>

enum {
    DATAGRAMS_MAX = 256,
    PIECES_MAX = 128,  /* 64 KiB in packets of 576 bytes */
    FRAMES_MAX = 1024, /* every piece of a datagram in a tunnel may have come in pieces, and twice */
    DATAGRAM_MAX = 65535,
    RECENT_MAX = 16
};

#define MEMORY_MAX ((size_t)4 << 20) /* then the next fragment pushes the oldest out */

/* What Linux waits. RFC 791 section 3.2 says 15 s, RFC 8200 section 4.5 a minute: senders have moved on long before. */
#define WAIT_NS (UINT64_C(30) * 1000000000)

/* RFC 8200 leaves the protocol out: each fragment may name another, and the first one's counts. */
struct key {
    struct fsc_addr from, to;
    uint32_t id;
    uint8_t protocol;
};

struct piece {
    uint32_t pos, len, captured;
    uint8_t *bytes;
};

struct datagram {
    struct key key;
    int64_t since_ns;
    bool spoiled;         /* stays until its time is over: what comes of it must not be taken for another (RFC 5722) */
    struct net_ip ip;     /* of the first part */
    uint32_t have;        /* sum of the pieces' lengths */
    uint32_t total;       /* 0 until the last part came */
    struct piece *pieces; /* disjoint, ascending */
    size_t count, room;
    size_t held; /* captured bytes in them */
    struct net_frames frames;
};

/* A completed datagram. */
struct recent {
    struct key key;
    int64_t time_ns;
    uint64_t flow;
    bool fresh; /* net_fragments_belong has not been called yet */
    struct net_cursor whole;
    uint8_t *bytes; /* NULL: none */
};

struct net_fragments {
    struct datagram *waiting[DATAGRAMS_MAX]; /* oldest first */
    size_t count, memory;
    uint64_t lost;
    struct recent recent[RECENT_MAX]; /* at most 64 KiB each */
    unsigned next_recent;
};

void net_frames_add(struct net_frames *frames, const uint64_t *frame, size_t count)
{
    if (frames->count + count > frames->room) {
        frames->room = (frames->count + count) * 2;
        frames->frame = g_renew(uint64_t, frames->frame, frames->room);
    }
    if (count > 0)
        memcpy(frames->frame + frames->count, frame, count * sizeof(*frame));
    frames->count += count;
}

struct net_fragments *net_fragments_new(void)
{
    return g_new0(struct net_fragments, 1);
}

uint64_t net_fragments_lost(const struct net_fragments *fragments)
{
    return fragments->lost;
}

/* ---- one datagram ---- */

static size_t memory_of(const struct datagram *datagram)
{
    return sizeof(*datagram) + datagram->room * sizeof(*datagram->pieces) + datagram->held +
           datagram->frames.room * sizeof(*datagram->frames.frame);
}

static void drop_pieces(struct datagram *datagram)
{
    for (size_t i = 0; i < datagram->count; i++)
        g_free(datagram->pieces[i].bytes);
    g_free(datagram->pieces);
    g_free(datagram->frames.frame);
    datagram->pieces = NULL;
    datagram->count = datagram->room = datagram->held = 0;
    datagram->frames = (struct net_frames){NULL, 0, 0};
}

/* Index of the first piece that ends behind pos. */
static size_t find_piece(const struct datagram *datagram, uint32_t pos)
{
    size_t low = 0, high = datagram->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (datagram->pieces[middle].pos + datagram->pieces[middle].len <= pos)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_same(const struct piece *piece, const struct net_part *part)
{
    return piece->pos == part->ip.position && piece->len == part->bytes.wire &&
           memcmp(piece->bytes, part->bytes.p, MIN(piece->captured, part->bytes.n)) == 0;
}

static void insert(struct datagram *datagram, size_t at, const struct net_part *part)
{
    if (datagram->count == datagram->room) {
        datagram->room = datagram->room > 0 ? datagram->room * 2 : 4;
        datagram->pieces = g_renew(struct piece, datagram->pieces, datagram->room);
    }
    struct piece *piece = &datagram->pieces[at];
    memmove(piece + 1, piece, (datagram->count - at) * sizeof(*piece));
    datagram->count++;
    piece->pos = part->ip.position;
    piece->len = (uint32_t)part->bytes.wire;
    piece->captured = (uint32_t)part->bytes.n;
    piece->bytes = g_malloc(part->bytes.n + 1); /* never NULL */
    memcpy(piece->bytes, part->bytes.p, part->bytes.n);
    datagram->have += piece->len;
    datagram->held += piece->captured;
    if (piece->pos == 0)
        datagram->ip = part->ip;
    if (!part->ip.more)
        datagram->total = piece->pos + piece->len;
}

/* False when the part contradicts what is known, or exceeds a limit. */
static bool add_part(struct datagram *datagram, const struct net_part *part)
{
    uint32_t pos = part->ip.position, end = pos + (uint32_t)part->bytes.wire;
    size_t at = find_piece(datagram, pos);
    if (at < datagram->count && is_same(&datagram->pieces[at], part))
        return part->ip.more ? end != datagram->total : end == datagram->total; /* captured twice */
    if (at < datagram->count && datagram->pieces[at].pos < end)
        return false;
    if (datagram->total > 0 && (end > datagram->total || !part->ip.more))
        return false;
    if (!part->ip.more && at < datagram->count)
        return false;
    if (datagram->count == PIECES_MAX)
        return false;
    insert(datagram, at, part);
    return true;
}

/* ---- all of them ---- */

static struct key key_of(const struct net_ip *ip)
{
    uint8_t protocol = ip->from.kind == FSC_ADDR_V4 ? ip->protocol : 0;
    return (struct key){ip->from, ip->to, ip->part_of, protocol};
}

static bool is_key(const struct key *a, const struct key *b)
{
    return a->id == b->id && a->protocol == b->protocol && memcmp(&a->from, &b->from, sizeof(a->from)) == 0 &&
           memcmp(&a->to, &b->to, sizeof(a->to)) == 0;
}

static size_t find_datagram(const struct net_fragments *fragments, const struct key *key)
{
    size_t i = 0;
    while (i < fragments->count && !is_key(&fragments->waiting[i]->key, key))
        i++;
    return i;
}

static void drop_datagram(struct net_fragments *fragments, size_t at)
{
    struct datagram *datagram = fragments->waiting[at];
    fragments->memory -= memory_of(datagram);
    fragments->count--;
    memmove(fragments->waiting + at, fragments->waiting + at + 1,
            (fragments->count - at) * sizeof(*fragments->waiting));
    drop_pieces(datagram);
    g_free(datagram);
}

static void give_up(struct net_fragments *fragments, size_t at)
{
    fragments->lost += fragments->waiting[at]->frames.count;
    drop_datagram(fragments, at);
}

/* Gives up what waited too long, and the oldest when together they take too much. */
static void expire(struct net_fragments *fragments, int64_t now_ns)
{
    while (fragments->count > 0 &&
           (fragments->memory > MEMORY_MAX || (uint64_t)now_ns - (uint64_t)fragments->waiting[0]->since_ns > WAIT_NS))
        give_up(fragments, 0);
}

static struct datagram *datagram_for(struct net_fragments *fragments, const struct key *key, int64_t now_ns)
{
    size_t at = find_datagram(fragments, key);
    if (at < fragments->count)
        return fragments->waiting[at];
    if (fragments->count == DATAGRAMS_MAX)
        give_up(fragments, 0);
    struct datagram *datagram = g_new0(struct datagram, 1);
    datagram->key = *key;
    datagram->since_ns = now_ns;
    fragments->waiting[fragments->count++] = datagram;
    fragments->memory += memory_of(datagram);
    return datagram;
}

static void spoil(struct net_fragments *fragments, struct datagram *datagram)
{
    fragments->lost += datagram->frames.count;
    drop_pieces(datagram);
    datagram->spoiled = true;
}

/* ---- the same once more ---- */

/* Identifications come again, and some senders give all their packets the number 0: only the bytes tell a copy. */
static bool is_part_of(const struct recent *recent, const struct net_part *part)
{
    size_t pos = part->ip.position, len = part->bytes.wire;
    bool at_end = pos + len == recent->whole.wire;
    if (pos + len > recent->whole.wire || at_end == part->ip.more)
        return false;
    size_t known = recent->whole.n > pos ? recent->whole.n - pos : 0;
    return memcmp(recent->bytes + MIN(pos, recent->whole.n), part->bytes.p, MIN(known, part->bytes.n)) == 0;
}

static const struct recent *find_recent(const struct net_fragments *fragments, const struct key *key,
                                        const struct net_part *part, int64_t now_ns)
{
    for (size_t i = 0; i < RECENT_MAX; i++) {
        const struct recent *recent = &fragments->recent[i];
        if (recent->bytes != NULL && is_key(&recent->key, key) && net_is_copy_time(recent->time_ns, now_ns) &&
            is_part_of(recent, part))
            return recent;
    }
    return NULL;
}

void net_fragments_belong(struct net_fragments *fragments, uint64_t flow)
{
    for (size_t i = 0; i < RECENT_MAX; i++) {
        if (fragments->recent[i].fresh)
            fragments->recent[i].flow = flow;
        fragments->recent[i].fresh = false;
    }
}

/* ---- joining ---- */

/* A piece cut by the snap length ends what counts as captured. */
static void join(struct net_fragments *fragments, const struct datagram *datagram, int64_t now_ns, struct net_part *out)
{
    struct recent *recent = &fragments->recent[fragments->next_recent++ % RECENT_MAX];
    size_t n = 0;
    g_free(recent->bytes);
    *recent =
        (struct recent){.key = datagram->key, .time_ns = now_ns, .fresh = true, .bytes = g_malloc(datagram->total)};
    for (size_t i = 0; i < datagram->count; i++) {
        const struct piece *piece = &datagram->pieces[i];
        memcpy(recent->bytes + n, piece->bytes, piece->captured);
        n += piece->captured;
        if (piece->captured < piece->len)
            break;
    }
    recent->whole = (struct net_cursor){recent->bytes, n, datagram->total};
    out->bytes = recent->whole;
    out->ip = datagram->ip;
    out->ip.fragment = out->ip.more = false;
}

/* Every part but the last fills units of eight bytes. */
static bool is_sound(const struct net_part *part)
{
    size_t len = part->bytes.wire;
    return len > 0 && part->ip.position + len <= DATAGRAM_MAX && (!part->ip.more || len % 8 == 0);
}

static enum net_joined keep(struct net_fragments *fragments, struct datagram *datagram, const struct net_part *part,
                            struct net_frames *frames, uint64_t frame)
{
    size_t before = memory_of(datagram);
    net_frames_add(&datagram->frames, frames->frame, frames->count);
    net_frames_add(&datagram->frames, &frame, 1);
    frames->count = 0;
    if (datagram->spoiled || datagram->frames.count > FRAMES_MAX || !add_part(datagram, part))
        spoil(fragments, datagram);
    fragments->memory += memory_of(datagram);
    fragments->memory -= before;
    return datagram->spoiled ? NET_JOINED_LOST : NET_JOINED_WAITS;
}

enum net_joined net_fragments_take(struct net_fragments *fragments, struct net_part *part, struct net_frames *frames,
                                   uint64_t frame, int64_t now_ns, uint64_t *flow)
{
    struct key key = key_of(&part->ip);
    expire(fragments, now_ns);
    if (!is_sound(part))
        return NET_JOINED_MALFORMED;
    const struct recent *recent = find_recent(fragments, &key, part, now_ns);
    if (recent != NULL) {
        *flow = recent->flow;
        return NET_JOINED_COPY;
    }
    struct datagram *datagram = datagram_for(fragments, &key, now_ns);
    enum net_joined result = keep(fragments, datagram, part, frames, frame);
    if (result == NET_JOINED_WAITS && datagram->have == datagram->total) {
        join(fragments, datagram, now_ns, part);
        net_frames_add(frames, datagram->frames.frame, datagram->frames.count - 1); /* without this frame */
        drop_datagram(fragments, find_datagram(fragments, &key));
        return NET_JOINED_WHOLE;
    }
    return result;
}

void net_fragments_end(struct net_fragments *fragments)
{
    while (fragments->count > 0)
        give_up(fragments, fragments->count - 1);
}

void net_fragments_free(struct net_fragments *fragments)
{
    net_fragments_end(fragments);
    for (size_t i = 0; i < RECENT_MAX; i++)
        g_free(fragments->recent[i].bytes);
    g_free(fragments);
}
