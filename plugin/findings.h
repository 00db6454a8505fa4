/* findings.h - findings on the frames that show them, as expert infos with links to the evidence. */
#ifndef FTPSCOPE_PLUGIN_FINDINGS_H
#define FTPSCOPE_PLUGIN_FINDINGS_H

#include "plugin/store/store.h"

/* Those of this frame, but for so many that were shown already. Returns how many are shown by then. */
unsigned findings_show(const struct store *store, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, unsigned shown);

#endif
