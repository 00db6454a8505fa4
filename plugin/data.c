/* data.c - see data.h. */
#include "plugin/data.h"

#include "plugin/builtin.h"
#include "plugin/fields.h"
#include "plugin/info.h"
#include "plugin/packets.h"
#include "plugin/plugin.h"

static dissector_handle_t data_handle, decrypted_handle, tls_handle;

static void show_tree(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const struct flow *flow, const char *words)
{
    const struct exchange *exchange = flow->session != NULL ? session_exchange(flow->session, flow->tx) : NULL;
    proto_item *item = proto_tree_add_item(tree, proto_ftpscope_data, tvb, 0, -1, ENC_NA);
    proto_tree *branch = proto_item_add_subtree(item, fields_tree());

    proto_item_append_text(item, ": %s", words);
    if (flow->session != NULL)
        field_number(branch, FIELD_SESSION, tvb, flow->session->number);
    if (exchange == NULL)
        return;
    field_text(branch, FIELD_COMMAND, tvb, 0, 0, exchange->verb_text);
    info_transfer_fields(branch, tvb, pinfo, exchange);
}

static int show_data(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, struct flow *flow)
{
    bool columns = col_get_writable(pinfo->cinfo, COL_INFO);
    int length = (int)tvb_captured_length(tvb);

    if (ftpscope_preferences.call_builtin)
        builtin_show_data(pinfo, tree, tvb, flow);
    if (flow == NULL || flow->role != PIPELINE_ROLE_DATA || (tree == NULL && !columns))
        return length;
    const char *words = info_of_data(pinfo, flow, tvb_reported_length(tvb));
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "FTP-DATA");
    col_add_str(pinfo->cinfo, COL_INFO, words);
    if (tree != NULL)
        show_tree(tree, tvb, pinfo, flow, words);
    return length;
}

/* TLS begins with the first byte of a data connection, if at all. */
static bool begins_with_tls(tvbuff_t *tvb, const packet_info *pinfo, struct flow *flow)
{
    struct fsc_span head = {tvb_get_ptr(tvb, 0, (int)tvb_captured_length(tvb)), tvb_captured_length(tvb)};

    if (PINFO_FD_VISITED(pinfo) || flow->looked_for_tls)
        return false;
    flow->looked_for_tls = true;
    size_t length = fsc_tls_record(head, NULL);
    return tls_handle != NULL && length != FSC_TLS_NOT && length != 0;
}

static int dissect_data(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    int side = 0;
    struct flow *flow = packets_flow(pinfo, &side);

    (void)data;
    if (flow == NULL || flow->role != PIPELINE_ROLE_DATA || !begins_with_tls(tvb, pinfo, flow))
        return show_data(tvb, pinfo, tree, flow);
    ssl_starttls_post_ack(tls_handle, pinfo, decrypted_handle);
    return call_dissector(tls_handle, tvb, pinfo, tree);
}

static int dissect_decrypted(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    int side = 0;

    (void)data;
    return show_data(tvb, pinfo, tree, packets_flow(pinfo, &side));
}

void data_claim(conversation_t *conversation, uint32_t frame)
{
    if (conversation_get_dissector(conversation, frame) != data_handle)
        conversation_set_dissector(conversation, data_handle);
}

void data_handoff(void)
{
    data_handle = register_dissector("ftpscope_data", dissect_data, proto_ftpscope_data);
    decrypted_handle = register_dissector("ftpscope_data_decrypted", dissect_decrypted, proto_ftpscope_data);
    tls_handle = find_dissector("tls");
}
