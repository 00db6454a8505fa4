/* commands.c - what the commands share. */
#include "monitor/commands.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/ftpscope.h"
#include "monitor/input/packet_filter.h"
#include "monitor/sandbox/sandbox.h"
#include "pipeline/pipeline.h"

/* For connections and sessions: 100,000 idle sessions take 0.7 GB. */
static const size_t memory_default = (size_t)1 << 30;

static bool is_color_word(const char *word)
{
    return word != NULL && (strcmp(word, "auto") == 0 || strcmp(word, "always") == 0 || strcmp(word, "never") == 0);
}

void command_mend_color(char **argv)
{
    static char always[] = "--color=always";

    for (char **arg = argv; *arg != NULL && strcmp(*arg, "--") != 0; arg++)
        if (strcmp(*arg, "--color") == 0 && !is_color_word(arg[1]))
            *arg = always;
}

const char *command_color(const char *word, bool *color)
{
    const char *no_color = g_getenv("NO_COLOR"), *terminal = g_getenv("TERM");

    if (word == NULL || strcmp(word, "auto") == 0) {
        bool asked_not_to = (no_color != NULL && no_color[0] != '\0') || g_strcmp0(terminal, "dumb") == 0;
        *color = !asked_not_to && isatty(STDOUT_FILENO);
        return NULL;
    }
    *color = strcmp(word, "always") == 0;
    return is_color_word(word) ? NULL : "--color is auto, always or never";
}

static bool add_port(struct pipeline_config *config, const char *text)
{
    guint64 port;

    if (!g_ascii_string_to_unsigned(text, 10, 1, 65535, &port, NULL) || config->port_count == PIPELINE_PORTS_MAX)
        return false;
    config->ports[config->port_count++] = (uint16_t)port;
    return true;
}

const char *command_ports(char *const *words, struct pipeline_config *config)
{
    bool good = true;

    config->hash_seed = ((uint64_t)g_random_int() << 32) | g_random_int();
    config->max_memory = memory_default;

    for (; words != NULL && *words != NULL; words++) {
        char **list = g_strsplit(*words, ",", -1);
        good = good && list[0] != NULL; /* of an empty word nothing is left */
        for (char **p = list; *p != NULL; p++)
            good = add_port(config, *p) && good;
        g_strfreev(list);
    }
    return good ? NULL : "--port takes numbers from 1 to 65535, 16 at most";
}

void shared_options_add(GOptionContext *context, struct shared_options *o, bool records)
{
    const int of_records = records ? 0 : (int)G_OPTION_FLAG_HIDDEN;
    const GOptionEntry entries[] = {
        {"json", 'j', of_records, G_OPTION_ARG_NONE, &o->json, "NDJSON, one record per line", NULL},
        {"port", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &o->ports, "control ports (else 21,990, others by first words)",
         "PORT[,...]"},
        {"filter", 'f', 0, G_OPTION_ARG_STRING, &o->filter, "only packets that match (as in tcpdump)", "BPF"},
        {"separate", 0, of_records, G_OPTION_ARG_NONE, &o->separate, "each file is a capture of its own", NULL},
        {"color", 0, 0, G_OPTION_ARG_STRING, &o->color, "auto, always (alone too) or never", "WHEN"},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &o->version, "print the version", NULL},
        {0},
    };

    g_option_context_add_main_entries(context, entries, NULL);
}

const char *shared_options_apply(const struct shared_options *o, struct pipeline_config *config, bool *color)
{
    const char *complaint = command_color(o->color, color);
    if (complaint != NULL)
        return complaint;
    return command_ports(o->ports, config);
}

bool shared_options_filter(const struct shared_options *o, struct packet_filter **filter, char **message)
{
    *filter = o->filter != NULL ? packet_filter_new(o->filter, message) : NULL;
    return o->filter == NULL || *filter != NULL;
}

void shared_options_filter_done(struct packet_filter **filter)
{
    char *complaint = *filter != NULL ? packet_filter_complaint(*filter) : NULL;

    if (complaint != NULL)
        command_complain(complaint);
    g_free(complaint);
    packet_filter_free(filter);
}

void shared_options_free(struct shared_options *o)
{
    g_free(o->filter);
    g_free(o->color);
    g_strfreev(o->ports);
    g_strfreev(o->inputs);
}

void command_complain(const char *message)
{
    struct fsc_span text = {(const uint8_t *)message, strlen(message)};
    size_t cap = 4 * text.n + 1;
    char *printable = g_malloc(cap);

    fsc_text_printable(text, printable, cap);
    fflush(stdout);
    fprintf(stderr, "ftpscope: %s\n", printable);
    g_free(printable);
}

void command_complain_all(const GPtrArray *messages)
{
    for (guint i = 0; i < messages->len; i++)
        command_complain(messages->pdata[i]);
}

/* What lies below a folder, and where its links lead, nobody knows yet: everything may be read, and nothing else. */
static bool enter_for_folders(struct sandbox_state *state, char **message)
{
    static const char *const everywhere[] = {"/", NULL};
    struct rights_user root = {0};

    rights_stay_root(&root);
    const struct sandbox_options options = {
        .mode = SANDBOX_ON, .user = &root, .kept = UINT64_C(1) << CAP_DAC_READ_SEARCH, .inputs = everywhere};
    bool good = sandbox_enter(&options, state, message);
    rights_user_clear(&root);
    return good;
}

static bool enter_for_files(char *const *inputs, const char *written, struct sandbox_state *state, char **message)
{
    GPtrArray *files = g_ptr_array_new();
    char *folder = g_path_get_dirname(written != NULL ? written : "-");
    bool writes = written != NULL && strcmp(written, "-") != 0 && g_file_test(folder, G_FILE_TEST_IS_DIR);
    const struct sandbox_output output = {.path = folder};

    for (; *inputs != NULL; inputs++)
        if (strcmp(*inputs, "-") != 0)
            g_ptr_array_add(files, *inputs);
    g_ptr_array_add(files, NULL);
    const struct sandbox_options options = {.mode = SANDBOX_ON,
                                            .inputs = (const char *const *)files->pdata,
                                            .outputs = &output,
                                            .output_count = writes ? 1 : 0};
    bool good = sandbox_enter_reader(&options, state, message);
    g_ptr_array_free(files, TRUE);
    g_free(folder);
    return good;
}

bool command_give_up_rights(char *const *inputs, const char *written)
{
    struct sandbox_state state = {.self = -1};
    char *message = NULL;
    bool folders = false;

    if (geteuid() != 0)
        return true;
    for (char *const *input = inputs; *input != NULL; input++)
        folders = folders || g_file_test(*input, G_FILE_TEST_IS_DIR);
    bool good = folders ? enter_for_folders(&state, &message) : enter_for_files(inputs, written, &state, &message);
    if (!good)
        command_complain(message);
    sandbox_state_clear(&state);
    g_free(message);
    return good;
}

int command_columns(void)
{
    struct winsize size;
    const char *asked = g_getenv("COLUMNS");
    guint64 columns;

    if (asked != NULL && g_ascii_string_to_unsigned(asked, 10, 40, 10000, &columns, NULL))
        return (int)columns;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col;
    return 80;
}

bool command_flush(const char *command)
{
    bool late = fflush(stdout) != 0;

    if (!late && !ferror(stdout))
        return true;
    fprintf(stderr, "ftpscope %s: cannot write%s%s\n", command, late ? ": " : " everything",
            late ? g_strerror(errno) : "");
    return false;
}

int command_usage_error(const char *command, const char *complaint)
{
    fprintf(stderr, "ftpscope %s: %s\nTry: ftpscope %s --help\n", command, complaint, command);
    return EXIT_UNREADABLE;
}
