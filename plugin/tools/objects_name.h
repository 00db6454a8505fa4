/* objects_name.h - the name under which a transfer's file is exported. */
#ifndef FTPSCOPE_PLUGIN_TOOLS_OBJECTS_NAME_H
#define FTPSCOPE_PLUGIN_TOOLS_OBJECTS_NAME_H

#include "plugin/store/store.h"

enum object_flaw { OBJECT_HOLES = 1u << 0, OBJECT_LIMIT = 1u << 1 };

/* "pub_report.bin" of /pub/report.bin, to be freed with g_free: a single file name without a way out of its folder.
 * What the content lacks stands behind it. */
char *object_name(const struct exchange *exchange, unsigned flaws);

#endif
