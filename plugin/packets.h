/*
 * packets.h - how packets reach the pipeline during the first pass: TCP and ICMP as the IP dissectors hand them on,
 * before TCP looks at them, so that what a packet means is known when its payload is dissected.
 */
#ifndef FTPSCOPE_PLUGIN_PACKETS_H
#define FTPSCOPE_PLUGIN_PACKETS_H

#include "plugin/store/store.h"

void packets_handoff(void);

int64_t packets_time(const packet_info *pinfo); /* nanoseconds since 1970 */
struct fsc_endpoint packets_endpoint(const address *addr, guint32 port);

/* The connection that this packet belongs to, in every pass; NULL: none of FTP's. *side: which one sends here. */
struct flow *packets_flow(packet_info *pinfo, int *side);
int packets_side(const packet_info *pinfo, const struct flow *flow);

/* The connection of a quotation (see store.h), in every pass. */
bool packets_is_quoted(void);
struct flow *packets_quoted_flow(packet_info *pinfo, int *side);

/* epan's conversation of a TCP connection keeps what we know of it. False: there is none for this packet. */
void packets_keep_flow(conversation_t *conversation, struct flow *flow);
bool packets_attach_flow(packet_info *pinfo, struct flow *flow);

/* The field of the session, in a tree of this packet. */
void packets_show_session(proto_tree *tree, tvbuff_t *tvb, uint32_t session);

/* Behind TCP: was the segment sent again? By default TCP hands on none of these. */
bool packets_is_repeated(packet_info *pinfo, const struct flow *flow);

/* The number in the packet of what TCP hands on with this one. */
bool packets_sequence(packet_info *pinfo, struct flow *flow, int side, uint32_t tcp_seq, uint32_t *seq);
/* Where the byte with this number, as TCP hands it on, stands in its direction. */
bool packets_position(packet_info *pinfo, struct flow *flow, int side, uint32_t tcp_seq, uint64_t *position);

#endif
