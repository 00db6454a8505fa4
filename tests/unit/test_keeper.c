/* test_keeper.c - which packets are handed on and kept, with packets and sessions made by hand. */
#include "monitor/live/keeper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "monitor/live/frame_run.h"
#include "monitor/live/undecided.h"

#define SECOND INT64_C(1000000000)

static const struct capture_interface interface = {1, 65535, NULL};
static const uint8_t payload[1400] = {0};

struct scene {
    struct keeper *keeper;
    struct sink sink;
    GString *out; /* numbers of the packets that were handed on */
};

static void note(void *state, const struct capture_frame *frame)
{
    g_string_append_printf(state, "%u ", (unsigned)frame->number);
}

static struct capture_frame frame_of(unsigned number)
{
    return (struct capture_frame){.captured = {payload, sizeof(payload)},
                                  .wire_len = sizeof(payload),
                                  .number = number,
                                  .time_ns = number * SECOND / 100,
                                  .interface = &interface};
}

static struct scene scene_new(struct keeper_options options)
{
    struct scene s = {.out = g_string_new(NULL)};

    options.packet = note;
    options.state = s.out;
    s.keeper = keeper_new(&options);
    s.sink = keeper_sink(s.keeper);
    return s;
}

static void scene_free(struct scene *s)
{
    keeper_free(&s->keeper);
    g_string_free(s->out, TRUE);
}

static void opened(struct scene *s, uint32_t session)
{
    const struct record_envelope envelope = {.session = session};
    s->sink.opened(s->sink.state, &envelope);
}

static void failed(struct scene *s, uint32_t session)
{
    const struct record_envelope envelope = {.session = session};
    const struct fsc_finding finding = {.severity = FSC_SEVERITY_ERROR};
    const struct record_finding record = {.finding = &finding, .n = 1};
    s->sink.finding(s->sink.state, &envelope, &record);
}

static void ended(struct scene *s, uint32_t session)
{
    const struct record_envelope envelope = {.session = session};
    const struct record_session record = {.ended = "fin"};
    s->sink.session(s->sink.state, &envelope, &record);
}

static void push(struct scene *s, unsigned number, struct pipeline_pushed pushed)
{
    struct capture_frame frame = frame_of(number);
    keeper_frame(s->keeper, &frame, &pushed);
}

static void of_session(struct scene *s, unsigned number, uint32_t session)
{
    push(s, number, (struct pipeline_pushed){.flow_id = session, .session = session});
}

static void undecided(struct scene *s, unsigned number, uint64_t flow)
{
    push(s, number, (struct pipeline_pushed){.flow_id = flow, .undecided = true});
}

static void strangers_are_left_out(void **state)
{
    struct scene s = scene_new((struct keeper_options){.mode = KEEPER_PASS});

    (void)state;
    opened(&s, 1);
    of_session(&s, 1, 1);
    push(&s, 2, (struct pipeline_pushed){.flow_id = 7});
    push(&s, 3, (struct pipeline_pushed){.flow_id = 0});
    of_session(&s, 4, 1);
    assert_string_equal(s.out->str, "1 4 ");
    assert_int_equal(keeper_counts(s.keeper).frames, 2);
    scene_free(&s);
}

static void handshake_comes_when_the_first_words_are_ftp(void **state)
{
    struct scene s = scene_new((struct keeper_options){.mode = KEEPER_PASS});

    (void)state;
    undecided(&s, 1, 5);
    undecided(&s, 2, 6);
    undecided(&s, 3, 5);
    opened(&s, 1);
    keeper_connection(s.keeper, 1, 5);
    push(&s, 4, (struct pipeline_pushed){.flow_id = 5, .session = 1});
    push(&s, 5, (struct pipeline_pushed){.flow_id = 6}); /* no FTP */
    keeper_connection(s.keeper, 1, 6);                   /* too late: it was forgotten */
    assert_string_equal(s.out->str, "1 3 4 ");
    scene_free(&s);
}

static void answers_before_their_question_and_fragments_come(void **state)
{
    struct scene s = scene_new((struct keeper_options){.mode = KEEPER_PASS});
    static const uint64_t earlier[] = {1, 3};

    (void)state;
    opened(&s, 1);
    undecided(&s, 1, 0);
    undecided(&s, 2, 0);
    undecided(&s, 3, 0);
    push(&s, 4, (struct pipeline_pushed){.flow_id = 9, .session = 1, .earlier = earlier, .earlier_count = 2});
    assert_string_equal(s.out->str, "1 3 4 ");
    scene_free(&s);
}

static void only_failed_sessions_come_at_their_end(void **state)
{
    struct scene s =
        scene_new((struct keeper_options){.mode = KEEPER_FAILED, .max_bytes = 1 << 20, .session_bytes = 1 << 20});

    (void)state;
    opened(&s, 1);
    opened(&s, 2);
    for (unsigned i = 1; i <= 6; i++)
        of_session(&s, i, 1 + i % 2);
    failed(&s, 2);
    assert_string_equal(s.out->str, "");
    ended(&s, 1);
    assert_string_equal(s.out->str, "");
    ended(&s, 2);
    assert_string_equal(s.out->str, "1 3 5 ");
    of_session(&s, 7, 2);
    assert_int_equal(keeper_counts(s.keeper).lost, 1);
    scene_free(&s);
}

static void middle_of_a_long_session_goes(void **state)
{
    enum { FRAMES = 1000, LIMIT = 300 * 1024 };
    struct scene s =
        scene_new((struct keeper_options){.mode = KEEPER_FAILED, .max_bytes = 1 << 24, .session_bytes = LIMIT});

    (void)state;
    opened(&s, 1);
    failed(&s, 1);
    for (unsigned i = 1; i <= FRAMES; i++) {
        of_session(&s, i, 1);
        assert_true(keeper_counts(s.keeper).memory < LIMIT + 100 * 1024);
    }
    ended(&s, 1);
    assert_true(g_str_has_prefix(s.out->str, "1 2 3 4 5 6 7 8 9 10 "));
    assert_true(g_str_has_suffix(s.out->str, " 997 998 999 1000 "));
    struct keeper_counts counts = keeper_counts(s.keeper);
    assert_true(counts.lost > 0);
    assert_int_equal(counts.frames + counts.lost, FRAMES);
    scene_free(&s);
}

static void oldest_history_goes_first(void **state)
{
    struct scene s = scene_new((struct keeper_options){
        .mode = KEEPER_PASS, .history = true, .max_bytes = (size_t)300 * 1024, .session_bytes = 1 << 20});
    GPtrArray *runs;

    (void)state;
    for (uint32_t session = 1; session <= 100; session++) {
        opened(&s, session);
        for (unsigned i = 0; i < 10; i++)
            of_session(&s, session * 10 + i, session);
        if (session != 1) /* stays open */
            ended(&s, session);
        assert_true(keeper_counts(s.keeper).memory <= (size_t)320 * 1024);
    }
    runs = keeper_snapshot(s.keeper, NULL, NULL);
    assert_true(runs->len > 5 && runs->len < 100);
    g_string_truncate(s.out, 0);
    frame_run_each(runs->pdata[0], note, s.out);
    assert_string_equal(s.out->str, "10 11 12 13 14 15 16 17 18 19 ");
    g_string_truncate(s.out, 0);
    frame_run_each(runs->pdata[runs->len - 1], note, s.out);
    assert_true(g_str_has_prefix(s.out->str, "1000 1001 "));
    g_ptr_array_unref(runs);
    scene_free(&s);
}

static void snapshot_stays_as_it_was(void **state)
{
    struct frame_run *run = frame_run_new();
    GString *out = g_string_new(NULL);

    (void)state;
    for (unsigned i = 1; i <= 3; i++) {
        struct capture_frame frame = frame_of(i);
        frame_run_add(run, &frame);
    }
    struct frame_run *snapshot = frame_run_snapshot(run);
    for (unsigned i = 4; i <= 500; i++) {
        struct capture_frame frame = frame_of(i);
        frame_run_add(run, &frame);
    }
    assert_true(frame_run_trim(run, 0) > 0);
    frame_run_free(&run);
    frame_run_each(snapshot, note, out);
    assert_string_equal(out->str, "1 2 3 ");
    assert_int_equal(frame_run_count(snapshot), 3);
    frame_run_free(&snapshot);
    g_string_free(out, TRUE);
}

/* A scan of a network: each connection a SYN that might have become FTP. */
static void undecided_is_bounded(void **state)
{
    struct undecided *u = undecided_new(1 << 20);

    (void)state;
    for (unsigned i = 1; i <= 5000; i++) {
        struct capture_frame frame = frame_of(1);
        undecided_keep(u, i, &frame);
    }
    assert_true(undecided_memory(u) <= 1 << 20);
    assert_true(undecided_given_up(u) > 4000);
    struct capture_frame late = frame_of(100 * 3600);
    undecided_keep(u, 6000, &late); /* after an hour the others go for their age, which is no loss */
    assert_true(undecided_memory(u) < 10000);
    undecided_free(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strangers_are_left_out),
        cmocka_unit_test(handshake_comes_when_the_first_words_are_ftp),
        cmocka_unit_test(answers_before_their_question_and_fragments_come),
        cmocka_unit_test(only_failed_sessions_come_at_their_end),
        cmocka_unit_test(middle_of_a_long_session_goes),
        cmocka_unit_test(oldest_history_goes_first),
        cmocka_unit_test(snapshot_stays_as_it_was),
        cmocka_unit_test(undecided_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
