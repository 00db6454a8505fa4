/* control.h - control connections: whole commands and whole replies. */
#ifndef FTPSCOPE_PLUGIN_CONTROL_H
#define FTPSCOPE_PLUGIN_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

void control_register(void);
void control_handoff(void);
bool control_has_port(uint16_t port); /* by default, by our preference or by Decode As */

#endif
