/* session_play.h - a session that tests talk to in lines: who says what, and the note that comes of it. */
#ifndef TESTS_SESSION_PLAY_H
#define TESTS_SESSION_PLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/span.h"
#include <cmocka.h>

struct play {
    struct fsc_session *session;
    uint64_t pos[2]; /* the next position of each direction */
    uint64_t frame;
    int64_t time_ns;
    struct fsc_note note; /* of the last line */
};

static inline struct play play_new(bool saw_start)
{
    struct fsc_session_config config = {.client = {{FSC_ADDR_V4, {198, 51, 100, 10}}, 40000},
                                        .server = {{FSC_ADDR_V4, {203, 0, 113, 21}}, 21},
                                        .saw_start = saw_start};
    size_t size = 65536;

    return (struct play){.session = fsc_session_init(malloc(size), size, &config)};
}

static inline void play_free(struct play *play)
{
    free(play->session);
}

/* A line at a position of its own choice, acknowledging `ack`. */
static inline const struct fsc_note *play_at(struct play *play, enum fsc_dir dir, uint64_t pos, uint64_t ack,
                                             const char *text)
{
    struct fsc_input in = {.dir = dir,
                           .pos = pos,
                           .ack = ack,
                           .frame = ++play->frame,
                           .time_ns = play->time_ns += 1000000,
                           .text = span_copy(text, strlen(text)),
                           .wire_len = strlen(text) + 2};

    fsc_session_step(play->session, &in, &play->note);
    if (play->pos[dir] < pos + in.wire_len)
        play->pos[dir] = pos + in.wire_len;
    return &play->note;
}

static inline const struct fsc_note *client(struct play *play, const char *text)
{
    return play_at(play, FSC_C2S, play->pos[FSC_C2S], play->pos[FSC_S2C], text);
}

static inline const struct fsc_note *server(struct play *play, const char *text)
{
    return play_at(play, FSC_S2C, play->pos[FSC_S2C], play->pos[FSC_C2S], text);
}

static inline struct play play_logged_in(void)
{
    struct play play = play_new(true);

    server(&play, "220 ready");
    client(&play, "USER bob");
    server(&play, "230 ok");
    return play;
}

static inline bool has_flag(const struct fsc_note *note, enum fsc_note_flag flag)
{
    return (note->flags & (uint32_t)flag) != 0;
}

#endif
