/* ways.h - what the built-in dissector sees of a command or a reply: see builtin.h. */
#ifndef FTPSCOPE_PLUGIN_BUILTIN_WAYS_H
#define FTPSCOPE_PLUGIN_BUILTIN_WAYS_H

#include "plugin/builtin/builtin.h"

/* Decided when the line is dissected first, and the same ever after. */
enum builtin_way builtin_way_of(const packet_info *pinfo, const struct builtin_unit *unit);

/* Where a change of folder leads that is answered with this line; empty: nobody knows. */
struct fsc_span builtin_folder_behind(const struct line *line);

static inline bool builtin_is_transfer(enum fsc_verb verb)
{
    return fsc_verb_info(verb)->flow != FSC_FLOW_NONE;
}

#endif
