#include "monitor/model/internal.h"

#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* ---- beginning and end ---- */

struct model *model_new(size_t max_bytes, bool show_secrets)
{
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

    if (fd < 0)
        return NULL;
    struct model *model = g_new0(struct model, 1);
    pthread_mutex_init(&model->lock, NULL);
    model->changes_fd = fd;
    model->show_secrets = show_secrets;
    model->max_bytes = max_bytes;
    model->by_number = g_hash_table_new(NULL, NULL);
    model->open_transfers = g_hash_table_new(transfer_hash, transfer_same);
    model->rows = g_ptr_array_new();
    model->transfers = g_ptr_array_new();
    model->findings = g_ptr_array_new();
    model->gone_rows = g_ptr_array_new();
    model->gone_transfers = g_ptr_array_new();
    model->gone_findings = g_ptr_array_new();
    model->capture.progress = -1;
    return model;
}

void model_free(struct model **model)
{
    struct model *m = *model;

    if (m == NULL)
        return;
    memory_free_all(m);
    GPtrArray *lists[] = {m->rows, m->transfers, m->findings, m->gone_rows, m->gone_transfers, m->gone_findings};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_free(lists[i], TRUE);
    g_hash_table_destroy(m->by_number);
    g_hash_table_destroy(m->open_transfers);
    for (size_t i = 0; i < MESSAGES_MAX; i++)
        g_free(m->messages[i].text);
    g_free(m->source);
    g_free(m->filter);
    close(m->changes_fd);
    pthread_mutex_destroy(&m->lock);
    g_free(m);
    *model = NULL;
}

struct sink model_sink(struct model *model)
{
    return (struct sink){.state = model,
                         .opened = on_opened,
                         .line = on_line,
                         .ftp = on_ftp,
                         .data = on_data,
                         .progress = on_progress,
                         .finding = on_finding,
                         .session = on_session};
}

/* ---- lock and changes ---- */

void model_lock(struct model *model)
{
    pthread_mutex_lock(&model->lock);
}

void model_unlock(struct model *model)
{
    pthread_mutex_unlock(&model->lock);
}

/* Once until the reader has seen it: a busy capture makes no system call for each record. */
void model_ticked(struct model *model)
{
    static const uint64_t one = 1;

    model->version++;
    if (atomic_load_explicit(&model->told, memory_order_relaxed) || atomic_exchange(&model->told, true))
        return;
    if (write(model->changes_fd, &one, sizeof(one)) < 0)
        atomic_store(&model->told, false); /* the next change tries again */
}

void model_changed(struct model *model)
{
    model->rows_version++;
    model_ticked(model);
}

int model_changes_fd(const struct model *model)
{
    return model->changes_fd;
}

/* First emptied, then armed: what comes between is seen by the look that follows. */
void model_changes_seen(struct model *model)
{
    uint64_t changes;

    if (read(model->changes_fd, &changes, sizeof(changes)) < 0)
        return; /* nothing changed: it is armed already */
    atomic_store(&model->told, false);
}

uint64_t model_version(const struct model *model)
{
    return model->version;
}

uint64_t model_rows_version(const struct model *model)
{
    return model->rows_version;
}

/* ---- the capture ---- */

static void take_word(char **word, const char *now)
{
    if (g_strcmp0(*word, now) == 0)
        return;
    g_free(*word);
    *word = g_strdup(now);
}

void model_capture(struct model *model, const struct model_capture *capture)
{
    model_lock(model);
    take_word(&model->source, capture->source);
    take_word(&model->filter, capture->filter);
    model->capture = *capture;
    model->capture.source = model->source;
    model->capture.filter = model->filter;
    model->capture.interface_count = MIN(capture->interface_count, G_N_ELEMENTS(capture->interfaces));
    if (capture->now_ns != 0)
        clock_advance(model, capture->now_ns);
    totals_rates(model);
    model_ticked(model);
    model_unlock(model);
}

const struct model_capture *model_capture_state(const struct model *model)
{
    return &model->capture;
}

/* ---- messages ---- */

void model_say(struct model *model, int64_t time_ns, const char *message)
{
    model_lock(model);
    size_t at = (model->message_first + model->message_count) % MESSAGES_MAX;
    if (model->message_count == MESSAGES_MAX)
        model->message_first = (model->message_first + 1) % MESSAGES_MAX;
    else
        model->message_count++;
    g_free(model->messages[at].text);
    model->messages[at] = (struct model_message){time_ns, g_strdup(message)};
    model_ticked(model);
    model_unlock(model);
}

size_t model_message_count(const struct model *model)
{
    return model->message_count;
}

const struct model_message *model_message_at(const struct model *model, size_t i)
{
    g_assert(i < model->message_count);
    return &model->messages[(model->message_first + i) % MESSAGES_MAX];
}

/* ---- the lists ---- */

size_t model_session_count(const struct model *model)
{
    return model->rows->len;
}

const struct model_session *model_session_at(const struct model *model, size_t i)
{
    return &((const struct row *)g_ptr_array_index(model->rows, i))->shown;
}

const struct model_session *model_session_find(const struct model *model, uint32_t number)
{
    const struct row *row = g_hash_table_lookup(model->by_number, GUINT_TO_POINTER(number));

    return row != NULL ? &row->shown : NULL;
}

size_t model_transfer_count(const struct model *model)
{
    return model->transfers->len;
}

const struct model_transfer *model_transfer_at(const struct model *model, size_t i)
{
    return &((const struct transfer *)g_ptr_array_index(model->transfers, i))->shown;
}

size_t model_finding_count(const struct model *model)
{
    return model->findings->len;
}

const struct model_finding *model_finding_at(const struct model *model, size_t i)
{
    return &((const struct finding *)g_ptr_array_index(model->findings, i))->shown;
}

const struct model_totals *model_totals(const struct model *model)
{
    return &model->totals;
}

size_t model_bytes(const struct model *model, size_t *most)
{
    *most = model->max_bytes;
    return model->bytes;
}
