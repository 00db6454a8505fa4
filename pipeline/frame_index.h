/*
 * frame_index.h - a capture of several files: frames are numbered through in order of time, and this tells the file and
 * the number in it. Costs next to nothing while long files follow one another, two bytes a frame where they overlap.
 */
#ifndef FTPSCOPE_PIPELINE_FRAME_INDEX_H
#define FTPSCOPE_PIPELINE_FRAME_INDEX_H

#include <stddef.h>
#include <stdint.h>

enum { FRAME_INDEX_FILES_MAX = 65535 };

struct frame_index;

struct frame_place {
    const char *file;
    uint64_t number; /* from 1 */
};

/* `names` is borrowed, and so are the strings: FRAME_INDEX_FILES_MAX at most. */
struct frame_index *frame_index_new(const char *const *names, size_t count);

/* The next frame of file `file`; returns its number in the capture, from 1. */
uint64_t frame_index_add(struct frame_index *index, size_t file);

/* The name of a file of the index without the folders that all of them have in common. */
const char *frame_index_short(const struct frame_index *index, const char *file);

/* `frame` is a number that frame_index_add returned. */
struct frame_place frame_index_find(const struct frame_index *index, uint64_t frame);

/* A few frames of an index as an index by itself, which finds only these, in `memory` of the size that they need
 * (aligned for a pointer): for records that are kept while the index goes on. The names stay borrowed. */
size_t frame_index_excerpt_size(size_t count);
const struct frame_index *frame_index_excerpt(void *memory, const struct frame_index *index, const uint64_t *frames,
                                              size_t count);

void frame_index_free(struct frame_index **index);

#endif
