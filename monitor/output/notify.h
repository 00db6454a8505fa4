/*
 * notify.h - word to the service manager, as sd_notify(3) has it: nothing but datagrams, so no library. Without
 * NOTIFY_SOCKET there is nobody to tell, and nothing happens.
 */
#ifndef MONITOR_OUTPUT_NOTIFY_H
#define MONITOR_OUTPUT_NOTIFY_H

#include <stdint.h>

struct notify;

/* Opens the socket, with the rights of the moment: the name may be out of reach later. NULL when nobody asked, or with
 * *message (g_free) when NOTIFY_SOCKET leads nowhere. The environment is left as it is. */
struct notify *notify_open(char **message);
void notify_close(struct notify **notify);

/* All take NULL, and never wait. `status` is one line, in words; NULL: none. */
void notify_ready(struct notify *notify, const char *status);
void notify_status(struct notify *notify, const char *status);
void notify_stopping(struct notify *notify, const char *status);
void notify_alive(struct notify *notify); /* WATCHDOG=1 */

/* How often notify_alive is wanted: half of what WATCHDOG_USEC asks of this process; 0: not at all. */
int64_t notify_interval_ms(const struct notify *notify);

#endif
