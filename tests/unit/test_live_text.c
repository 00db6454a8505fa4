/* test_live_text.c - lines as records come: what hostile text, secrets and open transfers look like. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L /* setenv */
#endif

#include "monitor/output/live_text.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/output_samples.h"

struct play {
    GString *all;
    unsigned writes;
    struct live_text *text;
    struct sink sink;
};

static void take(void *state, const char *bytes, size_t n)
{
    struct play *play = state;

    g_string_append_len(play->all, bytes, (gssize)n);
    play->writes++;
}

static void begin(struct play *play, struct live_text_options options)
{
    options.utc = true;
    *play = (struct play){.all = g_string_new(NULL)};
    play->text = live_text_new((struct byte_sink){take, play}, &options);
    play->sink = live_text_sink(play->text);
}

static void expect(struct play *play, unsigned writes, const char *want)
{
    assert_string_equal(play->all->str, want);
    assert_int_equal(play->writes, writes); /* one for each line */
    live_text_free(&play->text);
    g_string_free(play->all, TRUE);
}

#define BEGINS "2026-11-21 03:14:15.123Z #1 192.0.2.10 session begins: 192.0.2.10:50123 -> 198.51.100.5:21\n"

static void a_command(void **state)
{
    struct record_envelope envelope = sample_envelope(1, SAMPLE_START);
    struct record_reply reply = sample_reply(550, "No such file", "It is not there.", SAMPLE_START, 13);
    struct record_ftp record = sample_command(FSC_VERB_RETR, "a\033]0;x\007\nb\xff", &reply, 1);
    struct play play;
    (void)state;
    begin(&play, (struct live_text_options){0});
    play.sink.ftp(play.sink.state, &envelope, &record);
    reply.lines = 3;
    reply.text = SPAN("first\nsecond\nthird");
    reply.code = 211;
    record.argument.n = 0;
    record.latency_ns = 12345;
    record.received = RECORD_RECEIVED_NO;
    play.sink.ftp(play.sink.state, &envelope, &record);
    expect(&play, 3,
           BEGINS
           "2026-11-21 03:14:15.123Z #1 192.0.2.10 RETR a\\x1b]0;x\\x07\\x0ab\\xff <- 550 No such file = It is not "
           "there. (12 ms)\n"
           "2026-11-21 03:14:15.123Z #1 192.0.2.10 RETR <- 211 first [+2 lines] (no final reply came)\n");
}

static void secrets(void **state)
{
    struct record_envelope envelope = sample_envelope(1, SAMPLE_START);
    struct record_ftp record = sample_command(FSC_VERB_PASS, "geheim", NULL, 0);
    struct play play;
    (void)state;
    begin(&play, (struct live_text_options){0});
    play.sink.ftp(play.sink.state, &envelope, &record);
    expect(&play, 2, BEGINS "2026-11-21 03:14:15.123Z #1 192.0.2.10 PASS <hidden> (no reply came)\n");
    begin(&play, (struct live_text_options){.show_secrets = true});
    play.sink.ftp(play.sink.state, &envelope, &record);
    expect(&play, 2, BEGINS "2026-11-21 03:14:15.123Z #1 192.0.2.10 PASS geheim (no reply came)\n");
}

/* In the journal: what it is worth, and no time. The session is told of once. */
static void priorities(void **state)
{
    static const struct {
        enum fsc_status status;
        const char *want;
    } cases[] = {
        {FSC_STATUS_COMPLETE,
         "<6>#1 192.0.2.10 == complete: download of /pub/big.iso, 1,234,567 B (1.2 MB) in 1.234 s, "
         "8.0 Mbit/s, 2,920 B sent again\n"},
        {FSC_STATUS_TRUNCATED, "<4>#1 192.0.2.10 == truncated, fewer bytes than announced: download of /pub/big.iso, "
                               "1,234,567 B (1.2 MB) in 1.234 s, 8.0 Mbit/s, 2,920 B sent again\n"},
    };
    struct record_envelope envelope = sample_envelope(1, SAMPLE_START);
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct record_data record = sample_transfer();
        struct play play;
        begin(&play, (struct live_text_options){.journal = true, .quiet = true});
        record.status = cases[i].status;
        play.sink.data(play.sink.state, &envelope, &record);
        expect(&play, 1, cases[i].want);
    }
}

static void an_open_transfer(void **state)
{
    struct record_envelope envelope = sample_envelope(2, SAMPLE_START);
    struct record_data record = sample_transfer();
    struct play play;
    (void)state;
    begin(&play, (struct live_text_options){0});
    record.bytes = 1000;
    record.retransmitted_bytes = 0;
    live_text_progress(play.text, &envelope, &record);
    expect(
        &play, 1,
        "2026-11-21 03:14:15.123Z #2 192.0.2.10 .. so far: download of /pub/big.iso, 1,000 of 1,234,567 B (1.0 kB) in "
        "1.234 s, 6.5 kbit/s\n");
}

static void a_session_and_the_run(void **state)
{
    struct record_envelope envelope = sample_envelope(1, SAMPLE_START);
    struct record_session session = sample_session();
    struct record_stats stats = sample_stats();
    struct record_line line = {0};
    struct play play;
    (void)state;
    begin(&play, (struct live_text_options){0});
    play.sink.line(play.sink.state, &envelope, &line);
    play.sink.line(play.sink.state, &envelope, &line);
    play.sink.session(play.sink.state, &envelope, &session);
    stats.dropped = 7;
    play.sink.stats(play.sink.state, &stats);
    expect(&play, 3,
           BEGINS
           "2026-11-21 03:14:15.123Z #1 192.0.2.10 session ends: 192.0.2.10:50123 -> 198.51.100.5:21, user joe (login "
           "accepted), 5 commands, 7 replies, 1 transfer, 1.2 MB down, 12.500 s, closed\n"
           "2026-11-21 03:14:15.123Z since the start: 1,234 packets, 1.5 MB, 1 session, 7 packets lost\n");
}

static void who_listens(void **state)
{
    struct stat status;
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    unsetenv("JOURNAL_STREAM");
    assert_false(live_text_to_journal(ends[1]));
    assert_int_equal(fstat(ends[1], &status), 0);
    char *name = g_strdup_printf("%lu:%lu", (unsigned long)status.st_dev, (unsigned long)status.st_ino);
    setenv("JOURNAL_STREAM", name, 1);
    assert_true(live_text_to_journal(ends[1]));
    assert_false(live_text_to_journal(STDIN_FILENO)); /* another one */
    unsetenv("JOURNAL_STREAM");
    g_free(name);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command),
        cmocka_unit_test(secrets),
        cmocka_unit_test(priorities),
        cmocka_unit_test(an_open_transfer),
        cmocka_unit_test(a_session_and_the_run),
        cmocka_unit_test(who_listens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
