/* The tables of codes, documents, overrides and findings, and what fsc_explain makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/ftpscope.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Is `code` in a list such as "125 150 226"? */
static bool lists(const char *list, const char *code)
{
    return strstr(list, code) != NULL;
}

/* ---- codes ---- */

static void codes_are_sorted_and_full(void **state)
{
    (void)state;
    for (size_t i = 0; i < fsc_code_count(); i++) {
        const struct fsc_code_info *info = fsc_code_at(i);
        assert_true(i == 0 || fsc_code_at(i - 1)->code < info->code);
        assert_true(info->title[0] != '\0' && info->meaning[0] != '\0');
        assert_ptr_equal(fsc_code_info(info->code), info);
        bool negative = info->code / 100 == 4 || info->code / 100 == 5;
        if (negative) {
            assert_true(info->advice[0] != '\0');
            assert_int_not_equal(info->retry, FSC_RETRY_NONE);
        }
    }
    assert_null(fsc_code_info(0));
    assert_null(fsc_code_info(100));
    assert_null(fsc_code_info(600));
    assert_null(fsc_code_info(65535));
}

/* The codes with a row of their own in each of the five documents. */
#define RFC959_COMMON                                                                                                  \
    110, 120, 125, 150, 202, 211, 212, 213, 214, 215, 220, 221, 225, 226, 227, 230, 250, 257, 331, 332, 350, 421, 425, \
        426, 450, 451, 452, 501, 502, 503, 504, 530, 532, 550, 552, 553
static const uint16_t eft[] = {RFC959_COMMON, 200, 500};
static const uint16_t wikipedia[] = {RFC959_COMMON, 228, 229, 231, 232, 234,   235,   334,   335,   430,   434,
                                     534,           551, 631, 632, 633, 10054, 10060, 10061, 10065, 10066, 10068};
static const uint16_t annotated[] = {RFC959_COMMON, 200, 500, 551};
static const uint16_t rfc959[] = {RFC959_COMMON, 200, 500, 551};
static const uint16_t cuteftp[] = {RFC959_COMMON, 200, 10054, 10060, 10061, 10066, 10068};
static const struct {
    const uint16_t *codes;
    size_t count;
} documents[FSC_DOC_COUNT] = {
    [FSC_DOC_EFT] = {eft, COUNT(eft)},
    [FSC_DOC_WIKIPEDIA] = {wikipedia, COUNT(wikipedia)},
    [FSC_DOC_ANNOTATED] = {annotated, COUNT(annotated)},
    [FSC_DOC_RFC959] = {rfc959, COUNT(rfc959)},
    [FSC_DOC_CUTEFTP] = {cuteftp, COUNT(cuteftp)},
};

static bool document_lists(size_t document, uint16_t code)
{
    for (size_t i = 0; i < documents[document].count; i++) {
        if (documents[document].codes[i] == code)
            return true;
    }
    return false;
}

static void every_code_of_the_documents_is_there(void **state)
{
    (void)state;
    static const size_t sizes[FSC_DOC_COUNT] = {38, 57, 39, 39, 42};
    for (size_t d = 0; d < FSC_DOC_COUNT; d++) {
        assert_int_equal(documents[d].count, sizes[d]);
        for (size_t i = 0; i < documents[d].count; i++)
            assert_non_null(fsc_code_info(documents[d].codes[i]));
    }
}

/* Codes beyond the documents: later RFCs, drafts, single products and the lists before RFC 959. */
static void every_code_of_other_texts_is_there(void **state)
{
    (void)state;
    static const struct {
        uint16_t code;
        enum fsc_origin origin;
    } others[] = {
        {228, FSC_ORIGIN_RFC1639},    {229, FSC_ORIGIN_RFC2428},  {232, FSC_ORIGIN_RFC2228},
        {234, FSC_ORIGIN_RFC2228},    {235, FSC_ORIGIN_RFC2228},  {334, FSC_ORIGIN_RFC2228},
        {335, FSC_ORIGIN_RFC2228},    {336, FSC_ORIGIN_RFC2228},  {431, FSC_ORIGIN_RFC2228},
        {521, FSC_ORIGIN_RFC4217},    {522, FSC_ORIGIN_RFC2428},  {533, FSC_ORIGIN_RFC2228},
        {534, FSC_ORIGIN_RFC2228},    {535, FSC_ORIGIN_RFC2228},  {536, FSC_ORIGIN_RFC2228},
        {537, FSC_ORIGIN_RFC2228},    {554, FSC_ORIGIN_RFC1123},  {555, FSC_ORIGIN_RFC1123},
        {631, FSC_ORIGIN_RFC2228},    {632, FSC_ORIGIN_RFC2228},  {633, FSC_ORIGIN_RFC2228},
        {111, FSC_ORIGIN_DRAFT},      {112, FSC_ORIGIN_DRAFT},    {113, FSC_ORIGIN_DRAFT},
        {127, FSC_ORIGIN_DRAFT},      {251, FSC_ORIGIN_DRAFT},    {252, FSC_ORIGIN_DRAFT},
        {538, FSC_ORIGIN_DRAFT},      {556, FSC_ORIGIN_DRAFT},    {430, FSC_ORIGIN_CONVENTION},
        {434, FSC_ORIGIN_CONVENTION}, {205, FSC_ORIGIN_VENDOR},   {253, FSC_ORIGIN_VENDOR},
        {254, FSC_ORIGIN_VENDOR},     {300, FSC_ORIGIN_VENDOR},   {400, FSC_ORIGIN_VENDOR},
        {422, FSC_ORIGIN_VENDOR},     {435, FSC_ORIGIN_VENDOR},   {509, FSC_ORIGIN_VENDOR},
        {510, FSC_ORIGIN_VENDOR},     {520, FSC_ORIGIN_VENDOR},   {525, FSC_ORIGIN_VENDOR},
        {531, FSC_ORIGIN_VENDOR},     {119, FSC_ORIGIN_HISTORIC}, {151, FSC_ORIGIN_HISTORIC},
        {152, FSC_ORIGIN_HISTORIC},   {201, FSC_ORIGIN_HISTORIC}, {231, FSC_ORIGIN_HISTORIC},
        {233, FSC_ORIGIN_HISTORIC},   {301, FSC_ORIGIN_HISTORIC}, {330, FSC_ORIGIN_HISTORIC},
        {354, FSC_ORIGIN_HISTORIC},   {401, FSC_ORIGIN_HISTORIC}, {402, FSC_ORIGIN_HISTORIC},
        {432, FSC_ORIGIN_HISTORIC},   {433, FSC_ORIGIN_HISTORIC}, {436, FSC_ORIGIN_HISTORIC},
        {453, FSC_ORIGIN_HISTORIC},   {454, FSC_ORIGIN_HISTORIC}, {455, FSC_ORIGIN_HISTORIC},
        {456, FSC_ORIGIN_HISTORIC},   {457, FSC_ORIGIN_HISTORIC}, {505, FSC_ORIGIN_HISTORIC},
        {506, FSC_ORIGIN_HISTORIC},   {507, FSC_ORIGIN_HISTORIC},
    };
    for (size_t i = 0; i < COUNT(others); i++) {
        const struct fsc_code_info *info = fsc_code_info(others[i].code);
        if (info == NULL || info->origin != others[i].origin)
            fail_msg("%u", (unsigned)others[i].code);
    }
    for (size_t i = 0; i < COUNT(rfc959); i++)
        assert_int_equal(fsc_code_info(rfc959[i])->origin, FSC_ORIGIN_RFC959);
}

static void every_command_is_there(void **state)
{
    (void)state;
    static const char *const names =
        "USER PASS ACCT CWD CDUP SMNT REIN QUIT PORT PASV TYPE STRU MODE RETR STOR STOU APPE ALLO REST RNFR RNTO ABOR "
        "DELE RMD MKD PWD LIST NLST SITE SYST STAT HELP NOOP "                                  /* RFC 959 */
        "AUTH ADAT PBSZ PROT CCC MIC CONF ENC FEAT OPTS LANG HOST EPRT EPSV LPRT LPSV "         /* RFC 1639 to 7151 */
        "SIZE MDTM MLST MLSD XCUP XCWD XMKD XPWD XRMD "                                         /* RFC 3659, 775 */
        "MFMT MFCT MFF HASH XCRC XMD5 XSHA XSHA1 XSHA256 XSHA512 MD5 MMD5 RANG COMB CLNT CSID " /* drafts, products */
        "AVBL DSIZ RMDA THMB XDUPE PRET CPSV SSCN SPSV IDNT ESTA ESTP XDBG MLSC MACB "          /* products */
        "MAIL MLFL MSND MSOM MSAM MRSQ MRCP XRSQ XRCP XSEN XSEM XMAS "                          /* mail, RFC 765 */
        "SPAS SPOR ERET ESTO SBUF ABUF DCAU CKSM SCKS DCSC GET PUT "                            /* GridFTP */
        "POST HEAD OPTIONS CONNECT DELETE EHLO ";                                               /* other protocols */
    for (const char *p = names; *p != '\0';) {
        size_t length = strcspn(p, " ");
        enum fsc_verb verb = fsc_verb_find((struct fsc_span){(const uint8_t *)p, length});
        if (verb == FSC_VERB_NONE || verb == FSC_VERB_UNKNOWN)
            fail_msg("missing: %s", p);
        p += length + 1;
    }
}

static void document_bits_are_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < fsc_code_count(); i++) {
        const struct fsc_code_info *info = fsc_code_at(i);
        for (size_t d = 0; d < FSC_DOC_COUNT; d++)
            assert_int_equal(info->documents >> d & 1u, document_lists(d, info->code));
    }
}

static void notes_are_one_per_code_and_document(void **state)
{
    (void)state;
    size_t expected = 0, found = 0;
    for (size_t d = 0; d < FSC_DOC_COUNT; d++)
        expected += documents[d].count;
    for (size_t i = 0; i < fsc_document_note_count(); i++) {
        const struct fsc_document_note *note = fsc_document_note_at(i);
        assert_true(note->says[0] != '\0');
        assert_non_null(note->right);
        for (size_t d = 0; d < FSC_DOC_COUNT; d++) {
            if ((note->documents >> d & 1u) == 0)
                continue;
            assert_true(document_lists(d, note->code));
            found++;
        }
        for (size_t k = 0; k < i; k++) {
            const struct fsc_document_note *before = fsc_document_note_at(k);
            assert_true(before->code < note->code ||
                        (before->code == note->code && (before->documents & note->documents) == 0));
        }
    }
    assert_int_equal(found, expected);
}

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

static void known_mistakes_of_the_documents_are_told(void **state)
{
    (void)state;
    assert_string_equal(note_find(221, FSC_DOC_EFT)->right, "");
    assert_non_null(strstr(note_find(230, FSC_DOC_WIKIPEDIA)->right, "221"));
    assert_non_null(strstr(note_find(230, FSC_DOC_ANNOTATED)->right, "221"));
    assert_non_null(strstr(note_find(452, FSC_DOC_WIKIPEDIA)->right, "450"));
    assert_non_null(strstr(note_find(425, FSC_DOC_CUTEFTP)->right, "passive mode"));
    assert_non_null(strstr(note_find(10065, FSC_DOC_WIKIPEDIA)->right, "DNS"));
    assert_non_null(strstr(note_find(10066, FSC_DOC_CUTEFTP)->right, "550"));
    assert_non_null(strstr(note_find(150, FSC_DOC_EFT)->right, "passive mode"));
}

static void winsock_numbers_say_that_they_are_local(void **state)
{
    (void)state;
    static const uint16_t numbers[] = {10013, 10048, 10049, 10051, 10053, 10054, 10060, 10061,
                                       10065, 10066, 10068, 11001, 11002, 11003, 11004};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        const struct fsc_code_info *info = fsc_code_info(numbers[i]);
        assert_non_null(info);
        assert_int_equal(info->origin, FSC_ORIGIN_WINSOCK);
        assert_non_null(strstr(info->meaning, "never"));
        assert_non_null(strstr(info->meaning, "on the wire"));
    }
}

/* ---- overrides and explain ---- */

static void overrides_are_sorted_and_refer_to_codes(void **state)
{
    (void)state;
    static const struct {
        uint16_t code;
        enum fsc_verb verb;
        const char *title, *meaning, *advice;
    } rows[] = {
#define FSC_OVERRIDE(code, verb, title, meaning, advice) {code, FSC_VERB_##verb, title, meaning, advice},
#include "core/overrides.def"
#undef FSC_OVERRIDE
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_non_null(fsc_code_info(rows[i].code));
        assert_true(rows[i].title[0] != '\0' && rows[i].meaning[0] != '\0');
        assert_true(i == 0 || rows[i - 1].code < rows[i].code ||
                    (rows[i - 1].code == rows[i].code && rows[i - 1].verb < rows[i].verb));
        assert_string_equal(fsc_explain(rows[i].code, rows[i].verb, FSC_TEXT_NONE).meaning, rows[i].meaning);
    }
}

/* A row for a command that can never get the code would be dead knowledge. */
static void overrides_fit_the_command(void **state)
{
    (void)state;
    for (size_t i = 0; i < fsc_code_count(); i++) {
        uint16_t code = fsc_code_at(i)->code;
        const char text[] = {(char)('0' + code / 100 % 10), (char)('0' + code / 10 % 10), (char)('0' + code % 10),
                             '\0'};
        enum fsc_verb verb;
        struct fsc_explanation row;
        for (size_t k = 0; fsc_code_override(code, k, &verb, &row); k++) {
            const struct fsc_verb_info *info = fsc_verb_info(verb);
            if (!lists(info->legal, text) && !lists(info->practice, text))
                fail_msg("%s after %s", text, info->name);
        }
    }
}

static void override_iteration_ends(void **state)
{
    (void)state;
    enum fsc_verb verb;
    struct fsc_explanation row;
    size_t count = 0;
    while (fsc_code_override(550, count, &verb, &row))
        count++;
    assert_true(count >= 10);
    assert_true(fsc_code_override(550, 0, &verb, &row));
    assert_int_equal(verb, FSC_VERB_NONE);
    assert_false(fsc_code_override(999, 0, &verb, &row));
    assert_false(fsc_code_override(550, SIZE_MAX, &verb, &row));
    assert_false(fsc_code_override(633, 0, &verb, &row));
}

static void most_special_row_wins(void **state)
{
    (void)state;
    const char *general = fsc_explain(550, FSC_VERB_OPTS, FSC_TEXT_NONE).meaning;
    const char *command = fsc_explain(550, FSC_VERB_RMD, FSC_TEXT_NONE).meaning;
    struct fsc_explanation text = fsc_explain(550, FSC_VERB_RMD, FSC_TEXT_NOT_EMPTY);
    assert_string_equal(general, fsc_code_info(550)->meaning);
    assert_string_not_equal(general, command);
    assert_string_not_equal(text.meaning, command);
    assert_string_equal(text.title, fsc_explain(550, FSC_VERB_RMD, FSC_TEXT_NONE).title);
    assert_non_null(strstr(text.meaning, "still has entries"));
}

static void text_class_of_another_code_changes_nothing(void **state)
{
    (void)state;
    assert_string_equal(fsc_explain(226, FSC_VERB_RETR, FSC_TEXT_DISK_FULL).meaning,
                        fsc_explain(226, FSC_VERB_RETR, FSC_TEXT_NONE).meaning);
}

static void old_names_are_explained_like_the_new_ones(void **state)
{
    (void)state;
    assert_string_equal(fsc_explain(257, FSC_VERB_XPWD, FSC_TEXT_NONE).meaning,
                        fsc_explain(257, FSC_VERB_PWD, FSC_TEXT_NONE).meaning);
    assert_string_equal(fsc_explain(213, FSC_VERB_XSHA256, FSC_TEXT_NONE).title, "Checksum");
}

static void transfers_without_a_row_take_that_of_their_kin(void **state)
{
    (void)state;
    assert_string_equal(fsc_explain(534, FSC_VERB_APPE, FSC_TEXT_NONE).title, "Data must be protected");
    assert_string_equal(fsc_explain(521, FSC_VERB_MLSD, FSC_TEXT_NONE).title, "Protection of data refused");
    assert_string_equal(fsc_explain(550, FSC_VERB_STOU, FSC_TEXT_NONE).title, "Upload refused");
    assert_string_equal(fsc_explain(554, FSC_VERB_ERET, FSC_TEXT_NONE).title, "Restart position beyond the file");
    assert_string_equal(fsc_explain(502, FSC_VERB_MLSD, FSC_TEXT_NONE).title, "No MLSD here");
    assert_string_equal(fsc_explain(554, FSC_VERB_STOR, FSC_TEXT_NONE).title, fsc_code_info(554)->title);
    assert_string_equal(fsc_explain(521, FSC_VERB_CWD, FSC_TEXT_NONE).title, fsc_code_info(521)->title);
}

static void same_code_differs_by_command(void **state)
{
    (void)state;
    assert_non_null(strstr(fsc_explain(530, FSC_VERB_PASS, FSC_TEXT_NONE).title, "Login refused"));
    assert_non_null(strstr(fsc_explain(530, FSC_VERB_CWD, FSC_TEXT_NONE).title, "Not logged in"));
    assert_non_null(strstr(fsc_explain(522, FSC_VERB_EPRT, FSC_TEXT_NONE).title, "Address family"));
    assert_non_null(strstr(fsc_explain(522, FSC_VERB_STOR, FSC_TEXT_NONE).title, "TLS"));
    assert_non_null(strstr(fsc_explain(521, FSC_VERB_MKD, FSC_TEXT_NONE).title, "exists"));
    assert_non_null(strstr(fsc_explain(250, FSC_VERB_DELE, FSC_TEXT_NONE).title, "deleted"));
    assert_non_null(strstr(fsc_explain(213, FSC_VERB_SIZE, FSC_TEXT_NONE).title, "Size"));
    assert_non_null(strstr(fsc_explain(220, FSC_VERB_NONE, FSC_TEXT_NONE).title, "Greeting"));
}

static void unknown_codes_are_explained_by_their_digits(void **state)
{
    (void)state;
    for (unsigned code = 0; code <= UINT16_MAX; code++) {
        struct fsc_explanation row = fsc_explain((uint16_t)code, FSC_VERB_RETR, FSC_TEXT_NONE);
        assert_non_null(row.title);
        assert_non_null(row.meaning);
        assert_non_null(row.advice);
    }
    struct fsc_explanation row = fsc_explain(459, FSC_VERB_NONE, FSC_TEXT_NONE);
    assert_non_null(strstr(row.meaning, fsc_digit_first(459)));
    assert_non_null(strstr(row.meaning, fsc_digit_second(459)));
    assert_non_null(strstr(fsc_explain(777, FSC_VERB_NONE, FSC_TEXT_NONE).meaning, "No reply code"));
    assert_non_null(strstr(fsc_explain(99, FSC_VERB_NONE, FSC_TEXT_NONE).meaning, "No reply code"));
}

/* ---- names and findings ---- */

static void names_are_complete(void **state)
{
    (void)state;
    for (int i = 0; i < FSC_ORIGIN_COUNT; i++)
        assert_true(fsc_origin_name((enum fsc_origin)i)[0] != '\0');
    for (int i = 0; i < FSC_DOC_COUNT; i++)
        assert_true(fsc_document_name((enum fsc_document)i)[0] != '\0');
    assert_string_equal(fsc_document_name(FSC_DOC_CUTEFTP), "CuteFTP help");
    assert_string_equal(fsc_text_name(FSC_TEXT_NONE), "");
    assert_string_equal(fsc_text_name(FSC_TEXT_TOO_MANY_USERS), "TOO_MANY_USERS");
}

static void findings_are_complete_and_unique(void **state)
{
    (void)state;
    for (int i = 0; i < FSC_FINDING_COUNT; i++) {
        const struct fsc_finding_info *info = fsc_finding_info((enum fsc_finding_id)i);
        assert_true(info->what[0] != '\0' && info->advice[0] != '\0');
        assert_int_equal(strspn(info->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(info->name));
        for (int k = 0; k < i; k++)
            assert_string_not_equal(info->name, fsc_finding_info((enum fsc_finding_id)k)->name);
    }
    assert_string_equal(fsc_finding_info(FSC_FINDING_PASSIVE_TIMEOUT)->name, "passive-timeout");
    assert_int_equal(fsc_finding_info(FSC_FINDING_FXP)->severity, FSC_SEVERITY_INFO);
    assert_int_equal(fsc_finding_info(FSC_FINDING_CAPTURE_INCOMPLETE)->severity, FSC_SEVERITY_INFO);
    assert_int_equal(fsc_finding_info(FSC_FINDING_CLIENT_ABORTED)->severity, FSC_SEVERITY_WARNING);
    assert_int_equal(fsc_finding_info(FSC_FINDING_SERVER_ABORTED)->severity, FSC_SEVERITY_ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_sorted_and_full),
        cmocka_unit_test(every_code_of_the_documents_is_there),
        cmocka_unit_test(every_code_of_other_texts_is_there),
        cmocka_unit_test(every_command_is_there),
        cmocka_unit_test(document_bits_are_exact),
        cmocka_unit_test(notes_are_one_per_code_and_document),
        cmocka_unit_test(known_mistakes_of_the_documents_are_told),
        cmocka_unit_test(winsock_numbers_say_that_they_are_local),
        cmocka_unit_test(overrides_are_sorted_and_refer_to_codes),
        cmocka_unit_test(overrides_fit_the_command),
        cmocka_unit_test(override_iteration_ends),
        cmocka_unit_test(most_special_row_wins),
        cmocka_unit_test(text_class_of_another_code_changes_nothing),
        cmocka_unit_test(old_names_are_explained_like_the_new_ones),
        cmocka_unit_test(transfers_without_a_row_take_that_of_their_kin),
        cmocka_unit_test(same_code_differs_by_command),
        cmocka_unit_test(unknown_codes_are_explained_by_their_digits),
        cmocka_unit_test(names_are_complete),
        cmocka_unit_test(findings_are_complete_and_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
