/* The pages of `ftpscope explain`: what they must tell, how wide they are, and what is refused. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#endif
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ftpscope.h"
#include "monitor/commands.h"
#include "monitor/explain.h"
#include "monitor/explain_near.h"

/* The page, NULL when nothing is known. The caller frees it. */
static char *page_of(const char *name, int columns, bool color)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    bool known = explain_write(out, name, columns, color);
    fclose(out);
    if (known)
        return text;
    assert_int_equal(length, 0);
    free(text);
    return NULL;
}

/* Lines are wrapped anywhere, so blanks and line ends count as one blank. */
static void assert_tells(const char *name, const char *wanted)
{
    char *text = page_of(name, 80, false);
    assert_non_null(text);
    size_t n = 0;
    for (const char *p = text; *p != '\0'; p++) {
        char byte = *p == '\n' ? ' ' : *p;
        if (byte != ' ' || n == 0 || text[n - 1] != ' ')
            text[n++] = byte;
    }
    text[n] = '\0';
    if (strstr(text, wanted) == NULL)
        fail_msg("explain %s does not tell: %s", name, wanted);
    free(text);
}

static void assert_narrow(const char *name, int columns)
{
    char *text = page_of(name, columns, false);
    assert_non_null(text);
    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        if (length > (size_t)columns || (length > 0 && line[length - 1] == ' '))
            fail_msg("explain %s: bad line: %.*s", name, (int)length, line);
        line += length + 1;
    }
    free(text);
}

static void code_page_has_every_part(void **state)
{
    (void)state;
    assert_tells("425", "425 Cannot open the data connection");
    assert_tells("425", "4yz Refused for now");
    assert_tells("425", "x2z It is about the control or the data connection");
    assert_tells("425", "let the client use passive mode");
    assert_tells("425", "PASV The server could not listen");
    assert_tells("425", "connect refused The other end refused");
    assert_tells("425", "defined by RFC 959");
    assert_tells("425", "CuteFTP help The data connection cannot be opened");
    assert_tells("425", "Note: Backwards for the common case");
}

static void code_page_names_the_commands(void **state)
{
    (void)state;
    assert_tells("229", "allowed for EPSV");
    assert_tells("421", "any command");
    assert_tells("220", "(greeting) HOST REIN");
    assert_tells("434", "no command by any standard");
}

static void code_page_names_lists_without_an_entry(void **state)
{
    (void)state;
    assert_tells("551", "without an entry EFT help, CuteFTP help");
    assert_tells("521", "without an entry EFT help, Wikipedia's list, annotated list, RFC 959 list, CuteFTP help");
}

static void winsock_page_says_that_it_is_no_reply(void **state)
{
    (void)state;
    assert_tells("10060", "never sent on the wire");
    char *text = page_of("10060", 80, false);
    assert_null(strstr(text, "By its digits"));
    assert_null(strstr(text, "allowed for"));
    free(text);
}

static void unknown_code_is_explained_by_digits(void **state)
{
    (void)state;
    assert_tells("459", "459 Refused for now");
    assert_tells("459", "about the server's file system");
    assert_tells("699", "Protected reply");
}

static void command_page_lists_replies_in_order(void **state)
{
    (void)state;
    assert_tells("pasv", "PASV Asks the server to listen");
    assert_tells("PASV", "227 Entering passive mode 332 Account needed 421 No passive port");
    assert_tells("CDUP", "Replies servers send besides 250 Changed to the parent directory");
    assert_tells("RETR", "from server to client");
    assert_tells("XPWD", "Obsolete");
    assert_tells("EPSV", "Findings about it passive-timeout, passive-refused");
    assert_tells("PORT", "Findings about it active-private-address");
}

static void finding_page_has_severity_and_advice(void **state)
{
    (void)state;
    assert_tells("passive-timeout", "passive-timeout error");
    assert_tells("Passive-Timeout", "What to do Open the server's passive port range");
}

static void rows_with_the_same_words_stand_together(void **state)
{
    (void)state;
    assert_tells("530", "CWD, LIST, PASV Nobody is logged in");
    assert_tells("425", "EFT help, CuteFTP help The data connection cannot be opened. Advice: Change from PASV");
}

static void class_page_lists_its_codes(void **state)
{
    (void)state;
    assert_tells("4yz", "4yz Refused for now What it means The action did not take place");
    assert_tells("4XX", "421 Service not available 422");
    assert_tells("4yz", "annotated list Problems with files. Note: Wrong");
    assert_tells("63x", "631 Reply with integrity protection 632");
    assert_tells("46z", "46z Refused for now");
    char *text = page_of("45z", 80, false);
    assert_non_null(strstr(text, "452"));
    assert_null(strstr(text, "421"));
    free(text);
}

static void whole_reply_is_explained_by_its_words(void **state)
{
    (void)state;
    assert_tells("530 User cannot log in, home directory inaccessible.", "cannot enter the home directory");
    assert_tells("550 Failed to open file.", "The words of this reply tell nothing more");
    assert_tells("421-Too many connections from this IP", "as many connections as the server allows to one");
}

static char *answer_of(const char *reply, const char *command)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    bool known = explain_answer(out, reply, command, 200, false);
    fclose(out);
    assert_true(known || length == 0);
    if (known)
        return text;
    free(text);
    return NULL;
}

static void answer_to_a_command(void **state)
{
    (void)state;
    char *text = answer_of("553", "stor");
    assert_non_null(text);
    assert_non_null(strstr(text, "553 after STOR"));
    assert_non_null(strstr(text, "Yes: the standards allow"));
    free(text);
    text = answer_of("550 x: Permission denied", "STOR");
    assert_non_null(text);
    assert_non_null(strstr(text, "real servers send it"));
    assert_non_null(strstr(text, "has no right"));
    free(text);
    text = answer_of("227", "QUIT");
    assert_non_null(text);
    assert_non_null(strstr(text, "No: neither"));
    free(text);
    assert_null(answer_of("425", "passive-timeout"));
    assert_null(answer_of("PASV", "425"));
    assert_null(answer_of("999", "PASV"));
    assert_null(answer_of("425", ""));
}

static void assert_near(const char *name, const char *wanted)
{
    char *near = explain_near(name);
    assert_string_equal(near, wanted);
    g_free(near);
}

static void near_names_are_offered(void **state)
{
    (void)state;
    assert_near("pasive-timout", "passive-timeout");
    assert_near("RERT", "REST, RETR");
    assert_near("psav", "PASV");
    assert_near("RETRV", "RETR");
    assert_near("control-",
                "control-dropped, control-refused, control-timeout, control-unreachable, control-encrypted");
    assert_near("foo", "");
    assert_near("999", "");
    assert_near("", "");
    assert_near("a-name-that-is-much-longer-than-any-name-known-here", "");
}

static void finding_page_tells_advice_that_may_fit(void **state)
{
    (void)state;
    assert_tells("passive-timeout", "CuteFTP help (10060) Change from PASV to PORT");
    char *text = page_of("active-timeout", 80, false);
    assert_null(strstr(text, "lists on the web"));
    free(text);
}

static void unknown_names_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"",
                                        "42",
                                        "099",
                                        "700",
                                        "4250",
                                        "65536",
                                        "99999",
                                        "abc",
                                        "PASV x",
                                        "425 ",
                                        "passive",
                                        "4z",
                                        "7yz",
                                        "0yz",
                                        "4yzz",
                                        "yyz",
                                        "4ab",
                                        "425x",
                                        "999 Hello",
                                        "5",
                                        "\033[",
                                        "0425",
                                        "999999999999999999999"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_null(page_of(names[i], 80, false));
}

static void pages_fit_the_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < fsc_code_count(); i++) {
        char name[8];
        snprintf(name, sizeof name, "%u", (unsigned)fsc_code_at(i)->code);
        assert_narrow(name, 80);
        assert_narrow(name, 100);
    }
    for (int i = FSC_VERB_UNKNOWN + 1; i < FSC_VERB_COUNT; i++)
        assert_narrow(fsc_verb_info((enum fsc_verb)i)->name, 80);
    for (int i = 0; i < FSC_FINDING_COUNT; i++)
        assert_narrow(fsc_finding_info((enum fsc_finding_id)i)->name, 80);
}

static void colour_only_when_asked_for(void **state)
{
    (void)state;
    char *plain = page_of("425", 80, false), *colored = page_of("425", 80, true);
    assert_null(strchr(plain, '\033'));
    assert_non_null(strchr(colored, '\033'));
    free(plain);
    free(colored);
}

static void list_has_every_name(void **state)
{
    (void)state;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    explain_list(out, 80, false);
    fclose(out);
    for (int i = FSC_VERB_UNKNOWN + 1; i < FSC_VERB_COUNT; i++)
        assert_non_null(strstr(text, fsc_verb_info((enum fsc_verb)i)->name));
    for (int i = 0; i < FSC_FINDING_COUNT; i++)
        assert_non_null(strstr(text, fsc_finding_info((enum fsc_finding_id)i)->name));
    for (size_t i = 0; i < fsc_code_count(); i++)
        assert_non_null(strstr(text, fsc_code_at(i)->title));
    free(text);
}

static int run(const char *argument)
{
    char name[] = "explain";
    char copy[64];
    snprintf(copy, sizeof copy, "%s", argument);
    char *argv[] = {name, copy, NULL};
    return command_explain(2, argv);
}

static void exit_codes(void **state)
{
    (void)state;
    assert_int_equal(run("425"), 0);
    assert_int_equal(run("--help"), 0);
    assert_int_equal(run("no-such-thing"), 2);
    assert_int_equal(run("--color=sometimes"), 2);
    assert_int_equal(run("--no-such-option"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_page_has_every_part),
        cmocka_unit_test(code_page_names_the_commands),
        cmocka_unit_test(code_page_names_lists_without_an_entry),
        cmocka_unit_test(winsock_page_says_that_it_is_no_reply),
        cmocka_unit_test(unknown_code_is_explained_by_digits),
        cmocka_unit_test(command_page_lists_replies_in_order),
        cmocka_unit_test(finding_page_has_severity_and_advice),
        cmocka_unit_test(finding_page_tells_advice_that_may_fit),
        cmocka_unit_test(rows_with_the_same_words_stand_together),
        cmocka_unit_test(class_page_lists_its_codes),
        cmocka_unit_test(whole_reply_is_explained_by_its_words),
        cmocka_unit_test(answer_to_a_command),
        cmocka_unit_test(near_names_are_offered),
        cmocka_unit_test(unknown_names_are_refused),
        cmocka_unit_test(pages_fit_the_columns),
        cmocka_unit_test(colour_only_when_asked_for),
        cmocka_unit_test(list_has_every_name),
        cmocka_unit_test(exit_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
