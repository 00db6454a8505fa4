/* The command table: sorted, complete, and found in any case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/ftpscope.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static enum fsc_verb find(const char *word)
{
    return fsc_verb_find((struct fsc_span){(const uint8_t *)word, strlen(word)});
}

/* Is `code` in a list such as "125 150 226"? */
static bool lists(const char *list, const char *code)
{
    return strstr(list, code) != NULL;
}

static void commands_are_sorted_and_unique(void **state)
{
    (void)state;
    for (int i = FSC_VERB_UNKNOWN + 2; i < FSC_VERB_COUNT; i++)
        assert_true(strcmp(fsc_verb_info((enum fsc_verb)(i - 1))->name, fsc_verb_info((enum fsc_verb)i)->name) < 0);
}

static void commands_have_no_empty_cell(void **state)
{
    (void)state;
    for (int i = FSC_VERB_UNKNOWN + 1; i < FSC_VERB_COUNT; i++) {
        const struct fsc_verb_info *info = fsc_verb_info((enum fsc_verb)i);
        assert_true(info->name[0] != '\0' && info->origin[0] != '\0' && info->what[0] != '\0');
        assert_int_equal(info->what[strlen(info->what) - 1], '.');
        assert_non_null(info->practice);
        assert_int_equal(find(info->name), i);
    }
}

/* Lists hold known codes, blank between; nothing is both legal and practice. */
static void command_codes_are_known_and_separate(void **state)
{
    (void)state;
    for (int i = 0; i < FSC_VERB_COUNT; i++) {
        const struct fsc_verb_info *info = fsc_verb_info((enum fsc_verb)i);
        const char *both[] = {info->legal, info->practice};
        for (size_t k = 0; k < 2; k++) {
            const char *list = both[k];
            for (const char *p = list; *p != '\0'; p += p[3] == ' ' ? 4 : 3) {
                uint16_t code = (uint16_t)((p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0'));
                const char text[] = {p[0], p[1], p[2], '\0'};
                assert_non_null(fsc_code_info(code));
                assert_true(p[3] == ' ' || p[3] == '\0');
                assert_null(strstr(p + 3, text));
                if (k == 0 && strstr(info->practice, text) != NULL)
                    fail_msg("%s: %s is legal and practice", info->name, text);
            }
        }
    }
}

static void every_command_may_get_the_common_replies(void **state)
{
    (void)state;
    static const char *const always[] = {"332", "421", "500", "502", "530", "532", "533", "631", "632", "633"};
    for (int i = FSC_VERB_UNKNOWN; i < FSC_VERB_COUNT; i++) {
        for (size_t k = 0; k < COUNT(always); k++)
            assert_true(lists(fsc_verb_info((enum fsc_verb)i)->legal, always[k]));
    }
}

static void verb_is_found_in_any_case(void **state)
{
    (void)state;
    assert_int_equal(find("PASV"), FSC_VERB_PASV);
    assert_int_equal(find("pasv"), FSC_VERB_PASV);
    assert_int_equal(find("PaSv"), FSC_VERB_PASV);
    assert_int_equal(find("ABOR"), FSC_VERB_ABOR);
    assert_int_equal(find("xsha512"), FSC_VERB_XSHA512);
    assert_int_equal(find("xsha"), FSC_VERB_XSHA);
}

static void unknown_words_are_unknown(void **state)
{
    (void)state;
    static const char *const words[] = {"PAS",    "PASVX",    "AAAA", "ZZZZ", "\377\364ABOR",
                                        "XSHA25", "XSHA2560", "P",    "{|}"};
    for (size_t i = 0; i < COUNT(words); i++)
        assert_int_equal(find(words[i]), FSC_VERB_UNKNOWN);
    assert_int_equal(fsc_verb_find((struct fsc_span){(const uint8_t *)"PASV\0", 5}), FSC_VERB_UNKNOWN);
    assert_int_equal(fsc_verb_find((struct fsc_span){NULL, 0}), FSC_VERB_NONE);
}

static void traits_are_where_they_belong(void **state)
{
    (void)state;
    for (int i = 0; i < FSC_VERB_COUNT; i++) {
        enum fsc_verb verb = (enum fsc_verb)i;
        uint32_t traits = fsc_verb_info(verb)->traits;
        bool passive = verb == FSC_VERB_PASV || verb == FSC_VERB_EPSV || verb == FSC_VERB_LPSV;
        bool active = verb == FSC_VERB_PORT || verb == FSC_VERB_EPRT || verb == FSC_VERB_LPRT;
        bool interrupt =
            verb == FSC_VERB_ABOR || verb == FSC_VERB_STAT || verb == FSC_VERB_QUIT || verb == FSC_VERB_NOOP;
        bool listing = verb == FSC_VERB_LIST || verb == FSC_VERB_NLST || verb == FSC_VERB_MLSD;
        assert_int_equal((traits & FSC_TRAIT_PASSIVE) != 0, passive);
        assert_int_equal((traits & FSC_TRAIT_ACTIVE) != 0, active);
        assert_int_equal((traits & FSC_TRAIT_INTERRUPT) != 0, interrupt);
        assert_int_equal((traits & FSC_TRAIT_LISTING) != 0, listing);
    }
}

static void secrets_are_marked(void **state)
{
    (void)state;
    static const enum fsc_verb secret[] = {FSC_VERB_PASS, FSC_VERB_ACCT, FSC_VERB_ADAT,
                                           FSC_VERB_MIC,  FSC_VERB_CONF, FSC_VERB_ENC};
    for (size_t i = 0; i < COUNT(secret); i++)
        assert_int_equal(fsc_verb_info(secret[i])->argument, FSC_ARG_SECRET);
    assert_int_equal(fsc_verb_info(FSC_VERB_USER)->argument, FSC_ARG_TEXT);
}

static void flow_is_the_way_of_the_file(void **state)
{
    (void)state;
    assert_int_equal(fsc_verb_info(FSC_VERB_RETR)->flow, FSC_FLOW_DOWN);
    assert_int_equal(fsc_verb_info(FSC_VERB_MLSD)->flow, FSC_FLOW_DOWN);
    assert_int_equal(fsc_verb_info(FSC_VERB_STOU)->flow, FSC_FLOW_UP);
    assert_int_equal(fsc_verb_info(FSC_VERB_MLST)->flow, FSC_FLOW_NONE);
    assert_int_equal(fsc_verb_info(FSC_VERB_RETR)->diagram, FSC_DIAGRAM_TRANSFER);
    assert_int_equal(fsc_verb_info(FSC_VERB_RNFR)->diagram, FSC_DIAGRAM_SEQUENCE);
    assert_int_equal(fsc_verb_info(FSC_VERB_PASS)->diagram, FSC_DIAGRAM_LOGIN);
    assert_int_equal(fsc_verb_info(FSC_VERB_AUTH)->diagram, FSC_DIAGRAM_SECURITY);
}

static void practice_adds_what_servers_send(void **state)
{
    (void)state;
    assert_true(lists(fsc_verb_info(FSC_VERB_CDUP)->legal, "200"));
    assert_false(lists(fsc_verb_info(FSC_VERB_CDUP)->legal, "250"));
    assert_true(lists(fsc_verb_info(FSC_VERB_CDUP)->practice, "250"));
    assert_true(lists(fsc_verb_info(FSC_VERB_STOR)->practice, "550"));
    assert_true(lists(fsc_verb_info(FSC_VERB_LIST)->practice, "550"));
    assert_true(lists(fsc_verb_info(FSC_VERB_MLSD)->practice, "125"));
    assert_true(lists(fsc_verb_info(FSC_VERB_MLSD)->practice, "250"));
    assert_false(lists(fsc_verb_info(FSC_VERB_PWD)->legal, "226"));
    assert_true(lists(fsc_verb_info(FSC_VERB_NONE)->legal, "220"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_sorted_and_unique),
        cmocka_unit_test(commands_have_no_empty_cell),
        cmocka_unit_test(command_codes_are_known_and_separate),
        cmocka_unit_test(every_command_may_get_the_common_replies),
        cmocka_unit_test(verb_is_found_in_any_case),
        cmocka_unit_test(unknown_words_are_unknown),
        cmocka_unit_test(traits_are_where_they_belong),
        cmocka_unit_test(secrets_are_marked),
        cmocka_unit_test(flow_is_the_way_of_the_file),
        cmocka_unit_test(practice_adds_what_servers_send),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
