/*
 * gathered.h - commands and replies whose segments TCP does not put together for us, so that it is done here: what a
 * control connection on any port said before its words showed that it is one, as nobody asked TCP then and in later
 * passes it does not begin to; and what comes in very many segments, as TCP puts all together anew with each.
 *
 * In the first pass lines are kept as the pipeline tells them. Wherever such a command or reply is dissected, and in
 * whatever pass, its segments are shown as parts and the one with its end shows it whole.
 */
#ifndef FTPSCOPE_PLUGIN_CONTROL_GATHERED_H
#define FTPSCOPE_PLUGIN_CONTROL_GATHERED_H

#include "plugin/control/unit.h"

/* First pass, of each clear line in order, which the pipeline tells with this frame; before it is added to its flow. */
void gathered_take(struct flow *flow, int side, const struct record_line *record, uint32_t frame);

/* First pass: what begins at this offset is shown, and TCP is asked for no more of it. */
void gathered_stop_waiting(const struct view *view, int offset);
/* First pass: was TCP asked for more of what begins there, or before, and has not brought it by now? */
bool gathered_is_awaited(const struct flow *flow, int side, uint64_t position);

enum gathered {
    GATHERED_NOT,  /* it is whole in the buffer, or up to TCP */
    GATHERED_PART, /* it goes on behind the buffer */
    GATHERED_WHOLE /* it began before the buffer, and ends here */
};

struct gathered_piece {
    int used;          /* bytes of the buffer that belong to it; GATHERED_NOT: 0 */
    uint32_t whole_in; /* of a part: the frame that brings its end; 0: not known by now */
    struct view view;  /* of a whole one: of a buffer that holds nothing else */
};

/* How is the command or reply to be shown that stands at this offset? */
enum gathered gathered_at(const struct view *view, int offset, struct gathered_piece *piece);

bool gathered_goes_on(const struct view *view, int offset); /* is that GATHERED_PART? */
bool gathered_ends_in(const struct view *view, int offset); /* or GATHERED_WHOLE? */
bool gathered_begun(const struct view *view);               /* does the buffer begin in such a one? */

/* The end of what begins at this offset is not in the buffer: may TCP be asked for another segment? If not, it is
 * gathered from now on, where its place is known. */
bool gathered_may_ask(const struct view *view, int offset);
/* How many lines have the commands and replies that end there? */
unsigned gathered_lines_ending(const struct flow *flow, int side, uint64_t from, uint64_t to);
/* TCP was not asked when this frame came, and does not listen now. */
bool gathered_was_not_asked(const struct flow *flow, const packet_info *pinfo);

#endif
