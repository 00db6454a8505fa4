/* test_model.c - a session's row and its events, from the first packet to the last. */
#include "tests/unit/model_play.h"

#include <poll.h>
#include <stdio.h>

static void expect_state(struct play *p, enum model_state state)
{
    assert_string_equal(model_state_word(play_session(p, 1)->state), model_state_word(state));
}

/* ---- states ---- */

static void a_session_goes_through_its_states(void **state)
{
    struct play_conn c, data;
    struct play p;

    (void)state;
    play_begin(&p);
    play_connect(&p, &c, 40000, 21);
    expect_state(&p, MODEL_CONNECTING);
    play_say(&p, &c, PLAY_SERVER, "220 (vsFTPd 3.0.3)");
    expect_state(&p, MODEL_GREETED);
    play_say(&p, &c, PLAY_CLIENT, "FEAT");
    expect_state(&p, MODEL_WAITING);
    play_say(&p, &c, PLAY_SERVER, "500 What?");
    expect_state(&p, MODEL_GREETED);
    play_say(&p, &c, PLAY_CLIENT, "USER joe");
    expect_state(&p, MODEL_LOGIN);
    play_say(&p, &c, PLAY_SERVER, "331 Password?");
    expect_state(&p, MODEL_LOGIN);
    play_ask(&p, &c, "PASS x", "230 Welcome");
    expect_state(&p, MODEL_READY);
    play_ask(&p, &c, "PASV", "227 Entering Passive Mode (10,0,0,2,200,1)");
    play_connect(&p, &data, 40001, 200 * 256 + 1);
    play_say(&p, &c, PLAY_CLIENT, "RETR a.bin");
    expect_state(&p, MODEL_WAITING);
    assert_true(play_session(&p, 1)->command_waits);
    play_say(&p, &c, PLAY_SERVER, "150 Opening");
    expect_state(&p, MODEL_TRANSFER);
    play_bytes(&p, &data, PLAY_SERVER, 1000);
    play_close(&p, &data, PLAY_SERVER);
    play_say(&p, &c, PLAY_SERVER, "226 Done");
    expect_state(&p, MODEL_READY);
    assert_false(play_session(&p, 1)->command_waits);
    play_ask(&p, &c, "QUIT", "221 Bye");
    play_close(&p, &c, PLAY_SERVER);
    play_finish(&p);
    expect_state(&p, MODEL_ENDED);
    assert_string_equal(play_session(&p, 1)->ended, "fin");
    play_end(&p);
}

static void behind_tls_nothing_is_known(void **state)
{
    struct play_conn c;
    struct play p;

    (void)state;
    play_begin(&p);
    play_connect(&p, &c, 40000, 21);
    play_say(&p, &c, PLAY_SERVER, "220 Hello");
    play_ask(&p, &c, "AUTH TLS", "234 Go on");
    expect_state(&p, MODEL_OPAQUE);
    assert_int_equal(play_session(&p, 1)->tls, FSC_TLS_EXPLICIT);
    assert_false(play_session(&p, 1)->command_waits);
    play_connect(&p, &c, 40002, 990);
    assert_int_equal(play_session(&p, 2)->state, MODEL_OPAQUE);
    assert_int_equal(play_session(&p, 2)->tls, FSC_TLS_IMPLICIT);
    assert_int_equal(model_totals(p.model)->by_tls[FSC_TLS_EXPLICIT], 1);
    assert_int_equal(model_totals(p.model)->by_tls[FSC_TLS_IMPLICIT], 1);
    assert_int_equal(model_totals(p.model)->by_tls[FSC_TLS_NONE], 0);
    play_end(&p);
}

static void a_refused_login(void **state)
{
    struct play_conn c;
    struct play p;

    (void)state;
    play_begin(&p);
    play_connect(&p, &c, 40000, 21);
    play_say(&p, &c, PLAY_SERVER, "220 Hello");
    play_ask(&p, &c, "USER joe", "331 Password?");
    play_ask(&p, &c, "PASS wrong", "530 Login incorrect.");
    assert_true(play_session(&p, 1)->refused);
    assert_false(play_session(&p, 1)->logged_in);
    expect_state(&p, MODEL_LOGIN);
    assert_int_equal(play_session(&p, 1)->replies_5xx, 1);
    assert_int_equal(model_totals(p.model)->refusals, 1);
    const struct model_finding *finding = play_session(&p, 1)->finding;
    assert_non_null(finding);
    assert_int_equal(finding->id, FSC_FINDING_LOGIN_FAILED);
    assert_true(strlen(finding->advice) > 0);
    play_end(&p);
}

/* ---- fields ---- */

static void what_a_row_says(void **state)
{
    struct play_conn c;
    struct play p;

    (void)state;
    play_begin(&p);
    play_login(&p, &c, 40000);
    const struct model_session *s = play_session(&p, 1);
    assert_string_equal(s->user, "joe");
    assert_string_equal(s->server_software, "vsFTPd 3.0.3");
    assert_string_equal(s->command, "PASS <hidden>");
    assert_string_equal(s->client_software, "");
    assert_string_equal(s->cwd, "");
    assert_true(s->logged_in);
    assert_null(s->file);
    play_ask(&p, &c, "CLNT lftp/4.9", "200 Ok");
    play_ask(&p, &c, "CWD /pub", "250 Ok");
    assert_string_equal(s->cwd, "/pub");
    assert_string_equal(s->client_software, "lftp/4.9");
    play_ask(&p, &c, "CWD nowhere", "550 No such directory");
    assert_string_equal(s->cwd, "/pub");
    assert_int_equal(s->commands, 5);
    assert_int_equal(s->replies, 6);
    assert_int_equal(s->replies_5xx, 1);
    assert_int_equal(s->replies_4xx, 0);
    assert_int_equal(s->last_ns, p.now_ns);
    assert_int_equal(s->start_ns, PLAY_START + PLAY_MS);
    assert_int_equal(s->end_ns, 0);
    play_end(&p);
}

static void totals_count(void **state)
{
    const struct model_totals *t;
    struct play_conn c;
    struct play p;

    (void)state;
    play_begin(&p);
    play_login(&p, &c, 40000);
    play_download(&p, &c, 40001, 50001, 1000);
    play_say(&p, &c, PLAY_CLIENT, "NOOP");
    play_wait(&p, 5 * PLAY_S);
    play_say(&p, &c, PLAY_SERVER, "200 Late");
    t = model_totals(p.model);
    assert_int_equal(t->sessions, 1);
    assert_int_equal(t->sessions_open, 1);
    assert_int_equal(t->logins, 1);
    assert_int_equal(t->commands, 5);
    assert_int_equal(t->replies, 7);
    assert_int_equal(t->by_verb[FSC_VERB_RETR], 1);
    assert_int_equal(t->by_code[227], 1);
    assert_int_equal(t->by_status[FSC_STATUS_COMPLETE], 1);
    assert_int_equal(t->transfers, 1);
    assert_int_equal(t->transfers_open, 0);
    assert_int_equal(t->bytes_down, 1000);
    assert_int_equal(t->bytes_up, 0);
    assert_int_equal(t->latency[1], 4);  /* a millisecond each */
    assert_int_equal(t->latency[13], 1); /* 5 seconds: below 8192 ms */
    assert_int_equal(t->now_ns, p.now_ns);
    play_end(&p);
}

/* ---- events ---- */

static char *conversation_of(struct play *p, uint32_t number)
{
    static const char *const marks[] = {"> ", "< ", "data opened", "data ended", "finding", "ended "};
    const struct model_session *s = play_session(p, number);
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < s->event_count; i++) {
        const struct model_event *e = model_event_at(p->model, s, i);
        g_string_append_printf(text, "%s%s\n", marks[e->kind], e->text != NULL ? e->text : "");
    }
    return g_string_free(text, FALSE);
}

static void expect_conversation(struct play *p, const char *wanted)
{
    char *text = conversation_of(p, 1);

    assert_string_equal(text, wanted);
    g_free(text);
}

/* The connection was opened before RETR, and is known only behind it. */
static void events_stand_in_order_of_time(void **state)
{
    struct play_conn c;
    struct play p;

    (void)state;
    play_begin(&p);
    play_login(&p, &c, 40000);
    play_download(&p, &c, 40001, 50001, 1000);
    play_ask(&p, &c, "QUIT", "221 Bye");
    play_close(&p, &c, PLAY_SERVER);
    play_finish(&p);
    expect_conversation(&p,
                        "< 220 (vsFTPd 3.0.3)\n> USER joe\n< 331 Password?\n> PASS <hidden>\n< 230 Welcome\n> PASV\n"
                        "< 227 Entering Passive Mode (10,0,0,2,195,81)\ndata opened\n> RETR a.bin\n< 150 Opening\n"
                        "< 226 Done\ndata ended\n> QUIT\n< 221 Bye\nfinding\nended fin\n");
    play_end(&p);
}

static void what_an_event_says(void **state)
{
    struct play_conn c;
    struct play p;

    (void)state;
    play_begin(&p);
    play_connect(&p, &c, 40000, 21);
    play_say(&p, &c, PLAY_SERVER, "220-Hello\r\n220 Ready");
    play_say(&p, &c, PLAY_CLIENT, "CWD nowhere");
    play_wait(&p, 9 * PLAY_MS);
    play_say(&p, &c, PLAY_SERVER, "550 No such file or directory");
    const struct model_session *s = play_session(&p, 1);
    assert_int_equal(s->event_count, 5);
    const struct model_event *first = model_event_at(p.model, s, 0), *last = model_event_at(p.model, s, 1),
                             *command = model_event_at(p.model, s, 2), *reply = model_event_at(p.model, s, 3);
    assert_true(first->note_flags & FSC_NOTE_FIRST);
    assert_false(first->note_flags & FSC_NOTE_LAST);
    assert_true(last->note_flags & FSC_NOTE_LAST);
    assert_int_equal(first->latency_ns, -1);
    assert_int_equal(command->verb, FSC_VERB_CWD);
    assert_int_equal(command->tx, reply->tx);
    assert_int_equal(reply->verb, FSC_VERB_CWD);
    assert_int_equal(reply->code, 550);
    assert_int_equal(reply->latency_ns, 10 * PLAY_MS);
    assert_int_equal(reply->frame, p.frame);
    assert_int_equal(reply->time_ns, p.now_ns);
    assert_int_equal(reply->text_class,
                     fsc_text_classify(550, (struct fsc_span){(const uint8_t *)reply->text + 4, 25}));
    assert_int_equal(reply->text_len, strlen(reply->text));
    assert_int_equal(model_event_at(p.model, s, 4)->kind, MODEL_EVENT_FINDING);
    assert_ptr_equal(model_event_at(p.model, s, 4)->finding, s->finding);
    play_end(&p);
}

static void say_secrets(struct play *p)
{
    struct play_conn c;

    play_connect(p, &c, 40000, 21);
    play_say(p, &c, PLAY_SERVER, "220 Hello");
    play_ask(p, &c, "USER joe", "331 Password?");
    play_ask(p, &c, "hunter2", "500 'hunter2' not understood");
    play_ask(p, &c, "PASS hunter2", "530 hunter2 is not it");
}

static void passwords_are_hidden(void **state)
{
    struct play p;

    (void)state;
    play_begin(&p);
    say_secrets(&p);
    char *text = conversation_of(&p, 1);
    assert_null(strstr(text, "hunter2"));
    assert_non_null(strstr(text, "> <hidden>\n"));
    assert_non_null(strstr(text, "> PASS <hidden>\n"));
    assert_string_equal(play_session(&p, 1)->command, "PASS <hidden>");
    g_free(text);
    play_end(&p);
    play_begin_with(&p, (size_t)64 << 20, true);
    say_secrets(&p);
    text = conversation_of(&p, 1);
    assert_non_null(strstr(text, "> PASS hunter2\n< 530 hunter2 is not it\n"));
    g_free(text);
    play_end(&p);
}

/* ---- changes, messages, capture ---- */

static bool is_readable(const struct model *model)
{
    struct pollfd fd = {model_changes_fd(model), POLLIN, 0};

    return poll(&fd, 1, 0) == 1;
}

static void changes_are_told_once(void **state)
{
    struct play_conn c;
    struct play p;

    (void)state;
    play_begin(&p);
    assert_false(is_readable(p.model));
    play_login(&p, &c, 40000);
    assert_true(is_readable(p.model));
    uint64_t version = model_version(p.model);
    model_changes_seen(p.model);
    assert_false(is_readable(p.model));
    model_changes_seen(p.model);
    play_say(&p, &c, PLAY_CLIENT, "NOOP");
    assert_true(is_readable(p.model));
    assert_true(model_version(p.model) > version);
    play_end(&p);
}

static void the_last_refusal_is_kept(void **state)
{
    struct play_conn c;
    struct play p;

    (void)state;
    play_begin(&p);
    play_login(&p, &c, 40000);
    assert_string_equal(play_session(&p, 1)->refusal, "");
    play_ask(&p, &c, "SIZE missing.txt", "550 No such file");
    play_ask(&p, &c, "NOOP", "200 Ok");
    assert_string_equal(play_session(&p, 1)->refusal, "550 No such file");
    assert_string_equal(play_session(&p, 1)->refusal_command, "SIZE missing.txt");
    play_say(&p, &c, PLAY_CLIENT, "MDTM a\r\nNOOP");
    play_say(&p, &c, PLAY_SERVER, "502 What?");
    assert_string_equal(play_session(&p, 1)->refusal_command, "MDTM"); /* another command came behind it */
    play_end(&p);
}

static void rows_stand_still_without_records(void **state)
{
    struct model_capture capture = {.live = true, .packets = 7, .now_ns = PLAY_START + 60 * PLAY_S};
    struct play_conn c;
    struct play p;

    (void)state;
    play_begin(&p);
    play_login(&p, &c, 40000);
    uint64_t version = model_version(p.model), rows = model_rows_version(p.model);
    model_capture(p.model, &capture);
    model_say(p.model, PLAY_START, "eth0: gone");
    assert_true(model_version(p.model) > version);
    assert_int_equal(model_rows_version(p.model), rows);
    play_say(&p, &c, PLAY_CLIENT, "NOOP");
    assert_true(model_rows_version(p.model) > rows);
    play_end(&p);
}

static void the_last_messages_are_kept(void **state)
{
    struct play p;
    char text[32];

    (void)state;
    play_begin(&p);
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "message %d", i);
        model_say(p.model, i, text);
    }
    size_t count = model_message_count(p.model);
    assert_true(count >= 10 && count < 100);
    assert_string_equal(model_message_at(p.model, count - 1)->text, "message 99");
    assert_int_equal(model_message_at(p.model, 0)->time_ns, (int64_t)(100 - count));
    play_end(&p);
}

static void the_state_of_the_capture_is_copied(void **state)
{
    struct model_capture capture = {.live = true, .packets = 7, .interface_count = 1, .interfaces = {{.name = "eth0"}}};
    char source[] = "eth0";
    struct play p;

    (void)state;
    play_begin(&p);
    capture.source = source;
    model_capture(p.model, &capture);
    source[0] = 'x';
    assert_string_equal(model_capture_state(p.model)->source, "eth0");
    assert_null(model_capture_state(p.model)->filter);
    assert_int_equal(model_capture_state(p.model)->packets, 7);
    assert_true(is_readable(p.model));
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_goes_through_its_states),
        cmocka_unit_test(behind_tls_nothing_is_known),
        cmocka_unit_test(a_refused_login),
        cmocka_unit_test(what_a_row_says),
        cmocka_unit_test(totals_count),
        cmocka_unit_test(events_stand_in_order_of_time),
        cmocka_unit_test(what_an_event_says),
        cmocka_unit_test(passwords_are_hidden),
        cmocka_unit_test(changes_are_told_once),
        cmocka_unit_test(the_last_refusal_is_kept),
        cmocka_unit_test(rows_stand_still_without_records),
        cmocka_unit_test(the_last_messages_are_kept),
        cmocka_unit_test(the_state_of_the_capture_is_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
