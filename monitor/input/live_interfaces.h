/* live_interfaces.h - which network interfaces there are, for choosing one and for saying what is wrong. */
#ifndef MONITOR_INPUT_LIVE_INTERFACES_H
#define MONITOR_INPUT_LIVE_INTERFACES_H

#include <stdbool.h>

/* "any": all of them as one, without their link layers. */
bool live_interface_exists(const char *name);

/* The first one that libpcap names which is up and no loopback; g_free. NULL: *message (g_free) says what to do. */
char *live_interface_first(char **message);

/* "eth0, lo, any"; g_free. */
char *live_interface_names(void);

#endif
