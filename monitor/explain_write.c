/* explain_write.c - finds the page for a name; the pages about a command and a finding. */
#include "monitor/explain.h"

#include "core/ftpscope.h"
#include "monitor/explain_code.h"
#include "monitor/explain_documents.h"
#include "monitor/explain_page.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

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

/* What can go wrong with the data connection that the command prepares. */
static void write_related(const struct page *page, const struct fsc_verb_info *info)
{
    const char *prefix = info->traits & FSC_TRAIT_PASSIVE  ? "passive-"
                         : info->traits & FSC_TRAIT_ACTIVE ? "active-"
                                                           : NULL;
    if (prefix == NULL)
        return;
    GString *names = g_string_new(NULL);
    for (int i = 0; i < FSC_FINDING_COUNT; i++) {
        const char *name = fsc_finding_info((enum fsc_finding_id)i)->name;
        if (g_str_has_prefix(name, prefix))
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", name);
    }
    page_heading(page, "Findings about it");
    page_text(page, names->str);
    g_string_free(names, TRUE);
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
    if (info->practice[0] != '\0') {
        page_heading(page, "Replies servers send besides");
        write_replies(page, verb, info->practice);
    }
    write_related(page, info);
}

/* ---- a finding ---- */

static void write_finding(const struct page *page, enum fsc_finding_id id)
{
    const struct fsc_finding_info *info = fsc_finding_info(id);
    page_title(page, info->name, fsc_severity_name(info->severity));
    page_heading(page, "What it says");
    page_text(page, info->what);
    if (!info->reported)
        page_text(page, "This version explains it, but does not find it in captures yet.");
    page_heading(page, "What to do");
    page_text(page, info->advice);
    documents_of_finding(page, id);
}

static enum fsc_finding_id finding_find(const char *name)
{
    int i = 0;
    while (i < FSC_FINDING_COUNT && g_ascii_strcasecmp(fsc_finding_info((enum fsc_finding_id)i)->name, name) != 0)
        i++;
    return (enum fsc_finding_id)i;
}

bool explain_write(FILE *out, const char *name, int columns, bool color)
{
    const struct page page = {out, columns, color};
    uint16_t code = code_of_name(name);
    enum fsc_verb verb = fsc_verb_find((struct fsc_span){(const uint8_t *)name, strlen(name)});
    enum fsc_finding_id finding = finding_find(name);
    if (code != 0)
        code_page(&page, code);
    else if (verb != FSC_VERB_NONE && verb != FSC_VERB_UNKNOWN)
        write_verb(&page, verb);
    else if (finding != FSC_FINDING_COUNT)
        write_finding(&page, finding);
    else
        return code_class_page(&page, name) || code_reply_page(&page, name, FSC_VERB_UNKNOWN);
    return true;
}

bool explain_answer(FILE *out, const char *reply, const char *command, int columns, bool color)
{
    const struct page page = {out, columns, color};
    enum fsc_verb verb = fsc_verb_find((struct fsc_span){(const uint8_t *)command, strlen(command)});
    return verb != FSC_VERB_NONE && verb != FSC_VERB_UNKNOWN && code_reply_page(&page, reply, verb);
}
