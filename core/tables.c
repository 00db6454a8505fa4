/* tables.c - the knowledge of the .def files behind functions: commands, codes, findings. */
#include "core/ascii.h"
#include "core/documents.h"
#include "core/ftpscope.h"
#include "core/texts.h"

#include <assert.h>
#include <string.h>

/* ---- commands ---- */

/* What may answer any command whatever its row says: RFC 959 section 4.2.2 (421, 500, 502, 530), the account replies of
 * section 4.1.1, and the protection replies of RFC 2228. They are in front of the legal set of every command here. */
#define FSC_LEGAL_ALWAYS "332 421 500 502 530 532 533 631 632 633"

static const struct fsc_verb_info verbs[FSC_VERB_COUNT] = {
    /* The greeting, and replies that answer nothing; printers, IIS and Serv-U greet with the codes of `practice`. */
    [FSC_VERB_NONE] = {"", FSC_GROUP_FOREIGN, FSC_ARG_NONE, FSC_FLOW_NONE, FSC_DIAGRAM_TRANSFER, 0, "120 220 421",
                       "200 211 221 230 431 500 521 530 550", "",
                       "No command: the greeting of the server, or a reply that it sends by itself."},
    [FSC_VERB_UNKNOWN] =
        {"", FSC_GROUP_FOREIGN, FSC_ARG_TEXT, FSC_FLOW_NONE, FSC_DIAGRAM_SIMPLE, 0, FSC_LEGAL_ALWAYS " 202 501 503 504",
         "200 211 214 250 550", "",
         "A word that is no known command: an extension of one product, a typing error or another protocol."},
#define FSC_COMMAND(verb, group, argument, data, diagram, traits, legal, practice, origin, what)                       \
    [FSC_VERB_##                                                                                                       \
        verb] = {#verb, group, argument, data, diagram, traits, FSC_LEGAL_ALWAYS " " legal, practice, origin, what},
#include "core/commands.def"
#undef FSC_COMMAND
};

const struct fsc_verb_info *fsc_verb_info(enum fsc_verb verb)
{
    assert(verb < FSC_VERB_COUNT);
    return &verbs[verb];
}

/* Orders the word, upper-cased, against a name of the table. */
static int word_compare(struct fsc_span word, const char *name)
{
    size_t i = 0;
    for (; i < word.n && name[i] != '\0'; i++) {
        int difference = (int)ascii_upper(word.p[i]) - (int)(uint8_t)name[i];
        if (difference != 0)
            return difference;
    }
    if (i < word.n)
        return 1;
    return name[i] == '\0' ? 0 : -1;
}

enum fsc_verb fsc_verb_find(struct fsc_span word)
{
    if (word.n == 0)
        return FSC_VERB_NONE;
    size_t low = FSC_VERB_UNKNOWN + 1, high = FSC_VERB_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = word_compare(word, verbs[middle].name);
        if (order == 0)
            return (enum fsc_verb)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return FSC_VERB_UNKNOWN;
}

/* ---- codes ---- */

static const struct fsc_code_info codes[] = {
#define FSC_CODE(code, title, meaning, advice, origin, documents, retry)                                               \
    {code, title, meaning, advice, origin, documents, retry},
#include "core/replies.def"
#undef FSC_CODE
};
enum { CODES = sizeof codes / sizeof codes[0] };

size_t fsc_code_count(void)
{
    return CODES;
}

const struct fsc_code_info *fsc_code_at(size_t i)
{
    assert(i < CODES);
    return &codes[i];
}

const struct fsc_code_info *fsc_code_info(uint16_t code)
{
    size_t low = 0, high = CODES;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (codes[middle].code == code)
            return &codes[middle];
        if (codes[middle].code > code)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* ---- differences by command ---- */

struct override {
    uint16_t code;
    enum fsc_verb verb;
    struct fsc_explanation text;
};

static const struct override overrides[] = {
#define FSC_OVERRIDE(code, verb, title, meaning, advice) {code, FSC_VERB_##verb, {title, meaning, advice}},
#include "core/overrides.def"
#undef FSC_OVERRIDE
};
enum { OVERRIDES = sizeof overrides / sizeof overrides[0] };

/* The first row that is not before (code, verb). */
static size_t override_search(uint16_t code, enum fsc_verb verb)
{
    size_t low = 0, high = OVERRIDES;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct override *row = &overrides[middle];
        if (row->code < code || (row->code == code && row->verb < verb))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool fsc_code_override(uint16_t code, size_t i, enum fsc_verb *verb, struct fsc_explanation *out)
{
    size_t first = override_search(code, FSC_VERB_NONE);
    if (i >= OVERRIDES - first || overrides[first + i].code != code)
        return false;
    *verb = overrides[first + i].verb;
    *out = overrides[first + i].text;
    return true;
}

/* The commands that differ from another one only by name (RFC 775), or in nothing a reply could tell. */
static enum fsc_verb verb_of_rows(enum fsc_verb verb)
{
    static const enum fsc_verb twins[][2] = {
        {FSC_VERB_XCUP, FSC_VERB_CDUP},    {FSC_VERB_XCWD, FSC_VERB_CWD},     {FSC_VERB_XMKD, FSC_VERB_MKD},
        {FSC_VERB_XPWD, FSC_VERB_PWD},     {FSC_VERB_XRMD, FSC_VERB_RMD},     {FSC_VERB_MFCT, FSC_VERB_MFMT},
        {FSC_VERB_XMD5, FSC_VERB_XCRC},    {FSC_VERB_XSHA, FSC_VERB_XCRC},    {FSC_VERB_XSHA1, FSC_VERB_XCRC},
        {FSC_VERB_XSHA256, FSC_VERB_XCRC}, {FSC_VERB_XSHA512, FSC_VERB_XCRC}, {FSC_VERB_MD5, FSC_VERB_XCRC},
    };
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++) {
        if (twins[i][0] == verb)
            return twins[i][1];
    }
    return verb;
}

/* Where a command has no row of its own, the plain one that does the same work; NONE: there is none. */
static enum fsc_verb verb_of_kin(enum fsc_verb verb)
{
    if (verb == FSC_VERB_LIST || verb == FSC_VERB_RETR || verb == FSC_VERB_STOR)
        return FSC_VERB_NONE;
    if (fsc_verb_info(verb)->traits & FSC_TRAIT_LISTING)
        return FSC_VERB_LIST;
    if (fsc_verb_info(verb)->group != FSC_GROUP_SERVICE)
        return FSC_VERB_NONE;
    if (fsc_verb_info(verb)->flow == FSC_FLOW_DOWN)
        return FSC_VERB_RETR;
    return fsc_verb_info(verb)->flow == FSC_FLOW_UP ? FSC_VERB_STOR : FSC_VERB_NONE;
}

static const struct fsc_explanation *row_find(uint16_t code, enum fsc_verb verb)
{
    size_t i = override_search(code, verb);
    bool found = i < OVERRIDES && overrides[i].code == code && overrides[i].verb == verb;
    return found ? &overrides[i].text : NULL;
}

static const struct fsc_explanation *override_find(uint16_t code, enum fsc_verb verb)
{
    const struct fsc_explanation *row = row_find(code, verb_of_rows(verb));
    enum fsc_verb kin = verb_of_kin(verb);
    return row != NULL || kin == FSC_VERB_NONE ? row : row_find(code, kin);
}

/* ---- digits: RFC 959 section 4.2.1, and RFC 2228 section 4.5 for the 6 ---- */

#define FIRST_1 "Preliminary: the action has begun, and another reply follows before it is over."
#define FIRST_2 "Success: the action is complete."
#define FIRST_3 "Intermediate: the command is accepted, and another one must bring what is missing."
#define FIRST_4 "Refused for now: the action did not take place, and trying again later may help."
#define FIRST_5 "Refused: the action did not take place, and repeating the same command will not help."
#define FIRST_6 "Protected: the text is base64 and holds the real reply under the protection of RFC 2228."
#define FIRST_BAD "No reply code: the first digit must be from 1 to 6."

#define SECOND_0 "It is about the syntax, or about a command that fits no other group."
#define SECOND_1 "It is information, such as status or help."
#define SECOND_2 "It is about the control or the data connection."
#define SECOND_3 "It is about login, accounts or security."
#define SECOND_4 "Its second digit has no meaning by the standard."
#define SECOND_5 "It is about the server's file system."

enum { FIRSTS = 7, SECONDS = 10 };

const char *fsc_digit_first(uint16_t code)
{
    static const char *const texts[FIRSTS] = {FIRST_BAD, FIRST_1, FIRST_2, FIRST_3, FIRST_4, FIRST_5, FIRST_6};
    unsigned first = code / 100u;
    return texts[first < FIRSTS ? first : 0];
}

const char *fsc_digit_second(uint16_t code)
{
    static const char *const texts[SECONDS] = {SECOND_0, SECOND_1, SECOND_2, SECOND_3, SECOND_4,
                                               SECOND_5, SECOND_4, SECOND_4, SECOND_4, SECOND_4};
    return texts[code / 10u % 10u];
}

static struct fsc_explanation digits_explain(uint16_t code)
{
#define UNDEFINED "No standard and no server known here defines this code; by its digits: "
#define ROW(first)                                                                                                     \
    {                                                                                                                  \
        UNDEFINED first " " SECOND_0, UNDEFINED first " " SECOND_1, UNDEFINED first " " SECOND_2,                      \
            UNDEFINED first " " SECOND_3, UNDEFINED first " " SECOND_4, UNDEFINED first " " SECOND_5                   \
    }
    static const char *const meanings[FIRSTS][6] = {{NULL},       ROW(FIRST_1), ROW(FIRST_2), ROW(FIRST_3),
                                                    ROW(FIRST_4), ROW(FIRST_5), ROW(FIRST_6)};
#undef ROW
#undef UNDEFINED
    static const char *const titles[FIRSTS] = {"No reply code",  "Preliminary reply", "Success",
                                               "More is needed", "Refused for now",   "Refused",
                                               "Protected reply"};
    unsigned first = code / 100u, second = code / 10u % 10u;
    if (first < 1 || first >= FIRSTS)
        return (struct fsc_explanation){titles[0], FIRST_BAD, ""};
    const char *advice = first == 4 || first == 5 ? "Read the reply's own text; the server's log tells more." : "";
    return (struct fsc_explanation){titles[first], meanings[first][second <= 5 ? second : 4], advice};
}

/* ---- explain ---- */

struct fsc_explanation fsc_explain(uint16_t code, enum fsc_verb verb, enum fsc_text_class text)
{
    struct fsc_explanation result = digits_explain(code);
    const struct fsc_code_info *info = fsc_code_info(code);
    if (info != NULL)
        result = (struct fsc_explanation){info->title, info->meaning, info->advice};
    const struct fsc_explanation *row = override_find(code, verb);
    if (row != NULL)
        result = *row;
    fsc_text_explain(code, text, &result);
    return result;
}

/* ---- names, findings ---- */

const char *fsc_origin_name(enum fsc_origin origin)
{
    static const char *const names[FSC_ORIGIN_COUNT] = {
        [FSC_ORIGIN_RFC959] = "RFC 959",
        [FSC_ORIGIN_RFC1123] = "RFC 1123",
        [FSC_ORIGIN_RFC1639] = "RFC 1639",
        [FSC_ORIGIN_RFC2228] = "RFC 2228",
        [FSC_ORIGIN_RFC2389] = "RFC 2389",
        [FSC_ORIGIN_RFC2428] = "RFC 2428",
        [FSC_ORIGIN_RFC2640] = "RFC 2640",
        [FSC_ORIGIN_RFC3659] = "RFC 3659",
        [FSC_ORIGIN_RFC4217] = "RFC 4217",
        [FSC_ORIGIN_RFC7151] = "RFC 7151",
        [FSC_ORIGIN_DRAFT] = "an Internet draft or GridFTP",
        [FSC_ORIGIN_HISTORIC] = "history (before RFC 959)",
        [FSC_ORIGIN_VENDOR] = "single products",
        [FSC_ORIGIN_CONVENTION] = "convention, no standard",
        [FSC_ORIGIN_WINSOCK] = "the Windows socket library, not FTP",
    };
    assert(origin < FSC_ORIGIN_COUNT);
    return names[origin];
}

const struct fsc_finding_info *fsc_finding_info(enum fsc_finding_id id)
{
    static const struct fsc_finding_info findings[FSC_FINDING_COUNT] = {
#define FSC_FINDING(id, name, severity, what, advice) {name, severity, what, advice, true},
#define FSC_FINDING_PLANNED(id, name, severity, what, advice) {name, severity, what, advice, false},
#include "core/findings.def"
#undef FSC_FINDING
#undef FSC_FINDING_PLANNED
    };
    assert(id < FSC_FINDING_COUNT);
    return &findings[id];
}
