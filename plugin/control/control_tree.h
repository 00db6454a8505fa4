/* control_tree.h - what is shown of a command or a reply: its tree, its words for the Info column, and what others are
 * told of it. */
#ifndef FTPSCOPE_PLUGIN_CONTROL_CONTROL_TREE_H
#define FTPSCOPE_PLUGIN_CONTROL_CONTROL_TREE_H

#include "plugin/control/unit.h"

/* What stands there is shown whole in another frame. */
void control_show_part(proto_tree *tree, const struct view *view, int offset, int length, uint32_t whole_in);
void control_show(proto_tree *tree, const struct view *view, const struct unit *unit);

#endif
