/* test_first_words.c - which first lines sound like FTP, however they are cut. */
#include "pipeline/first_words.h"
#include "tests/unit/span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct words {
    const char *text;
    enum first_answer answer;
};

static const struct words greetings[] = {
    {"220 Ready.\r\n", FIRST_YES},
    {"220 \r\n", FIRST_YES},
    {"220 Ready.\n", FIRST_YES},
    {"220-a\r\n220 b\r\n", FIRST_YES},
    {"220-a\r\n\r\nb\r\n 220 c\r\n230 d\r\n2200 e\r\n220f\r\n220-g\r\n220 h\r\n", FIRST_YES},
    {"220-a\r\n220\r\n", FIRST_YES}, /* the code alone ends it; it does not begin one */
    {"120 Wait.\r\n220 Ready.\r\n", FIRST_YES},
    {"120-Wait.\r\n220 not yet\r\n120 Now.\r\n120 Soon.\r\n220-a\r\n220 b\r\n", FIRST_YES},
    {"", FIRST_MORE},
    {"22", FIRST_MORE},
    {"220 Ready.", FIRST_MORE},
    {"220-a\r\nUSER x\r\n 220 b\r\n", FIRST_MORE},
    {"120 Wait.\r\n", FIRST_MORE},
    {"220\r\n", FIRST_NO},
    {"220Ready.\r\n", FIRST_NO},
    {"2200 Ready.\r\n", FIRST_NO},
    {"221 Ready.\r\n", FIRST_NO},
    {"421 Full.\r\n", FIRST_NO},
    {" 220 Ready.\r\n", FIRST_NO},
    {"\r\n220 Ready.\r\n", FIRST_NO},
    {"120 Wait.\r\n230 Ready.\r\n", FIRST_NO},
    {"+OK\r\n", FIRST_NO},
    {"SSH-2.0-x\r\n", FIRST_NO},
    {"220 fax server (HylaFAX (tm) Version 6.0.7) ready.\r\n", FIRST_NO},
    {"220-a\r\n220-hylafax\r\n220 b\r\n", FIRST_NO},
};

static const struct words commands[] = {
    {"USER joe\r\n", FIRST_YES},
    {"user  joe doe \r\n", FIRST_YES},
    {"USER\tjoe\n", FIRST_YES},
    {"USER joe\r\nPASS x\r\n", FIRST_YES},
    {"FEAT\r\n", FIRST_YES},
    {"Feat \r\n", FIRST_YES},
    {"HOST ftp.example\r\n", FIRST_YES},
    {"AUTH TLS\r\n", FIRST_YES},
    {"auth  ssl \r\n", FIRST_YES},
    {"AUTH TLS-C\r\n", FIRST_YES},
    {"AUTH TLS-P\r\n", FIRST_YES},
    {"AUTH GSSAPI\r\n", FIRST_YES},
    {"AUTH KERBEROS_V4\r\n", FIRST_YES},
    {"OPTS UTF8 ON\r\n", FIRST_YES},
    {"SYST\r\n", FIRST_YES},
    {"SYST now\r\n", FIRST_NO},
    {"opts utf-8\r\n", FIRST_YES},
    {"\xff\xfd\x03\xff\xfb\x18USER joe\r\n", FIRST_YES},
    {"\xff\xfa\x18\x01\xff\xf0"
     "FEAT\r\n",
     FIRST_YES},
    {"\xf2USER joe\r\n", FIRST_YES},
    {"US\xff\xf1"
     "ER joe\r\n",
     FIRST_YES},
    {"", FIRST_MORE},
    {"U", FIRST_MORE},
    {"USER joe", FIRST_MORE},
    {"\xff\xfd\x03GET", FIRST_MORE}, /* looked at with the whole line */
    {"\r\nUSER joe\r\n", FIRST_NO},
    {" USER joe\r\n", FIRST_NO},
    {"USER\r\n", FIRST_NO},
    {"USER  \r\n", FIRST_NO},
    {"USERS\r\n", FIRST_NO},
    {"USERjoe\r\n", FIRST_NO},
    {"HOST\r\n", FIRST_NO},
    {"FEAT x\r\n", FIRST_NO},
    {"AUTH\r\n", FIRST_NO},
    {"AUTH PLAIN\r\n", FIRST_NO},
    {"AUTH LOGIN\r\n", FIRST_NO},
    {"AUTH CRAM-MD5\r\n", FIRST_NO},
    {"AUTH TLS x\r\n", FIRST_NO},
    {"AUTHINFO USER joe\r\n", FIRST_NO},
    {"OPTS MLST size\r\n", FIRST_NO},
    {"EHLO x\r\n", FIRST_NO},
    {"HELO x\r\n", FIRST_NO},
    {"QUIT\r\n", FIRST_NO},
    {"PASS x\r\n", FIRST_NO},
    {"GET / HTTP/1.1\r\n", FIRST_NO},
    {"\xff\xfd\x03GET\r\n", FIRST_NO},
    {"\x16\x03\x01\x02\r\n", FIRST_NO},
};

/* At once, and byte by byte: once said, an answer stays. */
static void greetings_are_told_from_others_however_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof greetings / sizeof greetings[0]; i++) {
        const char *text = greetings[i].text;
        struct first_greeting whole = {.seen = 0}, pieces = {.seen = 0};
        enum first_answer last = FIRST_MORE;
        for (size_t n = 0; n <= strlen(text); n++) {
            enum first_answer now = first_greeting(&pieces, span_copy(text, n));
            assert_true(last == FIRST_MORE || now == last);
            last = now;
        }
        if (first_greeting(&whole, span_copy(text, strlen(text))) != greetings[i].answer || last != greetings[i].answer)
            fail_msg("%s", text);
    }
}

static void first_commands_are_told_from_others_however_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const char *text = commands[i].text;
        enum first_answer last = FIRST_MORE;
        for (size_t n = 0; n <= strlen(text); n++) {
            enum first_answer now = first_command(span_copy(text, n));
            assert_true(last == FIRST_MORE || now == last);
            last = now;
        }
        if (last != commands[i].answer)
            fail_msg("%s", text);
    }
}

/* What is no greeting is known by its first bytes: nothing of it need be kept. */
static void most_protocols_are_told_early(void **state)
{
    (void)state;
    struct first_greeting ssh = {.seen = 0}, mysql = {.seen = 0};
    assert_int_equal(first_greeting(&ssh, SPAN("S")), FIRST_NO);
    assert_int_equal(first_greeting(&mysql, SPAN("\x4a\0")), FIRST_NO);
    assert_int_equal(first_command(SPAN("\x16")), FIRST_NO);
    assert_int_equal(first_command(SPAN("GET")), FIRST_NO);
    assert_int_equal(first_command(SPAN("EH")), FIRST_NO);
}

static void nul_is_no_text(void **state)
{
    (void)state;
    struct first_greeting greeting = {.seen = 0};
    assert_int_equal(first_greeting(&greeting, SPAN("220 a\0\r\n")), FIRST_NO);
    assert_int_equal(first_command(SPAN("USER \0x\r\n")), FIRST_NO);
}

static void a_first_command_has_an_end(void **state)
{
    (void)state;
    char text[FIRST_COMMAND_MAX + 1];
    memset(text, 'x', sizeof text);
    memcpy(text, "USER ", 5);
    struct fsc_span all = {(const uint8_t *)text, FIRST_COMMAND_MAX};
    assert_int_equal(first_command((struct fsc_span){all.p, FIRST_COMMAND_MAX - 1}), FIRST_MORE);
    assert_int_equal(first_command(all), FIRST_NO);
    text[FIRST_COMMAND_MAX - 1] = '\n';
    assert_int_equal(first_command(all), FIRST_YES);
    text[FIRST_COMMAND_MAX - 1] = 'x';
    text[FIRST_COMMAND_MAX] = '\n';
    assert_int_equal(first_command((struct fsc_span){all.p, FIRST_COMMAND_MAX + 1}), FIRST_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(greetings_are_told_from_others_however_cut),
        cmocka_unit_test(first_commands_are_told_from_others_however_cut),
        cmocka_unit_test(most_protocols_are_told_early),
        cmocka_unit_test(nul_is_no_text),
        cmocka_unit_test(a_first_command_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
