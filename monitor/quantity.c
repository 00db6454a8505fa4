/* quantity.c - a table of units for each kind. */
#include "monitor/quantity.h"

#include <glib.h>

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

enum { UNITS_MAX = 5 };

static const struct {
    const char *name; /* NULL ends the list */
    uint64_t factor;
} units[][UNITS_MAX + 1] = {
    [QUANTITY_NUMBER] = {{"", 1}},
    [QUANTITY_MEMORY] = {{"", MIB}, {"k", KIB}, {"m", MIB}, {"g", GIB}},
    [QUANTITY_FILE] = {{"", 1000000}, {"k", KIB}, {"m", MIB}, {"g", GIB}},
    [QUANTITY_TIME] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}},
};

static uint64_t factor_of(const char *name, enum quantity quantity)
{
    for (size_t i = 0; units[quantity][i].name != NULL; i++)
        if (g_ascii_strcasecmp(name, units[quantity][i].name) == 0)
            return units[quantity][i].factor;
    return 0;
}

bool quantity_parse(const char *text, enum quantity quantity, uint64_t least, uint64_t most, uint64_t *value)
{
    char *end = NULL;

    if (!g_ascii_isdigit(text[0]))
        return false;
    guint64 number = g_ascii_strtoull(text, &end, 10);
    uint64_t factor = factor_of(end, quantity);
    if (factor == 0 || number > most / factor || number * factor < least)
        return false;
    *value = number * factor;
    return true;
}
