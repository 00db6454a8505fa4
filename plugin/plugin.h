/* plugin.h - what all files of the plugin share: the protocols and the preferences. */
#ifndef FTPSCOPE_PLUGIN_PLUGIN_H
#define FTPSCOPE_PLUGIN_PLUGIN_H

#include "plugin/compat.h"

extern int proto_ftpscope, proto_ftpscope_data;
extern int proto_ftpscope_time; /* of what must see every packet, and is no layer of it */

struct ftpscope_preferences {
    epan_bool call_builtin; /* hand whole lines to the built-in dissector */
    epan_bool show_secrets;
    epan_bool any_port; /* look for FTP on ports that nobody named */
    guint export_limit; /* MiB of memory for exported objects */
};
extern struct ftpscope_preferences ftpscope_preferences;

bool ftpscope_enabled(void);
bool ftpscope_relative_numbers(void);      /* TCP counts sequence numbers from the start of a connection */
bool ftpscope_heuristics_come_first(void); /* does TCP ask them before the ports? */
bool ftpscope_waits_for_holes(void);       /* does TCP keep what stands behind a hole until that is filled? */

#endif
