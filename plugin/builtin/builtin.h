/*
 * builtin.h - the built-in FTP dissector and we: it is handed every whole command and every whole reply, so that its
 * fields, taps and filters go on working, with right values.
 *
 * Where it would draw a wrong conclusion, its fields are filled by us and it does not see the line:
 *   - commands between PASV and the transfer command: it takes the first one for what the data connection brings; where
 * CWD led it is told by a 257 of ours
 *   - lines in lower case, with Telnet, and beginnings of words ("P" is PORT to it); it is told of the first in upper
 * case
 *   - addresses and codes that are none ("227 (999,0,0,2,300,20)", "1000 Hello")
 *   - in later passes, transfer commands and what it takes for one: it says that there were no data where it did not
 * await the connection (EPRT, another source port), and speaks of others' data where a command failed; and all commands
 * of a frame with several, where it speaks of the last one's data
 *   - folders, when their path is longer than any system allows
 *   - 257 to MKD and others, and one that is older than the last CWD: it takes them for the working directory
 *   - every 250 behind one CWD: each would be one more step down the same path, in time that grows with the square of
 * their number; of 250 that answers another CWD than the one it saw last it is told by a 257 of ours too
 */
#ifndef FTPSCOPE_PLUGIN_BUILTIN_BUILTIN_H
#define FTPSCOPE_PLUGIN_BUILTIN_BUILTIN_H

#include "plugin/store/store.h"

struct builtin_unit {
    tvbuff_t *tvb;
    int start, length;
    bool from_server;
    bool late; /* in later passes: the first one did not show it */
    uint32_t server_port;
    struct fsc_span text;      /* of the first line, without Telnet */
    uint32_t line_flags;       /* the same line's */
    struct session *session;   /* NULL: nothing is known */
    struct line *first, *last; /* the same */
};

void builtin_handoff(void);
/* Does what it makes of a packet reach anybody? Not where a single pass fills columns, which are ours but for that of
 * expert infos. The first of several passes fills none, or listeners ask for them. */
bool builtin_is_seen(const packet_info *pinfo, const proto_tree *tree);
void builtin_show_control(packet_info *pinfo, proto_tree *tree, const struct builtin_unit *unit);
/* Of each segment of a data connection, as TCP has it: the fields of ftp-data, and what the built-in dissector counts.
 */
void builtin_show_data(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, struct flow *flow);
void builtin_count_data(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, struct flow *flow);
void builtin_show_text(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb); /* of what was transferred, decrypted */

#endif
