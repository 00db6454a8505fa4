/* ascii.h - character classes of the wire. The locale of the host must not change what a protocol byte means. */
#ifndef FTPSCOPE_ASCII_H
#define FTPSCOPE_ASCII_H

#include <stdbool.h>
#include <stdint.h>

static inline bool ascii_is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static inline uint8_t ascii_lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static inline uint8_t ascii_upper(uint8_t c)
{
    return c >= 'a' && c <= 'z' ? (uint8_t)(c - ('a' - 'A')) : c;
}

static inline bool ascii_is_letter(uint8_t c)
{
    c = ascii_lower(c);
    return c >= 'a' && c <= 'z';
}

static inline bool ascii_is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* A printable character that is neither blank, letter nor digit. */
static inline bool ascii_is_punctuation(uint8_t c)
{
    return c > ' ' && c < 0x7f && !ascii_is_digit(c) && !ascii_is_letter(c);
}

#endif
