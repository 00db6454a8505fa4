/* objects_name.c - see objects_name.h. */
#include "plugin/tools/objects_name.h"

#include <inttypes.h>
#include <string.h>

/* Bytes: of the 255 that a file system takes, less what is put behind. The end of a path tells most. */
enum { NAME_MAX_LENGTH = 180 };

static bool is_unsafe(char c)
{
    return (guchar)c < 0x20 || c == 0x7f || c == '/' || c == '\\';
}

/* A part ".." becomes "__". */
static void hide_parents(char *name)
{
    for (char *part = name; *part != '\0';) {
        size_t n = strcspn(part, "/\\");
        if (n == 2 && part[0] == '.' && part[1] == '.')
            part[0] = part[1] = '_';
        part += n + (part[n] != '\0');
    }
}

/* Without the root, or the place where the session began. */
static struct fsc_span relative(struct fsc_span path)
{
    if (path.n > 0 && path.p[0] == '?')
        path = (struct fsc_span){path.p + 1, path.n - 1};
    while (path.n > 0 && path.p[0] == '/')
        path = (struct fsc_span){path.p + 1, path.n - 1};
    if (path.n > NAME_MAX_LENGTH)
        path = (struct fsc_span){path.p + path.n - NAME_MAX_LENGTH, NAME_MAX_LENGTH};
    return path;
}

static char *safe_name(const struct exchange *exchange)
{
    struct fsc_span path = relative(exchange->path.n > 0 ? exchange->path : exchange->argument);

    if (path.n == 0)
        return g_strdup_printf("%s-%u", fsc_verb_info(exchange->verb)->name, exchange->command_frame);
    char *name = g_utf8_make_valid((const char *)path.p, (gssize)path.n);
    hide_parents(name);
    for (char *c = name; *c != '\0'; c++)
        *c = is_unsafe(*c) ? '_' : *c;
    if (g_str_equal(name, "."))
        name[0] = '_';
    return name;
}

/* The outcome of a transfer that may lack something, as far as it is known by now. */
static const char *flaw_of(const struct transfer_result *result)
{
    return result == NULL || result->record.status == FSC_STATUS_COMPLETE ? NULL
                                                                          : fsc_status_name(result->record.status);
}

char *object_name(const struct exchange *exchange, unsigned flaws)
{
    uint64_t offset = exchange->transfer != NULL ? exchange->transfer->record.offset : 0;
    GString *name = g_string_new(NULL);
    char *safe = safe_name(exchange);

    g_string_append(name, safe);
    g_free(safe);
    if (exchange->parameters != NULL && exchange->parameters->mode != 'S')
        g_string_append_printf(name, ".mode-%c", g_ascii_tolower(exchange->parameters->mode));
    if (offset > 0)
        g_string_append_printf(name, ".from-%" PRIu64, offset);
    if ((flaws & OBJECT_HOLES) != 0)
        g_string_append(name, ".with-holes");
    if ((flaws & OBJECT_LIMIT) != 0)
        g_string_append(name, ".cut-at-limit");
    if (flaw_of(exchange->transfer) != NULL)
        g_string_append_printf(name, ".%s", flaw_of(exchange->transfer));
    return g_string_free(name, FALSE);
}
