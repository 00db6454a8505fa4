/* session_filter.h - see session_filter.c. */
#ifndef FTPSCOPE_PLUGIN_SESSION_FILTER_H
#define FTPSCOPE_PLUGIN_SESSION_FILTER_H

#include "plugin/compat.h"

/* Says the session of a TCP packet in a hidden item, where its other trees do not. */
void session_filter_show(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo);

#endif
