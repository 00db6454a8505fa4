/* format_pcapng.c - pcapng: sections of either byte order, interfaces of any link type and resolution, packets of all
 * three kinds. Blocks that do not matter here are stepped over. */
#include "monitor/input/pcapng.h"
#include "monitor/input/record_format.h"

#include <glib.h>

enum {
    BLOCK_MIN = 12,       /* type, length, length again */
    SECTION_MIN = 28,     /* with byte order, version and section length */
    BLOCK_SHORTEN = 1024, /* options of a packet that holds RECORD_MAX bytes */
    INTERFACES_MAX = 65536,
    SECRETS_MAX = 64 << 20, /* bytes of all of a file: keys of half a million TLS sessions; what is more is left out */
    MICROSECONDS = 6,       /* if_tsresol where the option is missing */
};

struct pcapng_interface {
    struct capture_interface known;
    uint8_t resolution;
    int64_t offset_s;
    uint64_t dropped;
};

struct pcapng_reader {
    bool big_endian;
    GPtrArray *interfaces; /* struct pcapng_interface, of all sections */
    guint section_start;   /* the first one of this section */
    uint64_t dropped;      /* counted in packet blocks */
    int64_t last_ns;
    GArray *secrets; /* struct capture_secrets */
    size_t secrets_bytes;
    uint64_t secrets_hash;
};

/* One block: the fields behind its type and length. */
struct block {
    uint32_t type;
    struct fsc_span body;
};

static void free_interface(gpointer item)
{
    struct pcapng_interface *interface = item;

    g_free(interface->known.name);
    g_free(interface);
}

static void clear_secrets(gpointer item)
{
    struct capture_secrets *secrets = item;
    g_free(secrets->bytes);
}

static void pcapng_close(void *state)
{
    struct pcapng_reader *r = state;

    g_array_free(r->secrets, TRUE);
    g_ptr_array_free(r->interfaces, TRUE);
    g_free(r);
}

static uint16_t u16(const struct pcapng_reader *r, const uint8_t *p)
{
    return pcapng_u16(p, r->big_endian);
}

static uint32_t u32(const struct pcapng_reader *r, const uint8_t *p)
{
    return pcapng_u32(p, r->big_endian);
}

/* ---- blocks ---- */

static enum capture_result damaged(char **why, char *sentence)
{
    *why = sentence;
    return CAPTURE_BROKEN;
}

static enum capture_result breaks_off(size_t have, uint64_t want, char **why)
{
    return damaged(why, g_strdup_printf("the block has %zu of %" G_GUINT64_FORMAT " bytes", have, want));
}

/* A new section may have the other byte order: its third field tells, before its length can be read. */
static enum capture_result begin_section(struct pcapng_reader *r, struct byte_source *source, char **why)
{
    struct fsc_span start = byte_source_peek(source, BLOCK_MIN);

    if (start.n < BLOCK_MIN)
        return breaks_off(start.n, SECTION_MIN, why);
    r->big_endian = pcapng_u32(start.p + 8, true) == PCAPNG_BYTE_ORDER_MAGIC;
    if (u32(r, start.p + 8) != PCAPNG_BYTE_ORDER_MAGIC)
        return damaged(why, g_strdup("a section header without its byte order"));
    r->section_start = r->interfaces->len;
    return CAPTURE_FRAME;
}

static bool is_of_interest(uint32_t type)
{
    return type == PCAPNG_SECTION || type == PCAPNG_INTERFACE || type == PCAPNG_PACKET ||
           type == PCAPNG_PACKET_OBSOLETE || type == PCAPNG_PACKET_SIMPLE || type == PCAPNG_STATISTICS ||
           type == PCAPNG_SECRETS;
}

/* The whole block at the front; body.p is NULL when it does not matter: it is stepped over whatever its length. */
static enum capture_result next_block(struct pcapng_reader *r, struct byte_source *source, struct block *out,
                                      char **why)
{
    struct fsc_span head = byte_source_peek(source, 8);

    if (head.n == 0 && byte_source_error(source) == NULL)
        return CAPTURE_END;
    if (head.n < 8)
        return breaks_off(head.n, BLOCK_MIN, why);
    if (pcapng_u32(head.p, true) == PCAPNG_SECTION && begin_section(r, source, why) != CAPTURE_FRAME)
        return CAPTURE_BROKEN;
    head = byte_source_peek(source, 8);
    *out = (struct block){.type = u32(r, head.p)};
    uint32_t len = u32(r, head.p + 4);
    if (len < BLOCK_MIN || len % 4 != 0)
        return damaged(why, g_strdup_printf("a block of %u bytes: the file is damaged", len));
    if (!is_of_interest(out->type)) {
        uint64_t before = byte_source_offset(source);
        if (byte_source_skip(source, len))
            return CAPTURE_FRAME;
        return breaks_off((size_t)(byte_source_offset(source) - before), len, why);
    }
    if (len > RECORD_MAX + BLOCK_SHORTEN)
        return damaged(why, g_strdup_printf("a block of %u bytes: the file is damaged", len));
    struct fsc_span whole = byte_source_peek(source, len);
    if (whole.n < len)
        return breaks_off(whole.n, len, why);
    if (u32(r, whole.p + len - 4) != len)
        return damaged(why, g_strdup("the two lengths of a block differ: the file is damaged"));
    out->body = (struct fsc_span){whole.p + 8, len - BLOCK_MIN};
    return CAPTURE_FRAME;
}

/* ---- what the blocks say ---- */

static struct fsc_span behind(struct fsc_span body, size_t n)
{
    return (struct fsc_span){body.p + n, body.n - n};
}

static enum capture_result take_interface(struct pcapng_reader *r, struct fsc_span body, char **why)
{
    unsigned code;
    struct fsc_span value;

    if (body.n < 8)
        return damaged(why, g_strdup("an interface description that is too short"));
    if (r->interfaces->len >= INTERFACES_MAX)
        return damaged(why, g_strdup_printf("more than %d interfaces", INTERFACES_MAX));
    struct pcapng_interface *interface = g_new0(struct pcapng_interface, 1);
    interface->known.linktype = u16(r, body.p);
    interface->known.snap_len = u32(r, body.p + 4);
    interface->resolution = MICROSECONDS;
    for (struct fsc_span options = behind(body, 8); pcapng_option_next(&options, r->big_endian, &code, &value);) {
        if (code == PCAPNG_INTERFACE_NAME && interface->known.name == NULL)
            interface->known.name = g_strndup((const char *)value.p, value.n);
        else if (code == PCAPNG_INTERFACE_RESOLUTION && value.n >= 1)
            interface->resolution = value.p[0];
        else if (code == PCAPNG_INTERFACE_OFFSET && value.n >= 8)
            interface->offset_s = (int64_t)pcapng_u64(value.p, r->big_endian);
    }
    g_ptr_array_add(r->interfaces, interface);
    return CAPTURE_FRAME;
}

static struct pcapng_interface *interface_of(const struct pcapng_reader *r, uint32_t id)
{
    guint known = r->interfaces->len - r->section_start;
    return id < known ? r->interfaces->pdata[r->section_start + id] : NULL;
}

/* The counts of a block are those since the capture began: the last block of an interface tells. */
static void take_statistics(struct pcapng_reader *r, struct fsc_span body)
{
    struct pcapng_interface *interface = body.n >= 12 ? interface_of(r, u32(r, body.p)) : NULL;
    unsigned code;
    struct fsc_span value;
    uint64_t dropped = 0;

    if (interface == NULL)
        return;
    for (struct fsc_span options = behind(body, 12); pcapng_option_next(&options, r->big_endian, &code, &value);)
        if ((code == PCAPNG_STATISTICS_DROPPED || code == PCAPNG_STATISTICS_DROPPED_BY_SYSTEM) && value.n >= 8)
            dropped += pcapng_u64(value.p, r->big_endian);
    interface->dropped = MAX(interface->dropped, dropped);
}

static void take_secrets(struct pcapng_reader *r, struct fsc_span body)
{
    size_t n = body.n >= 8 ? u32(r, body.p + 4) : 0;

    if (n == 0 || n > body.n - 8 || n > SECRETS_MAX - r->secrets_bytes)
        return;
    struct capture_secrets secrets = {u32(r, body.p), g_memdup2(body.p + 8, n), n};
    g_array_append_val(r->secrets, secrets);
    r->secrets_bytes += n;
    for (size_t i = 0; i < n; i++) /* FNV-1a */
        r->secrets_hash = (r->secrets_hash ^ secrets.bytes[i]) * UINT64_C(0x100000001b3);
}

/* The fields of a packet block before its bytes. */
struct packet_head {
    uint32_t interface, captured, wire;
    uint64_t stamp;
    size_t len;
};

static enum capture_result take_packet(struct pcapng_reader *r, struct fsc_span body, const struct packet_head *head,
                                       struct capture_frame *out, char **why)
{
    const struct pcapng_interface *interface = interface_of(r, head->interface);

    if (interface == NULL)
        return damaged(why,
                       g_strdup_printf("a packet of interface %u, which the file does not describe", head->interface));
    if (head->captured > body.n - head->len)
        return damaged(why, g_strdup("a packet that is longer than its block"));
    size_t padded = (head->captured + 3u) & ~(size_t)3;
    *out = (struct capture_frame){.captured = {body.p + head->len, head->captured},
                                  .wire_len = MAX(head->wire, head->captured),
                                  .time_ns = r->last_ns,
                                  .interface = &interface->known,
                                  .options = behind(body, MIN(head->len + padded, body.n)),
                                  .options_big_endian = r->big_endian,
                                  .secrets = (const struct capture_secrets *)(const void *)r->secrets->data,
                                  .secrets_count = r->secrets->len,
                                  .secrets_hash = r->secrets_hash};
    return CAPTURE_FRAME;
}

static enum capture_result take_timed(struct pcapng_reader *r, struct fsc_span body, const struct packet_head *head,
                                      struct capture_frame *out, char **why)
{
    enum capture_result result = take_packet(r, body, head, out, why);

    if (result == CAPTURE_FRAME) {
        const struct pcapng_interface *interface = interface_of(r, head->interface);
        out->time_ns = r->last_ns = pcapng_time_ns(head->stamp, interface->resolution, interface->offset_s);
    }
    return result;
}

/* The obsolete block has 16 bits for the interface, and how many packets were lost before this one. */
static enum capture_result take_numbered(struct pcapng_reader *r, const struct block *block, struct capture_frame *out,
                                         char **why)
{
    const uint8_t *p = block->body.p;
    bool obsolete = block->type == PCAPNG_PACKET_OBSOLETE;

    if (block->body.n < 20)
        return damaged(why, g_strdup("a packet block that is too short"));
    struct packet_head head = {.interface = obsolete ? u16(r, p) : u32(r, p),
                               .stamp = (uint64_t)u32(r, p + 4) << 32 | u32(r, p + 8),
                               .captured = u32(r, p + 12),
                               .wire = u32(r, p + 16),
                               .len = 20};
    uint16_t lost = obsolete ? u16(r, p + 2) : 0;
    r->dropped += lost != 0xffff ? lost : 0; /* not known */
    return take_timed(r, block->body, &head, out, why);
}

/* No time and no captured length of its own: the time is that of the packet before, the length what the block holds. */
static enum capture_result take_simple(struct pcapng_reader *r, struct fsc_span body, struct capture_frame *out,
                                       char **why)
{
    const struct pcapng_interface *interface = interface_of(r, 0);

    if (body.n < 4)
        return damaged(why, g_strdup("a packet block that is too short"));
    struct packet_head head = {.wire = u32(r, body.p), .len = 4};
    head.captured = (uint32_t)MIN(head.wire, body.n - 4);
    if (interface != NULL && interface->known.snap_len != 0)
        head.captured = MIN(head.captured, interface->known.snap_len);
    return take_packet(r, body, &head, out, why);
}

/* CAPTURE_END here: no packet, go on. */
static enum capture_result take_block(struct pcapng_reader *r, const struct block *block, struct capture_frame *out,
                                      char **why)
{
    switch (block->type) {
    case PCAPNG_INTERFACE:
        return take_interface(r, block->body, why) == CAPTURE_FRAME ? CAPTURE_END : CAPTURE_BROKEN;
    case PCAPNG_PACKET:
    case PCAPNG_PACKET_OBSOLETE:
        return take_numbered(r, block, out, why);
    case PCAPNG_PACKET_SIMPLE:
        return take_simple(r, block->body, out, why);
    case PCAPNG_STATISTICS:
        take_statistics(r, block->body);
        return CAPTURE_END;
    case PCAPNG_SECRETS:
        take_secrets(r, block->body);
        return CAPTURE_END;
    default:
        return CAPTURE_END;
    }
}

static enum capture_result pcapng_next(void *state, struct byte_source *source, struct capture_frame *out, char **why)
{
    struct pcapng_reader *r = state;
    struct block block;

    for (;;) {
        enum capture_result result = next_block(r, source, &block, why);
        if (result != CAPTURE_FRAME)
            return result;
        if (block.body.p == NULL)
            continue;
        result = take_block(r, &block, out, why);
        if (result == CAPTURE_BROKEN)
            return result;
        byte_source_skip(source, block.body.n + BLOCK_MIN);
        if (result == CAPTURE_FRAME)
            return result;
    }
}

static bool pcapng_begins(struct fsc_span first)
{
    return first.n >= 4 && pcapng_u32(first.p, true) == PCAPNG_SECTION; /* reads the same in both orders */
}

static void *pcapng_open(struct byte_source *source, char **why)
{
    (void)why;
    if (!pcapng_begins(byte_source_peek(source, 4)))
        return NULL;
    struct pcapng_reader *r = g_new0(struct pcapng_reader, 1);
    r->interfaces = g_ptr_array_new_with_free_func(free_interface);
    r->secrets_hash = UINT64_C(0xcbf29ce484222325);
    r->secrets = g_array_new(FALSE, FALSE, sizeof(struct capture_secrets));
    g_array_set_clear_func(r->secrets, clear_secrets);
    return r;
}

static uint64_t pcapng_dropped(const void *state)
{
    const struct pcapng_reader *r = state;
    uint64_t dropped = r->dropped;

    for (guint i = 0; i < r->interfaces->len; i++)
        dropped += ((const struct pcapng_interface *)r->interfaces->pdata[i])->dropped;
    return dropped;
}

const struct record_format format_pcapng = {pcapng_begins, pcapng_open, pcapng_next, pcapng_dropped, pcapng_close};
