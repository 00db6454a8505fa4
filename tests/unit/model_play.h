/* model_play.h - conversations played through the pipeline into a model: 10.0.0.1 is the client, 10.0.0.2 the server.
 */
#ifndef TESTS_UNIT_MODEL_PLAY_H
#define TESTS_UNIT_MODEL_PLAY_H

#include "monitor/model/model.h"
#include "pipeline/pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PLAY __attribute__((unused)) static
#define PLAY_START INT64_C(1795230855000000000)
#define PLAY_MS INT64_C(1000000)
#define PLAY_S (1000 * PLAY_MS)

enum { PLAY_LINK_RAW = 101, PLAY_HEADERS = 40 };
enum { PLAY_CLIENT, PLAY_SERVER };
enum { PLAY_FIN = 1, PLAY_SYN = 2, PLAY_RST = 4, PLAY_ACK = 16 };

struct play {
    struct model *model;
    struct sink sink;
    struct pipeline *pipeline;
    uint64_t frame;
    int64_t now_ns;
    bool finished;
};

/* A connection that the client began. */
struct play_conn {
    uint16_t client_port, server_port;
    uint32_t next[2];
};

PLAY void play_begin_with(struct play *p, size_t max_bytes, bool show_secrets)
{
    struct pipeline_config config = {.port_count = 0};

    *p = (struct play){.now_ns = PLAY_START};
    p->model = model_new(max_bytes, show_secrets);
    p->sink = model_sink(p->model);
    p->pipeline = pipeline_new(&config, &p->sink, NULL);
}

PLAY void play_begin(struct play *p)
{
    play_begin_with(p, (size_t)64 << 20, false);
}

/* The capture is over. */
PLAY void play_finish(struct play *p)
{
    pipeline_end(p->pipeline);
    p->finished = true;
}

PLAY void play_end(struct play *p)
{
    if (!p->finished)
        play_finish(p);
    pipeline_free(&p->pipeline);
    model_free(&p->model);
    assert_null(p->model);
}

PLAY void play_put(uint8_t *at, int bytes, uint32_t value)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

/* One segment, a millisecond after the last. */
PLAY void play_segment(struct play *p, struct play_conn *c, int from, unsigned flags, const void *bytes, size_t n)
{
    uint8_t *frame = g_malloc0(PLAY_HEADERS + n), *tcp = frame + 20;

    frame[0] = 0x45;
    play_put(frame + 2, 2, (uint32_t)(PLAY_HEADERS + n));
    frame[8] = 64;
    frame[9] = 6;
    memcpy(frame + 12, from == PLAY_CLIENT ? "\x0a\0\0\1\x0a\0\0\2" : "\x0a\0\0\2\x0a\0\0\1", 8);
    play_put(tcp, 2, from == PLAY_CLIENT ? c->client_port : c->server_port);
    play_put(tcp + 2, 2, from == PLAY_CLIENT ? c->server_port : c->client_port);
    play_put(tcp + 4, 4, c->next[from]);
    play_put(tcp + 8, 4, c->next[!from]);
    tcp[12] = 0x50;
    tcp[13] = (uint8_t)(flags | ((flags & PLAY_SYN) && from == PLAY_CLIENT ? 0 : PLAY_ACK));
    if (n > 0)
        memcpy(frame + PLAY_HEADERS, bytes, n);
    c->next[from] += (uint32_t)n + ((flags & (PLAY_SYN | PLAY_FIN)) != 0);
    p->frame++;
    p->now_ns += PLAY_MS;
    pipeline_push(p->pipeline, PLAY_LINK_RAW, (struct fsc_span){frame, PLAY_HEADERS + n}, PLAY_HEADERS + n, p->frame,
                  p->now_ns);
    g_free(frame);
}

PLAY void play_wait(struct play *p, int64_t ns)
{
    p->now_ns += ns;
}

PLAY void play_connect(struct play *p, struct play_conn *c, unsigned client_port, unsigned server_port)
{
    *c = (struct play_conn){(uint16_t)client_port, (uint16_t)server_port, {1000, 5000}};
    play_segment(p, c, PLAY_CLIENT, PLAY_SYN, NULL, 0);
    play_segment(p, c, PLAY_SERVER, PLAY_SYN, NULL, 0);
    play_segment(p, c, PLAY_CLIENT, 0, NULL, 0);
}

PLAY void play_close(struct play *p, struct play_conn *c, int first)
{
    play_segment(p, c, first, PLAY_FIN, NULL, 0);
    play_segment(p, c, !first, PLAY_FIN, NULL, 0);
    play_segment(p, c, first, 0, NULL, 0);
}

PLAY void play_say(struct play *p, struct play_conn *c, int from, const char *line)
{
    char *text = g_strconcat(line, "\r\n", NULL);

    play_segment(p, c, from, 0, text, strlen(text));
    g_free(text);
}

PLAY void play_ask(struct play *p, struct play_conn *c, const char *command, const char *reply)
{
    play_say(p, c, PLAY_CLIENT, command);
    play_say(p, c, PLAY_SERVER, reply);
}

PLAY void play_bytes(struct play *p, struct play_conn *c, int from, size_t n)
{
    uint8_t *bytes = g_malloc0(n);

    play_segment(p, c, from, 0, bytes, n);
    g_free(bytes);
}

/* Greeted and logged in. */
PLAY void play_login(struct play *p, struct play_conn *c, unsigned client_port)
{
    play_connect(p, c, client_port, 21);
    play_say(p, c, PLAY_SERVER, "220 (vsFTPd 3.0.3)");
    play_ask(p, c, "USER joe", "331 Password?");
    play_ask(p, c, "PASS hunter2", "230 Welcome");
}

/* RETR of `n` bytes over a passive connection, whole. */
PLAY void play_download(struct play *p, struct play_conn *c, unsigned client_port, unsigned port, size_t n)
{
    struct play_conn data;
    char *reply = g_strdup_printf("227 Entering Passive Mode (10,0,0,2,%u,%u)", port / 256, port % 256);

    play_ask(p, c, "PASV", reply);
    play_connect(p, &data, client_port, port);
    play_ask(p, c, "RETR a.bin", "150 Opening");
    play_bytes(p, &data, PLAY_SERVER, n);
    play_close(p, &data, PLAY_SERVER);
    play_say(p, c, PLAY_SERVER, "226 Done");
    g_free(reply);
}

PLAY const struct model_session *play_session(struct play *p, uint32_t number)
{
    const struct model_session *session = model_session_find(p->model, number);

    assert_non_null(session);
    return session;
}

#endif
