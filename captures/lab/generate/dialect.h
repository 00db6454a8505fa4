/* dialect.h - how servers speak and how clients behave. */
#ifndef GENERATE_DIALECT_H
#define GENERATE_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the client says. */
enum command {
    SAY_USER,
    SAY_PASS,
    SAY_SYST,
    SAY_FEAT,
    SAY_OPTS,
    SAY_PWD,
    SAY_CWD,
    SAY_TYPE,
    SAY_SIZE,
    SAY_MDTM,
    SAY_PASV,
    SAY_EPSV,
    SAY_PORT,
    SAY_EPRT,
    SAY_TRANSFER, /* RETR, STOR, LIST and the like */
    SAY_ABOR,
    SAY_NOOP,
    SAY_QUIT,
    COMMANDS
};

/* What the server says. */
enum reply {
    REPLY_GREETING = COMMANDS,
    REPLY_USER,
    REPLY_LOGGED_IN,
    REPLY_LOGIN_WRONG,
    REPLY_SYST,
    REPLY_FEAT,
    REPLY_OPTS,
    REPLY_PWD,
    REPLY_CWD,
    REPLY_TYPE_I,
    REPLY_TYPE_A,
    REPLY_SIZE,
    REPLY_SIZE_MISSING,
    REPLY_MDTM,
    REPLY_PASV,
    REPLY_EPSV,
    REPLY_PORT,
    REPLY_EPRT,
    REPLY_BEGIN_DOWN,
    REPLY_BEGIN_UP,
    REPLY_BEGIN_LIST,
    REPLY_DONE,
    REPLY_DONE_LIST,
    REPLY_MISSING,
    REPLY_DENIED,
    REPLY_NO_CONNECTION,
    REPLY_BROKEN,
    REPLY_FULL,
    REPLY_ABORTED,
    REPLY_NOOP,
    REPLY_QUIT,
    LINES
};

/*
 * Texts have places to fill: %u user, %c command, %n name of the file, %d working directory, %b bytes that the file
 * has, %h host and port as in PASV, %x the family of the address, %a the address, %p the port, %s the server's address,
 * %t the type. Lines are apart by \r\n; the last one has none.
 */
struct dialect {
    bool line_by_line; /* several lines are as many segments */
    bool tells_size;   /* in the reply that begins a download */
    bool has_mlsd;
    uint8_t ttl;
    const char *const *texts; /* by enum reply */
};

enum { DIALECTS = 5 };
extern const struct dialect dialects[DIALECTS];

/* How a client behaves. `hello` is what it says after the greeting, USER and PASS aside: bits of enum command. */
struct style {
    uint32_t hello;
    enum command setup[2]; /* with IPv4, with IPv6 */
    const char *listing;
    bool feat_first; /* FEAT before USER */
    bool asks_size, asks_time;
    bool command_first; /* the transfer command before the data connection */
    bool stamps;        /* TCP timestamps */
    uint8_t ttl;
};

enum { STYLES = 7 };
extern const struct style styles[STYLES];

/* The text of a line, whoever says it. */
const char *dialect_text(const struct dialect *dialect, unsigned line);

/* The reply code that a text begins with. */
unsigned dialect_code(const struct dialect *dialect, enum reply reply);

#endif
