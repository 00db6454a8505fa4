/*
 * session.h - the control conversation: which command a reply answers, and all that needs history. Include ftpscope.h.
 *
 * The position rule: per direction the session knows the next stream position. A line at that position is a step. A
 * line beyond it means that bytes are missing: the note tells how many, pending commands become uncertain, then the
 * line is a step. A line before it is late or a duplicate and changes nothing.
 */
#ifndef FTPSCOPE_SESSION_H
#define FTPSCOPE_SESSION_H

struct fsc_session; /* opaque; no pointers inside, so it may be moved with memcpy */

struct fsc_session_config {
    struct fsc_endpoint client, server;
    bool saw_start;    /* the first line given is the first of the connection */
    bool implicit_tls; /* TLS from the first byte (port 990) */
};

/* One line and where it stood. */
struct fsc_input {
    enum fsc_dir dir;
    uint64_t pos;   /* stream position of the line's first byte */
    uint64_t ack;   /* the other direction's position that its segment acknowledges; FSC_ACK_NONE when not known */
    uint64_t frame; /* of the segment that completed the line; any number the host can find again */
    int64_t time_ns;
    struct fsc_span text;              /* terminator and Telnet removed */
    size_t wire_len;                   /* bytes it took in the stream */
    uint32_t line_flags;               /* enum fsc_line_flag */
    const struct fsc_command *command; /* of the client's: `text` taken apart, when the caller has done it; else NULL */
};
#define FSC_ACK_NONE UINT64_MAX

enum fsc_step { FSC_STEP_OK, FSC_STEP_AFTER_GAP, FSC_STEP_LATE };

enum fsc_outcome {                   /* what a reply means for its command: the cells of the diagram table */
                   FSC_OUTCOME_NONE, /* a line that decides nothing (a command, the inside of a multi-line reply) */
                   FSC_OUTCOME_WAIT, /* preliminary: a final reply must follow */
                   FSC_OUTCOME_DONE,
                   FSC_OUTCOME_MORE,      /* 3yz: the exchange goes on */
                   FSC_OUTCOME_FAILED,    /* 4yz: may be tried again */
                   FSC_OUTCOME_REFUSED,   /* 5yz */
                   FSC_OUTCOME_VIOLATION, /* not possible in this diagram */
};

enum fsc_note_flag {
    FSC_NOTE_FIRST = 1u << 0,       /* first line of a reply */
    FSC_NOTE_LAST = 1u << 1,        /* last line of a reply: code, outcome and text class are decided */
    FSC_NOTE_UNSOLICITED = 1u << 2, /* answers no command */
    FSC_NOTE_GREETING = 1u << 3,
    FSC_NOTE_UNCERTAIN = 1u << 4,   /* pairing made while bytes were missing */
    FSC_NOTE_PIPELINED = 1u << 5,   /* command sent while others waited for their reply */
    FSC_NOTE_ILLEGAL = 1u << 6,     /* the code is neither defined nor usual for this command */
    FSC_NOTE_OVERFLOW = 1u << 7,    /* pending queue was full: the oldest command was given up */
    FSC_NOTE_TEXT_CUT = 1u << 8,    /* a text did not fit the block or a limit */
    FSC_NOTE_CONTINUED = 1u << 9,   /* rest of an overlong line: nothing decided */
    FSC_NOTE_SECRET = 1u << 10,     /* the argument must not be shown (also: unknown word after 331) */
    FSC_NOTE_EXPECT = 1u << 11,     /* expect holds a new expectation */
    FSC_NOTE_EXPECT_BAD = 1u << 12, /* the reply or argument should hold an endpoint and does not */
    FSC_NOTE_TRANSFER = 1u << 13,   /* command or reply of a transfer: transfer holds its parameters */
    FSC_NOTE_TLS = 1u << 14,        /* after this line both directions are TLS */
    FSC_NOTE_LOGIN = 1u << 15,      /* the user is logged in now */
    FSC_NOTE_LOGIN_REFUSED = 1u << 16,
    FSC_NOTE_UNTERMINATED = 1u << 17, /* a multi-line reply was closed without its last line */
    FSC_NOTE_CLOSING = 1u << 18,      /* 221 to QUIT or 421: the server ends the session */
    FSC_NOTE_RESET = 1u << 19,        /* REIN, AUTH: user, directory and parameters are back to the start */
    FSC_NOTE_PROTECTED = 1u << 20,    /* 63z reply or MIC/CONF/ENC command */
    FSC_NOTE_BAD_BASE64 = 1u << 21,
    FSC_NOTE_EXPECT_GONE = 1u << 22, /* the setup command was refused: expect_id is void */
    FSC_NOTE_ABORTED = 1u << 23,     /* an ABOR stood in the queue when this reply of a transfer came */
    FSC_NOTE_DOUBTFUL = 1u << 24,    /* UNCERTAIN, and there is another command, seen or missing, that it may answer */
};

enum fsc_phase { FSC_PHASE_UNKNOWN, FSC_PHASE_GREETING, FSC_PHASE_LOGIN, FSC_PHASE_READY, FSC_PHASE_CLOSING };
enum fsc_tls { FSC_TLS_NONE, FSC_TLS_EXPLICIT, FSC_TLS_IMPLICIT, FSC_TLS_GSSAPI, FSC_TLS_CLEARED };

struct fsc_expect {
    uint32_t id; /* the tx of its setup command; 0 is the default ports of RFC 959 section 3.2 */
    enum fsc_form form;
    struct fsc_endpoint listener; /* as announced; of EPSV the control server's address */
    struct fsc_endpoint fallback; /* the same port at the control peer that listens: NAT */
    struct fsc_addr connector;    /* the control peer that should connect */
};

enum fsc_match { FSC_MATCH_NO, FSC_MATCH_EXACT, FSC_MATCH_FALLBACK, FSC_MATCH_OTHER_HOST };

/* Does a connection from -> to use this expectation? OTHER_HOST: right listener, another host connects. */
enum fsc_match fsc_expect_match(const struct fsc_expect *expect, const struct fsc_endpoint *from,
                                const struct fsc_endpoint *to);

/* With no setup command in force: the server connects from the port below its control port to the client's control port
 * (RFC 959 section 3.2). */
void fsc_expect_default(const struct fsc_endpoint *client, const struct fsc_endpoint *server, struct fsc_expect *out);

/* The parameters in force for a transfer command. */
struct fsc_transfer_setup {
    uint32_t tx; /* of the transfer command: the transfer's number too */
    enum fsc_verb verb;
    uint32_t expect_id;      /* 0: default ports */
    uint64_t offset;         /* REST */
    uint64_t expected_bytes; /* best provable size, 0 with expected_from NONE */
    enum fsc_size_from expected_from;
    char type, mode, structure, protection; /* 'A' 'I' 'E' 'L', 'S' 'B' 'C' 'Z' 'E', 'F' 'R' 'P', 'C' 'S' 'E' 'P' */
    bool parameters_known; /* false: the session was joined in the middle or has a gap, TYPE ... are assumptions */
    bool size_is_ascii;    /* the size was asked for in TYPE A */
    bool size_is_rest;     /* expected_bytes is what is left behind `offset`, not the whole file */
};

/* What a line means with the history known. Spans point into the session and hold until its next call. */
struct fsc_note {
    enum fsc_step step;
    uint64_t gap;             /* bytes missing right before this line */
    uint32_t flags;           /* enum fsc_note_flag */
    uint32_t tx;              /* number of the command that this line is or answers; 0: none */
    enum fsc_verb verb;       /* of that command */
    uint64_t command_frame;   /* of that command */
    int64_t latency_ns;       /* FIRST replies: since the command */
    uint16_t code;            /* of the reply this line belongs to */
    enum fsc_outcome outcome; /* with FSC_NOTE_LAST */
    enum fsc_text_class text; /* with FSC_NOTE_LAST: over all lines of the reply */
    enum fsc_phase phase;
    enum fsc_tls tls;
    struct fsc_span user, cwd; /* before the command's effect; an unknown directory is "?" */
    /* Of the file or directory named, absolute: on FIRST and LAST lines of replies; on a command as far as it is known
     * by then (not while a change of directory waits for its reply). */
    struct fsc_span path;
    struct fsc_expect expect;           /* FSC_NOTE_EXPECT */
    uint32_t expect_id;                 /* setup and transfer commands */
    struct fsc_transfer_setup transfer; /* FSC_NOTE_TRANSFER */
    uint32_t skipped; /* commands before this one that were given up: they got no reply (see fsc_session_skipped) */
};

size_t fsc_session_size(void); /* the smallest block: an idle session with short texts */

/* The size a block must have so that no text of a line of `text_len` bytes is cut; at most the stated limits. */
size_t fsc_session_room(const struct fsc_session *session, size_t text_len);
size_t fsc_session_capacity(const struct fsc_session *session);

/* `mem` (aligned for uint64_t, at least fsc_session_size()) becomes a session. */
struct fsc_session *fsc_session_init(void *mem, size_t size, const struct fsc_session_config *config);

/* Moves a session into a larger block. */
struct fsc_session *fsc_session_move(void *mem, size_t size, const struct fsc_session *old);

enum fsc_step fsc_session_step(struct fsc_session *session, const struct fsc_input *in, struct fsc_note *note);

/* The numbers of the commands that the last step gave up, oldest first. i < note.skipped. */
uint32_t fsc_session_skipped(const struct fsc_session *session, uint32_t i);

/* At the end: commands still without final reply, oldest first; false when there is none. The note is as of a reply
 * that never came. */
bool fsc_session_unanswered(struct fsc_session *session, struct fsc_note *out);

/* The host knows of missing bytes although no later line came (end of the capture). */
void fsc_session_gap(struct fsc_session *session, enum fsc_dir dir, uint64_t to_pos);

bool fsc_session_opaque(const struct fsc_session *session); /* TLS: do not split lines */
bool fsc_session_uncertain(
    const struct fsc_session *session); /* bytes were missing somewhere so far, or the start was */
/* Lines are readable again (CCC, or a handshake that never came): positions go on at `pos`. */
void fsc_session_clear(struct fsc_session *session, enum fsc_dir dir, uint64_t pos);
/* A new position space (decrypted bytes). */
void fsc_session_rebase(struct fsc_session *session, enum fsc_dir dir, uint64_t pos);

#endif
