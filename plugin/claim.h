/*
 * claim.h - whose packets they are: once a connection turns out to be FTP's, epan's conversation is told that its
 * packets come to our dissectors. All of it happens in the first pass.
 */
#ifndef FTPSCOPE_PLUGIN_CLAIM_H
#define FTPSCOPE_PLUGIN_CLAIM_H

#include "plugin/store/store.h"

void claim_handoff(void);

/* Around the call of TCP for this packet: before it what makes a difference to this one already, behind it the rest. */
void claim_before(struct store *store, tvbuff_t *tvb, packet_info *pinfo);
void claim_behind(struct store *store, packet_info *pinfo);

/* TLS begins with this frame and makes the whole conversation its own: what came before stays ours. */
void claim_lines_before_tls(const struct flow *flow, uint32_t frame);

#endif
