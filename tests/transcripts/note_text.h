/* note_text.h - a note as one line of text, without what is at its default. */
#ifndef TESTS_TRANSCRIPTS_NOTE_TEXT_H
#define TESTS_TRANSCRIPTS_NOTE_TEXT_H

#include <glib.h>

#include "core/ftpscope.h"

/* User, directory, phase and protection are printed where they differ from the note before. */
struct note_memory {
    GString *user, *cwd;
    enum fsc_phase phase;
    enum fsc_tls tls;
};

void note_memory_init(struct note_memory *memory);
void note_memory_free(struct note_memory *memory);

/* `in` is NULL for a command that was never answered. */
void note_text(const struct fsc_session *session, const struct fsc_input *in, const struct fsc_note *note,
               struct note_memory *memory, GString *out);

#endif
