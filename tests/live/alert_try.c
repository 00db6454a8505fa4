/* alert_try.c - the helper of --on-finding, driven by lines on standard input; prints one line for each. Run by
 * alert.py. "send TEXT" "repeat N TEXT" "size N" "counters" "words" "sandbox" "close"; the end of input closes nothing.
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/output/alert.h"
#include "monitor/sandbox/sandbox.h"

static void print_counters(const struct alert_counters *c)
{
    char *words = alert_counters_words(c);

    printf("{\"sent\": %" G_GUINT64_FORMAT ", \"dropped\": %" G_GUINT64_FORMAT ", \"skipped\": %" G_GUINT64_FORMAT
           ", \"run\": %" G_GUINT64_FORMAT ", \"failed\": %" G_GUINT64_FORMAT ", \"killed\": %" G_GUINT64_FORMAT
           ", \"last_failure\": %d, \"gone\": %d, \"words\": \"%s\"}\n",
           c->sent, c->dropped, c->skipped, c->run, c->failed, c->killed, c->last_failure, c->gone, words);
    g_free(words);
}

/* How many were taken, and how long the slowest took, in microseconds. */
static void send_many(struct alert *alert, const char *text, size_t n, guint64 times)
{
    gint64 slowest = 0;
    guint64 taken = 0;

    for (guint64 i = 0; i < times; i++) {
        gint64 begun = g_get_monotonic_time();
        taken += alert_send(alert, text, n);
        slowest = MAX(slowest, g_get_monotonic_time() - begun);
    }
    printf("%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "\n", taken, slowest);
}

static void send_size(struct alert *alert, const char *number)
{
    gsize n = (gsize)g_ascii_strtoull(number, NULL, 10);
    char *bytes = g_malloc(n + 1);

    memset(bytes, 'x', n);
    send_many(alert, bytes, n, 1);
    g_free(bytes);
}

static void enter_sandbox(const struct rights_user *user)
{
    const struct sandbox_options options = {.user = user};
    struct sandbox_state state;
    char *message = NULL;

    if (sandbox_enter(&options, &state, &message))
        puts("ok");
    else
        printf("error: %s\n", message);
    g_free(message);
    sandbox_state_clear(&state);
}

static void obey(struct alert **alert, const struct rights_user *user, const char *word)
{
    struct alert_counters counters;

    if (g_str_has_prefix(word, "send ")) {
        send_many(*alert, word + 5, strlen(word + 5), 1);
    } else if (g_str_has_prefix(word, "repeat ")) {
        char *text;
        guint64 times = g_ascii_strtoull(word + 7, &text, 10);
        send_many(*alert, text, strlen(text), times);
    } else if (g_str_has_prefix(word, "size ")) {
        send_size(*alert, word + 5);
    } else if (strcmp(word, "counters") == 0) {
        counters = alert_counters(*alert);
        print_counters(&counters);
    } else if (strcmp(word, "words") == 0) {
        char *words = alert_words(*alert);
        puts(words);
        g_free(words);
    } else if (strcmp(word, "sandbox") == 0) {
        enter_sandbox(user);
    } else if (strcmp(word, "close") == 0) {
        fputs(alert_close(alert, &counters) ? "ended " : "still ", stdout);
        print_counters(&counters);
    }
    fflush(stdout);
}

static void obey_all(struct alert *alert, const struct rights_user *user)
{
    static char line[1 << 17];

    while (alert != NULL && fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        obey(&alert, user, line);
    }
    if (alert != NULL)
        (void)alert_close(&alert, NULL);
}

int main(int argc, char **argv)
{
    struct rights_user user = {0};
    struct alert_options options = {.user = &user};
    gint quiet = 0, per_minute = 0, burst = 0, seconds = 0;
    char *asked = NULL, *message = NULL;
    const GOptionEntry entries[] = {
        {"user", 'Z', 0, G_OPTION_ARG_STRING, &asked, "", NULL},
        {"quiet", 0, 0, G_OPTION_ARG_NONE, &quiet, "", NULL},
        {"per-minute", 0, 0, G_OPTION_ARG_INT, &per_minute, "", NULL},
        {"burst", 0, 0, G_OPTION_ARG_INT, &burst, "", NULL},
        {"seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "", NULL},
        {0},
    };
    GOptionContext *context = g_option_context_new(NULL);

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, NULL) || argc != 2)
        return 2;
    g_option_context_free(context);
    options.quiet = quiet != 0;
    options.per_minute = (unsigned)per_minute;
    options.burst = (unsigned)burst;
    options.command_s = (unsigned)seconds;
    struct alert *alert = rights_choose(asked, &user, &message) ? alert_start(argv[1], &options, &message) : NULL;
    printf("%s\n", alert != NULL ? "started" : message);
    fflush(stdout);
    int code = alert != NULL ? 0 : 1;
    obey_all(alert, &user);
    rights_user_clear(&user);
    g_free(asked);
    g_free(message);
    return code;
}
