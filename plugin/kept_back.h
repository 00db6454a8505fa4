/* kept_back.h - lines of control connections that TCP keeps from every dissector. */
#ifndef FTPSCOPE_PLUGIN_KEPT_BACK_H
#define FTPSCOPE_PLUGIN_KEPT_BACK_H

#include "plugin/compat.h"

/* Behind TCP's dissector: says so on the segment where such lines begin. */
void kept_back_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

#endif
