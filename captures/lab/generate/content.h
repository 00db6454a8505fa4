/* content.h - what is in the files and listings: any part of any of them, without keeping one. */
#ifndef GENERATE_CONTENT_H
#define GENERATE_CONTENT_H

#include <stddef.h>
#include <stdint.h>

#include "captures/lab/generate/dice.h"

enum listing { LISTING_LONG, LISTING_NAMES, LISTING_FACTS };

/* Once, before all others. */
void content_begin(uint64_t seed);

/* `n` bytes (not more than a frame holds) of the file of this number, from `at` on. Bytes that no packer makes smaller.
 */
void content_file(uint8_t *to, uint32_t file, uint64_t at, size_t n);

/* Bytes of a listing of so many entries. */
uint64_t content_listing_len(enum listing kind, uint32_t entries);

/* As content_file, of a listing. */
void content_listing(uint8_t *to, enum listing kind, uint32_t listing, uint64_t at, size_t n);

enum { NAME_MAX_BYTES = 48 };

/* The name of a file: text with its end, some with blanks and characters that are not ASCII (UTF-8). */
void content_name(char name[NAME_MAX_BYTES], uint32_t file);

/* A folder, as an absolute path. */
const char *content_folder(uint32_t n);

/* Who logs in. */
const char *content_user(uint32_t n);

#endif
