/* read.c - `ftpscope read`: the story of capture files, for people or as NDJSON. */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "monitor/commands.h"
#include "monitor/output/ndjson.h"
#include "monitor/output/text.h"
#include "monitor/run_file.h"
#include "monitor/select.h"

struct read_options {
    struct shared_options shared;
    gboolean quiet, show_secrets, utc;
    struct select_options select;
};

static int parse(int argc, char **argv, struct read_options *o, GError **error)
{
    const GOptionEntry entries[] = {
        {"session", 0, 0, G_OPTION_ARG_STRING, &o->select.session, "only these sessions", "N[,N...]"},
        {"user", 0, 0, G_OPTION_ARG_STRING, &o->select.user, "only sessions of this user (a glob)", "NAME"},
        {"host", 0, 0, G_OPTION_ARG_STRING, &o->select.host, "only sessions of this host", "ADDRESS"},
        {"path", 0, 0, G_OPTION_ARG_STRING, &o->select.path, "only sessions that transfer such a path", "GLOB"},
        {"code", 0, 0, G_OPTION_ARG_STRING, &o->select.code, "only sessions with such a reply (4xx,550)", "CODE[,...]"},
        {"failed", 0, 0, G_OPTION_ARG_NONE, &o->select.failed, "only sessions where something failed", NULL},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &o->quiet, "text: only transfers and findings", NULL},
        {"show-secrets", 0, 0, G_OPTION_ARG_NONE, &o->show_secrets, "show passwords", NULL},
        {"utc", 0, 0, G_OPTION_ARG_NONE, &o->utc, "text: times in UTC, not in the local zone", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->shared.inputs, NULL, "FILE..."},
        {0},
    };
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_set_summary(context,
                                 "Reads pcap and pcapng files (\"-\": standard input) and tells every FTP session:\n"
                                 "commands, replies and their meaning, transfers, and why something failed.");
    g_option_context_set_description(context,
                                     "Exit code: 0; 2 usage error or unreadable input; 3 the input broke off.");
    g_option_context_add_main_entries(context, entries, NULL);
    shared_options_add(context, &o->shared);
    bool good = g_option_context_parse(context, &argc, &argv, error);
    g_option_context_free(context);
    return good;
}

/* One file: result as exit code. With a selection it is read twice: only at its end is known which sessions are wanted.
 */
static int read_one(const char *path, const struct pipeline_config *config, const struct sink *sink,
                    const struct select_options *wanted, struct pipeline_totals *sum, char **broken)
{
    struct pipeline_totals totals;
    char *message = NULL;
    struct selection *selection = NULL;
    enum run_result result;

    if (select_is_active(wanted)) {
        selection = selection_new(wanted);
        struct sink collector = selection_collector(selection);
        (void)run_file(path, config, &collector, &totals, &message); /* what is wrong, the second reading tells too */
        g_clear_pointer(&message, g_free);
        struct sink filter = selection_filter(selection, sink);
        result = run_file(path, config, &filter, &totals, &message);
        totals.sessions_shown = selection_count(selection);
    } else {
        result = run_file(path, config, sink, &totals, &message);
    }
    run_add(sum, &totals);
    if (result == RUN_BROKEN && *broken == NULL)
        *broken = g_strdup(message);
    if (message != NULL)
        command_complain(message);
    g_free(message);
    selection_free(&selection);
    return result == RUN_WHOLE ? EXIT_CLEAN : result == RUN_BROKEN ? EXIT_INCOMPLETE : EXIT_UNREADABLE;
}

static int worse(int a, int b)
{
    return a == EXIT_UNREADABLE || b == EXIT_UNREADABLE ? EXIT_UNREADABLE : MAX(a, b);
}

static int read_all(const struct read_options *o, const struct pipeline_config *config, bool color)
{
    struct text_options text_options = {.color = color,
                                        .utc = o->utc,
                                        .show_secrets = o->show_secrets,
                                        .quiet = o->quiet,
                                        .columns = command_columns()};
    struct ndjson *ndjson = o->shared.json ? ndjson_new(stdout, o->show_secrets) : NULL;
    struct text *text = o->shared.json ? NULL : text_new(stdout, &text_options);
    struct sink sink = o->shared.json ? ndjson_sink(ndjson) : text_sink(text);
    struct pipeline_totals sum = {0};
    char *broken = NULL;
    int code = EXIT_CLEAN;

    for (char **file = o->shared.inputs; *file != NULL; file++)
        code = worse(code, read_one(*file, config, &sink, &o->select, &sum, &broken));
    struct record_stats stats = run_stats(&sum, o->shared.inputs[1] == NULL ? o->shared.inputs[0] : NULL, broken);
    sink.stats(sink.state, &stats);
    g_free(broken);
    if (text != NULL)
        text_finish(text);
    if (!command_flush("read"))
        code = EXIT_UNREADABLE;
    ndjson_free(&ndjson);
    text_free(&text);
    return code;
}

static bool can_be_read_twice(const char *path)
{
    struct stat status;

    return strcmp(path, "-") != 0 && (stat(path, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

static int run(const struct read_options *o)
{
    struct pipeline_config config = {.hash_seed = 0};
    bool color;

    if (o->shared.version) {
        puts("ftpscope " FTPSCOPE_VERSION);
        return EXIT_CLEAN;
    }
    if (o->shared.inputs == NULL)
        return command_usage_error("read", "which file?");
    const char *complaint = shared_options_apply(&o->shared, &config, &color);
    if (complaint != NULL || !select_valid(&o->select, &complaint))
        return command_usage_error("read", complaint);
    for (char **input = o->shared.inputs; select_is_active(&o->select) && *input != NULL; input++)
        if (!can_be_read_twice(*input))
            return command_usage_error("read",
                                       "a selection reads the input twice, which a pipe or standard input cannot "
                                       "give: save it to a file first");
    config.show_secrets = o->show_secrets;
    return read_all(o, &config, color);
}

int command_read(int argc, char **argv)
{
    struct read_options o = {.quiet = FALSE};
    GError *error = NULL;
    int code;

    if (!parse(argc, argv, &o, &error)) {
        code = command_usage_error("read", error->message);
        g_error_free(error);
    } else {
        code = run(&o);
    }
    shared_options_free(&o.shared);
    g_free(o.select.session);
    g_free(o.select.user);
    g_free(o.select.host);
    g_free(o.select.path);
    g_free(o.select.code);
    return code;
}
