/* format_pcap.c - the pcap format: micro- and nanoseconds, both byte orders, and the records with more fields that
 * A. Kuznetzov's patch gave Linux in the nineties. */
#include "monitor/input/record_format.h"

#include <glib.h>

enum { HEADER_LEN = 24, RECORD_LEN = 16, MODIFIED_RECORD_LEN = 24 };

/* The upper bits of the link type field tell the length of the frame check sequence. */
enum { LINKTYPE_MASK = 0x03ffffff };

static const struct pcap_kind {
    uint32_t magic, time_unit_ns;
    size_t record_len;
} kinds[] = {
    {0xa1b2c3d4, 1000, RECORD_LEN},
    {0xa1b23c4d, 1, RECORD_LEN},
    {0xa1b2cd34, 1000, MODIFIED_RECORD_LEN},
};

/* Which of the two lengths of a record comes first. Files before version 2.3, and those that DG/UX wrote with its own
 * number, have the length on the wire there, and 2.3 was written either way. */
enum length_order { CAPTURED_FIRST, WIRE_FIRST, SMALLER_IS_CAPTURED };

struct pcap_reader {
    const struct pcap_kind *kind;
    bool big_endian;
    enum length_order order;
    struct capture_interface interface;
};

static uint32_t u32(const struct pcap_reader *r, const uint8_t *p)
{
    uint32_t little = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    return r->big_endian ? GUINT32_SWAP_LE_BE(little) : little;
}

static bool recognise(struct pcap_reader *r, const uint8_t *header)
{
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(kinds); i++) {
        r->kind = &kinds[i / 2];
        r->big_endian = i % 2 == 1;
        if (u32(r, header) == r->kind->magic)
            return true;
    }
    return false;
}

static bool pcap_begins(struct fsc_span first)
{
    struct pcap_reader found;
    return first.n >= 4 && recognise(&found, first.p);
}

static enum length_order order_of(uint32_t version)
{
    unsigned major = version >> 16, minor = version & 0xffff;

    if (major == 2 && minor == 3)
        return SMALLER_IS_CAPTURED;
    return (major == 2 && minor < 3) || major == 543 ? WIRE_FIRST : CAPTURED_FIRST;
}

static void *pcap_open(struct byte_source *source, char **why)
{
    struct pcap_reader found;
    struct fsc_span header = byte_source_peek(source, HEADER_LEN);

    if (!pcap_begins(header) || !recognise(&found, header.p))
        return NULL;
    if (header.n < HEADER_LEN) {
        *why = g_strdup_printf("the file header ends after %zu of %d bytes", header.n, HEADER_LEN);
        return NULL;
    }
    uint32_t version = u32(&found, header.p + 4); /* two numbers of 16 bits */
    found.order = order_of(found.big_endian ? version : version << 16 | version >> 16);
    found.interface = (struct capture_interface){.linktype = (int)(u32(&found, header.p + 20) & LINKTYPE_MASK),
                                                 .snap_len = u32(&found, header.p + 16)};
    byte_source_skip(source, HEADER_LEN);
    struct pcap_reader *r = g_new(struct pcap_reader, 1);
    *r = found;
    return r;
}

static enum capture_result breaks_off(struct byte_source *source, size_t have, size_t want, char **why)
{
    if (have == 0 && byte_source_error(source) == NULL)
        return CAPTURE_END;
    *why = g_strdup_printf("the record has %zu of %zu bytes", have, want);
    return CAPTURE_BROKEN;
}

static enum capture_result pcap_next(void *state, struct byte_source *source, struct capture_frame *out, char **why)
{
    struct pcap_reader *r = state;
    size_t header_len = r->kind->record_len;
    struct fsc_span header = byte_source_peek(source, header_len);

    if (header.n < header_len)
        return breaks_off(source, header.n, header_len, why);
    uint32_t captured = u32(r, header.p + 8), wire = u32(r, header.p + 12);
    if (r->order == WIRE_FIRST || (r->order == SMALLER_IS_CAPTURED && captured > wire)) {
        uint32_t first = captured;
        captured = wire;
        wire = first;
    }
    if (captured > RECORD_MAX) {
        *why = g_strdup_printf("a record of %u bytes: the file is damaged", captured);
        return CAPTURE_BROKEN;
    }
    struct fsc_span record = byte_source_peek(source, header_len + captured);
    if (record.n < header_len + captured)
        return breaks_off(source, record.n, header_len + captured, why);
    *out = (struct capture_frame){.captured = {record.p + header_len, captured},
                                  .wire_len = MAX(wire, captured),
                                  .time_ns = (int64_t)u32(r, record.p) * 1000000000 +
                                             (int64_t)u32(r, record.p + 4) * r->kind->time_unit_ns,
                                  .interface = &r->interface};
    byte_source_skip(source, header_len + captured);
    return CAPTURE_FRAME;
}

static uint64_t pcap_dropped(const void *state)
{
    (void)state; /* the format has no place for it */
    return 0;
}

const struct record_format format_pcap = {pcap_begins, pcap_open, pcap_next, pcap_dropped, g_free};
