/* explain_near.h - inside `ftpscope explain`: the names that a mistyped one may have meant. */
#ifndef MONITOR_EXPLAIN_NEAR_H
#define MONITOR_EXPLAIN_NEAR_H

#include <glib.h>

/* Commands and findings near `name`, nearest first, with commas between; "" when there are none. The caller frees it
 * with g_free. */
char *explain_near(const char *name);

#endif
