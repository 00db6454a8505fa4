/*
 * tools.h - what Wireshark offers on top of packets: statistics, tables, following, exporting, filtering. Each in a
 * file of its own, fed by the taps of tap.h.
 */
#ifndef FTPSCOPE_PLUGIN_TOOLS_TOOLS_H
#define FTPSCOPE_PLUGIN_TOOLS_TOOLS_H

#include "plugin/compat.h"

void statistics_register(void);     /* -z ftpscope,tree */
void transfer_table_register(void); /* -z ftpscope,transfers */
void response_times_register(void); /* -z ftpscope,srt */
void follow_handoff(void);          /* -z follow,ftpscope */
void session_filter_register(void); /* a session with its data connections */

void tools_register(void);
void tools_handoff(void);

/* "RETR"; all words that are no commands share one name, as there may be any number of them. */
const char *tools_verb(unsigned verb);

#endif
