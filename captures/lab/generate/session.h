/*
 * session.h - one FTP session: control connection, one data connection at a time. A session is a sequence of phases;
 * each plans a few packets and says what comes after it.
 */
#ifndef GENERATE_SESSION_H
#define GENERATE_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "captures/lab/generate/acts.h"
#include "captures/lab/generate/content.h"
#include "captures/lab/generate/dialect.h"
#include "captures/lab/generate/dice.h"
#include "captures/lab/generate/options.h"

enum phase {
    PHASE_CONNECT,
    PHASE_LOGIN,
    PHASE_HELLO,
    PHASE_NEXT,    /* another transfer, silence, or the end */
    PHASE_PREPARE, /* TYPE, SIZE, PASV ... */
    PHASE_BEGIN,
    PHASE_BYTES,
    PHASE_END,
    PHASE_TOLD, /* the last reply of the transfer was sent */
    PHASE_OVER,
    PHASES
};

/* What goes wrong with a transfer. */
enum fault {
    FAULT_NONE,
    FAULT_MISSING,   /* there is no such file */
    FAULT_DENIED,    /* nothing may be written there */
    FAULT_REFUSED,   /* the data connection is reset */
    FAULT_TIMEOUT,   /* the data connection gets no answer */
    FAULT_TRUNCATED, /* fewer bytes than were named, and 226 */
    FAULT_RESET,     /* the client resets in the middle */
    FAULT_ABOR,      /* the client says ABOR in the middle */
    FAULT_FULL,      /* the server's disk is full in the middle */
    FAULTS
};

struct transfer {
    uint64_t named; /* bytes that the file has */
    uint64_t size;  /* bytes that are sent of it */
    uint64_t sent;
    uint32_t number; /* of the file or listing */
    uint32_t burst;  /* sequence number where the present burst began */
    enum command setup;
    enum fault fault;
    enum listing listing; /* its kind */
    bool is_listing, upload;
};

/* What all sessions of a run share. */
struct run {
    const struct options *options;
    struct wire *wire;
    FILE *truth; /* or NULL */
};

struct session {
    const struct run *run;
    const struct dialect *dialect;
    const struct style *style;
    struct dice dice;
    uint64_t number; /* from 1, in the order of their first packets */
    struct link control, data;
    struct acts acts;
    struct transfer transfer;
    uint32_t slot; /* sessions with the same one are never at the same time */
    uint32_t transfers_left;
    uint32_t folder, user;
    uint32_t trip_us, pace_us; /* there and back; between two segments */
    uint32_t todo;             /* bits of enum command: what the phase still has to say */
    uint16_t data_ports;       /* used so far */
    uint8_t silences;          /* before what comes next */
    uint8_t phase;
    uint8_t line; /* of a text that the server sends line by line: the one that is due */
    char type;    /* 'A' or 'I' */
    bool wrong_password;
};

/* The session of this number begins, in this slot of run->options->concurrent. Its first packet is due at once. */
void session_begin(struct session *session, const struct run *run, uint64_t number, uint32_t slot);

/* Sends the packet that is due, and says how long after it the next one is. False: it was the last. */
bool session_send(struct session *session, uint64_t at_ns, uint64_t *delay_ns);

/* ---- for the phases of session.c and transfer.c ---- */

/* A line of the client, after it has thought; a line of the server, after its way. */
void session_says(struct session *session, enum command command);
void session_answers(struct session *session, enum reply reply);

void session_exchange(struct session *session, enum command command, enum reply reply);

/* Takes the first thing out of session->todo. There must be one. */
enum command session_pick(struct session *session);

/* The client's port for the `n`th connection of this session, 0 being the control connection. */
uint16_t session_client_port(const struct session *session, uint32_t n);

/* The sessions of slot N are with server N % session_servers. */
uint32_t session_servers(uint32_t concurrent);

void transfer_choose(struct session *session);
void transfer_prepare(struct session *session);
void transfer_begin(struct session *session);
void transfer_bytes(struct session *session);
void transfer_end(struct session *session);

bool transfer_active(const struct transfer *transfer);

/* The code of its last reply. */
unsigned transfer_code(const struct session *session);

/* Writes one record into the truth, if that is asked for. */
void truth_transfer(const struct session *session);

/* RETR, STOR, LIST, NLST or MLSD. */
const char *transfer_command(const struct session *session);

/* The text of a line (or of several) without its end; returns its bytes, which fit. */
enum { TEXT_MAX = 1200 };
size_t session_text(const struct session *session, unsigned line, char to[TEXT_MAX]);

#endif
