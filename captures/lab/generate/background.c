/* background.c - flows with the shape of other protocols: who speaks first, how much, and how it looks. */
#include "captures/lab/generate/background.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "captures/lab/generate/content.h"

enum { CLIENTS = 1 << 14, SERVERS = 200, TTL_CLIENT = 64, TTL_SERVER = 55, BURST = 6, TEXT_ROOM = 512 };
enum { DNS_HEADER = 12, TLS_HEADER = 5, TLS_HANDSHAKE = 22, TLS_DATA = 23 };

/* ---- the flows ---- */

static enum service throw_service(struct dice *dice)
{
    uint32_t percent = dice_below(dice, 100);

    return percent < 30 ? SERVICE_NAMES : percent < 55 ? SERVICE_WEB : percent < 97 ? SERVICE_TLS : SERVICE_MAIL;
}

/* Many small answers and few big ones: each step of eight is taken by one in four. */
static uint64_t throw_size(struct dice *dice, uint64_t least)
{
    uint64_t size = least;

    for (unsigned steps = 0; steps < 4 && dice_below(dice, 4) == 0; steps++)
        size *= 8;
    return size + dice_roll(dice) % size;
}

static void open_flow(struct flow *flow, unsigned ipv6_percent)
{
    static const uint16_t ports[SERVICES] = {53, 80, 443, 25};
    struct hosts hosts = {
        .address = {0xc6130000u + flow->number * 5077 % CLIENTS, 0xc0000201u + dice_below(&flow->dice, SERVERS)},
        .ttl = {TTL_CLIENT, TTL_SERVER},
        .ipv6 = dice_percent(&flow->dice, ipv6_percent),
    };
    uint16_t client_port = (uint16_t)(32768 + flow->number / CLIENTS * 7919 % 28232);

    link_open(&flow->link, &hosts, client_port, ports[flow->service], true, &flow->dice);
}

uint32_t flow_begin(struct flow *flow, uint64_t seed, uint32_t number, unsigned ipv6_percent)
{
    *flow = (struct flow){.dice = dice_for(~seed, number), .number = number};
    flow->service = (uint8_t)throw_service(&flow->dice);
    flow->trip_us = dice_between(&flow->dice, 300, 40000);
    flow->exchanges = (uint16_t)(flow->service == SERVICE_WEB ? dice_between(&flow->dice, 1, 6) : 1);
    flow->left = flow->service == SERVICE_WEB ? throw_size(&flow->dice, 1500) : throw_size(&flow->dice, 6000);
    open_flow(flow, ipv6_percent);
    if (flow->service == SERVICE_NAMES)
        return 2;
    if (flow->service == SERVICE_MAIL)
        return 20;
    return 10 + (uint32_t)(flow->exchanges * flow->left / 1448 * 3 / 2);
}

/* ---- name service ---- */

static size_t put_question(uint8_t *p, const struct flow *flow, bool answer)
{
    static const uint8_t name[] = {4, 'h', 'o', 's', 't', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 3, 'o', 'r', 'g', 0};

    memset(p, 0, DNS_HEADER);
    p[0] = (uint8_t)(flow->link.clock[CLIENT] >> 8);
    p[1] = (uint8_t)flow->link.clock[CLIENT];
    p[2] = answer ? 0x81 : 0x01;
    p[3] = answer ? 0x80 : 0;
    p[5] = 1;
    p[7] = answer ? 1 : 0;
    memcpy(p + DNS_HEADER, name, sizeof(name));
    p += DNS_HEADER + sizeof(name);
    memcpy(p, "\0\1\0\1", 4); /* an address, of the Internet */
    return DNS_HEADER + sizeof(name) + 4;
}

static size_t put_names(uint8_t *p, const struct flow *flow, enum side from)
{
    static const uint8_t record[] = {0xc0, DNS_HEADER, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, 80};
    size_t n = put_question(p, flow, from == SERVER);

    if (from == CLIENT)
        return n;
    memcpy(p + n, record, sizeof(record));
    return n + sizeof(record);
}

/* ---- what is said over TCP ---- */

static size_t put_text(uint8_t *p, const char *text)
{
    size_t n = strlen(text);

    memcpy(p, text, n);
    return n;
}

static size_t put_web(uint8_t *p, const struct flow *flow, enum side from)
{
    char text[TEXT_ROOM];

    if (from == CLIENT)
        snprintf(text, sizeof(text),
                 "GET /files/%u.bin HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: generate/1\r\nAccept: */*\r\n"
                 "Connection: keep-alive\r\n\r\n",
                 flow->number);
    else
        snprintf(text, sizeof(text),
                 "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/octet-stream\r\nContent-Length: "
                 "%llu\r\n\r\n",
                 (unsigned long long)flow->left);
    return put_text(p, text);
}

static size_t put_mail(uint8_t *p, const struct flow *flow)
{
    static const char *const lines[] = {
        "220 mail.example.org ESMTP ready\r\n",
        "EHLO client.example.net\r\n",
        "250-mail.example.org\r\n250-SIZE 52428800\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
        "MAIL FROM:<a@example.net>\r\n",
        "250 OK\r\n",
        "RCPT TO:<b@example.org>\r\n",
        "250 OK\r\n",
        "QUIT\r\n",
        "221 Bye\r\n",
    };

    assert(flow->said < sizeof(lines) / sizeof(lines[0]));
    return put_text(p, lines[flow->said]);
}

static void put_record_head(uint8_t *p, unsigned type, size_t n)
{
    p[0] = (uint8_t)type;
    p[1] = 3;
    p[2] = 3;
    p[3] = (uint8_t)((n - TLS_HEADER) >> 8);
    p[4] = (uint8_t)(n - TLS_HEADER);
}

/* A hello of each side, of noise but for its head, and then what is encrypted. */
static size_t put_tls(uint8_t *p, const struct flow *flow, enum side from)
{
    static const size_t sizes[] = {517, 1300, 80, 300};
    size_t n = sizes[flow->said % 4];
    bool hello = flow->said < 2;

    content_file(p, flow->number, flow->said * UINT64_C(2000), n);
    put_record_head(p, hello ? TLS_HANDSHAKE : TLS_DATA, n);
    if (hello) {
        p[5] = from == CLIENT ? 1 : 2;
        p[6] = 0;
        p[7] = (uint8_t)((n - TLS_HEADER - 4) >> 8);
        p[8] = (uint8_t)(n - TLS_HEADER - 4);
    }
    return n;
}

static size_t put_said(uint8_t *p, const struct flow *flow, enum side from)
{
    if (flow->service == SERVICE_WEB)
        return put_web(p, flow, from);
    return flow->service == SERVICE_MAIL ? put_mail(p, flow) : put_tls(p, flow, from);
}

/* ---- what comes next ---- */

static void say(struct flow *flow, enum side from)
{
    uint32_t delay_us = from == CLIENT ? dice_between(&flow->dice, 50, 5000) : flow->trip_us;

    acts_add(&flow->acts, delay_us, from, ACT_LINE, false, 0);
}

static void plan_burst(struct flow *flow)
{
    uint64_t segment = link_segment_max(&flow->link);

    for (unsigned i = 1; i <= BURST && (i - 1) * segment < flow->left; i++) {
        acts_add(&flow->acts, i == 1 ? flow->trip_us / 4 : 12, SERVER, ACT_SEGMENT, false, 0);
        if (i % 2 == 0)
            acts_add(&flow->acts, 10, CLIENT, ACT_ACK, false, 0);
    }
}

static void begin_tcp(struct flow *flow)
{
    acts_open(&flow->acts, 0, flow->trip_us, CLIENT, false);
    if (flow->service == SERVICE_MAIL)
        say(flow, SERVER);
    for (unsigned i = 0; flow->service != SERVICE_WEB && i < 4; i++)
        say(flow, i % 2 == 0 ? CLIENT : SERVER);
}

static void plan_names(struct flow *flow)
{
    acts_add(&flow->acts, 0, CLIENT, ACT_LINE, false, 0);
    acts_add(&flow->acts, flow->trip_us, SERVER, ACT_LINE, false, 0);
    flow->exchanges = 0;
    flow->closing = true;
}

static void plan_web(struct flow *flow)
{
    say(flow, CLIENT);
    say(flow, SERVER);
    flow->left = flow->left / 2 + dice_roll(&flow->dice) % flow->left;
    flow->exchanges--;
}

static void plan_mail(struct flow *flow)
{
    for (unsigned i = 0; i < 4; i++)
        say(flow, i % 2 == 0 ? CLIENT : SERVER);
    flow->left = 0;
    flow->exchanges = 0;
}

static bool begun(const struct flow *flow)
{
    return flow->acts.count > 0;
}

static void plan(struct flow *flow)
{
    if (flow->closing || !acts_empty(&flow->acts))
        return;
    if (flow->service == SERVICE_NAMES) {
        plan_names(flow);
    } else if (!begun(flow)) {
        begin_tcp(flow);
    } else if (flow->service == SERVICE_MAIL && flow->exchanges > 0) {
        plan_mail(flow);
    } else if (flow->service == SERVICE_WEB && flow->said == 0) {
        plan_web(flow);
    } else if (flow->left > 0) {
        plan_burst(flow);
    } else if (flow->service == SERVICE_WEB && flow->exchanges > 0) {
        flow->left = throw_size(&flow->dice, 1500);
        plan_web(flow);
    } else {
        acts_close(&flow->acts, 100, flow->trip_us, dice_percent(&flow->dice, 50) ? CLIENT : SERVER, false);
        flow->closing = true;
    }
}

/* ---- packets ---- */

static void send_names(struct flow *flow, const struct act *act, struct wire *wire, uint64_t at_ns)
{
    enum side from = act->from == CLIENT ? CLIENT : SERVER;
    size_t n = put_names(wire_udp_payload(wire, &flow->link), flow, from);

    wire_udp(wire, &flow->link, from, n, at_ns);
}

static void send_said(struct flow *flow, const struct act *act, struct wire *wire, uint64_t at_ns)
{
    enum side from = act->from == CLIENT ? CLIENT : SERVER;
    size_t n = put_said(wire_payload(wire, &flow->link), flow, from);

    flow->said++;
    wire_tcp(wire, &flow->link, from, TCP_PSH | TCP_ACK, n, 0, at_ns);
}

static void send_segment(struct flow *flow, struct wire *wire, uint64_t at_ns)
{
    size_t n = link_segment_max(&flow->link);
    uint8_t *payload = wire_payload(wire, &flow->link);

    if (n > flow->left)
        n = (size_t)flow->left;
    content_file(payload, flow->number, flow->left, n);
    if (flow->service == SERVICE_TLS && n >= TLS_HEADER)
        put_record_head(payload, TLS_DATA, n); /* one record in each segment, as for quick pages */
    flow->left -= n;
    wire_tcp(wire, &flow->link, SERVER, flow->left == 0 ? TCP_PSH | TCP_ACK : TCP_ACK, n, 0, at_ns);
}

bool flow_send(struct flow *flow, struct wire *wire, uint64_t at_ns, uint64_t *delay_ns)
{
    plan(flow);
    struct acts *acts = &flow->acts;
    const struct act *act = &acts->list[acts->first++];
    if (flow->service == SERVICE_NAMES)
        send_names(flow, act, wire, at_ns);
    else if (act->kind == ACT_LINE)
        send_said(flow, act, wire, at_ns);
    else if (act->kind == ACT_SEGMENT)
        send_segment(flow, wire, at_ns);
    else
        act_send(act, wire, &flow->link, 0, at_ns);
    plan(flow);
    if (acts_empty(acts))
        return false;
    *delay_ns = acts->list[acts->first].delay_us * UINT64_C(1000) + dice_below(&flow->dice, 1000);
    return true;
}
