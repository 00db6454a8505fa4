/* place.c - where a frame is to be found, in words. */
#include "monitor/output/place.h"

#include "monitor/output/words.h"

#include <string.h>

/* In one line with others the folder says nothing. */
static const char *without_folder(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : file;
}

void place_write(struct wrap *wrap, enum style style, struct buf *words, const struct record_envelope *envelope,
                 uint64_t frame, const char *shown)
{
    struct frame_place place = record_place(envelope, frame);
    bool told = envelope->frames == NULL || (shown != NULL && strcmp(shown, place.file) == 0);

    buf_uint(words, place.number);
    if (told)
        return;
    buf_string(words, " of ");
    wrap_bytes(wrap, style, words->data, words->len);
    words->len = 0;
    wrap_wire(wrap, style, words_span(without_folder(place.file)));
}
