/* What the five lists say, and in which cases it fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/ftpscope.h"

static const struct fsc_document_note *note_find(uint16_t code, enum fsc_document document)
{
    for (size_t i = 0; i < fsc_document_note_count(); i++) {
        const struct fsc_document_note *note = fsc_document_note_at(i);
        if (note->code == code && (note->documents >> document & 1u) != 0)
            return note;
    }
    fail_msg("no note for %u", (unsigned)code);
    return NULL;
}

static bool fits(uint16_t code, enum fsc_document document, enum fsc_finding_id finding, enum fsc_text_class text)
{
    return fsc_document_fits(note_find(code, document), finding, text);
}

static bool word_is_known(const char *word, size_t length)
{
    if (length == strlen("NONE") && memcmp(word, "NONE", length) == 0)
        return true;
    for (int i = 0; i < FSC_FINDING_COUNT; i++) {
        const char *name = fsc_finding_info((enum fsc_finding_id)i)->name;
        if (strlen(name) == length && memcmp(name, word, length) == 0)
            return true;
    }
    for (int i = FSC_TEXT_NONE + 1; i < FSC_TEXT_COUNT; i++) {
        const char *name = fsc_text_name((enum fsc_text_class)i);
        if (strlen(name) == length && memcmp(name, word, length) == 0)
            return true;
    }
    return false;
}

/* A misspelt name would never fit and nobody would see it. */
static void every_word_names_a_finding_or_a_class(void **state)
{
    (void)state;
    for (size_t i = 0; i < fsc_document_note_count(); i++) {
        const struct fsc_document_note *note = fsc_document_note_at(i);
        for (const char *word = note->fits != NULL ? note->fits : ""; *word != '\0';) {
            word += *word == '!';
            size_t length = strcspn(word, " ");
            if (!word_is_known(word, length))
                fail_msg("%u: %s", (unsigned)note->code, word);
            word += length + (word[length] == ' ');
            assert_true(*word != ' ' && !(word[-1] == ' ' && *word == '\0'));
        }
    }
}

/* Advice is an order of a sentence or two: outputs put it behind the name of the list. */
static void advice_is_a_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < fsc_document_note_count(); i++) {
        const char *advice = fsc_document_note_at(i)->advises;
        if (advice[0] != '\0')
            assert_true(advice[0] >= 'A' && advice[0] <= 'Z' && advice[strlen(advice) - 1] == '.');
    }
}

static void what_is_wrong_and_never_fits_says_what_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < fsc_document_note_count(); i++) {
        const struct fsc_document_note *note = fsc_document_note_at(i);
        if (note->fits == NULL)
            assert_true(note->right[0] != '\0');
    }
}

static void port_instead_of_pasv_fits_blocked_passive_ports_only(void **state)
{
    (void)state;
    static const enum fsc_document lists[] = {FSC_DOC_EFT, FSC_DOC_CUTEFTP};
    for (size_t i = 0; i < 2; i++) {
        assert_true(fits(425, lists[i], FSC_FINDING_PASSIVE_TIMEOUT, FSC_TEXT_NONE));
        assert_true(fits(425, lists[i], FSC_FINDING_PASSIVE_UNAVAILABLE, FSC_TEXT_PASSIVE_PORTS));
        assert_false(fits(425, lists[i], FSC_FINDING_ACTIVE_TIMEOUT, FSC_TEXT_CONNECT_TIMED_OUT));
        assert_false(fits(425, lists[i], FSC_FINDING_ACTIVE_PRIVATE_ADDRESS, FSC_TEXT_NONE));
        assert_false(fits(425, lists[i], FSC_FINDING_TLS_SESSION_REUSE, FSC_TEXT_TLS_SESSION_REUSE));
    }
    assert_true(fits(10060, FSC_DOC_CUTEFTP, FSC_FINDING_PASSIVE_TIMEOUT, FSC_TEXT_NONE));
    assert_false(fits(10060, FSC_DOC_CUTEFTP, FSC_FINDING_CONTROL_TIMEOUT, FSC_TEXT_NONE));
}

static void password_advice_fits_a_refused_password_only(void **state)
{
    (void)state;
    static const enum fsc_document lists[] = {FSC_DOC_EFT, FSC_DOC_CUTEFTP};
    for (size_t i = 0; i < 2; i++) {
        assert_true(fits(530, lists[i], FSC_FINDING_LOGIN_FAILED, FSC_TEXT_LOGIN_INCORRECT));
        assert_true(fits(530, lists[i], FSC_FINDING_BRUTE_FORCE, FSC_TEXT_NONE));
        assert_false(fits(530, lists[i], FSC_FINDING_LOGIN_FAILED, FSC_TEXT_TOO_MANY_USERS));
        assert_false(fits(530, lists[i], FSC_FINDING_LOGIN_FAILED, FSC_TEXT_HOME_DIRECTORY));
        assert_false(fits(530, lists[i], FSC_FINDING_TLS_REQUIRED, FSC_TEXT_TLS_REQUIRED));
        assert_false(fits(530, lists[i], FSC_FINDING_GREETING_REFUSED, FSC_TEXT_BANNED));
    }
    assert_true(fits(530, FSC_DOC_CUTEFTP, FSC_FINDING_LOGIN_FAILED, FSC_TEXT_ANONYMOUS_ONLY));
    assert_false(fits(530, FSC_DOC_EFT, FSC_FINDING_LOGIN_FAILED, FSC_TEXT_ANONYMOUS_ONLY));
}

static void limits_advice_fits_limits_only(void **state)
{
    (void)state;
    assert_true(fits(421, FSC_DOC_CUTEFTP, FSC_FINDING_GREETING_REFUSED, FSC_TEXT_IP_LIMIT));
    assert_false(fits(421, FSC_DOC_CUTEFTP, FSC_FINDING_GREETING_REFUSED, FSC_TEXT_SHUTTING_DOWN));
    assert_false(fits(421, FSC_DOC_CUTEFTP, FSC_FINDING_IDLE_TIMEOUT, FSC_TEXT_IDLE_TIMEOUT));
    assert_true(fits(421, FSC_DOC_EFT, FSC_FINDING_GREETING_REFUSED, FSC_TEXT_SHUTTING_DOWN));
    assert_false(fits(421, FSC_DOC_EFT, FSC_FINDING_GREETING_REFUSED, FSC_TEXT_NOT_AUTHORISED));
    assert_false(fits(421, FSC_DOC_EFT, FSC_FINDING_IDLE_TIMEOUT, FSC_TEXT_IDLE_TIMEOUT));
    assert_true(fits(421, FSC_DOC_RFC959, FSC_FINDING_GREETING_REFUSED, FSC_TEXT_SHUTTING_DOWN));
    assert_false(fits(421, FSC_DOC_RFC959, FSC_FINDING_IDLE_TIMEOUT, FSC_TEXT_IDLE_TIMEOUT));
}

static void file_advice_fits_by_the_reason(void **state)
{
    (void)state;
    assert_true(fits(550, FSC_DOC_CUTEFTP, FSC_FINDING_FILE_UNAVAILABLE, FSC_TEXT_PERMISSION));
    assert_false(fits(550, FSC_DOC_CUTEFTP, FSC_FINDING_FILE_UNAVAILABLE, FSC_TEXT_NOT_EMPTY));
    assert_false(fits(550, FSC_DOC_RFC959, FSC_FINDING_FILE_UNAVAILABLE, FSC_TEXT_EXISTS));
    assert_false(fits(550, FSC_DOC_EFT, FSC_FINDING_FILE_UNAVAILABLE, FSC_TEXT_NOT_FOUND));
    assert_true(fits(553, FSC_DOC_EFT, FSC_FINDING_NAME_NOT_ALLOWED, FSC_TEXT_BAD_NAME));
    assert_false(fits(553, FSC_DOC_EFT, FSC_FINDING_NAME_NOT_ALLOWED, FSC_TEXT_PERMISSION));
    assert_true(fits(450, FSC_DOC_EFT, FSC_FINDING_FILE_BUSY, FSC_TEXT_BUSY));
    assert_false(fits(450, FSC_DOC_EFT, FSC_FINDING_TLS_CLOSE_MISSING, FSC_TEXT_TLS_SHUTDOWN));
    assert_true(fits(552, FSC_DOC_CUTEFTP, FSC_FINDING_STORAGE_FULL, FSC_TEXT_QUOTA));
}

static void other_advice_fits_by_the_finding(void **state)
{
    (void)state;
    assert_true(fits(500, FSC_DOC_EFT, FSC_FINDING_ACTIVE_REFUSED_BY_POLICY, FSC_TEXT_FOREIGN_ADDRESS));
    assert_false(fits(500, FSC_DOC_EFT, FSC_FINDING_LOGIN_FAILED, FSC_TEXT_HOME_DIRECTORY));
    assert_false(fits(426, FSC_DOC_EFT, FSC_FINDING_CLIENT_ABORTED, FSC_TEXT_NONE));
    assert_true(fits(426, FSC_DOC_CUTEFTP, FSC_FINDING_CLIENT_ABORTED, FSC_TEXT_NONE));
    assert_false(fits(426, FSC_DOC_CUTEFTP, FSC_FINDING_TLS_CLOSE_MISSING, FSC_TEXT_TLS_SHUTDOWN));
    assert_true(fits(10061, FSC_DOC_CUTEFTP, FSC_FINDING_CONTROL_REFUSED, FSC_TEXT_NONE));
    assert_false(fits(10061, FSC_DOC_CUTEFTP, FSC_FINDING_ACTIVE_REFUSED, FSC_TEXT_NONE));
    assert_false(fits(10068, FSC_DOC_CUTEFTP, FSC_FINDING_GREETING_REFUSED, FSC_TEXT_TOO_MANY_USERS));
    assert_true(fits(226, FSC_DOC_RFC959, FSC_FINDING_FXP, FSC_TEXT_NONE));
    assert_false(fits(226, FSC_DOC_EFT, FSC_FINDING_FXP, FSC_TEXT_NONE));
    assert_false(fits(226, FSC_DOC_RFC959, FSC_FINDING_TRUNCATED, FSC_TEXT_NONE));
    assert_false(fits(10054, FSC_DOC_WIKIPEDIA, FSC_FINDING_MIDDLEBOX_RESET, FSC_TEXT_NONE));
    assert_true(fits(10054, FSC_DOC_WIKIPEDIA, FSC_FINDING_SERVER_ABORTED, FSC_TEXT_NONE));
}

/* By hand, so that the words of the table do not matter. */
static void findings_and_classes_must_both_fit(void **state)
{
    (void)state;
    struct fsc_document_note note = {425, 1, "", "", "", "fxp truncated NONE QUOTA"};
    assert_true(fsc_document_fits(&note, FSC_FINDING_FXP, FSC_TEXT_NONE));
    assert_true(fsc_document_fits(&note, FSC_FINDING_TRUNCATED, FSC_TEXT_QUOTA));
    assert_false(fsc_document_fits(&note, FSC_FINDING_TRUNCATED, FSC_TEXT_BUSY));
    assert_false(fsc_document_fits(&note, FSC_FINDING_NOT_FTP, FSC_TEXT_QUOTA));
    note.fits = "!fxp !QUOTA";
    assert_true(fsc_document_fits(&note, FSC_FINDING_TRUNCATED, FSC_TEXT_NONE));
    assert_false(fsc_document_fits(&note, FSC_FINDING_FXP, FSC_TEXT_NONE));
    assert_false(fsc_document_fits(&note, FSC_FINDING_TRUNCATED, FSC_TEXT_QUOTA));
    note.fits = "QUOTA";
    assert_true(fsc_document_fits(&note, FSC_FINDING_NOT_FTP, FSC_TEXT_QUOTA));
    assert_false(fsc_document_fits(&note, FSC_FINDING_NOT_FTP, FSC_TEXT_NONE));
    note.fits = "fx";
    assert_false(fsc_document_fits(&note, FSC_FINDING_FXP, FSC_TEXT_NONE));
    note.fits = "";
    assert_true(fsc_document_fits(&note, FSC_FINDING_FXP, FSC_TEXT_BUSY));
    note.fits = NULL;
    assert_false(fsc_document_fits(&note, FSC_FINDING_FXP, FSC_TEXT_NONE));
}

/* The headings of each list, as its rows of digits. */
static void every_heading_of_the_lists_is_there(void **state)
{
    (void)state;
    static const char *const digits[FSC_DOC_COUNT] = {
        [FSC_DOC_EFT] = "12345", [FSC_DOC_WIKIPEDIA] = "123456", [FSC_DOC_ANNOTATED] = "2345",
        [FSC_DOC_RFC959] = "",   [FSC_DOC_CUTEFTP] = "12345",
    };
    for (unsigned digit = 0; digit <= 9; digit++) {
        for (unsigned d = 0; d < FSC_DOC_COUNT; d++) {
            size_t found = 0;
            for (size_t i = 0; i < fsc_document_heading_count(); i++) {
                const struct fsc_document_note *heading = fsc_document_heading_at(i);
                found += heading->code == digit && (heading->documents >> d & 1u) != 0;
            }
            assert_int_equal(found, strchr(digits[d], (char)('0' + digit)) != NULL);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_names_a_finding_or_a_class),
        cmocka_unit_test(advice_is_a_sentence),
        cmocka_unit_test(what_is_wrong_and_never_fits_says_what_holds),
        cmocka_unit_test(port_instead_of_pasv_fits_blocked_passive_ports_only),
        cmocka_unit_test(password_advice_fits_a_refused_password_only),
        cmocka_unit_test(limits_advice_fits_limits_only),
        cmocka_unit_test(file_advice_fits_by_the_reason),
        cmocka_unit_test(other_advice_fits_by_the_finding),
        cmocka_unit_test(findings_and_classes_must_both_fit),
        cmocka_unit_test(every_heading_of_the_lists_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
