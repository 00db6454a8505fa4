/* data.c - see data.h. */
#include "plugin/data.h"

#include "plugin/builtin/builtin.h"
#include "plugin/fields.h"
#include "plugin/info.h"
#include "plugin/packets.h"
#include "plugin/plugin.h"
#include "plugin/segment.h"
#include "plugin/tools/objects.h"

static dissector_handle_t data_handle, decrypted_handle, tls_handle;

/* One packet of a data connection. */
struct piece {
    struct flow *flow;
    bool placed;       /* position is known */
    uint64_t position; /* of its first byte in the connection */
    uint32_t bytes;
};

/* Where in the file it stands: behind the offset of REST. With MODE B, C or Z, and with TLS, the connection holds more
 * than the file. */
static void show_place(proto_tree *tree, tvbuff_t *tvb, const struct piece *piece,
                       const struct fsc_transfer_setup *setup)
{
    uint64_t expected = setup != NULL ? setup->expected_bytes : 0;

    field_number(tree, FIELD_DATA_POSITION, tvb, piece->position);
    if (setup == NULL || setup->mode != 'S' || piece->flow->tls_data)
        return;
    field_number(tree, FIELD_DATA_FILE_OFFSET, tvb, setup->offset + piece->position);
    if (!setup->size_is_rest)
        expected -= MIN(expected, setup->offset);
    if (setup->expected_from != FSC_SIZE_NONE && expected > 0)
        field_percent(tree, FIELD_DATA_PROGRESS, tvb,
                      100.0 * (double)(piece->position + piece->bytes) / (double)expected);
}

static void show_tree(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const struct piece *piece, const char *words)
{
    const struct flow *flow = piece->flow;
    const struct exchange *exchange = flow->session != NULL ? session_exchange(flow->session, flow->tx) : NULL;
    proto_item *item = proto_tree_add_item(tree, proto_ftpscope_data, tvb, 0, -1, ENC_NA);
    proto_tree *branch = proto_item_add_subtree(item, fields_tree());

    proto_item_set_text(item, "FTP data: %s", words);
    if (flow->session != NULL)
        packets_show_session(branch, tvb, flow->session->number);
    if (piece->placed)
        show_place(branch, tvb, piece, exchange != NULL ? exchange->parameters : NULL);
    if (exchange == NULL)
        return;
    field_text(branch, FIELD_COMMAND, tvb, 0, 0, info_verb(pinfo, exchange));
    const struct transfer_result *result = exchange->transfer;
    if (result != NULL && info_is_known(pinfo, result->known_frame))
        field_text(branch, FIELD_PATH, tvb, 0, 0, result->record.path);
    else
        field_text(branch, FIELD_PATH, tvb, 0, 0, exchange->path);
    info_transfer_fields(branch, tvb, pinfo, exchange);
}

static int show_data(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct piece *piece)
{
    bool columns = col_get_writable(pinfo->cinfo, COL_INFO);
    struct flow *flow = piece->flow;
    int length = (int)tvb_captured_length(tvb);

    if (flow == NULL || !flow->tls_data)
        col_set_str(pinfo->cinfo, COL_PROTOCOL, "FTP-DATA");
    if (ftpscope_preferences.call_builtin && (flow == NULL || !flow->tls_data)) {
        builtin_show_data(pinfo, tree, tvb, flow);
        builtin_count_data(pinfo, tree, tvb, flow);
        builtin_show_text(pinfo, tree, tvb);
    }
    bool wanted = fields_wanted(tree, proto_ftpscope) || fields_wanted(tree, proto_ftpscope_data);
    if (flow == NULL || flow->role != PIPELINE_ROLE_DATA || (!wanted && !columns))
        return length;
    const char *words = info_of_data(pinfo, flow, piece->bytes);
    if (!flow->tls_data)
        col_add_str(pinfo->cinfo, COL_INFO, words);
    if (wanted)
        show_tree(tree, tvb, pinfo, piece, words);
    return length;
}

/* TLS begins with the first byte of a data connection, if at all. The connection stays ours: TLS is called, not left to
 * it. */
static void look_for_tls(tvbuff_t *tvb, packet_info *pinfo, struct flow *flow)
{
    struct fsc_span head = {tvb_get_ptr(tvb, 0, (int)tvb_captured_length(tvb)), tvb_captured_length(tvb)};

    if (PINFO_FD_VISITED(pinfo) || flow->looked_for_tls)
        return;
    flow->looked_for_tls = true;
    size_t length = fsc_tls_record(head, NULL);
    flow->tls_data = tls_handle != NULL && length != FSC_TLS_NOT && length != 0;
    if (!flow->tls_data)
        return;
    store_tls_data(store_get());
    ssl_starttls_post_ack(tls_handle, pinfo, decrypted_handle);
    conversation_set_dissector_from_frame_number(flow->conversation, pinfo->num, data_handle);
}

/* The words of TLS, and behind them ours; where it was decrypted they are ours by then. */
static void call_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, struct flow *flow, void *data)
{
    guint16 can_desegment = pinfo->can_desegment;

    pinfo->can_desegment = (guint16)(can_desegment > 0 ? can_desegment + 1 : 0); /* one is taken off at each level */
    call_dissector_with_data(tls_handle, tvb, pinfo, tree, data);
    pinfo->can_desegment = can_desegment;
    const char *words = col_get_text(pinfo->cinfo, COL_INFO);

    if (words != NULL && !g_str_has_prefix(words, info_of_flow(pinfo, flow)))
        col_append_fstr(pinfo->cinfo, COL_INFO, " (%s)", info_of_flow(pinfo, flow));
}

/* A part of a record is shown with the segment that ends it. */
static int show_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct piece *piece, void *data)
{
    call_tls(tvb, pinfo, tree, piece->flow, data);
    if (pinfo->desegment_len == 0)
        show_data(tvb, pinfo, tree, piece);
    return (int)tvb_captured_length(tvb);
}

static int dissect_data(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct tcpinfo *info = data;
    struct piece piece = {.bytes = tvb_reported_length(tvb)};
    int side = 0;

    bool quoted = packets_is_quoted();
    piece.flow = quoted ? packets_quoted_flow(pinfo, &side) : packets_flow(pinfo, &side);
    if (piece.flow == NULL || piece.flow->role != PIPELINE_ROLE_DATA)
        return show_data(tvb, pinfo, tree, &piece);
    if (info != NULL)
        piece.placed = packets_position(pinfo, piece.flow, side, info->seq, &piece.position);
    if (piece.placed && !PINFO_FD_VISITED(pinfo) && !quoted)
        flow_pass(piece.flow, side, info->seq + piece.flow->side[side].tcp_base, pinfo->num, piece.position);
    if (piece.flow->conversation != NULL && !quoted)
        look_for_tls(tvb, pinfo, piece.flow);
    return piece.flow->tls_data ? show_tls(tvb, pinfo, tree, &piece, data) : show_data(tvb, pinfo, tree, &piece);
}

/* What the packet is stands there already; this is what it holds. */
static int dissect_decrypted(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    int side = 0;
    struct flow *flow = packets_flow(pinfo, &side);

    (void)data;
    objects_decrypted(tvb, pinfo, flow, side);
    if (flow != NULL && col_get_writable(pinfo->cinfo, COL_INFO))
        col_add_str(pinfo->cinfo, COL_INFO, info_of_data(pinfo, flow, tvb_reported_length(tvb)));
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "FTP-DATA");
    if (ftpscope_preferences.call_builtin)
        builtin_show_text(pinfo, tree, tvb);
    return (int)tvb_captured_length(tvb);
}

void data_segment(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    struct segment segment;
    int side = 0;

    if (!ftpscope_preferences.call_builtin || !segment_read(tvb, &segment) || segment.reported == 0)
        return;
    struct flow *flow = packets_flow(pinfo, &side);
    if (flow == NULL || flow->role != PIPELINE_ROLE_DATA || !flow->tls_data || packets_is_repeated(pinfo, flow))
        return;
    tvbuff_t *payload = tvb_new_subset_remaining(tvb, (gint)segment.header);
    builtin_show_data(pinfo, tree, payload, flow);
    gboolean columns = col_get_writable(pinfo->cinfo, COL_PROTOCOL);
    col_set_writable(pinfo->cinfo, COL_PROTOCOL, FALSE); /* it is TLS that stands there */
    builtin_count_data(pinfo, tree, payload, flow);
    col_set_writable(pinfo->cinfo, COL_PROTOCOL, columns);
}

bool data_show_withheld(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, struct flow *flow, int side)
{
    struct piece piece = {.flow = flow};
    struct segment segment;

    if (flow->role != PIPELINE_ROLE_DATA || !flow->claimed || flow->tls_data || !segment_read(tvb, &segment) ||
        segment.captured == 0)
        return false;
    tvbuff_t *payload = tvb_new_subset_remaining(tvb, (gint)segment.header);
    piece.bytes = segment.reported;
    piece.placed = flow_position(flow, side, segment.seq, pinfo->num, &piece.position);
    show_tree(tree, payload, pinfo, &piece, info_of_data(pinfo, flow, piece.bytes));
    return true;
}

void data_handoff(void)
{
    data_handle = register_dissector("ftpscope_data", dissect_data, proto_ftpscope_data);
    decrypted_handle = register_dissector("ftpscope_data_decrypted", dissect_decrypted, proto_ftpscope_data);
    tls_handle = find_dissector("tls");
}
