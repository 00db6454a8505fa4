/* exchange.c - see exchange.h. */
#include "plugin/store/exchange.h"

#include <string.h>

enum { EXCHANGES_FIRST = 16 };

struct fsc_span text_keep(struct fsc_span text)
{
    return (struct fsc_span){text.n > 0 ? wmem_memdup(wmem_file_scope(), text.p, text.n) : NULL, text.n};
}

static bool same_text(struct fsc_span a, struct fsc_span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Lines of one session mostly have the same user and directory. */
static struct fsc_span keep_once(struct fsc_span *last, struct fsc_span text)
{
    if (!same_text(*last, text))
        *last = text_keep(text);
    return *last;
}

void session_begin(struct session *session, const struct record_envelope *envelope)
{
    session->number = envelope->session;
    session->client = envelope->client;
    session->server = envelope->server;
}

struct exchange *session_exchange(const struct session *session, uint32_t tx)
{
    if (tx == 0 || tx > session->exchange_count)
        return NULL;
    return tx == session->exchange_count ? session->newest : session->exchanges[tx - 1];
}

/* Numbers are given one after another; those of commands that nobody told of stay empty. */
static void number(struct session *session, struct exchange *exchange)
{
    if (exchange->tx > session->exchange_room) {
        session->exchange_room = MAX(2 * session->exchange_room, exchange->tx + EXCHANGES_FIRST);
        session->exchanges =
            wmem_realloc(wmem_file_scope(), session->exchanges, session->exchange_room * sizeof(*session->exchanges));
    }
    while (session->exchange_count < exchange->tx)
        session->exchanges[session->exchange_count++] = NULL;
    session->exchanges[exchange->tx - 1] = exchange;
    if (exchange->tx == session->exchange_count)
        session->newest = exchange;
}

static struct exchange *exchange_new(struct session *session, uint32_t tx)
{
    struct exchange *exchange = wmem_new0(wmem_file_scope(), struct exchange);

    exchange->session = session;
    exchange->tx = tx;
    exchange->latency_ns = -1;
    if (tx != 0)
        number(session, exchange);
    return exchange;
}

static struct exchange *take_command(struct session *session, const struct record_line *record)
{
    struct exchange *exchange = exchange_new(session, record->note->tx);

    exchange->verb = record->note->verb;
    exchange->verb_text = text_keep(record->command->verb_text);
    exchange->argument = text_keep(record->command->arg);
    exchange->secret = (record->note->flags & FSC_NOTE_SECRET) != 0;
    exchange->command_frame = (uint32_t)record->frame;
    exchange->setup_tx = record->note->expect_id;
    return exchange;
}

static struct exchange *exchange_of_reply(struct session *session, const struct fsc_note *note)
{
    struct exchange *exchange = session_exchange(session, note->tx);

    if (exchange != NULL)
        return exchange;
    if (note->tx != 0)
        return exchange_new(session, note->tx);
    if (session->open_reply == NULL || (note->flags & FSC_NOTE_FIRST) != 0)
        session->open_reply = exchange_new(session, 0);
    return session->open_reply;
}

static void add_reply(struct exchange *exchange, uint16_t code, uint64_t frame)
{
    struct store_reply *reply = wmem_new(wmem_file_scope(), struct store_reply);

    *reply = (struct store_reply){.code = code, .frame = (uint32_t)frame};
    if (exchange->last_reply != NULL)
        exchange->last_reply->next = reply;
    else
        exchange->replies = reply;
    exchange->last_reply = reply;
}

static struct exchange *take_reply(struct session *session, const struct record_line *record)
{
    const struct fsc_note *note = record->note;
    struct exchange *exchange = exchange_of_reply(session, note);

    if ((note->flags & FSC_NOTE_FIRST) != 0 && note->tx != 0 && exchange->latency_ns < 0)
        exchange->latency_ns = note->latency_ns;
    if ((note->flags & FSC_NOTE_LAST) != 0) {
        add_reply(exchange, note->code, record->frame);
        if (note->tx == 0)
            session->open_reply = NULL;
    }
    if ((note->flags & FSC_NOTE_TRANSFER) != 0)
        exchange->setup_tx = note->expect_id;
    return exchange;
}

/* What a final reply tells of a size comes too late for the packets before it. */
static void take_parameters(struct exchange *exchange, const struct fsc_note *note)
{
    if ((note->flags & FSC_NOTE_TRANSFER) == 0 || note->code >= 200)
        return;
    if (exchange->parameters == NULL)
        exchange->parameters = wmem_new(wmem_file_scope(), struct fsc_transfer_setup);
    *exchange->parameters = note->transfer;
}

static void take_announcement(struct exchange *exchange, const struct record_line *record)
{
    if ((record->note->flags & FSC_NOTE_EXPECT) == 0)
        return;
    exchange->announcement = wmem_new(wmem_file_scope(), struct announcement);
    *exchange->announcement =
        (struct announcement){record->note->expect.listener, record->note->expect.form, (uint32_t)record->frame};
}

static const struct fsc_span *keep_shown(struct fsc_span text)
{
    if (text.p == NULL)
        return NULL;
    struct fsc_span *kept = wmem_new(wmem_file_scope(), struct fsc_span);
    *kept = text_keep(text);
    return kept;
}

static struct line *line_new(const struct record_line *record, struct session *session)
{
    const struct fsc_note *note = record->note;
    struct line *line = wmem_new(wmem_file_scope(), struct line);

    *line = (struct line){.frame = (uint32_t)record->frame,
                          .line_flags = record->line_flags,
                          .flags = note->flags,
                          .tx = note->tx,
                          .verb = note->verb,
                          .outcome = note->outcome,
                          .text = note->text,
                          .phase = note->phase,
                          .code = note->code,
                          .length = (uint32_t)record->wire.n,
                          .gap = note->gap,
                          .user = keep_once(&session->user, note->user),
                          .cwd = keep_once(&session->cwd, note->cwd),
                          .path = keep_once(&session->path, note->path),
                          .shown = keep_shown(record->shown)};
    return line;
}

static void take_first_answer(struct line *line)
{
    struct exchange *exchange = line->exchange;

    if ((line->flags & FSC_NOTE_LAST) != 0 && exchange->replies == exchange->last_reply)
        exchange->first_answer = line;
}

struct line *session_take_line(struct session *session, const struct record_line *record)
{
    struct line *line = line_new(record, session);

    if ((record->note->flags & FSC_NOTE_CONTINUED) != 0 || (record->dir == FSC_C2S && record->note->tx == 0))
        return line;
    line->exchange = record->dir == FSC_C2S ? take_command(session, record) : take_reply(session, record);
    if (record->dir == FSC_C2S)
        line->exchange->cwd = line->cwd;
    else
        take_first_answer(line);
    if (line->path.n > 0 && line->code < 200)
        line->exchange->path = line->path;
    take_announcement(line->exchange, record);
    take_parameters(line->exchange, record->note);
    return line;
}
