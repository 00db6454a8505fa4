/* transfer.c - the phases of one transfer: choice, preparation, data connection, bytes, last reply. */
#include "captures/lab/generate/session.h"

#include <string.h>

enum { PASSIVE_PORT = 40000, PASSIVE_PORTS = 20000 };
enum { BURST_DOWN = 6, BURST_UP = 8, WINDOW_SEGMENTS = 32, ENTRIES_MAX = 80, BROKEN_MIN = 6000, YOUNG_BYTES = 24000 };
enum { LISTINGS_PERCENT = 20, UPLOADS_PERCENT = 25, EMPTY_PERCENT = 2 };
enum { SECOND_US = 1000000 };

bool transfer_active(const struct transfer *transfer)
{
    return transfer->setup == SAY_PORT || transfer->setup == SAY_EPRT;
}

const char *transfer_command(const struct session *session)
{
    if (!session->transfer.is_listing)
        return session->transfer.upload ? "STOR" : "RETR";
    if (strcmp(session->style->listing, "MLSD") == 0 && !session->dialect->has_mlsd)
        return "LIST";
    return session->style->listing;
}

/* ---- the choice ---- */

static enum listing listing_kind(const char *command)
{
    return command[0] == 'M' ? LISTING_FACTS : command[0] == 'N' ? LISTING_NAMES : LISTING_LONG;
}

/* Only what the packets of such a session can prove: without a size on the wire nobody sees that bytes are missing. */
static enum fault fault_of(struct session *session, bool upload)
{
    static const enum fault down[] = {FAULT_MISSING, FAULT_REFUSED, FAULT_TIMEOUT,
                                      FAULT_RESET,   FAULT_ABOR,    FAULT_TRUNCATED};
    static const enum fault up[] = {FAULT_DENIED, FAULT_REFUSED, FAULT_TIMEOUT, FAULT_FULL};
    bool size_told = session->dialect->tells_size || session->style->asks_size;

    if (!dice_percent(&session->dice, session->run->options->failures))
        return FAULT_NONE;
    if (upload)
        return up[dice_below(&session->dice, sizeof(up) / sizeof(up[0]))];
    return down[dice_below(&session->dice, sizeof(down) / sizeof(down[0]) - (size_told ? 0 : 1))];
}

static uint64_t file_size(struct session *session)
{
    uint64_t bytes = session->run->options->bytes;

    if (session->run->options->kind == KIND_BULK)
        return bytes;
    if (dice_percent(&session->dice, EMPTY_PERCENT))
        return 0;
    return bytes / 4 + dice_roll(&session->dice) % (bytes * 3 / 2 + 1);
}

static void size_broken(struct session *session)
{
    struct transfer *transfer = &session->transfer;

    if (transfer->named < BROKEN_MIN)
        transfer->named = BROKEN_MIN;
    transfer->size = transfer->named / 8 + dice_roll(&session->dice) % (transfer->named / 2);
}

static bool breaks_in_the_middle(enum fault fault)
{
    return fault == FAULT_TRUNCATED || fault == FAULT_RESET || fault == FAULT_ABOR || fault == FAULT_FULL;
}

static void choose_listing(struct session *session)
{
    struct transfer *transfer = &session->transfer;

    transfer->is_listing = true;
    transfer->listing = listing_kind(transfer_command(session));
    transfer->named = content_listing_len(transfer->listing, dice_between(&session->dice, 1, ENTRIES_MAX));
    transfer->size = transfer->named;
}

static void choose_file(struct session *session)
{
    struct transfer *transfer = &session->transfer;

    transfer->upload = dice_percent(&session->dice, UPLOADS_PERCENT);
    transfer->fault = fault_of(session, transfer->upload);
    transfer->named = transfer->size = file_size(session);
    if (breaks_in_the_middle(transfer->fault))
        size_broken(session);
}

static bool tried_with_size(const struct session *session)
{
    return session->style->asks_size && !session->transfer.is_listing && !session->transfer.upload;
}

void transfer_choose(struct session *session)
{
    struct transfer *transfer = &session->transfer;
    const struct style *style = session->style;
    bool bulk = session->run->options->kind == KIND_BULK;

    *transfer = (struct transfer){.number = dice_below(&session->dice, 800000)};
    transfer->setup = style->setup[session->control.hosts.ipv6 ? 1 : 0];
    if (!bulk && dice_percent(&session->dice, LISTINGS_PERCENT))
        choose_listing(session);
    else
        choose_file(session);
    char type = transfer->is_listing ? 'A' : 'I';
    session->todo = 1u << transfer->setup;
    session->todo |= session->type != type ? 1u << SAY_TYPE : 0;
    session->todo |= tried_with_size(session) ? 1u << SAY_SIZE : 0;
    session->todo |=
        tried_with_size(session) && style->asks_time && transfer->fault != FAULT_MISSING ? 1u << SAY_MDTM : 0;
    session->type = type;
    session->phase = PHASE_PREPARE;
}

/* ---- preparation ---- */

/* No two sessions of a server listen on the same port at a time: each slot has its own. */
static uint16_t passive_port(struct session *session)
{
    uint32_t concurrent = session->run->options->concurrent, servers = session_servers(concurrent);
    uint32_t each = PASSIVE_PORTS / (concurrent / servers + 1), nth = session->slot / servers;

    return (uint16_t)(PASSIVE_PORT + nth * each + dice_below(&session->dice, each));
}

static void open_link(struct session *session)
{
    const struct link *control = &session->control;
    uint16_t client_port = session_client_port(session, ++session->data_ports);
    uint16_t server_port = transfer_active(&session->transfer) ? 20 : passive_port(session);

    link_open(&session->data, &control->hosts, client_port, server_port, control->stamps, &session->dice);
}

static enum reply preparation_reply(const struct session *session, enum command command)
{
    switch ((unsigned)command) {
    case SAY_TYPE:
        return session->type == 'I' ? REPLY_TYPE_I : REPLY_TYPE_A;
    case SAY_SIZE:
        return session->transfer.fault == FAULT_MISSING ? REPLY_SIZE_MISSING : REPLY_SIZE;
    case SAY_MDTM:
        return REPLY_MDTM;
    case SAY_PASV:
        return REPLY_PASV;
    case SAY_EPSV:
        return REPLY_EPSV;
    case SAY_PORT:
        return REPLY_PORT;
    default:
        return REPLY_EPRT;
    }
}

void transfer_prepare(struct session *session)
{
    if (session->todo == 0) {
        session->phase = PHASE_BEGIN;
        return;
    }
    enum command command = session_pick(session);
    if (command == session->transfer.setup)
        open_link(session);
    session_exchange(session, command, preparation_reply(session, command));
}

/* ---- the data connection ---- */

static enum side opener(const struct session *session)
{
    return transfer_active(&session->transfer) ? SERVER : CLIENT;
}

static void connect_data(struct session *session)
{
    acts_open(&session->acts, 100, session->trip_us, opener(session), true);
}

static enum reply begin_reply(const struct session *session)
{
    if (session->transfer.is_listing)
        return REPLY_BEGIN_LIST;
    return session->transfer.upload ? REPLY_BEGIN_UP : REPLY_BEGIN_DOWN;
}

static void begin_well(struct session *session)
{
    bool command_first = session->style->command_first || transfer_active(&session->transfer);

    if (command_first)
        session_says(session, SAY_TRANSFER);
    connect_data(session);
    if (!command_first)
        session_says(session, SAY_TRANSFER);
    session_answers(session, begin_reply(session));
    session->phase = PHASE_BYTES;
}

/* A client that connected already sees its data connection closed. */
static void begin_denied(struct session *session)
{
    bool connected = !transfer_active(&session->transfer) && !session->style->command_first;

    if (connected)
        connect_data(session);
    session_exchange(session, SAY_TRANSFER, session->transfer.upload ? REPLY_DENIED : REPLY_MISSING);
    if (connected)
        acts_close(&session->acts, 20, session->trip_us, SERVER, true);
    session->phase = PHASE_TOLD;
}

static void begin_refused(struct session *session)
{
    enum side from = opener(session), other = from == CLIENT ? SERVER : CLIENT;
    struct acts *acts = &session->acts;
    uint32_t trip_us = other == SERVER ? session->trip_us : 20;

    session_says(session, SAY_TRANSFER);
    acts_add(acts, 150, from, ACT_SYN, true, 0);
    acts_add(acts, trip_us, other, ACT_REFUSE, true, 0);
    acts_add(acts, SECOND_US / 2, from, ACT_SYN_AGAIN, true, 0);
    acts_add(acts, trip_us, other, ACT_REFUSE, true, 0);
    acts_add(acts, from == CLIENT ? 5 * SECOND_US : session->trip_us, SERVER, ACT_LINE, false, REPLY_NO_CONNECTION);
    session->phase = PHASE_TOLD;
}

static void begin_timeout(struct session *session)
{
    enum side from = opener(session);
    struct acts *acts = &session->acts;

    session_says(session, SAY_TRANSFER);
    acts_add(acts, 150, from, ACT_SYN, true, 0);
    for (uint32_t wait = 1; wait <= 4; wait *= 2)
        acts_add(acts, wait * SECOND_US, from, ACT_SYN_AGAIN, true, 0);
    acts_add(acts, 3 * SECOND_US, SERVER, ACT_LINE, false, REPLY_NO_CONNECTION);
    session->phase = PHASE_TOLD;
}

void transfer_begin(struct session *session)
{
    switch (session->transfer.fault) {
    case FAULT_MISSING:
    case FAULT_DENIED:
        begin_denied(session);
        break;
    case FAULT_REFUSED:
        begin_refused(session);
        break;
    case FAULT_TIMEOUT:
        begin_timeout(session);
        break;
    case FAULT_NONE:
    case FAULT_TRUNCATED:
    case FAULT_RESET:
    case FAULT_ABOR:
    case FAULT_FULL:
    case FAULTS:
        begin_well(session);
        break;
    }
}

/* ---- the bytes ---- */

/* How long until the next burst: a window full of segments waits for the far end. */
static uint32_t burst_delay(const struct session *session, size_t segment)
{
    uint64_t sent = session->transfer.sent / segment;

    return sent % WINDOW_SEGMENTS < BURST_DOWN ? session->trip_us : session->pace_us;
}

/*
 * The client acknowledges at once, for the capture is made there: each of the first segments, as Linux does while a
 * connection is young, then every second one.
 */
static void burst_down(struct session *session, unsigned segments, uint32_t delay_us)
{
    bool young = session->transfer.sent < YOUNG_BYTES;

    for (unsigned i = 1; i <= segments; i++) {
        acts_add(&session->acts, i == 1 ? delay_us : session->pace_us, SERVER, ACT_SEGMENT, true, i == segments);
        if (young || i % 2 == 0)
            acts_add(&session->acts, 10, CLIENT, ACT_ACK, true, i);
    }
}

/* The server's acknowledgements come a trip later. */
static void burst_up(struct session *session, unsigned segments, uint32_t delay_us)
{
    for (unsigned i = 1; i <= segments; i++)
        acts_add(&session->acts, i == 1 ? delay_us : session->pace_us, CLIENT, ACT_SEGMENT, true, i == segments);
    for (unsigned i = 2; i <= segments; i += 2)
        acts_add(&session->acts, i == 2 ? session->trip_us : session->pace_us, SERVER, ACT_ACK, true, i);
}

void transfer_bytes(struct session *session)
{
    struct transfer *transfer = &session->transfer;
    size_t segment = link_segment_max(&session->data);
    uint64_t left = transfer->size - transfer->sent, segments = (left + segment - 1) / segment;
    unsigned most = transfer->upload ? BURST_UP : BURST_DOWN, count = segments < most ? (unsigned)segments : most;

    if (left == 0) {
        session->phase = PHASE_END;
        return;
    }
    transfer->burst = session->data.next[transfer->upload ? CLIENT : SERVER];
    if (transfer->upload)
        burst_up(session, count, 50);
    else
        burst_down(session, count, burst_delay(session, segment));
}

/* ---- the end ---- */

static void end_well(struct session *session)
{
    const struct transfer *transfer = &session->transfer;
    enum side sender = transfer->upload ? CLIENT : SERVER;

    acts_close(&session->acts, session->pace_us, session->trip_us, sender, true);
    session_answers(session, transfer->is_listing ? REPLY_DONE_LIST : REPLY_DONE);
}

static void end_with_abor(struct session *session)
{
    session_says(session, SAY_ABOR);
    acts_close(&session->acts, session->trip_us, session->trip_us, SERVER, true);
    acts_add(&session->acts, 50, SERVER, ACT_LINE, false, REPLY_BROKEN);
    acts_add(&session->acts, 50, SERVER, ACT_LINE, false, REPLY_ABORTED);
}

void transfer_end(struct session *session)
{
    enum fault fault = session->transfer.fault;

    if (fault == FAULT_RESET) {
        acts_add(&session->acts, 500, CLIENT, ACT_RESET, true, 0);
        session_answers(session, REPLY_BROKEN);
    } else if (fault == FAULT_FULL) {
        acts_add(&session->acts, session->trip_us, SERVER, ACT_RESET, true, 0);
        acts_add(&session->acts, 100, SERVER, ACT_LINE, false, REPLY_FULL);
    } else if (fault == FAULT_ABOR) {
        end_with_abor(session);
    } else {
        end_well(session);
    }
    session->phase = PHASE_TOLD;
}
