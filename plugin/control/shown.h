/*
 * shown.h - what the first pass showed of a control connection, and where. TCP hands on other bytes in later passes, as
 * more is known then; a line is shown in the same frame all the same, and nowhere else.
 */
#ifndef FTPSCOPE_PLUGIN_CONTROL_SHOWN_H
#define FTPSCOPE_PLUGIN_CONTROL_SHOWN_H

#include "plugin/control/unit.h"

/* First pass: TCP handed this on, and it is shown. */
void shown_handed_on(const struct view *view, const struct unit *unit);
/* TCP did not, and these lines are shown with their own packet: from `at` on, all before the position `to`. */
void shown_withheld(const struct line_place *at, unsigned left, uint64_t to, const packet_info *pinfo);

/* Later passes: how many bytes did the first one show together there, before the pipeline told of their lines? Such
 * lines have no mark. 0: none */
uint32_t shown_untold(const struct view *view, int offset);
/* Later passes: did the first one not get it from TCP? Then it is shown where it stands. */
bool shown_is_withheld(const struct view *view, const struct unit *unit);
/* In the first pass as in later ones: the line at this offset of its own packet has come by TCP. */
bool shown_has_come(const struct view *view, const struct line *line, int offset);
/* It came in several packets, and this is not the one whose frame shows it. */
bool shown_elsewhere(const struct line *line, const packet_info *pinfo);
/* How many bytes of a command or reply, which begins at this offset, stand before a line of it that is shown by itself?
 * All: no line is. */
int shown_apart(const struct view *view, int offset, int length);

#endif
