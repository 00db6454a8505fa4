/* frame_index.c - chunks of frames: of one file, or with the file of each. */
#include "pipeline/frame_index.h"

#include <glib.h>
#include <string.h>

enum { CHUNK = 4096 };

/* How many frames a file had before the chunk. */
struct before {
    uint16_t file;
    uint64_t frames;
};

struct chunk {
    struct before first; /* its only file, where file_of is NULL */
    uint16_t *file_of;   /* CHUNK */
    GArray *befores;     /* struct before, of every file in it, where file_of is not NULL */
};

struct excerpted {
    uint64_t frame;
    struct frame_place place;
};

struct frame_index {
    const char *const *names;
    GArray *chunks;
    uint64_t *counts; /* frames of each file so far */
    guint *chunk_of;  /* the chunk, from 1, in which each file was seen last */
    uint64_t frames;
    size_t folders;            /* length of what all names begin with, up to a slash */
    struct excerpted *excerpt; /* NULL: a whole index */
    size_t excerpt_count;
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
    index->chunks = g_array_new(FALSE, FALSE, sizeof(struct chunk));
    index->counts = g_new0(uint64_t, count);
    index->chunk_of = g_new0(guint, count);
    return index;
}

/* A second file appears in the chunk, which so far had `used` frames of one. */
static void mix(struct chunk *chunk, size_t used)
{
    chunk->file_of = g_new(uint16_t, CHUNK);
    for (size_t i = 0; i < used; i++)
        chunk->file_of[i] = chunk->first.file;
    chunk->befores = g_array_new(FALSE, FALSE, sizeof(struct before));
    g_array_append_val(chunk->befores, chunk->first);
}

uint64_t frame_index_add(struct frame_index *index, size_t file)
{
    size_t place = (size_t)(index->frames % CHUNK);
    struct before before = {(uint16_t)file, index->counts[file]};

    if (place == 0) {
        struct chunk fresh = {.first = before};
        g_array_append_val(index->chunks, fresh);
        index->chunk_of[file] = index->chunks->len;
    }
    struct chunk *chunk = &g_array_index(index->chunks, struct chunk, index->chunks->len - 1);
    if (chunk->file_of == NULL && chunk->first.file != file)
        mix(chunk, place);
    if (chunk->file_of != NULL)
        chunk->file_of[place] = (uint16_t)file;
    if (index->chunk_of[file] != index->chunks->len)
        g_array_append_val(chunk->befores, before);
    index->chunk_of[file] = index->chunks->len;
    index->counts[file]++;
    return ++index->frames;
}

static uint64_t frames_before(const struct chunk *chunk, uint16_t file)
{
    guint i = 0;

    while (g_array_index(chunk->befores, struct before, i).file != file)
        i++;
    return g_array_index(chunk->befores, struct before, i).frames;
}

static struct frame_place find_in_excerpt(const struct frame_index *index, uint64_t frame)
{
    for (size_t i = 0; i < index->excerpt_count; i++)
        if (index->excerpt[i].frame == frame)
            return index->excerpt[i].place;
    return (struct frame_place){NULL, 0};
}

size_t frame_index_excerpt_size(size_t count)
{
    return sizeof(struct frame_index) + count * sizeof(struct excerpted);
}

const struct frame_index *frame_index_excerpt(void *memory, const struct frame_index *index, const uint64_t *frames,
                                              size_t count)
{
    struct frame_index *excerpt = memory;

    *excerpt = (struct frame_index){.names = index->names, .folders = index->folders, .excerpt_count = count};
    excerpt->excerpt = (struct excerpted *)(excerpt + 1);
    for (size_t i = 0; i < count; i++) {
        struct frame_place place = frames[i] != 0 ? frame_index_find(index, frames[i]) : (struct frame_place){NULL, 0};
        excerpt->excerpt[i] = (struct excerpted){frames[i], place};
    }
    return excerpt;
}

struct frame_place frame_index_find(const struct frame_index *index, uint64_t frame)
{
    if (index->excerpt != NULL)
        return find_in_excerpt(index, frame);
    const struct chunk *chunk = &g_array_index(index->chunks, struct chunk, (frame - 1) / CHUNK);
    size_t place = (size_t)((frame - 1) % CHUNK);

    if (chunk->file_of == NULL)
        return (struct frame_place){index->names[chunk->first.file], chunk->first.frames + place + 1};
    uint16_t file = chunk->file_of[place];
    uint64_t number = frames_before(chunk, file);
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
        if (chunk->befores != NULL)
            g_array_free(chunk->befores, TRUE);
    }
    g_array_free(i->chunks, TRUE);
    g_free(i->counts);
    g_free(i->chunk_of);
    g_free(i);
    *index = NULL;
}
