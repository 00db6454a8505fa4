/* test_command.c - one command line at a time: RFC 959 section 5.3, RFC 2640 section 3.1; secrets and strangers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/span.h"
#include <cmocka.h>

#define PARSE(literal) parse(SPAN(literal))

static struct fsc_command parse(struct fsc_span text)
{
    struct fsc_command command;

    fsc_command_parse(text, &command);
    return command;
}

static void test_verb_and_argument(void **state)
{
    struct fsc_command command = PARSE("RETR file.txt");

    (void)state;
    assert_int_equal(command.verb, FSC_VERB_RETR);
    assert_span(command.verb_text, "RETR");
    assert_span(command.arg, "file.txt");
    assert_int_equal(command.flags, 0);
}

static void test_verb_in_any_case(void **state)
{
    struct fsc_command command = PARSE("rEtR File.txt");

    (void)state;
    assert_int_equal(command.verb, FSC_VERB_RETR);
    assert_span(command.verb_text, "rEtR");
    assert_span(command.arg, "File.txt");
}

static void test_no_argument(void **state)
{
    (void)state;
    assert_int_equal(PARSE("QUIT").verb, FSC_VERB_QUIT);
    assert_span(PARSE("QUIT").arg, "");
    assert_span(PARSE("QUIT ").arg, "");
    assert_int_equal(PARSE("PASV  ").flags, 0);
}

static void test_blanks_of_a_path_stay(void **state)
{
    struct fsc_command command = PARSE("STOR  two  blanks ");

    (void)state;
    assert_span(command.arg, " two  blanks ");
    assert_int_equal(command.flags, 0);
}

static void test_blanks_before_other_arguments_go(void **state)
{
    struct fsc_command command = PARSE("TYPE   I");

    (void)state;
    assert_span(command.arg, "I");
    assert_int_equal(command.flags, FSC_COMMAND_EXTRA_SPACE);
    command = PARSE("PORT  10,0,0,1,4,1");
    assert_span(command.arg, "10,0,0,1,4,1");
    assert_int_equal(command.flags, FSC_COMMAND_EXTRA_SPACE);
}

static void test_blanks_of_user_and_password_stay(void **state)
{
    (void)state;
    assert_span(PARSE("USER  bob").arg, " bob");
    assert_span(PARSE("PASS  x ").arg, " x ");
}

static void test_tab_separates_too(void **state)
{
    struct fsc_command command = PARSE("CWD\tdir");

    (void)state;
    assert_int_equal(command.verb, FSC_VERB_CWD);
    assert_span(command.arg, "dir");
}

static void test_leading_blanks(void **state)
{
    struct fsc_command command = PARSE("  NOOP");

    (void)state;
    assert_int_equal(command.verb, FSC_VERB_NOOP);
    assert_int_equal(command.flags, FSC_COMMAND_LEADING_SPACE);
}

static void test_empty(void **state)
{
    struct fsc_command command = PARSE("");

    (void)state;
    assert_int_equal(command.verb, FSC_VERB_NONE);
    assert_int_equal(command.flags, FSC_COMMAND_EMPTY);
    command = PARSE("   ");
    assert_int_equal(command.verb, FSC_VERB_NONE);
    assert_int_equal(command.flags, FSC_COMMAND_EMPTY | FSC_COMMAND_LEADING_SPACE);
    assert_int_equal(parse((struct fsc_span){NULL, 0}).flags, FSC_COMMAND_EMPTY);
}

static void test_unknown_word(void **state)
{
    struct fsc_command command = PARSE("FROB x y");

    (void)state;
    assert_int_equal(command.verb, FSC_VERB_UNKNOWN);
    assert_span(command.verb_text, "FROB");
    assert_span(command.arg, "x y");
    assert_int_equal(command.flags, 0);
}

static void test_argument_with_line_end_inside(void **state)
{
    (void)state;
    assert_span(PARSE("CWD foo\r\0\nboo.bar").arg, "foo\r\0\nboo.bar");
}

/* F-28 */
static void test_secrets(void **state)
{
    static const char *const lines[] = {"PASS x", "pass secret", "ACCT x",  "ADAT x",  "MIC x",  "CONF x",
                                        "enc x",  "PASS",        " PASS x", "PASS\tx", "Pass -x"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_true(parse(span_copy(lines[i], strlen(lines[i]))).flags & FSC_COMMAND_SECRET);
}

static void test_password_is_the_argument(void **state)
{
    struct fsc_command command = PARSE("pass secret");

    (void)state;
    assert_int_equal(command.verb, FSC_VERB_PASS);
    assert_span(command.arg, "secret");
}

/* F-28 */
static void test_glued_password(void **state)
{
    struct fsc_command command = PARSE("PASSsecret word");

    (void)state;
    assert_int_equal(command.verb, FSC_VERB_UNKNOWN);
    assert_span(command.verb_text, "PASS");
    assert_span(command.arg, "secret word");
    assert_int_equal(command.flags, FSC_COMMAND_SECRET);
    command = PARSE(" acct:x");
    assert_span(command.verb_text, "acct");
    assert_span(command.arg, ":x");
    assert_int_equal(command.flags, FSC_COMMAND_SECRET | FSC_COMMAND_LEADING_SPACE);
    assert_span(PARSE("PASS\0x y").arg, "\0x y");
}

/* F-28 */
static void test_secret_site_words(void **state)
{
    static const char *const lines[] = {"SITE PSWD old new", "site gpass x",     "SITE  CHPASS u p", "SITE ADDUSER u p",
                                        "SITE PSWDx",        "SITE SETPW joe x", "QUOTE PASS x",     "opts pass x"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_true(parse(span_copy(lines[i], strlen(lines[i]))).flags & FSC_COMMAND_SECRET);
}

static void test_what_is_no_secret(void **state)
{
    (void)state;
    assert_int_equal(PARSE("SITE CHMOD 644 PSWD").flags, 0);
    assert_int_equal(PARSE("SITE HELP GPASS").flags, 0);
    assert_int_equal(PARSE("USER bob").flags, 0);
    assert_int_equal(PARSE("PASV").flags, 0);
    assert_int_equal(PARSE("PAS x").flags, 0);
    assert_int_equal(PARSE("OPTS PASS").flags, 0);
    assert_int_equal(PARSE("OPTS UTF8 PASS").flags, 0);
}

static void test_http(void **state)
{
    (void)state;
    assert_true(PARSE("GET / HTTP/1.1").flags & FSC_COMMAND_FOREIGN);
    assert_true(PARSE("POST /cgi-bin/x HTTP/1.0").flags & FSC_COMMAND_FOREIGN);
    assert_true(PARSE("CONNECT host:443 HTTP/1.1").flags & FSC_COMMAND_FOREIGN);
    assert_true(PARSE("OPTIONS * RTSP/1.0").flags & FSC_COMMAND_FOREIGN);
    assert_true(PARSE("GET /").flags & FSC_COMMAND_FOREIGN);
    assert_true(PARSE("OPTIONS *").flags & FSC_COMMAND_FOREIGN);
    assert_true(PARSE("OPTIONS sip:nm SIP/2.0").flags & FSC_COMMAND_FOREIGN);
    assert_true(PARSE("HEAD http://x/").flags & FSC_COMMAND_FOREIGN);
    assert_true(PARSE("HTTP/1.1 400 Bad Request").flags & FSC_COMMAND_FOREIGN);
}

static void test_other_protocols(void **state)
{
    (void)state;
    assert_true(PARSE("SSH-2.0-libssh").flags & FSC_COMMAND_FOREIGN);
    assert_true(PARSE("EHLO mail.example").flags & FSC_COMMAND_FOREIGN);
    assert_true(PARSE("helo mail.example").flags & FSC_COMMAND_FOREIGN);
    assert_true(PARSE("\x16\x03\x01\x02\x00\x01\x00\x01\xfc").flags & FSC_COMMAND_FOREIGN);
    assert_true(PARSE("\x15\x03\x03\x00\x02\x02\x28").flags & FSC_COMMAND_FOREIGN);
    assert_true(PARSE("\x16\x03\x01").flags & FSC_COMMAND_FOREIGN);
}

static void test_what_is_not_foreign(void **state)
{
    (void)state;
    assert_false(PARSE("GET pasv;path=/x;").flags & FSC_COMMAND_FOREIGN);
    assert_false(PARSE("RETR a HTTP/1.1").flags & FSC_COMMAND_FOREIGN);
    assert_false(PARSE("get /x").flags & FSC_COMMAND_FOREIGN);
    assert_false(PARSE("CWD SSH-2.0").flags & FSC_COMMAND_FOREIGN);
    assert_false(PARSE("\x16\x04\x01").flags & FSC_COMMAND_FOREIGN);
    assert_false(PARSE("\x16").flags & FSC_COMMAND_FOREIGN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verb_and_argument),
        cmocka_unit_test(test_verb_in_any_case),
        cmocka_unit_test(test_no_argument),
        cmocka_unit_test(test_blanks_of_a_path_stay),
        cmocka_unit_test(test_blanks_before_other_arguments_go),
        cmocka_unit_test(test_blanks_of_user_and_password_stay),
        cmocka_unit_test(test_tab_separates_too),
        cmocka_unit_test(test_leading_blanks),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_unknown_word),
        cmocka_unit_test(test_argument_with_line_end_inside),
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_password_is_the_argument),
        cmocka_unit_test(test_glued_password),
        cmocka_unit_test(test_secret_site_words),
        cmocka_unit_test(test_what_is_no_secret),
        cmocka_unit_test(test_http),
        cmocka_unit_test(test_other_protocols),
        cmocka_unit_test(test_what_is_not_foreign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
