/* test_pairing.c - which command a reply answers: RFC 959 sections 5.4 and 6, and what servers do instead. */
#include "tests/unit/session_play.h"

static void replies_come_in_the_order_of_the_commands(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "NOOP");
    client(&p, "NOOP");
    assert_int_equal(server(&p, "200 ok")->tx, 2);
    assert_int_equal(server(&p, "200 ok")->tx, 3);
    assert_int_equal(server(&p, "200 ok")->tx, 0);
    play_free(&p);
}

static void a_preliminary_reply_leaves_its_command_open(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "RETR a");
    assert_int_equal(server(&p, "150 go")->outcome, FSC_OUTCOME_WAIT);
    assert_int_equal(server(&p, "226 done")->tx, 2);
    assert_int_equal(p.note.outcome, FSC_OUTCOME_DONE);
    assert_true(has_flag(server(&p, "226 done"), FSC_NOTE_UNSOLICITED));
    play_free(&p);
}

static void a_code_of_a_later_command_gives_up_the_earlier(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "NOOP");
    client(&p, "SYST");
    client(&p, "PWD");
    assert_int_equal(server(&p, "257 \"/\"")->tx, 4);
    assert_int_equal(p.note.skipped, 2);
    assert_int_equal(fsc_session_skipped(p.session, 0), 2);
    assert_int_equal(fsc_session_skipped(p.session, 1), 3);
    play_free(&p);
}

static void a_code_that_fits_the_first_stays_with_the_first(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "CWD a");
    client(&p, "CWD b");
    assert_int_equal(server(&p, "550 no")->tx, 2);
    assert_int_equal(p.note.skipped, 0);
    play_free(&p);
}

static void what_is_not_acknowledged_cannot_be_answered(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "NOOP");
    uint64_t acked = p.pos[FSC_C2S];
    client(&p, "SYST");
    assert_int_equal(play_at(&p, FSC_S2C, p.pos[FSC_S2C], acked, "215 UNIX")->tx, 2);
    assert_true(has_flag(&p.note, FSC_NOTE_ILLEGAL));
    assert_int_equal(play_at(&p, FSC_S2C, p.pos[FSC_S2C], acked, "215 UNIX")->tx, 0);
    assert_true(has_flag(&p.note, FSC_NOTE_UNSOLICITED));
    assert_int_equal(server(&p, "215 UNIX")->tx, 3);
    play_free(&p);
}

static void a_running_transfer_lets_interrupting_commands_pass(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "RETR a");
    server(&p, "150 go");
    client(&p, "STAT");
    assert_int_equal(server(&p, "211 half")->tx, 3);
    assert_int_equal(p.note.skipped, 0);
    assert_int_equal(server(&p, "226 done")->tx, 2);
    play_free(&p);
}

static void the_end_of_a_transfer_is_not_the_answer_to_the_noop_behind_it(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "STOR a");
    server(&p, "150 go");
    client(&p, "NOOP");
    client(&p, "NOOP");
    assert_int_equal(server(&p, "226 done")->tx, 2);
    assert_int_equal(server(&p, "200 ok")->tx, 3);
    assert_int_equal(server(&p, "200 ok")->tx, 4);
    play_free(&p);
}

static void a_transfer_that_began_is_not_answered_by_a_syntax_error(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "RETR a");
    server(&p, "150 go");
    client(&p, "XYZZY");
    assert_int_equal(server(&p, "500 what")->tx, 3);
    play_free(&p);
}

static void closing_421_answers_the_transfer_that_runs(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "RETR a");
    server(&p, "150 go");
    client(&p, "NOOP");
    assert_int_equal(server(&p, "421 Timeout")->tx, 2);
    assert_true(has_flag(&p.note, FSC_NOTE_CLOSING));
    play_free(&p);
}

static void aborted_transfer_takes_426_and_abor_226(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "RETR a");
    server(&p, "150 go");
    client(&p, "ABOR");
    assert_int_equal(server(&p, "426 closed")->tx, 2);
    assert_true(has_flag(&p.note, FSC_NOTE_ABORTED));
    assert_int_equal(server(&p, "226 ok")->tx, 3);
    play_free(&p);
}

static void after_a_hole_the_command_sent_behind_it_is_preferred(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "CWD a");
    fsc_session_gap(p.session, FSC_S2C, p.pos[FSC_S2C] += 30);
    client(&p, "CWD b");
    assert_int_equal(server(&p, "250 ok")->tx, 3);
    assert_true(has_flag(&p.note, FSC_NOTE_UNCERTAIN));
    client(&p, "CWD c");
    assert_int_equal(server(&p, "250 ok")->tx, 4);
    assert_false(has_flag(&p.note, FSC_NOTE_UNCERTAIN));
    play_free(&p);
}

static void outcomes_follow_the_diagrams(void **state)
{
    static const struct {
        const char *command, *reply;
        enum fsc_outcome outcome;
    } rows[] = {
        {"NOOP", "200", FSC_OUTCOME_DONE},         {"NOOP", "150", FSC_OUTCOME_VIOLATION},
        {"NOOP", "300", FSC_OUTCOME_VIOLATION},    {"NOOP", "421", FSC_OUTCOME_FAILED},
        {"NOOP", "500", FSC_OUTCOME_REFUSED},      {"LIST", "226", FSC_OUTCOME_DONE},
        {"LIST", "125", FSC_OUTCOME_WAIT},         {"LIST", "450", FSC_OUTCOME_FAILED},
        {"USER x", "331", FSC_OUTCOME_MORE},       {"USER x", "120", FSC_OUTCOME_VIOLATION},
        {"RNFR x", "350", FSC_OUTCOME_MORE},       {"RNFR x", "250", FSC_OUTCOME_VIOLATION},
        {"REST 5", "350", FSC_OUTCOME_MORE},       {"REIN", "120", FSC_OUTCOME_WAIT},
        {"MKD x", "332", FSC_OUTCOME_MORE},        {"ADAT QQ==", "335", FSC_OUTCOME_MORE},
        {"ADAT QQ==", "535", FSC_OUTCOME_REFUSED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct play p = play_logged_in();
        client(&p, rows[i].command);
        assert_int_equal(server(&p, rows[i].reply)->outcome, rows[i].outcome);
        play_free(&p);
    }
}

static void unusual_codes_are_marked(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "PWD");
    assert_true(has_flag(server(&p, "226 well"), FSC_NOTE_ILLEGAL));
    client(&p, "STOR x"); /* 550 is not in RFC 959 5.4, but every server sends it */
    assert_false(has_flag(server(&p, "550 no"), FSC_NOTE_ILLEGAL));
    client(&p, "XYZZY");
    assert_false(has_flag(server(&p, "299 any"), FSC_NOTE_ILLEGAL));
    play_free(&p);
}

static void latency_is_from_command_to_first_reply(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    client(&p, "RETR a");
    p.time_ns += 41000000;
    assert_int_equal(server(&p, "150 go")->latency_ns, 42000000);
    assert_int_equal(p.note.command_frame, p.frame - 1);
    play_free(&p);
}

static void a_full_queue_gives_up_the_oldest_and_doubts_the_rest(void **state)
{
    struct play p = play_logged_in();

    (void)state;
    for (int i = 0; i < FSC_PENDING_MAX; i++)
        assert_false(has_flag(client(&p, "NOOP"), FSC_NOTE_OVERFLOW));
    assert_true(has_flag(client(&p, "NOOP"), FSC_NOTE_OVERFLOW));
    assert_int_equal(p.note.skipped, 1);
    assert_int_equal(fsc_session_skipped(p.session, 0), 2);
    /* This reply is the first command's; nobody can tell. */
    assert_true(has_flag(server(&p, "200 ok"), FSC_NOTE_UNCERTAIN));
    play_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_come_in_the_order_of_the_commands),
        cmocka_unit_test(a_preliminary_reply_leaves_its_command_open),
        cmocka_unit_test(a_code_of_a_later_command_gives_up_the_earlier),
        cmocka_unit_test(a_code_that_fits_the_first_stays_with_the_first),
        cmocka_unit_test(what_is_not_acknowledged_cannot_be_answered),
        cmocka_unit_test(a_running_transfer_lets_interrupting_commands_pass),
        cmocka_unit_test(the_end_of_a_transfer_is_not_the_answer_to_the_noop_behind_it),
        cmocka_unit_test(a_transfer_that_began_is_not_answered_by_a_syntax_error),
        cmocka_unit_test(closing_421_answers_the_transfer_that_runs),
        cmocka_unit_test(aborted_transfer_takes_426_and_abor_226),
        cmocka_unit_test(after_a_hole_the_command_sent_behind_it_is_preferred),
        cmocka_unit_test(outcomes_follow_the_diagrams),
        cmocka_unit_test(unusual_codes_are_marked),
        cmocka_unit_test(latency_is_from_command_to_first_reply),
        cmocka_unit_test(a_full_queue_gives_up_the_oldest_and_doubts_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
