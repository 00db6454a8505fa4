/* The hash of tables whose keys come from the wire: whatever keys somebody chooses, no place is asked for by many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "net/net.h"

enum { KEYS = 1 << 16, PLACES = 1 << 17, SEEDS = 20, MANY = 12 };

static unsigned char places[PLACES];

static unsigned fullest(uint64_t seed, void (*key)(uint64_t i, uint64_t words[NET_HASH_WORDS]))
{
    struct net_hash hash;
    unsigned most = 0;

    net_hash_init(&hash, seed);
    memset(places, 0, sizeof(places));
    for (uint64_t i = 0; i < KEYS; i++) {
        uint64_t words[NET_HASH_WORDS] = {0};
        key(i, words);
        unsigned char *place = &places[net_hash(&hash, words, NET_HASH_WORDS) % PLACES];
        *place = (unsigned char)(*place + (*place < 255 ? 1 : 0));
        most = *place > most ? *place : most;
    }
    return most;
}

static void assert_spread(void (*key)(uint64_t i, uint64_t words[NET_HASH_WORDS]))
{
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        assert_true(fullest(seed, key) <= MANY);
}

static void by_port(uint64_t i, uint64_t words[NET_HASH_WORDS])
{
    words[0] = UINT64_C(0xc0000201) << 16 | i;
    words[1] = UINT64_C(0xcb007105) << 16 | 21;
}

static void by_host(uint64_t i, uint64_t words[NET_HASH_WORDS])
{
    words[0] = (UINT64_C(0xc0000000) + i) << 16 | 40000;
    words[1] = UINT64_C(0xcb007105) << 16 | 21;
}

static void by_last_bytes_of_ipv6(uint64_t i, uint64_t words[NET_HASH_WORDS])
{
    words[0] = UINT64_C(0xb80d0120);
    words[1] = i << 48;
    words[4] = UINT64_C(40000) << 32 | 21 << 16;
}

/* Steps of 2^k: keys that agree in all but a few bits. */
static void by_high_bits(uint64_t i, uint64_t words[NET_HASH_WORDS])
{
    words[i % 5] = i << 47;
    words[(i + 1) % 5] = i;
}

static void neighbours_are_spread(void **state)
{
    (void)state;
    assert_spread(by_port);
    assert_spread(by_host);
    assert_spread(by_last_bytes_of_ipv6);
    assert_spread(by_high_bits);
}

static void the_seed_decides(void **state)
{
    const uint64_t words[NET_HASH_WORDS] = {1, 2, 3, 4, 5};
    unsigned same = 0;
    struct net_hash hash;

    (void)state;
    net_hash_init(&hash, 0);
    uint32_t first = net_hash(&hash, words, NET_HASH_WORDS);
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        net_hash_init(&hash, seed);
        same += net_hash(&hash, words, NET_HASH_WORDS) == first;
    }
    assert_int_equal(same, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_spread),
        cmocka_unit_test(the_seed_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
