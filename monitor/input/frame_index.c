/* frame_index.c - chunks of frames: of one file, or with the file of each. */
#include "monitor/input/frame_index.h"

#include <glib.h>
#include <string.h>

enum { CHUNK = 4096 };

struct chunk {
    uint16_t file;     /* of all its frames, where file_of is NULL */
    uint64_t before;   /* frames that this file had before the chunk */
    uint16_t *file_of; /* CHUNK */
    uint64_t *counts;  /* frames that each file had before the chunk, where file_of is not NULL */
};

struct frame_index {
    const char *const *names;
    size_t files;
    GArray *chunks;
    uint64_t *counts; /* frames of each file so far */
    uint64_t frames;
    size_t folders; /* length of what all names begin with, up to a slash */
};

static size_t common_folders(const char *const *names, size_t count)
{
    size_t common = count > 0 ? strlen(names[0]) : 0;

    for (size_t i = 1; i < count; i++) {
        size_t same = 0;
        while (same < common && names[i][same] == names[0][same])
            same++;
        common = same;
    }
    while (common > 0 && names[0][common - 1] != '/')
        common--;
    return common;
}

const char *frame_index_short(const struct frame_index *index, const char *file)
{
    return file + index->folders;
}

struct frame_index *frame_index_new(const char *const *names, size_t count)
{
    struct frame_index *index = g_new0(struct frame_index, 1);

    g_assert(count <= FRAME_INDEX_FILES_MAX);
    index->names = names;
    index->folders = common_folders(names, count);
    index->files = count;
    index->chunks = g_array_new(FALSE, FALSE, sizeof(struct chunk));
    index->counts = g_new0(uint64_t, count);
    return index;
}

/* A second file appears in the chunk, which so far had `used` frames of one. */
static void mix(const struct frame_index *index, struct chunk *chunk, size_t used)
{
    chunk->file_of = g_new(uint16_t, CHUNK);
    for (size_t i = 0; i < used; i++)
        chunk->file_of[i] = chunk->file;
    chunk->counts = g_memdup2(index->counts, index->files * sizeof(*index->counts));
    chunk->counts[chunk->file] = chunk->before;
}

uint64_t frame_index_add(struct frame_index *index, size_t file)
{
    size_t place = (size_t)(index->frames % CHUNK);

    if (place == 0) {
        struct chunk fresh = {(uint16_t)file, index->counts[file], NULL, NULL};
        g_array_append_val(index->chunks, fresh);
    }
    struct chunk *chunk = &g_array_index(index->chunks, struct chunk, index->chunks->len - 1);
    if (chunk->file_of == NULL && chunk->file != file)
        mix(index, chunk, place);
    if (chunk->file_of != NULL)
        chunk->file_of[place] = (uint16_t)file;
    index->counts[file]++;
    return ++index->frames;
}

struct frame_place frame_index_find(const struct frame_index *index, uint64_t frame)
{
    const struct chunk *chunk = &g_array_index(index->chunks, struct chunk, (frame - 1) / CHUNK);
    size_t place = (size_t)((frame - 1) % CHUNK);

    if (chunk->file_of == NULL)
        return (struct frame_place){index->names[chunk->file], chunk->before + place + 1};
    uint16_t file = chunk->file_of[place];
    uint64_t number = chunk->counts[file];
    for (size_t i = 0; i <= place; i++)
        number += chunk->file_of[i] == file;
    return (struct frame_place){index->names[file], number};
}

void frame_index_free(struct frame_index **index)
{
    struct frame_index *i = *index;

    if (i == NULL)
        return;
    for (guint c = 0; c < i->chunks->len; c++) {
        struct chunk *chunk = &g_array_index(i->chunks, struct chunk, c);
        g_free(chunk->file_of);
        g_free(chunk->counts);
    }
    g_array_free(i->chunks, TRUE);
    g_free(i->counts);
    g_free(i);
    *index = NULL;
}
