/*
 * session_state.h - the inside of a session, shared by session*.c, pairing.c, effects.c, setups.c, files.c and arena.c.
 *
 * The block: this struct, then the arena. The arena holds the user name, the directory, and the queue of pending
 * commands, each a struct pending followed by its argument; what is free behind the queue is scratch for the paths of a
 * note.
 */
#ifndef FTPSCOPE_SESSION_STATE_H
#define FTPSCOPE_SESSION_STATE_H

#include "core/ftpscope.h"
#include "core/limits.h"

enum pending_flag {
    PENDING_DONE = 1u << 0,      /* answered or given up, waits to leave the queue */
    PENDING_STARTED = 1u << 1,   /* a preliminary reply came */
    PENDING_UNCERTAIN = 1u << 2, /* bytes went missing while it waited */
    PENDING_SECRET = 1u << 3,
    PENDING_ABORTED = 1u << 4,     /* an ABOR came after it */
    PENDING_RIVALS_LOST = 1u << 5, /* commands went missing while it waited */
    PENDING_SETTLED =
        1u << 6, /* TYPE, MODE ... were known and nobody waited when it was sent: a later hole changes nothing */
    PENDING_CUT = 1u << 7, /* the end of its line is missing: nobody knows the argument */
};

struct pending {
    uint64_t pos_end;  /* command direction: position behind the line */
    uint64_t peer_pos; /* reply direction: what the client had received when it sent it; FSC_ACK_NONE */
    uint64_t frame;
    int64_t time_ns;
    uint64_t value; /* offset of REST, bytes of ALLO, or the size announced for a transfer */
    uint32_t tx;
    uint32_t expect_id;
    uint16_t verb;     /* enum fsc_verb */
    uint16_t arg_len;  /* bytes of the argument behind this struct */
    uint8_t flags;     /* enum pending_flag */
    uint8_t param;     /* first letter of TYPE, MODE, STRU, PROT; 'T' AUTH by TLS */
    uint8_t size_from; /* enum fsc_size_from of value */
    uint8_t spare;
};

struct known_size {
    uint64_t path_hash, bytes;
    enum fsc_size_from from;
    bool ascii, valid;
};

struct open_reply {
    bool open; /* a multi-line reply waits for its last line */
    bool bad_base64;
    uint16_t code;
    enum fsc_text_class text;
    uint32_t tx;          /* 0: answers no command */
    uint32_t first_flags; /* of its first note, repeated on the last */
    uint64_t size;        /* announced in any of its lines */
    enum fsc_size_from size_from;
    struct fsc_endpoint endpoint;
    bool endpoint_found;
};

struct parameters {
    uint8_t type, mode, structure, protection;
    bool known;
    uint64_t offset;
    uint64_t allocated;
};

/* A note shows user and directory as they were before the reply, by spans into the arena: the texts change with the
 * next call. */
struct deferred {
    bool forget, user, cwd; /* forget both; then take these, arena offsets */
    uint32_t user_at, user_len, cwd_at, cwd_len;
};

struct fsc_session {
    uint32_t size;              /* of the whole block */
    uint32_t user_len, cwd_len; /* texts at the start of the arena, in this order */
    uint32_t head, tail;        /* the queue, arena offsets */
    uint32_t count;             /* entries of the queue, done ones included */
    uint32_t longest;           /* argument in the queue since it was last empty */
    struct fsc_endpoint client, server;
    uint64_t next[2]; /* the next position per direction */
    uint64_t hole[2]; /* bytes known to be missing right before the next line */
    bool started[2];  /* any line seen in this direction */
    bool overlong[2]; /* the last line was cut: what follows is its rest */
    bool uncertain;
    bool login_open;   /* USER or AUTH was sent, and nobody is logged in yet: an unknown word may be a password */
    bool await_secret; /* 331, 332 or 336 was the last word: what follows is a secret */
    bool opaque;
    bool garbage;      /* lines that are no reply came since the last reply */
    uint64_t hole_end; /* reply direction: before it replies may have been lost; 0 none */
    uint32_t last_tx;
    enum fsc_phase phase;
    enum fsc_tls tls;
    struct parameters parameters;
    uint32_t latest_setup;    /* tx of the setup command sent last; 0 none in force */
    uint32_t confirmed_setup; /* of the last one the server accepted */
    bool latest_passive, confirmed_passive;
    struct open_reply reply;
    struct deferred deferred;
    struct known_size sizes[FSC_SIZES_MAX];
    uint32_t next_size;
    uint32_t skipped_count;
    uint32_t skipped[FSC_PENDING_MAX];
    uint64_t arena[];
};

/* arena.c */
uint8_t *arena_bytes(const struct fsc_session *session);
size_t arena_capacity(const struct fsc_session *session);
struct fsc_span arena_user(const struct fsc_session *session);
struct fsc_span arena_cwd(const struct fsc_session *session);
bool arena_set_user(struct fsc_session *session, struct fsc_span text); /* false: cut */
bool arena_set_cwd(struct fsc_session *session, struct fsc_span text);
void arena_forget_cwd(struct fsc_session *session);               /* missing bytes may have changed it */
struct fsc_span arena_scratch(const struct fsc_session *session); /* free bytes behind the queue */
struct pending *queue_push(struct fsc_session *session, const struct pending *entry, struct fsc_span arg, bool *cut);
struct pending *queue_first(const struct fsc_session *session); /* NULL when empty */
struct pending *queue_next(const struct fsc_session *session, const struct pending *entry);
struct fsc_span queue_argument(const struct pending *entry);
/* Between lines: room of dropped entries is used again once it is more than the queue takes, so that each byte moves
 * once or twice however long the queue never empties. */
void queue_compact(struct fsc_session *session);
void queue_sweep(struct fsc_session *session); /* drops the done entries at the front */

/* pairing.c */
struct pending *pairing_find(struct fsc_session *session, uint16_t code, uint64_t ack);
struct pending *pairing_by_tx(const struct fsc_session *session, uint32_t tx);
enum fsc_outcome pairing_outcome(enum fsc_verb verb, uint16_t code);
bool pairing_legal(const struct pending *entry, uint16_t code);
bool pairing_has_rival(const struct fsc_session *session, const struct pending *entry, uint16_t code, uint64_t ack);
bool pairing_directory_waits(const struct fsc_session *session, const struct pending *before);
void pairing_skip_before(struct fsc_session *session, const struct pending *entry);
void pairing_give_up(struct fsc_session *session, struct pending *entry);

/* session.c */
bool session_position_known(const struct fsc_session *session, enum fsc_dir dir);
void session_fill_state(const struct fsc_session *session, struct fsc_note *note);

/* session_command.c, session_reply.c */
void session_command(struct fsc_session *session, const struct fsc_input *in, struct fsc_note *note);
void session_reply(struct fsc_session *session, const struct fsc_input *in, struct fsc_note *note);

/* effects.c */
void effects_reset(struct fsc_session *session); /* the parameters; the texts are forgotten with the next call */
void effects_settle(struct fsc_session *session, struct fsc_note *note); /* the deferred texts take effect */
void effects_command(struct fsc_session *session, struct pending *entry, struct fsc_span argument,
                     struct fsc_note *note);
void effects_line(struct fsc_session *session, const struct pending *entry, struct fsc_span text);
void effects_reply(struct fsc_session *session, struct pending *entry, struct fsc_span text, struct fsc_note *note);

/* setups.c */
void setups_command(struct fsc_session *session, struct pending *entry, struct fsc_span argument,
                    struct fsc_note *note);
void setups_line(struct fsc_session *session, struct fsc_span text, enum fsc_verb verb);
void setups_unasked(struct fsc_session *session, struct fsc_note *note); /* the command is missing, its reply is not */
void setups_reply(struct fsc_session *session, struct pending *entry, struct fsc_note *note);
void setups_used(struct fsc_session *session, const struct pending *transfer);

/* files.c: the absolute path of the file that a command names; *cut: it did not fit the block. */
bool files_is_transfer(enum fsc_verb verb);
struct fsc_span files_path(struct fsc_session *session, const struct pending *entry, bool *cut);
struct fsc_span files_path_in_reply(struct fsc_session *session, const struct pending *entry, struct fsc_span text,
                                    bool *cut); /* STOU: the server says the name */
void files_take_size(struct fsc_session *session, const struct pending *entry, uint64_t bytes, enum fsc_size_from from);
void files_forget_size(struct fsc_session *session, const struct pending *entry);
void files_setup(struct fsc_session *session, const struct pending *entry, struct fsc_transfer_setup *out);

#endif
