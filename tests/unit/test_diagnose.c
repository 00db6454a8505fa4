/* test_diagnose.c - evidence in, findings out: which are found, which is the cause, bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/rules.h"

enum { FINDINGS = 4 };

static const struct fsc_endpoint client = {{FSC_ADDR_V4, {198, 51, 100, 7}}, 40000};
static const struct fsc_endpoint server = {{FSC_ADDR_V4, {203, 0, 113, 5}}, 21};

static int64_t seconds(int64_t n)
{
    return n * 1000000000;
}

/* Three SYNs within three seconds, and silence for a minute. */
static struct fsc_attempt silent_attempt(void)
{
    return (struct fsc_attempt){.from = {client.addr, 40001},
                                .to = {server.addr, 50000},
                                .syns = 3,
                                .syn_frame = 10,
                                .last_syn_frame = 14,
                                .syn_ns = seconds(100),
                                .last_syn_ns = seconds(103),
                                .match = FSC_MATCH_EXACT};
}

/* A passive download whose connection never came about; the server reported 425 after a minute. */
static struct fsc_transfer_evidence passive_silence(void)
{
    return (struct fsc_transfer_evidence){
        .facts = {.setup = {.tx = 5, .verb = FSC_VERB_RETR}, .final_code = 425, .data_captured = true, .gave_up = true},
        .status = FSC_STATUS_FAILED,
        .expect = {.id = 4,
                   .form = FSC_FORM_PASV,
                   .listener = {server.addr, 50000},
                   .fallback = {server.addr, 50000},
                   .connector = client.addr},
        .client = client,
        .server = server,
        .attempt = silent_attempt(),
        .have_attempt = true,
        .command_frame = 9,
        .setup_frame = 8,
        .reply_frame = 20,
        .end_ns = seconds(160),
        .gave_up = true,
        .server_alive = true,
        .control_rtt_ns = 20000000,
        .listener_rtt_ns = 20000000};
}

static size_t diagnose(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    return fsc_diagnose_transfer(e, out, FINDINGS);
}

static const struct fsc_finding *find(const struct fsc_finding *found, size_t count, enum fsc_finding_id id)
{
    for (size_t i = 0; i < count; i++)
        if (found[i].id == id)
            return &found[i];
    return NULL;
}

/* ---- evidence of a finding ---- */

static void a_frame_is_named_once(void **state)
{
    struct fsc_finding f = finding_begin(FSC_FINDING_TRUNCATED);

    (void)state;
    finding_frame(&f, 7);
    finding_frame(&f, 0);
    finding_frame(&f, 7);
    assert_int_equal(f.evidence_count, 1);
}

static void the_list_of_frames_is_bounded(void **state)
{
    struct fsc_finding f = finding_begin(FSC_FINDING_TRUNCATED);

    (void)state;
    for (uint64_t frame = 1; frame <= 100; frame++)
        finding_frame(&f, frame);
    assert_int_equal(f.evidence_count, FSC_EVIDENCE_MAX);
    assert_int_equal(f.evidence[FSC_EVIDENCE_MAX - 1], FSC_EVIDENCE_MAX);
}

/* ---- findings about a transfer ---- */

static void silence_is_a_passive_timeout(void **state)
{
    struct fsc_transfer_evidence e = passive_silence();
    struct fsc_finding found[FINDINGS];

    (void)state;
    assert_int_equal(diagnose(&e, found), 1);
    assert_int_equal(found[0].id, FSC_FINDING_PASSIVE_TIMEOUT);
    assert_int_equal(found[0].severity, FSC_SEVERITY_ERROR);
    assert_int_equal(found[0].confidence, FSC_CONFIDENCE_PROOF);
    assert_int_equal(found[0].role, FSC_ROLE_CAUSE);
    assert_int_equal(found[0].winsock, 10060);
    assert_int_equal(found[0].tx, 5);
    assert_true(found[0].of_transfer);
    assert_int_equal(found[0].number, 3);
    assert_int_equal(found[0].duration_ns, seconds(3));
}

static void a_transfer_that_worked_has_no_finding(void **state)
{
    struct fsc_transfer_evidence e = passive_silence();
    struct fsc_finding found[FINDINGS];

    (void)state;
    e.facts.final_code = 226;
    e.status = FSC_STATUS_COMPLETE;
    assert_int_equal(diagnose(&e, found), 0);
}

static void without_an_attempt_nothing_is_said_about_it(void **state)
{
    struct fsc_transfer_evidence e = passive_silence();
    struct fsc_finding found[FINDINGS];

    (void)state;
    e.have_attempt = false;
    e.attempt = (struct fsc_attempt){.syns = 0};
    assert_int_equal(diagnose(&e, found), 0);
}

static void the_same_silence_is_named_by_the_mode(void **state)
{
    struct fsc_transfer_evidence e = passive_silence();
    struct fsc_finding found[FINDINGS];

    (void)state;
    e.expect.form = FSC_FORM_PORT;
    e.expect.listener = e.expect.fallback = (struct fsc_endpoint){client.addr, 40001};
    e.attempt.from = (struct fsc_endpoint){server.addr, 20};
    e.attempt.to = e.expect.listener;
    assert_int_equal(diagnose(&e, found), 1);
    assert_int_equal(found[0].id, FSC_FINDING_ACTIVE_TIMEOUT);
    e.expect.form = FSC_FORM_EPSV;
    diagnose(&e, found);
    assert_int_equal(found[0].id, FSC_FINDING_PASSIVE_TIMEOUT);
}

static void the_private_address_is_the_cause_of_the_silence(void **state)
{
    struct fsc_transfer_evidence e = passive_silence();
    struct fsc_finding found[FINDINGS];

    (void)state;
    e.expect.listener.addr = (struct fsc_addr){FSC_ADDR_V4, {10, 0, 0, 5}};
    e.attempt.to = e.expect.listener;
    size_t count = diagnose(&e, found);
    assert_int_equal(count, 2);
    assert_int_equal(found[0].id, FSC_FINDING_PASSIVE_PRIVATE_ADDRESS);
    assert_int_equal(found[0].role, FSC_ROLE_CAUSE);
    assert_int_equal(found[1].id, FSC_FINDING_PASSIVE_TIMEOUT);
    assert_int_equal(found[1].role, FSC_ROLE_RESULT);
}

/* A hint about the address gives way to the proven refusal. */
static void proof_outranks_likely(void **state)
{
    struct fsc_transfer_evidence e = passive_silence();
    struct fsc_finding found[FINDINGS];

    (void)state;
    e.expect.listener.addr = (struct fsc_addr){FSC_ADDR_V4, {10, 0, 0, 5}};
    e.attempt.to = e.expect.listener;
    e.attempt.rst_frame = 15;
    e.attempt.rst_ns = seconds(103) + 20000000;
    e.attempt.rst_answers_syn = true;
    size_t count = diagnose(&e, found);
    assert_int_equal(count, 2);
    assert_int_equal(found[0].id, FSC_FINDING_PASSIVE_REFUSED);
    assert_int_equal(found[0].role, FSC_ROLE_CAUSE);
    assert_int_equal(found[1].confidence, FSC_CONFIDENCE_LIKELY);
    assert_int_equal(found[1].role, FSC_ROLE_CONTRIBUTING);
}

/* What is only worth knowing comes last, however well proven, and causes nothing. */
static void information_comes_last(void **state)
{
    struct fsc_transfer_evidence e = passive_silence();
    struct fsc_finding found[FINDINGS];

    (void)state;
    e.expect.form = FSC_FORM_PORT;
    e.expect.listener = e.expect.fallback = (struct fsc_endpoint){{FSC_ADDR_V4, {192, 168, 1, 10}}, 40001};
    e.attempt.from = (struct fsc_endpoint){server.addr, 51000};
    e.attempt.to = e.expect.listener;
    size_t count = diagnose(&e, found);
    assert_int_equal(count, 3);
    assert_int_equal(found[0].id, FSC_FINDING_ACTIVE_PRIVATE_ADDRESS);
    assert_int_equal(found[1].id, FSC_FINDING_ACTIVE_TIMEOUT);
    assert_int_equal(found[2].id, FSC_FINDING_ACTIVE_ODD_PORT);
    assert_int_equal(found[2].severity, FSC_SEVERITY_INFO);
}

static void a_small_list_is_not_overrun(void **state)
{
    struct fsc_transfer_evidence e = passive_silence();
    struct fsc_finding found[FINDINGS];

    (void)state;
    e.expect.listener.addr = (struct fsc_addr){FSC_ADDR_V4, {10, 0, 0, 5}};
    memset(found, 0x55, sizeof(found));
    assert_int_equal(fsc_diagnose_transfer(&e, found, 0), 0);
    assert_int_equal(fsc_diagnose_transfer(&e, found, 1), 1);
    unsigned char untouched[sizeof(found[1])];
    memset(untouched, 0x55, sizeof(untouched));
    assert_memory_equal(&found[1], untouched, sizeof(untouched));
}

/* ---- who sent the reset? ---- */

static const char *refusal_of(int64_t syn_to_rst_ns, int64_t rtt_ns, uint8_t rst_ttl)
{
    static struct fsc_finding found[FINDINGS];
    struct fsc_transfer_evidence e = passive_silence();

    e.attempt.syns = 1;
    e.attempt.last_syn_ns = e.attempt.syn_ns;
    e.attempt.rst_frame = 11;
    e.attempt.rst_answers_syn = true;
    e.attempt.rst_ns = e.attempt.syn_ns + syn_to_rst_ns;
    e.attempt.rst_ttl = rst_ttl;
    e.attempt.peer_ttl = 57;
    e.listener_rtt_ns = rtt_ns;
    const struct fsc_finding *f = find(found, diagnose(&e, found), FSC_FINDING_PASSIVE_REFUSED);
    assert_non_null(f);
    return strstr(f->cause, "firewall in between") != NULL ? "firewall" : "either";
}

static void a_reset_in_the_servers_time_may_be_its_own(void **state)
{
    (void)state;
    assert_string_equal(refusal_of(20000000, 20000000, 57), "either");
    assert_string_equal(refusal_of(20000000, 0, 57), "either"); /* round trip not known */
    assert_string_equal(refusal_of(20000000, 20000000, 0), "either");
}

static void a_reset_too_fast_or_from_elsewhere_is_a_firewalls(void **state)
{
    (void)state;
    assert_string_equal(refusal_of(2000000, 20000000, 57), "firewall");
    assert_string_equal(refusal_of(20000000, 20000000, 250), "firewall");
}

/* Captured at the server: everything is fast, and jitter is larger than any difference. */
static void near_the_server_times_prove_nothing(void **state)
{
    (void)state;
    assert_string_equal(refusal_of(20000, 90000, 57), "either");
}

/* Windows sends its SYN again after the reset: the reset is older than the last SYN, and not early for that. */
static void a_repeated_syn_does_not_make_the_reset_early(void **state)
{
    struct fsc_transfer_evidence e = passive_silence();
    struct fsc_finding found[FINDINGS];

    (void)state;
    e.attempt.rst_frame = 11;
    e.attempt.rst_answers_syn = true;
    e.attempt.rst_ns = e.attempt.syn_ns + 20000000;
    assert_int_equal(diagnose(&e, found), 1);
    assert_null(strstr(found[0].cause, "firewall in between"));
}

/* ---- sessions and replies ---- */

/* A password in the clear is not what the idle timeout comes from. */
static void findings_of_a_session_stand_for_themselves(void **state)
{
    struct fsc_session_evidence e = {.client = client,
                                     .server = server,
                                     .answered = true,
                                     .greeting_code = 220,
                                     .clear_password = true,
                                     .password_frame = 8,
                                     .closing_code = 421,
                                     .closing_text = FSC_TEXT_IDLE_TIMEOUT,
                                     .closing_frame = 90,
                                     .idle_ns = seconds(300),
                                     .saw_start = true};
    struct fsc_finding found[FINDINGS];

    (void)state;
    size_t count = fsc_diagnose_session(&e, found, FINDINGS);
    assert_non_null(find(found, count, FSC_FINDING_IDLE_TIMEOUT));
    assert_non_null(find(found, count, FSC_FINDING_CLEARTEXT_PASSWORD));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(found[i].role, FSC_ROLE_CAUSE);
}

static void a_quiet_session_has_no_finding(void **state)
{
    struct fsc_session_evidence e = {.answered = true, .greeting_code = 220, .saw_start = true};
    struct fsc_finding found[FINDINGS];

    (void)state;
    assert_int_equal(fsc_diagnose_session(&e, found, FINDINGS), 0);
}

static size_t diagnose_reply(enum fsc_verb verb, uint16_t code, enum fsc_text_class text, struct fsc_finding *found)
{
    struct fsc_reply_evidence e = {.tx = 3,
                                   .verb = verb,
                                   .code = code,
                                   .text = text,
                                   .command_frame = 5,
                                   .reply_frame = 6,
                                   .login_refused = verb == FSC_VERB_PASS && code == 530};

    return fsc_diagnose_reply(&e, found, FINDINGS);
}

static void a_refused_login_is_one_finding(void **state)
{
    struct fsc_finding found[FINDINGS];

    (void)state;
    assert_int_equal(diagnose_reply(FSC_VERB_PASS, 530, FSC_TEXT_LOGIN_INCORRECT, found), 1);
    assert_int_equal(found[0].id, FSC_FINDING_LOGIN_FAILED);
    assert_int_equal(found[0].tx, 3);
    assert_int_equal(found[0].severity, FSC_SEVERITY_WARNING);
    assert_int_equal(diagnose_reply(FSC_VERB_PASS, 530, FSC_TEXT_TLS_REQUIRED, found), 1);
    assert_int_equal(found[0].id, FSC_FINDING_TLS_REQUIRED);
}

static void probes_are_no_failures(void **state)
{
    struct fsc_finding found[FINDINGS];

    (void)state;
    assert_int_equal(diagnose_reply(FSC_VERB_SIZE, 550, FSC_TEXT_NOT_FOUND, found), 0);
    assert_int_equal(diagnose_reply(FSC_VERB_MDTM, 550, FSC_TEXT_NOT_FOUND, found), 0);
    assert_int_equal(diagnose_reply(FSC_VERB_LIST, 450, FSC_TEXT_NOTHING_MATCHES, found), 0);
    assert_int_equal(diagnose_reply(FSC_VERB_RETR, 550, FSC_TEXT_NOT_FOUND, found), 1);
    assert_int_equal(found[0].id, FSC_FINDING_FILE_UNAVAILABLE);
}

/* Whatever was found, its words can be filled in and name no placeholder that is left. */
static void sentences_have_no_placeholder_left(void **state)
{
    struct fsc_transfer_evidence e = passive_silence();
    struct fsc_finding found[FINDINGS];
    static char buf[1024];

    (void)state;
    for (int form = FSC_FORM_PORT; form <= FSC_FORM_DEFAULT; form++) {
        for (int answer = 0; answer < 3; answer++) {
            e.expect.form = (enum fsc_form)form;
            e.attempt.rst_frame = answer == 1 ? 11 : 0;
            e.attempt.rst_answers_syn = answer == 1;
            e.attempt.icmp_frame = answer == 2 ? 11 : 0;
            size_t count = diagnose(&e, found);
            assert_true(count > 0);
            for (size_t i = 0; i < count; i++) {
                assert_true(fsc_finding_summary(&found[i], buf, sizeof(buf)) > 20);
                assert_null(strpbrk(buf, "{}"));
                assert_true(fsc_finding_advice(&found[i], buf, sizeof(buf)) > 10);
                assert_null(strpbrk(buf, "{}"));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_named_once),
        cmocka_unit_test(the_list_of_frames_is_bounded),
        cmocka_unit_test(silence_is_a_passive_timeout),
        cmocka_unit_test(a_transfer_that_worked_has_no_finding),
        cmocka_unit_test(without_an_attempt_nothing_is_said_about_it),
        cmocka_unit_test(the_same_silence_is_named_by_the_mode),
        cmocka_unit_test(the_private_address_is_the_cause_of_the_silence),
        cmocka_unit_test(proof_outranks_likely),
        cmocka_unit_test(information_comes_last),
        cmocka_unit_test(a_small_list_is_not_overrun),
        cmocka_unit_test(a_reset_in_the_servers_time_may_be_its_own),
        cmocka_unit_test(a_reset_too_fast_or_from_elsewhere_is_a_firewalls),
        cmocka_unit_test(near_the_server_times_prove_nothing),
        cmocka_unit_test(a_repeated_syn_does_not_make_the_reset_early),
        cmocka_unit_test(findings_of_a_session_stand_for_themselves),
        cmocka_unit_test(a_quiet_session_has_no_finding),
        cmocka_unit_test(a_refused_login_is_one_finding),
        cmocka_unit_test(probes_are_no_failures),
        cmocka_unit_test(sentences_have_no_placeholder_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
