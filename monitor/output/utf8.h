/* utf8.h - one UTF-8 sequence: is it valid, what does it stand for, how many columns does a terminal give it. */
#ifndef MONITOR_OUTPUT_UTF8_H
#define MONITOR_OUTPUT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Length of the sequence at `p` (n > 0 bytes are there), by RFC 3629: shortest form, no surrogates; 0 when it is
 * invalid. */
size_t utf8_length(const uint8_t *p, size_t n, uint32_t *code);

/* 0 for marks that combine with the character before, 2 for East Asian wide characters and emoji, else 1. The locale of
 * the C library is not asked: the same input must wrap the same everywhere. */
int utf8_columns(uint32_t code);

#endif
