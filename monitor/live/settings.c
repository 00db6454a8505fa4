/* settings.c - the option table of `ftpscope live`, and what its words mean. */
#include "monitor/live/settings.h"

#include <string.h>
#include <unistd.h>

#include "monitor/commands.h"
#include "monitor/live/own_files.h"
#include "monitor/quantity.h"

#define MIB (UINT64_C(1) << 20)

enum { SNAP_LEAST = 68, SNAP_MOST = 262144 };

static GOptionContext *context_new(struct live_words *w)
{
    const GOptionEntry capture[] = {
        {"interface", 'i', 0, G_OPTION_ARG_STRING_ARRAY, &w->interfaces,
         "capture here (again: several; \"any\": all; none: the first)", "NAME"},
        {"list-interfaces", 'D', 0, G_OPTION_ARG_NONE, &w->list, "list the interfaces", NULL},
        {"read", 'r', 0, G_OPTION_ARG_FILENAME, &w->read, "read a stream instead (\"-\": standard input)", "FILE"},
        {"filter", 'f', 0, G_OPTION_ARG_STRING, &w->filter, "capture what matches (as in tcpdump; also as last words)",
         "BPF"},
        {"port", 0, 0, G_OPTION_ARG_STRING_ARRAY, &w->ports, "control ports (else 21,990, others by first words)",
         "PORT[,...]"},
        {"no-promiscuous", 'p', 0, G_OPTION_ARG_NONE, &w->no_promiscuous, "only packets of this machine", NULL},
        {"buffer-size", 'B', 0, G_OPTION_ARG_STRING, &w->buffer, "of the kernel's buffer (64M)", "MIB"},
        {"snapshot-length", 's', 0, G_OPTION_ARG_STRING, &w->snap,
         "of all (0: whole; else control packets whole, heads of others)", "BYTES"},
        {"count", 'c', 0, G_OPTION_ARG_STRING, &w->count, "stop after so many packets", "N"},
        {"duration", 0, 0, G_OPTION_ARG_STRING, &w->duration, "stop after this time (90, 15m, 8h)", "TIME"},
        {"max-memory", 0, 0, G_OPTION_ARG_STRING, &w->max_memory, "for connections, sessions and history (256M)",
         "MIB"},
        {0},
    };
    const GOptionEntry output[] = {
        {"plain", 0, 0, G_OPTION_ARG_NONE, &w->plain, "lines, also on a terminal", NULL},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &w->json, "NDJSON, one record per line", NULL},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &w->quiet, "lines: only transfers and findings", NULL},
        {"stats-interval", 0, 0, G_OPTION_ARG_STRING, &w->stats_interval, "tell counters and open transfers so often",
         "TIME"},
        {"log", 0, 0, G_OPTION_ARG_FILENAME, &w->log, "records go to this file (SIGHUP opens it again)", "FILE"},
        {"write", 'w', 0, G_OPTION_ARG_FILENAME, &w->write,
         "write the packets of FTP (pcapng; with -G strftime in the name)", "FILE"},
        {"record", 0, 0, G_OPTION_ARG_STRING, &w->record,
         "of these sessions: all, or failed: with an error or a transfer that failed", "WHICH"},
        {"file-size", 'C', 0, G_OPTION_ARG_STRING, &w->file_size, "begin another file after so many million bytes",
         "MB"},
        {"file-time", 'G', 0, G_OPTION_ARG_STRING, &w->file_seconds, "begin another file after this time", "TIME"},
        {"file-count", 'W', 0, G_OPTION_ARG_STRING, &w->file_count, "keep so many files", "N"},
        {"metrics", 0, 0, G_OPTION_ARG_STRING, &w->metrics, "counters for Prometheus (loopback, if no address)",
         "[ADDR:]PORT"},
        {"metrics-file", 0, 0, G_OPTION_ARG_FILENAME, &w->metrics_file, "the same as a file for node_exporter", "FILE"},
        {"on-finding", 0, 0, G_OPTION_ARG_STRING, &w->on_finding, "run this with each finding on its standard input",
         "COMMAND"},
        {"color", 0, 0, G_OPTION_ARG_STRING, &w->color, "auto, always (alone too) or never", "WHEN"},
        {"utc", 0, 0, G_OPTION_ARG_NONE, &w->utc, "times in UTC, not in the local zone", NULL},
        {"show-secrets", 0, 0, G_OPTION_ARG_NONE, &w->show_secrets, "show passwords", NULL},
        {0},
    };
    const GOptionEntry rights[] = {
        {"user", 'Z', 0, G_OPTION_ARG_STRING, &w->user, "become this user (else the one behind sudo, else nobody)",
         "USER"},
        {"sandbox", 0, 0, G_OPTION_ARG_STRING, &w->sandbox, "strict, on or off", "MODE"},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &w->version, "print the version", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &w->rest, NULL, "[BPF...]"},
        {0},
    };
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_set_summary(
        context, "Watches FTP on an interface: a full screen on a terminal, lines or NDJSON elsewhere.");
    g_option_context_set_description(
        context, "Exit code: 0; 2 usage error, or nothing could be captured; 3 the stream broke off, or records or\n"
                 "packets could not be written (no loss: a reader of a pipe that leaves).\n"
                 "Signals: INT, TERM end it; HUP opens the log again; USR1 tells the counters.");
    g_option_context_add_main_entries(context, capture, NULL);
    g_option_context_add_main_entries(context, output, NULL);
    g_option_context_add_main_entries(context, rights, NULL);
    return context;
}

static bool number_of(const char *word, const char *option, const char *what, enum quantity quantity, uint64_t most,
                      uint64_t *value, char **message)
{
    uint64_t least = quantity == QUANTITY_MEMORY ? MIB : 1;

    if (word == NULL || quantity_parse(word, quantity, least, most, value))
        return true;
    *message = g_strdup_printf("%s takes %s, not \"%s\"", option, what, word);
    return false;
}

/* 0 is everything, as in tcpdump. Less than the least would cut the headers of nearly all packets. */
static bool snap_of(const char *word, uint64_t *snap, char **message)
{
    if (word == NULL || quantity_parse(word, QUANTITY_NUMBER, SNAP_LEAST, SNAP_MOST, snap))
        return true;
    if (!quantity_parse(word, QUANTITY_NUMBER, 0, 0, snap)) {
        *message =
            g_strdup_printf("-s takes 0 (whole packets) or a number of bytes from %d, which the headers need, to "
                            "%d, not \"%s\"",
                            SNAP_LEAST, SNAP_MOST, word);
        return false;
    }
    *snap = SNAP_MOST;
    return true;
}

static bool take_numbers(struct live_settings *s, char **message)
{
    const struct live_words *w = &s->words;
    uint64_t buffer = 64 * MIB, memory = 256 * MIB, snap = 0, seconds = 0, files = 0, stats = 0, duration = 0;
    const uint64_t most_s = UINT64_C(3650) * 86400;
    bool good =
        number_of(w->buffer, "-B", "a size such as 64M", QUANTITY_MEMORY, 2048 * MIB - 1, &buffer, message) &&
        number_of(w->max_memory, "--max-memory", "a size such as 256M", QUANTITY_MEMORY, SIZE_MAX / 2, &memory,
                  message) &&
        snap_of(w->snap, &snap, message) &&
        number_of(w->file_size, "-C", "a size such as 100 (million bytes)", QUANTITY_FILE, UINT64_C(1) << 50,
                  &s->file_bytes, message) &&
        number_of(w->file_seconds, "-G", "a time such as 3600 or 1h", QUANTITY_TIME, most_s, &seconds, message) &&
        number_of(w->file_count, "-W", "a number of files", QUANTITY_NUMBER, 1000000, &files, message) &&
        number_of(w->stats_interval, "--stats-interval", "a time such as 10 or 5m", QUANTITY_TIME, most_s, &stats,
                  message) &&
        number_of(w->count, "--count", "a number of packets", QUANTITY_NUMBER, UINT64_MAX, &s->count, message) &&
        number_of(w->duration, "--duration", "a time such as 90, 15m or 8h", QUANTITY_TIME, most_s, &duration, message);

    s->buffer_bytes = (size_t)buffer;
    s->max_memory = (size_t)memory;
    s->snap_len = (size_t)snap;
    s->file_seconds = (unsigned)seconds;
    s->file_count = (unsigned)files;
    s->stats_interval = (unsigned)stats;
    s->duration_s = (unsigned)duration;
    return good;
}

static const char *file_complaint(const struct live_words *w)
{
    bool rotates = w->file_size != NULL || w->file_seconds != NULL || w->file_count != NULL;

    if (w->write == NULL && rotates)
        return "-C, -G and -W are for --write";
    if (w->write == NULL && w->record != NULL)
        return "--record is for --write";
    if (w->file_count != NULL && w->file_size == NULL && w->file_seconds == NULL)
        return "-W is for -C or -G: otherwise there is one file";
    if (w->write != NULL && strcmp(w->write, "-") == 0 && rotates)
        return "standard output cannot be rotated";
    if (w->write != NULL && strcmp(w->write, "-") == 0 && w->log == NULL && (w->json || w->plain))
        return "--write and the records both want standard output: use --log for these";
    return NULL;
}

static const char *complaint_of(const struct live_settings *s)
{
    const struct live_words *w = &s->words;

    if (w->plain && w->json)
        return "--plain or --json, not both";
    if (w->read != NULL && (w->interfaces != NULL || w->no_promiscuous || w->buffer != NULL || w->snap != NULL))
        return "-r reads a stream: -i, -p, -B and -s are for interfaces";
    if (w->filter != NULL && w->rest != NULL)
        return "the filter stands behind -f or at the end, not both";
    if (w->record != NULL && strcmp(w->record, "all") != 0 && strcmp(w->record, "failed") != 0)
        return "--record is all or failed";
    if (w->quiet && w->json)
        return "--quiet is for lines: NDJSON has all records";
    const char *complaint = file_complaint(w);
    return complaint != NULL ? complaint : own_files_complaint(w);
}

/* Who comes from other tools tries `live trace.pcap`. */
static char *file_instead_of_filter(const struct live_words *w)
{
    const char *word = w->rest != NULL && w->rest[1] == NULL ? w->rest[0] : NULL;

    if (word == NULL || !g_file_test(word, G_FILE_TEST_IS_REGULAR))
        return NULL;
    return g_strdup_printf("%s is a file, and the last words are a filter: `ftpscope view %s` shows it, `live -r %s` "
                           "reads it as it grows",
                           word, word, word);
}

static bool has_terminal(const struct live_words *w)
{
    bool output = isatty(STDOUT_FILENO) && (w->write == NULL || strcmp(w->write, "-") != 0);
    bool keys = isatty(STDIN_FILENO) || (w->read != NULL && strcmp(w->read, "-") == 0);

    return output && keys;
}

/* What would be taken and never seen. */
static const char *screen_complaint(const struct live_settings *s)
{
    if (s->show != LIVE_SCREEN)
        return NULL;
    if (s->words.quiet)
        return "--quiet is for lines, and this is a screen: add --plain";
    if (s->words.stats_interval != NULL && s->words.log == NULL)
        return "--stats-interval is for lines and records, and this is a screen: add --plain, --json or --log FILE";
    return NULL;
}

static bool take_words(struct live_settings *s, char **message)
{
    const struct live_words *w = &s->words;
    const char *complaint = complaint_of(s);

    s->show = w->json ? LIVE_JSON : w->plain || !has_terminal(w) ? LIVE_PLAIN : LIVE_SCREEN;
    if (complaint == NULL)
        complaint = screen_complaint(s);
    if (complaint == NULL)
        complaint = command_color(w->color, &s->color);
    if (complaint == NULL && !sandbox_mode_parse(w->sandbox, &s->sandbox))
        complaint = "--sandbox is strict, on or off";
    if (complaint == NULL)
        complaint = command_ports(w->ports, &s->pipeline);
    *message = complaint != NULL ? g_strdup(complaint) : file_instead_of_filter(w);
    if (*message != NULL)
        return false;
    s->filter = w->rest != NULL ? g_strjoinv(" ", w->rest) : g_strdup(w->filter);
    s->only_failed = g_strcmp0(w->record, "failed") == 0;
    s->pipeline.show_secrets = w->show_secrets;
    return take_numbers(s, message);
}

bool live_settings_parse(struct live_settings *s, int argc, char **argv, char **message)
{
    GError *error = NULL;
    GOptionContext *context = context_new(&s->words);
    bool good = g_option_context_parse(context, &argc, &argv, &error);

    g_option_context_free(context);
    if (!good) {
        *message = g_strdup(error->message);
        g_error_free(error);
        return false;
    }
    if (s->words.list || s->words.version)
        return true;
    if (!take_words(s, message))
        return false;
    /* A quarter for the history of the screen, or for what nobody counts, and one for packets that are kept. */
    bool keeps = s->show == LIVE_SCREEN || s->only_failed;
    s->pipeline.max_memory = s->max_memory / 4 * (keeps ? 2 : 3);
    return true;
}

void live_settings_clear(struct live_settings *s)
{
    struct live_words *w = &s->words;
    char *const texts[] = {w->filter,   w->read,       w->write,        w->log,          w->record,         w->user,
                           w->sandbox,  w->color,      w->metrics,      w->metrics_file, w->on_finding,     w->buffer,
                           w->snap,     w->file_size,  w->file_seconds, w->file_count,   w->stats_interval, w->count,
                           w->duration, w->max_memory, s->filter};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_strfreev(w->interfaces);
    g_strfreev(w->ports);
    g_strfreev(w->rest);
}
