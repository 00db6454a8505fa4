/*
 * fuzz_net.c - any sequence of frames into net_push; what comes out is consumed byte by byte and must keep its
 * promises.
 *
 * Input: a byte that chooses the link type, a byte of limits (bit 0: tiny table and buffers, bit 1: only count, bit 2:
 * count until the bytes say otherwise), then frames: 16-bit length, 8 bits of time (unit 1/64 s, squared so that
 * timeouts are in reach), 8 bits of bytes cut off by the snap length.
 */
#include "net/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stays on in every build, unlike assert. */
#define REQUIRE(condition)                                                                                             \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

struct watched {
    uint64_t next[2], gaps, gap_bytes;
    bool probed;
};

struct watcher {
    enum net_role role;
    uint64_t last_id, open, sum, gaps, gap_bytes;
    uint64_t last_closed;
    bool ending, probes;
};

static enum net_role opened(void *host, struct net_flow *flow, const struct net_packet *packet)
{
    struct watcher *watcher = host;
    REQUIRE(packet->kind == NET_KIND_TCP);
    REQUIRE(flow->id > watcher->last_id);
    watcher->last_id = flow->id;
    watcher->open++;
    flow->owner = calloc(1, sizeof(struct watched));
    REQUIRE(flow->owner != NULL);
    return watcher->role;
}

static void bytes(void *host, struct net_flow *flow, int half, uint64_t pos, struct fsc_span span, uint64_t ack,
                  const struct net_packet *packet)
{
    struct watcher *watcher = host;
    struct watched *watched = flow->owner;
    REQUIRE(flow->role != NET_ROLE_COUNT);
    REQUIRE((flow->role == NET_ROLE_READ) == (watcher->role == NET_ROLE_READ) || watched->probed);
    REQUIRE(span.n > 0);
    REQUIRE(pos == watched->next[half]);
    REQUIRE(pos + span.n <= flow->half[half].bytes);
    REQUIRE(ack <= flow->half[!half].bytes);
    REQUIRE(packet->frame > 0);
    watched->next[half] += span.n;
    for (size_t i = 0; i < span.n; i++)
        watcher->sum += span.p[i];
    if (flow->role == NET_ROLE_PROBE && span.p[0] % 4 > 1)
        flow->role = span.p[0] % 4 == 2 ? NET_ROLE_READ : NET_ROLE_COUNT;
}

static bool probe(void *host, struct net_flow *flow, const struct net_packet *packet)
{
    struct watcher *watcher = host;
    struct watched *watched = flow->owner;
    REQUIRE(!watched->probed && flow->role == NET_ROLE_COUNT);
    watched->probed = watcher->probes && packet->payload.n > 0;
    return watched->probed;
}

static void probe_lost(void *host, struct net_flow *flow)
{
    struct watcher *watcher = host;
    REQUIRE(flow->role == NET_ROLE_COUNT);
    watcher->sum++;
}

static void gap(void *host, struct net_flow *flow, int half, uint64_t pos, uint64_t len,
                const struct net_packet *packet)
{
    struct watcher *watcher = host;
    struct watched *watched = flow->owner;
    REQUIRE(flow->role == NET_ROLE_READ);
    REQUIRE(len > 0);
    REQUIRE(pos == watched->next[half]);
    REQUIRE(pos + len <= flow->half[half].bytes);
    REQUIRE(packet->frame > 0);
    watched->next[half] += len;
    watched->gaps++;
    watched->gap_bytes += len;
    watcher->gaps++;
    watcher->gap_bytes += len;
}

static void changed(void *host, struct net_flow *flow, const struct net_packet *packet)
{
    struct watcher *watcher = host;
    watcher->sum += flow->last_frame + packet->seq;
}

static void check_half(const struct net_flow *flow, int half)
{
    const struct net_half *h = &flow->half[half];
    REQUIRE(h->missing_bytes <= h->bytes);
    REQUIRE(h->acked <= h->bytes + 1);
    REQUIRE(h->head_len <= NET_HEAD_MAX && h->head_len <= h->bytes);
    REQUIRE(!h->fin_seen || h->fin_frame > 0);
    REQUIRE(!h->rst_seen || h->rst_frame > 0);
}

static void closed(void *host, struct net_flow *flow, const char *how)
{
    struct watcher *watcher = host;
    struct watched *watched = flow->owner;
    REQUIRE(watcher->open-- > 0);
    REQUIRE(how[0] != '\0');
    REQUIRE(!watcher->ending || flow->id > watcher->last_closed);
    watcher->last_closed = watcher->ending ? flow->id : 0;
    for (int half = 0; half < 2; half++) {
        check_half(flow, half);
        /* What was read and what was reported lost is all there is. */
        REQUIRE(flow->role != NET_ROLE_READ || watched->next[half] == flow->half[half].bytes);
    }
    REQUIRE(flow->gaps == watched->gaps && flow->gap_bytes == watched->gap_bytes);
    free(watched);
}

static bool control_port(void *host, uint16_t port)
{
    (void)host;
    return port == 21;
}

static void check_belonging(const struct net *net, const struct watcher *watcher, uint64_t id, uint64_t frame)
{
    size_t count;
    const uint64_t *earlier = net_earlier_frames(net, &count);
    REQUIRE(id <= watcher->last_id);
    REQUIRE(id > 0 || count == 0);
    for (size_t i = 0; i < count; i++)
        REQUIRE(earlier[i] > 0 && earlier[i] < frame);
}

static void push_frames(struct net *net, const struct watcher *watcher, int linktype, struct fsc_span in)
{
    int64_t time_ns = 0;
    for (uint64_t frame = 1; in.n >= 4; frame++) {
        size_t len = (size_t)in.p[0] << 8 | in.p[1];
        size_t cut = in.p[3];
        time_ns += (int64_t)in.p[2] * in.p[2] * 15625000 / 64;
        in.p += 4;
        in.n -= 4;
        len = len < in.n ? len : in.n;
        /* An allocation of exactly this size lets the sanitizer see a read behind the captured bytes. */
        size_t captured = len > cut ? len - cut : 0;
        uint8_t *copy = malloc(captured > 0 ? captured : 1);
        REQUIRE(copy != NULL);
        memcpy(copy, in.p, captured);
        uint64_t id = net_push(net, linktype, (struct fsc_span){copy, captured}, len, frame, time_ns);
        check_belonging(net, watcher, id, frame);
        free(copy);
        in.p += len;
        in.n -= len;
    }
}

static void check_counters(const struct net_counters *c, const struct watcher *watcher)
{
    REQUIRE(c->packets == c->tcp + c->other + c->joined + c->fragments + c->short_packets + c->malformed + c->unread);
    REQUIRE(c->duplicates <= c->tcp);
    REQUIRE(c->gaps == watcher->gaps && c->gap_bytes == watcher->gap_bytes);
}

static void check_unread(const struct net *net)
{
    struct net_unread all[NET_UNREAD_MAX];
    char text[NET_UNREAD_TEXT_MAX];
    uint64_t sum = 0;
    size_t count = net_unread(net, all, NET_UNREAD_MAX);
    for (size_t i = 0; i < count; i++) {
        REQUIRE(strlen(net_unread_describe(&all[i], text, sizeof(text))) > 0);
        sum += all[i].packets;
    }
    REQUIRE(sum == net_counters(net)->unread);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int linktypes[] = {101, 1,   0,   12,  14,  108, 113, 228, 229, 276, 147, 6,   9,   10,
                                    50,  51,  100, 104, 105, 107, 109, 119, 122, 127, 163, 166, 167, 168,
                                    178, 179, 180, 181, 192, 204, 226, 239, 258, 281, 282, 283, 284};
    if (size < 2)
        return 0;
    bool tiny = (data[1] & 1) != 0;
    struct watcher watcher = {.role = (data[1] & 6) != 0 ? NET_ROLE_COUNT : NET_ROLE_READ,
                              .probes = (data[1] & 4) != 0};
    const struct net_config config = {
        .max_flows = tiny ? 3 : 0, .max_buffer = tiny ? 2048 : 0, .hash_seed = 42, .control_port = control_port};
    const struct net_host host = {.host = &watcher,
                                  .opened = opened,
                                  .bytes = bytes,
                                  .gap = gap,
                                  .changed = changed,
                                  .closed = closed,
                                  .probe = probe,
                                  .probe_lost = probe_lost};
    struct net *net = net_new(&config, &host);
    push_frames(net, &watcher, linktypes[data[0] % (sizeof(linktypes) / sizeof(linktypes[0]))],
                (struct fsc_span){data + 2, size - 2});
    watcher.ending = true;
    watcher.last_closed = 0;
    net_end(net);
    REQUIRE(watcher.open == 0);
    check_counters(net_counters(net), &watcher);
    check_unread(net);
    net_free(&net);
    return 0;
}
