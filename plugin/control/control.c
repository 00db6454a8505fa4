/*
 * control.c - control connections: TCP's bytes cut into whole commands and whole replies, each shown as one tree. What
 * a line means was found out by the pipeline; here it is looked up by the line's position in the stream.
 */
#include "plugin/control/control.h"

#include "plugin/claim.h"
#include "plugin/control/control_tree.h"
#include "plugin/control/gathered.h"
#include "plugin/control/shown.h"
#include "plugin/info.h"
#include "plugin/packets.h"
#include "plugin/plugin.h"

enum { PORT_FTP = 21, TCP_FIN = 1 };

static dissector_handle_t control_handle, decrypted_handle, tls_handle;
static dissector_table_t tcp_ports;

/* ---- whose packets they are ---- */

bool control_has_port(uint16_t port)
{
    return dissector_get_uint_handle(tcp_ports, port) == control_handle;
}

/* ---- a call of TCP ---- */

static bool start_tls(const struct view *view, const struct unit *unit)
{
    if (unit->last == NULL || (unit->last->flags & FSC_NOTE_TLS) == 0)
        return false;
    if (!PINFO_FD_VISITED(view->pinfo) && !view->quoted && tls_handle != NULL) {
        ssl_starttls_ack(tls_handle, view->pinfo, decrypted_handle);
        claim_lines_before_tls(view->flow, view->pinfo->num + 1);
    }
    return true;
}

/* Of this packet, by an earlier call or what TCP kept. */
static bool words_begun(void)
{
    struct store *store = store_get();
    return store != NULL && store_begin_words(store);
}

/* With the first words: where TCP is asked for more, its own stay. */
static void begin_columns(struct view *view)
{
    if (view->begun)
        return;
    view->begun = true;
    view->columns = col_get_writable(view->pinfo->cinfo, COL_INFO);
    if (!view->columns || (words_begun() && view->before == NULL))
        return;
    col_set_str(view->pinfo->cinfo, COL_PROTOCOL, "FTP");
    col_clear(view->pinfo->cinfo, COL_INFO);
    if (view->before != NULL)
        col_add_str(view->pinfo->cinfo, COL_INFO, view->before);
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

/* May the segments to come bring what is missing? */
static bool has_more(const struct view *view, int offset)
{
    guint length = tvb_captured_length(view->tvb);
    return !view->ends && length == tvb_reported_length(view->tvb) && (int)length - offset < UNIT_MAX;
}

/* Behind bytes that did not come, or not yet, the pipeline waits, and it reads no quotation: what begins there may be
 * the end of a password. Of the server's words only later passes know that they are no line. */
static bool may_be_torn(const struct view *view, const struct unit *unit)
{
    bool placed = view->flow != NULL && view->positioned && !view->decrypted && !view->flow->tls;
    struct fsc_command command;

    if (unit->first != NULL || !(view->quoted || (placed && unit->start == 0)))
        return false;
    if (view->from_server)
        return PINFO_FD_VISITED(view->pinfo);
    fsc_command_parse(unit->first_text.text, &command);
    return command.verb == FSC_VERB_UNKNOWN;
}

static void note_shown(const struct view *view, const struct unit *unit)
{
    if (PINFO_FD_VISITED(view->pinfo) || view->quoted)
        return;
    gathered_stop_waiting(view, unit->start);
    shown_handed_on(view, unit);
}

/* Does TLS begin behind it? */
static bool show_unit(proto_tree *tree, struct view *view, const struct unit *unit)
{
    bool tls = start_tls(view, unit);

    begin_columns(view);
    note_shown(view, unit);
    if (may_be_torn(view, unit))
        control_show_part(tree, view, unit->start, unit->length, 0);
    else
        control_show(tree, view, unit);
    return tls;
}

/* Returns how many bytes of the buffer are of a command or reply that is not whole in it; 0: this one is. */
static int dissect_gathered(proto_tree *tree, struct view *view, int offset, bool *tls)
{
    struct gathered_piece piece;
    struct unit unit;
    enum gathered how = gathered_at(view, offset, &piece);

    if (how != GATHERED_NOT)
        begin_columns(view);
    switch (how) {
    case GATHERED_PART:
        control_show_part(tree, view, offset, piece.used, piece.whole_in);
        break;
    case GATHERED_WHOLE:
        piece.view.begun = true;
        piece.view.columns = view->columns;
        unit_measure(&piece.view, 0, &unit);
        if (unit.length != (int)tvb_captured_length(piece.view.tvb))
            unit_measure_rest(&piece.view, 0, &unit);
        *tls = show_unit(tree, &piece.view, &unit);
        break;
    case GATHERED_NOT:
        break;
    }
    return piece.used;
}

/* What is shown by itself, or was in the first pass, is measured no further. 0: all of it */
static void measure_again(const struct view *view, int length, struct unit *unit)
{
    struct view part = *view;

    if (length == 0 || length >= unit->length)
        return;
    part.tvb = tvb_new_subset_length(view->tvb, 0, unit->start + length);
    unit_measure(&part, unit->start, unit);
}

/* Returns how many bytes were shown; 0: TCP was asked for more. */
static int dissect_unit(proto_tree *tree, struct view *view, int offset, bool *tls)
{
    struct unit unit;
    int gathered = dissect_gathered(tree, view, offset, tls);

    if (gathered > 0)
        return gathered;
    int shown = (int)shown_untold(view, offset);
    unit_measure(view, offset, &unit);
    measure_again(view, shown, &unit);
    if (shown == 0 && !gathered_was_not_asked(view->flow, view->pinfo) && shown_is_withheld(view, &unit))
        return unit.length;
    unit.whole = unit.whole || (shown > 0 && shown <= unit.length);
    bool more = !unit.whole && has_more(view, offset);
    if (more && gathered_may_ask(view, offset)) {
        ask_for_more(view, offset);
        return 0;
    }
    gathered = more ? dissect_gathered(tree, view, offset, tls) : 0;
    if (gathered > 0)
        return gathered;
    if (!unit.whole)
        unit_measure_rest(view, offset, &unit);
    *tls = show_unit(tree, view, &unit);
    return unit.length;
}

static int dissect_lines(proto_tree *tree, struct view *view)
{
    int length = (int)tvb_captured_length(view->tvb), offset = 0;
    bool tls = false;

    while (offset < length) {
        if (tls && unit_line(view, offset) == NULL) /* a handshake already; a line would be injected */
            break;
        tls = false;
        int used = dissect_unit(tree, view, offset, &tls);
        if (used == 0)
            return length;
        offset += used;
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
    size_t length = fsc_tls_record(unit_bytes(view, 0), NULL);
    return tls_handle != NULL && view->flow != NULL && length != FSC_TLS_NOT && length != 0 &&
           unit_line(view, 0) == NULL && !gathered_begun(view);
}

static int hand_to_tls(const struct view *view, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    struct flow *flow = view->flow;

    flow->tls = true;
    if (!PINFO_FD_VISITED(pinfo) && !view->quoted) {
        ssl_starttls_post_ack(tls_handle, pinfo, decrypted_handle);
        claim_lines_before_tls(flow, pinfo->num);
    }
    return call_dissector(tls_handle, tvb, pinfo, tree);
}

/* Bytes of this segment that stand behind what TCP hands on: see ask_for_more. */
static uint32_t held_back(const struct tcpinfo *info, const tvbuff_t *tvb)
{
    int32_t behind = (int32_t)(info->nxtseq - info->seq - tvb_reported_length(tvb));
    return behind > 0 ? (uint32_t)behind : 0;
}

static int dissect_control(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    struct view view = {.tvb = tvb, .pinfo = pinfo, .quoted = packets_is_quoted()};
    const struct tcpinfo *info = data;

    view.flow = view.quoted ? packets_quoted_flow(pinfo, &view.side) : packets_flow(pinfo, &view.side);
    if (view.flow != NULL && view.flow->role != PIPELINE_ROLE_CONTROL)
        view.flow = NULL;
    if (view.flow != NULL && !view.quoted)
        view.flow->handed_in = pinfo->num;
    view.from_server = is_from_server(pinfo, view.flow, view.side);
    if (info != NULL && view.flow != NULL)
        view.sequenced = packets_sequence(pinfo, view.flow, view.side, info->seq, &view.seq);
    if (view.sequenced)
        view.positioned = flow_position(view.flow, view.side, view.seq, pinfo->num, &view.pos);
    if (info != NULL) {
        view.ends = (info->flags & TCP_FIN) != 0;
        view.held_back = held_back(info, tvb);
    }
    if (is_tls(&view))
        return hand_to_tls(&view, tvb, pinfo, tree);
    return dissect_lines(tree, &view);
}

/* ---- what TCP keeps ---- */

/* But for a CR that came with another segment. */
static bool is_all_of(const struct view *view, int offset, const struct line *line)
{
    uint64_t here = tvb_captured_length(view->tvb) - (uint64_t)offset;
    return line->length == here || (!view->from_server && line->length == here + 1);
}

/* The last words of a side, without an end, all of which stand here. Before a hole there are such too: a command's are
 * known by its verb, but those of a reply may be the beginning of a password. */
static bool is_last_words(const struct view *view, int offset)
{
    const struct flow_lines *lines = &view->flow->side[view->side].lines;
    unsigned left;
    const struct line_place *at = flow_lines_from(lines, view->pos + (uint64_t)offset, &left);

    return left > 0 && at->position == view->pos + (uint64_t)offset && (left == 1 || !view->from_server) &&
           (at->line->line_flags & FSC_LINE_UNTERMINATED) != 0 && is_all_of(view, offset, at->line);
}

int control_show_withheld(proto_tree *tree, struct view *view, int offset)
{
    struct unit unit;

    unit_measure(view, offset, &unit);
    measure_again(view, shown_apart(view, offset, unit.length), &unit);
    if (unit.length == 0 && is_last_words(view, offset))
        unit_measure_rest(view, offset, &unit);
    if (unit.length == 0 || unit.first == NULL)
        return 0;
    view->withheld = true;
    begin_columns(view);
    control_show(tree, view, &unit);
    return unit.length;
}

/* ---- inside TLS ---- */

/* How many bytes of whole commands or replies stand at the start of the buffer? By themselves: nothing is known of them
 * yet. */
static size_t whole_units(const struct view *view)
{
    struct unit unit;
    int at = 0, length = (int)tvb_captured_length(view->tvb);

    while (at < length) {
        unit_measure(view, at, &unit);
        if (!unit.whole)
            break;
        at += unit.length;
    }
    return (size_t)at;
}

/* What one side sent with one frame: a piece for each record of TLS. Later passes find them in the same order. */
struct pieces {
    unsigned count;    /* that the pipeline has read */
    const char *words; /* in the column, of all before: TLS writes there too */
};

static struct pieces *pieces_of(packet_info *pinfo, const struct view *view)
{
    uint32_t sender = view->flow != NULL ? (uint32_t)(view->flow->id * 2) + (uint32_t)view->side : 0;
    struct pieces *pieces = p_get_proto_data(pinfo->pool, pinfo, proto_ftpscope, sender);

    if (pieces == NULL) {
        pieces = wmem_new0(pinfo->pool, struct pieces);
        p_add_proto_data(pinfo->pool, pinfo, proto_ftpscope, sender, pieces);
    }
    return pieces;
}

/* The pipeline reads it first, as it read the bytes of a clear connection before TCP handed them on. */
static void read_decrypted(struct view *view, struct pieces *pieces)
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
    view->positioned = flow_decrypted_position(view->flow, view->side, view->pinfo->num, pieces->count++, &view->pos);
}

static int dissect_decrypted(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    struct view view = {.tvb = tvb, .pinfo = pinfo};

    (void)data;
    view.flow = packets_flow(pinfo, &view.side);
    if (view.flow != NULL && view.flow->role != PIPELINE_ROLE_CONTROL)
        view.flow = NULL;
    view.from_server = is_from_server(pinfo, view.flow, view.side);
    struct pieces *pieces = pieces_of(pinfo, &view);
    if (view.flow != NULL)
        read_decrypted(&view, pieces);
    view.before = pieces->words;
    int used = dissect_lines(tree, &view);
    if (view.columns)
        pieces->words = wmem_strdup(pinfo->pool, col_get_text(pinfo->cinfo, COL_INFO));
    return used;
}

void control_register(void)
{
    control_handle = register_dissector("ftpscope", dissect_control, proto_ftpscope);
    decrypted_handle = register_dissector("ftpscope_decrypted", dissect_decrypted, proto_ftpscope);
}

void control_handoff(void)
{
    tls_handle = find_dissector("tls");
    tcp_ports = find_dissector_table("tcp.port");
    dissector_add_uint_with_preference("tcp.port", PORT_FTP, control_handle);
    ssl_dissector_add(CONTROL_PORT_TLS, decrypted_handle);
}
