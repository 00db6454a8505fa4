/* test_attempt.c - what an attempt to open a TCP connection proves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/rules.h"

static int64_t seconds(int64_t n)
{
    return n * 1000000000;
}

/* Three SYNs within three seconds, and silence for a minute. */
static struct fsc_attempt silent_attempt(void)
{
    return (struct fsc_attempt){.from = {{FSC_ADDR_V4, {198, 51, 100, 7}}, 40001},
                                .to = {{FSC_ADDR_V4, {203, 0, 113, 5}}, 50000},
                                .syns = 3,
                                .syn_frame = 10,
                                .last_syn_frame = 14,
                                .syn_ns = seconds(100),
                                .last_syn_ns = seconds(103),
                                .match = FSC_MATCH_EXACT};
}

static bool unanswered(const struct fsc_attempt *a, int64_t end_s, bool gave_up)
{
    return attempt_unanswered(a, seconds(end_s), gave_up, true, 20000000);
}

static void three_syns_without_answer_prove_silence(void **state)
{
    struct fsc_attempt a = silent_attempt();

    (void)state;
    assert_true(unanswered(&a, 160, true));
}

static void one_syn_proves_nothing(void **state)
{
    struct fsc_attempt a = silent_attempt();

    (void)state;
    a.syns = 1;
    assert_false(unanswered(&a, 160, true));
    a.syns = 0;
    assert_false(unanswered(&a, 160, true));
}

static void two_syns_need_the_wait_to_be_over(void **state)
{
    struct fsc_attempt a = silent_attempt();

    (void)state;
    a.syns = 2;
    assert_true(unanswered(&a, 160, true));
    assert_false(unanswered(&a, 160, false));
    assert_false(unanswered(&a, 104, true)); /* the last one is only a second old */
}

static void a_slow_path_needs_more_patience(void **state)
{
    struct fsc_attempt a = silent_attempt();

    (void)state;
    a.syns = 2;
    assert_true(attempt_unanswered(&a, seconds(106), true, true, 600000000));
    assert_false(attempt_unanswered(&a, seconds(105), true, true, 600000000)); /* four times 600 ms are not over */
}

static void any_answer_ends_the_silence(void **state)
{
    struct fsc_attempt a = silent_attempt();

    (void)state;
    a.synack_frame = 11;
    assert_false(unanswered(&a, 160, true));
    a = silent_attempt();
    a.rst_frame = 11;
    assert_false(unanswered(&a, 160, true));
    a = silent_attempt();
    a.icmp_frame = 11;
    assert_false(unanswered(&a, 160, true));
    a = silent_attempt();
    a.initiator_sent_more = true; /* the answer was not captured */
    assert_false(unanswered(&a, 160, true));
}

static void silence_of_a_dead_host_is_no_silence_of_a_port(void **state)
{
    struct fsc_attempt a = silent_attempt();

    (void)state;
    assert_false(attempt_unanswered(&a, seconds(160), true, false, 0));
}

/* A damaged file may put any time between two packets. */
static void clocks_that_jump(void **state)
{
    struct fsc_attempt a = silent_attempt();

    (void)state;
    assert_true(attempt_unanswered(&a, seconds(160), true, true, INT64_MIN / 2));
    assert_false(attempt_unanswered(&a, seconds(160), true, true, INT64_MAX / 2));
}

static void refused_is_a_reset_to_the_syn(void **state)
{
    struct fsc_attempt a = silent_attempt();

    (void)state;
    assert_false(attempt_refused(&a));
    a.rst_frame = 11;
    assert_false(attempt_refused(&a)); /* a reset with other numbers */
    a.rst_answers_syn = true;
    assert_true(attempt_refused(&a));
    a.synack_frame = 12;
    assert_false(attempt_refused(&a));
}

static void icmp_counts_when_nothing_else_answers(void **state)
{
    struct fsc_attempt a = silent_attempt();

    (void)state;
    assert_false(attempt_rejected(&a));
    a.icmp_frame = 11;
    assert_true(attempt_rejected(&a));
    a.rst_frame = 12;
    assert_false(attempt_rejected(&a));
    a.rst_frame = 0;
    a.synack_frame = 12;
    assert_false(attempt_rejected(&a));
}

static void only_some_codes_are_a_firewalls_own_words(void **state)
{
    static const uint8_t v4[] = {9, 10, 13}, v6[] = {1, 5, 6};
    struct fsc_attempt a = {.icmp_frame = 1, .icmp_type = 3};
    unsigned count = 0;

    (void)state;
    for (unsigned code = 0; code < 256; code++) {
        a.icmp_code = (uint8_t)code;
        count += attempt_is_administrative(&a);
    }
    assert_int_equal(count, 3);
    for (size_t i = 0; i < sizeof(v4); i++) {
        a.icmp_code = v4[i];
        assert_true(attempt_is_administrative(&a));
    }
    a.icmp_type = 11; /* time exceeded has other codes */
    assert_false(attempt_is_administrative(&a));
    a.icmp_v6 = true;
    a.icmp_type = 1;
    for (size_t i = 0; i < sizeof(v6); i++) {
        a.icmp_code = v6[i];
        assert_true(attempt_is_administrative(&a));
    }
    a.icmp_code = 4;
    assert_false(attempt_is_administrative(&a));
}

/* Reference D1: the number a Windows client (or what Linux reports, translated) shows. */
static void icmp_codes_have_winsock_numbers(void **state)
{
    static const struct {
        bool v6;
        uint8_t code;
        uint16_t winsock;
    } cases[] = {{false, 0, 10051}, {false, 6, 10051},  {false, 9, 10051},  {false, 11, 10051},
                 {false, 1, 10065}, {false, 10, 10065}, {false, 12, 10065}, {false, 13, 10065},
                 {false, 3, 10061}, {true, 0, 10051},   {true, 3, 10065},   {true, 4, 10061}};
    struct fsc_attempt a = {.icmp_frame = 1};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        a.icmp_v6 = cases[i].v6;
        a.icmp_type = cases[i].v6 ? 1 : 3;
        a.icmp_code = cases[i].code;
        assert_int_equal(attempt_icmp_winsock(&a), cases[i].winsock);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_syns_without_answer_prove_silence),
        cmocka_unit_test(one_syn_proves_nothing),
        cmocka_unit_test(two_syns_need_the_wait_to_be_over),
        cmocka_unit_test(a_slow_path_needs_more_patience),
        cmocka_unit_test(any_answer_ends_the_silence),
        cmocka_unit_test(silence_of_a_dead_host_is_no_silence_of_a_port),
        cmocka_unit_test(refused_is_a_reset_to_the_syn),
        cmocka_unit_test(icmp_counts_when_nothing_else_answers),
        cmocka_unit_test(only_some_codes_are_a_firewalls_own_words),
        cmocka_unit_test(icmp_codes_have_winsock_numbers),
        cmocka_unit_test(clocks_that_jump),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
