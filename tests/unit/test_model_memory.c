/* test_model_memory.c - what goes when the model is full, what is told once more, and two threads at it. */
#include "tests/unit/model_play.h"

#include <pthread.h>
#include <stdatomic.h>

enum { SMALL = 256 * 1024 };

static void play_whole_session(struct play *p, unsigned client_port)
{
    struct play_conn c;

    play_login(p, &c, client_port);
    play_download(p, &c, client_port + 1, 50000 + client_port % 1000, 1000);
    play_ask(p, &c, "CWD nowhere", "550 No such directory");
    play_ask(p, &c, "QUIT", "221 Bye");
    play_close(p, &c, PLAY_SERVER);
    play_wait(p, 200 * PLAY_S); /* the pipeline lets go of it */
}

/* Looks at all there is, as a screen might: nothing of it may be gone. Returns the number of bytes. */
static uint64_t look_at_all(const struct model *model)
{
    uint64_t seen = 0;

    for (size_t i = 0; i < model_session_count(model); i++) {
        const struct model_session *s = model_session_at(model, i);
        assert_ptr_equal(model_session_find(model, s->number), s);
        seen += strlen(s->user) + strlen(s->command) + strlen(s->cwd);
        seen += s->current != NULL ? strlen(s->current->path) : 0;
        seen += s->finding != NULL ? strlen(s->finding->summary) : 0;
        for (size_t e = 0; e < s->event_count; e++) {
            const struct model_event *event = model_event_at(model, s, e);
            seen += event->text != NULL ? strlen(event->text) : 0;
            seen += event->transfer != NULL ? strlen(event->transfer->filename) : 0;
            seen += event->finding != NULL ? strlen(event->finding->advice) : 0;
        }
    }
    for (size_t i = 0; i < model_transfer_count(model); i++) {
        const struct model_transfer *t = model_transfer_at(model, i);
        assert_ptr_equal(model_session_find(model, t->session), t->of);
        seen += strlen(t->filename) + (t->finding != NULL ? strlen(t->finding->summary) : 0);
    }
    for (size_t i = 0; i < model_finding_count(model); i++) {
        const struct model_finding *f = model_finding_at(model, i);
        assert_ptr_equal(model_session_find(model, f->session), f->of);
        seen += strlen(f->summary);
    }
    return seen;
}

static void sessions_that_ended_first_go_first(void **state)
{
    struct play_conn open;
    struct play p;

    (void)state;
    play_begin_with(&p, SMALL, false);
    play_login(&p, &open, 30000);
    for (unsigned i = 0; i < 300; i++) {
        play_whole_session(&p, 1024 + 2 * i);
        if (i % 10 == 0)
            play_ask(&p, &open, "NOOP", "200 Ok"); /* so that it stays open */
        look_at_all(p.model);
    }
    const struct model_totals *t = model_totals(p.model);
    size_t count = model_session_count(p.model);
    assert_int_equal(t->sessions, 301);
    assert_int_equal(t->forgotten_sessions, t->sessions - count);
    assert_true(count > 5 && count < 200);
    assert_true(t->forgotten_events > 10 * t->forgotten_sessions);
    assert_int_equal(model_session_at(p.model, 0)->number, 1);
    assert_int_equal(model_session_at(p.model, count - 1)->number, 301);
    assert_int_equal(model_session_at(p.model, 1)->number, 301 - (count - 2)); /* without a hole */
    assert_int_equal(model_session_at(p.model, 0)->trimmed, 0);
    assert_null(model_session_find(p.model, 2));
    assert_int_equal(model_transfer_count(p.model), count - 1);
    assert_int_equal(t->transfers, 300);
    play_end(&p);
}

static void a_long_conversation_loses_its_beginning(void **state)
{
    struct play_conn c;
    struct play p;
    char command[32];

    (void)state;
    play_begin_with(&p, SMALL, false);
    play_whole_session(&p, 2000);
    play_login(&p, &c, 40000);
    for (int i = 0; i < 3000; i++) {
        g_snprintf(command, sizeof command, "STAT file%d", i);
        play_ask(&p, &c, command, "213 A file");
        if (i % 100 == 0)
            look_at_all(p.model);
    }
    const struct model_session *s = play_session(&p, 2);
    assert_true(s->event_count > 50 && s->event_count < 1000);
    assert_int_equal(s->trimmed + s->event_count, 5 + 2 * 3000);
    assert_int_equal(model_totals(p.model)->forgotten_events, s->trimmed);
    assert_string_equal(model_event_at(p.model, s, s->event_count - 2)->text, "STAT file2999");
    assert_string_equal(s->command, "STAT file2999");
    assert_int_equal(s->commands, 3002);
    assert_int_equal(play_session(&p, 1)->trimmed, 0); /* it does not push out the others */
    assert_int_equal(model_totals(p.model)->forgotten_sessions, 0);
    play_end(&p);
}

/* Its transfers and findings are the conversation too. */
static void transfers_of_a_long_session_go_with_it(void **state)
{
    struct play_conn c;
    struct play p;

    (void)state;
    play_begin_with(&p, SMALL, false);
    play_login(&p, &c, 40000);
    for (unsigned i = 0; i < 1000; i++) {
        play_download(&p, &c, 1024 + i, 50000 + i, 100);
        play_ask(&p, &c, "CWD nowhere", "550 No such directory");
        if (i % 20 == 0)
            look_at_all(p.model);
    }
    look_at_all(p.model);
    size_t count = model_transfer_count(p.model);
    assert_true(count > 5 && count < 300);
    assert_true(model_finding_count(p.model) < 300);
    assert_int_equal(model_transfer_at(p.model, count - 1)->id, 1000);
    assert_int_equal(model_transfer_at(p.model, 0)->id, 1001 - count);
    assert_int_equal(play_session(&p, 1)->transfers, 1000);
    assert_int_equal(play_session(&p, 1)->bytes_down, 100000);
    assert_non_null(play_session(&p, 1)->finding);
    play_end(&p);
}

/* Nothing ended, nobody takes more than a share: the oldest words go, the rows stay. */
static void of_many_open_sessions_the_oldest_words_go(void **state)
{
    enum { SESSIONS = 100, ROUNDS = 40 };
    struct play_conn c[SESSIONS];
    struct play p;

    (void)state;
    play_begin_with(&p, SMALL, false);
    for (unsigned i = 0; i < SESSIONS; i++)
        play_login(&p, &c[i], 1024 + i);
    for (int round = 0; round < ROUNDS; round++)
        for (unsigned i = 0; i < SESSIONS; i++)
            play_ask(&p, &c[i], "NOOP", "200 Ok");
    look_at_all(p.model);
    assert_int_equal(model_session_count(p.model), SESSIONS);
    assert_int_equal(model_totals(p.model)->forgotten_sessions, 0);
    uint64_t events = 0;
    for (uint32_t n = 1; n <= SESSIONS; n++) {
        assert_int_equal(play_session(&p, n)->trimmed + play_session(&p, n)->event_count, 5 + 2 * ROUNDS);
        events += play_session(&p, n)->event_count;
    }
    assert_true(events > 100 && events < (uint64_t)SESSIONS * ROUNDS);
    play_end(&p);
}

/* ---- once more ---- */

struct heard {
    unsigned ftp, data, findings, sessions;
    uint32_t lowest;
    struct model *model; /* fed while it is heard, if not NULL */
};

static void note_session(struct heard *heard, const struct record_envelope *envelope)
{
    if (heard->lowest == 0 || envelope->session < heard->lowest)
        heard->lowest = envelope->session;
    assert_string_equal(envelope->community_id != NULL ? "1:" : "", "1:");
}

static void hear_ftp(void *state, const struct record_envelope *envelope, const struct record_ftp *record)
{
    struct heard *heard = state;

    heard->ftp++;
    note_session(heard, envelope);
    assert_true(record->reply_count == 0 || record->replies[0].text.n > 0);
    if (heard->model != NULL) /* the lock is free meanwhile */
        model_say(heard->model, 0, "still there");
}

static void hear_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct heard *heard = state;

    heard->data++;
    note_session(heard, envelope);
    assert_memory_equal(record->filename.p, "a.bin", 5);
}

static void hear_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    struct heard *heard = state;

    heard->findings++;
    note_session(heard, envelope);
    assert_true(strlen(record->summary) > 0);
}

static void hear_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct heard *heard = state;

    heard->sessions++;
    note_session(heard, envelope);
    assert_string_equal(record->ended, "fin");
}

static struct sink hearing(struct heard *heard)
{
    return (struct sink){
        .state = heard, .ftp = hear_ftp, .data = hear_data, .finding = hear_finding, .session = hear_session};
}

static bool is_even(void *state, uint32_t session)
{
    (void)state;
    return session % 2 == 0;
}

static void some_sessions_once_more(void **state)
{
    struct heard heard = {0};
    struct sink sink = hearing(&heard);
    struct play_conn open;
    struct play p;

    (void)state;
    play_begin(&p);
    for (unsigned i = 0; i < 10; i++)
        play_whole_session(&p, 1024 + 2 * i);
    play_login(&p, &open, 40000);
    heard.model = p.model;
    assert_int_equal(model_replay(p.model, is_even, NULL, &sink), 0);
    assert_int_equal(heard.sessions, 5);
    assert_int_equal(heard.data, 5);
    assert_int_equal(heard.ftp, 5 * 7);
    assert_int_equal(heard.lowest, 2);
    heard = (struct heard){0};
    assert_int_equal(model_replay(p.model, NULL, NULL, &sink), 0);
    assert_int_equal(heard.sessions, 10);
    assert_int_equal(heard.ftp, 10 * 7 + 3); /* of the open one what there is */
    play_end(&p);
}

static void what_is_gone_is_counted(void **state)
{
    struct heard heard = {0};
    struct sink sink = hearing(&heard);
    struct play_conn c;
    struct play p;

    (void)state;
    play_begin_with(&p, SMALL, false);
    for (unsigned i = 0; i < 200; i++)
        play_whole_session(&p, 1024 + 2 * i);
    play_login(&p, &c, 40000);
    for (int i = 0; i < 1000; i++)
        play_ask(&p, &c, "NOOP", "200 Ok");
    uint64_t forgotten = model_totals(p.model)->forgotten_sessions;
    size_t kept = model_session_count(p.model);
    assert_int_equal(model_replay(p.model, NULL, NULL, &sink), forgotten + 1);
    assert_int_equal(heard.sessions, kept - 1);
    assert_int_equal(heard.lowest, forgotten + 1);
    assert_true(heard.ftp < 1000 + 7 * kept);
    uint64_t even = forgotten / 2;
    assert_int_equal(model_replay(p.model, is_even, NULL, &sink), even);
    play_end(&p);
}

/* ---- two threads ---- */

struct reader {
    struct model *model;
    atomic_bool stop;
    unsigned looks;
    uint64_t seen;
};

static void *read_on(void *state)
{
    struct reader *reader = state;
    struct heard heard = {0};
    struct sink sink = hearing(&heard);

    while (!reader->stop) {
        model_changes_seen(reader->model);
        model_lock(reader->model);
        reader->seen += look_at_all(reader->model) + model_totals(reader->model)->commands;
        model_unlock(reader->model);
        if (reader->looks++ % 4 == 0)
            model_replay(reader->model, NULL, NULL, &sink);
    }
    return NULL;
}

static void one_feeds_another_reads(void **state)
{
    struct reader reader = {0};
    struct model_capture capture = {.live = true, .source = "eth0"};
    struct play_conn c;
    struct play p;
    pthread_t thread;

    (void)state;
    play_begin_with(&p, SMALL, false);
    reader.model = p.model;
    play_login(&p, &c, 40000);
    assert_int_equal(pthread_create(&thread, NULL, read_on, &reader), 0);
    for (unsigned i = 0; i < 600; i++) {
        play_whole_session(&p, 1024 + 2 * i);
        play_ask(&p, &c, "NOOP", "200 Ok");
        pipeline_progress(p.pipeline, &p.sink);
        model_capture(p.model, &capture);
        model_say(p.model, p.now_ns, "a message");
    }
    reader.stop = true;
    pthread_join(thread, NULL);
    assert_true(reader.looks > 0);
    assert_int_equal(model_totals(p.model)->sessions, 601);
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_that_ended_first_go_first),
        cmocka_unit_test(a_long_conversation_loses_its_beginning),
        cmocka_unit_test(transfers_of_a_long_session_go_with_it),
        cmocka_unit_test(of_many_open_sessions_the_oldest_words_go),
        cmocka_unit_test(some_sessions_once_more),
        cmocka_unit_test(what_is_gone_is_counted),
        cmocka_unit_test(one_feeds_another_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
