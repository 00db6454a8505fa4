/* module.h - what every plugin of the tests has beside its own: the includer defines set_up(), called once. */
#ifndef FTPSCOPE_TESTS_PLUGIN_MODULE_H
#define FTPSCOPE_TESTS_PLUGIN_MODULE_H

#include <epan/proto.h>

#define EXPORTED __attribute__((visibility("default")))

EXPORTED extern const char plugin_version[];
EXPORTED extern const int plugin_want_major, plugin_want_minor;
EXPORTED void plugin_register(void);
EXPORTED uint32_t plugin_describe(void);

const char plugin_version[] = "0";
const int plugin_want_major = WIRESHARK_VERSION_MAJOR, plugin_want_minor = WIRESHARK_VERSION_MINOR;

static void set_up(void);

void plugin_register(void)
{
    static proto_plugin plugin = {set_up, NULL};

    proto_register_plugin(&plugin);
}

uint32_t plugin_describe(void)
{
    enum { DISSECTOR = 1 }; /* WS_PLUGIN_DESC_DISSECTOR, which 4.0 does not have */

    return DISSECTOR;
}

#endif
