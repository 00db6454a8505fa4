#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#endif

#include "monitor/output/check_text.h"
#include "tests/unit/output_samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct capture {
    FILE *out;
    char *text;
    size_t len;
    struct check_text *check;
    struct sink sink;
};

static const struct text_options plain = {.utc = true, .columns = 80};

static void open_capture(struct capture *capture, const struct text_options *options)
{
    *capture = (struct capture){0};
    capture->out = open_memstream(&capture->text, &capture->len);
    assert_non_null(capture->out);
    capture->check = check_text_new(capture->out, options);
    capture->sink = check_text_sink(capture->check);
}

static void expect_text(struct capture *capture, const char *want)
{
    check_text_finish(capture->check);
    check_text_finish(capture->check);
    fflush(capture->out);
    assert_string_equal(capture->text, want);
    check_text_free(&capture->check);
    assert_null(capture->check);
    fclose(capture->out);
    free(capture->text);
}

static void send_session(struct capture *capture, int transfers)
{
    struct record_envelope envelope = sample_envelope(2, SAMPLE_START);
    struct record_session session = sample_session();
    struct record_data transfer = sample_transfer();

    for (int i = 0; i < transfers; i++)
        capture->sink.data(capture->sink.state, &envelope, &transfer);
    capture->sink.session(capture->sink.state, &envelope, &session);
}

static void send_finding(struct capture *capture, enum fsc_severity severity, const char *summary)
{
    struct record_envelope envelope = sample_envelope(2, SAMPLE_START);
    struct fsc_finding finding = sample_finding();
    struct record_finding record = {&finding, 1, 0, summary, "Open the ports.", NULL, 0, 4};

    finding.severity = severity;
    capture->sink.finding(capture->sink.state, &envelope, &record);
}

static void send_check(struct capture *capture, const char *file, const char *result, uint64_t errors,
                       const char *message)
{
    struct record_check record = {
        .result = result, .fails = strcmp(result, "findings") == 0, .counts = {0, 0, errors}, .message = message};

    capture->sink.check(capture->sink.state, file, SAMPLE_START, &record);
}

static void a_clean_file_is_one_line(void **state)
{
    struct capture capture;

    (void)state;
    open_capture(&capture, &plain);
    send_session(&capture, 2);
    send_session(&capture, 3);
    send_check(&capture, "file.pcap", "clean", 0, NULL);
    send_session(&capture, 1);
    send_check(&capture, "next.pcap", "clean", 0, NULL);
    expect_text(&capture, "OK   file.pcap  2 sessions, 5 transfers\n"
                          "OK   next.pcap  1 session, 1 transfer\n"
                          "2 files: 2 OK\n");
}

static void findings_stand_under_their_file(void **state)
{
    struct capture capture;

    (void)state;
    open_capture(&capture, &plain);
    send_finding(&capture, FSC_SEVERITY_ERROR, "The client sent 4 SYNs to 198.51.100.5:40001 and nothing answered.");
    send_session(&capture, 1);
    send_check(&capture, "bad.pcap", "findings", 1, NULL);
    send_check(&capture, "good.pcap", "clean", 0, NULL);
    expect_text(&capture, "FAIL bad.pcap  1 session, 1 transfer, 1 error\n"
                          "     error passive-timeout session 2 frame 20: The client sent 4 SYNs to\n"
                          "       198.51.100.5:40001 and nothing answered.\n"
                          "       Advice: Open the ports.\n"
                          "OK   good.pcap  0 sessions, 0 transfers\n"
                          "2 files: 1 OK, 1 FAIL, 1 error\n");
}

static void an_incomplete_file_says_why(void **state)
{
    struct capture capture;

    (void)state;
    open_capture(&capture, &plain);
    send_check(&capture, "cut.pcap", "incomplete", 0, "the file ends inside a packet at byte 4711");
    expect_text(&capture, "PART cut.pcap  0 sessions, 0 transfers\n"
                          "     the file ends inside a packet at byte 4711\n"
                          "1 file: 1 PART\n");
}

/* --fail-on never: told, and no failure. */
static void an_error_that_may_pass_is_noted(void **state)
{
    struct record_check record = {.result = "findings", .counts = {0, 0, 1}};
    struct capture capture;

    (void)state;
    open_capture(&capture, &plain);
    send_finding(&capture, FSC_SEVERITY_ERROR, "Sentence.");
    capture.sink.check(capture.sink.state, "a.pcap", SAMPLE_START, &record);
    expect_text(&capture, "NOTE a.pcap  0 sessions, 0 transfers, 1 error\n"
                          "     error passive-timeout session 2 frame 20: Sentence.\n"
                          "       Advice: Open the ports.\n"
                          "1 file: 1 NOTE, 1 error\n");
}

static void an_unreadable_file_has_its_message(void **state)
{
    struct capture capture;

    (void)state;
    open_capture(&capture, &plain);
    send_check(&capture, "x\x1b[2J.pcap", "error", 0, "no capture file");
    expect_text(&capture, "ERR  x\\x1b[2J.pcap: no capture file\n"
                          "1 file: 1 ERR\n");
}

static void quiet_leaves_clean_files_out(void **state)
{
    struct text_options quiet = plain;
    struct capture capture;

    (void)state;
    quiet.quiet = true;
    open_capture(&capture, &quiet);
    send_check(&capture, "a.pcap", "clean", 0, NULL);
    send_check(&capture, "b.pcap", "error", 0, NULL);
    expect_text(&capture, "ERR  b.pcap: cannot be read\n2 files: 1 OK, 1 ERR\n");
}

static void findings_of_a_clean_file_are_not_printed(void **state)
{
    struct capture capture;

    (void)state;
    open_capture(&capture, &plain);
    send_finding(&capture, FSC_SEVERITY_INFO, "Only to know.");
    send_check(&capture, "a.pcap", "clean", 0, NULL);
    send_check(&capture, "b.pcap", "findings", 0, NULL);
    expect_text(&capture, "OK   a.pcap  0 sessions, 0 transfers\n"
                          "FAIL b.pcap  0 sessions, 0 transfers\n"
                          "2 files: 1 OK, 1 FAIL, 1 info\n");
}

static void findings_of_one_file_are_bounded(void **state)
{
    struct text_options small = plain;
    struct capture capture;

    (void)state;
    small.session_bytes = 1;
    open_capture(&capture, &small);
    for (int i = 0; i < 3; i++)
        send_finding(&capture, FSC_SEVERITY_WARNING, "Sentence.");
    send_check(&capture, "a.pcap", "findings", 0, NULL);
    expect_text(&capture, "FAIL a.pcap  0 sessions, 0 transfers\n"
                          "     warning passive-timeout session 2 frame 20: Sentence.\n"
                          "       Advice: Open the ports.\n"
                          "     2 more findings are not shown; --json shows all.\n"
                          "1 file: 1 FAIL, 3 warnings\n");
}

static void labels_have_colors(void **state)
{
    struct text_options color = plain;
    struct capture capture;

    (void)state;
    color.color = true;
    open_capture(&capture, &color);
    send_check(&capture, "a", "clean", 0, NULL);
    expect_text(&capture, "\033[32mOK\033[0m   \033[1ma\033[0m  0 sessions, 0 transfers\n"
                          "\033[1m1 file\033[0m: \033[32m1 OK\033[0m\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clean_file_is_one_line),
        cmocka_unit_test(findings_stand_under_their_file),
        cmocka_unit_test(an_incomplete_file_says_why),
        cmocka_unit_test(an_unreadable_file_has_its_message),
        cmocka_unit_test(an_error_that_may_pass_is_noted),
        cmocka_unit_test(quiet_leaves_clean_files_out),
        cmocka_unit_test(findings_of_a_clean_file_are_not_printed),
        cmocka_unit_test(findings_of_one_file_are_bounded),
        cmocka_unit_test(labels_have_colors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
