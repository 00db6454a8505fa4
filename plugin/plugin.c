/* plugin.c - the plugin itself: what Wireshark asks for when it loads it, and its registration. */
#include "plugin/plugin.h"

#include "plugin/builtin/builtin.h"
#include "plugin/claim.h"
#include "plugin/control/control.h"
#include "plugin/data.h"
#include "plugin/fields.h"
#include "plugin/packets.h"
#include "plugin/tools/tap.h"
#include "plugin/tools/tools.h"

#define EXPORTED __attribute__((visibility("default")))

EXPORTED extern const char plugin_version[];
EXPORTED extern const int plugin_want_major, plugin_want_minor;
EXPORTED void plugin_register(void);
EXPORTED uint32_t plugin_describe(void);

const char plugin_version[] = FTPSCOPE_VERSION;
const int plugin_want_major = WIRESHARK_VERSION_MAJOR, plugin_want_minor = WIRESHARK_VERSION_MINOR;

int proto_ftpscope = -1, proto_ftpscope_data = -1, proto_ftpscope_time = -1;
struct ftpscope_preferences ftpscope_preferences = {.call_builtin = TRUE, .any_port = TRUE, .export_limit = 1024};

static protocol_t *protocol; /* proto_ftpscope */

bool ftpscope_enabled(void)
{
    return proto_is_protocol_enabled(protocol);
}

static void on_file_opened(void)
{
    store_new();
}

static void on_last_packet(void)
{
    struct store *store = store_get();

    if (store != NULL)
        store_end(store);
}

static bool is_on(module_t *module, const char *name)
{
    pref_t *preference = module != NULL ? prefs_find_preference(module, name) : NULL;
    return preference != NULL && prefs_get_bool_value(preference, pref_current);
}

bool ftpscope_relative_numbers(void)
{
    module_t *tcp = prefs_find_module("tcp");
    return is_on(tcp, "analyze_sequence_numbers") && is_on(tcp, "relative_sequence_numbers");
}

bool ftpscope_heuristics_come_first(void)
{
    return is_on(prefs_find_module("tcp"), "try_heuristic_first");
}

bool ftpscope_waits_for_holes(void)
{
    return is_on(prefs_find_module("tcp"), "reassemble_out_of_order");
}

static void register_preferences(void)
{
    module_t *module = prefs_register_protocol(proto_ftpscope, NULL);

    prefs_register_bool_preference(
        module, "builtin", "Show the fields of the built-in FTP dissector too",
        "Hand each whole command and each whole reply to the built-in dissector, so that filters "
        "and colours for ftp go on working",
        &ftpscope_preferences.call_builtin);
    prefs_register_bool_preference(module, "show_secrets", "Show passwords",
                                   "Passwords and other secrets in our own fields and in the Info column; the built-in "
                                   "dissector shows them in any case",
                                   &ftpscope_preferences.show_secrets);
    prefs_register_bool_preference(module, "any_port", "Find FTP on other ports",
                                   "Take every connection whose first words are those of FTP, whatever its port",
                                   &ftpscope_preferences.any_port);
    prefs_register_uint_preference(module, "export_limit", "Memory for exported objects (MiB)",
                                   "Files of all transfers together; what comes after that is left out, and the name "
                                   "of its file says so",
                                   10, &ftpscope_preferences.export_limit);
}

static void register_protocols(void)
{
    store_register();
    proto_ftpscope = proto_register_protocol("FTP conversation and diagnosis", "ftpscope", "ftpscope");
    protocol = find_protocol_by_id(proto_ftpscope);
    proto_ftpscope_data = proto_register_protocol("FTP data connection", "ftpscope-data", "ftpscope_data");
    /* A protocol in its own right would be a layer of every packet: the dearest part of those that are not FTP's. */
    proto_ftpscope_time = proto_register_protocol_in_name_only("FTP conversation and diagnosis (time)", "ftpscope-time",
                                                               "ftpscope_time", proto_ftpscope, FT_PROTOCOL);
    fields_register(proto_ftpscope);
    register_preferences();
    control_register();
    tap_register();
    tools_register();
    register_init_routine(on_file_opened);
    register_postseq_cleanup_routine(on_last_packet);
}

static void hand_off(void)
{
    builtin_handoff();
    control_handoff();
    data_handoff();
    claim_handoff();
    packets_handoff();
    tools_handoff();
}

void plugin_register(void)
{
    static proto_plugin plugin = {register_protocols, hand_off};

    proto_register_plugin(&plugin);
}

uint32_t plugin_describe(void)
{
    return PLUGIN_KINDS;
}
