/* live.c - `ftpscope live`: watch FTP on an interface. */
#include <stdio.h>

#include "monitor/commands.h"
#include "monitor/input/live_capture.h"
#include "monitor/live/run.h"

static int list_interfaces(void)
{
    char *message = NULL;

    if (live_interfaces_print(stdout, &message))
        return command_flush("live") ? EXIT_CLEAN : EXIT_UNREADABLE;
    command_complain(message);
    g_free(message);
    return EXIT_UNREADABLE;
}

static int run(const struct live_settings *settings)
{
    if (settings->words.version) {
        puts("ftpscope " FTPSCOPE_VERSION);
        return EXIT_CLEAN;
    }
    return settings->words.list ? list_interfaces() : live_run(settings);
}

int command_live(int argc, char **argv)
{
    struct live_settings settings = {.show = LIVE_PLAIN};
    char *message = NULL;
    int code;

    if (live_settings_parse(&settings, argc, argv, &message))
        code = run(&settings);
    else
        code = command_usage_error("live", message);
    g_free(message);
    live_settings_clear(&settings);
    return code;
}
