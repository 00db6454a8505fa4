/* explain_code.c - the pages about a reply code, a class of codes and one reply. */
#include "monitor/explain_code.h"

#include "monitor/explain_documents.h"

#include <glib.h>
#include <string.h>

uint16_t code_of_name(const char *name)
{
    size_t length = strspn(name, "0123456789");
    if (length < 3 || length > 5 || name[length] != '\0' || name[0] == '0')
        return 0;
    guint64 number = g_ascii_strtoull(name, NULL, 10);
    if (number > UINT16_MAX)
        return 0;
    bool known = (number >= 100 && number <= 699) || fsc_code_info((uint16_t)number) != NULL;
    return known ? (uint16_t)number : 0;
}

/* Is `code` in a list such as "125 150 226"? */
static bool codes_contain(const char *list, uint16_t code)
{
    char text[8];
    g_snprintf(text, sizeof text, "%u", (unsigned)code);
    return strstr(list, text) != NULL;
}

/* Old names and other protocols' words would only make the lists longer. */
static bool worth_listing(enum fsc_verb verb)
{
    const struct fsc_verb_info *info = fsc_verb_info(verb);
    return verb == FSC_VERB_NONE || (info->group != FSC_GROUP_FOREIGN && !(info->traits & FSC_TRAIT_HISTORIC));
}

/* The commands whose legal (or practice) list has the code, "" when none. */
static char *verbs_of_code(uint16_t code, bool practice)
{
    GString *names = g_string_new(NULL);
    size_t listed = 0, considered = 0;
    for (int i = 0; i < FSC_VERB_COUNT; i++) {
        const struct fsc_verb_info *info = fsc_verb_info((enum fsc_verb)i);
        if (!worth_listing((enum fsc_verb)i))
            continue;
        considered += i != FSC_VERB_NONE;
        if (!codes_contain(practice ? info->practice : info->legal, code))
            continue;
        listed += i != FSC_VERB_NONE;
        if (names->len > 0)
            g_string_append_c(names, ' ');
        g_string_append(names, i == FSC_VERB_NONE ? "(greeting)" : info->name);
    }
    if (listed == considered)
        g_string_assign(names, "any command");
    return g_string_free(names, FALSE);
}

static void write_advice(const struct page *page, const char *advice, enum fsc_retry retry)
{
    static const char *const retries[] = {
        [FSC_RETRY_NONE] = "",
        [FSC_RETRY_YES] = "Trying again later may help.",
        [FSC_RETRY_NO] = "Trying the same again will not help.",
        [FSC_RETRY_DEPENDS] = "",
    };
    if (advice[0] == '\0' && retries[retry][0] == '\0')
        return;
    page_heading(page, "What to do");
    if (advice[0] != '\0')
        page_text(page, advice);
    if (retries[retry][0] != '\0')
        page_text(page, retries[retry]);
}

static void write_case(const struct page *page, int width, const char *label, const struct fsc_explanation *row)
{
    page_item(page, width, label, row->meaning);
    if (row->advice[0] == '\0')
        return;
    char *advice = g_strconcat("-> ", row->advice, NULL);
    page_item(page, width, "", advice);
    g_free(advice);
}

static bool same_words(const struct fsc_explanation *a, const struct fsc_explanation *b)
{
    return strcmp(a->meaning, b->meaning) == 0 && strcmp(a->advice, b->advice) == 0;
}

/* The commands whose row of `code` has the words of row `i`; NULL when an earlier row had them. The caller frees it. */
static char *verbs_with_words(uint16_t code, size_t i, const struct fsc_explanation *row)
{
    GString *names = g_string_new(NULL);
    enum fsc_verb verb;
    struct fsc_explanation other;
    for (size_t k = 0; fsc_code_override(code, k, &verb, &other); k++) {
        if (!same_words(row, &other))
            continue;
        if (k < i) {
            g_string_free(names, TRUE);
            return NULL;
        }
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "",
                               verb == FSC_VERB_NONE ? "greeting" : fsc_verb_info(verb)->name);
    }
    return g_string_free(names, FALSE);
}

static void write_overrides(const struct page *page, uint16_t code)
{
    enum fsc_verb verb;
    struct fsc_explanation row;
    for (size_t i = 0; fsc_code_override(code, i, &verb, &row); i++) {
        if (i == 0)
            page_heading(page, "Where the command makes a difference");
        char *names = verbs_with_words(code, i, &row);
        if (names != NULL)
            write_case(page, 8, names, &row);
        g_free(names);
    }
}

static void write_texts(const struct page *page, uint16_t code)
{
    bool first = true;
    const char *general = fsc_explain(code, FSC_VERB_NONE, FSC_TEXT_NONE).meaning;
    for (int i = FSC_TEXT_NONE + 1; i < FSC_TEXT_COUNT; i++) {
        struct fsc_explanation row = fsc_explain(code, FSC_VERB_NONE, (enum fsc_text_class)i);
        if (strcmp(row.meaning, general) == 0)
            continue;
        if (first)
            page_heading(page, "Where the words of the reply make a difference");
        first = false;
        char *label = g_ascii_strdown(fsc_text_name((enum fsc_text_class)i), -1);
        g_strdelimit(label, "_", ' ');
        write_case(page, 20, label, &row);
        g_free(label);
    }
}

static void write_digits(const struct page *page, uint16_t code)
{
    const char first[] = {(char)('0' + code / 100), 'y', 'z', '\0'};
    const char second[] = {'x', (char)('0' + code / 10 % 10), 'z', '\0'};
    page_item(page, 13, first, fsc_digit_first(code));
    page_item(page, 13, second, fsc_digit_second(code));
}

static void write_use(const struct page *page, const struct fsc_code_info *info)
{
    page_heading(page, "Where it comes from");
    page_item(page, 13, "defined by", fsc_origin_name(info->origin));
    if (info->origin == FSC_ORIGIN_WINSOCK)
        return;
    char *legal = verbs_of_code(info->code, false), *practice = verbs_of_code(info->code, true);
    page_item(page, 13, "allowed for", legal[0] != '\0' ? legal : "no command by any standard");
    if (practice[0] != '\0')
        page_item(page, 13, "also seen for", practice);
    g_free(legal);
    g_free(practice);
    write_digits(page, info->code);
}

void code_page(const struct page *page, uint16_t code)
{
    const struct fsc_code_info *info = fsc_code_info(code);
    /* UNKNOWN has no row for any code: the general entry, or the digits. */
    struct fsc_explanation row = fsc_explain(code, FSC_VERB_UNKNOWN, FSC_TEXT_NONE);
    char name[8];
    g_snprintf(name, sizeof name, "%u", (unsigned)code);
    page_title(page, name, row.title);
    page_heading(page, "What it means");
    page_text(page, row.meaning);
    write_advice(page, row.advice, info != NULL ? info->retry : FSC_RETRY_NONE);
    if (info == NULL)
        return;
    write_overrides(page, code);
    write_texts(page, code);
    write_use(page, info);
    documents_of_code(page, code);
}

/* ---- a class ---- */

static void write_codes(const struct page *page, unsigned from, unsigned to)
{
    page_heading(page, "Codes");
    for (size_t i = 0; i < fsc_code_count(); i++) {
        const struct fsc_code_info *info = fsc_code_at(i);
        char text[8];
        if (info->code < from || info->code > to)
            continue;
        g_snprintf(text, sizeof text, "%u", (unsigned)info->code);
        page_item(page, 3, text, info->title);
    }
}

static void write_second_digits(const struct page *page)
{
    page_heading(page, "What the second digit says");
    for (unsigned i = 0; i <= 5; i++) {
        const char label[] = {'x', (char)('0' + i), 'z', '\0'};
        page_item(page, 3, label, fsc_digit_second((uint16_t)(100 + i * 10)));
    }
}

bool code_class_page(const struct page *page, const char *name)
{
    if (strlen(name) != 3 || name[0] < '1' || name[0] > '6' || strchr("xXzZ", name[2]) == NULL)
        return false;
    bool all = strchr("xXyY", name[1]) != NULL;
    if (!all && !g_ascii_isdigit(name[1]))
        return false;
    unsigned from = (unsigned)(name[0] - '0') * 100 + (all ? 0 : (unsigned)(name[1] - '0') * 10);
    const char label[] = {name[0], all ? 'y' : name[1], 'z', '\0'};
    const char *first = fsc_digit_first((uint16_t)from);
    char **parts = g_strsplit(first, ": ", 2); /* "Success: the action is complete." */
    page_title(page, label, parts[0]);
    parts[1][0] = g_ascii_toupper(parts[1][0]);
    page_heading(page, "What it means");
    page_text(page, parts[1]);
    g_strfreev(parts);
    if (all)
        write_second_digits(page);
    else
        page_text(page, fsc_digit_second((uint16_t)from));
    write_codes(page, from, from + (all ? 99 : 9));
    if (all)
        documents_of_class(page, from / 100);
    return true;
}

/* ---- one reply ---- */

static void write_legality(const struct page *page, uint16_t code, enum fsc_verb verb)
{
    const struct fsc_verb_info *info = fsc_verb_info(verb);
    page_heading(page, "Is it a proper answer");
    if (codes_contain(info->legal, code))
        page_text(page, "Yes: the standards allow this code for this command.");
    else if (codes_contain(info->practice, code))
        page_text(page, "The standards do not list this code for this command, but real servers send it.");
    else
        page_text(page, "No: neither the standards nor the servers known here answer this command so.");
}

bool code_reply_page(const struct page *page, const char *name, enum fsc_verb verb)
{
    struct fsc_reply reply;
    fsc_reply_parse((struct fsc_span){(const uint8_t *)name, strlen(name)}, &reply);
    bool plain = code_of_name(name) == reply.code && reply.code != 0;
    if (reply.code == 0 || (!plain && (reply.text.n == 0 || (reply.flags & FSC_REPLY_NO_SPACE))))
        return false;
    enum fsc_text_class text = fsc_text_classify(reply.code, reply.text);
    struct fsc_explanation row = fsc_explain(reply.code, verb, text);
    const struct fsc_code_info *info = fsc_code_info(reply.code);
    char *title = g_strdup_printf("%u%s%s", (unsigned)reply.code, verb == FSC_VERB_UNKNOWN ? "" : " after ",
                                  fsc_verb_info(verb)->name);
    page_title(page, title, row.title);
    g_free(title);
    page_heading(page, "What it means");
    page_text(page, row.meaning);
    if (!plain && text == FSC_TEXT_NONE)
        page_text(page, "The words of this reply tell nothing more.");
    bool general = info != NULL && strcmp(row.advice, info->advice) == 0;
    write_advice(page, row.advice, general ? info->retry : FSC_RETRY_NONE);
    if (plain)
        write_texts(page, reply.code);
    if (verb != FSC_VERB_UNKNOWN)
        write_legality(page, reply.code, verb);
    return true;
}
