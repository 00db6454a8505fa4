#include "monitor/tui/talk.h"

#include "monitor/tui/cells.h"
#include "monitor/tui/filter.h"
#include "monitor/tui/format.h"

enum {
    EVENTS_AT_ONCE = 100000, /* taken up in a few milliseconds */
    SEARCHED_TEXT = 1500     /* bytes of a line */
};

void talk_init(struct talk *talk, bool lines_only)
{
    *talk = (struct talk){.lines_only = lines_only,
                          .every_line = lines_only,
                          .rows = g_array_new(FALSE, FALSE, sizeof(struct talk_row)),
                          .evidence = g_hash_table_new(NULL, NULL),
                          .reply = -1};
}

void talk_free(struct talk *talk)
{
    g_array_free(talk->rows, TRUE);
    g_hash_table_destroy(talk->evidence);
    g_free(talk->needle);
}

static void start_again(struct talk *talk)
{
    g_array_set_size(talk->rows, 0);
    g_hash_table_remove_all(talk->evidence);
    talk->seen = 0;
    talk->open_data = 0;
    talk->reply = -1;
}

void talk_choose(struct talk *talk, uint32_t session)
{
    if (talk->session == session)
        return;
    talk->session = session;
    talk->cursor = talk->top = 0;
    talk->trimmed = 0;
    talk->follow = false;
    start_again(talk);
}

static struct talk_row *row_at(const struct talk *talk, guint i)
{
    return &g_array_index(talk->rows, struct talk_row, i);
}

/* A further line of a reply is counted with its first one; with commands in between too. */
static bool joins_reply(const struct talk *talk, const struct model_event *event)
{
    return event->kind == MODEL_EVENT_REPLY && !talk->every_line && talk->reply >= 0 &&
           !(event->note_flags & FSC_NOTE_FIRST);
}

static void take_evidence(struct talk *talk, const struct model_finding *finding)
{
    for (size_t i = 0; i < finding->evidence_count; i++) {
        gpointer frame = (gpointer)(uintptr_t)finding->evidence[i];
        guint before = GPOINTER_TO_UINT(g_hash_table_lookup(talk->evidence, frame));
        g_hash_table_insert(talk->evidence, frame, GUINT_TO_POINTER(MAX(before, (guint)finding->severity + 1)));
    }
}

bool talk_is_evidence(const struct talk *talk, uint64_t frame, enum fsc_severity *severity)
{
    guint found = frame != 0 ? GPOINTER_TO_UINT(g_hash_table_lookup(talk->evidence, (gpointer)(uintptr_t)frame)) : 0;

    *severity = found > 0 ? (enum fsc_severity)(found - 1) : FSC_SEVERITY_INFO;
    return found > 0;
}

bool talk_never_connected(const struct model_transfer *t)
{
    return !t->open && t->established_ns == 0 && t->first_ns == 0 && t->setup_ns < 0;
}

static void take(struct talk *talk, const struct model_event *event, size_t index)
{
    bool line = event->kind == MODEL_EVENT_COMMAND || event->kind == MODEL_EVENT_REPLY;

    if (talk->lines_only && !line)
        return;
    if (joins_reply(talk, event)) {
        row_at(talk, (guint)talk->reply)->more++;
        return;
    }
    if (event->kind == MODEL_EVENT_REPLY)
        talk->reply = (gint)talk->rows->len;
    if (event->kind == MODEL_EVENT_FINDING && finding_is_failure(event->finding))
        take_evidence(talk, event->finding);
    bool connected = event->transfer != NULL && !talk_never_connected(event->transfer);
    if (event->kind == MODEL_EVENT_DATA_OPENED && connected)
        talk->open_data++;
    if (event->kind == MODEL_EVENT_DATA_ENDED && connected && talk->open_data > 0)
        talk->open_data--;
    struct talk_row row = {index, 0, talk->open_data};
    g_array_append_val(talk->rows, row);
}

bool talk_update(struct talk *talk, const struct model *model)
{
    const struct model_session *session = talk_session(talk, model);
    bool at_end = talk->follow;

    if (session == NULL)
        return true;
    if (session->trimmed != talk->trimmed || session->event_count < talk->seen) {
        talk->trimmed = session->trimmed;
        start_again(talk);
    }
    size_t end = MIN(session->event_count, talk->seen + EVENTS_AT_ONCE);
    for (; talk->seen < end; talk->seen++)
        take(talk, model_event_at(model, session, talk->seen), talk->seen);
    if (at_end && talk->rows->len > 0)
        talk->cursor = talk->rows->len - 1;
    return talk->seen == session->event_count;
}

const struct model_session *talk_session(const struct talk *talk, const struct model *model)
{
    return talk->session != 0 ? model_session_find(model, talk->session) : NULL;
}

const struct model_event *talk_event(const struct talk *talk, const struct model *model, guint row)
{
    const struct model_session *session = talk_session(talk, model);

    if (session == NULL || row >= talk->rows->len || row_at(talk, row)->event >= session->event_count)
        return NULL;
    return model_event_at(model, session, row_at(talk, row)->event);
}

bool talk_seek(struct talk *talk, const struct model *model, int step,
               bool (*is_it)(const void *state, const struct model_event *event), const void *state)
{
    guint count = talk->rows->len, at = talk->cursor;

    for (guint looked = 0; looked < count; looked++) {
        at = step > 0 ? (at + 1) % count : (at + count - 1) % count;
        const struct model_event *event = talk_event(talk, model, at);
        if (event != NULL && is_it(state, event)) {
            talk->cursor = at;
            talk->follow = false;
            return true;
        }
    }
    return false;
}

static bool has_word(const void *state, const struct model_event *event)
{
    char text[SEARCHED_TEXT] = "";

    if (event->kind == MODEL_EVENT_FINDING)
        format_escape(text, sizeof(text), event->finding->summary);
    else if (event->text != NULL)
        format_escape_bytes(text, sizeof(text), event->text, event->text_len);
    return filter_word_in(state, text);
}

bool talk_search(struct talk *talk, const struct model *model, int step)
{
    return talk->needle != NULL && talk->needle[0] != '\0' && talk_seek(talk, model, step, has_word, talk->needle);
}

void talk_all_lines(struct talk *talk, const struct model *model, bool every_line)
{
    size_t event = talk->cursor < talk->rows->len ? row_at(talk, talk->cursor)->event : 0;

    talk->every_line = every_line;
    start_again(talk);
    while (!talk_update(talk, model))
        ;
    talk->cursor = 0;
    while (talk->cursor + 1 < talk->rows->len && row_at(talk, talk->cursor + 1)->event <= event)
        talk->cursor++;
}

static void move_by(struct talk *talk, gint64 rows)
{
    gint64 last = MAX((gint64)talk->rows->len - 1, 0);

    talk->follow = false;
    talk->cursor = (guint)CLAMP((gint64)talk->cursor + rows, 0, last);
}

bool talk_act(struct talk *talk, enum action action)
{
    const gint64 page = MAX(talk->page - 1, 1);

    if (action == ACTION_UP)
        move_by(talk, -1);
    else if (action == ACTION_DOWN)
        move_by(talk, 1);
    else if (action == ACTION_PAGE_UP)
        move_by(talk, -page);
    else if (action == ACTION_PAGE_DOWN)
        move_by(talk, page);
    else if (action == ACTION_HOME)
        move_by(talk, -(gint64)talk->cursor);
    else if (action == ACTION_END)
        move_by(talk, talk->rows->len);
    else if (action == ACTION_FOLLOW)
        talk->follow = !talk->follow;
    else
        return false;
    return true;
}

void talk_scroll(struct talk *talk, int page)
{
    guint rows = (guint)MAX(page, 1);

    talk->page = (int)rows;
    if (talk->cursor >= talk->rows->len)
        talk->cursor = talk->rows->len > 0 ? talk->rows->len - 1 : 0;
    if (talk->cursor < talk->top)
        talk->top = talk->cursor;
    if (talk->cursor >= talk->top + rows)
        talk->top = talk->cursor - rows + 1;
    if (talk->rows->len < talk->top + rows)
        talk->top = talk->rows->len > rows ? talk->rows->len - rows : 0;
}
