/*
 * files.c - the file that a command names, and what the session knows of its size when a transfer of it begins.
 */
#include "core/internal.h"
#include "core/session_state.h"

/* LIST and NLST take switches of ls before the path ("-la dir"): practice since 4.2BSD. */
static struct fsc_span without_switches(struct fsc_span arg)
{
    while (arg.n > 0 && arg.p[0] == '-') {
        const uint8_t *blank = memchr(arg.p, ' ', arg.n);
        size_t skip = blank != NULL ? (size_t)(blank - arg.p) + 1 : arg.n;
        arg.p += skip;
        arg.n -= skip;
    }
    return arg;
}

/* MFMT and its kin: "20240101120000 path", "Modify=...; path". */
static struct fsc_span behind_first_word(struct fsc_span arg)
{
    const uint8_t *blank = arg.n > 0 ? memchr(arg.p, ' ', arg.n) : NULL;

    return blank != NULL ? span_after(arg, (size_t)(blank - arg.p) + 1) : arg;
}

/* What is not absolute begins with "?/": the directory before the first PWD, and homes ("~", "~bob"), of which only the
 * server knows where they are. */
static size_t with_root(uint8_t *buf, size_t len, size_t cap)
{
    if (len == 0 || (buf[0] != '?' && buf[0] != '~') || cap - len < 2)
        return len;
    if (buf[0] == '~' && len > 1 && buf[1] != '/') {
        memmove(buf + 2, buf, len);
        memcpy(buf, "?/", 2);
        return len + 2;
    }
    buf[0] = '?';
    if (len == 1)
        buf[len++] = '/';
    return len;
}

/* Into the free part of the block: it holds until the queue changes. */
static struct fsc_span join(struct fsc_session *session, struct fsc_span name, bool *cut)
{
    struct fsc_span scratch = arena_scratch(session);
    size_t cap = scratch.n < FSC_PATH_MAX ? scratch.n : FSC_PATH_MAX;
    uint8_t *buf = arena_bytes(session) + session->tail;

    size_t len = fsc_path_join(arena_cwd(session), name, buf, cap, cut);
    return (struct fsc_span){buf, with_root(buf, len, cap)};
}

bool files_is_transfer(enum fsc_verb verb)
{
    return fsc_verb_info(verb)->flow != FSC_FLOW_NONE;
}

struct fsc_span files_path(struct fsc_session *session, const struct pending *entry, bool *cut)
{
    const struct fsc_verb_info *info = fsc_verb_info((enum fsc_verb)entry->verb);
    struct fsc_span arg = queue_argument(entry);

    *cut = false;
    if (entry->verb == FSC_VERB_STOU) /* the server chooses the name, see files_path_in_reply */
        return (struct fsc_span){NULL, 0};
    if (info->argument != FSC_ARG_PATH || (entry->flags & (PENDING_SECRET | PENDING_CUT)))
        return (struct fsc_span){NULL, 0};
    if (entry->verb == FSC_VERB_STAT && arg.n == 0) /* asks about the session */
        return (struct fsc_span){NULL, 0};
    if (info->traits & FSC_TRAIT_LISTING)
        arg = without_switches(arg);
    if (entry->verb == FSC_VERB_MFMT || entry->verb == FSC_VERB_MFCT || entry->verb == FSC_VERB_MFF)
        arg = behind_first_word(arg);
    return join(session, arg, cut);
}

struct fsc_span files_path_in_reply(struct fsc_session *session, const struct pending *entry, struct fsc_span text,
                                    bool *cut)
{
    struct fsc_span name;

    if (entry->verb != FSC_VERB_STOU || !fsc_unique_name(text, &name))
        return files_path(session, entry, cut);
    return join(session, name, cut);
}

static uint64_t hash_of(struct fsc_span text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a: a collision needs two files asked for in a row */

    for (size_t i = 0; i < text.n; i++)
        hash = (hash ^ text.p[i]) * UINT64_C(0x100000001b3);
    return hash;
}

void files_take_size(struct fsc_session *session, const struct pending *entry, uint64_t bytes, enum fsc_size_from from)
{
    bool cut;
    struct fsc_span path = files_path(session, entry, &cut);

    if (cut)
        return;
    session->sizes[session->next_size] =
        (struct known_size){hash_of(path), bytes, from, from == FSC_SIZE_SIZE && session->parameters.type == 'A', true};
    session->next_size = (session->next_size + 1) % FSC_SIZES_MAX;
}

/* The file was written, deleted or renamed: its size is not known any more. */
void files_forget_size(struct fsc_session *session, const struct pending *entry)
{
    bool cut;
    uint64_t hash = hash_of(files_path(session, entry, &cut));

    for (size_t i = 0; i < FSC_SIZES_MAX; i++)
        if (session->sizes[i].path_hash == hash)
            session->sizes[i].valid = false;
}

static bool known_size(const struct fsc_session *session, struct fsc_span path, struct fsc_transfer_setup *out)
{
    uint64_t hash = hash_of(path);

    for (size_t i = 0; i < FSC_SIZES_MAX; i++) {
        /* Newest first: the answer may have changed since. */
        const struct known_size *size = &session->sizes[(session->next_size + FSC_SIZES_MAX - 1 - i) % FSC_SIZES_MAX];
        if (size->valid && size->path_hash == hash) {
            out->expected_bytes = size->bytes;
            out->expected_from = size->from;
            out->size_is_ascii = size->ascii;
            return true;
        }
    }
    return false;
}

/* After REST vsftpd announces the whole file, ProFTPD what is left of it: SIZE before tells which. What was moved in
 * the end is always what was left. */
static bool is_rest(struct fsc_session *session, const struct pending *entry, uint64_t offset)
{
    struct fsc_transfer_setup whole = {.expected_bytes = 0};
    bool cut;

    if (entry->size_from == FSC_SIZE_226)
        return true;
    struct fsc_span path = files_path(session, entry, &cut);
    return offset > 0 && !cut && known_size(session, path, &whole) && !whole.size_is_ascii &&
           whole.expected_bytes >= offset && whole.expected_bytes - offset == entry->value;
}

void files_setup(struct fsc_session *session, const struct pending *entry, struct fsc_transfer_setup *out)
{
    const struct parameters *p = &session->parameters;
    const struct fsc_verb_info *info = fsc_verb_info((enum fsc_verb)entry->verb);
    bool cut;

    *out = (struct fsc_transfer_setup){.tx = entry->tx,
                                       .verb = (enum fsc_verb)entry->verb,
                                       .expect_id = entry->expect_id,
                                       .offset = p->offset,
                                       .type = (char)p->type,
                                       .mode = (char)p->mode,
                                       .structure = (char)p->structure,
                                       .protection = (char)p->protection,
                                       .parameters_known = p->known || (entry->flags & PENDING_SETTLED) != 0};
    if (info->traits & FSC_TRAIT_LISTING)
        return;
    if (entry->size_from != FSC_SIZE_NONE) {
        out->expected_bytes = entry->value;
        out->expected_from = (enum fsc_size_from)entry->size_from;
        out->size_is_rest = is_rest(session, entry, p->offset);
    } else if (info->flow == FSC_FLOW_UP) {
        out->expected_bytes = p->allocated;
        out->expected_from = p->allocated > 0 ? FSC_SIZE_ALLO : FSC_SIZE_NONE;
    } else {
        struct fsc_span path = files_path(session, entry, &cut);
        if (!cut)
            known_size(session, path, out);
    }
}
