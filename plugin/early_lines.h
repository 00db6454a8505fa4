/*
 * early_lines.h - what a control connection on any port said before its words showed that it is one. Nobody asked TCP
 * then to put segments together, and in later passes it does not begin to: that is done here, out of kept bytes.
 */
#ifndef FTPSCOPE_PLUGIN_EARLY_LINES_H
#define FTPSCOPE_PLUGIN_EARLY_LINES_H

#include "plugin/unit.h"

/* First pass, of each clear line in order, which the pipeline tells with this frame; before it is added to its flow. */
void early_lines_take(struct flow *flow, int side, const struct record_line *record, uint32_t frame);

enum early {
    EARLY_NOT,  /* it is whole in the buffer, or TCP can be asked, or it came later */
    EARLY_PART, /* it goes on behind the buffer */
    EARLY_WHOLE /* it began before the buffer, and ends here */
};

struct early_piece {
    int used;          /* bytes of the buffer that belong to it; EARLY_NOT: 0 */
    uint32_t whole_in; /* of a part: the frame that brings its end */
    struct view view;  /* of a whole one: of a buffer that holds nothing else */
};

/* How is the command or reply to be shown that stands at this offset? */
enum early early_lines_at(const struct view *view, int offset, struct early_piece *piece);
/* TCP was not asked, and does not listen now. */
bool early_lines_tcp_not_asked(const struct flow *flow, const packet_info *pinfo);

#endif
