/* filters.c - a plugin that shows what the menu would: of each packet the filter of its FTP session, for profile.py. */
#include <epan/packet.h>
#include <string.h>

#include <epan/conversation_filter.h> /* needs the first */

#include "module.h"

static int proto = -1, hf = -1;

#if WIRESHARK_VERSION_MAJOR > 4 || WIRESHARK_VERSION_MINOR >= 2
#define ASK(filter, function, pinfo) (filter)->function(pinfo, (filter)->user_data)
#else
#define ASK(filter, function, pinfo) (filter)->function(pinfo)
#endif

static int show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)data;
    for (GList *at = packet_conv_filter_list; at != NULL; at = at->next) {
        conversation_filter_t *filter = at->data;
        if (strcmp(filter->proto_name, "ftpscope") != 0 || !ASK(filter, is_filter_valid, pinfo))
            continue;
        char *text = ASK(filter, build_filter_string, pinfo);
        proto_tree_add_string(tree, hf, tvb, 0, 0, text);
        g_free(text);
    }
    return 0;
}

static void set_up(void)
{
    static hf_register_info fields[] = {
        {&hf, {"Session", "filters.session", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}}};

    proto = proto_register_protocol("Filters", "Filters", "filters");
    proto_register_field_array(proto, fields, 1);
    register_postdissector(create_dissector_handle(show, proto));
}
