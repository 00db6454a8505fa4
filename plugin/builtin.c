/* builtin.c - see builtin.h. */
#include "plugin/builtin.h"

static dissector_handle_t ftp_handle;

/* It finds out who speaks by this number. */
static void call(packet_info *pinfo, proto_tree *tree, tvbuff_t *lines, uint32_t server_port)
{
    guint32 match = pinfo->match_uint;

    pinfo->match_uint = server_port;
    call_dissector_only(ftp_handle, lines, pinfo, tree, NULL);
    pinfo->match_uint = match;
}

void builtin_show(packet_info *pinfo, proto_tree *tree, const struct builtin_unit *unit)
{
    if (ftp_handle == NULL)
        return;
    col_set_writable(pinfo->cinfo, COL_INFO, FALSE);
    call(pinfo, tree, tvb_new_subset_length(unit->tvb, unit->start, unit->length), unit->server_port);
    col_set_writable(pinfo->cinfo, COL_INFO, TRUE);
}

void builtin_handoff(void)
{
    ftp_handle = find_dissector("ftp");
}
