/* compat.h - the headers of epan, and all that is known to differ between Wireshark 4.0, 4.2, 4.4 and 4.6; built
 * with 4.0 so far. */
#ifndef FTPSCOPE_PLUGIN_COMPAT_H
#define FTPSCOPE_PLUGIN_COMPAT_H

#include <ws_version.h>

#include <epan/conversation.h>
#include <epan/conversation_filter.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/expert.h>
#include <epan/export_object.h>
#include <epan/follow.h>
#include <epan/packet.h>
#include <epan/prefs-int.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>
#include <epan/srt_table.h>
#include <epan/stat_tap_ui.h>
#include <epan/stats_tree.h>
#include <epan/stats_tree_priv.h>
#include <epan/tap.h>

#define WIRESHARK_AT_LEAST(major, minor)                                                                               \
    (WIRESHARK_VERSION_MAJOR > (major) || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* From 4.4 on a plugin says what it is, and booleans of the interface are C's. */
#if WIRESHARK_AT_LEAST(4, 4)
#include <wsutil/plugins.h>
typedef bool epan_bool;
#else
typedef gboolean epan_bool;
#endif

/* Those of conversation filters get what was registered with them, and followers say how many streams there are (or
 * NULL). */
#if WIRESHARK_AT_LEAST(4, 4)
#define FILTER_CALLBACK(name) name(packet_info *pinfo, void *registered _U_)
#define REGISTER_CONVERSATION_FILTER(proto, title, valid, build)                                                       \
    register_conversation_filter(proto, title, valid, build, NULL)
#define REGISTER_FOLLOW(proto, tap, conversation, index, address, port, handler)                                       \
    register_follow_stream(proto, tap, conversation, index, address, port, handler, NULL, NULL)
#else
#define FILTER_CALLBACK(name) name(packet_info *pinfo)
#define REGISTER_CONVERSATION_FILTER register_conversation_filter
#define REGISTER_FOLLOW register_follow_stream
#endif

/* packet-tls-utils.h needs the headers of two crypto libraries for these. */
guint32 ssl_starttls_ack(dissector_handle_t tls, packet_info *pinfo, dissector_handle_t application);
guint32 ssl_starttls_post_ack(dissector_handle_t tls, packet_info *pinfo, dissector_handle_t application);
void ssl_dissector_add(guint port, dissector_handle_t handle);

#endif
