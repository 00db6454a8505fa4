/* test_arena.c - the texts and the queue inside the block of a session. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/session_state.h"
#include "tests/unit/span.h"
#include <cmocka.h>

static struct fsc_session *fresh(size_t arena)
{
    size_t size = sizeof(struct fsc_session) + arena;
    size_t whole = size > fsc_session_size() ? size : fsc_session_size();
    struct fsc_session_config config = {.saw_start = true};
    struct fsc_session *session = fsc_session_init(malloc(whole), whole, &config);

    session->size = (uint32_t)size; /* smaller than a host may ask for, so that limits are near */
    return session;
}

static bool push(struct fsc_session *session, uint32_t tx, struct fsc_span arg, bool *cut)
{
    struct pending entry = {.tx = tx, .verb = FSC_VERB_CWD};

    return queue_push(session, &entry, arg, cut) != NULL;
}

static uint32_t count(const struct fsc_session *session)
{
    uint32_t n = 0;

    for (struct pending *e = queue_first(session); e != NULL; e = queue_next(session, e))
        n++;
    assert_int_equal(n, session->count);
    return n;
}

static void an_unknown_directory_is_a_question_mark(void **state)
{
    struct fsc_session *session = fresh(512);

    (void)state;
    assert_span(arena_cwd(session), "?");
    assert_int_equal(arena_user(session).n, 0);
    assert_true(arena_set_cwd(session, SPAN("/a")));
    assert_span(arena_cwd(session), "/a");
    free(session);
}

static void user_and_directory_keep_out_of_each_others_way(void **state)
{
    struct fsc_session *session = fresh(512);

    (void)state;
    assert_true(arena_set_cwd(session, SPAN("/home/bob")));
    assert_true(arena_set_user(session, SPAN("bob")));
    assert_span(arena_cwd(session), "/home/bob");
    assert_true(arena_set_user(session, SPAN("a much longer name")));
    assert_span(arena_user(session), "a much longer name");
    assert_span(arena_cwd(session), "/home/bob");
    assert_true(arena_set_user(session, SPAN("")));
    assert_true(arena_set_cwd(session, SPAN("/")));
    assert_int_equal(arena_user(session).n, 0);
    assert_span(arena_cwd(session), "/");
    free(session);
}

/* The name stands in the queue, in the argument of USER, and the queue makes way for it. */
static void the_user_name_survives_the_move_of_its_command(void **state)
{
    struct fsc_session *session = fresh(512);
    bool cut = false;

    (void)state;
    assert_true(push(session, 1, SPAN("bob"), &cut));
    assert_true(arena_set_user(session, queue_argument(queue_first(session))));
    assert_span(arena_user(session), "bob");
    assert_span(queue_argument(queue_first(session)), "bob");
    free(session);
}

/* A path stands behind the queue, where effects compute it. */
static void the_directory_survives_the_move_of_the_queue(void **state)
{
    struct fsc_session *session = fresh(512);
    bool cut = false;

    (void)state;
    assert_true(push(session, 1, SPAN("pub"), &cut));
    struct fsc_span scratch = arena_scratch(session);
    uint8_t *path = arena_bytes(session) + session->tail;
    memcpy(path, "/srv/ftp/pub", 12);
    assert_true(scratch.n > 12);
    assert_true(arena_set_cwd(session, (struct fsc_span){path, 12}));
    assert_span(arena_cwd(session), "/srv/ftp/pub");
    assert_span(queue_argument(queue_first(session)), "pub");
    free(session);
}

static void a_name_beyond_the_limit_is_cut_and_told(void **state)
{
    struct fsc_session *session = fresh(4096);

    (void)state;
    assert_false(arena_set_user(session, span_repeat("u", FSC_USER_MAX + 1)));
    assert_int_equal(arena_user(session).n, FSC_USER_MAX);
    assert_true(arena_set_user(session, span_repeat("u", FSC_USER_MAX)));
    free(session);
}

static void a_directory_that_does_not_fit_is_forgotten(void **state)
{
    struct fsc_session *session = fresh(64);

    (void)state;
    assert_true(arena_set_cwd(session, SPAN("/a")));
    assert_false(arena_set_cwd(session, span_repeat("d", 65)));
    assert_span(arena_cwd(session), "?"); /* half a directory would be a wrong one */
    free(session);
}

static void a_user_that_does_not_fit_leaves_the_queue_alone(void **state)
{
    struct fsc_session *session = fresh(sizeof(struct pending) + 16);
    bool cut = false;

    (void)state;
    assert_true(push(session, 7, SPAN("pub"), &cut));
    assert_false(arena_set_user(session, span_repeat("u", 100)));
    assert_int_equal(queue_first(session)->tx, 7);
    assert_span(queue_argument(queue_first(session)), "pub");
    free(session);
}

static void arguments_of_all_lengths_come_back(void **state)
{
    struct fsc_session *session = fresh(8192);
    bool cut = false;

    (void)state;
    for (uint32_t i = 0; i < 40; i++) {
        assert_true(push(session, i + 1, span_repeat("abc", i), &cut));
        assert_false(cut);
    }
    assert_int_equal(count(session), 40);
    uint32_t n = 0;
    for (struct pending *e = queue_first(session); e != NULL; e = queue_next(session, e), n++) {
        assert_int_equal(e->tx, n + 1);
        assert_int_equal(queue_argument(e).n, n);
    }
    free(session);
}

static void an_argument_that_does_not_fit_is_cut(void **state)
{
    struct fsc_session *session = fresh(sizeof(struct pending) + 16);
    bool cut = false;

    (void)state;
    assert_true(push(session, 1, span_repeat("x", 100), &cut));
    assert_true(cut);
    assert_int_equal(queue_argument(queue_first(session)).n, 16);
    assert_false(push(session, 2, SPAN(""), &cut)); /* no room for the command itself */
    assert_int_equal(count(session), 1);
    free(session);
}

static void a_path_beyond_the_limit_is_cut(void **state)
{
    struct fsc_session *session = fresh(16384);
    bool cut = false;

    (void)state;
    assert_true(push(session, 1, span_repeat("x", FSC_PATH_MAX + 1), &cut));
    assert_true(cut);
    assert_int_equal(queue_argument(queue_first(session)).n, FSC_PATH_MAX);
    free(session);
}

static void only_done_commands_at_the_front_leave(void **state)
{
    struct fsc_session *session = fresh(512);
    bool cut = false;

    (void)state;
    for (uint32_t tx = 1; tx <= 3; tx++)
        assert_true(push(session, tx, SPAN("x"), &cut));
    queue_next(session, queue_first(session))->flags |= PENDING_DONE;
    queue_sweep(session);
    assert_int_equal(count(session), 3);
    queue_first(session)->flags |= PENDING_DONE;
    queue_sweep(session);
    assert_int_equal(count(session), 1);
    assert_int_equal(queue_first(session)->tx, 3);
    free(session);
}

/* Thousands of commands through a small block: room in front of the queue is used again. */
static void the_queue_goes_round_and_round(void **state)
{
    struct fsc_session *session = fresh(3 * (sizeof(struct pending) + 32));
    bool cut = false;

    (void)state;
    assert_true(arena_set_cwd(session, SPAN("/pub")));
    assert_true(push(session, 1, SPAN("first"), &cut));
    for (uint32_t tx = 2; tx < 5000; tx++) {
        assert_true(push(session, tx, SPAN("some argument"), &cut));
        assert_false(cut);
        queue_first(session)->flags |= PENDING_DONE;
        queue_sweep(session);
        assert_int_equal(queue_first(session)->tx, tx);
        assert_span(queue_argument(queue_first(session)), "some argument");
    }
    assert_span(arena_cwd(session), "/pub");
    free(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_directory_is_a_question_mark),
        cmocka_unit_test(user_and_directory_keep_out_of_each_others_way),
        cmocka_unit_test(the_user_name_survives_the_move_of_its_command),
        cmocka_unit_test(the_directory_survives_the_move_of_the_queue),
        cmocka_unit_test(a_name_beyond_the_limit_is_cut_and_told),
        cmocka_unit_test(a_directory_that_does_not_fit_is_forgotten),
        cmocka_unit_test(a_user_that_does_not_fit_leaves_the_queue_alone),
        cmocka_unit_test(arguments_of_all_lengths_come_back),
        cmocka_unit_test(an_argument_that_does_not_fit_is_cut),
        cmocka_unit_test(a_path_beyond_the_limit_is_cut),
        cmocka_unit_test(only_done_commands_at_the_front_leave),
        cmocka_unit_test(the_queue_goes_round_and_round),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
