/* check.c - `ftpscope check`: captures in bulk, for scripts: a line per clean capture, the findings of the others, an
 * exit code. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "monitor/commands.h"
#include "monitor/input/captures_below.h"
#include "monitor/input/rotation.h"
#include "monitor/output/check_text.h"
#include "monitor/output/ndjson.h"
#include "monitor/run_capture.h"
#include "pipeline/frame_index.h"

struct check_options {
    struct shared_options shared;
    gboolean allow_incomplete, quiet, together;
    char *fail_on;
};

struct check_run {
    const struct check_options *options;
    struct pipeline_config config;
    struct packet_filter *filter;
    enum fsc_severity fail_on;
    struct sink target;
    uint64_t counts[3]; /* of the current file */
    bool findings, incomplete, unreadable;
    struct pipeline_totals sum;
    char *broken; /* message of the first input that broke off */
};

static bool parse(int argc, char **argv, struct check_options *o, GError **error)
{
    const GOptionEntry entries[] = {
        {"fail-on", 0, 0, G_OPTION_ARG_STRING, &o->fail_on, "exit 1 from here: error, warning, info, never", "LEVEL"},
        {"allow-incomplete", 0, 0, G_OPTION_ARG_NONE, &o->allow_incomplete, "missing packets are no failure", NULL},
        {"together", 0, 0, G_OPTION_ARG_NONE, &o->together, "all files are one capture", NULL},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &o->quiet, "no lines for clean captures", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->shared.inputs, NULL, "PATH..."},
        {0},
    };
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_set_summary(context,
                                 "Checks capture files, all captures below folders, or standard input (\"-\").\n"
                                 "Files that are pieces of one recording, by their names, are one capture.");
    g_option_context_set_description(context,
                                     "Exit code: 2 usage error or an input that could not be read at all;\n"
                                     "else 1 findings at or above --fail-on;\n"
                                     "else 3 an input broke off, or missing packets weaken a verdict; else 0.");
    g_option_context_add_main_entries(context, entries, NULL);
    shared_options_add(context, &o->shared, true);
    bool good = g_option_context_parse(context, &argc, &argv, error);
    g_option_context_free(context);
    return good;
}

static void pass_data(void *state, const struct record_envelope *envelope, const struct record_data *record)
{
    struct check_run *run = state;
    run->target.data(run->target.state, envelope, record);
}

static void pass_finding(void *state, const struct record_envelope *envelope, const struct record_finding *record)
{
    struct check_run *run = state;
    run->counts[record->finding->severity]++;
    run->target.finding(run->target.state, envelope, record);
}

static void pass_session(void *state, const struct record_envelope *envelope, const struct record_session *record)
{
    struct check_run *run = state;
    run->target.session(run->target.state, envelope, record);
}

static bool has_findings(const struct check_run *run, enum fsc_severity from)
{
    for (int level = FSC_SEVERITY_ERROR; level >= (int)from; level--)
        if (run->counts[level] > 0)
            return true;
    return false;
}

static const char *result_word(const struct check_run *run, enum run_result result, bool weak)
{
    if (result == RUN_UNREADABLE)
        return "error";
    /* An error is worth telling also where it is not to fail. */
    if (has_findings(run, MIN(run->fail_on, FSC_SEVERITY_ERROR)))
        return "findings";
    return weak ? "incomplete" : "clean";
}

static void tell(struct check_run *run, const char *path, const struct pipeline_totals *totals,
                 const struct record_check *record)
{
    run->findings |= record->fails;
    run->target.check(run->target.state, path, totals->last_ns, record);
    run_add(&run->sum, totals);
    run->config.flows_before += totals->flows;
}

/* All of them in one sentence; NULL: none. */
static char *joined(const struct run_troubles *troubles)
{
    const GPtrArray *lists[] = {troubles->unreadable, troubles->broken};
    GString *all = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        for (guint k = 0; k < lists[i]->len; k++)
            g_string_append_printf(all, "%s%s", all->len > 0 ? "; " : "", (const char *)lists[i]->pdata[k]);
    return g_string_free(all, all->len == 0);
}

static void check_capture(struct check_run *run, const struct rotation *capture)
{
    struct sink sink = {.state = run, .data = pass_data, .finding = pass_finding, .session = pass_session};
    const char *const *paths = (const char *const *)capture->paths->pdata;
    struct run_input input = {
        .paths = paths, .count = capture->paths->len, .rotated = capture->counted, .filter = run->filter};
    struct run_troubles troubles = run_troubles_new();
    struct pipeline_totals totals;

    memset(run->counts, 0, sizeof(run->counts));
    enum run_result result = run_capture(&input, &run->config, &sink, &totals, &troubles);
    bool weak = (result == RUN_BROKEN || totals.weakened > 0 || totals.evicted > 0) && !run->options->allow_incomplete;
    char *message = joined(&troubles);
    struct record_check record = {.result = result_word(run, result, weak),
                                  .fails = has_findings(run, run->fail_on),
                                  .message = message,
                                  .files = paths,
                                  .file_count = input.count};
    memcpy(record.counts, run->counts, sizeof(record.counts));
    run->incomplete |= weak;
    run->unreadable |= result == RUN_UNREADABLE;
    tell(run, paths[0], &totals, &record);
    if (troubles.broken->len > 0 && run->broken == NULL)
        run->broken = g_strdup(troubles.broken->pdata[0]);
    if (message != NULL && run->options->shared.json)
        command_complain(message);
    g_free(message);
    run_troubles_clear(&troubles);
}

/* A folder without a capture is a mistake of whoever asks: a check that checked nothing must not pass. */
static void add_folder(struct check_run *run, GPtrArray *paths, const char *folder)
{
    GPtrArray *complaints = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *captures = captures_below(folder, complaints);

    if (captures->len == 0)
        g_ptr_array_add(complaints, g_strdup_printf("%s: no capture in this folder", folder));
    for (guint i = 0; i < complaints->len; i++)
        command_complain(complaints->pdata[i]);
    run->unreadable = run->unreadable || complaints->len > 0;
    g_ptr_array_extend_and_steal(paths, captures);
    g_ptr_array_free(complaints, TRUE);
}

/* Everything to be checked: files as they were named, and those of folders. */
static GPtrArray *paths_of(struct check_run *run)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

    for (char **path = run->options->shared.inputs; *path != NULL; path++) {
        if (g_file_test(*path, G_FILE_TEST_IS_DIR))
            add_folder(run, paths, *path);
        else
            g_ptr_array_add(paths, g_strdup(*path));
    }
    return paths;
}

static void check_paths(struct check_run *run)
{
    GPtrArray *paths = paths_of(run);
    const struct check_options *o = run->options;
    bool too_many = o->together && paths->len > FRAME_INDEX_FILES_MAX;

    if (too_many) {
        command_complain("--together: more than 65535 files");
        run->unreadable = true;
        g_ptr_array_set_size(paths, 0);
    }
    GPtrArray *captures = o->shared.separate ? rotation_none(paths)
                          : o->together      ? rotation_all(paths)
                                             : rotation_groups(paths);

    for (guint i = 0; i < captures->len; i++)
        check_capture(run, captures->pdata[i]);
    g_ptr_array_free(captures, TRUE);
    g_ptr_array_free(paths, TRUE);
}

/* "never" is a level that nothing reaches. */
static bool level_of(const char *word, enum fsc_severity *level)
{
    static const char *const words[] = {"info", "warning", "error"};

    *level = FSC_SEVERITY_ERROR;
    if (word == NULL)
        return true;
    for (int i = 0; i < 3; i++)
        if (strcmp(words[i], word) == 0) {
            *level = (enum fsc_severity)i;
            return true;
        }
    *level = (enum fsc_severity)(FSC_SEVERITY_ERROR + 1);
    return strcmp(word, "never") == 0;
}

static int check_all(struct check_run *run, bool color)
{
    struct text_options text_options = {.color = color, .quiet = run->options->quiet, .columns = command_columns()};
    struct ndjson *ndjson = run->options->shared.json ? ndjson_new(stdout, false) : NULL;
    struct check_text *text = run->options->shared.json ? NULL : check_text_new(stdout, &text_options);

    run->target = run->options->shared.json ? ndjson_sink(ndjson) : check_text_sink(text);
    check_paths(run);
    struct record_stats stats = run_stats(&run->sum, NULL, run->broken);
    if (run->target.stats != NULL)
        run->target.stats(run->target.state, &stats);
    g_free(run->broken);
    if (text != NULL)
        check_text_finish(text);
    bool written = command_flush("check");
    ndjson_free(&ndjson);
    check_text_free(&text);
    if (run->unreadable || !written)
        return EXIT_UNREADABLE;
    return run->findings ? EXIT_FINDINGS : run->incomplete ? EXIT_INCOMPLETE : EXIT_CLEAN;
}

static int run_check(const struct check_options *o)
{
    struct check_run run = {.options = o};
    char *message = NULL;
    bool color;

    if (o->shared.version) {
        puts("ftpscope " FTPSCOPE_VERSION);
        return EXIT_CLEAN;
    }
    if (o->shared.inputs == NULL)
        return command_usage_error("check", "which captures?");
    const char *complaint = shared_options_apply(&o->shared, &run.config, &color);
    if (complaint == NULL && o->together && o->shared.separate)
        complaint = "--together and --separate exclude each other";
    if (complaint == NULL && !level_of(o->fail_on, &run.fail_on))
        complaint = "--fail-on is error, warning, info or never";
    if (complaint != NULL)
        return command_usage_error("check", complaint);
    if (!shared_options_filter(&o->shared, &run.filter, &message)) {
        int code = command_usage_error("check", message);
        g_free(message);
        return code;
    }
    int code = command_give_up_rights(o->shared.inputs, NULL) ? check_all(&run, color) : EXIT_UNREADABLE;
    shared_options_filter_done(&run.filter);
    return code;
}

int command_check(int argc, char **argv)
{
    struct check_options o = {.quiet = FALSE};
    GError *error = NULL;
    int code;

    if (!parse(argc, argv, &o, &error)) {
        code = command_usage_error("check", error->message);
        g_error_free(error);
    } else {
        code = run_check(&o);
    }
    g_free(o.fail_on);
    shared_options_free(&o.shared);
    return code;
}
