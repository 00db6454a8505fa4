/*
 * builtin.h - the built-in FTP dissector is handed every whole command and every whole reply, so that its fields, taps and
 * filters go on working, with right values.
 *
 * Where it would draw a wrong conclusion (the last file it was told of, a directory from the reply to MKD, a quadratic
 * path), its fields are shown by us and it does not see the line.
 */
#ifndef FTPSCOPE_PLUGIN_BUILTIN_H
#define FTPSCOPE_PLUGIN_BUILTIN_H

#include "plugin/store.h"

struct builtin_unit {
    tvbuff_t *tvb;
    int start, length;
    bool from_server;
    uint32_t server_port;
    struct session *session;         /* NULL: nothing is known */
    const struct line *first, *last; /* the same */
};

void builtin_handoff(void);
void builtin_show(packet_info *pinfo, proto_tree *tree, const struct builtin_unit *unit);

#endif
