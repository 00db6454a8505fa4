/* capture_writer.c - blocks of pcapng, in little-endian order whatever the machine. */
#include "monitor/output/capture_writer.h"

#include <string.h>

#include "monitor/input/pcapng.h"
#include "monitor/output/buf.h"

/* Times before 1970 count from here, on an interface of their own. */
#define LONG_AGO_S (-PCAPNG_TIME_MAX_S)

enum { NANOSECONDS = 9, COMMENT_MAX = 65000 /* an option has 16 bits for its length */ };

struct capture_writer {
    struct byte_sink out;
    bool numbered;
    struct buf block;
    GHashTable *secrets;    /* GBytes: written */
    uint64_t secrets_hash;  /* of those that came with the frame before */
    GHashTable *interfaces; /* struct interface, owned -> number */
};

/* ---- blocks ---- */

static void put16(struct buf *block, unsigned value)
{
    buf_char(block, (char)(value & 0xff));
    buf_char(block, (char)(value >> 8 & 0xff));
}

static void put32(struct buf *block, uint32_t value)
{
    put16(block, value & 0xffff);
    put16(block, value >> 16);
}

static void pad(struct buf *block)
{
    while (block->len % 4 != 0)
        buf_char(block, '\0');
}

static void begin(struct buf *block, enum pcapng_block type)
{
    block->len = 0;
    put32(block, (uint32_t)type);
    put32(block, 0); /* the length, when it is known */
}

static void end(struct capture_writer *writer)
{
    struct buf *block = &writer->block;
    uint32_t len = GUINT32_TO_LE((uint32_t)block->len + 4);

    put32(block, (uint32_t)block->len + 4);
    memcpy(block->data + 4, &len, sizeof(len));
    writer->out.write(writer->out.state, block->data, block->len);
}

static void put_option(struct buf *block, enum pcapng_option code, const void *value, size_t len)
{
    put16(block, (unsigned)code);
    put16(block, (unsigned)len);
    buf_bytes(block, value, len);
    pad(block);
}

static void put_string(struct buf *block, enum pcapng_option code, const char *text)
{
    size_t len = strlen(text);

    if (len > COMMENT_MAX) /* not in the middle of a character */
        len = (size_t)(g_utf8_find_prev_char(text, text + COMMENT_MAX) - text);
    put_option(block, code, text, len);
}

static void put_end_of_options(struct buf *block)
{
    put32(block, PCAPNG_OPTION_END);
}

/* ---- interfaces ---- */

struct interface {
    struct capture_interface known;
    bool long_ago; /* its times count from LONG_AGO_S */
};

static guint interface_hash(gconstpointer key)
{
    const struct interface *interface = key;
    guint name = interface->known.name != NULL ? g_str_hash(interface->known.name) : 0;

    return (guint)interface->known.linktype * 31u + interface->known.snap_len + name + interface->long_ago;
}

static gboolean interface_same(gconstpointer a, gconstpointer b)
{
    const struct interface *one = a, *other = b;

    return one->known.linktype == other->known.linktype && one->known.snap_len == other->known.snap_len &&
           one->long_ago == other->long_ago && g_strcmp0(one->known.name, other->known.name) == 0;
}

static void interface_free(gpointer key)
{
    struct interface *interface = key;

    g_free(interface->known.name);
    g_free(interface);
}

static void put_interface(struct capture_writer *writer, const struct interface *interface)
{
    struct buf *block = &writer->block;
    const uint8_t resolution = NANOSECONDS;
    const int64_t offset = GINT64_TO_LE(LONG_AGO_S);

    begin(block, PCAPNG_INTERFACE);
    put16(block, (unsigned)interface->known.linktype);
    put16(block, 0);
    put32(block, interface->known.snap_len);
    if (interface->known.name != NULL)
        put_string(block, PCAPNG_INTERFACE_NAME, interface->known.name);
    put_option(block, PCAPNG_INTERFACE_RESOLUTION, &resolution, 1);
    if (interface->long_ago)
        put_option(block, PCAPNG_INTERFACE_OFFSET, &offset, sizeof(offset));
    put_end_of_options(block);
    end(writer);
}

static uint32_t number_of(struct capture_writer *writer, const struct interface *interface)
{
    gpointer number;

    if (g_hash_table_lookup_extended(writer->interfaces, interface, NULL, &number))
        return GPOINTER_TO_UINT(number);
    struct interface *key = g_memdup2(interface, sizeof(*interface));
    guint next = g_hash_table_size(writer->interfaces);
    key->known.name = g_strdup(interface->known.name);
    g_hash_table_insert(writer->interfaces, key, GUINT_TO_POINTER(next));
    put_interface(writer, interface);
    return next;
}

/* ---- secrets ---- */

static void put_secrets_block(struct capture_writer *writer, const struct capture_secrets *secrets)
{
    struct buf *block = &writer->block;

    begin(block, PCAPNG_SECRETS);
    put32(block, secrets->type);
    put32(block, (uint32_t)secrets->n);
    buf_bytes(block, secrets->bytes, secrets->n);
    pad(block);
    end(writer);
}

/* Nearly always nothing new. */
static void put_secrets(struct capture_writer *writer, const struct capture_frame *frame)
{
    if (frame->secrets_count == 0 || frame->secrets_hash == writer->secrets_hash)
        return;
    writer->secrets_hash = frame->secrets_hash;
    for (size_t i = 0; i < frame->secrets_count; i++) {
        const struct capture_secrets *secrets = &frame->secrets[i];
        if (g_hash_table_add(writer->secrets, g_bytes_new(secrets->bytes, secrets->n)))
            put_secrets_block(writer, secrets);
    }
}

/* ---- the file ---- */

struct capture_writer *capture_writer_new(FILE *out)
{
    return capture_writer_new_to(byte_sink_of_file(out), false);
}

struct capture_writer *capture_writer_new_to(struct byte_sink out, bool numbered)
{
    struct capture_writer *writer = g_new0(struct capture_writer, 1);
    struct buf *block = &writer->block;

    writer->out = out;
    writer->numbered = numbered;
    writer->interfaces = g_hash_table_new_full(interface_hash, interface_same, interface_free, NULL);
    writer->secrets = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    begin(block, PCAPNG_SECTION);
    put32(block, PCAPNG_BYTE_ORDER_MAGIC);
    put16(block, 1); /* version 1.0 */
    put16(block, 0);
    put32(block, UINT32_MAX); /* the section's length: not told */
    put32(block, UINT32_MAX);
    put_string(block, PCAPNG_SECTION_APPLICATION, "ftpscope " FTPSCOPE_VERSION);
    put_end_of_options(block);
    end(writer);
    return writer;
}

/* In which direction it passed the interface, and errors of the link. */
static void put_flags(struct buf *block, uint32_t flags)
{
    put16(block, PCAPNG_PACKET_FLAGS);
    put16(block, sizeof(flags));
    put32(block, flags);
}

static void put_number(struct buf *block, uint64_t number)
{
    uint64_t little = GUINT64_TO_LE(number);

    put_option(block, PCAPNG_PACKET_ID, &little, sizeof(little));
}

static void put_options(struct buf *block, const struct capture_frame *frame, const GPtrArray *comments, bool numbered)
{
    struct fsc_span options = frame->options, value;
    unsigned code;
    size_t before = block->len;

    while (pcapng_option_next(&options, frame->options_big_endian, &code, &value)) {
        if (code == PCAPNG_COMMENT)
            put_option(block, PCAPNG_COMMENT, value.p, value.n);
        if (code == PCAPNG_PACKET_FLAGS && value.n == 4)
            put_flags(block, pcapng_u32(value.p, frame->options_big_endian));
    }
    for (guint i = 0; comments != NULL && i < comments->len; i++)
        put_string(block, PCAPNG_COMMENT, comments->pdata[i]);
    if (numbered)
        put_number(block, frame->number);
    if (block->len > before)
        put_end_of_options(block);
}

void capture_writer_frame(struct capture_writer *writer, const struct capture_frame *frame, const GPtrArray *comments)
{
    struct buf *block = &writer->block;
    put_secrets(writer, frame);
    struct interface where = {*frame->interface, frame->time_ns < 0};
    uint32_t interface = number_of(writer, &where);
    uint64_t stamp = (uint64_t)(where.long_ago ? MAX(frame->time_ns - LONG_AGO_S * 1000000000, 0) : frame->time_ns);

    begin(block, PCAPNG_PACKET);
    put32(block, interface);
    put32(block, (uint32_t)(stamp >> 32));
    put32(block, (uint32_t)stamp);
    put32(block, (uint32_t)frame->captured.n);
    put32(block, (uint32_t)MIN(frame->wire_len, UINT32_MAX));
    buf_bytes(block, frame->captured.p, frame->captured.n);
    pad(block);
    put_options(block, frame, comments, writer->numbered);
    end(writer);
}

void capture_writer_free(struct capture_writer **writer)
{
    if (*writer == NULL)
        return;
    g_hash_table_destroy((*writer)->secrets);
    g_hash_table_destroy((*writer)->interfaces);
    buf_free(&(*writer)->block);
    g_free(*writer);
    *writer = NULL;
}
