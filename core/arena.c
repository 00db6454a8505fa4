/* arena.c - the texts of a session and its queue of pending commands, inside the caller's block. */
#include "core/session_state.h"

#include <assert.h>
#include <string.h>

static const struct fsc_span unknown_directory = {(const uint8_t *)"?", 1};

static size_t padded(size_t len)
{
    return (len + 7u) & ~(size_t)7u;
}

uint8_t *arena_bytes(const struct fsc_session *session)
{
    return (uint8_t *)(uintptr_t)session->arena;
}

size_t arena_capacity(const struct fsc_session *session)
{
    return session->size - sizeof(*session);
}

struct fsc_span arena_user(const struct fsc_session *session)
{
    return (struct fsc_span){arena_bytes(session), session->user_len};
}

struct fsc_span arena_cwd(const struct fsc_session *session)
{
    if (session->cwd_len == 0)
        return unknown_directory;
    return (struct fsc_span){arena_bytes(session) + session->user_len, session->cwd_len};
}

struct fsc_span arena_scratch(const struct fsc_session *session)
{
    return (struct fsc_span){arena_bytes(session) + session->tail, arena_capacity(session) - session->tail};
}

/* Gives the texts `want` bytes in front of the queue; false when the block is too small. A text that stands in the
 * queue moves with it. */
static bool move_queue(struct fsc_session *session, size_t want, struct fsc_span *text)
{
    size_t start = padded(want);
    size_t len = session->tail - session->head;
    const uint8_t *queue = arena_bytes(session) + session->head;

    if (start + len > arena_capacity(session))
        return false;
    memmove(arena_bytes(session) + start, queue, len);
    if (text->n > 0 && text->p >= queue && text->p < queue + len)
        text->p = arena_bytes(session) + start + (text->p - queue);
    session->head = (uint32_t)start;
    session->tail = (uint32_t)(start + len);
    return true;
}

bool arena_set_user(struct fsc_session *session, struct fsc_span text)
{
    bool whole = text.n <= FSC_USER_MAX;
    size_t len = whole ? text.n : FSC_USER_MAX;
    size_t texts = len + session->cwd_len;

    if (texts > session->head && !move_queue(session, texts, &text)) {
        len = session->user_len < len ? session->user_len : len;
        whole = false;
    }
    uint8_t *arena = arena_bytes(session);
    memmove(arena + len, arena + session->user_len, session->cwd_len);
    if (len > 0)
        memmove(arena, text.p, len);
    session->user_len = (uint32_t)len;
    return whole;
}

bool arena_set_cwd(struct fsc_session *session, struct fsc_span text)
{
    uint8_t *arena = arena_bytes(session);
    size_t texts = session->user_len + text.n;

    if (texts > session->head) {
        /* The text may stand in the scratch, which the queue is about to move over: it goes to the very end first. */
        size_t capacity = arena_capacity(session);
        if (padded(texts) + (session->tail - session->head) + text.n > capacity) {
            session->cwd_len = 0;
            return false;
        }
        memmove(arena + capacity - text.n, text.p, text.n);
        text.p = arena + capacity - text.n;
        move_queue(session, texts, &text);
    }
    if (text.n > 0)
        memmove(arena + session->user_len, text.p, text.n);
    session->cwd_len = (uint32_t)text.n;
    return true;
}

void arena_forget_cwd(struct fsc_session *session)
{
    session->deferred.cwd = false;
    session->cwd_len = 0;
}

struct fsc_span queue_argument(const struct pending *entry)
{
    return (struct fsc_span){(const uint8_t *)(entry + 1), entry->arg_len};
}

static struct pending *queue_at(const struct fsc_session *session, size_t offset)
{
    return offset < session->tail ? (struct pending *)(void *)(arena_bytes(session) + offset) : NULL;
}

struct pending *queue_first(const struct fsc_session *session)
{
    return queue_at(session, session->head);
}

struct pending *queue_next(const struct fsc_session *session, const struct pending *entry)
{
    size_t offset = (size_t)((const uint8_t *)entry - arena_bytes(session));
    return queue_at(session, offset + sizeof(*entry) + padded(entry->arg_len));
}

struct pending *queue_push(struct fsc_session *session, const struct pending *entry, struct fsc_span arg, bool *cut)
{
    size_t limit = arg.n < FSC_PATH_MAX ? arg.n : FSC_PATH_MAX;

    if (session->tail + sizeof(*entry) + padded(limit) > arena_capacity(session))
        move_queue(session, session->user_len + session->cwd_len, &arg);
    size_t room = arena_capacity(session) - session->tail;
    if (room < sizeof(*entry))
        return NULL;
    size_t fits = (room - sizeof(*entry)) & ~(size_t)7u;
    size_t len = limit < fits ? limit : fits;
    *cut = len < arg.n;

    struct pending *slot = (struct pending *)(void *)(arena_bytes(session) + session->tail);
    *slot = *entry;
    slot->arg_len = (uint16_t)len;
    if (len > 0)
        memcpy(slot + 1, arg.p, len);
    session->tail += (uint32_t)(sizeof(*slot) + padded(len));
    session->count++;
    if (len > session->longest)
        session->longest = (uint32_t)len;
    return slot;
}

void queue_sweep(struct fsc_session *session)
{
    struct pending *entry;

    while ((entry = queue_first(session)) != NULL && (entry->flags & PENDING_DONE)) {
        session->head += (uint32_t)(sizeof(*entry) + padded(entry->arg_len));
        session->count--;
    }
    if (session->count == 0) {
        session->head = session->tail = (uint32_t)padded(session->user_len + session->cwd_len);
        session->longest = 0;
    }
}

void queue_compact(struct fsc_session *session)
{
    size_t texts = session->user_len + session->cwd_len;
    struct fsc_span none = {NULL, 0};

    if (session->head > padded(texts) && session->head - padded(texts) > session->tail - session->head)
        move_queue(session, texts, &none);
}
