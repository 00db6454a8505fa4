/* test_session.c - the session: positions, gaps, phases, secrets, room. */
#include <stdio.h>

#include "tests/unit/session_play.h"

static void lines_at_their_position_are_steps(void **state)
{
    struct play p = play_new(true);

    (void)state;
    assert_int_equal(server(&p, "220 ready")->step, FSC_STEP_OK);
    assert_true(has_flag(&p.note, FSC_NOTE_GREETING));
    assert_int_equal(client(&p, "NOOP")->step, FSC_STEP_OK);
    assert_int_equal(p.note.gap, 0);
    assert_false(fsc_session_uncertain(p.session));
    play_free(&p);
}

static void a_late_line_changes_nothing(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "PASV");
    assert_int_equal(play_at(&p, FSC_C2S, 0, 0, "USER eve")->step, FSC_STEP_LATE);
    assert_int_equal(p.note.tx, 0);
    assert_int_equal(p.note.flags, 0);
    assert_int_equal(play_at(&p, FSC_S2C, 0, 0, "421 bye")->step, FSC_STEP_LATE);
    assert_int_equal(server(&p, "227 (203,0,113,21,195,80)")->tx, 2);
    assert_span(p.note.user, "bob");
    play_free(&p);
}

static void a_line_beyond_its_position_tells_the_gap(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    assert_int_equal(play_at(&p, FSC_C2S, p.pos[FSC_C2S] + 17, p.pos[FSC_S2C], "NOOP")->step, FSC_STEP_AFTER_GAP);
    assert_int_equal(p.note.gap, 17);
    assert_true(fsc_session_uncertain(p.session));
    play_free(&p);
}

/* What the host says about missing bytes is told with the next line, together with what the position shows. */
static void a_gap_told_by_the_host_comes_with_the_next_line(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    fsc_session_gap(p.session, FSC_C2S, p.pos[FSC_C2S] + 10);
    fsc_session_gap(p.session, FSC_C2S, p.pos[FSC_C2S] + 5); /* known already */
    assert_true(fsc_session_uncertain(p.session));
    assert_int_equal(play_at(&p, FSC_C2S, p.pos[FSC_C2S] + 12, p.pos[FSC_S2C], "NOOP")->step, FSC_STEP_AFTER_GAP);
    assert_int_equal(p.note.gap, 12);
    assert_int_equal(client(&p, "NOOP")->gap, 0);
    play_free(&p);
}

static void the_first_bytes_may_be_missing(void **state)
{
    struct play p = play_new(true);

    (void)state;
    server(&p, "220 ready");
    assert_int_equal(play_at(&p, FSC_C2S, 10, p.pos[FSC_S2C], "PASS x")->gap, 10);
    play_free(&p);
}

static void joined_in_the_middle_no_position_is_a_gap(void **state)
{
    struct play p = play_new(false);

    (void)state;
    assert_int_equal(play_at(&p, FSC_C2S, 5000, 900, "NOOP")->step, FSC_STEP_OK);
    assert_int_equal(play_at(&p, FSC_S2C, 900, 5006, "200 ok")->step, FSC_STEP_OK);
    assert_int_equal(p.note.tx, 1);
    assert_int_equal(p.note.phase, FSC_PHASE_UNKNOWN);
    assert_true(fsc_session_uncertain(p.session));
    play_free(&p);
}

static void phases_follow_greeting_login_and_quit(void **state)
{
    struct play p = play_new(true);

    (void)state;
    assert_int_equal(server(&p, "220 ready")->phase, FSC_PHASE_GREETING);
    assert_int_equal(client(&p, "USER bob")->phase, FSC_PHASE_LOGIN);
    server(&p, "331 password");
    client(&p, "PASS x");
    assert_int_equal(server(&p, "230 ok")->phase, FSC_PHASE_LOGIN);
    assert_int_equal(client(&p, "QUIT")->phase, FSC_PHASE_READY);
    server(&p, "221 bye");
    assert_int_equal(client(&p, "NOOP")->phase, FSC_PHASE_CLOSING);
    play_free(&p);
}

static void the_note_shows_the_state_before_its_line(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "CWD /pub");
    assert_span(server(&p, "250 ok")->cwd, "?");
    assert_span(p.note.path, "/pub");
    assert_span(client(&p, "PWD")->cwd, "/pub");
    assert_span(p.note.user, "bob");
    play_free(&p);
}

static void secrets_are_marked(void **state)
{
    static const char *const asks[] = {"331 password", "332 account", "336 challenge"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct play p = play_new(true);
        server(&p, "220 ready");
        client(&p, "USER bob");
        server(&p, asks[i]);
        assert_true(has_flag(client(&p, "tops3cret"), FSC_NOTE_SECRET));
        assert_true(has_flag(client(&p, "an0ther"), FSC_NOTE_SECRET)); /* tried again after a 500 or 530 */
        server(&p, "230 logged in");
        assert_false(has_flag(client(&p, "XYZZY"), FSC_NOTE_SECRET));
        play_free(&p);
    }
}

static void a_known_verb_behind_331_is_shown(void **state)
{
    struct play p = play_new(true);

    (void)state;
    server(&p, "220 ready");
    client(&p, "USER bob");
    server(&p, "331 password");
    assert_false(has_flag(client(&p, "SYST"), FSC_NOTE_SECRET));
    play_free(&p);
}

static void a_word_behind_a_hole_may_be_the_rest_of_a_password(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    fsc_session_gap(p.session, FSC_C2S, p.pos[FSC_C2S] += 7);
    assert_true(has_flag(client(&p, "s3cret"), FSC_NOTE_SECRET));
    assert_false(has_flag(client(&p, "XYZZY"), FSC_NOTE_SECRET));
    play_free(&p);
}

static void so_may_the_first_word_of_a_session_joined_in_the_middle(void **state)
{
    struct play p = play_new(false);

    (void)state;
    assert_true(has_flag(client(&p, "SS s3cret"), FSC_NOTE_SECRET));
    assert_false(has_flag(client(&p, "XYZZY"), FSC_NOTE_SECRET));
    play_free(&p);

    p = play_new(false);
    assert_false(has_flag(client(&p, "NOOP"), FSC_NOTE_SECRET));
    assert_false(has_flag(client(&p, "XYZZY"), FSC_NOTE_SECRET));
    play_free(&p);
}

static void tls_begins_with_234_to_auth_tls_only(void **state)
{
    struct play p = play_new(true);

    (void)state;
    server(&p, "220 ready");
    client(&p, "AUTH TLS");
    assert_false(has_flag(server(&p, "534 no"), FSC_NOTE_TLS));
    client(&p, "AUTH GSSAPI");
    assert_false(has_flag(server(&p, "334 go"), FSC_NOTE_TLS));
    assert_false(fsc_session_opaque(p.session));
    client(&p, "auth tls");
    assert_true(has_flag(server(&p, "234 go"), FSC_NOTE_TLS));
    assert_true(fsc_session_opaque(p.session));
    play_free(&p);
}

static void rebase_begins_a_new_space_of_positions(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "AUTH TLS");
    server(&p, "234 go");
    fsc_session_rebase(p.session, FSC_C2S, 0);
    fsc_session_rebase(p.session, FSC_S2C, 0);
    p.pos[0] = p.pos[1] = 0;
    assert_int_equal(client(&p, "USER alice")->step, FSC_STEP_OK);
    server(&p, "230 ok");
    assert_span(client(&p, "PWD")->user, "alice");
    assert_false(fsc_session_uncertain(p.session)); /* decrypted: nothing is missing */
    play_free(&p);
}

static void clear_again_means_that_something_was_not_read(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "AUTH TLS");
    server(&p, "234 go");
    fsc_session_clear(p.session, FSC_C2S, 500);
    assert_int_equal(play_at(&p, FSC_C2S, 500, FSC_ACK_NONE, "RETR a")->step, FSC_STEP_OK);
    assert_true(fsc_session_uncertain(p.session));
    assert_false(p.note.transfer.parameters_known);
    play_free(&p);
}

static void what_was_not_answered_is_told_at_the_end(void **state)
{
    struct play p = play_logged_in();
    struct fsc_note note;

    (void)state;
    client(&p, "CWD a");
    client(&p, "RETR b");
    assert_true(fsc_session_unanswered(p.session, &note));
    assert_int_equal(note.tx, 2);
    assert_true(fsc_session_unanswered(p.session, &note));
    assert_int_equal(note.tx, 3);
    assert_true(has_flag(&note, FSC_NOTE_TRANSFER));
    assert_false(fsc_session_unanswered(p.session, &note));
    play_free(&p);
}

/* As the host does before each line. */
static void make_room(struct play *p, const char *line)
{
    size_t room = fsc_session_room(p->session, strlen(line));

    if (room <= fsc_session_capacity(p->session))
        return;
    struct fsc_session *larger = fsc_session_move(malloc(room), room, p->session);
    free(p->session);
    p->session = larger;
}

static void the_room_that_is_asked_for_is_enough(void **state)
{
    struct fsc_session_config config = {.saw_start = true};
    size_t size = fsc_session_size();
    struct play p = {.session = fsc_session_init(malloc(size), size, &config)};
    static char line[FSC_PATH_MAX + 16];

    (void)state;
    server(&p, "220 ready");
    for (size_t n = 1; n < FSC_PATH_MAX - 8; n = n * 3 + 1) {
        memcpy(line, "CWD /", 5);
        memset(line + 5, 'd', n);
        line[5 + n] = '\0';
        make_room(&p, line);
        assert_false(has_flag(client(&p, line), FSC_NOTE_TEXT_CUT));
        assert_false(has_flag(server(&p, "250 ok"), FSC_NOTE_TEXT_CUT));
        assert_int_equal(p.note.path.n, n + 1);
    }
    play_free(&p);
}

/* A client that always has sent the next command before it is answered: what is done with makes room for what comes. */
static void a_queue_that_is_never_empty_has_room(void **state)
{
    enum { ROUNDS = 300, LONG = 40 };
    struct fsc_session_config config = {.saw_start = true};
    size_t size = fsc_session_size();
    struct play p = {.session = fsc_session_init(malloc(size), size, &config)};
    char line[LONG + 8];

    (void)state;
    server(&p, "220 ready");
    for (int i = 0; i <= ROUNDS; i++) {
        snprintf(line, sizeof(line), "CWD /%0*d", 1 + i % LONG, 7);
        make_room(&p, line);
        assert_false(has_flag(client(&p, line), FSC_NOTE_TEXT_CUT));
        if (i == 0)
            continue;
        make_room(&p, "250 ok");
        assert_false(has_flag(server(&p, "250 ok"), FSC_NOTE_TEXT_CUT));
        assert_int_equal(p.note.path.n, 2 + (i - 1) % LONG);
    }
    assert_true(fsc_session_capacity(p.session) < 4096);
    play_free(&p);
}

static void an_idle_session_is_small(void **state)
{
    (void)state;
    assert_true(fsc_session_size() <= 3072); /* 100,000 of them are 300 MB at most */
}

/* It counts more than the argument, which may have led through a link: also where the joined path would not fit. */
static void a_directory_named_by_the_server_counts(void **state)
{
    struct play p = play_logged_in();
    static char command[3006]; /* a path of 3000 bytes, and one of 3001 below it */

    (void)state;
    memcpy(command, "CWD /", 5);
    memset(command + 5, 'a', 3000);
    client(&p, command);
    server(&p, "250 ok");
    memcpy(command, "CWD b", 5);
    client(&p, command);
    server(&p, "250 \"/home\" is the current directory");
    client(&p, "CWD /link");
    assert_span(p.note.cwd, "/home");
    server(&p, "250 \"/real\" is the current directory");
    client(&p, "NOOP");
    assert_span(p.note.cwd, "/real");
    play_free(&p);
}

/* pyftpdlib doubles the quotes of a name in 257, but not in 250. */
static void quotes_in_a_directory_stay(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "CWD /a\"\"b");
    server(&p, "250 \"/a\"\"b\" is the current directory");
    client(&p, "PWD");
    assert_span(p.note.cwd, "/a\"\"b");
    server(&p, "257 \"/a\"\"b\" is the current directory");
    client(&p, "NOOP");
    assert_span(p.note.cwd, "/a\"b");
    play_free(&p);
}

/* A block too small for the texts of a line: what did not fit is not known, and the note says so. */
static void a_block_too_small_is_flagged(void **state)
{
    struct fsc_session_config config = {.saw_start = true};
    size_t size = fsc_session_size();
    struct play p = {.session = fsc_session_init(malloc(size), size, &config)};
    size_t n = fsc_session_capacity(p.session) * 2 / 3;
    char *reply = malloc(n + 8);

    (void)state;
    server(&p, "220 ready");
    client(&p, "PWD");
    memcpy(reply, "257 \"/", 6);
    memset(reply + 6, 'd', n);
    memcpy(reply + 6 + n, "\"", 2);
    server(&p, reply);
    client(&p, "NOOP");
    assert_true(has_flag(&p.note, FSC_NOTE_TEXT_CUT));
    assert_span(p.note.cwd, "?");
    free(reply);
    play_free(&p);
}

static void a_directory_too_long_is_flagged(void **state)
{
    struct play p = play_logged_in();
    static char command[3006]; /* a path of 3000 bytes, and one of 3001 below it */

    (void)state;
    memcpy(command, "CWD /", 5);
    memset(command + 5, 'a', 3000);
    client(&p, command);
    assert_false(has_flag(server(&p, "250 ok"), FSC_NOTE_TEXT_CUT));
    memcpy(command, "CWD b", 5);
    client(&p, command);
    assert_true(has_flag(server(&p, "250 ok"), FSC_NOTE_TEXT_CUT));
    play_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_directory_named_by_the_server_counts),
        cmocka_unit_test(quotes_in_a_directory_stay),
        cmocka_unit_test(a_block_too_small_is_flagged),
        cmocka_unit_test(a_directory_too_long_is_flagged),
        cmocka_unit_test(lines_at_their_position_are_steps),
        cmocka_unit_test(a_late_line_changes_nothing),
        cmocka_unit_test(a_line_beyond_its_position_tells_the_gap),
        cmocka_unit_test(a_gap_told_by_the_host_comes_with_the_next_line),
        cmocka_unit_test(the_first_bytes_may_be_missing),
        cmocka_unit_test(joined_in_the_middle_no_position_is_a_gap),
        cmocka_unit_test(phases_follow_greeting_login_and_quit),
        cmocka_unit_test(the_note_shows_the_state_before_its_line),
        cmocka_unit_test(secrets_are_marked),
        cmocka_unit_test(a_known_verb_behind_331_is_shown),
        cmocka_unit_test(a_word_behind_a_hole_may_be_the_rest_of_a_password),
        cmocka_unit_test(so_may_the_first_word_of_a_session_joined_in_the_middle),
        cmocka_unit_test(tls_begins_with_234_to_auth_tls_only),
        cmocka_unit_test(rebase_begins_a_new_space_of_positions),
        cmocka_unit_test(clear_again_means_that_something_was_not_read),
        cmocka_unit_test(what_was_not_answered_is_told_at_the_end),
        cmocka_unit_test(the_room_that_is_asked_for_is_enough),
        cmocka_unit_test(a_queue_that_is_never_empty_has_room),
        cmocka_unit_test(an_idle_session_is_small),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
