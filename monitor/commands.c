/* commands.c - what the commands share. */
#include "monitor/commands.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/pipeline.h"

bool command_color(const char *word, bool *color)
{
    const char *no_color = g_getenv("NO_COLOR"), *terminal = g_getenv("TERM");

    if (word == NULL || strcmp(word, "auto") == 0) {
        bool asked_not_to = (no_color != NULL && no_color[0] != '\0') || g_strcmp0(terminal, "dumb") == 0;
        *color = !asked_not_to && isatty(STDOUT_FILENO);
        return true;
    }
    *color = strcmp(word, "always") == 0;
    return *color || strcmp(word, "never") == 0;
}

static bool add_port(struct pipeline_config *config, const char *text)
{
    guint64 port;

    if (!g_ascii_string_to_unsigned(text, 10, 1, 65535, &port, NULL) || config->port_count == PIPELINE_PORTS_MAX)
        return false;
    config->ports[config->port_count++] = (uint16_t)port;
    return true;
}

bool command_ports(char *const *words, struct pipeline_config *config)
{
    bool good = true;

    for (; words != NULL && *words != NULL; words++) {
        char **list = g_strsplit(*words, ",", -1);
        for (char **p = list; *p != NULL; p++)
            good = add_port(config, *p) && good;
        g_strfreev(list);
    }
    return good;
}
