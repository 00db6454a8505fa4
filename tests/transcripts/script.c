/* script.c - reads and rewrites a transcript file. */
#include "tests/transcripts/script.h"

#include <stdio.h>
#include <string.h>

static void chunk_free(gpointer data)
{
    struct chunk *chunk = data;

    if (chunk->bytes != NULL)
        g_string_free(chunk->bytes, TRUE);
    g_free(chunk);
}

static void string_free(gpointer data)
{
    g_string_free(data, TRUE);
}

void script_free(struct script *script)
{
    g_free(script->head);
    g_free(script->golden);
    g_ptr_array_free(script->chunks, TRUE);
    g_ptr_array_free(script->secrets, TRUE);
    g_free(script);
}

static GString *unescape(const char *p);

/* "\{ab*70}": what stands before the star, so many times. Returns what follows it, NULL when it is malformed. */
static const char *unescape_repeat(const char *p, GString *out)
{
    const char *close = strchr(p, '}'), *star = close != NULL ? g_strrstr_len(p, close - p, "*") : NULL;
    char *end;

    if (star == NULL)
        return NULL;
    guint64 times = g_ascii_strtoull(star + 1, &end, 10);
    gchar *inner = g_strndup(p, (gsize)(star - p));
    GString *bytes = unescape(inner);
    bool good = bytes != NULL && end == close && times <= 1000000;
    for (guint64 i = 0; good && i < times; i++)
        g_string_append_len(out, bytes->str, (gssize)bytes->len);
    g_free(inner);
    if (bytes != NULL)
        g_string_free(bytes, TRUE);
    return good ? close + 1 : NULL;
}

/* The escape behind a backslash. */
static const char *unescape_one(const char *p, GString *out)
{
    static const char names[] = "rn0t\\", bytes[] = "\r\n\0\t\\";
    const char *found = *p != '\0' ? strchr(names, *p) : NULL;

    if (found != NULL) {
        g_string_append_c(out, bytes[found - names]);
        return p + 1;
    }
    if (p[0] == 'x' && g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2])) {
        g_string_append_c(out, (gchar)(g_ascii_xdigit_value(p[1]) * 16 + g_ascii_xdigit_value(p[2])));
        return p + 3;
    }
    return *p == '{' ? unescape_repeat(p + 1, out) : NULL;
}

static GString *unescape(const char *p)
{
    GString *out = g_string_new(NULL);

    while (p != NULL && *p != '\0') {
        if (*p == '\\') {
            p = unescape_one(p + 1, out);
        } else {
            g_string_append_c(out, *p++);
        }
    }
    if (p == NULL) {
        g_string_free(out, TRUE);
        return NULL;
    }
    return out;
}

/* "@12" a position, "@-3" and "@+3" so much less or more than all that was delivered, "@?" not known. */
static bool read_ack(const char **p, uint64_t delivered, uint64_t *ack)
{
    char *end;

    *ack = delivered;
    if (**p != '@')
        return true;
    const char *number = *p + 1;
    if (*number == '?') {
        *ack = FSC_ACK_NONE;
        *p = number + 1;
        return true;
    }
    bool less = *number == '-', more = *number == '+';
    guint64 value = g_ascii_strtoull(number + (less || more ? 1 : 0), &end, 10);
    *ack = less ? delivered - MIN(value, delivered) : more ? delivered + value : value;
    *p = end;
    return end != number;
}

static bool read_chunk(struct script *script, const char *line, uint64_t pos[2])
{
    struct chunk chunk = {.dir = line[0] == 'C' ? FSC_C2S : FSC_S2C};
    const char *p = line + 1;

    chunk.pos = pos[chunk.dir];
    if (!read_ack(&p, pos[1 - (int)chunk.dir], &chunk.ack) || *p != ' ')
        return false;
    chunk.bytes = unescape(p + 1);
    if (chunk.bytes == NULL)
        return false;
    pos[chunk.dir] += chunk.bytes->len;
    g_ptr_array_add(script->chunks, g_memdup2(&chunk, sizeof(chunk)));
    return true;
}

static bool read_gap(struct script *script, const char *line, uint64_t pos[2])
{
    struct chunk chunk = {.dir = line[0] == 'C' ? FSC_C2S : FSC_S2C};

    if ((line[0] != 'C' && line[0] != 'S') || line[1] != ' ')
        return false;
    chunk.pos = pos[chunk.dir];
    chunk.gap_len = g_ascii_strtoull(line + 2, NULL, 10);
    pos[chunk.dir] += chunk.gap_len;
    g_ptr_array_add(script->chunks, g_memdup2(&chunk, sizeof(chunk)));
    return chunk.gap_len > 0;
}

static bool read_line(struct script *script, const char *line, uint64_t pos[2])
{
    if (line[0] == '\0' || line[0] == '#')
        return true;
    if ((line[0] == 'C' || line[0] == 'S') && (line[1] == ' ' || line[1] == '@'))
        return read_chunk(script, line, pos);
    if (g_str_has_prefix(line, "gap "))
        return read_gap(script, line + 4, pos);
    if (strcmp(line, "start middle") == 0) {
        script->saw_start = false;
        return true;
    }
    if (g_str_has_prefix(line, "port ")) {
        script->server_port = (uint16_t)g_ascii_strtoull(line + 5, NULL, 10);
        return script->server_port != 0;
    }
    if (g_str_has_prefix(line, "secret ")) {
        GString *secret = unescape(line + 7);
        if (secret != NULL)
            g_ptr_array_add(script->secrets, secret);
        return secret != NULL;
    }
    return false;
}

static bool read_head(struct script *script, const char *path)
{
    uint64_t pos[2] = {0, 0};
    gchar **lines = g_strsplit(script->head, "\n", -1);
    bool good = true;

    for (gsize i = 0; good && lines[i] != NULL && strcmp(lines[i], "===") != 0; i++) {
        good = read_line(script, lines[i], pos);
        if (!good)
            fprintf(stderr, "%s:%u: this line means nothing: %s\n", path, (unsigned)i + 1, lines[i]);
    }
    g_strfreev(lines);
    return good;
}

struct script *script_read(const char *path)
{
    static const char mark[] = "\n===\n";
    gchar *text;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        fprintf(stderr, "%s: cannot be read\n", path);
        return NULL;
    }
    struct script *script = g_new0(struct script, 1);
    char *end = strstr(text, mark);
    script->head = end != NULL ? g_strndup(text, (gsize)(end - text) + strlen(mark)) : g_strconcat(text, "===\n", NULL);
    script->golden = g_strdup(end != NULL ? end + strlen(mark) : "");
    g_free(text);
    script->chunks = g_ptr_array_new_with_free_func(chunk_free);
    script->secrets = g_ptr_array_new_with_free_func(string_free);
    script->saw_start = true;
    script->server_port = 21;
    if (!read_head(script, path)) {
        script_free(script);
        return NULL;
    }
    return script;
}

bool script_update(const struct script *script, const char *path, const char *golden)
{
    gchar *text = g_strconcat(script->head, golden, NULL);
    bool written = g_file_set_contents(path, text, -1, NULL);

    g_free(text);
    return written;
}
