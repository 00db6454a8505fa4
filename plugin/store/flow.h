/*
 * flow.h - a connection as the pipeline knew it: what its bytes are, by their position in the stream.
 *
 * Everything here lives as long as the file (wmem_file_scope). Texts are raw bytes of the wire.
 */
#ifndef FTPSCOPE_PLUGIN_STORE_FLOW_H
#define FTPSCOPE_PLUGIN_STORE_FLOW_H

#include "pipeline/pipeline.h"
#include "plugin/compat.h"

struct data_count;
struct exchange;
struct gathered_units;
struct session;

/* What the built-in dissector sees of a command or reply: see builtin.h. */
enum builtin_way {
    BUILTIN_WAY_OPEN,
    BUILTIN_WAY_WHOLE,
    BUILTIN_WAY_LATE, /* the first pass did not show it the line: it has no folder for it */
    BUILTIN_WAY_OTHER_WORDS,
    BUILTIN_WAY_FOLDER, /* it is told where that leads, with other words */
    BUILTIN_WAY_OURS
};

/* One line of a control connection, and what its note says; see session.h. Texts live as long as the file. */
struct line {
    uint32_t frame, line_flags;
    uint32_t flags; /* enum fsc_note_flag */
    uint32_t tx;
    enum fsc_verb verb;
    enum fsc_outcome outcome;
    enum fsc_text_class text;
    enum fsc_phase phase;
    uint16_t code;
    uint32_t length; /* bytes on the wire */
    uint64_t gap;
    struct fsc_span user, cwd, path;
    const struct fsc_span *shown; /* with passwords hidden, of a reply that repeats one; else NULL */
    struct exchange *exchange;
    uint32_t handed_in;   /* the frame with which TCP brought it to our dissector, in the first pass; 0: it did not */
    uint32_t withheld_in; /* the frame that shows it although TCP does not hand it on; 0: none by now */
    uint8_t way;          /* enum builtin_way, of a command or the first line of a reply */
    bool taken_for_transfer; /* by the built-in dissector: see builtin.h */
    uint32_t tapped_in;      /* the frame with which listeners are told of it, in every pass; 0: none by now */
};

struct line_place {
    uint64_t position;
    struct line *line;
};

/* Lines of one direction, found without a look at each: they lie far apart in memory. */
struct flow_lines {
    struct line_place *places; /* ascending; NULL: no line */
    unsigned count, room;
    unsigned last; /* the place found last */
};

/* Data of more than 4 GiB: sequence numbers come again, and a frame tells which time it is. */
struct milestone {
    uint32_t frame, seq;
    uint64_t position;
};

struct decrypted_at {
    uint32_t frame;
    uint64_t position;
};

/* A connection as the pipeline knew it. What every packet needs stands together: of thousands of connections none is in
 * the processor's caches. */
struct flow {
    uint64_t id;
    enum pipeline_role role;
    enum fsc_form form;
    uint32_t tx, setup_tx;
    struct session *session;
    conversation_t *conversation; /* epan's, which keeps it; NULL: not yet */
    struct fsc_endpoint first;    /* the initiator; of a control connection the client */
    bool server_is_first;
    bool claimed;               /* its packets come to our dissectors */
    bool tls;                   /* TLS was agreed on */
    bool looked_for_tls;        /* of a data connection: its first bytes were looked at */
    bool tls_data;              /* and they are TLS */
    bool gathers;               /* there are units in `gathered`: most have none, and nothing there is looked at */
    const char *words;          /* of its transfer command; NULL: not made yet */
    struct data_count *counted; /* of a data connection, see exchange.h; NULL: nothing by now */
    uint32_t handed_in;         /* the frame whose bytes TCP handed to us last */
    uint32_t known_in; /* the frame that showed that it is a control connection; 0: its port did, with the first */
    struct {
        struct flow_lines lines; /* of control connections */
        uint32_t base_seq;
        uint32_t tcp_base; /* what TCP took off the numbers it hands on; with tcp_based */
        bool numbered, tcp_based;
        wmem_array_t *milestones;        /* struct milestone, ascending, one for each GiB; NULL: shorter */
        struct flow_lines decrypted;     /* of what was decrypted, by position in that */
        wmem_array_t *decrypted_at;      /* struct decrypted_at, ascending: where what came with which frame begins */
        uint64_t decrypted_end;          /* first pass: how much was read so far */
        struct gathered_units *gathered; /* see gathered.h; NULL: nothing */
        wmem_array_t *shown;             /* see shown.h; NULL: nothing */
    } side[2];
};

int flow_side(const struct flow *flow, const struct fsc_endpoint *from);
bool flow_from_server(const struct flow *flow, int side);
/* The position of the byte with this sequence number, in a packet of this frame. */
bool flow_position(const struct flow *flow, int side, uint32_t seq, uint32_t frame, uint64_t *position);
/* First pass: bytes with this number stand there. */
void flow_pass(struct flow *flow, int side, uint32_t seq, uint32_t frame, uint64_t position);
/* The next line of a direction; positions ascend. */
void flow_add_line(struct flow *flow, int side, bool decrypted, uint64_t position, struct line *line);
/* NULL: none begins there */
struct line *flow_line(struct flow *flow, int side, bool decrypted, uint64_t position);
/* The lines that begin at or behind a position. */
const struct line_place *flow_lines_from(const struct flow_lines *lines, uint64_t position, unsigned *count);
/* Where the decrypted lines begin that came as the n-th piece (from 0) with this frame. */
bool flow_decrypted_position(const struct flow *flow, int side, uint32_t frame, unsigned n, uint64_t *position);

#endif
