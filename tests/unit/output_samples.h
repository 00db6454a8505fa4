/* output_samples.h - records as the pipeline makes them, for the tests of the outputs. */
#ifndef TESTS_UNIT_OUTPUT_SAMPLES_H
#define TESTS_UNIT_OUTPUT_SAMPLES_H

#include "pipeline/record.h"

#include <string.h>

/* 2026-11-21T03:14:15.123456789Z */
#define SAMPLE_START INT64_C(1795230855123456789)
#define MS INT64_C(1000000)

/* Not every test needs every sample. */
#define SAMPLE __attribute__((unused)) static

SAMPLE struct fsc_span sample_bytes(const char *text, size_t n)
{
    return (struct fsc_span){(const uint8_t *)text, n};
}
#define SPAN(literal) sample_bytes(literal, sizeof(literal) - 1)

SAMPLE struct fsc_endpoint sample_endpoint(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port)
{
    return (struct fsc_endpoint){.addr = {.kind = FSC_ADDR_V4, .bytes = {a, b, c, d}}, .port = port};
}

SAMPLE struct record_envelope sample_envelope(uint32_t session, int64_t time_ns)
{
    return (struct record_envelope){
        .time_ns = time_ns,
        .file = "day.pcapng",
        .session = session,
        .flow_id = 40 + session,
        .community_id = "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
        .client = sample_endpoint(192, 0, 2, 10, 50123),
        .server = sample_endpoint(198, 51, 100, 5, 21),
    };
}

SAMPLE struct record_reply sample_reply(uint16_t code, const char *text, const char *meaning, int64_t time_ns,
                                        uint64_t frame)
{
    return (struct record_reply){
        .code = code,
        .text = sample_bytes(text, strlen(text)),
        .lines = 1,
        .frame = frame,
        .time_ns = time_ns,
        .explanation = {"title", meaning, ""},
    };
}

SAMPLE struct record_ftp sample_command(enum fsc_verb verb, const char *argument, const struct record_reply *replies,
                                        size_t count)
{
    return (struct record_ftp){
        .tx = 3,
        .verb = verb,
        .verb_text = SPAN("word"),
        .argument = sample_bytes(argument, strlen(argument)),
        .secret = verb == FSC_VERB_PASS,
        .command_frame = 12,
        .command_ns = SAMPLE_START + 1000 * MS,
        .replies = replies,
        .reply_count = count,
        .received = count > 0 ? RECORD_RECEIVED_YES : RECORD_RECEIVED_NO,
        .latency_ns = count > 0 ? 12345678 : -1,
        .user = SPAN("joe"),
        .cwd = SPAN("/pub"),
    };
}

SAMPLE struct record_data sample_transfer(void)
{
    return (struct record_data){
        .transfer_id = 3,
        .tx = 3,
        .verb = FSC_VERB_RETR,
        .filename = SPAN("big.iso"),
        .path = SPAN("/pub/big.iso"),
        .passive = true,
        .setup = FSC_FORM_PASV,
        .has_endpoints = true,
        .amount_known = true,
        .from = sample_endpoint(192, 0, 2, 10, 50124),
        .to = sample_endpoint(198, 51, 100, 5, 40001),
        .bytes = 1234567,
        .retransmitted_bytes = 2920,
        .expected_bytes = 1234567,
        .expected_from = FSC_SIZE_150,
        .type = 'I',
        .status = FSC_STATUS_COMPLETE,
        .completion_code = 226,
        .duration_ns = 1234 * MS,
        .setup_ns = 1500000,
        .time_ns = SAMPLE_START + 1000 * MS,
        .closed_by = FSC_CLOSER_SERVER,
        .command_frame = 12,
        .first_frame = 15,
        .last_frame = 900,
    };
}

SAMPLE struct fsc_finding sample_finding(void)
{
    return (struct fsc_finding){
        .id = FSC_FINDING_PASSIVE_TIMEOUT,
        .severity = FSC_SEVERITY_ERROR,
        .confidence = FSC_CONFIDENCE_PROOF,
        .role = FSC_ROLE_CAUSE,
        .tx = 3,
        .of_transfer = true,
        .winsock = 10060,
        .evidence = {20, 21, 25},
        .evidence_count = 3,
        .advice = "Open the server's passive port range in the firewall in front of it.",
    };
}

SAMPLE struct record_session sample_session(void)
{
    return (struct record_session){
        .start_ns = SAMPLE_START,
        .end_ns = SAMPLE_START + 12500 * MS,
        .user = SPAN("joe"),
        .login = "accepted",
        .server_software = SPAN("vsFTPd 3.0.3"),
        .client_software = SPAN("lftp/4.9.2"),
        .system = SPAN("UNIX Type: L8"),
        .tls = "none",
        .commands = 5,
        .replies = 7,
        .transfers = 1,
        .bytes_down = 1234567,
        .first_seen_start = true,
        .ended = "fin",
    };
}

SAMPLE struct record_stats sample_stats(void)
{
    return (struct record_stats){
        .time_ns = SAMPLE_START,
        .packets = 1234,
        .bytes = 1500000,
        .decoded = 1234,
        .sessions = 1,
        .sessions_shown = 1,
        .complete = true,
    };
}

#endif
