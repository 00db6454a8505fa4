/* control_tree.c - see control_tree.h. */
#include "plugin/control/control_tree.h"

#include "plugin/builtin/builtin.h"
#include "plugin/control/gathered.h"
#include "plugin/fields.h"
#include "plugin/info.h"
#include "plugin/packets.h"
#include "plugin/plugin.h"
#include "plugin/tools/tap.h"

static void show_telnet(proto_tree *tree, const struct view *view, int offset, size_t n)
{
    struct fsc_span line = unit_bytes(view, offset);

    for (size_t i = 0; i + 1 < MIN(n, line.n); i++) {
        if (line.p[i] != 255)
            continue;
        size_t length = line.p[i + 1] >= 251 && line.p[i + 1] <= 254 && i + 2 < n ? 3 : 2;
        proto_tree_add_item(tree, field_hf(FIELD_TELNET_BYTES), view->tvb, offset + (int)i, (int)length, ENC_NA);
        i += length - 1;
    }
}

static void show_line_flags(proto_tree *tree, const struct view *view, int offset, const struct fsc_line *line)
{
    field_flag(tree, FIELD_BARE_LF, view->tvb, (line->flags & FSC_LINE_BARE_LF) != 0);
    field_flag(tree, FIELD_OVERLONG, view->tvb, (line->flags & FSC_LINE_OVERLONG) != 0);
    field_flag(tree, FIELD_UNTERMINATED, view->tvb, (line->flags & FSC_LINE_UNTERMINATED) != 0);
    if ((line->flags & FSC_LINE_TELNET) == 0)
        return;
    field_flag(tree, FIELD_TELNET, view->tvb, true);
    show_telnet(tree, view, offset, line->wire_len);
}

static const char *phase_name(enum fsc_phase phase)
{
    static const char *const names[] = {"", "greeting", "login", "ready", "closing"};
    return names[phase];
}

static const char *outcome_name(enum fsc_outcome outcome)
{
    static const char *const names[] = {"", "wait", "done", "more", "failed", "refused", "violation"};
    return names[outcome];
}

static void show_state(proto_tree *tree, const struct view *view, const struct line *line)
{
    if (line->gap > 0)
        field_number(tree, FIELD_GAP, view->tvb, line->gap);
    field_flag(tree, FIELD_UNCERTAIN, view->tvb, (line->flags & FSC_NOTE_UNCERTAIN) != 0);
    field_text(tree, FIELD_USER, view->tvb, 0, 0, line->user);
    field_text(tree, FIELD_CWD, view->tvb, 0, 0, line->cwd);
    field_text(tree, FIELD_PATH, view->tvb, 0, 0, line->path);
    field_words(tree, FIELD_PHASE, view->tvb, phase_name(line->phase));
    if (view->flow->session != NULL)
        packets_show_session(tree, view->tvb, view->flow->session->number);
    if (line->tx != 0)
        field_number(tree, FIELD_TX, view->tvb, line->tx);
}

static void show_announcement(proto_tree *tree, const struct view *view, const struct exchange *exchange)
{
    const struct announcement *announcement = exchange->announcement;
    char text[80];

    if (announcement == NULL || !info_is_known(view->pinfo, announcement->frame))
        return;
    fsc_addr_text(&announcement->listener.addr, text, sizeof(text));
    field_words(tree, FIELD_SETUP, view->tvb, fsc_form_name(announcement->form));
    field_words(tree, FIELD_ADDRESS, view->tvb, text);
    field_number(tree, FIELD_PORT, view->tvb, announcement->listener.port);
}

static void show_links(proto_tree *tree, const struct view *view, const struct exchange *exchange)
{
    for (const struct store_reply *reply = exchange->replies; reply != NULL; reply = reply->next) {
        bool preliminary = reply->code / 100 == 1;
        if (info_is_known(view->pinfo, reply->frame))
            field_frame(tree, preliminary ? FIELD_PRELIMINARY_IN : FIELD_RESPONSE_IN, view->tvb, reply->frame);
    }
    if (PINFO_FD_VISITED(view->pinfo))
        field_flag(tree, FIELD_NO_REPLY, view->tvb, exchange->last_reply == NULL || exchange->last_reply->code < 200);
}

/* The server chooses the name for STOU. */
static void show_path_from_data(proto_tree *tree, const struct view *view, const struct line *line,
                                const struct exchange *exchange)
{
    if (line->path.n == 0 && exchange->transfer != NULL && info_is_known(view->pinfo, exchange->transfer->known_frame))
        field_text(tree, FIELD_PATH, view->tvb, 0, 0, exchange->transfer->record.path);
}

static void show_command(proto_tree *tree, const struct view *view, const struct unit *unit)
{
    struct fsc_command command;
    const struct exchange *exchange = unit->first != NULL ? unit->first->exchange : NULL;
    int offset = unit->start;

    fsc_command_parse(unit->first_text.text, &command);
    field_flag(tree, FIELD_REQUEST, view->tvb, true);
    info_command_fields(tree, view->tvb, view->pinfo, offset, &unit->first_text, &command,
                        info_has_secret(exchange, &command));
    show_line_flags(tree, view, offset, &unit->first_text);
    if (unit->first == NULL)
        return;
    field_flag(tree, FIELD_PIPELINED, view->tvb, (unit->first->flags & FSC_NOTE_PIPELINED) != 0);
    show_state(tree, view, unit->first);
    if (exchange == NULL)
        return;
    show_announcement(tree, view, exchange);
    show_links(tree, view, exchange);
    show_path_from_data(tree, view, unit->first, exchange);
    info_transfer_fields(tree, view->tvb, view->pinfo, exchange);
}

static void show_explanation(proto_tree *tree, const struct view *view, const struct line *note)
{
    struct fsc_explanation explanation = fsc_explain(note->code, note->verb, note->text);

    field_words(tree, FIELD_TITLE, view->tvb, explanation.title);
    field_paragraph(tree, FIELD_MEANING, view->tvb, explanation.meaning);
    if (note->code >= 400)
        field_paragraph(tree, FIELD_ADVICE, view->tvb, explanation.advice);
    field_words(tree, FIELD_CLASS, view->tvb, fsc_digit_first(note->code));
    field_words(tree, FIELD_GROUP, view->tvb, fsc_digit_second(note->code));
}

/* Whatever the code means by itself: what it answers is not known. */
static void show_code(proto_tree *tree, const struct view *view, uint16_t code)
{
    const struct fsc_code_info *info = fsc_code_info(code);

    if (info == NULL)
        return;
    field_words(tree, FIELD_TITLE, view->tvb, info->title);
    field_paragraph(tree, FIELD_MEANING, view->tvb, info->meaning);
}

/* With Telnet in it a line stands elsewhere than its text: then the field is the whole line. What is shown may be
 * longer than what stands there: "<hidden>". */
static void show_text(proto_tree *tree, const struct view *view, int at, const struct fsc_line *line)
{
    bool telnet = (line->flags & FSC_LINE_TELNET) != 0;
    struct fsc_line clean = *line;
    struct fsc_reply reply;

    if (telnet)
        clean.text = unit_without_telnet(view, line);
    struct fsc_span shown = unit_shown(unit_line(view, at), &clean);

    fsc_reply_parse(shown, &reply);
    struct fsc_span text = reply.code != 0 ? reply.text : shown;
    size_t before = telnet ? 0 : MIN((size_t)(text.p - shown.p), line->text.n);
    size_t length = telnet ? line->text.n : MIN(text.n, line->text.n - before);
    field_text(tree, FIELD_TEXT, view->tvb, at + (int)before, (int)length, text);
}

static void show_reply_texts(proto_tree *tree, const struct view *view, const struct unit *unit)
{
    struct fsc_line line;
    size_t used;

    for (int at = unit->start; at < unit->start + unit->length; at += (int)used) {
        used = fsc_line_next(unit_bytes(view, at), true, &line);
        if (used == 0)
            return;
        show_text(tree, view, at, &line);
        show_line_flags(tree, view, at, &line);
    }
}

/* Of a reply that is longer than one tree holds. */
static bool is_part(const struct unit *unit)
{
    return (unit->first != NULL && unit->first->code != 0 && (unit->first->flags & FSC_NOTE_FIRST) == 0) ||
           (unit->last != NULL && unit->last->code != 0 && (unit->last->flags & FSC_NOTE_LAST) == 0);
}

static void show_reply(proto_tree *tree, const struct view *view, const struct unit *unit)
{
    const struct line *last = unit->last;
    const struct exchange *exchange = last != NULL ? last->exchange : NULL;
    struct fsc_reply reply;

    fsc_reply_parse(unit->first_text.text, &reply);
    field_flag(tree, FIELD_RESPONSE, view->tvb, true);
    if (reply.code != 0)
        proto_tree_add_uint(tree, field_hf(FIELD_CODE), view->tvb, unit->start, 3, reply.code);
    else if (last != NULL && last->code != 0)
        field_number(tree, FIELD_CODE, view->tvb, last->code);
    field_flag(tree, FIELD_PART, view->tvb, is_part(unit));
    show_reply_texts(tree, view, unit);
    if (last == NULL) {
        show_code(tree, view, reply.code);
        return;
    }
    bool greets = (last->flags & FSC_NOTE_GREETING) != 0;
    show_explanation(tree, view, last);
    field_words(tree, FIELD_OUTCOME, view->tvb, outcome_name(last->outcome));
    field_flag(tree, FIELD_GREETING, view->tvb, greets);
    field_flag(tree, FIELD_UNSOLICITED, view->tvb, !greets && (last->flags & FSC_NOTE_UNSOLICITED) != 0);
    field_flag(tree, FIELD_ILLEGAL, view->tvb, (last->flags & FSC_NOTE_ILLEGAL) != 0);
    show_state(tree, view, unit->first != NULL ? unit->first : last);
    if (exchange == NULL)
        return;
    if (exchange->verb != FSC_VERB_NONE) {
        field_text(tree, FIELD_COMMAND, view->tvb, 0, 0, info_verb(view->pinfo, exchange));
        field_frame(tree, FIELD_RESPONSE_TO, view->tvb, exchange->command_frame);
    }
    if (exchange->replies != NULL && exchange->replies->frame == last->frame)
        field_seconds(tree, FIELD_TIME, view->tvb, exchange->latency_ns);
    show_announcement(tree, view, exchange);
    show_path_from_data(tree, view, unit->first != NULL ? unit->first : last, exchange);
    info_transfer_fields(tree, view->tvb, view->pinfo, exchange);
}

static void show_tree(proto_tree *tree, const struct view *view, const struct unit *unit, const char *words)
{
    proto_item *item = proto_tree_add_item(tree, proto_ftpscope, view->tvb, unit->start, unit->length, ENC_NA);
    proto_tree *branch = proto_item_add_subtree(item, fields_tree());

    proto_item_set_text(item, "FTP %s: %s", view->from_server ? "reply" : "command", words);
    if (view->from_server)
        show_reply(branch, view, unit);
    else
        show_command(branch, view, unit);
}

/* For who follows the conversation. */
static tvbuff_t *followed_text(const struct view *view, const struct unit *unit)
{
    wmem_strbuf_t *text = wmem_strbuf_new(view->pinfo->pool, "");
    struct fsc_line line;
    size_t used;

    for (int at = unit->start; at < unit->start + unit->length; at += (int)used) {
        used = fsc_line_next(unit_bytes(view, at), true, &line);
        struct fsc_span shown = unit_shown(unit_line(view, at), &line);
        wmem_strbuf_append_len(text, (const char *)shown.p, shown.n);
        wmem_strbuf_append(text, "\r\n");
    }
    guint length = (guint)wmem_strbuf_get_len(text);
    return tvb_new_child_real_data(view->tvb, (const guint8 *)wmem_strbuf_get_str(text), length, (gint)length);
}

void control_show_part(proto_tree *tree, const struct view *view, int offset, int length, uint32_t whole_in)
{
    const char *what = view->from_server ? "reply" : "command";
    const char *where = whole_in != 0 ? wmem_strdup_printf(view->pinfo->pool, ", whole in frame %u", whole_in) : "";

    if (view->columns && offset == 0) /* behind another it is no news: TCP says nothing of such either */
        info_append(view->pinfo, wmem_strdup_printf(view->pinfo->pool, "Part of a %s%s", what, where));
    if (!fields_wanted(tree, proto_ftpscope))
        return;
    proto_item *item = proto_tree_add_item(tree, proto_ftpscope, view->tvb, offset, length, ENC_NA);
    proto_item_set_text(item, "FTP: part of a %s", what);
    field_frame(proto_item_add_subtree(item, fields_tree()), FIELD_WHOLE_IN, view->tvb, whole_in);
}

void control_show(proto_tree *tree, const struct view *view, const struct unit *unit)
{
    bool wanted = fields_wanted(tree, proto_ftpscope);

    if (wanted || view->columns) {
        char *words = view->from_server ? info_of_reply(view->pinfo, unit_shown(unit->first, &unit->first_text),
                                                        unit->lines, unit->last)
                                        : info_of_command(view->pinfo, &unit->first_text, unit->first);
        info_append(view->pinfo, words);
        if (wanted)
            show_tree(tree, view, unit, words);
    }
    struct builtin_unit shown = {.tvb = view->tvb,
                                 .start = unit->start,
                                 .length = unit->length,
                                 .from_server = view->from_server,
                                 .late = view->withheld || gathered_was_not_asked(view->flow, view->pinfo),
                                 .server_port = view->from_server ? view->pinfo->srcport : view->pinfo->destport,
                                 .text = unit->first_text.text,
                                 .line_flags = unit->first_text.flags,
                                 .session = view->flow != NULL ? view->flow->session : NULL,
                                 .first = unit->first,
                                 .last = unit->last};
    tap_control(view->pinfo, &shown, unit->hides ? followed_text(view, unit) : NULL);
    if (ftpscope_preferences.call_builtin)
        builtin_show_control(view->pinfo, tree, &shown);
}
