/*
 * control.c - control connections: TCP's bytes cut into whole commands and whole replies, each shown as one tree. What
 * a line means was found out by the pipeline; here it is looked up by the line's position in the stream.
 */
#include "plugin/control.h"

#include <string.h>

#include "plugin/builtin.h"
#include "plugin/fields.h"
#include "plugin/info.h"
#include "plugin/packets.h"
#include "plugin/plugin.h"
#include "plugin/tap.h"

enum {
    PORT_FTP = 21,
    PORT_FTPS = 990,
    /* Bytes that TCP is asked to keep for one reply; a longer one is shown in parts. Servers' longest help and FEAT
     * texts have some kilobytes. Each further segment is a new look at all of it. */
    UNIT_MAX = FSC_LINE_MAX,
};

static dissector_handle_t control_handle, decrypted_handle, tls_handle;

/* One call's view of a control connection. */
struct view {
    tvbuff_t *tvb;
    packet_info *pinfo;
    struct flow *flow; /* NULL: the pipeline knows nothing of it, lines are shown as they are */
    int side;
    bool from_server, decrypted;
    bool positioned, columns; /* columns: somebody reads them */
    uint64_t pos;             /* of the buffer's first byte, with `positioned` */
    uint32_t held_back;       /* bytes of this segment that TCP keeps behind the buffer */
};

/* A command or a whole reply in the buffer. */
struct unit {
    int start, length;
    unsigned lines;
    bool whole, hides;          /* hides: some line of it is not shown as it is */
    struct line *first, *last;  /* what is known of its first and last line, or NULL */
    struct fsc_line first_text; /* its first line, without Telnet */
};

static struct fsc_span bytes_at(const struct view *view, int offset)
{
    size_t n = tvb_captured_length(view->tvb) - (size_t)offset;
    return (struct fsc_span){n > 0 ? tvb_get_ptr(view->tvb, offset, (int)n) : NULL, n};
}

static struct line *line_at(const struct view *view, int offset)
{
    return view->flow != NULL && view->positioned
               ? flow_line(view->flow, view->side, view->decrypted, view->pos + (uint64_t)offset)
               : NULL;
}

/* What may be shown of a reply's line. */
static struct fsc_span shown_text(const struct line *known, struct fsc_span text)
{
    return known != NULL && known->shown != NULL && !ftpscope_preferences.show_secrets ? *known->shown : text;
}

/* ---- where a command or a reply ends ---- */

/* Without knowing what came before: a reply goes on while its lines do not begin with its code and a blank. */
static bool closes(struct fsc_span text, uint16_t code)
{
    struct fsc_reply reply;

    fsc_reply_parse(text, &reply);
    return code == 0 || (reply.code == code && !reply.more);
}

static bool is_last_line(const struct line *known, struct fsc_span text, uint16_t code)
{
    return known != NULL ? (known->flags & FSC_NOTE_LAST) != 0 || known->code == 0 : closes(text, code);
}

static bool begins_another(const struct line *known)
{
    return known != NULL && (known->flags & FSC_NOTE_FIRST) != 0;
}

static void hand_on(struct line *known)
{
    if (known != NULL)
        known->handed_on = true;
}

static void take_first(const struct view *view, const struct fsc_line *line, struct unit *unit)
{
    size_t room = line->text.n + 1;

    unit->first_text = *line;
    if ((line->flags & FSC_LINE_TELNET) != 0)
        unit->first_text.text = fsc_telnet_strip(line->text, wmem_alloc(view->pinfo->pool, room), room);
}

static void measure(const struct view *view, int start, struct unit *unit)
{
    struct fsc_line line;
    struct fsc_reply reply = {.code = 0};
    int at = start;
    size_t used;

    *unit = (struct unit){.start = start};
    while ((used = fsc_line_next(bytes_at(view, at), false, &line)) != 0) {
        struct line *known = line_at(view, at);
        if (at == start) {
            unit->first = known;
            take_first(view, &line, unit);
            fsc_reply_parse(line.text, &reply);
        } else if (begins_another(known)) {
            unit->whole = true; /* the server never ended it */
            break;
        }
        unit->last = known;
        hand_on(known);
        unit->lines++;
        unit->hides = unit->hides || shown_text(known, line.text).p != line.text.p;
        at += (int)used;
        if (!view->from_server || is_last_line(known, line.text, reply.code) || at - start >= UNIT_MAX) {
            unit->whole = true;
            break;
        }
    }
    unit->length = at - start;
}

/* What has no end: the rest of the connection, of the capture, or of what is kept. */
static void measure_rest(const struct view *view, int start, struct unit *unit)
{
    struct fsc_span rest = bytes_at(view, start);
    struct fsc_line line;

    (void)fsc_line_next(rest, true, &line);
    *unit = (struct unit){.start = start, .length = (int)rest.n};
    take_first(view, &line, unit);
    unit->first = unit->last = line_at(view, start);
    hand_on(unit->first);
    unit->whole = true;
}

/* ---- what is shown of them ---- */

static void show_telnet(proto_tree *tree, const struct view *view, int offset, size_t n)
{
    struct fsc_span line = bytes_at(view, offset);

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

static void show_command(proto_tree *tree, const struct view *view, const struct unit *unit)
{
    struct fsc_command command;
    const struct exchange *exchange = unit->first != NULL ? unit->first->exchange : NULL;
    int offset = unit->start;

    fsc_command_parse(unit->first_text.text, &command);
    bool secret = exchange != NULL ? exchange->secret : (command.flags & FSC_COMMAND_SECRET) != 0;
    field_flag(tree, FIELD_REQUEST, view->tvb, true);
    info_command_fields(tree, view->tvb, offset, &unit->first_text, &command, secret);
    show_line_flags(tree, view, offset, &unit->first_text);
    if (unit->first == NULL)
        return;
    field_flag(tree, FIELD_PIPELINED, view->tvb, (unit->first->flags & FSC_NOTE_PIPELINED) != 0);
    show_state(tree, view, unit->first);
    if (exchange == NULL)
        return;
    show_announcement(tree, view, exchange);
    show_links(tree, view, exchange);
    if (unit->first->path.n == 0 && exchange->transfer != NULL &&
        info_is_known(view->pinfo, exchange->transfer->known_frame))
        field_text(tree, FIELD_PATH, view->tvb, 0, 0, exchange->transfer->record.path); /* STOU */
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

/* Whatever the code means by itself: what it answers is not known (Decode As). */
static void show_code(proto_tree *tree, const struct view *view, uint16_t code)
{
    const struct fsc_code_info *info = fsc_code_info(code);

    if (info == NULL)
        return;
    field_words(tree, FIELD_TITLE, view->tvb, info->title);
    field_paragraph(tree, FIELD_MEANING, view->tvb, info->meaning);
}

static void show_reply_texts(proto_tree *tree, const struct view *view, const struct unit *unit)
{
    struct fsc_line line;
    struct fsc_reply reply;
    size_t used;

    for (int at = unit->start; at < unit->start + unit->length; at += (int)used) {
        used = fsc_line_next(bytes_at(view, at), true, &line);
        if (used == 0)
            return;
        struct fsc_span shown = shown_text(line_at(view, at), line.text);
        fsc_reply_parse(shown, &reply);
        struct fsc_span text = reply.code != 0 ? reply.text : shown;
        int offset = at + (int)(text.p - shown.p);
        field_text(tree, FIELD_TEXT, view->tvb, offset, (int)MIN(text.n, line.text.n), text);
        show_line_flags(tree, view, at, &line);
    }
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
    show_reply_texts(tree, view, unit);
    if (last == NULL) {
        show_code(tree, view, reply.code);
        return;
    }
    show_explanation(tree, view, last);
    field_words(tree, FIELD_OUTCOME, view->tvb, outcome_name(last->outcome));
    field_flag(tree, FIELD_GREETING, view->tvb, (last->flags & FSC_NOTE_GREETING) != 0);
    field_flag(tree, FIELD_UNSOLICITED, view->tvb, (last->flags & FSC_NOTE_UNSOLICITED) != 0);
    field_flag(tree, FIELD_ILLEGAL, view->tvb, (last->flags & FSC_NOTE_ILLEGAL) != 0);
    show_state(tree, view, unit->first != NULL ? unit->first : last);
    if (exchange == NULL)
        return;
    if (exchange->verb != FSC_VERB_NONE) {
        field_text(tree, FIELD_COMMAND, view->tvb, 0, 0, info_verb(exchange));
        field_frame(tree, FIELD_RESPONSE_TO, view->tvb, exchange->command_frame);
    }
    if (exchange->replies != NULL && exchange->replies->frame == last->frame)
        field_seconds(tree, FIELD_TIME, view->tvb, exchange->latency_ns);
    show_announcement(tree, view, exchange);
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
        used = fsc_line_next(bytes_at(view, at), true, &line);
        struct fsc_span shown = shown_text(line_at(view, at), line.text);
        wmem_strbuf_append_len(text, (const char *)shown.p, shown.n);
        wmem_strbuf_append(text, "\r\n");
    }
    guint length = (guint)wmem_strbuf_get_len(text);
    return tvb_new_child_real_data(view->tvb, (const guint8 *)wmem_strbuf_get_str(text), length, (gint)length);
}

static void show_unit(proto_tree *tree, const struct view *view, const struct unit *unit)
{
    bool wanted = fields_wanted(tree, proto_ftpscope);

    if (wanted || view->columns) {
        char *words = view->from_server ? info_of_reply(view->pinfo, shown_text(unit->first, unit->first_text.text),
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

/* ---- a call of TCP ---- */

static bool start_tls(const struct view *view, const struct unit *unit)
{
    if (unit->last == NULL || (unit->last->flags & FSC_NOTE_TLS) == 0)
        return false;
    if (!PINFO_FD_VISITED(view->pinfo) && tls_handle != NULL)
        ssl_starttls_ack(tls_handle, view->pinfo, decrypted_handle);
    return true;
}

/* An earlier call of this frame may have filled the column. */
static void begin_columns(struct view *view)
{
    view->columns = col_get_writable(view->pinfo->cinfo, COL_INFO);
    if (!view->columns)
        return;
    col_set_str(view->pinfo->cinfo, COL_PROTOCOL, "FTP");
    col_clear(view->pinfo->cinfo, COL_INFO);
}

/* From Wireshark 4.2 on, when a segment of a longer reply came twice, TCP hands on one byte of the next segment and
 * keeps the others until yet another comes, unless it is asked for just as many. */
static void ask_for_more(const struct view *view, int offset)
{
    view->pinfo->desegment_offset = offset;
    view->pinfo->desegment_len = view->held_back > 0 ? view->held_back : DESEGMENT_ONE_MORE_SEGMENT;
    if (view->held_back > 0 && offset == 0)
        UNCOUNT_LAYER(view->pinfo);
}

static int dissect_lines(proto_tree *tree, struct view *view)
{
    int length = (int)tvb_captured_length(view->tvb), offset = 0;
    struct unit unit;

    begin_columns(view);
    while (offset < length) {
        measure(view, offset, &unit);
        bool more = view->pinfo->can_desegment && tvb_captured_length(view->tvb) == tvb_reported_length(view->tvb) &&
                    length - offset < UNIT_MAX;
        if (!unit.whole && more) {
            ask_for_more(view, offset);
            return length;
        }
        if (!unit.whole)
            measure_rest(view, offset, &unit);
        bool tls = start_tls(view, &unit);
        show_unit(tree, view, &unit);
        offset += unit.length;
        if (tls && offset < length && line_at(view, offset) == NULL) /* a handshake already; a line would be injected */
            break;
    }
    return offset;
}

static bool is_from_server(const packet_info *pinfo, const struct flow *flow, int side)
{
    if (flow != NULL && flow->role == PIPELINE_ROLE_CONTROL)
        return flow_from_server(flow, side);
    return pinfo->match_uint != 0 ? pinfo->match_uint == pinfo->srcport : pinfo->srcport < pinfo->destport;
}

/* From the first byte on a port where nobody agreed on TLS, or behind an AUTH that epan did not see. */
static bool is_tls(const struct view *view)
{
    size_t length = fsc_tls_record(bytes_at(view, 0), NULL);
    return tls_handle != NULL && view->flow != NULL && length != FSC_TLS_NOT && length != 0 && line_at(view, 0) == NULL;
}

static int hand_to_tls(const struct view *view, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    struct flow *flow = view->flow;

    flow->tls = true;
    if (!PINFO_FD_VISITED(pinfo))
        ssl_starttls_post_ack(tls_handle, pinfo, decrypted_handle);
    return call_dissector(tls_handle, tvb, pinfo, tree);
}

/* From Wireshark 4.2 on, when a segment of a longer reply came twice, TCP hands on one byte of the next segment and
 * keeps the others until yet another comes, unless it is asked for just as many. */
static uint32_t held_back(const struct tcpinfo *info, const tvbuff_t *tvb)
{
    int32_t behind = (int32_t)(info->nxtseq - info->seq - tvb_reported_length(tvb));
    return behind > 0 ? (uint32_t)behind : 0;
}

static int dissect_control(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    struct view view = {.tvb = tvb, .pinfo = pinfo};
    const struct tcpinfo *info = data;

    view.flow = packets_flow(pinfo, &view.side);
    if (view.flow != NULL && view.flow->role != PIPELINE_ROLE_CONTROL)
        view.flow = NULL;
    view.from_server = is_from_server(pinfo, view.flow, view.side);
    if (info != NULL && view.flow != NULL)
        view.positioned = packets_position(pinfo, view.flow, view.side, info->seq, &view.pos);
    if (info != NULL)
        view.held_back = held_back(info, tvb);
    if (is_tls(&view))
        return hand_to_tls(&view, tvb, pinfo, tree);
    return dissect_lines(tree, &view);
}

/* ---- inside TLS ---- */

/* How many bytes of whole commands or replies stand at the start of the buffer? By themselves: nothing is known of them
 * yet. */
static size_t whole_units(const struct view *view)
{
    struct unit unit;
    int at = 0, length = (int)tvb_captured_length(view->tvb);

    while (at < length) {
        measure(view, at, &unit);
        if (!unit.whole)
            break;
        at += unit.length;
    }
    return (size_t)at;
}

/* Which piece of this frame is it? Later passes find the same pieces in the same order. */
static unsigned next_piece(packet_info *pinfo)
{
    unsigned *count = p_get_proto_data(pinfo->pool, pinfo, proto_ftpscope, 0);

    if (count == NULL) {
        count = wmem_new0(pinfo->pool, unsigned);
        p_add_proto_data(pinfo->pool, pinfo, proto_ftpscope, 0, count);
    }
    return (*count)++;
}

/* The pipeline reads it first, as it read the bytes of a clear connection before TCP handed them on. */
static void read_decrypted(struct view *view)
{
    size_t whole = whole_units(view);

    if (whole == 0)
        return;
    if (!PINFO_FD_VISITED(view->pinfo)) {
        struct store *store = store_get();
        struct fsc_span lines = {tvb_get_ptr(view->tvb, 0, (int)whole), whole};
        if (store != NULL)
            store_decrypted(store, view->flow, view->side, lines, view->pinfo->num, packets_time(view->pinfo));
    }
    view->decrypted = true;
    view->positioned =
        flow_decrypted_position(view->flow, view->side, view->pinfo->num, next_piece(view->pinfo), &view->pos);
}

static int dissect_decrypted(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    struct view view = {.tvb = tvb, .pinfo = pinfo};

    (void)data;
    view.flow = packets_flow(pinfo, &view.side);
    if (view.flow != NULL && view.flow->role != PIPELINE_ROLE_CONTROL)
        view.flow = NULL;
    view.from_server = is_from_server(pinfo, view.flow, view.side);
    if (view.flow != NULL)
        read_decrypted(&view);
    return dissect_lines(tree, &view);
}

void control_readable(struct store *store, packet_info *pinfo, uint16_t source, uint16_t destination)
{
    if (!store_line_read(store, pinfo->num))
        return;
    conversation_t *conversation =
        find_conversation(pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_TCP, source, destination, 0);
    if (conversation != NULL && tls_handle != NULL &&
        conversation_get_dissector(conversation, pinfo->num) == tls_handle)
        conversation_set_dissector_from_frame_number(conversation, pinfo->num, control_handle);
}

void control_claim(conversation_t *conversation, const struct flow *flow, uint32_t frame)
{
    if (flow->session != NULL && conversation_get_dissector(conversation, frame) == NULL)
        conversation_set_dissector(conversation, control_handle);
}

void control_register(void)
{
    control_handle = register_dissector("ftpscope", dissect_control, proto_ftpscope);
    decrypted_handle = register_dissector("ftpscope_decrypted", dissect_decrypted, proto_ftpscope);
}

void control_handoff(void)
{
    tls_handle = find_dissector("tls");
    dissector_add_uint_with_preference("tcp.port", PORT_FTP, control_handle);
    ssl_dissector_add(PORT_FTPS, decrypted_handle);
}
