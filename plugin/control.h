/* control.h - control connections: whole commands and whole replies. */
#ifndef FTPSCOPE_PLUGIN_CONTROL_H
#define FTPSCOPE_PLUGIN_CONTROL_H

#include "plugin/store.h"

void control_register(void);
void control_handoff(void);
bool control_has_port(uint16_t port); /* by default, by our preference or by Decode As */
/* Before TCP dissects the frame: where its lines are no TLS any more (CCC, or a handshake that was refused), they are
 * ours. */
void control_readable(struct store *store, packet_info *pinfo, uint16_t source, uint16_t destination);
/* Its packets from the next one on are those of a control connection, if no dissector has them. */
void control_claim(packet_info *pinfo, struct flow *flow);

#endif
