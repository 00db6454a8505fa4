/*
 * follow.c - Follow FTP: both directions of a control connection as text, whole commands and whole replies in their
 * order, decrypted where a key log opens TLS. Streams are TCP's.
 */
#include "plugin/plugin.h"
#include "plugin/tools/tap.h"
#include "plugin/tools/tools.h"

/* The greeting comes first, but the client is the one who connected. */
static tap_packet_status take(void *listener, packet_info *pinfo, epan_dissect_t *edt, const void *data,
                              tap_flags_t flags)
{
    follow_info_t *info = listener;
    const struct tap_text *text = data;

    if (info->client_port == 0) {
        info->client_port = text->from_server ? pinfo->destport : pinfo->srcport;
        info->server_port = text->from_server ? pinfo->srcport : pinfo->destport;
        copy_address(&info->client_ip, text->from_server ? &pinfo->dst : &pinfo->src);
        copy_address(&info->server_ip, text->from_server ? &pinfo->src : &pinfo->dst);
    }
    return follow_tvb_tap_listener(listener, pinfo, edt, text->tvb, flags);
}

void follow_handoff(void)
{
    register_follow_t *tcp = get_follow_by_name("TCP");

    if (tcp != NULL)
        REGISTER_FOLLOW(proto_ftpscope, TAP_FOLLOW, get_follow_conv_func(tcp), get_follow_index_func(tcp),
                        get_follow_address_func(tcp), get_follow_port_to_display(tcp), take);
}
