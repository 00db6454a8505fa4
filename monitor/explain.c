#include "monitor/explain.h"

#include "core/ftpscope.h"
#include "monitor/commands.h"
#include "monitor/explain_near.h"
#include "monitor/explain_page.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 100 };

/* ---- lists ---- */

static void list_codes(const struct page *page, bool winsock)
{
    for (size_t i = 0; i < fsc_code_count(); i++) {
        const struct fsc_code_info *info = fsc_code_at(i);
        char text[8];
        if ((info->origin == FSC_ORIGIN_WINSOCK) != winsock)
            continue;
        g_snprintf(text, sizeof text, "%u", (unsigned)info->code);
        page_item(page, 5, text, info->title);
    }
}

/* The first clause is enough for choosing: up to "; ", ": " or ". ", without the mark. */
static char *first_clause(const char *text)
{
    size_t length = 0;
    while (text[length] != '\0' &&
           !(strchr(";:.", text[length]) != NULL && (text[length + 1] == ' ' || text[length + 1] == '\0')))
        length++;
    return g_strndup(text, length);
}

static bool is_rare(const struct fsc_verb_info *info)
{
    return info->group == FSC_GROUP_FOREIGN || (info->traits & FSC_TRAIT_HISTORIC) != 0;
}

static void list_commands(const struct page *page)
{
    GString *rare = g_string_new(NULL);
    for (int i = FSC_VERB_UNKNOWN + 1; i < FSC_VERB_COUNT; i++) {
        const struct fsc_verb_info *info = fsc_verb_info((enum fsc_verb)i);
        if (is_rare(info)) {
            g_string_append_printf(rare, "%s%s", rare->len > 0 ? " " : "", info->name);
            continue;
        }
        char *text = first_clause(info->what);
        page_item(page, 7, info->name, text);
        g_free(text);
    }
    page_heading(page, "Obsolete commands, and words of other protocols");
    page_text(page, rare->str);
    g_string_free(rare, TRUE);
}

static void list_findings(const struct page *page)
{
    for (int i = 0; i < FSC_FINDING_COUNT; i++) {
        const struct fsc_finding_info *info = fsc_finding_info((enum fsc_finding_id)i);
        char *clause = first_clause(info->what);
        char *text = g_strdup_printf("%s: %s%s", fsc_severity_name(info->severity), clause,
                                     info->reported ? "" : " (planned: not reported yet)");
        page_item(page, 25, info->name, text);
        g_free(clause);
        g_free(text);
    }
}

void explain_list(FILE *out, int columns, bool color)
{
    const struct page page = {out, columns, color};
    page_title(&page, "ftpscope explain NAME", "tells all about one of these.");
    page_heading(&page, "Reply codes");
    list_codes(&page, false);
    page_heading(&page, "Numbers that Windows clients show; no server sends them");
    list_codes(&page, true);
    page_heading(&page, "Commands");
    list_commands(&page);
    page_heading(&page, "Findings");
    list_findings(&page);
}

/* ---- the command line ---- */

static const char *const usage = "Usage: ftpscope explain [OPTION…] [NAME...]\n"
                                 "\n"
                                 "Tells what a name means and what to do about it. NAME is one of\n"
                                 "  a reply code      425\n"
                                 "  a class of codes  4yz, 45z\n"
                                 "  a command         PASV\n"
                                 "  a finding         passive-timeout\n"
                                 "  a Winsock number  10060\n"
                                 "  a whole reply     \"530 Login incorrect.\"\n"
                                 "A code or reply with a command behind it (550 STOR) is explained as the answer\n"
                                 "to this command. Without NAME everything known is listed.\n"
                                 "\n"
                                 "Options:\n"
                                 "      --color[=WHEN]  auto (default: on a terminal, unless NO_COLOR is set),\n"
                                 "                      always (if without WHEN) or never\n"
                                 "  -h, --help          Show this text.\n"
                                 "  -V, --version       Show the version.\n"
                                 "\n"
                                 "Exit code: 0, or 2 when a name is not known.\n";

static void say_unknown(const char *name)
{
    char *shown = g_strescape(name, NULL), *near = explain_near(name);
    if (name[0] != '\0' && strspn(name, "0123456789") == strlen(name))
        fprintf(stderr, "ftpscope explain: %s is no reply code (100 to 699) and no Winsock number known here\n", shown);
    else
        fprintf(stderr, "ftpscope explain: \"%s\" is no reply code, command or finding\n", shown);
    if (near[0] != '\0')
        fprintf(stderr, "Did you mean: %s?\n", near);
    else
        fprintf(stderr, "\"ftpscope explain\" without a name lists all.\n");
    g_free(shown);
    g_free(near);
}

static int explain_names(char **names, int count, bool color)
{
    int result = EXIT_CLEAN, columns = MIN(command_columns(), COLUMNS_MAX);
    bool written = false;
    if (count == 0)
        explain_list(stdout, columns, color);
    if (count == 2 && explain_answer(stdout, names[0], names[1], columns, color))
        count = 0;
    for (int i = 0; i < count; i++) {
        if (written)
            fputc('\n', stdout);
        written = explain_write(stdout, names[i], columns, color);
        if (!written) {
            say_unknown(names[i]);
            result = EXIT_UNREADABLE;
        }
    }
    return command_flush("explain") ? result : EXIT_UNREADABLE;
}

int command_explain(int argc, char **argv)
{
    char *when = NULL;
    const char *complaint;
    gboolean help = FALSE, version = FALSE;
    const GOptionEntry entries[] = {
        {"color", 0, 0, G_OPTION_ARG_STRING, &when, NULL, NULL},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &help, NULL, NULL},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &version, NULL, NULL},
        G_OPTION_ENTRY_NULL,
    };
    GOptionContext *context = g_option_context_new(NULL);
    GError *error = NULL;
    int result = EXIT_UNREADABLE;
    bool colored = false;
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "ftpscope explain: %s\n%s", error->message, usage);
        g_error_free(error);
    } else if (help) {
        fputs(usage, stdout);
        result = EXIT_CLEAN;
    } else if (version) {
        puts("ftpscope " FTPSCOPE_VERSION);
        result = EXIT_CLEAN;
    } else if ((complaint = command_color(when, &colored)) != NULL) {
        result = command_usage_error("explain", complaint);
    } else {
        result = explain_names(argv + 1, argc - 1, colored);
    }
    g_option_context_free(context);
    g_free(when);
    return result;
}
