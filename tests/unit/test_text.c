#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#endif

#include "monitor/output/text.h"
#include "monitor/output/utf8.h"
#include "net/net.h"
#include "tests/unit/output_samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct capture {
    FILE *out;
    char *text;
    size_t len;
    struct text *output;
    struct sink sink;
};

static const struct text_options plain = {.utc = true, .columns = 80};

static void open_capture(struct capture *capture, const struct text_options *options)
{
    *capture = (struct capture){0};
    capture->out = open_memstream(&capture->text, &capture->len);
    assert_non_null(capture->out);
    capture->output = text_new(capture->out, options);
    capture->sink = text_sink(capture->output);
}

static const char *finish(struct capture *capture)
{
    text_finish(capture->output);
    fflush(capture->out);
    return capture->text;
}

static void close_capture(struct capture *capture)
{
    text_free(&capture->output);
    assert_null(capture->output);
    fclose(capture->out);
    free(capture->text);
}

/* ---- sending records ---- */

static void send_ftp(struct capture *capture, uint32_t session, const struct record_ftp *record)
{
    struct record_envelope envelope = sample_envelope(session, record->command_ns);

    capture->sink.ftp(capture->sink.state, &envelope, record);
}

/* One command at `ms` with one reply 10 ms later. */
static void send_command(struct capture *capture, uint32_t tx, enum fsc_verb verb, const char *argument, int64_t ms,
                         uint16_t code, const char *reply_text, const char *meaning, const char *advice)
{
    struct record_reply reply = sample_reply(code, reply_text, meaning, SAMPLE_START + (ms + 10) * MS, 9);
    struct record_ftp record = sample_command(verb, argument, &reply, 1);

    for (const char *p = reply_text; *p; p++)
        reply.lines += *p == '\n';
    reply.explanation.advice = advice;
    record.tx = tx;
    record.command_ns = SAMPLE_START + ms * MS;
    send_ftp(capture, 1, &record);
}

static void send_transfer(struct capture *capture, const struct record_data *record, int64_t ms)
{
    struct record_envelope envelope = sample_envelope(1, SAMPLE_START + ms * MS);

    capture->sink.data(capture->sink.state, &envelope, record);
}

static void send_finding(struct capture *capture, uint32_t tx, const char *summary)
{
    struct record_envelope envelope = sample_envelope(1, SAMPLE_START + 5000 * MS);
    struct fsc_finding finding = sample_finding();
    struct record_finding record = {&finding, 1, 0, summary, finding.advice, NULL, 0, 4};

    finding.tx = tx;
    finding.of_transfer = tx > 0;
    capture->sink.finding(capture->sink.state, &envelope, &record);
}

static void send_session(struct capture *capture, uint32_t session)
{
    struct record_envelope envelope = sample_envelope(session, SAMPLE_START + 12500 * MS);
    struct record_session record = sample_session();

    capture->sink.session(capture->sink.state, &envelope, &record);
}

/* ---- looking at the result ---- */

static void expect_part(struct capture *capture, const char *part)
{
    if (!strstr(finish(capture), part))
        fail_msg("missing: %s\nin:\n%s", part, capture->text);
}

static void expect_no_part(struct capture *capture, const char *part)
{
    if (strstr(finish(capture), part))
        fail_msg("not wanted: %s\nin:\n%s", part, capture->text);
}

static size_t skip_style(const char *text)
{
    size_t n = 2 + strspn(text + 2, "0123456789;");

    assert_int_equal(text[1], '[');
    assert_int_equal(text[n], 'm');
    return n + 1;
}

/* No line is wider than `columns`, nothing but line ends and (with color) whole style sequences stands there raw, and
 * no style is on at a line end. */
static void expect_sane(struct capture *capture, int columns, bool color)
{
    const char *text = finish(capture);
    bool styled = false;
    int column = 0;

    for (size_t at = 0; at < capture->len;) {
        uint32_t code = 0;
        size_t n = utf8_length((const uint8_t *)text + at, capture->len - at, &code);

        assert_true(n > 0);
        if (color && code == 0x1b) {
            n = skip_style(text + at);
            styled = strncmp(text + at, "\033[0m", 4) != 0;
        } else if (code == '\n') {
            assert_false(styled);
            column = 0;
        } else {
            assert_true(code >= 0x20 && (code < 0x7f || code >= 0xa0));
            column += utf8_columns(code);
            assert_true(column <= columns);
        }
        at += n;
    }
}

/* ---- tests ---- */

static void a_whole_session(void **state)
{
    struct record_data transfer = sample_transfer();
    struct capture capture;

    (void)state;
    open_capture(&capture, &plain);
    send_command(&capture, 1, FSC_VERB_USER, "joe", 20, 331, "Please specify the password.", "A password is wanted.",
                 "");
    send_command(&capture, 2, FSC_VERB_PASS, "hunter2", 60, 230, "Login successful.", "The user is logged in.", "");
    send_command(&capture, 3, FSC_VERB_RETR, "big.iso", 1000, 226, "Transfer complete.", "It ended well.", "");
    send_transfer(&capture, &transfer, 1010);
    send_session(&capture, 1);
    assert_string_equal(finish(&capture),
                        "Session 1  192.0.2.10:50123 -> 198.51.100.5:21  day.pcapng\n"
                        "          2026-11-21 03:14:15.123 UTC, 12.500 s, closed\n"
                        "          user joe (login accepted), server vsFTPd 3.0.3, client lftp/4.9.2,\n"
                        "          system UNIX Type: L8, no TLS\n"
                        "          5 commands, 7 replies, 1 transfer, 1.2 MB down\n"
                        "    0.020 -> USER joe\n"
                        "    0.030 <- 331 Please specify the password.\n"
                        "                 = A password is wanted.\n"
                        "    0.060 -> PASS <hidden>\n"
                        "    0.070 <- 230 Login successful.\n"
                        "                 = The user is logged in.\n"
                        "    1.000 -> RETR big.iso\n"
                        "    1.010 <- 226 Transfer complete.\n"
                        "                 = It ended well.\n"
                        "          == complete: download of /pub/big.iso, 1,234,567 B (1.2 MB)\n"
                        "             in 1.234 s, 8.0 Mbit/s, 2,920 B sent again\n"
                        "\n");
    close_capture(&capture);
}

static void a_failed_transfer_with_its_finding(void **state)
{
    struct record_data transfer = sample_transfer();
    struct capture capture;

    (void)state;
    transfer.status = FSC_STATUS_FAILED;
    transfer.bytes = transfer.retransmitted_bytes = transfer.first_frame = 0;
    transfer.completion_code = 425;
    transfer.closed_by = FSC_CLOSER_NONE;
    open_capture(&capture, &plain);
    send_finding(&capture, 3, "The client sent 4 SYNs to 198.51.100.5:40001 and nothing answered.");
    send_transfer(&capture, &transfer, 1010);
    send_command(&capture, 4, FSC_VERB_QUIT, "", 2000, 221, "Bye.", "", "");
    send_command(&capture, 3, FSC_VERB_RETR, "big.iso", 1000, 425, "Failed.", "No data connection.",
                 "Look at the filter.");
    send_session(&capture, 1);
    expect_part(&capture, "    1.000 -> RETR big.iso\n"
                          "    1.010 <- 425 Failed.\n"
                          "                 = No data connection.\n"
                          "                 Advice: Look at the filter.\n"
                          "          == failed, no byte moved: download of /pub/big.iso\n"
                          "             passive (PASV), 192.0.2.10:50124 -> 198.51.100.5:40001, reply 425\n"
                          "          !! error passive-timeout (#1, proof, frames 20, 21, 25, Windows shows\n"
                          "             10060)\n"
                          "             The client sent 4 SYNs to 198.51.100.5:40001 and nothing answered.\n"
                          "             Advice: Open the server's passive port range in the firewall in\n"
                          "             front of it.\n"
                          "    2.000 -> QUIT\n"
                          "    2.010 <- 221 Bye.\n");
    close_capture(&capture);
}

static void a_finding_without_command_stands_at_the_end(void **state)
{
    struct capture capture;

    (void)state;
    open_capture(&capture, &plain);
    send_finding(&capture, 0, "About all of it.");
    send_command(&capture, 3, FSC_VERB_NOOP, "", 9000, 200, "Ok.", "", "");
    send_session(&capture, 1);
    expect_part(&capture, "    9.010 <- 200 Ok.\n"
                          "          About the session:\n"
                          "          !! error passive-timeout");
    close_capture(&capture);
}

static void a_finding_whose_command_is_not_shown_has_a_time(void **state)
{
    struct capture capture;

    (void)state;
    open_capture(&capture, &plain);
    send_finding(&capture, 77, "Alone.");
    send_session(&capture, 1);
    expect_part(&capture, "    5.000 !! error passive-timeout");
    close_capture(&capture);
}

static void numbers_of_a_finding(void **state)
{
    struct record_envelope envelope = sample_envelope(1, SAMPLE_START);
    struct fsc_finding finding = sample_finding();
    struct record_finding record = {&finding, 2, 5, "Sentence.", finding.advice, NULL, 0, 4};
    struct capture capture;

    (void)state;
    finding.winsock = 0;
    finding.evidence_count = 1;
    open_capture(&capture, &plain);
    capture.sink.finding(capture.sink.state, &envelope, &record);
    send_session(&capture, 1);
    expect_part(&capture, "!! error passive-timeout (#2, proof, cause of #5, frame 20)\n");
    close_capture(&capture);
}

/* What does not fit, gives no advice or repeats another list is left out. */
static void only_advice_that_fits_is_shown(void **state)
{
    static const struct fsc_document_note port = {425, 0, "Says.", "Use port mode.", "", ""},
                                          busy = {425, 0, "It is busy.", "", "", ""},
                                          home = {425, 0, "Says.", "Go home.", "", ""},
                                          wait = {10060, 0, "Says.", "Wait.", "", ""},
                                          third = {10060, 0, "Says.", "Third.", "", ""};
    const struct record_document documents[] = {
        {&port, FSC_DOC_EFT, true},     {&port, FSC_DOC_CUTEFTP, true}, {&busy, FSC_DOC_WIKIPEDIA, true},
        {&home, FSC_DOC_RFC959, false}, {&wait, FSC_DOC_EFT, true},     {&third, FSC_DOC_CUTEFTP, true},
    };
    struct record_envelope envelope = sample_envelope(1, SAMPLE_START);
    struct fsc_finding finding = sample_finding();
    struct record_finding record = {&finding, 2, 5, "Sentence.", finding.advice, documents, 6, 4};
    struct capture capture;
    char want[160];

    (void)state;
    open_capture(&capture, &plain);
    capture.sink.finding(capture.sink.state, &envelope, &record);
    send_session(&capture, 1);
    snprintf(want, sizeof want, "             %s, %s (fits here): Use port mode.\n             %s (fits here): Wait.\n",
             fsc_document_name(FSC_DOC_EFT), fsc_document_name(FSC_DOC_CUTEFTP), fsc_document_name(FSC_DOC_EFT));
    expect_part(&capture, want);
    expect_no_part(&capture, "It is busy.");
    expect_no_part(&capture, "Go home.");
    expect_no_part(&capture, "Third.");
    close_capture(&capture);
}

static void sessions_do_not_mix(void **state)
{
    struct record_ftp first = sample_command(FSC_VERB_NOOP, "one", NULL, 0);
    struct record_ftp second = sample_command(FSC_VERB_NOOP, "two", NULL, 0);
    struct capture capture;
    const char *text;

    (void)state;
    open_capture(&capture, &plain);
    send_ftp(&capture, 1, &first);
    send_ftp(&capture, 2, &second);
    send_ftp(&capture, 1, &first);
    send_session(&capture, 2);
    send_session(&capture, 1);
    text = finish(&capture);
    assert_true(strncmp(text, "Session 2", 9) == 0);
    assert_true(strstr(text, "NOOP two") < strstr(text, "Session 1"));
    assert_true(strstr(text, "Session 1") < strstr(text, "NOOP one"));
    close_capture(&capture);
}

static void lines_are_sorted_by_time(void **state)
{
    struct capture capture;
    const char *text;

    (void)state;
    open_capture(&capture, &plain);
    send_command(&capture, 2, FSC_VERB_PWD, "", 205, 257, "Second.", "", "");
    send_command(&capture, 1, FSC_VERB_CWD, "/", 200, 250, "First.", "", "");
    send_session(&capture, 1);
    text = finish(&capture);
    assert_true(strstr(text, "CWD /") < strstr(text, "PWD"));
    assert_true(strstr(text, "PWD") < strstr(text, "First."));
    assert_true(strstr(text, "First.") < strstr(text, "Second."));
    close_capture(&capture);
}

static void long_replies_are_folded(void **state)
{
    struct capture capture;

    (void)state;
    open_capture(&capture, &plain);
    send_command(&capture, 1, FSC_VERB_FEAT, "", 100, 211, "Features:\n EPSV\n SIZE\n UTF8\nEnd", "", "");
    send_command(&capture, 2, FSC_VERB_STAT, "", 200, 211, "One\ntwo\n\tthree", "", "");
    send_session(&capture, 1);
    expect_part(&capture, "<- 211 Features:\n                 [3 more lines]\n                 End\n");
    expect_part(&capture, "<- 211 One\n                 two\n                  three\n");
    expect_no_part(&capture, "EPSV");
    close_capture(&capture);
}

static void a_meaning_is_told_once_per_session(void **state)
{
    static const char meaning[] = "Told once.";
    struct text_options every = plain;
    struct capture capture;
    const char *first;

    (void)state;
    open_capture(&capture, &plain);
    send_command(&capture, 1, FSC_VERB_CWD, "/", 100, 250, "Ok.", meaning, "");
    send_command(&capture, 2, FSC_VERB_CWD, "/", 200, 250, "Ok.", meaning, "");
    send_session(&capture, 1);
    first = strstr(finish(&capture), meaning);
    assert_non_null(first);
    assert_null(strstr(first + 1, meaning));
    close_capture(&capture);
    every.every_meaning = true;
    open_capture(&capture, &every);
    send_command(&capture, 1, FSC_VERB_CWD, "/", 100, 250, "Ok.", meaning, "");
    send_command(&capture, 2, FSC_VERB_CWD, "/", 200, 250, "Ok.", meaning, "");
    send_session(&capture, 1);
    first = strstr(finish(&capture), meaning);
    assert_non_null(first);
    assert_non_null(strstr(first + 1, meaning));
    close_capture(&capture);
}

static void missing_replies_are_said(void **state)
{
    struct record_ftp record = sample_command(FSC_VERB_NOOP, "", NULL, 0);
    struct record_reply opening = sample_reply(150, "Opening.", "", SAMPLE_START + 2000 * MS, 4);
    struct record_ftp half = sample_command(FSC_VERB_RETR, "x", &opening, 1);
    struct capture capture;

    (void)state;
    half.received = RECORD_RECEIVED_NO;
    open_capture(&capture, &plain);
    send_ftp(&capture, 1, &record);
    record.received = RECORD_RECEIVED_UNKNOWN;
    send_ftp(&capture, 1, &record);
    send_ftp(&capture, 1, &half);
    send_session(&capture, 1);
    expect_part(&capture, "-> NOOP\n             No reply came.\n");
    expect_part(&capture, "-> NOOP\n             The reply is not in the capture, or cannot be told from others.\n");
    expect_part(&capture, "<- 150 Opening.\n             No final reply came.\n");
    close_capture(&capture);
}

static void secrets_are_hidden(void **state)
{
    struct record_ftp record = sample_command(FSC_VERB_UNKNOWN, "hunter2", NULL, 0);
    struct text_options open = plain;
    struct capture capture;

    (void)state;
    open.show_secrets = true;
    record.secret = true;
    record.verb_text = SPAN("swordfish");
    open_capture(&capture, &plain);
    send_ftp(&capture, 1, &record);
    send_session(&capture, 1);
    expect_no_part(&capture, "hunter2");
    expect_no_part(&capture, "swordfish");
    expect_part(&capture, "-> <hidden> <hidden>\n");
    close_capture(&capture);
    open_capture(&capture, &open);
    send_ftp(&capture, 1, &record);
    send_session(&capture, 1);
    expect_part(&capture, "-> swordfish hunter2\n");
    close_capture(&capture);
}

static void quiet_shows_transfers_and_findings_only(void **state)
{
    struct text_options quiet = plain;
    struct record_data transfer = sample_transfer();
    struct capture capture;

    (void)state;
    quiet.quiet = true;
    open_capture(&capture, &quiet);
    send_command(&capture, 3, FSC_VERB_RETR, "x", 1000, 226, "Done.", "Meaning.", "");
    send_transfer(&capture, &transfer, 2500);
    send_finding(&capture, 3, "Sentence.");
    send_session(&capture, 1);
    send_session(&capture, 2);
    expect_no_part(&capture, "RETR");
    expect_no_part(&capture, "Session 2");
    expect_part(&capture, "    2.500 == complete: download of");
    expect_part(&capture, "sent again\n          !! error passive-timeout");
    close_capture(&capture);
}

static void a_session_without_end_is_still_printed(void **state)
{
    struct record_ftp record = sample_command(FSC_VERB_NOOP, "", NULL, 0);
    struct capture capture;

    (void)state;
    open_capture(&capture, &plain);
    send_ftp(&capture, 2, &record);
    send_ftp(&capture, 1, &record);
    assert_string_equal(finish(&capture), "Session 1  192.0.2.10:50123 -> 198.51.100.5:21  day.pcapng\n"
                                          "    0.000 -> NOOP\n             No reply came.\n\n"
                                          "Session 2  192.0.2.10:50123 -> 198.51.100.5:21  day.pcapng\n"
                                          "    0.000 -> NOOP\n             No reply came.\n\n");
    close_capture(&capture);
}

static void what_a_session_collects_is_bounded(void **state)
{
    struct record_ftp record = sample_command(FSC_VERB_NOOP, "0123456789", NULL, 0);
    struct record_data transfer = sample_transfer();
    struct text_options small = plain;
    struct capture capture;

    (void)state;
    small.session_bytes = 20000;
    open_capture(&capture, &small);
    for (int i = 0; i < 10000; i++)
        send_ftp(&capture, 1, &record);
    send_transfer(&capture, &transfer, 2000);
    send_session(&capture, 1);
    assert_true(strlen(finish(&capture)) < 30000);
    expect_part(&capture, "entries are not shown");
    expect_part(&capture, "== complete");
    close_capture(&capture);
}

static void what_all_sessions_collect_is_bounded(void **state)
{
    struct record_ftp record = sample_command(FSC_VERB_NOOP, "0123456789", NULL, 0);
    struct text_options small = plain;
    struct capture capture;

    (void)state;
    small.total_bytes = 20000;
    open_capture(&capture, &small);
    for (uint32_t i = 0; i < 100; i++)
        send_ftp(&capture, 1 + i, &record);
    for (uint32_t i = 0; i < 100; i++)
        send_session(&capture, 1 + i);
    expect_part(&capture, "1 entry is not shown");
    send_ftp(&capture, 200, &record);
    send_session(&capture, 200);
    fflush(capture.out);
    assert_non_null(strstr(strstr(capture.text, "Session 200"), "NOOP"));
    close_capture(&capture);
}

static void the_summary_counts(void **state)
{
    struct record_stats stats = sample_stats();
    struct record_data transfer = sample_transfer();
    struct capture capture;

    (void)state;
    stats.gaps = 1;
    stats.gap_bytes = 1460;
    stats.dropped = 12;
    const struct net_unread unread[] = {{NET_UNREAD_ETHERTYPE, 0x88e5, 20}, {NET_UNREAD_LINK, 189, 1}};
    stats.decoded = stats.packets - 34;
    stats.unread = unread;
    stats.unread_count = 2;
    stats.copies = 7;
    stats.truncated_input = "day.pcapng: the file ends in the middle of a packet";
    stats.complete = false;
    open_capture(&capture, &plain);
    send_transfer(&capture, &transfer, 10);
    transfer.status = FSC_STATUS_ABORTED;
    send_transfer(&capture, &transfer, 10);
    send_finding(&capture, 0, "Sentence.");
    send_session(&capture, 1);
    capture.sink.stats(capture.sink.state, &stats);
    expect_part(&capture, "\nSummary\n"
                          "  packets    1,234 (1.5 MB)\n"
                          "  sessions   1\n"
                          "  transfers  2: 1 complete, 1 aborted\n"
                          "  findings   1 error\n"
                          "  missing    1 gap, 1,460 B are not in the capture\n"
                          "  dropped    12 packets were lost by the capture\n"
                          "  not read   20 packets: Ethernet type 0x88e5 (MACsec)\n"
                          "  not read   1 packet: link type 189 (USB_LINUX)\n"
                          "  not read   13 packets were not decoded (incomplete fragments, broken or cut\n"
                          "             headers)\n"
                          "  copies     7 packets stood in two files and were counted once\n"
                          "  input      broke off: day.pcapng: the file ends in the middle of a packet\n");
    close_capture(&capture);
}

static void a_clean_run_has_a_short_summary(void **state)
{
    struct record_stats stats = sample_stats();
    struct capture capture;

    (void)state;
    open_capture(&capture, &plain);
    capture.sink.stats(capture.sink.state, &stats);
    capture.sink.stats(capture.sink.state, &stats);
    assert_string_equal(finish(&capture), "Summary\n"
                                          "  packets    1,234 (1.5 MB)\n"
                                          "  sessions   1\n"
                                          "  transfers  0\n"
                                          "  findings   none\n");
    close_capture(&capture);
}

static void long_words_break_between_characters_and_escapes(void **state)
{
    char name[400];
    struct capture capture;

    (void)state;
    for (size_t i = 0; i + 3 < sizeof name; i += 3)
        memcpy(name + i, i % 2 ? "\x1b\\a" : "\xe6\x97\xa5", 3);
    name[sizeof name - 1] = '\0';
    open_capture(&capture, &plain);
    send_command(&capture, 1, FSC_VERB_CWD, name, 100, 250, "Ok.", "", "");
    send_session(&capture, 1);
    expect_sane(&capture, 80, false);
    for (const char *p = strchr(finish(&capture), '\n'); p; p = strchr(p + 1, '\n'))
        assert_true(p[-1] != '\\' || p[-2] == '\\');
    expect_no_part(&capture, "\\x\n");
    expect_no_part(&capture, "\\x1\n");
    close_capture(&capture);
}

static void very_long_texts_are_cut_and_say_so(void **state)
{
    char *name = malloc(60001);
    struct capture capture;

    (void)state;
    assert_non_null(name);
    memset(name, 'a', 60000);
    name[60000] = '\0';
    open_capture(&capture, &plain);
    send_command(&capture, 1, FSC_VERB_CWD, name, 100, 250, "Ok.", "", "");
    send_session(&capture, 1);
    expect_part(&capture, "[+57952 B]");
    expect_sane(&capture, 80, false);
    close_capture(&capture);
    free(name);
}

static void without_columns_nothing_is_wrapped(void **state)
{
    struct text_options wide = plain;
    struct record_data transfer = sample_transfer();
    struct capture capture;

    (void)state;
    wide.columns = 0;
    open_capture(&capture, &wide);
    send_transfer(&capture, &transfer, 10);
    send_session(&capture, 1);
    expect_part(&capture, "/pub/big.iso, 1,234,567 B (1.2 MB) in 1.234 s, 8.0 Mbit/s, 2,920 B sent again\n");
    close_capture(&capture);
}

static void colors_follow_the_class_of_the_code(void **state)
{
    struct text_options color = plain;
    struct capture capture;

    (void)state;
    color.color = true;
    open_capture(&capture, &color);
    send_command(&capture, 1, FSC_VERB_NOOP, "", 100, 200, "a", "m", "");
    send_command(&capture, 2, FSC_VERB_NOOP, "", 200, 331, "b", "m", "");
    send_command(&capture, 3, FSC_VERB_NOOP, "", 300, 450, "c", "m", "");
    send_command(&capture, 4, FSC_VERB_NOOP, "", 400, 550, "d", "m", "");
    send_session(&capture, 1);
    expect_part(&capture, "\033[32m200\033[0m a");
    expect_part(&capture, "\033[36m331\033[0m b");
    expect_part(&capture, "\033[33m450\033[0m c");
    expect_part(&capture, "\033[31m550\033[0m d");
    expect_part(&capture, "\033[2m= m\033[0m\n");
    expect_sane(&capture, 80, true);
    close_capture(&capture);
}

/* ---- hostile bytes everywhere ---- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void fill(uint8_t *bytes, size_t n, uint32_t *seed)
{
    static const uint8_t favourites[] = {0,   7,    8,    '\n', '\r', 0x1b, '[',  '\\',
                                         ' ', 0x7f, 0x9b, 0xc2, 0xe6, 0x97, 0xa5, 0xff};

    for (size_t i = 0; i < n; i++) {
        uint32_t random = next_random(seed);

        bytes[i] = random & 256 ? favourites[random & 15] : (uint8_t)random;
    }
}

/* ---- the head of a session ---- */

static void expect_head(void (*change)(struct record_session *), const char *part)
{
    struct record_session session = sample_session();
    struct record_envelope envelope = sample_envelope(1, SAMPLE_START);
    struct capture capture;

    change(&session);
    open_capture(&capture, &plain);
    capture.sink.session(capture.sink.state, &envelope, &session);
    expect_part(&capture, part);
    close_capture(&capture);
}

static void refused(struct record_session *s)
{
    s->login = "refused";
}
static void not_seen(struct record_session *s)
{
    s->login = "none";
}
static void nobody(struct record_session *s)
{
    s->user.n = 0;
    s->login = "none";
}
static void encrypted_user(struct record_session *s)
{
    s->user.n = 0;
    s->login = "accepted";
}
static void middle(struct record_session *s)
{
    s->first_seen_start = false;
}
static void reset(struct record_session *s)
{
    s->ended = "rst";
}
static void silent(struct record_session *s)
{
    s->ended = "timeout";
}
static void open_still(struct record_session *s)
{
    s->ended = "capture_end";
}
static void explicit_tls(struct record_session *s)
{
    s->tls = "explicit";
}
static void implicit_tls(struct record_session *s)
{
    s->tls = "implicit";
}
static void uploads(struct record_session *s)
{
    s->bytes_down = 0;
    s->bytes_up = 2500;
}
static void singular(struct record_session *s)
{
    s->commands = s->replies = s->transfers = 1;
}

static void the_head_tells_the_login(void **state)
{
    (void)state;
    expect_head(refused, "user joe (login refused), server");
    expect_head(not_seen, "user joe (login not seen), server");
    expect_head(nobody, "          no user, server");
    expect_head(encrypted_user, "          logged in, server");
}

static void the_head_tells_beginning_and_end(void **state)
{
    (void)state;
    expect_head(middle, "12.500 s, closed, began before the\n          capture\n");
    expect_head(reset, "12.500 s, ended by a reset\n");
    expect_head(silent, "12.500 s, silent until it timed out\n");
    expect_head(open_still, "12.500 s, still open when the capture\n          ended\n");
}

static void the_head_tells_what_was_used_and_moved(void **state)
{
    (void)state;
    expect_head(explicit_tls, ", explicit TLS\n");
    expect_head(implicit_tls, ", implicit TLS\n");
    expect_head(uploads, "transfer, 2.5 kB up\n");
    expect_head(singular, "          1 command, 1 reply, 1 transfer, ");
}

static void send_hostile(struct capture *capture, uint32_t *seed)
{
    static uint8_t bytes[600];
    struct fsc_span text = {bytes, next_random(seed) % sizeof bytes};
    struct record_reply reply = sample_reply((uint16_t)next_random(seed), "", "A meaning.", SAMPLE_START, 1);
    struct record_ftp record = sample_command(FSC_VERB_UNKNOWN, "", &reply, 1);
    struct record_data transfer = sample_transfer();
    struct record_session session = sample_session();
    struct record_envelope envelope = sample_envelope(1, SAMPLE_START);
    struct fsc_finding finding = sample_finding();
    struct record_finding found = {&finding, 1, 0, "A sentence of the finding.", finding.advice, NULL, 0, 4};

    fill(bytes, sizeof bytes, seed);
    record.verb_text = record.argument = reply.text = text;
    reply.lines = next_random(seed) % 6;
    record.flags = next_random(seed) & 0x1ff;
    record.command_ns = (int64_t)next_random(seed) * next_random(seed) * 1000;
    transfer.path = transfer.filename = text;
    transfer.status = (enum fsc_status)(next_random(seed) % 5);
    session.user = session.server_software = session.client_software = session.system = text;
    capture->sink.ftp(capture->sink.state, &envelope, &record);
    capture->sink.data(capture->sink.state, &envelope, &transfer);
    capture->sink.finding(capture->sink.state, &envelope, &found);
    capture->sink.session(capture->sink.state, &envelope, &session);
}

static void hostile_bytes(bool color, int columns)
{
    struct text_options options = {.utc = true, .color = color, .columns = columns, .show_secrets = true};
    struct capture capture;
    uint32_t seed = 4711;

    open_capture(&capture, &options);
    for (int i = 0; i < 300; i++)
        send_hostile(&capture, &seed);
    expect_sane(&capture, columns, color);
    close_capture(&capture);
}

static void hostile_bytes_stay_printable_and_in_80_columns(void **state)
{
    (void)state;
    hostile_bytes(false, 80);
}

static void hostile_bytes_break_no_color(void **state)
{
    (void)state;
    hostile_bytes(true, 80);
    hostile_bytes(true, 41);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_session),
        cmocka_unit_test(a_failed_transfer_with_its_finding),
        cmocka_unit_test(a_finding_without_command_stands_at_the_end),
        cmocka_unit_test(a_finding_whose_command_is_not_shown_has_a_time),
        cmocka_unit_test(numbers_of_a_finding),
        cmocka_unit_test(only_advice_that_fits_is_shown),
        cmocka_unit_test(sessions_do_not_mix),
        cmocka_unit_test(lines_are_sorted_by_time),
        cmocka_unit_test(long_replies_are_folded),
        cmocka_unit_test(a_meaning_is_told_once_per_session),
        cmocka_unit_test(missing_replies_are_said),
        cmocka_unit_test(secrets_are_hidden),
        cmocka_unit_test(quiet_shows_transfers_and_findings_only),
        cmocka_unit_test(a_session_without_end_is_still_printed),
        cmocka_unit_test(what_a_session_collects_is_bounded),
        cmocka_unit_test(what_all_sessions_collect_is_bounded),
        cmocka_unit_test(the_summary_counts),
        cmocka_unit_test(a_clean_run_has_a_short_summary),
        cmocka_unit_test(long_words_break_between_characters_and_escapes),
        cmocka_unit_test(very_long_texts_are_cut_and_say_so),
        cmocka_unit_test(without_columns_nothing_is_wrapped),
        cmocka_unit_test(colors_follow_the_class_of_the_code),
        cmocka_unit_test(the_head_tells_the_login),
        cmocka_unit_test(the_head_tells_beginning_and_end),
        cmocka_unit_test(the_head_tells_what_was_used_and_moved),
        cmocka_unit_test(hostile_bytes_stay_printable_and_in_80_columns),
        cmocka_unit_test(hostile_bytes_break_no_color),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
