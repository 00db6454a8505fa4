/* path.c - directories and names: the quoted path of a 257, and joining by words alone. */
#include "core/internal.h"

static size_t put_bounded(struct fsc_span text, uint8_t *buf, size_t cap)
{
    size_t n = text.n < cap ? text.n : cap;

    if (n > 0)
        memcpy(buf, text.p, n);
    return n;
}

/* "PWD = /x", from servers that know no quotes. */
static size_t path_behind_equals(struct fsc_span text, uint8_t *buf, size_t cap)
{
    const uint8_t *equals = text.n > 0 ? memchr(text.p, '=', text.n) : NULL;
    size_t pos = 0;

    if (equals == NULL)
        return 0;
    pos = span_skip_blanks(text, (size_t)(equals - text.p) + 1);
    return put_bounded(span_trim_end(span_after(text, pos)), buf, cap);
}

size_t fsc_quoted_path(struct fsc_span text, uint8_t *buf, size_t cap)
{
    const uint8_t *quote = text.n > 0 ? memchr(text.p, '"', text.n) : NULL;
    size_t n = 0;

    if (quote == NULL)
        return path_behind_equals(text, buf, cap);
    for (size_t i = (size_t)(quote - text.p) + 1; i < text.n; i++) {
        if (text.p[i] == '"') {
            bool doubled = i + 1 < text.n && text.p[i + 1] == '"';

            if (!doubled)
                return n;
            i++;
        }
        if (n < cap)
            buf[n++] = text.p[i];
    }
    return 0; /* the closing quote is missing: what stands there may be half a name */
}

/* Position behind `word` (lower case) where it first occurs in any case; 0 when it does not. */
static size_t behind_word(struct fsc_span text, const char *word)
{
    size_t n = strlen(word);

    for (size_t i = 0; i + n <= text.n; i++)
        if (span_begins(span_after(text, i), word))
            return i + n;
    return 0;
}

bool fsc_unique_name(struct fsc_span text, struct fsc_span *name)
{
    size_t at = span_begins(text, "file:") ? 5 : behind_word(text, "unique file name:");

    *name = (struct fsc_span){text.p, 0};
    if (at == 0)
        return false;
    *name = span_trim_end(span_after(text, span_skip_blanks(text, at)));
    if (at == 5 || name->n == 0)
        return name->n > 0;
    if (name->p[name->n - 1] == '.')
        name->n--;
    if (name->n > 0 && name->p[name->n - 1] == ')')
        name->n--;
    return name->n > 0;
}

/* ---- joining ---- */

struct joined {
    uint8_t *buf;
    size_t cap, n;
    size_t root;   /* bytes that ".." cannot take away: "/", "C:/", "?", "~user" */
    bool floating; /* the root is a place we do not know: what is above it has no name, so ".." stays */
    bool dos;      /* a drive letter stands in front: backslashes separate too */
    bool cut;
};

static bool has_drive(struct fsc_span path)
{
    return path.n >= 2 && ascii_is_letter(path.p[0]) && path.p[1] == ':' &&
           (path.n == 2 || path.p[2] == '/' || path.p[2] == '\\');
}

static bool is_absolute(struct fsc_span path)
{
    return path.n > 0 && (path.p[0] == '/' || path.p[0] == '~' || has_drive(path));
}

static void put_bytes(struct joined *path, const void *bytes, size_t n)
{
    size_t room = path->cap - path->n;

    if (n > room) {
        n = room;
        path->cut = true;
    }
    if (n > 0)
        memcpy(path->buf + path->n, bytes, n);
    path->n += n;
}

/* Takes the last name away. Each byte is looked at once, because it is gone afterwards. */
static void put_parent(struct joined *path)
{
    size_t n = path->n;

    while (n > path->root && path->buf[n - 1] != '/')
        n--;
    if (path->floating && (path->n == path->root || (path->n - n == 2 && memcmp(path->buf + n, "..", 2) == 0))) {
        put_bytes(path, "/..", 3);
        return;
    }
    path->n = n > path->root ? n - 1 : path->root;
}

static void put_name(struct joined *path, struct fsc_span name)
{
    if (name.n == 0 || (name.n == 1 && name.p[0] == '.'))
        return;
    if (name.n == 2 && memcmp(name.p, "..", 2) == 0) {
        put_parent(path);
        return;
    }
    if (path->n > 0 && path->buf[path->n - 1] != '/')
        put_bytes(path, "/", 1);
    put_bytes(path, name.p, name.n);
}

static size_t name_end(const struct joined *path, struct fsc_span text, size_t pos)
{
    const uint8_t *slash = !path->dos && pos < text.n ? memchr(text.p + pos, '/', text.n - pos) : NULL;

    if (!path->dos)
        return slash != NULL ? (size_t)(slash - text.p) : text.n;
    while (pos < text.n && text.p[pos] != '/' && text.p[pos] != '\\')
        pos++;
    return pos;
}

static void put_names(struct joined *path, struct fsc_span text, size_t pos)
{
    while (pos < text.n && !path->cut) {
        size_t end = name_end(path, text, pos);

        put_name(path, span_cut(text, pos, end));
        pos = end + 1;
    }
}

/* What the path begins with; returns how many bytes of `base` that took. */
static size_t put_root(struct joined *path, struct fsc_span base)
{
    size_t taken = 0;

    if (base.n == 0) {
        put_bytes(path, "?", 1);
    } else if (base.p[0] == '/') {
        put_bytes(path, "/", 1);
        taken = 1;
    } else {
        path->dos = has_drive(base);
        taken = name_end(path, base, 0);
        put_bytes(path, base.p, taken);
        put_bytes(path, "/", path->dos ? 1 : 0);
    }
    path->floating = base.n == 0 || (base.p[0] != '/' && !path->dos);
    path->root = path->n;
    return taken;
}

size_t fsc_path_join(struct fsc_span cwd, struct fsc_span arg, uint8_t *buf, size_t cap, bool *cut)
{
    struct joined path = {.buf = buf, .cap = cap};
    struct fsc_span base = is_absolute(arg) ? arg : cwd;

    put_names(&path, base, put_root(&path, base));
    if (!is_absolute(arg))
        put_names(&path, arg, 0);
    *cut = path.cut;
    return path.n;
}
