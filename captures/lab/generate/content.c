/* content.c - one block of noise serves all files; every line of a listing is as long as the others. */
#include "captures/lab/generate/content.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 1 << 20, SLACK = 2048 /* more than a frame: no piece has to be put together */, LINE_MAX_BYTES = 96 };

static uint8_t block[BLOCK + SLACK];

void content_begin(uint64_t seed)
{
    struct dice dice = dice_for(seed, UINT64_MAX);

    for (size_t i = 0; i < BLOCK; i += 8) {
        uint64_t noise = dice_roll(&dice);
        for (size_t j = 0; j < 8; j++)
            block[i + j] = (uint8_t)(noise >> 8 * j);
    }
    memcpy(block + BLOCK, block, SLACK);
}

void content_file(uint8_t *to, uint32_t file, uint64_t at, size_t n)
{
    memcpy(to, block + (at + (uint64_t)file * 7919) % BLOCK, n);
}

static size_t listing_line(char line[LINE_MAX_BYTES], enum listing kind, uint32_t listing, uint64_t i)
{
    unsigned noise = (listing + (unsigned)i) * 2654435761u, size = noise >> 8, day = noise % 28 + 1;
    char name[32];

    snprintf(name, sizeof(name), "entry-%010" PRIu64 ".dat\r\n", i);
    if (kind == LISTING_NAMES)
        return (size_t)snprintf(line, LINE_MAX_BYTES, "%s", name);
    if (kind == LISTING_LONG)
        return (size_t)snprintf(line, LINE_MAX_BYTES, "-rw-r--r--    1 1000     1000     %9u Nov %02u 08:30 %s", size,
                                day, name);
    return (size_t)snprintf(line, LINE_MAX_BYTES, "type=file;size=%09u;modify=202511%02u083000;perm=adfrw; %s", size,
                            day, name);
}

uint64_t content_listing_len(enum listing kind, uint32_t entries)
{
    char line[LINE_MAX_BYTES];

    return entries * (uint64_t)listing_line(line, kind, 0, 0);
}

void content_listing(uint8_t *to, enum listing kind, uint32_t listing, uint64_t at, size_t n)
{
    char line[LINE_MAX_BYTES];

    while (n > 0) {
        size_t len = listing_line(line, kind, listing, 0);
        listing_line(line, kind, listing, at / len);
        size_t begin = (size_t)(at % len), part = MIN(n, len - begin);
        memcpy(to, line + begin, part);
        to += part;
        at += part;
        n -= part;
    }
}

void content_name(char name[NAME_MAX_BYTES], uint32_t file)
{
    static const struct {
        const char *before, *after;
    } forms[] = {
        {"report-", ".pdf"},
        {"IMG_", ".JPG"},
        {"backup_", ".tar.gz"},
        {"orders.", ".csv"},
        {"data", ".bin"},
        {"Quarterly figures ", ".xlsx"},
        {"\xc3\x9c"
         "bersicht-",
         ".odt"},
        {"access.log.", ".gz"},
    };
    size_t form = file % G_N_ELEMENTS(forms);

    snprintf(name, NAME_MAX_BYTES, "%s%05u%s", forms[form].before, (unsigned)(file / G_N_ELEMENTS(forms)),
             forms[form].after);
}

const char *content_folder(uint32_t n)
{
    static const char *const folders[] = {"/pub", "/incoming", "/export/2025/11", "/backup/db", "/web/images", "/a b"};

    return folders[n % G_N_ELEMENTS(folders)];
}

const char *content_user(uint32_t n)
{
    static const char *const users[] = {"lab", "backup", "webmaster", "scanner", "orders", "camera-17"};

    return users[n % G_N_ELEMENTS(users)];
}
