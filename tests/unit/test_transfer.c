/* test_transfer.c - the verdict on a transfer, rule by rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/ftpscope.h"

/* A whole binary download of 100 bytes. */
static struct fsc_transfer_facts whole(void)
{
    return (struct fsc_transfer_facts){.setup = {.verb = FSC_VERB_RETR,
                                                 .type = 'I',
                                                 .mode = 'S',
                                                 .structure = 'F',
                                                 .protection = 'C',
                                                 .parameters_known = true,
                                                 .expected_bytes = 100,
                                                 .expected_from = FSC_SIZE_SIZE},
                                       .final_code = 226,
                                       .data_captured = true,
                                       .connected = true,
                                       .data_from_start = true,
                                       .data_ended = true,
                                       .bytes = 100};
}

static void a_whole_file_is_complete(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
    f.bytes = f.setup.expected_bytes = 0;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
}

static void fewer_bytes_than_named_are_truncated(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.bytes = 99;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_TRUNCATED);
}

static void what_changes_the_count_proves_no_truncation(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.bytes = 99;
    f.setup.type = 'A';
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
    f.setup.type = 'I';
    f.setup.expected_from = FSC_SIZE_ALLO;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
    f.setup.expected_from = FSC_SIZE_150;
    f.tls = true;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
}

static void a_hole_in_the_capture_proves_no_truncation(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.bytes = 99;
    f.missing_bytes = 10;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
}

/* vsftpd names the whole file after REST, ProFTPD what is left. */
static void a_restart_accepts_both_ways_to_name_the_size(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.setup.offset = 40;
    f.bytes = 60;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
    f.bytes = 59;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_TRUNCATED);
}

static void an_error_without_a_byte_is_failed(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.final_code = 425;
    f.bytes = 0;
    f.connected = f.data_captured = f.data_ended = false;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_FAILED);
}

static void an_error_after_bytes_is_aborted(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.final_code = 426;
    f.bytes = 10;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_ABORTED);
}

static void a_reset_before_the_end_is_aborted(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.reset_early = true;
    f.data_ended = false;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_ABORTED);
}

static void the_receiver_may_close_its_direction_first(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.receiver_fin_first = true;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
    f.final_code = 0;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_ABORTED);
}

static void without_the_data_connection_success_is_unknown(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.data_captured = f.connected = f.data_ended = false;
    f.bytes = 0;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
}

static void without_the_final_reply_because_packets_are_missing_it_is_unknown(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.final_code = 0;
    f.control_missing = true;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
}

static void a_silent_end_short_of_the_named_size_is_aborted(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.final_code = 0;
    f.control_ended = true;
    f.bytes = 50;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_ABORTED);
    f.bytes = 100;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
}

/* While the client waits, the next packet may bring the connection; once it went on, none will. */
static void never_connected_is_failed_when_nobody_waits_any_more(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.final_code = 0;
    f.bytes = 0;
    f.connected = f.data_ended = f.data_from_start = false;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
    f.gave_up = true;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_FAILED);
    f.gave_up = false;
    f.control_ended = true;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_FAILED);
}

/* Some servers answer the transfer that ABOR ended with 226. */
static void abor_is_an_abort_unless_all_bytes_came(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.abor = true;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
    f.bytes = 50;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_ABORTED);
    f.setup.expected_from = FSC_SIZE_NONE;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_ABORTED);
    f.setup.expected_from = FSC_SIZE_ALLO;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_ABORTED);
}

static void less_than_named_with_the_type_unseen_is_unknown(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.setup.parameters_known = false;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
    f.bytes = 99;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
    f.tls = true; /* more or less than the file in any case */
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
    f.tls = false;
    f.shared = true;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
}

static void less_than_named_with_the_start_unseen_is_unknown(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.data_from_start = false;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
    f.bytes = 99;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
    f.setup.type = 'A';
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
}

/* No connection could be tied to the command: a refusal at once needed none, one that came behind 150 may have. */
static void a_refusal_that_began_with_data_unseen_is_unknown(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.bytes = 0;
    f.final_code = 550;
    f.untied = true;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_FAILED);
    f.preliminary = true;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
    f.preliminary = false;
    f.final_code = 426;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
    f.final_code = 451;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
    f.untied = false;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_FAILED);
}

/* Whose reply it is cannot be told: only the data connection counts. */
static void a_doubtful_reply_leaves_the_word_to_the_data(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.reply_doubtful = true;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
    f.bytes = 99;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
    f.bytes = 100;
    f.final_code = 426;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
    f.abor = f.receiver_fin_first = true;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_ABORTED);
    f.receiver_fin_first = false;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
    f.final_code = 226;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
    f.reset_early = true;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_ABORTED);
    f.bytes = 0;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
}

/* The sender's FIN may be among what is missing. */
static void a_reset_after_success_with_packets_missing_is_unknown(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.reset_early = f.lossy = true;
    f.data_ended = false;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
    f.final_code = 426;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_ABORTED);
}

/* An upload's size is known to the client alone: only what the server says it got proves that less came. */
static void of_an_upload_only_the_size_in_226_counts(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.setup.verb = FSC_VERB_STOR;
    f.bytes = 99;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
    f.setup.expected_from = FSC_SIZE_226;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_TRUNCATED);
    f.bytes = 100;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
}

static void a_size_of_the_rest_is_not_shortened_again(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.setup.offset = 40;
    f.setup.size_is_rest = true;
    f.bytes = 99;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_TRUNCATED);
    f.bytes = 100;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
    f.setup.size_is_rest = false;
    f.setup.offset = 200; /* beyond the end: nothing is left */
    f.bytes = 0;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_COMPLETE);
}

/* A reset before any byte: who waits may yet be told that the file is refused. */
static void a_reset_without_a_byte_waits_for_the_reply(void **state)
{
    struct fsc_transfer_facts f = whole();

    (void)state;
    f.bytes = 0;
    f.final_code = 0;
    f.reset_early = true;
    f.data_ended = false;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_UNKNOWN);
    f.gave_up = true;
    assert_int_equal(fsc_transfer_status(&f), FSC_STATUS_ABORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_file_is_complete),
        cmocka_unit_test(fewer_bytes_than_named_are_truncated),
        cmocka_unit_test(what_changes_the_count_proves_no_truncation),
        cmocka_unit_test(a_hole_in_the_capture_proves_no_truncation),
        cmocka_unit_test(a_restart_accepts_both_ways_to_name_the_size),
        cmocka_unit_test(an_error_without_a_byte_is_failed),
        cmocka_unit_test(an_error_after_bytes_is_aborted),
        cmocka_unit_test(a_reset_before_the_end_is_aborted),
        cmocka_unit_test(the_receiver_may_close_its_direction_first),
        cmocka_unit_test(without_the_data_connection_success_is_unknown),
        cmocka_unit_test(without_the_final_reply_because_packets_are_missing_it_is_unknown),
        cmocka_unit_test(a_silent_end_short_of_the_named_size_is_aborted),
        cmocka_unit_test(never_connected_is_failed_when_nobody_waits_any_more),
        cmocka_unit_test(abor_is_an_abort_unless_all_bytes_came),
        cmocka_unit_test(less_than_named_with_the_type_unseen_is_unknown),
        cmocka_unit_test(less_than_named_with_the_start_unseen_is_unknown),
        cmocka_unit_test(a_refusal_that_began_with_data_unseen_is_unknown),
        cmocka_unit_test(a_doubtful_reply_leaves_the_word_to_the_data),
        cmocka_unit_test(a_reset_after_success_with_packets_missing_is_unknown),
        cmocka_unit_test(of_an_upload_only_the_size_in_226_counts),
        cmocka_unit_test(a_size_of_the_rest_is_not_shortened_again),
        cmocka_unit_test(a_reset_without_a_byte_waits_for_the_reply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
