/*
 * test_stream_random.c - random conversations against a naive reference.
 *
 * Two ends talk without loss; what the capture sees of it is cut into random segments, with retransmissions, and then
 * lossy, copied and out of order: neighbours are swapped, one direction is late by up to 40 ms, as from two queues of a
 * network card, and on fast connections single packets come up to seven places late, again and again. The reference is
 * one flag per byte: has a captured packet carried it yet?
 */
#include "tests/unit/net_scene.h"

enum { ROUNDS = 1500, BYTES = 6000, SHOTS = 500, LATE = 10, NEAR = 8 };

/* One packet as it was sent. */
struct shot {
    int from;
    uint32_t pos, len, ack;
};

struct reference {
    uint8_t bytes[2][BYTES];
    bool known[2][BYTES];
    uint32_t needs[2][BYTES]; /* bytes of the other direction its sender had when it first sent this one */
    uint32_t sent[2], end[2], isn[2];
    uint64_t carried[2]; /* payload bytes of all captured packets, copies apart */
    uint64_t next[2];    /* delivered or gap */
    uint64_t gap_bytes;
    bool exact_order;
    struct shot shots[SHOTS];
    size_t count;
    unsigned loss, copies, disorder, moves, late, repeats; /* per mille */
    uint32_t step_us;                                      /* longest time between two packets */
    uint64_t random;
};

static uint32_t draw(struct reference *r, uint32_t below)
{
    r->random ^= r->random << 13;
    r->random ^= r->random >> 7;
    r->random ^= r->random << 17;
    return (uint32_t)(r->random >> 16) % below;
}

static bool chance(struct reference *r, unsigned per_mille)
{
    return draw(r, 1000) < per_mille;
}

/* ---- the conversation ---- */

static void send_new(struct reference *r, int from)
{
    uint32_t len = chance(r, 300) ? 0 : 1 + draw(r, chance(r, 100) ? 600 : 30);
    if (len == 1 && r->repeats > 0)
        len = 2; /* a single byte captured behind its own retransmission looks like a keep-alive probe */
    len = MIN(len, BYTES - r->sent[from]);
    for (uint32_t i = 0; i < len; i++)
        r->needs[from][r->sent[from] + i] = r->sent[!from];
    r->shots[r->count++] = (struct shot){from, r->sent[from], len, r->sent[!from]};
    r->sent[from] += len;
}

static void send_again(struct reference *r, int from)
{
    if (r->sent[from] == 0)
        return;
    uint32_t back = 1 + draw(r, MIN(r->sent[from], 200));
    uint32_t len = 2 + draw(r, 200); /* two at least, as above */
    uint32_t pos = r->sent[from] - back;
    len = MIN(len, back);
    if (len >= 2)
        r->shots[r->count++] = (struct shot){from, pos, len, r->sent[!from]};
}

static void converse(struct reference *r)
{
    while (r->count < SHOTS - 1) {
        int from = (int)draw(r, 2);
        if (chance(r, r->repeats))
            send_again(r, from);
        else
            send_new(r, from);
    }
}

/* For a stretch of packets the queue of one direction is read behind the other's. */
static void skew(struct reference *r)
{
    struct shot late[LATE];
    for (size_t i = 0; i + LATE <= r->count; i += LATE) {
        size_t to = i, kept = 0;
        int slow = (int)draw(r, 2);
        if (!chance(r, r->late))
            continue;
        for (size_t j = i; j < i + LATE; j++) {
            if (r->shots[j].from == slow)
                late[kept++] = r->shots[j];
            else
                r->shots[to++] = r->shots[j];
        }
        memcpy(&r->shots[to], late, kept * sizeof(late[0]));
    }
}

static void swap_neighbours(struct reference *r)
{
    for (size_t i = 0; i + 1 < r->count; i++) {
        if (!chance(r, r->disorder))
            continue;
        struct shot first = r->shots[i];
        r->shots[i] = r->shots[i + 1];
        r->shots[++i] = first;
    }
}

/* Up to seven places, and a moved one may be moved again: in all less than the milliseconds that net waits. */
static void move_about(struct reference *r)
{
    for (size_t i = 0; i + NEAR < r->count; i++) {
        size_t j = i + draw(r, NEAR);
        if (!chance(r, r->moves))
            continue;
        struct shot moved = r->shots[i];
        memmove(&r->shots[i], &r->shots[i + 1], (j - i) * sizeof(moved));
        r->shots[j] = moved;
    }
}

/* ---- the host's side, checked against the reference ---- */

static void random_bytes(void *host, struct net_flow *flow, int half, uint64_t pos, struct fsc_span bytes, uint64_t ack,
                         const struct net_packet *packet)
{
    struct reference *r = host;
    (void)flow;
    (void)packet;
    assert_true(bytes.n > 0);
    assert_int_equal(pos, r->next[half]);
    assert_true(pos + bytes.n <= r->sent[half]);
    assert_memory_equal(bytes.p, r->bytes[half] + pos, bytes.n);
    assert_true(ack <= r->sent[!half]);
    for (uint64_t i = pos; i < pos + bytes.n; i++) {
        assert_true(r->known[half][i]);
        if (r->exact_order) /* a lost byte whose acknowledgement is the last one known passes for a FIN */
            assert_true(r->needs[half][i] <= r->next[!half] + (r->loss > 0 ? 1 : 0));
    }
    r->next[half] += bytes.n;
}

static void random_gap(void *host, struct net_flow *flow, int half, uint64_t pos, uint64_t len,
                       const struct net_packet *packet)
{
    struct reference *r = host;
    (void)flow;
    (void)packet;
    assert_true(len > 0);
    assert_int_equal(pos, r->next[half]);
    assert_true(pos + len <= r->sent[half]);
    for (uint64_t i = pos; i < pos + len; i++)
        assert_false(r->known[half][i]);
    r->next[half] += len;
    r->gap_bytes += len;
}

static enum net_role random_opened(void *host, struct net_flow *flow, const struct net_packet *packet)
{
    (void)host;
    (void)flow;
    (void)packet;
    return NET_ROLE_READ;
}

static void random_changed(void *host, struct net_flow *flow, const struct net_packet *packet)
{
    (void)host;
    (void)flow;
    (void)packet;
}

static uint64_t count_known(const struct reference *r, int half)
{
    uint64_t known = 0;
    for (uint32_t i = 0; i < BYTES; i++)
        known += r->known[half][i];
    return known;
}

static void random_closed(void *host, struct net_flow *flow, const char *how)
{
    const struct reference *r = host;
    assert_string_equal(how, "capture_end");
    assert_int_equal(flow->gap_bytes, r->gap_bytes);
    for (int half = 0; half < 2; half++) {
        uint64_t end = flow->half[half].bytes;
        assert_int_equal(r->next[half], end);
        /* Nothing ends here: given up, the last acknowledged number is of a byte. */
        assert_true(end == r->end[half] || (r->loss > 0 && end == r->end[half] + 1));
        uint64_t known = count_known(r, half);
        assert_int_equal(flow->half[half].missing_bytes, end - known);
        assert_int_equal(flow->half[half].retransmitted_bytes, r->carried[half] - known);
    }
}

/* ---- one round ---- */

static void capture(struct reference *r, struct scene *scene, const struct shot *shot)
{
    scene->time_ns += (int64_t)draw(r, r->step_us) * 1000;
    for (uint32_t i = shot->pos; i < shot->pos + shot->len; i++)
        r->known[shot->from][i] = true;
    if (shot->len > 0)
        r->end[shot->from] = MAX(r->end[shot->from], shot->pos + shot->len);
    if (shot->ack > r->end[!shot->from] + 1) /* the last could be the number of a FIN */
        r->end[!shot->from] = shot->ack - 1;
    r->carried[shot->from] += shot->len;
    scene_build(scene, shot->from, NET_ACK, r->isn[shot->from] + 1 + shot->pos, r->isn[!shot->from] + 1 + shot->ack,
                r->bytes[shot->from] + shot->pos, shot->len);
    scene_push(scene);
    while (chance(r, r->copies)) {
        scene->time_ns += 1000;
        scene_push(scene);
    }
}

static void prepare(struct reference *r, uint64_t seed)
{
    static const unsigned losses[] = {0, 0, 10, 20, 100, 400};
    memset(r, 0, sizeof(*r));
    r->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (int i = 0; i < 8; i++)
        draw(r, 2);
    r->loss = losses[draw(r, G_N_ELEMENTS(losses))];
    r->copies = draw(r, 2) * draw(r, 300);
    r->disorder = draw(r, 2) * draw(r, 400);
    r->late = draw(r, 2) * draw(r, 400);
    r->repeats = draw(r, 2) * draw(r, 200);
    r->moves = draw(r, 2) * draw(r, 400);
    r->step_us = r->moves > 0 ? 200 : 4000;
    /* A retransmission acknowledges more than its bytes did at first; with holes no order may satisfy both ends then.
     */
    r->exact_order = r->repeats == 0 || (r->loss == 0 && r->disorder == 0 && r->moves == 0 && r->late == 0);
    for (int half = 0; half < 2; half++) {
        r->isn[half] = chance(r, 500) ? UINT32_MAX - draw(r, BYTES) : draw(r, UINT32_MAX);
        for (size_t i = 0; i < BYTES; i++)
            r->bytes[half][i] = (uint8_t)draw(r, 256);
    }
    converse(r);
    skew(r);
    swap_neighbours(r);
    move_about(r);
}

static void play(struct reference *r)
{
    const struct net_config config = {.hash_seed = r->random, .control_port = scene_control_port};
    const struct net_host host = {.host = r,
                                  .opened = random_opened,
                                  .bytes = random_bytes,
                                  .gap = random_gap,
                                  .changed = random_changed,
                                  .closed = random_closed};
    struct scene *scene = g_new0(struct scene, 1);
    scene->net = net_new(&config, &host);
    scene->client_port = 1024;
    scene->snap = SCENE_FRAME_MAX;
    scene_build(scene, SCENE_C, NET_SYN, r->isn[0], 0, NULL, 0);
    scene_push(scene);
    scene_build(scene, SCENE_S, NET_SYN | NET_ACK, r->isn[1], r->isn[0] + 1, NULL, 0);
    scene_push(scene);
    for (size_t i = 0; i < r->count; i++) {
        if (!chance(r, r->loss))
            capture(r, scene, &r->shots[i]);
    }
    net_end(scene->net);
    net_free(&scene->net);
    g_free(scene);
}

static void play_rounds(uint64_t first)
{
    static struct reference reference;
    for (uint64_t seed = first; seed < first + ROUNDS; seed++) {
        prepare(&reference, seed);
        play(&reference);
        if (reference.loss == 0)
            assert_int_equal(reference.gap_bytes, 0);
    }
}

static void rounds_with_the_first_seeds(void **state)
{
    (void)state;
    play_rounds(1);
}

static void rounds_with_other_seeds(void **state)
{
    (void)state;
    play_rounds(1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_with_the_first_seeds),
        cmocka_unit_test(rounds_with_other_seeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
