/* script.h - a transcript: what was delivered on a control connection, and the notes that must come of it. The form is
 * told in README.md beside this file. */
#ifndef TESTS_TRANSCRIPTS_SCRIPT_H
#define TESTS_TRANSCRIPTS_SCRIPT_H

#include <glib.h>

#include "core/ftpscope.h"

/* Bytes that came in one segment, or bytes that never came. */
struct chunk {
    enum fsc_dir dir;
    uint64_t pos, ack;
    GString *bytes; /* NULL: a gap */
    uint64_t gap_len;
};

struct script {
    char *head;         /* the file up to and with the line "===" */
    char *golden;       /* what stands behind it */
    GPtrArray *chunks;  /* struct chunk * */
    GPtrArray *secrets; /* GString: must not be shown anywhere */
    bool saw_start;
    uint16_t server_port;
};

/* NULL after a message on stderr when the file cannot be read or has a line that means nothing. */
struct script *script_read(const char *path);
bool script_update(const struct script *script, const char *path, const char *golden);
void script_free(struct script *script);

#endif
