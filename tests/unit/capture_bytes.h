/* capture_bytes.h - capture files spelled out for tests, written to files in memory. */
#ifndef TESTS_CAPTURE_BYTES_H
#define TESTS_CAPTURE_BYTES_H

#ifndef _GNU_SOURCE
#error "_GNU_SOURCE first: memfd_create"
#endif

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Both formats have either byte order. */
static inline void put16(GByteArray *out, bool big, unsigned value)
{
    uint8_t bytes[2] = {(uint8_t)(big ? value >> 8 : value), (uint8_t)(big ? value : value >> 8)};
    g_byte_array_append(out, bytes, 2);
}

static inline void put32(GByteArray *out, bool big, uint32_t value)
{
    put16(out, big, big ? value >> 16 : value & 0xffff);
    put16(out, big, big ? value & 0xffff : value >> 16);
}

static inline void put_text(GByteArray *out, const char *text)
{
    g_byte_array_append(out, (const uint8_t *)text, (guint)strlen(text));
}

static inline void put_padding(GByteArray *out)
{
    static const uint8_t zeros[4];
    g_byte_array_append(out, zeros, (4 - out->len % 4) % 4);
}

/* ---- pcap ---- */

static inline void put_pcap_header(GByteArray *out, bool big, uint32_t magic, unsigned major, unsigned minor,
                                   uint32_t linktype)
{
    put32(out, big, magic);
    put16(out, big, major);
    put16(out, big, minor);
    put32(out, big, 0);
    put32(out, big, 0);
    put32(out, big, 2000);
    put32(out, big, linktype);
}

static inline void put_pcap_record(GByteArray *out, bool big, uint32_t seconds, uint32_t fraction, const char *bytes,
                                   uint32_t wire_len)
{
    put32(out, big, seconds);
    put32(out, big, fraction);
    put32(out, big, (uint32_t)strlen(bytes));
    put32(out, big, wire_len);
    put_text(out, bytes);
}

/* ---- pcapng: blocks stand at multiples of four in these files ---- */

static inline void put_block(GByteArray *out, bool big, uint32_t type, const GByteArray *body)
{
    put32(out, big, type);
    put32(out, big, body->len + 12);
    g_byte_array_append(out, body->data, body->len);
    put32(out, big, body->len + 12);
}

static inline void put_option(GByteArray *out, bool big, unsigned code, const void *value, size_t len)
{
    put16(out, big, code);
    put16(out, big, (unsigned)len);
    g_byte_array_append(out, value, (guint)len);
    put_padding(out);
}

static inline void put_section(GByteArray *out, bool big)
{
    GByteArray *body = g_byte_array_new();

    put32(body, big, 0x1a2b3c4d);
    put16(body, big, 1);
    put16(body, big, 0);
    put32(body, big, 0xffffffff);
    put32(body, big, 0xffffffff);
    put_option(body, big, 4, "editor", 6);
    put_block(out, big, 0x0a0d0d0a, body);
    g_byte_array_free(body, TRUE);
}

/* resolution 0: no option for it. */
static inline void put_interface(GByteArray *out, bool big, unsigned linktype, uint8_t resolution, const char *name)
{
    GByteArray *body = g_byte_array_new();

    put16(body, big, linktype);
    put16(body, big, 0);
    put32(body, big, 2000);
    if (name != NULL)
        put_option(body, big, 2, name, strlen(name));
    if (resolution != 0)
        put_option(body, big, 9, &resolution, 1);
    put_block(out, big, 1, body);
    g_byte_array_free(body, TRUE);
}

static inline void put_packet(GByteArray *out, bool big, uint32_t interface, uint64_t stamp, const char *bytes,
                              uint32_t wire_len, const char *comment)
{
    GByteArray *body = g_byte_array_new();

    put32(body, big, interface);
    put32(body, big, (uint32_t)(stamp >> 32));
    put32(body, big, (uint32_t)stamp);
    put32(body, big, (uint32_t)strlen(bytes));
    put32(body, big, wire_len);
    put_text(body, bytes);
    put_padding(body);
    if (comment != NULL)
        put_option(body, big, 1, comment, strlen(comment));
    put_block(out, big, 6, body);
    g_byte_array_free(body, TRUE);
}

/* ---- files: in memory, for thousands of them are written ---- */

enum { FILES_MAX = 8 };

static inline char **memory_files(void)
{
    static char paths[FILES_MAX][32], *all[FILES_MAX];

    for (size_t i = 0; i < FILES_MAX; i++)
        all[i] = paths[i];
    return all;
}

/* Slot 0 to FILES_MAX - 1: a file that is written anew each time; its path stays the same. */
static inline const char *memory_file(size_t slot, const uint8_t *bytes, size_t n)
{
    static int descriptors[FILES_MAX]; /* 0: not made yet */
    char *path = memory_files()[slot];

    if (descriptors[slot] == 0) {
        descriptors[slot] = memfd_create("capture", 0);
        snprintf(path, 32, "/proc/self/fd/%d", descriptors[slot]);
    }
    if (ftruncate(descriptors[slot], 0) != 0 || pwrite(descriptors[slot], bytes, n, 0) != (ssize_t)n)
        abort();
    return path;
}

#endif
