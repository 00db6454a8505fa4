/* session_filter.c - the filter of one session with all its data connections. */
#include "plugin/packets.h"
#include "plugin/tools/tools.h"

static const struct session *session_of(packet_info *pinfo)
{
    int side = 0;
    const struct flow *flow = packets_flow(pinfo, &side);

    return flow != NULL ? flow->session : NULL;
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
