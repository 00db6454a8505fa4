/*
 * frame_text.h - frames as text: each row of a test shows a frame from its first header to the packet inside.
 *
 *   0800 or 0a1b2c      these bytes
 *   TYPE, PPP, NLPID    the number of the packet inside, as Ethernet, PPP (16 bits) and OSI name it
 *   IP/47, IP6/47       an IPv4 or IPv6 header with this protocol; IP/IP: with that of the packet inside
 *   PART/N, PART/N+     the same as IP/17, of a fragment that begins at byte N, + more follow
 *   UDP/4789            a UDP header to this port
 *   ETH                 two Ethernet addresses
 *   WLAN                three of them, sequence number and what lies between, behind the frame control bytes
 *   LEN, LEN-4, LE+4    16 bits: how many bytes follow (more or less a number), in network order or little-endian
 *   PACKET              the packet inside
 */
#ifndef TESTS_FRAME_TEXT_H
#define TESTS_FRAME_TEXT_H

#include "core/ftpscope.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

static inline bool text_is_v6(const struct fsc_span *packet)
{
    return packet->p[0] >> 4 == 6;
}

static inline void text_put16(GByteArray *out, unsigned value)
{
    uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    g_byte_array_prepend(out, bytes, 2);
}

static inline void text_ip(GByteArray *out, unsigned protocol, unsigned fragment)
{
    uint8_t header[20] = {0x45, 0, 0, 0, 0x77, 0x77, 0, 0, 64, 0, 0, 0, 10, 9, 8, 7, 10, 9, 8, 6};
    unsigned total = out->len + 20;
    header[2] = (uint8_t)(total >> 8);
    header[3] = (uint8_t)total;
    header[6] = (uint8_t)(fragment >> 8);
    header[7] = (uint8_t)fragment;
    header[9] = (uint8_t)protocol;
    g_byte_array_prepend(out, header, sizeof(header));
}

static inline void text_ip6(GByteArray *out, unsigned protocol)
{
    uint8_t header[40] = {0x60};
    header[4] = (uint8_t)(out->len >> 8);
    header[5] = (uint8_t)out->len;
    header[6] = (uint8_t)protocol;
    header[7] = 64;
    header[8] = header[24] = 0xfd;
    header[23] = 1;
    header[39] = 2;
    g_byte_array_prepend(out, header, sizeof(header));
}

static inline unsigned text_protocol(const char *word, const struct fsc_span *packet)
{
    const char *value = strchr(word, '/') + 1;
    if (strcmp(value, "IP") == 0)
        return text_is_v6(packet) ? 41 : 4;
    return (unsigned)atoi(value);
}

static inline void text_part(GByteArray *out, const char *word)
{
    unsigned at = (unsigned)atoi(strchr(word, '/') + 1);
    text_ip(out, 17, at / 8 | (strchr(word, '+') != NULL ? 0x2000 : 0));
}

static inline void text_udp(GByteArray *out, unsigned port)
{
    text_put16(out, 0);
    text_put16(out, out->len + 6);
    text_put16(out, port);
    text_put16(out, 50000);
}

static inline void text_length(GByteArray *out, const char *word)
{
    const char *sign = strpbrk(word, "+-");
    unsigned len = out->len + (unsigned)(sign != NULL ? atoi(sign) : 0);
    text_put16(out, word[2] == 'N' ? len : GUINT16_SWAP_LE_BE((guint16)len));
}

static inline void text_hex(GByteArray *out, const char *word)
{
    uint8_t bytes[64];
    size_t n = strlen(word) / 2;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(g_ascii_xdigit_value(word[2 * i]) << 4 | g_ascii_xdigit_value(word[2 * i + 1]));
    g_byte_array_prepend(out, bytes, (guint)n);
}

static inline void text_word(GByteArray *out, const char *word, const struct fsc_span *packet)
{
    static const uint8_t address[24] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 3};
    bool v6 = text_is_v6(packet);
    if (strcmp(word, "PACKET") == 0)
        g_byte_array_prepend(out, packet->p, (guint)packet->n);
    else if (strcmp(word, "ETH") == 0)
        g_byte_array_prepend(out, address, 12);
    else if (strcmp(word, "WLAN") == 0)
        g_byte_array_prepend(out, address + 18, 2), g_byte_array_prepend(out, address, 18), text_put16(out, 0);
    else if (strcmp(word, "TYPE") == 0)
        text_put16(out, v6 ? 0x86dd : 0x0800);
    else if (strcmp(word, "PPP") == 0)
        text_put16(out, v6 ? 0x0057 : 0x0021);
    else if (strcmp(word, "NLPID") == 0)
        text_hex(out, v6 ? "8e" : "cc");
    else if (g_str_has_prefix(word, "IP/"))
        text_ip(out, text_protocol(word, packet), 0);
    else if (g_str_has_prefix(word, "IP6/"))
        text_ip6(out, text_protocol(word, packet));
    else if (g_str_has_prefix(word, "PART/"))
        text_part(out, word);
    else if (g_str_has_prefix(word, "UDP/"))
        text_udp(out, (unsigned)atoi(word + 4));
    else if (word[0] == 'L')
        text_length(out, word);
    else
        text_hex(out, word);
}

/* The caller frees it with g_byte_array_unref. */
static inline GByteArray *frame_text(const char *text, struct fsc_span packet)
{
    GByteArray *out = g_byte_array_new();
    char **words = g_strsplit_set(text, " ", -1);
    for (guint i = g_strv_length(words); i-- > 0;)
        text_word(out, words[i], &packet);
    g_strfreev(words);
    return out;
}

#endif
