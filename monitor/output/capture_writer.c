/* capture_writer.c - blocks of pcapng, in little-endian order whatever the machine. */
#include "monitor/output/capture_writer.h"

#include <string.h>

#include "monitor/input/pcapng.h"
#include "monitor/output/buf.h"

enum { NANOSECONDS = 9, COMMENT_MAX = 65000 /* an option has 16 bits for its length */ };

struct capture_writer {
    FILE *out;
    struct buf block;
    GHashTable *interfaces; /* struct capture_interface, as a key of our own -> number */
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
    buf_flush(block, writer->out);
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

static guint interface_hash(gconstpointer key)
{
    const struct capture_interface *interface = key;
    guint name = interface->name != NULL ? g_str_hash(interface->name) : 0;

    return (guint)interface->linktype * 31u + interface->snap_len + name;
}

static gboolean interface_same(gconstpointer a, gconstpointer b)
{
    const struct capture_interface *one = a, *other = b;

    return one->linktype == other->linktype && one->snap_len == other->snap_len &&
           g_strcmp0(one->name, other->name) == 0;
}

static void interface_free(gpointer key)
{
    struct capture_interface *interface = key;

    g_free(interface->name);
    g_free(interface);
}

static void put_interface(struct capture_writer *writer, const struct capture_interface *interface)
{
    struct buf *block = &writer->block;
    const uint8_t resolution = NANOSECONDS;

    begin(block, PCAPNG_INTERFACE);
    put16(block, (unsigned)interface->linktype);
    put16(block, 0);
    put32(block, interface->snap_len);
    if (interface->name != NULL)
        put_string(block, PCAPNG_INTERFACE_NAME, interface->name);
    put_option(block, PCAPNG_INTERFACE_RESOLUTION, &resolution, 1);
    put_end_of_options(block);
    end(writer);
}

static uint32_t number_of(struct capture_writer *writer, const struct capture_interface *interface)
{
    gpointer number;

    if (g_hash_table_lookup_extended(writer->interfaces, interface, NULL, &number))
        return GPOINTER_TO_UINT(number);
    struct capture_interface *key = g_memdup2(interface, sizeof(*interface));
    guint next = g_hash_table_size(writer->interfaces);
    key->name = g_strdup(interface->name);
    g_hash_table_insert(writer->interfaces, key, GUINT_TO_POINTER(next));
    put_interface(writer, interface);
    return next;
}

/* ---- the file ---- */

struct capture_writer *capture_writer_new(FILE *out)
{
    struct capture_writer *writer = g_new0(struct capture_writer, 1);
    struct buf *block = &writer->block;

    writer->out = out;
    writer->interfaces = g_hash_table_new_full(interface_hash, interface_same, interface_free, NULL);
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

static void put_comments(struct buf *block, const struct capture_frame *frame, const GPtrArray *comments)
{
    struct fsc_span options = frame->options, value;
    unsigned code;
    size_t before = block->len;

    while (pcapng_option_next(&options, frame->options_big_endian, &code, &value))
        if (code == PCAPNG_COMMENT)
            put_option(block, PCAPNG_COMMENT, value.p, value.n);
    for (guint i = 0; i < comments->len; i++)
        put_string(block, PCAPNG_COMMENT, comments->pdata[i]);
    if (block->len > before)
        put_end_of_options(block);
}

void capture_writer_frame(struct capture_writer *writer, const struct capture_frame *frame, const GPtrArray *comments)
{
    struct buf *block = &writer->block;
    uint32_t interface = number_of(writer, frame->interface);
    uint64_t stamp = frame->time_ns > 0 ? (uint64_t)frame->time_ns : 0;

    begin(block, PCAPNG_PACKET);
    put32(block, interface);
    put32(block, (uint32_t)(stamp >> 32));
    put32(block, (uint32_t)stamp);
    put32(block, (uint32_t)frame->captured.n);
    put32(block, (uint32_t)MIN(frame->wire_len, UINT32_MAX));
    buf_bytes(block, frame->captured.p, frame->captured.n);
    pad(block);
    put_comments(block, frame, comments);
    end(writer);
}

void capture_writer_free(struct capture_writer **writer)
{
    if (*writer == NULL)
        return;
    g_hash_table_destroy((*writer)->interfaces);
    buf_free(&(*writer)->block);
    g_free(*writer);
    *writer = NULL;
}
