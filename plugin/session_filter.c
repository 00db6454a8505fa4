/*
 * session_filter.c - the filter of one session with all its data connections, and the field it asks for on packets that
 * show nothing else of FTP: SYN, ACK, FIN, RST, and segments that TCP does not hand on.
 */
#include "plugin/session_filter.h"

#include "plugin/fields.h"
#include "plugin/packets.h"
#include "plugin/tools.h"

static const struct session *session_of(packet_info *pinfo)
{
    int side = 0;
    const struct flow *flow = packets_flow(pinfo, &side);

    return flow != NULL ? flow->session : NULL;
}

/* Trees of the same packet mostly say it. */
static bool is_said(proto_tree *tree)
{
    GPtrArray *found = proto_find_first_finfo(tree, field_hf(FIELD_SESSION));
    bool said = found != NULL && found->len > 0;

    if (found != NULL)
        g_ptr_array_free(found, TRUE);
    return said;
}

void session_filter_show(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo)
{
    const struct session *session = tree != NULL ? session_of(pinfo) : NULL;

    if (session != NULL && !is_said(tree))
        proto_item_set_hidden(field_number(tree, FIELD_SESSION, tvb, session->number));
}

static epan_bool FILTER_CALLBACK(is_valid)
{
    return store_get() != NULL && session_of(pinfo) != NULL;
}

static char *FILTER_CALLBACK(build)
{
    return g_strdup_printf("ftpscope.session == %u", session_of(pinfo)->number);
}

void session_filter_register(void)
{
    REGISTER_CONVERSATION_FILTER("ftpscope", "FTP session with its data connections", is_valid, build);
}
