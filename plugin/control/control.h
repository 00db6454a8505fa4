/* control.h - control connections: whole commands and whole replies. */
#ifndef FTPSCOPE_PLUGIN_CONTROL_CONTROL_H
#define FTPSCOPE_PLUGIN_CONTROL_CONTROL_H

#include "plugin/control/unit.h"

enum { CONTROL_PORT_TLS = 990 }; /* TLS from the first byte on */

void control_register(void);
void control_handoff(void);
bool control_has_port(uint16_t port); /* by default, by our preference or by Decode As */
/* The lines of a segment that TCP hands to no dissector: those of one command or reply from this offset on, as far as
 * they are whole here. Returns how many bytes they have. */
int control_show_withheld(proto_tree *tree, struct view *view, int offset);

#endif
