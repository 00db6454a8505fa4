/* read.c - `ftpscope read`: the story of capture files, for people or as NDJSON. */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "monitor/commands.h"
#include "monitor/extract.h"
#include "monitor/input/rotation.h"
#include "monitor/output/ndjson.h"
#include "monitor/output/new_file.h"
#include "monitor/output/text.h"
#include "monitor/run_capture.h"
#include "monitor/select.h"
#include "pipeline/frame_index.h"

struct read_options {
    struct shared_options shared;
    gboolean quiet, show_secrets, utc;
    char *write;
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
        {"write", 'w', 0, G_OPTION_ARG_FILENAME, &o->write, "write the packets of these sessions (pcapng)", "FILE"},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &o->quiet, "text: only transfers and findings", NULL},
        {"show-secrets", 0, 0, G_OPTION_ARG_NONE, &o->show_secrets, "show passwords", NULL},
        {"utc", 0, 0, G_OPTION_ARG_NONE, &o->utc, "text: times in UTC, not in the local zone", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->shared.inputs, NULL, "FILE..."},
        {0},
    };
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_set_summary(
        context, "Reads pcap and pcapng files, also compressed (\"-\": standard input), and tells every FTP\n"
                 "session of them; several files are one capture, in order of time:\n"
                 "commands, replies and their meaning, transfers, and why something failed.");
    g_option_context_set_description(context,
                                     "Exit code: 0; 2 usage error or unreadable input; 3 the input broke off.");
    g_option_context_add_main_entries(context, entries, NULL);
    shared_options_add(context, &o->shared, true);
    bool good = g_option_context_parse(context, &argc, &argv, error);
    g_option_context_free(context);
    return good;
}

/* What one run of the command has at hand. */
struct read_run {
    const struct read_options *options;
    struct pipeline_config config;
    struct packet_filter *filter;
    struct sink sink;
    struct pipeline_totals sum;
    char *broken; /* message of the first input that broke off */
    int code;
    struct new_file *out; /* of --write */
    struct extract_totals extracted;
};

/* With a selection the capture is read twice: only at its end is known which sessions are wanted. */
static enum run_result read_selected(struct read_run *run, const struct run_input *input,
                                     struct pipeline_totals *totals, struct run_troubles *troubles)
{
    struct selection *selection = selection_new(&run->options->select);
    struct sink collector = selection_collector(selection), filter = selection_filter(selection, &run->sink);
    struct run_troubles same = run_troubles_new(); /* the second reading tells them too */

    (void)run_capture(input, &run->config, &collector, totals, &same);
    run_troubles_clear(&same);
    enum run_result result = run_capture(input, &run->config, &filter, totals, troubles);
    totals->sessions_shown = selection_count(selection);
    selection_free(&selection);
    return result;
}

static enum run_result read_as_asked(struct read_run *run, const struct run_input *input,
                                     struct pipeline_totals *totals, struct run_troubles *troubles)
{
    const struct select_options *select = &run->options->select;
    bool selects = select_is_active(select);

    if (run->out != NULL)
        return extract_run(input, &run->config, selects ? select : NULL, &run->sink, new_file_stream(run->out), totals,
                           troubles, &run->extracted);
    if (selects)
        return read_selected(run, input, totals, troubles);
    return run_capture(input, &run->config, &run->sink, totals, troubles);
}

static int worse(int a, int b)
{
    return a == EXIT_UNREADABLE || b == EXIT_UNREADABLE ? EXIT_UNREADABLE : MAX(a, b);
}

static void read_capture(struct read_run *run, char **files, size_t count)
{
    static const int codes[] = {
        [RUN_WHOLE] = EXIT_CLEAN, [RUN_BROKEN] = EXIT_INCOMPLETE, [RUN_UNREADABLE] = EXIT_UNREADABLE};
    struct run_input input = {.paths = (const char *const *)files,
                              .count = count,
                              .rotated = rotation_is_counted(files, count),
                              .filter = run->filter};
    struct run_troubles troubles = run_troubles_new();
    struct pipeline_totals totals;
    enum run_result result = read_as_asked(run, &input, &totals, &troubles);

    run_add(&run->sum, &totals);
    run->config.flows_before += totals.flows;
    run->code = worse(run->code, codes[result]);
    if (troubles.broken->len > 0 && run->broken == NULL)
        run->broken = g_strdup(troubles.broken->pdata[0]);
    command_complain_all(troubles.unreadable);
    command_complain_all(troubles.broken);
    run_troubles_clear(&troubles);
}

static void read_all(struct read_run *run)
{
    char **files = run->options->shared.inputs;
    size_t count = g_strv_length(files), each = run->options->shared.separate ? 1 : count;

    for (size_t i = 0; i < count; i += each)
        read_capture(run, files + i, each);
    struct record_stats stats = run_stats(&run->sum, count == 1 ? files[0] : NULL, run->broken);
    if (run->sink.stats != NULL)
        run->sink.stats(run->sink.state, &stats);
    g_free(run->broken);
}

static bool can_be_read_twice(const char *path)
{
    struct stat status;

    return strcmp(path, "-") != 0 && (stat(path, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

/* Who feeds a pipe slowly wants to see what came so far. */
static void flush_lines_of_a_stream(char *const *inputs)
{
    for (; *inputs != NULL; inputs++)
        if (!can_be_read_twice(*inputs))
            setvbuf(stdout, NULL, _IOLBF, 0);
}

static int read_and_tell(struct read_run *run, bool color)
{
    const struct read_options *o = run->options;
    struct text_options text_options = {.color = color,
                                        .utc = o->utc,
                                        .show_secrets = o->show_secrets,
                                        .quiet = o->quiet,
                                        .columns = command_columns()};
    struct ndjson *ndjson = o->shared.json ? ndjson_new(stdout, o->show_secrets) : NULL;
    struct text *text = o->shared.json || o->write != NULL ? NULL : text_new(stdout, &text_options);

    flush_lines_of_a_stream(o->shared.inputs);
    if (ndjson != NULL)
        run->sink = ndjson_sink(ndjson);
    else if (text != NULL)
        run->sink = text_sink(text);
    read_all(run);
    if (text != NULL)
        text_finish(text);
    if (!command_flush("read"))
        run->code = EXIT_UNREADABLE;
    ndjson_free(&ndjson);
    text_free(&text);
    return run->code;
}

/* "out.pcapng: 12 packets of 1 session" */
static char *extracted_words(const struct read_run *run)
{
    const struct extract_totals *e = &run->extracted;

    return g_strdup_printf("%s: %" G_GUINT64_FORMAT " packet%s of %" G_GUINT64_FORMAT " session%s", run->options->write,
                           e->frames, e->frames == 1 ? "" : "s", e->sessions, e->sessions == 1 ? "" : "s");
}

/* With --write nothing is told but the records, if they are wanted. */
static int read_and_write(struct read_run *run, bool color)
{
    char *message = NULL;

    run->out = new_file_open(run->options->write, &message);
    if (run->out == NULL) {
        command_complain(message);
        g_free(message);
        return EXIT_UNREADABLE;
    }
    int code = read_and_tell(run, color);
    if (code == EXIT_UNREADABLE && run->extracted.frames == 0) { /* an older file of that name is worth more */
        new_file_abandon(&run->out);
        return code;
    }
    if (!new_file_finish(&run->out, &message))
        code = EXIT_UNREADABLE;
    else
        message = extracted_words(run);
    command_complain(message);
    g_free(message);
    return code;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat one, other;
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static bool is_standard_output(const char *path)
{
    static const char *const names[] = {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(path, names[i]) == 0)
            return true;
    return false;
}

static const char *write_complaint(const struct read_options *o)
{
    if (o->write == NULL)
        return NULL;
    if (o->shared.separate && g_strv_length(o->shared.inputs) > 1)
        return "--write takes one capture: not with --separate";
    if (o->shared.json && is_standard_output(o->write))
        return "--write and --json both want standard output";
    for (char **input = o->shared.inputs; *input != NULL; input++)
        if (is_same_file(*input, o->write))
            return "--write names an input: it would be lost";
    return NULL;
}

static const char *input_complaint(const struct read_options *o)
{
    char **inputs = o->shared.inputs;

    if (inputs == NULL)
        return "which file?";
    if (!o->shared.separate && g_strv_length(inputs) > FRAME_INDEX_FILES_MAX)
        return "more than 65535 files at once";
    bool selects = select_is_active(&o->select), twice = selects || o->write != NULL;
    for (char **input = inputs; twice && *input != NULL; input++)
        if (!can_be_read_twice(*input))
            return selects ? "a selection reads the input twice, which a pipe or standard input cannot give: save it "
                             "to a file first"
                           : "--write reads the input twice, which a pipe or standard input cannot give: save it to a "
                             "file first";
    return write_complaint(o);
}

static int run(const struct read_options *o)
{
    struct read_run run = {.options = o};
    char *message = NULL;
    bool color;

    if (o->shared.version) {
        puts("ftpscope " FTPSCOPE_VERSION);
        return EXIT_CLEAN;
    }
    const char *complaint = shared_options_apply(&o->shared, &run.config, &color);
    if (complaint == NULL)
        complaint = input_complaint(o);
    if (complaint != NULL || !select_valid(&o->select, &complaint))
        return command_usage_error("read", complaint);
    if (!shared_options_filter(&o->shared, &run.filter, &message)) {
        int code = command_usage_error("read", message);
        g_free(message);
        return code;
    }
    run.config.show_secrets = o->show_secrets;
    if (!command_give_up_rights(o->shared.inputs, o->write)) {
        shared_options_filter_done(&run.filter);
        return EXIT_UNREADABLE;
    }
    int code = o->write != NULL ? read_and_write(&run, color) : read_and_tell(&run, color);
    shared_options_filter_done(&run.filter);
    return code;
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
    g_free(o.write);
    g_free(o.select.session);
    g_free(o.select.user);
    g_free(o.select.host);
    g_free(o.select.path);
    g_free(o.select.code);
    return code;
}
