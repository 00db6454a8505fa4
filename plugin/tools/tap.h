/*
 * tap.h - what listeners hear: of each command, each whole reply and each transfer once in every pass, by the tap
 * "ftpscope"; and of the lines of control connections as text, by the tap "ftpscope_follow".
 */
#ifndef FTPSCOPE_PLUGIN_TOOLS_TAP_H
#define FTPSCOPE_PLUGIN_TOOLS_TAP_H

#include "plugin/builtin/builtin.h"
#include "plugin/store/store.h"

#define TAP_EVENTS "ftpscope"
#define TAP_FOLLOW "ftpscope_follow"

enum tap_kind { TAP_COMMAND, TAP_REPLY, TAP_TRANSFER };

/* Borrowed for the time of the call, except what the store keeps. */
struct tap_event {
    enum tap_kind kind;
    const struct exchange *exchange; /* NULL: of a transfer whose command is not in the capture */
    const struct line *line;         /* of a command or reply; what is said of a reply stands with its last line */
    const struct transfer_result *transfer;
    int64_t latency_ns; /* of the first reply to a command; else -1 */
};

struct tap_text {
    tvbuff_t *tvb;
    bool from_server;
};

void tap_register(void);
/* A whole command or reply. `instead`: the text of a reply that repeats a password, else NULL */
void tap_control(packet_info *pinfo, const struct builtin_unit *unit, tvbuff_t *instead);
void tap_transfers(const struct store *store, packet_info *pinfo,
                   unsigned first); /* from the first on what this frame decided */

/* For listeners that draw from the store when all packets are through, and ask for nothing before. */
tap_packet_status tap_ignore(void *listener, packet_info *pinfo, epan_dissect_t *edt, const void *data,
                             tap_flags_t flags);

#endif
