/* place.c - where a frame is to be found, in words. */
#include "monitor/output/place.h"

#include "monitor/output/words.h"

#include <string.h>

/* In one line with others, the folders that all have in common say nothing. */
static void put_file(struct wrap *wrap, enum style style, struct buf *words, const struct record_envelope *envelope,
                     const char *file)
{
    buf_string(words, " of ");
    wrap_bytes(wrap, style, words->data, words->len);
    words->len = 0;
    wrap_wire(wrap, style, words_span(frame_index_short(envelope->frames, file)));
}

static bool all_in(const struct record_envelope *envelope, const uint64_t *frames, size_t count, const char *file)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(record_place(envelope, frames[i]).file, file) != 0)
            return false;
    return true;
}

void place_write(struct wrap *wrap, enum style style, struct buf *words, const struct record_envelope *envelope,
                 const uint64_t *frames, size_t count, const char *between, const char *shown)
{
    bool told = envelope->frames == NULL || (shown != NULL && all_in(envelope, frames, count, shown));

    for (size_t i = 0; i < count; i++) {
        struct frame_place place = record_place(envelope, frames[i]);
        bool last = i + 1 == count;
        bool goes_on = last || record_place(envelope, frames[i + 1]).file == place.file;

        buf_uint(words, place.number);
        if (!told && (last || !goes_on))
            put_file(wrap, style, words, envelope, place.file);
        if (!last)
            buf_string(words, goes_on || strcmp(between, ", ") != 0 ? between : "; ");
    }
}
