/* explain_write.c - the pages about a code, a command and a finding. */
#include "monitor/explain.h"

#include "core/ftpscope.h"
#include "monitor/explain_page.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* ---- a code ---- */

/* Is `code` in a list such as "125 150 226"? */
static bool codes_contain(const char *list, uint16_t code)
{
    char text[8];
    g_snprintf(text, sizeof text, "%u", (unsigned)code);
    return strstr(list, text) != NULL;
}

/* The commands whose legal (or practice) list has the code, "" when none. Commands of other protocols do not count. */
static char *verbs_of_code(uint16_t code, bool practice)
{
    GString *names = g_string_new(NULL);
    size_t listed = 0, considered = 0;
    for (int i = 0; i < FSC_VERB_COUNT; i++) {
        const struct fsc_verb_info *info = fsc_verb_info((enum fsc_verb)i);
        if (i != FSC_VERB_NONE && info->group == FSC_GROUP_FOREIGN)
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

static void write_digits(const struct page *page, uint16_t code)
{
    if (code >= 1000)
        return;
    const char first[] = {(char)('0' + code / 100), 'y', 'z', '\0'};
    const char second[] = {'x', (char)('0' + code / 10 % 10), 'z', '\0'};
    page_heading(page, "By its digits");
    page_item(page, 3, first, fsc_digit_first(code));
    page_item(page, 3, second, fsc_digit_second(code));
}

static void write_advice(const struct page *page, const char *advice, enum fsc_retry retry)
{
    static const char *const retries[] = {
        [FSC_RETRY_NONE] = "",
        [FSC_RETRY_YES] = "Trying again later may help.",
        [FSC_RETRY_NO] = "Trying the same again will not help.",
        [FSC_RETRY_DEPENDS] = "Whether trying again helps depends on the cause.",
    };
    if (advice[0] == '\0' && retry == FSC_RETRY_NONE)
        return;
    page_heading(page, "What to do");
    if (advice[0] != '\0')
        page_text(page, advice);
    if (retry != FSC_RETRY_NONE)
        page_text(page, retries[retry]);
}

static void write_case(const struct page *page, int width, const char *label, const struct fsc_explanation *row)
{
    char *text = g_strconcat(row->meaning, row->advice[0] != '\0' ? " To do: " : "", row->advice, NULL);
    page_item(page, width, label, text);
    g_free(text);
}

static void write_overrides(const struct page *page, uint16_t code)
{
    enum fsc_verb verb;
    struct fsc_explanation row;
    for (size_t i = 0; fsc_code_override(code, i, &verb, &row); i++) {
        if (i == 0)
            page_heading(page, "Where the command makes a difference");
        write_case(page, 8, verb == FSC_VERB_NONE ? "greeting" : fsc_verb_info(verb)->name, &row);
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
}

static void write_documents(const struct page *page, const struct fsc_code_info *info)
{
    bool noted[FSC_DOC_COUNT] = {false};
    page_heading(page, "What lists on the web say");
    for (size_t i = 0; i < fsc_document_note_count(); i++) {
        const struct fsc_document_note *note = fsc_document_note_at(i);
        if (note->code != info->code)
            continue;
        noted[note->document] = true;
        page_item(page, 16, fsc_document_name(note->document), note->says);
        if (note->right[0] == '\0')
            continue;
        char *right = g_strconcat("Note: ", note->right, NULL);
        page_item(page, 16, "", right);
        g_free(right);
    }
    GString *missing = g_string_new(NULL);
    for (int i = 0; i < FSC_DOC_COUNT; i++) {
        if (!noted[i])
            g_string_append_printf(missing, "%s%s", missing->len > 0 ? ", " : "",
                                   fsc_document_name((enum fsc_document)i));
    }
    if (missing->len > 0)
        page_item(page, 16, "without an entry", missing->str);
    g_string_free(missing, TRUE);
}

static void write_code(const struct page *page, uint16_t code)
{
    const struct fsc_code_info *info = fsc_code_info(code);
    /* UNKNOWN has no row for any code: the general entry, or the digits. */
    struct fsc_explanation row = fsc_explain(code, FSC_VERB_UNKNOWN, FSC_TEXT_NONE);
    char name[8];
    g_snprintf(name, sizeof name, "%u", (unsigned)code);
    page_title(page, name, row.title);
    page_heading(page, "What it means");
    page_text(page, row.meaning);
    if (info != NULL)
        write_digits(page, code);
    write_advice(page, row.advice, info != NULL ? info->retry : FSC_RETRY_NONE);
    if (info == NULL)
        return;
    write_overrides(page, code);
    write_texts(page, code);
    write_use(page, info);
    write_documents(page, info);
}

/* ---- a command ---- */

static int number_compare(const void *a, const void *b)
{
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* Each code of the list with what it means for this command, ascending. */
static void write_replies(const struct page *page, enum fsc_verb verb, const char *list)
{
    uint16_t codes[64];
    size_t count = 0;
    for (const char *p = list; *p != '\0' && count < G_N_ELEMENTS(codes); p += p[3] == ' ' ? 4 : 3)
        codes[count++] = (uint16_t)g_ascii_strtoull(p, NULL, 10);
    qsort(codes, count, sizeof codes[0], number_compare);
    for (size_t i = 0; i < count; i++) {
        char text[8];
        g_snprintf(text, sizeof text, "%u", (unsigned)codes[i]);
        page_item(page, 3, text, fsc_explain(codes[i], verb, FSC_TEXT_NONE).title);
    }
}

static void write_verb(const struct page *page, enum fsc_verb verb)
{
    static const char *const arguments[] = {
        [FSC_ARG_NONE] = "none",       [FSC_ARG_TEXT] = "a word or text",      [FSC_ARG_PATH] = "a path",
        [FSC_ARG_NUMBER] = "a number", [FSC_ARG_ADDRESS] = "address and port", [FSC_ARG_SECRET] = "a secret, not shown",
    };
    static const char *const groups[] = {
        [FSC_GROUP_ACCESS] = "access control",
        [FSC_GROUP_PARAMETER] = "transfer parameters",
        [FSC_GROUP_SERVICE] = "service",
        [FSC_GROUP_FOREIGN] = "another protocol",
    };
    static const char *const flows[] = {
        [FSC_FLOW_NONE] = "no data connection",
        [FSC_FLOW_DOWN] = "from server to client, on a data connection",
        [FSC_FLOW_UP] = "from client to server, on a data connection",
    };
    const struct fsc_verb_info *info = fsc_verb_info(verb);
    page_title(page, info->name, info->what);
    page_heading(page, "About it");
    page_item(page, 10, "defined by", info->origin);
    page_item(page, 10, "group", groups[info->group]);
    page_item(page, 10, "argument", arguments[info->argument]);
    page_item(page, 10, "data", flows[info->flow]);
    if (info->traits & FSC_TRAIT_HISTORIC)
        page_item(page, 10, "historic", "Obsolete: nothing new should use it.");
    if (info->traits & FSC_TRAIT_DANGEROUS)
        page_item(page, 10, "security", "Worth a look in a security review.");
    page_heading(page, "Replies the standards allow");
    write_replies(page, verb, info->legal);
    if (info->practice[0] == '\0')
        return;
    page_heading(page, "Replies servers send besides");
    write_replies(page, verb, info->practice);
}

/* ---- a finding ---- */

static void write_finding(const struct page *page, const struct fsc_finding_info *info)
{
    page_title(page, info->name, fsc_severity_name(info->severity));
    page_heading(page, "What it says");
    page_text(page, info->what);
    page_heading(page, "What to do");
    page_text(page, info->advice);
}

static const struct fsc_finding_info *finding_find(const char *name)
{
    for (int i = 0; i < FSC_FINDING_COUNT; i++) {
        const struct fsc_finding_info *info = fsc_finding_info((enum fsc_finding_id)i);
        if (g_ascii_strcasecmp(info->name, name) == 0)
            return info;
    }
    return NULL;
}

/* A number that is a known code or could be a reply; 0: neither. */
static uint16_t code_of(const char *name)
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

bool explain_write(FILE *out, const char *name, int columns, bool color)
{
    const struct page page = {out, columns, color};
    uint16_t code = code_of(name);
    enum fsc_verb verb = fsc_verb_find((struct fsc_span){(const uint8_t *)name, strlen(name)});
    const struct fsc_finding_info *finding = finding_find(name);
    if (code != 0)
        write_code(&page, code);
    else if (verb != FSC_VERB_NONE && verb != FSC_VERB_UNKNOWN)
        write_verb(&page, verb);
    else if (finding != NULL)
        write_finding(&page, finding);
    else
        return false;
    return true;
}
