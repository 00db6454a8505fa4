#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#endif

#include "monitor/output/ndjson.h"
#include "net/net.h"
#include "tests/unit/output_samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* One output into memory. */
struct capture {
    FILE *out;
    char *text;
    size_t len;
    struct ndjson *ndjson;
    struct sink sink;
};

static void open_capture(struct capture *capture, bool show_secrets)
{
    *capture = (struct capture){0};
    capture->out = open_memstream(&capture->text, &capture->len);
    assert_non_null(capture->out);
    capture->ndjson = ndjson_new(capture->out, show_secrets);
    capture->sink = ndjson_sink(capture->ndjson);
}

/* With NDJSON_SAMPLES=FILE every record goes there too, for tests/ndjson_validate.py. */
static void keep_sample(const struct capture *capture)
{
    const char *name = getenv("NDJSON_SAMPLES");
    FILE *file = name ? fopen(name, "a") : NULL;

    if (!file)
        return;
    fwrite(capture->text, 1, capture->len, file);
    fclose(file);
}

static void close_capture(struct capture *capture)
{
    keep_sample(capture);
    ndjson_free(&capture->ndjson);
    assert_null(capture->ndjson);
    fclose(capture->out);
    free(capture->text);
}

static void expect_line(struct capture *capture, const char *want)
{
    fflush(capture->out);
    assert_string_equal(capture->text, want);
    close_capture(capture);
}

static bool contains(struct capture *capture, const char *part)
{
    fflush(capture->out);
    return strstr(capture->text, part) != NULL;
}

#define ENVELOPE(type)                                                                                                 \
    "{\"schema_version\":1,\"timestamp\":\"2026-11-21T03:14:17.123456789Z\",\"event_type\":\"" type                    \
    "\",\"file\":\"day.pcapng\",\"session\":1,\"flow_id\":41,\"community_id\":\"1:LQU9qZlK+B5F3KDmev6m5PMibrg=\","     \
    "\"src_ip\":\"192.0.2.10\",\"src_port\":50123,\"dest_ip\":\"198.51.100.5\",\"dest_port\":21,\"proto\":\"TCP\","

static const struct record_envelope *envelope(void)
{
    static struct record_envelope sample;

    sample = sample_envelope(1, SAMPLE_START + 2000 * MS);
    return &sample;
}

static void ftp_with_two_replies(void **state)
{
    struct record_reply replies[] = {
        sample_reply(150, "Opening.", "The transfer begins.", SAMPLE_START, 14),
        sample_reply(226, "Done.", "The transfer is over.", SAMPLE_START, 901),
    };
    struct record_ftp record = sample_command(FSC_VERB_RETR, "big.iso", replies, 2);
    struct capture capture;

    (void)state;
    record.has_data = record.passive = true;
    record.dynamic_port = 40001;
    record.flags = RECORD_PIPELINED | RECORD_PENDING_OVERFLOW;
    open_capture(&capture, false);
    capture.sink.ftp(capture.sink.state, envelope(), &record);
    expect_line(&capture, ENVELOPE("ftp") "\"ftp\":{\"tx\":3,\"command\":\"RETR\",\"command_data\":\"big.iso\","
                                          "\"completion_code\":[\"150\",\"226\"],\"reply\":[\"Opening.\",\"Done.\"],"
                                          "\"annotation\":[\"The transfer begins.\",\"The transfer is over.\"],"
                                          "\"reply_received\":\"yes\",\"latency_ms\":12.346,\"mode\":\"passive\","
                                          "\"dynamic_port\":40001,\"user\":\"joe\",\"cwd\":\"/pub\","
                                          "\"frames\":{\"command\":12,\"replies\":[14,901]},"
                                          "\"flags\":[\"pipelined\",\"pending_overflow\"]}}\n");
}

static void ftp_with_advice(void **state)
{
    struct record_reply reply = sample_reply(550, "No.\nEnd", "Not there.", SAMPLE_START, 14);
    struct record_ftp record = sample_command(FSC_VERB_RETR, "x", &reply, 1);
    struct capture capture;

    (void)state;
    reply.explanation.advice = "List the directory.";
    open_capture(&capture, false);
    capture.sink.ftp(capture.sink.state, envelope(), &record);
    assert_true(contains(&capture, "\"reply\":[\"No.\\nEnd\"],\"annotation\":[\"Not there.\"],"
                                   "\"advice\":\"List the directory.\",\"reply_received\":\"yes\""));
    close_capture(&capture);
}

static void ftp_advice_of_success_is_left_out(void **state)
{
    struct record_reply reply = sample_reply(226, "Done.", "Over.", SAMPLE_START, 14);
    struct record_ftp record = sample_command(FSC_VERB_RETR, "x", &reply, 1);
    struct capture capture;

    (void)state;
    reply.explanation.advice = "Nothing to do.";
    open_capture(&capture, false);
    capture.sink.ftp(capture.sink.state, envelope(), &record);
    assert_false(contains(&capture, "\"advice\""));
    close_capture(&capture);
}

static void ftp_without_reply(void **state)
{
    struct record_ftp record = sample_command(FSC_VERB_NOOP, "", NULL, 0);
    struct capture capture;

    (void)state;
    record.user = record.cwd = (struct fsc_span){0};
    open_capture(&capture, false);
    capture.sink.ftp(capture.sink.state, envelope(), &record);
    expect_line(&capture, ENVELOPE("ftp") "\"ftp\":{\"tx\":3,\"command\":\"NOOP\",\"reply_received\":\"no\","
                                          "\"frames\":{\"command\":12}}}\n");
}

static void ftp_reply_without_command(void **state)
{
    struct record_reply reply = sample_reply(220, "Hello", "Ready.", SAMPLE_START, 4);
    struct record_ftp record = {.replies = &reply, .reply_count = 1, .latency_ns = -1, .flags = RECORD_UNSOLICITED};
    struct capture capture;

    (void)state;
    open_capture(&capture, false);
    capture.sink.ftp(capture.sink.state, envelope(), &record);
    expect_line(&capture, ENVELOPE("ftp") "\"ftp\":{\"completion_code\":[\"220\"],\"reply\":[\"Hello\"],"
                                          "\"annotation\":[\"Ready.\"],\"reply_received\":\"yes\","
                                          "\"frames\":{\"replies\":[4]},\"flags\":[\"unsolicited\"]}}\n");
}

static void ftp_every_flag_has_its_name(void **state)
{
    struct record_ftp record = sample_command(FSC_VERB_NOOP, "", NULL, 0);
    struct capture capture;

    (void)state;
    record.flags = 0x1ff;
    open_capture(&capture, false);
    capture.sink.ftp(capture.sink.state, envelope(), &record);
    assert_true(contains(&capture, "\"flags\":[\"pipelined\",\"after_gap\",\"bare_lf\",\"telnet\",\"unsolicited\","
                                   "\"overlong\",\"illegal_reply\",\"reply_truncated\",\"pending_overflow\"]"));
    close_capture(&capture);
}

static void ftp_unknown_word_is_upper_case_with_its_bytes(void **state)
{
    struct record_ftp record = sample_command(FSC_VERB_UNKNOWN, "", NULL, 0);
    struct capture capture;

    (void)state;
    record.verb_text = SPAN("xb\xe4r");
    open_capture(&capture, false);
    capture.sink.ftp(capture.sink.state, envelope(), &record);
    assert_true(contains(&capture, "\"command\":\"XB\xef\xbf\xbdR\",\"command_hex\":\"5842e452\""));
    close_capture(&capture);
}

/* Only words that could be a command are changed. */
static void ftp_long_words_stay_as_sent(void **state)
{
    static const char word[] = "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcde";
    struct record_ftp record = sample_command(FSC_VERB_UNKNOWN, "", NULL, 0);
    struct capture capture;

    (void)state;
    record.verb_text = (struct fsc_span){(const uint8_t *)word, 64};
    open_capture(&capture, false);
    capture.sink.ftp(capture.sink.state, envelope(), &record);
    assert_true(contains(&capture, "\"command\":\"ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCD\""));
    record.verb_text.n = 65;
    capture.sink.ftp(capture.sink.state, envelope(), &record);
    assert_true(
        contains(&capture, "\"command\":\"abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcde\""));
    close_capture(&capture);
}

static void ftp_reply_bytes_stand_beside(void **state)
{
    struct record_reply replies[] = {
        sample_reply(150, "plain", "m", SAMPLE_START, 14),
        sample_reply(226, "\xff", "m", SAMPLE_START, 15),
    };
    struct record_ftp record = sample_command(FSC_VERB_RETR, "x", replies, 2);
    struct capture capture;

    (void)state;
    open_capture(&capture, false);
    capture.sink.ftp(capture.sink.state, envelope(), &record);
    assert_true(contains(&capture, "\"reply\":[\"plain\",\"\xef\xbf\xbd\"],\"reply_hex\":[\"\",\"ff\"],"));
    close_capture(&capture);
}

static void write_password(struct capture *capture, bool show, enum fsc_verb verb)
{
    struct record_ftp record = sample_command(verb, "hunter2\xff", NULL, 0);

    record.secret = true;
    record.verb_text = SPAN("swordfish");
    open_capture(capture, show);
    capture->sink.ftp(capture->sink.state, envelope(), &record);
}

static void secrets_are_hidden_with_their_bytes(void **state)
{
    struct capture capture;

    (void)state;
    write_password(&capture, false, FSC_VERB_PASS);
    assert_true(contains(&capture, "\"command\":\"PASS\",\"command_data\":\"<hidden>\","));
    assert_false(contains(&capture, "hunter2"));
    assert_false(contains(&capture, "_hex"));
    close_capture(&capture);
}

static void a_word_where_a_password_was_due_is_hidden(void **state)
{
    struct capture capture;

    (void)state;
    write_password(&capture, false, FSC_VERB_UNKNOWN);
    assert_true(contains(&capture, "\"command\":\"<hidden>\",\"command_data\":\"<hidden>\","));
    assert_false(contains(&capture, "swordfish"));
    assert_false(contains(&capture, "SWORDFISH"));
    close_capture(&capture);
}

static void secrets_are_shown_on_request(void **state)
{
    struct capture capture;

    (void)state;
    write_password(&capture, true, FSC_VERB_PASS);
    assert_true(
        contains(&capture, "\"command_data\":\"hunter2\xef\xbf\xbd\",\"command_data_hex\":\"68756e74657232ff\""));
    close_capture(&capture);
}

#define TRANSFER_FIELDS                                                                                                \
    "\"transfer_id\":3,\"tx\":3,\"command\":\"RETR\",\"filename\":\"big.iso\",\"path\":\"/pub/big.iso\","              \
    "\"direction\":\"download\",\"mode\":\"passive\",\"setup\":\"PASV\",\"src_ip\":\"192.0.2.10\",\"src_port\":50124," \
    "\"dest_ip\":\"198.51.100.5\",\"dest_port\":40001,\"bytes\":1234567,\"missing_bytes\":0,"                          \
    "\"retransmitted_bytes\":2920,\"expected_bytes\":1234567,\"expected_from\":\"150\",\"type\":\"I\","                \
    "\"status\":\"complete\",\"completion_code\":\"226\",\"duration_ms\":1234,\"rate_bps\":8003675,\"setup_ms\":1.5,"  \
    "\"tls\":false,\"closed_by\":\"server\",\"frames\":{\"command\":12,\"first\":15,\"last\":900}}}\n"

static void data_complete(void **state)
{
    struct record_data record = sample_transfer();
    struct capture capture;

    (void)state;
    open_capture(&capture, false);
    capture.sink.data(capture.sink.state, envelope(), &record);
    expect_line(&capture, ENVELOPE("ftp_data") "\"ftp_data\":{" TRANSFER_FIELDS);
}

static void data_progress_has_the_same_fields(void **state)
{
    struct record_data record = sample_transfer();
    struct capture capture;

    (void)state;
    open_capture(&capture, false);
    ndjson_progress(capture.sink.state, envelope(), &record);
    expect_line(&capture, ENVELOPE("ftp_data_progress") "\"ftp_data_progress\":{" TRANSFER_FIELDS);
}

static void data_never_connected(void **state)
{
    struct record_data record = {
        .transfer_id = 4,
        .tx = 4,
        .verb = FSC_VERB_STOR,
        .path = SPAN("?/up"),
        .upload = true,
        .setup = FSC_FORM_PORT,
        .offset = 100,
        .amount_known = true,
        .status = FSC_STATUS_FAILED,
        .completion_code = 425,
        .duration_ns = -1,
        .setup_ns = -1,
    };
    struct capture capture;

    (void)state;
    open_capture(&capture, false);
    capture.sink.data(capture.sink.state, envelope(), &record);
    expect_line(&capture, ENVELOPE("ftp_data") "\"ftp_data\":{\"transfer_id\":4,\"tx\":4,\"command\":\"STOR\","
                                               "\"path\":\"?/up\",\"direction\":\"upload\",\"mode\":\"active\","
                                               "\"setup\":\"PORT\",\"bytes\":0,\"missing_bytes\":0,"
                                               "\"retransmitted_bytes\":0,\"offset\":100,\"status\":\"failed\","
                                               "\"completion_code\":\"425\",\"tls\":false,\"closed_by\":\"none\"}}\n");
}

static void data_inferred_has_no_command(void **state)
{
    struct record_data record = sample_transfer();
    struct capture capture;

    (void)state;
    record.verb = FSC_VERB_NONE;
    record.tx = 0;
    record.inferred = record.tls = true;
    record.setup = FSC_FORM_NONE;
    record.status = FSC_STATUS_UNKNOWN;
    record.filename = record.path = (struct fsc_span){0};
    open_capture(&capture, false);
    capture.sink.data(capture.sink.state, envelope(), &record);
    assert_true(contains(&capture, "\"ftp_data\":{\"transfer_id\":3,\"direction\":\"download\",\"mode\":\"passive\","));
    assert_true(contains(&capture, "\"status\":\"unknown\","));
    assert_true(contains(&capture, "\"tls\":true,\"inferred\":true,"));
    close_capture(&capture);
}

static void data_of_which_nothing_is_known_has_no_bytes(void **state)
{
    struct record_data record = sample_transfer();
    struct capture capture;

    (void)state;
    record.amount_known = record.has_endpoints = false;
    record.status = FSC_STATUS_UNKNOWN;
    open_capture(&capture, false);
    capture.sink.data(capture.sink.state, envelope(), &record);
    assert_false(contains(&capture, "bytes\":0"));
    assert_true(contains(&capture, "\"status\":\"unknown\""));
    close_capture(&capture);
}

static void data_rate_of_one_segment_is_left_out(void **state)
{
    struct record_data record = sample_transfer();
    struct capture capture;

    (void)state;
    record.duration_ns = 0;
    open_capture(&capture, false);
    capture.sink.data(capture.sink.state, envelope(), &record);
    assert_true(contains(&capture, "\"duration_ms\":0,\"setup_ms\""));
    assert_false(contains(&capture, "rate_bps"));
    close_capture(&capture);
}

static void finding_with_documents(void **state)
{
    struct fsc_finding finding = sample_finding();
    static const struct fsc_document_note notes[] = {
        {425, 0, "It failed.", "Use PORT.", "Use PASV.", NULL},
        {10060, 0, "It failed.", "", "It timed out.", ""},
    };
    const struct record_document shown[] = {{&notes[0], FSC_DOC_CUTEFTP, false}, {&notes[1], FSC_DOC_WIKIPEDIA, true}};
    struct record_finding record = {&finding, 2, 5, "Nothing answered.", finding.advice, shown, 2, 4};
    struct capture capture;
    char documents[400];

    (void)state;
    snprintf(documents, sizeof documents,
             "\"transfer_id\":4,\"tx\":3,\"documents\":[{\"name\":\"%s\",\"code\":425,\"says\":\"It failed.\","
             "\"advises\":\"Use PORT.\",\"fits\":false,\"instead\":\"Use PASV.\"},{\"name\":\"%s\",\"code\":10060,"
             "\"says\":\"It failed.\",\"fits\":true}]}}\n",
             fsc_document_name(FSC_DOC_CUTEFTP), fsc_document_name(FSC_DOC_WIKIPEDIA));
    open_capture(&capture, false);
    capture.sink.finding(capture.sink.state, envelope(), &record);
    assert_true(contains(&capture,
                         ENVELOPE("ftp_finding") "\"finding\":{\"id\":\"passive-timeout\",\"severity\":\"error\","
                                                 "\"confidence\":\"proof\",\"role\":\"cause\",\"cause_of\":5,"
                                                 "\"n\":2,\"summary\":\"Nothing answered.\",\"advice\":"
                                                 "\"Open the server's passive port range in the firewall in "
                                                 "front of it.\",\"evidence\":[20,21,25],\"winsock\":10060,"));
    assert_true(contains(&capture, documents));
    close_capture(&capture);
}

static void finding_of_a_command_is_no_transfer(void **state)
{
    struct fsc_finding finding = sample_finding();
    struct record_finding record = {&finding, 1, 0, "Refused.", finding.advice, NULL, 0, 0};
    struct capture capture;

    (void)state;
    finding.of_transfer = false;
    finding.winsock = 0;
    finding.evidence_count = 0;
    open_capture(&capture, false);
    capture.sink.finding(capture.sink.state, envelope(), &record);
    assert_true(contains(&capture, "in front of it.\",\"tx\":3}}\n"));
    assert_false(contains(&capture, "cause_of"));
    close_capture(&capture);
}

static void finding_without_advice_takes_the_general_one(void **state)
{
    struct fsc_finding finding = sample_finding();
    struct record_finding record = {&finding, 1, 0, "Refused.", finding.advice, NULL, 0, 4};
    struct capture capture;

    (void)state;
    finding.advice = NULL;
    open_capture(&capture, false);
    capture.sink.finding(capture.sink.state, envelope(), &record);
    assert_int_equal(contains(&capture, "\"advice\":"), fsc_finding_info(finding.id)->advice[0] != '\0');
    close_capture(&capture);
}

static void session_with_everything(void **state)
{
    struct record_session record = sample_session();
    struct fsc_span features[] = {SPAN("MLST size*;"), SPAN("UTF8")};
    uint16_t codes[] = {150, 226};
    uint64_t counts[] = {1, 2};
    enum fsc_finding_id findings[] = {FSC_FINDING_PASSIVE_TIMEOUT};
    struct capture capture;

    (void)state;
    record.features = features;
    record.feature_count = 2;
    record.codes = codes;
    record.code_counts = counts;
    record.code_count = 2;
    record.findings = findings;
    record.finding_count = 1;
    open_capture(&capture, false);
    capture.sink.session(capture.sink.state, envelope(), &record);
    expect_line(&capture,
                ENVELOPE("ftp_session") "\"ftp_session\":{\"start\":\"2026-11-21T03:14:15.123456789Z\","
                                        "\"end\":\"2026-11-21T03:14:27.623456789Z\",\"duration_ms\":12500,"
                                        "\"user\":\"joe\",\"login\":\"accepted\",\"server_software\":\"vsFTPd 3.0.3\","
                                        "\"client_software\":\"lftp/4.9.2\",\"system\":\"UNIX Type: L8\","
                                        "\"features\":[\"MLST size*;\",\"UTF8\"],\"tls\":\"none\",\"commands\":5,"
                                        "\"replies\":7,\"transfers\":1,\"bytes_down\":1234567,\"bytes_up\":0,"
                                        "\"codes\":{\"150\":1,\"226\":2},\"findings\":[\"passive-timeout\"],"
                                        "\"first_seen\":\"start\",\"ended\":\"fin\"}}\n");
}

static void session_features_with_foreign_bytes(void **state)
{
    struct record_session record = sample_session();
    struct fsc_span features[] = {SPAN("UTF8"), SPAN("\x80")};
    struct capture capture;

    (void)state;
    record.features = features;
    record.feature_count = 2;
    record.first_seen_start = false;
    open_capture(&capture, false);
    capture.sink.session(capture.sink.state, envelope(), &record);
    assert_true(contains(&capture, "\"features\":[\"UTF8\",\"\xef\xbf\xbd\"],\"features_hex\":[\"\",\"80\"],"));
    assert_true(contains(&capture, "\"first_seen\":\"middle\""));
    close_capture(&capture);
}

static void check_of_a_file(void **state)
{
    struct record_check record = {.result = "findings", .counts = {3, 2, 1}, .message = "odd"};
    struct capture capture;

    (void)state;
    open_capture(&capture, false);
    capture.sink.check(capture.sink.state, "day.pcapng", SAMPLE_START + 2000 * MS, &record);
    expect_line(&capture, "{\"schema_version\":1,\"timestamp\":\"2026-11-21T03:14:17.123456789Z\","
                          "\"event_type\":\"check\",\"file\":\"day.pcapng\",\"check\":{\"result\":\"findings\","
                          "\"counts\":{\"error\":1,\"warning\":2,\"info\":3},\"message\":\"odd\"}}\n");
}

static void stats_of_a_run(void **state)
{
    struct record_stats record = sample_stats();
    struct capture capture;

    (void)state;
    const struct net_unread unread[] = {{NET_UNREAD_WLAN_ENCRYPTED, 0, 20}, {NET_UNREAD_LINK, 189, 1}};
    record.unread = unread;
    record.unread_count = 2;
    record.copies = 7;
    record.truncated_input = "day.pcapng at byte 4711";
    record.complete = false;
    open_capture(&capture, false);
    capture.sink.stats(capture.sink.state, &record);
    expect_line(&capture, "{\"schema_version\":1,\"timestamp\":\"2026-11-21T03:14:15.123456789Z\","
                          "\"event_type\":\"stats\",\"stats\":{\"packets\":1234,\"bytes\":1500000,\"decoded\":1234,"
                          "\"dropped\":0,\"output_dropped\":0,\"truncated_packets\":0,\"gaps\":0,\"gap_bytes\":0,"
                          "\"sessions\":1,\"evicted\":0,\"copies\":7,\"unread\":[{\"what\":\"encrypted 802.11\","
                          "\"packets\":20},{\"what\":\"link type 189 "
                          "(USB_LINUX)\",\"packets\":1}],\"truncated_input\":\"day.pcapng at byte 4711\","
                          "\"complete\":false}}\n");
}

static void live_records_have_no_file(void **state)
{
    struct record_envelope live = *envelope();
    struct record_ftp record = sample_command(FSC_VERB_NOOP, "", NULL, 0);
    struct capture capture;

    (void)state;
    live.file = NULL;
    live.client.addr = (struct fsc_addr){.kind = FSC_ADDR_V6, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}};
    open_capture(&capture, false);
    capture.sink.ftp(capture.sink.state, &live, &record);
    assert_false(contains(&capture, "\"file\""));
    assert_true(contains(&capture, "\"src_ip\":\"2001:db8::1\",\"src_port\":50123,"));
    close_capture(&capture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ftp_with_two_replies),
        cmocka_unit_test(ftp_with_advice),
        cmocka_unit_test(ftp_advice_of_success_is_left_out),
        cmocka_unit_test(ftp_without_reply),
        cmocka_unit_test(ftp_reply_without_command),
        cmocka_unit_test(ftp_every_flag_has_its_name),
        cmocka_unit_test(ftp_unknown_word_is_upper_case_with_its_bytes),
        cmocka_unit_test(ftp_long_words_stay_as_sent),
        cmocka_unit_test(ftp_reply_bytes_stand_beside),
        cmocka_unit_test(secrets_are_hidden_with_their_bytes),
        cmocka_unit_test(a_word_where_a_password_was_due_is_hidden),
        cmocka_unit_test(secrets_are_shown_on_request),
        cmocka_unit_test(data_complete),
        cmocka_unit_test(data_progress_has_the_same_fields),
        cmocka_unit_test(data_never_connected),
        cmocka_unit_test(data_inferred_has_no_command),
        cmocka_unit_test(data_rate_of_one_segment_is_left_out),
        cmocka_unit_test(data_of_which_nothing_is_known_has_no_bytes),
        cmocka_unit_test(finding_with_documents),
        cmocka_unit_test(finding_of_a_command_is_no_transfer),
        cmocka_unit_test(finding_without_advice_takes_the_general_one),
        cmocka_unit_test(session_with_everything),
        cmocka_unit_test(session_features_with_foreign_bytes),
        cmocka_unit_test(check_of_a_file),
        cmocka_unit_test(stats_of_a_run),
        cmocka_unit_test(live_records_have_no_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
