/* builtin_fields.h - the fields of the built-in dissectors, filled by us. */
#ifndef FTPSCOPE_PLUGIN_BUILTIN_BUILTIN_FIELDS_H
#define FTPSCOPE_PLUGIN_BUILTIN_BUILTIN_FIELDS_H

#include "plugin/builtin/builtin.h"

void builtin_fields_handoff(void);
/* A command, or the first line of a reply. */
void builtin_fields_of_line(proto_tree *tree, const struct builtin_unit *unit);
void builtin_fields_of_folder(proto_tree *tree, const struct builtin_unit *unit, struct fsc_span folder);
/* As it writes a path: without where the session began, if that is not known. */
struct fsc_span builtin_fields_folder(struct fsc_span path);
/* What came of a transfer command: later passes. */
void builtin_fields_of_transfer(proto_tree *tree, tvbuff_t *tvb, const struct exchange *exchange);
/* The text of the other lines of a reply: they would be found one by one where each comes in a segment of its own. */
void builtin_fields_of_more_lines(proto_tree *tree, const struct builtin_unit *unit);

/* Of frame.protocols only the first so many stay: a dissector that was called for its values alone is none of the
 * layers. */
void builtin_cut_layers(packet_info *pinfo, guint count);

#endif
