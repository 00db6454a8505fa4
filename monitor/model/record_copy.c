#include "monitor/model/record_copy.h"

#include <glib.h>
#include <string.h>

/* ---- one allocation, filled from the front: what is counted first must be taken after ---- */

struct filler {
    uint8_t *at, *end;
};

static size_t aligned(size_t size)
{
    return (size + 7u) & ~(size_t)7u;
}

static void *take(struct filler *filler, const void *from, size_t size)
{
    void *to = filler->at;

    filler->at += aligned(size);
    g_assert(filler->at <= filler->end);
    if (size > 0)
        memcpy(to, from, size);
    return to;
}

/* An absent text (NULL) stays absent: selections tell it from an empty one. */
static void take_span(struct filler *filler, struct fsc_span *span)
{
    if (span->p != NULL)
        span->p = take(filler, span->p, span->n);
}

static const char *take_text(struct filler *filler, const char *text)
{
    return text != NULL ? take(filler, text, strlen(text) + 1) : NULL;
}

static size_t text_size(const char *text)
{
    return text != NULL ? aligned(strlen(text) + 1) : 0;
}

/* `size`: what the record itself needs, `frame_count`: how many frames it speaks of. */
static struct record_copy *begin(struct filler *filler, enum record_copy_kind kind,
                                 const struct record_envelope *envelope, size_t size, size_t frame_count)
{
    size_t excerpt = envelope->frames != NULL ? aligned(frame_index_excerpt_size(frame_count)) : 0;
    size_t all = aligned(sizeof(struct record_copy)) + text_size(envelope->community_id) + excerpt + size;
    struct record_copy *copy = g_malloc(all);

    *filler = (struct filler){(uint8_t *)copy + aligned(sizeof(*copy)), (uint8_t *)copy + all};
    *copy = (struct record_copy){.kind = kind, .size = all, .envelope = *envelope};
    copy->envelope.community_id = take_text(filler, envelope->community_id);
    return copy;
}

/* Behind `begin` with the same count. */
static void take_places(struct filler *filler, struct record_copy *copy, const uint64_t *frames, size_t count)
{
    if (copy->envelope.frames == NULL)
        return;
    void *memory = filler->at;
    filler->at += aligned(frame_index_excerpt_size(count));
    g_assert(filler->at <= filler->end);
    copy->envelope.frames = frame_index_excerpt(memory, copy->envelope.frames, frames, count);
}

/* ---- the records ---- */

static size_t ftp_size(const struct record_ftp *record)
{
    size_t size = aligned(sizeof(*record)) + aligned(record->reply_count * sizeof(*record->replies)) +
                  aligned(record->verb_text.n) + aligned(record->argument.n) + aligned(record->user.n) +
                  aligned(record->cwd.n);

    for (size_t i = 0; i < record->reply_count; i++)
        size += aligned(record->replies[i].text.n);
    return size;
}

static void take_reply_places(struct filler *filler, struct record_copy *copy, const struct record_ftp *record)
{
    if (copy->envelope.frames == NULL)
        return;
    uint64_t *frames = g_new(uint64_t, record->reply_count + 1);
    frames[0] = record->command_frame;
    for (size_t i = 0; i < record->reply_count; i++)
        frames[i + 1] = record->replies[i].frame;
    take_places(filler, copy, frames, record->reply_count + 1);
    g_free(frames);
}

struct record_copy *record_copy_ftp(const struct record_envelope *envelope, const struct record_ftp *record)
{
    struct filler filler;
    struct record_copy *copy = begin(&filler, RECORD_COPY_FTP, envelope, ftp_size(record), record->reply_count + 1);

    take_reply_places(&filler, copy, record);
    struct record_ftp *ours = copy->record = take(&filler, record, sizeof(*record));
    struct record_reply *replies = take(&filler, record->replies, record->reply_count * sizeof(*replies));
    ours->replies = replies;
    for (size_t i = 0; i < record->reply_count; i++)
        take_span(&filler, &replies[i].text);
    take_span(&filler, &ours->verb_text);
    take_span(&filler, &ours->argument);
    take_span(&filler, &ours->user);
    take_span(&filler, &ours->cwd);
    return copy;
}

struct record_copy *record_copy_data(const struct record_envelope *envelope, const struct record_data *record)
{
    const uint64_t frames[] = {record->command_frame, record->first_frame, record->last_frame};
    struct filler filler;
    size_t size = aligned(sizeof(*record)) + aligned(record->filename.n) + aligned(record->path.n);
    struct record_copy *copy = begin(&filler, RECORD_COPY_DATA, envelope, size, G_N_ELEMENTS(frames));

    take_places(&filler, copy, frames, G_N_ELEMENTS(frames));
    struct record_data *ours = copy->record = take(&filler, record, sizeof(*record));
    take_span(&filler, &ours->filename);
    take_span(&filler, &ours->path);
    return copy;
}

struct record_copy *record_copy_finding(const struct record_envelope *envelope, const struct record_finding *record)
{
    const struct fsc_finding *finding = record->finding;
    size_t documents = record->document_count * sizeof(*record->documents);
    struct filler filler;
    size_t size = aligned(sizeof(*record)) + aligned(sizeof(*finding)) + aligned(documents) +
                  text_size(record->summary) + text_size(record->advice);
    struct record_copy *copy = begin(&filler, RECORD_COPY_FINDING, envelope, size, finding->evidence_count);

    take_places(&filler, copy, finding->evidence, finding->evidence_count);
    struct record_finding *ours = copy->record = take(&filler, record, sizeof(*record));
    ours->finding = take(&filler, finding, sizeof(*finding));
    ours->documents = take(&filler, record->documents, documents);
    ours->summary = take_text(&filler, record->summary);
    ours->advice = take_text(&filler, record->advice);
    return copy;
}

static size_t session_size(const struct record_session *record)
{
    size_t size = aligned(sizeof(*record)) + aligned(record->user.n) + aligned(record->server_software.n) +
                  aligned(record->client_software.n) + aligned(record->system.n) +
                  aligned(record->feature_count * sizeof(*record->features)) +
                  aligned(record->code_count * sizeof(*record->codes)) +
                  aligned(record->code_count * sizeof(*record->code_counts)) +
                  aligned(record->finding_count * sizeof(*record->findings)) + text_size(record->login) +
                  text_size(record->tls) + text_size(record->ended);

    for (size_t i = 0; i < record->feature_count; i++)
        size += aligned(record->features[i].n);
    return size;
}

struct record_copy *record_copy_session(const struct record_envelope *envelope, const struct record_session *record)
{
    struct filler filler;
    struct record_copy *copy = begin(&filler, RECORD_COPY_SESSION, envelope, session_size(record), 0);

    take_places(&filler, copy, NULL, 0);
    struct record_session *ours = copy->record = take(&filler, record, sizeof(*record));
    struct fsc_span *features = take(&filler, record->features, record->feature_count * sizeof(*features));
    for (size_t i = 0; i < record->feature_count; i++)
        take_span(&filler, &features[i]);
    ours->features = features;
    ours->codes = take(&filler, record->codes, record->code_count * sizeof(*record->codes));
    ours->code_counts = take(&filler, record->code_counts, record->code_count * sizeof(*record->code_counts));
    ours->findings = take(&filler, record->findings, record->finding_count * sizeof(*record->findings));
    take_span(&filler, &ours->user);
    take_span(&filler, &ours->server_software);
    take_span(&filler, &ours->client_software);
    take_span(&filler, &ours->system);
    ours->login = take_text(&filler, record->login);
    ours->tls = take_text(&filler, record->tls);
    ours->ended = take_text(&filler, record->ended);
    return copy;
}

/* ---- and back ---- */

void record_copy_send(const struct record_copy *copy, const struct sink *sink)
{
    switch (copy->kind) {
    case RECORD_COPY_FTP:
        if (sink->ftp != NULL)
            sink->ftp(sink->state, &copy->envelope, copy->record);
        break;
    case RECORD_COPY_DATA:
        if (sink->data != NULL)
            sink->data(sink->state, &copy->envelope, copy->record);
        break;
    case RECORD_COPY_FINDING:
        if (sink->finding != NULL)
            sink->finding(sink->state, &copy->envelope, copy->record);
        break;
    case RECORD_COPY_SESSION:
        if (sink->session != NULL)
            sink->session(sink->state, &copy->envelope, copy->record);
        break;
    case RECORD_COPY_NONE:
        break;
    }
}

void record_copy_free(struct record_copy **copy)
{
    g_free(*copy);
    *copy = NULL;
}
