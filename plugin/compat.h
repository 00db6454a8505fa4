/* compat.h - the headers of epan, and all that differs between Wireshark 4.0, 4.2, 4.4 and 4.6 (see README.md). */
#ifndef FTPSCOPE_PLUGIN_COMPAT_H
#define FTPSCOPE_PLUGIN_COMPAT_H

#include <ws_version.h>

#include <epan/conversation.h>
#include <epan/conversation_filter.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/exceptions.h>
#include <epan/expert.h>
#include <epan/export_object.h>
#include <epan/follow.h>
#include <epan/packet.h>
#include <epan/prefs-int.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>
#include <epan/show_exception.h>
#include <epan/srt_table.h>
#include <epan/stat_tap_ui.h>
#include <epan/stats_tree.h>
#include <epan/stats_tree_priv.h>
#include <epan/tap.h>
#include <wsutil/str_util.h>

#define WIRESHARK_AT_LEAST(major, minor)                                                                               \
    (WIRESHARK_VERSION_MAJOR > (major) || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* From 4.2 on callbacks of conversation filters get what was registered with them, followers say how many streams there
 * are (or NULL), memory answers with C's booleans, and the built-in dissector keeps blanks before an argument. */
#if WIRESHARK_AT_LEAST(4, 2)
#define FILTER_CALLBACK(name) name(packet_info *pinfo, void *registered _U_)
#define REGISTER_CONVERSATION_FILTER(proto, title, valid, build)                                                       \
    register_conversation_filter(proto, title, valid, build, NULL)
#define REGISTER_FOLLOW(proto, tap, conversation, index, address, port, handler)                                       \
    register_follow_stream(proto, tap, conversation, index, address, port, handler, NULL, NULL)
typedef bool wmem_bool;
#define BUILTIN_KEEPS_BLANKS 1
#else
#define FILTER_CALLBACK(name) name(packet_info *pinfo)
#define REGISTER_CONVERSATION_FILTER register_conversation_filter
#define REGISTER_FOLLOW register_follow_stream
typedef gboolean wmem_bool;
#define BUILTIN_KEEPS_BLANKS 0
#endif

/* From 4.4 on a plugin says what it is, and all booleans are C's. Before, a dissector that asked for more stayed a
 * layer of the packet, but in the first pass only: what TCP then put together from the same packet was not found again.
 */
#if WIRESHARK_AT_LEAST(4, 4)
#include <wsutil/plugins.h>
#define PLUGIN_KINDS WS_PLUGIN_DESC_DISSECTOR
#define UNCOUNT_LAYER(pinfo) (void)(pinfo)
typedef bool epan_bool;
#else
#define PLUGIN_KINDS 0 /* nobody asks */
#define UNCOUNT_LAYER(pinfo) (pinfo)->curr_layer_num--
typedef gboolean epan_bool;
#endif

/* From 4.6 on what begins a table of tshark says whether it could. */
#if WIRESHARK_AT_LEAST(4, 6)
#define STAT_BEGIN(name, begin)                                                                                        \
    static bool name(const char *words, void *listener)                                                                \
    {                                                                                                                  \
        return begin(words, listener);                                                                                 \
    }
#else
#define STAT_BEGIN(name, begin)                                                                                        \
    static void name(const char *words, void *listener)                                                                \
    {                                                                                                                  \
        (void)begin(words, listener);                                                                                  \
    }
#endif

/* packet-tls-utils.h needs the headers of two crypto libraries for these. */
guint32 ssl_starttls_ack(dissector_handle_t tls, packet_info *pinfo, dissector_handle_t application);
guint32 ssl_starttls_post_ack(dissector_handle_t tls, packet_info *pinfo, dissector_handle_t application);
void ssl_dissector_add(guint port, dissector_handle_t handle);

#endif
