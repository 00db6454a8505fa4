/* leaky.c - a plugin that loses a block, for leaks.py to find: whoever finds nothing must have looked. */
#include <epan/proto.h>

#define EXPORTED __attribute__((visibility("default")))

EXPORTED extern const char plugin_version[];
EXPORTED extern const int plugin_want_major, plugin_want_minor;
EXPORTED void plugin_register(void);
EXPORTED uint32_t plugin_describe(void);

const char plugin_version[] = "0";
const int plugin_want_major = WIRESHARK_VERSION_MAJOR, plugin_want_minor = WIRESHARK_VERSION_MINOR;

static void lose_a_block(void)
{
    (void)g_strdup("lost on purpose");
}

void plugin_register(void)
{
    static proto_plugin plugin = {lose_a_block, NULL};

    proto_register_plugin(&plugin);
}

uint32_t plugin_describe(void)
{
    enum { DISSECTOR = 1 }; /* WS_PLUGIN_DESC_DISSECTOR, which 4.0 does not have */

    return DISSECTOR;
}
