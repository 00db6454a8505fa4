/* explain_near.c - the names that a mistyped one may have meant. */
#include "monitor/explain_near.h"

#include "core/ftpscope.h"

#include <string.h>

enum { NAME_MAX_LEN = 32, NEAR_MAX = 8, PREFIX_MIN = 3 };

static bool same_letter(char a, char b)
{
    return g_ascii_tolower(a) == g_ascii_tolower(b);
}

/* How many letters must be put in, taken out, changed or swapped with their neighbour, row by row ("optimal string
 * alignment"). Both lengths at most NAME_MAX_LEN. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(b), rows[3][NAME_MAX_LEN + 1];
    for (size_t k = 0; k <= n; k++)
        rows[0][k] = k;
    size_t i = 0;
    while (a[i] != '\0') {
        i++;
        size_t *row = rows[i % 3];
        const size_t *before = rows[(i + 2) % 3], *before2 = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t k = 1; k <= n; k++) {
            size_t change = before[k - 1] + (same_letter(a[i - 1], b[k - 1]) ? 0 : 1);
            row[k] = MIN(change, MIN(before[k], row[k - 1]) + 1);
            if (i > 1 && k > 1 && same_letter(a[i - 1], b[k - 2]) && same_letter(a[i - 2], b[k - 1]))
                row[k] = MIN(row[k], before2[k - 2] + 1);
        }
    }
    return rows[i % 3][n];
}

/* Findings are words joined by '-': "passive-filtered" begins like all "passive-..." ones. */
static bool shares_first_word(const char *name, const char *known)
{
    size_t length = strcspn(name, "-");
    return length >= PREFIX_MIN && g_ascii_strncasecmp(name, known, length) == 0 &&
           (known[length] == '-' || known[length] == '\0');
}

/* `letters` mistakes, and fewer in short names, where everything is near everything. */
static bool is_near(const char *name, const char *known, size_t letters)
{
    size_t length = strlen(name);
    if (strlen(known) > NAME_MAX_LEN)
        return false;
    return distance(name, known) <= MIN(letters, length / 3);
}

static void add_near(GString *found, size_t *count, const char *name)
{
    if (*count == NEAR_MAX)
        return;
    g_string_append_printf(found, "%s%s", *count > 0 ? ", " : "", name);
    ++*count;
}

char *explain_near(const char *name)
{
    GString *found = g_string_new(NULL);
    size_t count = 0;
    if (strlen(name) > NAME_MAX_LEN || strspn(name, "0123456789") == strlen(name))
        return g_string_free(found, FALSE);
    for (int i = FSC_VERB_UNKNOWN + 1; i < FSC_VERB_COUNT; i++) {
        const char *known = fsc_verb_info((enum fsc_verb)i)->name;
        if (is_near(name, known, 1))
            add_near(found, &count, known);
    }
    for (int near = 1; near >= 0; near--) {
        for (int i = 0; i < FSC_FINDING_COUNT; i++) {
            const char *known = fsc_finding_info((enum fsc_finding_id)i)->name;
            bool close = is_near(name, known, 3);
            if (near != 0 ? close : !close && (shares_first_word(name, known) || strstr(known, name) != NULL))
                add_near(found, &count, known);
        }
    }
    return g_string_free(found, FALSE);
}
