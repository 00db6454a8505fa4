/*
 * fuzz_session.c - a session fed with any lines at any positions. Input: records of [direction and gap][length][bytes].
 * Every byte of every note is looked at, so that the sanitizers see what is not initialised or dangling.
 */
#include <stdlib.h>
#include <string.h>

#include "core/ftpscope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile unsigned sink;

static void consume(struct fsc_span span)
{
    for (size_t i = 0; i < span.n; i++)
        sink += span.p[i];
}

static void consume_note(const struct fsc_note *note)
{
    consume(note->user);
    consume(note->cwd);
    consume(note->path);
    sink += note->flags + note->tx + note->code + (unsigned)note->transfer.expected_bytes;
    sink += (unsigned)strlen(fsc_explain(note->code, note->verb, note->text).meaning);
}

static struct fsc_session *grow(struct fsc_session *session, size_t text_len)
{
    size_t room = fsc_session_room(session, text_len);

    if (room <= fsc_session_capacity(session) || (text_len & 7) == 5) /* sometimes the host has no more room */
        return session;
    struct fsc_session *larger = fsc_session_move(malloc(room), room, session);
    free(session);
    return larger;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fsc_session_config config = {.saw_start = size > 0 && (data[0] & 1)};
    struct fsc_session *session = fsc_session_init(malloc(fsc_session_size()), fsc_session_size(), &config);
    uint64_t pos[2] = {0, 0};
    struct fsc_note note;
    uint64_t frame = 0;

    while (size >= 2) {
        enum fsc_dir dir = (data[0] & 1) ? FSC_S2C : FSC_C2S;
        size_t n = data[1] < size - 2 ? data[1] : size - 2;
        uint8_t clean[256];
        struct fsc_line line;
        frame++;
        if (fsc_line_next((struct fsc_span){data + 2, n}, true, &line) == 0)
            line = (struct fsc_line){{data + 2, 0}, 0, 0};
        struct fsc_input in = {.dir = dir,
                               .pos = pos[dir] + ((data[0] >> 1) & 3),
                               .ack = (data[0] & 8) ? FSC_ACK_NONE : pos[1 - dir],
                               .frame = frame,
                               .time_ns = (int64_t)frame * 1000,
                               .text = fsc_telnet_strip(line.text, clean, sizeof(clean)),
                               .wire_len = line.wire_len,
                               .line_flags = line.flags};
        session = grow(session, in.text.n);
        fsc_session_step(session, &in, &note);
        consume_note(&note);
        for (uint32_t i = 0; i < note.skipped; i++)
            sink += fsc_session_skipped(session, i);
        if (in.pos + in.wire_len > pos[dir])
            pos[dir] = in.pos + in.wire_len;
        if (data[0] & 16)
            fsc_session_gap(session, dir, pos[dir] += 7);
        data += 2 + n;
        size -= 2 + n;
    }
    session = grow(session, 0);
    while (fsc_session_unanswered(session, &note))
        consume_note(&note);
    free(session);
    return 0;
}
