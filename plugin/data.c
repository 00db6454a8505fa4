/* data.c - see data.h. */
#include "plugin/data.h"

#include "plugin/fields.h"
#include "plugin/info.h"
#include "plugin/packets.h"
#include "plugin/plugin.h"

static dissector_handle_t data_handle, builtin_handle;

static int dissect_data(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    int side = 0, length = (int)tvb_captured_length(tvb);
    struct flow *flow = packets_flow(pinfo, &side);

    (void)data;
    if (builtin_handle != NULL && ftpscope_preferences.call_builtin)
        call_dissector_only(builtin_handle, tvb, pinfo, tree, NULL);
    if (flow == NULL || flow->role != PIPELINE_ROLE_DATA)
        return length;
    const struct exchange *exchange = flow->session != NULL ? session_exchange(flow->session, flow->tx) : NULL;
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "FTP-DATA");
    char *words = info_of_data(pinfo, flow, flow_from_server(flow, side), tvb_reported_length(tvb));
    col_add_str(pinfo->cinfo, COL_INFO, words);
    proto_item *item = proto_tree_add_item(tree, proto_ftpscope_data, tvb, 0, -1, ENC_NA);
    proto_tree *branch = proto_item_add_subtree(item, fields_tree());
    proto_item_append_text(item, ": %s", words);
    if (flow->session != NULL)
        field_number(branch, FIELD_SESSION, tvb, flow->session->number);
    if (exchange != NULL) {
        field_text(branch, FIELD_COMMAND, tvb, 0, 0, exchange->verb_text);
        info_transfer_fields(branch, tvb, pinfo, exchange);
    }
    return length;
}

void data_claim(conversation_t *conversation, uint32_t frame)
{
    if (conversation_get_dissector(conversation, frame) != data_handle)
        conversation_set_dissector(conversation, data_handle);
}

void data_handoff(void)
{
    data_handle = create_dissector_handle(dissect_data, proto_ftpscope_data);
    builtin_handle = find_dissector("ftp-data");
}
