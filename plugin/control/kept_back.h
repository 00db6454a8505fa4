/* kept_back.h - lines of control connections that TCP keeps from every dissector. */
#ifndef FTPSCOPE_PLUGIN_CONTROL_KEPT_BACK_H
#define FTPSCOPE_PLUGIN_CONTROL_KEPT_BACK_H

#include "plugin/store/flow.h"

/* Behind TCP's dissector, of a segment of this connection: shows them, or where they are not whole in it says so on the
 * one where they begin. */
void kept_back_show(struct flow *flow, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

#endif
