/* play.h - segments and usual exchanges, played on the stage. */
#ifndef TESTS_PLAY_H
#define TESTS_PLAY_H

#include "tests/scenes/script.h"

/* Who sends the next segment, and what becomes of it. */
struct play_line {
    struct stage_conn *conn;
    int side;
    enum stage_fate fate;
};

/* `text` with its escapes undone, in one segment, perhaps with CRLF. */
void play_bytes(struct script *s, const struct play_line *l, const char *text, size_t n, bool line_end);
void play_filler(struct script *s, const struct play_line *l, size_t n);
/* "[SYN]" ...; false for unknown flags. */
bool play_bare(struct script *s, const struct play_line *l, const char *text);
void play_close(struct script *s, struct stage_conn *conn, int first);
/* "open", "ready", "quit", "pasv D" ... */
bool play_exchange(struct script *s, struct stage_conn *conn, const char *text);

#endif
