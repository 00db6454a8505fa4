/* transaction.c - one command with its replies, gathered until the last reply came. */
#include "pipeline/internal.h"

/* Texts are kept for the record only, which not every host wants. */
static bool is_told(const struct pipeline *pipeline)
{
    return pipeline->sink->ftp != NULL;
}

enum { SPARES_MAX = 32, SPARE_TEXT_MAX = 1024 };

static struct transaction *transaction_new(void)
{
    struct transaction *t = g_new0(struct transaction, 1);

    t->verb_text = g_string_new(NULL);
    t->argument = g_string_new(NULL);
    t->user = g_string_new(NULL);
    t->cwd = g_string_new(NULL);
    t->text = g_string_new(NULL);
    t->replies = g_array_new(FALSE, TRUE, sizeof(struct reply_entry));
    return t;
}

/* Nothing but the memory of what it was. */
static struct transaction *take_spare(struct pipeline *pipeline)
{
    struct transaction *t = pipeline->spare;
    GString *texts[] = {t->argument, t->verb_text, t->user, t->cwd, t->text};

    pipeline->spare = t->next;
    pipeline->spares--;
    if (is_told(pipeline)) {
        for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
            g_string_truncate(texts[i], 0);
        g_array_set_size(t->replies, 0);
    }
    *t = (struct transaction){.verb_text = t->verb_text,
                              .argument = t->argument,
                              .user = t->user,
                              .cwd = t->cwd,
                              .text = t->text,
                              .replies = t->replies};
    return t;
}

/* Where the pointer to `t` stands, or with NULL the end. At most FSC_PENDING_MAX are open: the core gives up the oldest
 * beyond that, and so do we. */
static struct transaction **place_of(struct conversation *c, const struct transaction *t)
{
    struct transaction **place = &c->open;

    while (*place != t)
        place = &(*place)->next;
    return place;
}

struct transaction *transaction_open(struct conversation *c, uint32_t tx)
{
    struct transaction *t = c->pipeline->spare != NULL ? take_spare(c->pipeline) : transaction_new();

    t->tx = tx;
    t->latency_ns = -1;
    if (tx != 0)
        *place_of(c, NULL) = t;
    return t;
}

static void free_now(struct transaction *t)
{
    g_string_free(t->verb_text, TRUE);
    g_string_free(t->argument, TRUE);
    g_string_free(t->user, TRUE);
    g_string_free(t->cwd, TRUE);
    g_string_free(t->text, TRUE);
    g_array_free(t->replies, TRUE);
    g_free(t);
}

static bool is_small(const struct pipeline *pipeline, const struct transaction *t)
{
    return !is_told(pipeline) ||
           (t->argument->allocated_len <= SPARE_TEXT_MAX && t->text->allocated_len <= SPARE_TEXT_MAX &&
            t->verb_text->allocated_len <= SPARE_TEXT_MAX && t->cwd->allocated_len <= SPARE_TEXT_MAX);
}

static void transaction_free(struct pipeline *pipeline, struct transaction *t)
{
    if (pipeline->spares == SPARES_MAX || !is_small(pipeline, t)) {
        free_now(t);
        return;
    }
    t->next = pipeline->spare;
    pipeline->spare = t;
    pipeline->spares++;
}

void transactions_clear(struct pipeline *pipeline)
{
    for (struct transaction *t = pipeline->spare, *next; t != NULL; t = next) {
        next = t->next;
        free_now(t);
    }
    pipeline->spare = NULL;
    pipeline->spares = 0;
}

struct transaction *transaction_find(struct conversation *c, uint32_t tx)
{
    struct transaction *t = c->open;

    while (t != NULL && t->tx != tx)
        t = t->next;
    return t;
}

static bool is_needed_by_reply(enum fsc_verb verb)
{
    return verb == FSC_VERB_USER || (fsc_verb_info(verb)->traits & FSC_TRAIT_ACTIVE) != 0;
}

void transaction_words(struct conversation *c, struct transaction *t, const struct fsc_command *command)
{
    if (is_told(c->pipeline)) {
        string_set(t->argument, command->arg);
        string_set(t->verb_text, command->verb_text);
    } else if (is_needed_by_reply(command->verb)) {
        string_set(t->argument, (struct fsc_span){command->arg.p, MIN(command->arg.n, SPARE_TEXT_MAX)});
    }
}

void transaction_state(struct conversation *c, struct transaction *t, const struct fsc_note *note)
{
    if (t->state_known || !is_told(c->pipeline))
        return;
    t->state_known = note->code != 0;
    string_set(t->user, note->user);
    string_set(t->cwd, note->cwd);
}

static void take_text(struct conversation *c, struct transaction *t, struct reply_entry *reply, const GString *line)
{
    size_t need = line->len + 1;

    if (c->text_bytes + need > REPLY_BYTES_MAX) {
        reply->truncated = true;
        t->flags |= RECORD_REPLY_TRUNCATED;
        return;
    }
    c->text_bytes += need;
    if (reply->lines > 1)
        g_string_append_c(t->text, '\n');
    g_string_append_len(t->text, line->str, (gssize)line->len);
    reply->len = (guint)t->text->len - reply->start;
}

void transaction_reply_line(struct conversation *c, struct transaction *t, const struct fsc_note *note,
                            struct fsc_span text, uint64_t frame, int64_t time_ns)
{
    bool begins = (note->flags & FSC_NOTE_FIRST) || t->reply_count == 0;

    if (begins) {
        t->reply_count++;
        t->last_code = note->code;
        if (t->latency_ns < 0 && t->tx != 0)
            t->latency_ns = note->latency_ns;
    }
    t->last_ns = time_ns;
    if (!is_told(c->pipeline))
        return;
    if (begins) {
        struct reply_entry fresh = {.code = note->code, .start = (guint)t->text->len};
        g_array_append_val(t->replies, fresh);
    }
    struct reply_entry *reply = &g_array_index(t->replies, struct reply_entry, t->replies->len - 1);
    reply->lines++;
    reply->frame = frame;
    reply->time_ns = time_ns;
    if (note->flags & FSC_NOTE_LAST)
        reply->explanation = fsc_explain(note->code, note->verb, note->text);
    GString *shown = c->pipeline->shown;
    g_string_truncate(shown, 0);
    g_string_append_len(shown, (const gchar *)text.p, (gssize)text.n);
    secrets_hide(c, note->code, shown);
    take_text(c, t, reply, shown);
}

static int64_t time_of(const struct transaction *t, const struct conversation *c)
{
    return t->reply_count > 0 ? t->last_ns : conversation_last_ns(c);
}

static void write_record(struct conversation *c, const struct transaction *t, enum record_received received)
{
    const struct sink *sink = c->pipeline->sink;
    struct record_reply *replies = g_new0(struct record_reply, t->replies->len + 1);

    for (guint i = 0; i < t->replies->len; i++) {
        const struct reply_entry *r = &g_array_index(t->replies, struct reply_entry, i);
        replies[i] = (struct record_reply){.code = r->code,
                                           .text = {(const uint8_t *)t->text->str + r->start, r->len},
                                           .lines = r->lines,
                                           .frame = r->frame,
                                           .time_ns = r->time_ns,
                                           .explanation = r->explanation,
                                           .truncated = r->truncated};
        if (replies[i].explanation.title == NULL)
            replies[i].explanation = fsc_explain(r->code, t->verb, FSC_TEXT_NONE);
    }
    struct record_ftp record = {.tx = t->tx,
                                .verb = t->verb,
                                .verb_text = string_span(t->verb_text),
                                .argument = string_span(t->argument),
                                .secret = t->secret,
                                .command_frame = t->command_frame,
                                .command_ns = t->command_ns,
                                .replies = replies,
                                .reply_count = t->replies->len,
                                .received = received,
                                .latency_ns = t->latency_ns,
                                .has_data = t->has_data,
                                .passive = t->passive,
                                .dynamic_port = t->dynamic_port,
                                .user = string_span(t->user),
                                .cwd = string_span(t->cwd),
                                .flags = t->flags};
    uint64_t first = t->command_frame != 0 || t->replies->len == 0 ? t->command_frame : replies[0].frame;
    struct record_envelope envelope = conversation_envelope(c, time_of(t, c), first);
    sink->ftp(sink->state, &envelope, &record);
    g_free(replies);
}

/* The record goes out, and the transaction is gone. */
void transaction_emit(struct conversation *c, struct transaction *t, enum record_received received)
{
    if (is_told(c->pipeline))
        write_record(c, t, received);
    if (t->tx != 0)
        *place_of(c, t) = t->next;
    if (c->text_bytes > 0)
        c->text_bytes -= MIN(c->text_bytes, t->text->len + t->reply_count);
    if (c->open == NULL)
        c->text_bytes = 0;
    transaction_free(c->pipeline, t);
}
