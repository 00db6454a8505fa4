/* rotation.c - names of rotated files. */
#include "monitor/input/rotation.h"

#include <string.h>

#include "pipeline/frame_index.h"

enum { COUNTER_DIGITS = 5, STAMP_DIGITS = 14, DATE_DIGITS = 8, UNIX_TIME_DIGITS = 10 };

/* What several pieces have in common. */
struct piece {
    char *whole; /* the path with a mark where the pieces differ; NULL: nothing says that there are others */
    bool counted;
};

static size_t without_ending(const char *path, size_t len, const char *const *endings)
{
    for (; *endings != NULL; endings++) {
        size_t n = strlen(*endings);
        if (len > n && memcmp(path + len - n, *endings, n) == 0)
            return len - n;
    }
    return len;
}

static size_t without_compression(const char *path)
{
    static const char *const endings[] = {".gz", ".zst", ".lz4", NULL};
    return without_ending(path, strlen(path), endings);
}

static bool has_ending(const char *path, size_t len)
{
    static const char *const endings[] = {".pcap", ".pcapng", ".cap", ".dmp", NULL};
    return without_ending(path, len, endings) < len;
}

static size_t without_digits(const char *path, size_t len)
{
    while (len > 0 && g_ascii_isdigit(path[len - 1]))
        len--;
    return len;
}

/* "trace.pcap", "trace.pcap3" and "trace.pcap.3": where the ending ends; 0: there is none. */
static size_t behind_ending(const char *path)
{
    size_t len = without_compression(path), shorter = without_digits(path, len);

    if (has_ending(path, shorter))
        return shorter;
    if (shorter < len && shorter > 0 && path[shorter - 1] == '.' && has_ending(path, shorter - 1))
        return shorter - 1;
    return 0;
}

bool rotation_has_capture_ending(const char *path)
{
    return behind_ending(path) != 0;
}

static size_t digits_at(const char *text)
{
    size_t n = 0;

    while (g_ascii_isdigit(text[n]))
        n++;
    return n;
}

/* Without an ending only the first piece tells what the others are: tcpdump -C calls them "trace", "trace1", "trace2".
 */
static char *first_piece(const char *path, GHashTable *all)
{
    size_t len = without_compression(path), shorter = without_digits(path, len);
    char *first = g_strndup(path, shorter);

    if (behind_ending(path) == 0 && g_hash_table_contains(all, first))
        return first;
    g_free(first);
    return NULL;
}

/* "_00001_20261121150000", and with the two in the other order: dumpcap. */
static size_t dumpcap_mark(const char *text)
{
    size_t first = *text == '_' ? digits_at(text + 1) : 0;
    size_t second = first > 0 && text[1 + first] == '_' ? digits_at(text + 2 + first) : 0;
    bool right =
        (first == COUNTER_DIGITS && second == STAMP_DIGITS) || (first == STAMP_DIGITS && second == COUNTER_DIGITS);

    return right ? 2 + first + second : 0;
}

static unsigned number_at(const char *digits, size_t n)
{
    unsigned value = 0;

    for (size_t i = 0; i < n; i++)
        value = value * 10 + (unsigned)(digits[i] - '0');
    return value;
}

static bool is_separator(char c)
{
    return c == '-' || c == '_';
}

/* "20261121" or "2026-11-21", not by dots: those are addresses. Copies the digits. */
static bool date_digits(const char *text, char digits[DATE_DIGITS])
{
    static const size_t parts[] = {4, 2, 2};
    bool separated = digits_at(text) == parts[0] && is_separator(text[parts[0]]);
    size_t n = 0;

    if (!separated && digits_at(text) < DATE_DIGITS)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (separated && digits_at(text) != parts[i])
            return false;
        memcpy(digits + n, text, parts[i]);
        n += parts[i];
        text += parts[i];
        if (separated && i + 1 < G_N_ELEMENTS(parts) && !is_separator(*text++))
            return false;
    }
    return true;
}

/* Not every number of ten digits is a time: from 2010 to 2033. */
static bool is_unix_time(const char *text)
{
    return digits_at(text) == UNIX_TIME_DIGITS && number_at(text, 4) >= 1263 && number_at(text, 4) < 2000;
}

/* A date, with or without a time of day behind it, or a Unix time. */
static size_t date_mark(const char *text)
{
    char digits[DATE_DIGITS];

    if (is_unix_time(text))
        return UNIX_TIME_DIGITS;
    if (!date_digits(text, digits))
        return 0;
    unsigned year = number_at(digits, 4), month = number_at(digits + 4, 2), day = number_at(digits + 6, 2);
    if (year < 1990 || year >= 2100 || month < 1 || month > 12 || day < 1 || day > 31)
        return 0;
    size_t len = strspn(text, "0123456789-_:T");
    while (!g_ascii_isdigit(text[len - 1]))
        len--;
    return len;
}

/* `path` up to `end`, with a mark instead of the bytes that make the difference. */
static char *marked(const char *path, size_t start, size_t len, size_t end)
{
    return g_strdup_printf("%.*s/%.*s", (int)start, path, (int)(end - start - len), path + start + len);
}

static struct piece piece_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t ending = behind_ending(path), end = ending != 0 ? ending : without_compression(path);

    for (const char *p = name; *p != '\0'; p++) {
        size_t len = dumpcap_mark(p);
        if (len > 0)
            return (struct piece){marked(path, (size_t)(p - path), len, end), true};
    }
    for (const char *p = name; *p != '\0'; p++) {
        bool begins = p == name || !g_ascii_isdigit(p[-1]);
        size_t len = begins ? date_mark(p) : 0;
        if (len > 0)
            return (struct piece){marked(path, (size_t)(p - path), len, end), false};
    }
    return (struct piece){ending != 0 ? g_strndup(path, ending) : NULL, true};
}

static void free_rotation(gpointer item)
{
    struct rotation *rotation = item;

    g_ptr_array_free(rotation->paths, TRUE);
    g_free(rotation);
}

static struct rotation *add_rotation(GPtrArray *groups, bool counted)
{
    struct rotation *rotation = g_new0(struct rotation, 1);

    rotation->paths = g_ptr_array_new();
    rotation->counted = counted;
    g_ptr_array_add(groups, rotation);
    return rotation;
}

GPtrArray *rotation_none(const GPtrArray *paths)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(free_rotation);

    for (guint i = 0; i < paths->len; i++)
        g_ptr_array_add(add_rotation(groups, false)->paths, paths->pdata[i]);
    return groups;
}

GPtrArray *rotation_all(const GPtrArray *paths)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(free_rotation);
    bool counted = rotation_is_counted((char *const *)paths->pdata, paths->len);
    struct rotation *all = paths->len > 0 ? add_rotation(groups, counted) : NULL;

    for (guint i = 0; i < paths->len; i++)
        g_ptr_array_add(all->paths, paths->pdata[i]);
    return groups;
}

bool rotation_is_counted(char *const *paths, size_t count)
{
    bool counted = count > 1;
    char *whole = NULL;

    for (size_t i = 0; i < count && counted; i++) {
        struct piece piece = piece_of(paths[i]);
        counted = piece.counted && piece.whole != NULL && (whole == NULL || strcmp(whole, piece.whole) == 0);
        g_free(whole);
        whole = piece.whole;
    }
    g_free(whole);
    return counted;
}

GPtrArray *rotation_groups(const GPtrArray *paths)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(free_rotation);
    GHashTable *known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTable *all = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < paths->len; i++)
        g_hash_table_add(all, paths->pdata[i]);
    for (guint i = 0; i < paths->len; i++) {
        struct piece piece = piece_of(paths->pdata[i]);
        if (piece.whole == NULL)
            piece = (struct piece){first_piece(paths->pdata[i], all), true};
        struct rotation *rotation = piece.whole != NULL ? g_hash_table_lookup(known, piece.whole) : NULL;
        if (rotation == NULL || rotation->paths->len == FRAME_INDEX_FILES_MAX)
            rotation = add_rotation(groups, piece.counted);
        g_ptr_array_add(rotation->paths, paths->pdata[i]);
        if (piece.whole != NULL)
            g_hash_table_replace(known, piece.whole, rotation);
    }
    g_hash_table_destroy(known);
    g_hash_table_destroy(all);
    return groups;
}
