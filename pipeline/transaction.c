/* transaction.c - one command with its replies, gathered until the last reply came. */
#include "pipeline/internal.h"

/* Texts are kept for the record only, which not every host wants. */
static bool is_told(const struct pipeline *pipeline)
{
    return pipeline->sink->ftp != NULL;
}

enum { SPARES_MAX = 32, SPARE_TEXT_MAX = 1024 };

/* Nothing but the memory of what it was. */
static struct transaction *take_spare(struct pipeline *pipeline)
{
    struct transaction *t = pipeline->spare;
    GString *texts[] = {t->argument, t->verb_text, t->user, t->cwd, t->text};

    pipeline->spare = t->next;
    pipeline->spares--;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        if (texts[i] != NULL)
            g_string_truncate(texts[i], 0);
    if (t->replies != NULL)
        g_array_set_size(t->replies, 0);
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
    struct transaction *t =
        c->pipeline->spare != NULL ? take_spare(c->pipeline) : slabs_take(c->pipeline->slabs, sizeof(*t));

    t->tx = tx;
    t->latency_ns = -1;
    if (tx != 0)
        *place_of(c, NULL) = t;
    return t;
}

static void text_free(GString *text)
{
    if (text != NULL)
        g_string_free(text, TRUE);
}

static void free_now(struct pipeline *pipeline, struct transaction *t)
{
    text_free(t->verb_text);
    text_free(t->argument);
    text_free(t->user);
    text_free(t->cwd);
    text_free(t->text);
    if (t->replies != NULL)
        g_array_free(t->replies, TRUE);
    slabs_give(pipeline->slabs, t, sizeof(*t));
}

static bool is_short(const GString *text)
{
    return text == NULL || text->allocated_len <= SPARE_TEXT_MAX;
}

static bool is_small(const struct transaction *t)
{
    return is_short(t->argument) && is_short(t->text) && is_short(t->verb_text) && is_short(t->cwd);
}

static void transaction_free(struct pipeline *pipeline, struct transaction *t)
{
    if (pipeline->spares == SPARES_MAX || !is_small(t)) {
        free_now(pipeline, t);
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
        free_now(pipeline, t);
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

static void keep(GString **text, struct fsc_span words)
{
    if (*text == NULL)
        *text = g_string_sized_new(words.n);
    string_set(*text, words);
}

static bool is_anonymous(struct fsc_span user)
{
    return (user.n == 9 && g_ascii_strncasecmp((const char *)user.p, "anonymous", 9) == 0) ||
           (user.n == 3 && g_ascii_strncasecmp((const char *)user.p, "ftp", 3) == 0);
}

static struct fsc_endpoint announced_by(const struct fsc_command *command)
{
    static const struct {
        enum fsc_verb verb;
        enum fsc_form form;
    } setups[] = {{FSC_VERB_PORT, FSC_FORM_PORT}, {FSC_VERB_EPRT, FSC_FORM_EPRT}, {FSC_VERB_LPRT, FSC_FORM_LPRT}};
    struct fsc_endpoint endpoint = {.port = 0};

    for (size_t i = 0; i < G_N_ELEMENTS(setups); i++)
        if (setups[i].verb == command->verb)
            (void)fsc_endpoint_parse(setups[i].form, command->arg, &endpoint, NULL);
    return endpoint;
}

void transaction_command(const struct conversation *c, struct transaction *t, const struct fsc_command *command)
{
    bool is_user = command->verb == FSC_VERB_USER;

    t->anonymous = is_user && is_anonymous(command->arg);
    t->announced = announced_by(command);
    if (is_told(c->pipeline))
        keep(&t->verb_text, command->verb_text);
    if (is_told(c->pipeline) || (is_user && c->facts != NULL))
        keep(&t->argument, command->arg);
}

void transaction_state(const struct conversation *c, struct transaction *t, const struct fsc_note *note)
{
    if (t->state_known || !is_told(c->pipeline))
        return;
    t->state_known = note->code != 0;
    keep(&t->user, note->user);
    keep(&t->cwd, note->cwd);
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
    if (t->replies == NULL) {
        t->replies = g_array_new(FALSE, TRUE, sizeof(struct reply_entry));
        t->text = g_string_new(NULL);
    }
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
    guint count = t->replies != NULL ? t->replies->len : 0;
    struct record_reply *replies = g_new0(struct record_reply, count + 1);

    for (guint i = 0; i < count; i++) {
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
                                .reply_count = count,
                                .received = received,
                                .latency_ns = t->latency_ns,
                                .has_data = t->has_data,
                                .passive = t->passive,
                                .dynamic_port = t->dynamic_port,
                                .user = string_span(t->user),
                                .cwd = string_span(t->cwd),
                                .flags = t->flags};
    uint64_t first = t->command_frame != 0 || count == 0 ? t->command_frame : replies[0].frame;
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
        c->text_bytes -= MIN(c->text_bytes, string_span(t->text).n + t->reply_count);
    if (c->open == NULL)
        c->text_bytes = 0;
    transaction_free(c->pipeline, t);
}
