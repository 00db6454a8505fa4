#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L /* localtime_r */
#endif

#include "monitor/output/rotating_names.h"

#include <glib.h>
#include <limits.h>
#include <string.h>
#include <time.h>

static char *expanded(const struct rotating_names *names, int64_t now_ns)
{
    time_t seconds = (time_t)(now_ns / 1000000000);
    char text[NAME_MAX + 1];
    struct tm local;

    if (!names->by_time || localtime_r(&seconds, &local) == NULL)
        return g_strdup(names->base);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the user's own */
    size_t n = strftime(text, sizeof(text), names->base, &local);
#pragma GCC diagnostic pop
    return n > 0 ? g_strndup(text, n) : g_strdup(names->base);
}

static int digits_of(unsigned value)
{
    int digits = 1;

    for (; value >= 10; value /= 10)
        digits++;
    return digits;
}

char *rotating_names_next(struct rotating_names *names, int64_t now_ns)
{
    char *name = expanded(names, now_ns);

    if (names->before != NULL && strcmp(name, names->before) != 0)
        names->serial = 0;
    g_free(names->before);
    names->before = name;
    uint64_t number = names->serial++;
    if (names->ring > 0)
        return g_strdup_printf("%s%0*" G_GINT64_MODIFIER "u", name, digits_of(names->ring - 1), number % names->ring);
    return number == 0 ? g_strdup(name) : g_strdup_printf("%s%" G_GUINT64_FORMAT, name, number);
}

void rotating_names_free(struct rotating_names *names)
{
    g_free(names->before);
    names->before = NULL;
}
