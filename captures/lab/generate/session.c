/* session.c - from the greeting to QUIT; transfer.c has what lies between. */
#include "captures/lab/generate/session.h"

#include <string.h>

enum { CLIENTS = 1 << 14, SERVERS_MIN = 16, SERVERS_MAX = 240, SESSIONS_PER_SERVER = 4096 };
enum { CLIENT_PORT = 32768, CLIENT_PORTS = 28232 /* those that Linux gives out */ };
enum { QUICK_TRIP_US = 1000, SLOW_LOGIN_US = 3000000 };
enum { SILENCES = 2, SILENCE_MIN_US = 15000000, SILENCE_MAX_US = 45000000 };

/* ---- who, and where ---- */

/* Neighbours in number are not neighbours in address. */
static uint32_t client_address(uint64_t number)
{
    return 0xc6120000u + (uint32_t)(number * 5077 % CLIENTS); /* 198.18.0.0/15: for measurements (RFC 2544) */
}

uint32_t session_servers(uint32_t concurrent)
{
    uint32_t servers = concurrent / SESSIONS_PER_SERVER;

    return servers < SERVERS_MIN ? SERVERS_MIN : servers > SERVERS_MAX ? SERVERS_MAX : servers;
}

static uint32_t server_address(uint32_t slot, uint32_t concurrent)
{
    return 0xcb007101u + slot % session_servers(concurrent); /* 203.0.113.1 and those behind it */
}

/* The ports of a client's sessions follow one another, in steps that look like none. */
uint16_t session_client_port(const struct session *session, uint32_t n)
{
    uint64_t nth = session->number / CLIENTS * (session->run->options->transfers + 1u) + n;

    return (uint16_t)(CLIENT_PORT + (nth * 7919 + session->number % CLIENTS) % CLIENT_PORTS);
}

void session_begin(struct session *session, const struct run *run, uint64_t number, uint32_t slot)
{
    const struct options *options = run->options;
    struct dice dice = dice_for(options->seed, number);

    *session = (struct session){.run = run, .number = number, .slot = slot, .type = 'A'};
    session->dialect = &dialects[dice_below(&dice, DIALECTS)];
    session->style = &styles[dice_below(&dice, STYLES)];
    struct hosts hosts = {
        .address = {client_address(number), server_address(slot, options->concurrent)},
        .ttl = {session->style->ttl, session->dialect->ttl},
        .ipv6 = dice_percent(&dice, options->ipv6),
    };
    session->transfers_left = options->transfers;
    session->folder = dice_below(&dice, UINT32_MAX);
    session->user = dice_below(&dice, UINT32_MAX);
    session->trip_us = dice_between(&dice, 100, options->kind == KIND_BULK ? QUICK_TRIP_US : 20 * QUICK_TRIP_US);
    session->pace_us = dice_between(&dice, 3, options->kind == KIND_BULK ? 12 : 100);
    session->wrong_password = dice_percent(&dice, options->failures);
    session->silences = options->kind == KIND_IDLE ? SILENCES : 0;
    session->phase = PHASE_CONNECT;
    link_open(&session->control, &hosts, session_client_port(session, 0), 21, session->style->stamps, &dice);
    session->dice = dice;
}

/* ---- what is said ---- */

void session_says(struct session *session, enum command command)
{
    acts_add(&session->acts, dice_between(&session->dice, 50, 2000), CLIENT, ACT_LINE, false, command);
}

void session_answers(struct session *session, enum reply reply)
{
    acts_add(&session->acts, session->trip_us + dice_below(&session->dice, 500), SERVER, ACT_LINE, false, reply);
}

void session_exchange(struct session *session, enum command command, enum reply reply)
{
    session_says(session, command);
    session_answers(session, reply);
}

enum command session_pick(struct session *session)
{
    unsigned command = 0;

    while ((session->todo >> command & 1) == 0)
        command++;
    session->todo &= ~(1u << command);
    return (enum command)command;
}

/* ---- phases ---- */

static void connect_control(struct session *session)
{
    acts_open(&session->acts, 0, session->trip_us, CLIENT, false);
    session_answers(session, REPLY_GREETING);
    acts_add(&session->acts, 30, CLIENT, ACT_ACK, false, 0);
    if (session->style->feat_first)
        session_exchange(session, SAY_FEAT, REPLY_FEAT);
    session->phase = PHASE_LOGIN;
}

/* The password takes the server longer than an acknowledgement may wait. */
static void login(struct session *session)
{
    bool wrong = session->wrong_password;

    session->wrong_password = false;
    session_exchange(session, SAY_USER, REPLY_USER);
    session_says(session, SAY_PASS);
    acts_add(&session->acts, 40000 + session->trip_us, SERVER, ACT_ACK, false, 0);
    acts_add(&session->acts, wrong ? SLOW_LOGIN_US : 5000, SERVER, ACT_LINE, false,
             wrong ? REPLY_LOGIN_WRONG : REPLY_LOGGED_IN);
    session->phase = wrong ? PHASE_LOGIN : PHASE_HELLO;
    session->todo = session->style->hello;
}

static enum reply hello_reply(enum command command)
{
    switch ((unsigned)command) {
    case SAY_SYST:
        return REPLY_SYST;
    case SAY_FEAT:
        return REPLY_FEAT;
    case SAY_OPTS:
        return REPLY_OPTS;
    case SAY_PWD:
        return REPLY_PWD;
    default:
        return REPLY_CWD;
    }
}

static void hello(struct session *session)
{
    if (session->todo == 0) {
        session->phase = PHASE_NEXT;
        return;
    }
    enum command command = session_pick(session);
    session_exchange(session, command, hello_reply(command));
}

static void stay_silent(struct session *session)
{
    session->silences--;
    acts_add(&session->acts, dice_between(&session->dice, SILENCE_MIN_US, SILENCE_MAX_US), CLIENT, ACT_LINE, false,
             SAY_NOOP);
    session_answers(session, REPLY_NOOP);
    acts_add(&session->acts, 40000, CLIENT, ACT_ACK, false, 0);
}

static void quit(struct session *session)
{
    enum side first = dice_percent(&session->dice, 50) ? CLIENT : SERVER;

    session_exchange(session, SAY_QUIT, REPLY_QUIT);
    acts_close(&session->acts, 40, session->trip_us, first, false);
    session->phase = PHASE_OVER;
}

/* An idle session never ends: the capture does. */
static void next(struct session *session)
{
    if (session->silences > 0) {
        stay_silent(session);
    } else if (session->transfers_left > 0) {
        session->transfers_left--;
        session->silences = session->run->options->kind == KIND_IDLE ? SILENCES : 0;
        transfer_choose(session);
    } else if (session->run->options->kind == KIND_IDLE) {
        session->phase = PHASE_OVER;
    } else {
        quit(session);
    }
}

static void told(struct session *session)
{
    truth_transfer(session);
    acts_add(&session->acts, 30, CLIENT, ACT_ACK, false, 0);
    session->phase = PHASE_NEXT;
}

static void plan(struct session *session)
{
    static void (*const plans[PHASE_OVER])(struct session *) = {
        [PHASE_CONNECT] = connect_control,
        [PHASE_LOGIN] = login,
        [PHASE_HELLO] = hello,
        [PHASE_NEXT] = next,
        [PHASE_PREPARE] = transfer_prepare,
        [PHASE_BEGIN] = transfer_begin,
        [PHASE_BYTES] = transfer_bytes,
        [PHASE_END] = transfer_end,
        [PHASE_TOLD] = told,
    };

    while (acts_empty(&session->acts) && session->phase != PHASE_OVER)
        plans[session->phase](session);
}

/* ---- packets ---- */

/* The line of this number within `text`, with its end; NULL behind the last. */
static const char *nth_line(const char *text, size_t len, unsigned n, size_t *line_len)
{
    const char *end = text + len;

    for (; n > 0 && text < end; n--) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        text = newline != NULL ? newline + 1 : end;
    }
    const char *newline = memchr(text, '\n', (size_t)(end - text));
    *line_len = (size_t)((newline != NULL ? newline + 1 : end) - text);
    return text;
}

/* What the server sends line by line leaves its act in place until the last line. */
static bool send_line(struct session *session, struct act *act, uint64_t at_ns)
{
    struct wire *wire = session->run->wire;
    char text[TEXT_MAX + 2];
    size_t len = session_text(session, act->detail, text), part = len + 2;
    const char *from = text;

    memcpy(text + len, "\r\n", 2);
    if (act->from == SERVER && session->dialect->line_by_line)
        from = nth_line(text, len + 2, session->line, &part);
    memcpy(wire_payload(wire, &session->control), from, part);
    wire_tcp(wire, &session->control, act->from == CLIENT ? CLIENT : SERVER, TCP_PSH | TCP_ACK, part, 0, at_ns);
    bool whole = from + part == text + len + 2;
    session->line = whole ? 0 : (uint8_t)(session->line + 1);
    act->delay_us = 5;
    return whole;
}

static void send_segment(struct session *session, const struct act *act, uint64_t at_ns)
{
    struct wire *wire = session->run->wire;
    struct transfer *transfer = &session->transfer;
    size_t n = link_segment_max(&session->data);
    uint8_t *payload = wire_payload(wire, &session->data);

    if (n > transfer->size - transfer->sent)
        n = (size_t)(transfer->size - transfer->sent);
    if (transfer->is_listing)
        content_listing(payload, transfer->listing, transfer->number, transfer->sent, n);
    else
        content_file(payload, transfer->number, transfer->sent, n);
    transfer->sent += n;
    unsigned flags = act->detail != 0 || transfer->sent == transfer->size ? TCP_PSH | TCP_ACK : TCP_ACK;
    wire_tcp(wire, &session->data, act->from == CLIENT ? CLIENT : SERVER, flags, n, 0, at_ns);
}

/* How many bytes of the present burst an acknowledgement leaves open. */
static uint32_t behind(const struct session *session, const struct act *act)
{
    if (!act->data || act->kind != ACT_ACK || act->detail == 0)
        return 0;
    uint32_t sent = session->data.next[1 - act->from] - session->transfer.burst;
    uint32_t acknowledged = act->detail * (uint32_t)link_segment_max(&session->data);
    return sent > acknowledged ? sent - acknowledged : 0;
}

static bool send_act(struct session *session, struct act *act, uint64_t at_ns)
{
    if (act->kind == ACT_LINE)
        return send_line(session, act, at_ns);
    if (act->kind == ACT_SEGMENT)
        send_segment(session, act, at_ns);
    else
        act_send(act, session->run->wire, act->data ? &session->data : &session->control, behind(session, act), at_ns);
    return true;
}

bool session_send(struct session *session, uint64_t at_ns, uint64_t *delay_ns)
{
    plan(session);
    struct acts *acts = &session->acts;
    if (send_act(session, &acts->list[acts->first], at_ns))
        acts->first++;
    plan(session);
    if (acts_empty(acts))
        return false;
    *delay_ns = acts->list[acts->first].delay_us * UINT64_C(1000) + dice_below(&session->dice, 1000);
    return true;
}
