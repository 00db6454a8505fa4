/* Which single replies are findings, and which near misses are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/ftpscope.h"

/* The first finding about a reply, FSC_FINDING_COUNT when there is none. */
static enum fsc_finding_id found(enum fsc_verb verb, uint16_t code, const char *text, bool login_refused)
{
    struct fsc_reply_evidence evidence = {
        .verb = verb,
        .code = code,
        .text = fsc_text_classify(code, (struct fsc_span){(const uint8_t *)text, strlen(text)}),
        .command_frame = 1,
        .reply_frame = 2,
        .login_refused = login_refused,
    };
    struct fsc_finding findings[4];
    return fsc_diagnose_reply(&evidence, findings, 4) > 0 ? findings[0].id : FSC_FINDING_COUNT;
}

static void refused_files_are_told(void **state)
{
    (void)state;
    assert_int_equal(found(FSC_VERB_RETR, 550, "x: No such file", false), FSC_FINDING_FILE_UNAVAILABLE);
    assert_int_equal(found(FSC_VERB_STOR, 550, "x: Permission denied", false), FSC_FINDING_FILE_UNAVAILABLE);
    assert_int_equal(found(FSC_VERB_RMD, 550, "x: Directory not empty", false), FSC_FINDING_FILE_UNAVAILABLE);
    assert_int_equal(found(FSC_VERB_CWD, 550, "Failed to change directory.", false), FSC_FINDING_FILE_UNAVAILABLE);
}

static void replies_about_other_things_are_not_about_the_file(void **state)
{
    (void)state;
    assert_int_equal(found(FSC_VERB_RETR, 450, "Transfer aborted. Link to file server lost", false), FSC_FINDING_COUNT);
    assert_int_equal(found(FSC_VERB_RETR, 550, "PROT P required", false), FSC_FINDING_COUNT);
    assert_int_equal(found(FSC_VERB_RETR, 550, "Too many simultaneous transfers", false), FSC_FINDING_COUNT);
    assert_int_equal(found(FSC_VERB_LIST, 450, "No files found", false), FSC_FINDING_COUNT);
}

static void probes_are_not_findings(void **state)
{
    (void)state;
    assert_int_equal(found(FSC_VERB_SIZE, 550, "x: No such file", false), FSC_FINDING_COUNT);
    assert_int_equal(found(FSC_VERB_MDTM, 550, "x: No such file", false), FSC_FINDING_COUNT);
}

static void refused_logins_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(found(FSC_VERB_PASS, 530, "Login incorrect.", true), FSC_FINDING_LOGIN_FAILED);
    assert_int_equal(found(FSC_VERB_USER, 530, "Non-anonymous sessions must use encryption.", true),
                     FSC_FINDING_TLS_REQUIRED);
    /* vsftpd: TLS is what this user must not use. */
    assert_int_equal(found(FSC_VERB_USER, 530, "Anonymous sessions may not use encryption.", true),
                     FSC_FINDING_LOGIN_FAILED);
    assert_int_equal(found(FSC_VERB_CWD, 530, "Please login with USER and PASS.", false), FSC_FINDING_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_files_are_told),
        cmocka_unit_test(replies_about_other_things_are_not_about_the_file),
        cmocka_unit_test(probes_are_not_findings),
        cmocka_unit_test(refused_logins_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
