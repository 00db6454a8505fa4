/* facts.c - what the record of a session tells beside the evidence. Nothing is concluded from it: where nobody wants
 * that record, `facts` is NULL and nothing is kept. */
#include "pipeline/greeting.h"
#include "pipeline/internal.h"

#include <string.h>

enum {
    FEATURES_MAX = 256, /* servers list up to about 40 */
    FEATURE_LEN_MAX = 200,
    SYSTEM_LEN_MAX = 100,
    CHUNK_BYTES = 512, /* of their texts */
    CODES_FIRST = 16,
};

struct facts {
    GString *user, *server_software, *client_software, *system;
    GArray *features;            /* struct fsc_span, in feature_texts */
    GStringChunk *feature_texts; /* NULL until there is one */
    size_t feature_bytes;
    GArray *findings; /* enum fsc_finding_id, without repeats */
    uint16_t *codes;  /* ascending: at most the thousand there are */
    uint64_t *code_counts;
    unsigned code_count, code_room;
};

struct facts *facts_new(const struct pipeline *pipeline)
{
    if (pipeline->sink->session == NULL)
        return NULL;
    struct facts *f = g_new0(struct facts, 1);

    f->user = g_string_new(NULL);
    f->server_software = g_string_new(NULL);
    f->client_software = g_string_new(NULL);
    f->system = g_string_new(NULL);
    f->features = g_array_new(FALSE, FALSE, sizeof(struct fsc_span));
    f->findings = g_array_new(FALSE, FALSE, sizeof(enum fsc_finding_id));
    return f;
}

void facts_free(struct facts *f)
{
    if (f == NULL)
        return;
    if (f->feature_texts != NULL)
        g_string_chunk_free(f->feature_texts);
    g_array_free(f->features, TRUE);
    g_array_free(f->findings, TRUE);
    g_string_free(f->user, TRUE);
    g_string_free(f->server_software, TRUE);
    g_string_free(f->client_software, TRUE);
    g_string_free(f->system, TRUE);
    g_free(f->codes);
    g_free(f->code_counts);
    g_free(f);
}

size_t facts_memory(const struct facts *f)
{
    if (f == NULL)
        return 0;
    return sizeof(*f) + f->user->len + f->server_software->len + f->client_software->len + f->system->len +
           f->feature_bytes + f->code_room * (sizeof(*f->codes) + sizeof(*f->code_counts));
}

void facts_user(struct facts *f, struct fsc_span user)
{
    if (f != NULL)
        string_set(f->user, (struct fsc_span){user.p, MIN(user.n, FSC_USER_MAX)});
}

void facts_client(struct facts *f, struct fsc_span software)
{
    if (f != NULL && software.n > 0)
        string_set(f->client_software, software);
}

void facts_finding(struct facts *f, enum fsc_finding_id id)
{
    if (f == NULL)
        return;
    for (guint i = 0; i < f->findings->len; i++)
        if (g_array_index(f->findings, enum fsc_finding_id, i) == id)
            return;
    g_array_append_val(f->findings, id);
}

/* ---- replies ---- */

static void take_greeting(struct facts *f, struct fsc_span text)
{
    struct fsc_span software = greeting_software(text);

    if (f->server_software->len == 0 && software.n > 0)
        string_set(f->server_software, software);
}

static void take_feature(struct facts *f, struct fsc_span text)
{
    while (text.n > 0 && text.p[0] == ' ') {
        text.p++;
        text.n--;
    }
    while (text.n > 0 && text.p[text.n - 1] == ' ')
        text.n--;
    if (text.n == 0 || f->features->len >= FEATURES_MAX)
        return;
    if (f->feature_texts == NULL)
        f->feature_texts = g_string_chunk_new(CHUNK_BYTES);
    text = text_cut(text, FEATURE_LEN_MAX);
    text.p = (const uint8_t *)g_string_chunk_insert_len(f->feature_texts, (const gchar *)text.p, (gssize)text.n);
    g_array_append_val(f->features, text);
    f->feature_bytes += sizeof(text) + text.n;
}

void facts_reply_line(struct facts *f, const struct fsc_note *note, struct fsc_span text)
{
    if (f == NULL)
        return;
    if (note->flags & FSC_NOTE_GREETING)
        take_greeting(f, text);
    if (note->verb == FSC_VERB_SYST && note->code == 215 && (note->flags & FSC_NOTE_FIRST))
        string_set(f->system, text_cut(text, SYSTEM_LEN_MAX));
    if (note->verb == FSC_VERB_FEAT && note->code == 211 && !(note->flags & (FSC_NOTE_FIRST | FSC_NOTE_LAST)))
        take_feature(f, text);
}

static void make_room(struct facts *f)
{
    if (f->code_count < f->code_room)
        return;
    f->code_room = f->code_room > 0 ? 2 * f->code_room : CODES_FIRST;
    f->codes = g_renew(uint16_t, f->codes, f->code_room);
    f->code_counts = g_renew(uint64_t, f->code_counts, f->code_room);
}

void facts_code(struct facts *f, uint16_t code)
{
    unsigned i = 0;

    if (f == NULL)
        return;
    while (i < f->code_count && f->codes[i] < code)
        i++;
    if (i < f->code_count && f->codes[i] == code) {
        f->code_counts[i]++;
        return;
    }
    make_room(f);
    memmove(f->codes + i + 1, f->codes + i, (f->code_count - i) * sizeof(*f->codes));
    memmove(f->code_counts + i + 1, f->code_counts + i, (f->code_count - i) * sizeof(*f->code_counts));
    f->codes[i] = code;
    f->code_counts[i] = 1;
    f->code_count++;
}

/* ---- the record ---- */

void facts_tell(const struct facts *f, struct record_session *record)
{
    record->user = string_span(f->user);
    record->server_software = string_span(f->server_software);
    record->client_software = string_span(f->client_software);
    record->system = string_span(f->system);
    record->features = (const struct fsc_span *)(void *)f->features->data;
    record->feature_count = f->features->len;
    record->codes = f->codes;
    record->code_counts = f->code_counts;
    record->code_count = f->code_count;
    record->findings = (const enum fsc_finding_id *)(void *)f->findings->data;
    record->finding_count = f->findings->len;
}
