/* live_refusal.h - why an interface cannot be captured on, and what mends it. */
#ifndef MONITOR_INPUT_LIVE_REFUSAL_H
#define MONITOR_INPUT_LIVE_REFUSAL_H

#include <pcap/pcap.h>

/* All g_free. */
char *live_refusal_missing(const char *interface);
char *live_refusal(pcap_t *handle, const char *interface, int status); /* of pcap_activate, below 0 */

/* Above 0: it works, but not all of it. */
char *live_warning(pcap_t *handle, const char *interface, int status);

#endif
