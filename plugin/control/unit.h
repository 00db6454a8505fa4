/* unit.h - TCP's bytes of a control connection, cut into whole commands and whole replies. */
#ifndef FTPSCOPE_PLUGIN_CONTROL_UNIT_H
#define FTPSCOPE_PLUGIN_CONTROL_UNIT_H

#include "plugin/store/exchange.h"

enum {
    /* Bytes that TCP is asked to keep for one reply; a longer one is shown in parts. Servers' longest help and FEAT
     * texts have some kilobytes. Each further segment is a new look at all of it. */
    UNIT_MAX = FSC_LINE_MAX,
};

/* One call's view of a control connection. */
struct view {
    tvbuff_t *tvb;
    packet_info *pinfo;
    struct flow *flow; /* NULL: the pipeline knows nothing of it, lines are shown as they are */
    int side;
    bool from_server, decrypted;
    bool withheld; /* with its own packet, as TCP does not hand it on */
    bool quoted;   /* in an ICMP error, or the first part of a datagram: no packet that counts */
    bool positioned, sequenced;
    uint32_t seq;        /* of the buffer's first byte, with `sequenced` */
    bool begun, columns; /* the columns are ours by now; and somebody reads them */
    const char *before;  /* what stands there before its words, or NULL */
    uint64_t pos;        /* of the buffer's first byte, with `positioned` */
    bool ends;           /* with this segment: nothing follows */
    uint32_t held_back;  /* bytes of this segment that TCP keeps behind the buffer */
};

/* A command or a whole reply in the buffer. */
struct unit {
    int start, length;
    unsigned lines;
    bool whole, hides;          /* hides: some line of it is not shown as it is */
    struct line *first, *last;  /* what is known of its first and last line, or NULL */
    struct fsc_line first_text; /* its first line, without Telnet */
};

struct fsc_span unit_bytes(const struct view *view, int offset); /* the rest of the buffer */
struct line *unit_line(const struct view *view, int offset);     /* what is known of the line there; NULL: nothing */
struct fsc_span unit_without_telnet(const struct view *view, const struct fsc_line *line); /* its text */
/* What may be shown of a reply's line, whose text is without Telnet. */
struct fsc_span unit_shown(const struct line *known, const struct fsc_line *line);

/* The command or reply that begins there. Without an end it is not whole; what was found of it is filled in. */
void unit_measure(const struct view *view, int start, struct unit *unit);
/* What has no end: the rest of the connection, of the capture, or of what is kept. */
void unit_measure_rest(const struct view *view, int start, struct unit *unit);

#endif
