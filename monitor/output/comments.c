/* comments.c - a list of what is to be said, sorted by frame when the last record has come. */
#include "monitor/output/comments.h"

#include "monitor/output/words.h"

struct comment {
    uint64_t frame;
    guint order;
    uint32_t session;
    /* Of a reply: texts of the tables, so that a million of them cost little. */
    uint16_t code;
    enum fsc_verb verb;
    const char *meaning, *advice;
    char *text; /* of anything else */
};

struct comments {
    struct sink next;
    GArray *list; /* struct comment */
    guint taken;
    bool sorted;
};

static void clear_comment(gpointer item)
{
    struct comment *comment = item;
    g_free(comment->text);
}

struct comments *comments_new(void)
{
    struct comments *comments = g_new0(struct comments, 1);

    comments->list = g_array_new(FALSE, FALSE, sizeof(struct comment));
    g_array_set_clear_func(comments->list, clear_comment);
    return comments;
}

static void add(struct comments *comments, const struct record_envelope *envelope, struct comment comment)
{
    if (comment.frame == 0) {
        g_free(comment.text);
        return;
    }
    comment.session = envelope->session;
    comment.order = comments->list->len;
    g_array_append_val(comments->list, comment);
}

static void on_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record)
{
    struct comments *comments = state;

    for (size_t i = 0; i < record->reply_count; i++) {
        const struct record_reply *reply = &record->replies[i];
        bool bad = reply->code >= 400 && reply->code < 600;
        if (*reply->explanation.meaning)
            add(comments, envelope,
                (struct comment){.frame = reply->frame,
                                 .code = reply->code,
                                 .verb = record->verb,
                                 .meaning = reply->explanation.meaning,
                                 .advice = bad ? reply->explanation.advice : ""});
    }
    if (comments->next.ftp != NULL)
        comments->next.ftp(comments->next.state, envelope, record);
}

/* Names from the wire may hold anything: what cannot be printed is escaped. */
static void put_wire(struct buf *out, struct fsc_span text)
{
    size_t cap = 4 * text.n + 1;

    buf_grow(out, cap);
    out->len += fsc_text_printable(text, out->data + out->len, cap);
}

static char *text_of(struct buf *words)
{
    char *text = g_strndup(words->data, words->len);
    buf_free(words);
    return text;
}

static void on_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct comments *comments = state;
    struct buf words = {0};

    buf_string(&words, "data connection of session ");
    buf_uint(&words, envelope->session);
    if (record->verb != FSC_VERB_NONE) {
        buf_string(&words, ": ");
        buf_string(&words, fsc_verb_info(record->verb)->name);
    }
    if (record->path.n > 0) {
        buf_char(&words, ' ');
        put_wire(&words, record->path);
    }
    buf_string(&words, ": ");
    buf_string(&words, fsc_status_name(record->status));
    if (record->amount_known) {
        buf_string(&words, ", ");
        words_size(&words, record->bytes);
    }
    add(comments, envelope, (struct comment){.frame = record->first_frame, .text = text_of(&words)});
    if (comments->next.data != NULL)
        comments->next.data(comments->next.state, envelope, record);
}

static void on_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    struct comments *comments = state;
    const struct fsc_finding *finding = record->finding;
    const char *advice = words_advice(record);

    for (size_t i = 0; i < finding->evidence_count; i++) {
        bool tells_advice = i + 1 == finding->evidence_count && *advice;
        char *text =
            g_strdup_printf("%s %s: %s%s%s", fsc_severity_name(finding->severity), fsc_finding_info(finding->id)->name,
                            record->summary, tells_advice ? " Advice: " : "", tells_advice ? advice : "");
        add(comments, envelope, (struct comment){.frame = finding->evidence[i], .text = text});
    }
    if (comments->next.finding != NULL)
        comments->next.finding(comments->next.state, envelope, record);
}

static void on_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct comments *comments = state;

    if (comments->next.session != NULL)
        comments->next.session(comments->next.state, envelope, record);
}

struct sink comments_sink(struct comments *comments, const struct sink *next)
{
    comments->next = *next;
    return (struct sink){
        .state = comments, .ftp = on_ftp, .data = on_data, .finding = on_finding, .session = on_session};
}

static gint by_frame(gconstpointer a, gconstpointer b)
{
    const struct comment *one = a, *other = b;

    if (one->frame != other->frame)
        return one->frame < other->frame ? -1 : 1;
    return one->order < other->order ? -1 : one->order > other->order;
}

static char *sentence(const struct comment *comment)
{
    if (comment->text != NULL)
        return g_strconcat("ftpscope: ", comment->text, NULL);
    const char *after = comment->verb != FSC_VERB_NONE ? " after " : "";
    const char *verb = comment->verb != FSC_VERB_NONE ? fsc_verb_info(comment->verb)->name : "";
    return g_strdup_printf("ftpscope: %03u%s%s: %s%s%s", (unsigned)comment->code, after, verb, comment->meaning,
                           *comment->advice ? " Advice: " : "", comment->advice);
}

void comments_take(struct comments *comments, uint64_t frame, bool (*wanted)(void *state, uint32_t session),
                   void *state, GPtrArray *out)
{
    if (!comments->sorted)
        g_array_sort(comments->list, by_frame);
    comments->sorted = true;
    for (; comments->taken < comments->list->len; comments->taken++) {
        const struct comment *comment = &g_array_index(comments->list, struct comment, comments->taken);
        if (comment->frame > frame)
            return;
        if (comment->frame == frame && wanted(state, comment->session))
            g_ptr_array_add(out, sentence(comment));
    }
}

void comments_free(struct comments **comments)
{
    if (*comments == NULL)
        return;
    g_array_free((*comments)->list, TRUE);
    g_free(*comments);
    *comments = NULL;
}
