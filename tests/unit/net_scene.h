/*
 * net_scene.h - a connection on a stage: packets are written as (who, flags, seq, ack, bytes), what the host hears
 * comes back as text.
 *
 * Client 10.0.0.1:1024 and server 10.0.0.2:21, raw IPv4. Without other words the client's first byte has number 1001,
 * the server's 5001. Every packet comes 10 ms after the one before it.
 */
#ifndef TESTS_NET_SCENE_H
#define TESTS_NET_SCENE_H

#include "net/net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

enum { SCENE_C = 0, SCENE_S = 1 };
enum { SCENE_RAW = 101, SCENE_HEADERS = 40, SCENE_FRAME_MAX = SCENE_HEADERS + 70000 };

#define SCENE_MS INT64_C(1000000)
#define SCENE_SECOND INT64_C(1000000000)

struct scene {
    struct net *net;
    GString *log;
    enum net_role role;
    bool log_changed;
    int64_t time_ns, step_ns;
    uint64_t frame;
    uint16_t ip_id, client_port;
    size_t snap;           /* captured bytes of a frame */
    struct net_flow last;  /* as it was when it was closed */
    const uint8_t *direct; /* where the bytes of the last bytes call lay */
    uint8_t bytes[SCENE_FRAME_MAX];
    size_t len;
    uint64_t id; /* what the last push returned */
};

static inline bool scene_control_port(void *host, uint16_t port)
{
    (void)host;
    return port == 21;
}

static inline enum net_role scene_opened(void *host, struct net_flow *flow, const struct net_packet *packet)
{
    struct scene *scene = host;
    (void)packet;
    g_string_append_printf(scene->log, "open %u\n", (unsigned)flow->id);
    return scene->role;
}

static inline void scene_bytes(void *host, struct net_flow *flow, int half, uint64_t pos, struct fsc_span bytes,
                               uint64_t ack, const struct net_packet *packet)
{
    struct scene *scene = host;
    (void)flow;
    (void)packet;
    scene->direct = bytes.p;
    g_string_append_printf(scene->log, "%c %" G_GUINT64_FORMAT " '%.*s' ack %" G_GUINT64_FORMAT "\n", "cs"[half], pos,
                           (int)MIN(bytes.n, 32), (const char *)bytes.p, ack);
}

static inline void scene_gap(void *host, struct net_flow *flow, int half, uint64_t pos, uint64_t len,
                             const struct net_packet *packet)
{
    struct scene *scene = host;
    (void)flow;
    (void)packet;
    g_string_append_printf(scene->log, "%c %" G_GUINT64_FORMAT " gap %" G_GUINT64_FORMAT "\n", "cs"[half], pos, len);
}

static inline void scene_changed(void *host, struct net_flow *flow, const struct net_packet *packet)
{
    struct scene *scene = host;
    (void)flow;
    if (scene->log_changed)
        g_string_append_printf(scene->log, "changed at %u\n", (unsigned)packet->frame);
}

static inline void scene_closed(void *host, struct net_flow *flow, const char *how)
{
    struct scene *scene = host;
    scene->last = *flow;
    g_string_append_printf(scene->log, "closed %u %s\n", (unsigned)flow->id, how);
}

static inline struct scene *scene_new_with(enum net_role role, struct net_config config)
{
    struct scene *scene = g_new0(struct scene, 1);
    const struct net_host host = {.host = scene,
                                  .opened = scene_opened,
                                  .bytes = scene_bytes,
                                  .gap = scene_gap,
                                  .changed = scene_changed,
                                  .closed = scene_closed};

    config.hash_seed = 7;
    config.control_port = scene_control_port;
    scene->role = role;
    scene->net = net_new(&config, &host);
    scene->log = g_string_new(NULL);
    scene->time_ns = 1000 * SCENE_SECOND;
    scene->step_ns = 10 * SCENE_MS;
    scene->client_port = 1024;
    scene->snap = SCENE_FRAME_MAX;
    return scene;
}

static inline struct scene *scene_new_limited(enum net_role role, size_t max_flows, size_t max_buffer)
{
    return scene_new_with(role, (struct net_config){.max_flows = max_flows, .max_buffer = max_buffer});
}

static inline struct scene *scene_new(enum net_role role)
{
    return scene_new_limited(role, 0, 0);
}

static inline void scene_free(struct scene *scene)
{
    net_free(&scene->net);
    g_string_free(scene->log, TRUE);
    g_free(scene);
}

static inline void scene_put16(uint8_t *p, unsigned value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static inline void scene_put32(uint8_t *p, uint32_t value)
{
    scene_put16(p, value >> 16);
    scene_put16(p + 2, value & 0xffff);
}

/* IPv4 and TCP without options, checksums 0: a sender with offload. */
static inline void scene_build(struct scene *scene, int from, unsigned flags, uint32_t seq, uint32_t ack,
                               const void *data, size_t len)
{
    uint8_t *ip = scene->bytes, *tcp = ip + 20;
    size_t total = SCENE_HEADERS + len;
    memset(ip, 0, SCENE_HEADERS);
    ip[0] = 0x45;
    scene_put16(ip + 2, total > 65535 ? 0 : (unsigned)total); /* 0: left to the card */
    scene_put16(ip + 4, ++scene->ip_id);
    ip[8] = from == SCENE_C ? 64 : 128;
    ip[9] = 6;
    memcpy(ip + 12, from == SCENE_C ? "\x0a\0\0\1\x0a\0\0\2" : "\x0a\0\0\2\x0a\0\0\1", 8);
    scene_put16(tcp, from == SCENE_C ? scene->client_port : 21);
    scene_put16(tcp + 2, from == SCENE_C ? 21 : scene->client_port);
    scene_put32(tcp + 4, seq);
    scene_put32(tcp + 8, ack);
    tcp[12] = 0x50;
    tcp[13] = (uint8_t)flags;
    if (len > 0)
        memcpy(ip + SCENE_HEADERS, data, len);
    scene->len = total;
}

static inline void scene_push(struct scene *scene)
{
    struct fsc_span captured = {scene->bytes, MIN(scene->len, scene->snap)};
    scene->id = net_push(scene->net, SCENE_RAW, captured, scene->len, ++scene->frame, scene->time_ns);
}

static inline void scene_send_n(struct scene *scene, int from, unsigned flags, uint32_t seq, uint32_t ack,
                                const void *data, size_t len)
{
    scene->time_ns += scene->step_ns;
    scene_build(scene, from, flags, seq, ack, data, len);
    scene_push(scene);
}

static inline void scene_send(struct scene *scene, int from, unsigned flags, uint32_t seq, uint32_t ack,
                              const char *text)
{
    scene_send_n(scene, from, flags, seq, ack, text, strlen(text));
}

/* The last frame once more, a tenth of a millisecond later and through one more router. */
static inline void scene_copy(struct scene *scene)
{
    scene->time_ns += SCENE_MS / 10;
    scene->bytes[8]--;
    scene_push(scene);
}

static inline void scene_handshake(struct scene *scene)
{
    scene_send(scene, SCENE_C, NET_SYN, 1000, 0, "");
    scene_send(scene, SCENE_S, NET_SYN | NET_ACK, 5000, 1001, "");
    scene_send(scene, SCENE_C, NET_ACK, 1001, 5001, "");
}

static inline void scene_server_acks(struct scene *scene, uint32_t seq, uint32_t ack, int times)
{
    for (int i = 0; i < times; i++)
        scene_send(scene, SCENE_S, NET_ACK, seq, ack, "");
}

static inline void scene_expect(struct scene *scene, const char *log)
{
    assert_string_equal(scene->log->str, log);
    g_string_truncate(scene->log, 0);
}

static inline struct net_flow *scene_flow(struct scene *scene)
{
    struct fsc_endpoint client = {{FSC_ADDR_V4, {10, 0, 0, 1}}, scene->client_port};
    struct fsc_endpoint server = {{FSC_ADDR_V4, {10, 0, 0, 2}}, 21};
    struct net_flow *flow = net_find(scene->net, &server, &client);
    assert_non_null(flow);
    return flow;
}

#endif
