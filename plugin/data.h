/* data.h - data connections: each packet with its command, its place in the file, and the outcome. */
#ifndef FTPSCOPE_PLUGIN_DATA_H
#define FTPSCOPE_PLUGIN_DATA_H

#include "plugin/store/store.h"

void data_handoff(void);
/* Behind TCP: a segment of a data connection with TLS, which hands on whole records where the built-in dissector counts
 * segments. */
void data_segment(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);
/* The same of one that TCP did not hand on, as it came late or again: its tree alone. False: it is none. */
bool data_show_withheld(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, struct flow *flow, int side);

#endif
