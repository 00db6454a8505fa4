/*
 * objects.h - Export Objects: the files of RETR, STOR, STOU and APPE. They are put together from TCP segments by their
 * place in the stream, whatever their order in the capture; of what came more than once the first counts. Bytes that no
 * captured packet holds are zero, and the name says so (".with-holes"). In TLS the decrypted bytes count, in the order
 * in which they come.
 */
#ifndef FTPSCOPE_PLUGIN_TOOLS_OBJECTS_H
#define FTPSCOPE_PLUGIN_TOOLS_OBJECTS_H

#include "plugin/store/store.h"

void objects_register(void);
void objects_segment(tvbuff_t *tvb, packet_info *pinfo); /* a TCP segment, header and all */
void objects_decrypted(tvbuff_t *tvb, packet_info *pinfo, const struct flow *flow, int side);
void objects_results(const struct store *store, packet_info *pinfo,
                     unsigned first); /* from the first on what this frame decided */

#endif
