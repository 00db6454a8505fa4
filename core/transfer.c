/* transfer.c - the verdict on a transfer, from facts. */
#include "core/ftpscope.h"

const char *fsc_status_name(enum fsc_status status)
{
    static const char *const names[] = {"unknown", "failed", "aborted", "truncated", "complete"};
    return names[status];
}

const char *fsc_closer_name(enum fsc_closer closer)
{
    static const char *const names[] = {"none", "client", "server", "both"};
    return names[closer];
}

/* Are these the file's own bytes, one for one? TYPE A and STRU R change the count, MODE B, C, Z and TLS wrap or shrink
 * it. */
static bool counts_file_bytes(const struct fsc_transfer_facts *f)
{
    const struct fsc_transfer_setup *s = &f->setup;

    return s->parameters_known && s->mode == 'S' && s->structure == 'F' && (s->type == 'I' || s->type == 'L') &&
           !s->size_is_ascii && !f->tls && !f->shared && s->protection == 'C';
}

/* vsftpd announces the whole file after REST, ProFTPD what is left of it: unless it is known which, only less than the
 * smaller one is short. */
static bool is_less_than_named(const struct fsc_transfer_facts *f)
{
    const struct fsc_transfer_setup *s = &f->setup;

    if (s->expected_from == FSC_SIZE_NONE || s->expected_from == FSC_SIZE_ALLO)
        return false;
    if (fsc_verb_info(s->verb)->flow != FSC_FLOW_DOWN)
        return s->expected_from == FSC_SIZE_226 && f->bytes < s->expected_bytes;
    uint64_t before = s->size_is_rest ? 0 : s->offset;
    return f->bytes < (s->expected_bytes > before ? s->expected_bytes - before : 0);
}

bool fsc_transfer_short(const struct fsc_transfer_facts *f)
{
    if (!counts_file_bytes(f) || !f->data_from_start || !f->data_ended || f->reset_early)
        return false;
    return is_less_than_named(f);
}

/* Less came than was named, but the TYPE or the beginning of the data is not in the capture: it may be all right. */
static bool is_perhaps_short(const struct fsc_transfer_facts *f)
{
    if (f->tls || f->shared || (f->setup.parameters_known && !counts_file_bytes(f)))
        return false;
    return (!f->setup.parameters_known || !f->data_from_start) && is_less_than_named(f);
}

/* Known to have moved all that was named. */
static bool is_whole(const struct fsc_transfer_facts *f)
{
    const struct fsc_transfer_setup *s = &f->setup;
    bool named = s->expected_from != FSC_SIZE_NONE && s->expected_from != FSC_SIZE_ALLO;

    return named && counts_file_bytes(f) && f->data_ended && !fsc_transfer_short(f);
}

/* Nothing that was captured could decide it. */
static bool undecidable(const struct fsc_transfer_facts *f)
{
    if (f->control_missing && f->final_code == 0)
        return true;
    return f->data_elsewhere && f->final_code / 100 == 2;
}

/* Nothing crossed a data connection, and that is known: no packet of it can be missing, or the reply came at once, so
 * that none was needed. */
static bool moved_nothing(const struct fsc_transfer_facts *f)
{
    bool began = f->preliminary || f->final_code == 426 || f->final_code == 451;

    return f->bytes == 0 && !(f->untied && began);
}

/* The reply may be that of another command: only what the data connection itself shows counts. */
static enum fsc_status status_by_data(const struct fsc_transfer_facts *f)
{
    if (f->bytes > 0 && (f->reset_early || (f->abor && f->receiver_fin_first)))
        return FSC_STATUS_ABORTED;
    return is_whole(f) && !f->abor && f->final_code / 100 == 2 ? FSC_STATUS_COMPLETE : FSC_STATUS_UNKNOWN;
}

static bool negative(const struct fsc_transfer_facts *f)
{
    return f->final_code / 100 == 4 || f->final_code / 100 == 5;
}

enum fsc_status fsc_transfer_status(const struct fsc_transfer_facts *f)
{
    if (undecidable(f))
        return FSC_STATUS_UNKNOWN;
    if (f->reply_doubtful && f->final_code != 0)
        return status_by_data(f);
    /* Also when the data connection was reset: ProFTPD does that before it says 550 for a missing file. */
    if (negative(f) && f->bytes == 0)
        return moved_nothing(f) ? FSC_STATUS_FAILED : FSC_STATUS_UNKNOWN;
    /* While somebody still waits the next packet may be the answer. */
    if (!f->connected && !f->data_elsewhere && f->final_code == 0)
        return (f->gave_up || f->control_ended) && !f->untied ? FSC_STATUS_FAILED : FSC_STATUS_UNKNOWN;
    /* A reset before any byte: the reply that comes next says whether the file was refused or the transfer broken. */
    if (f->final_code == 0 && f->bytes == 0 && f->reset_early && !f->gave_up && !f->control_ended)
        return FSC_STATUS_UNKNOWN;
    /* The receiver's FIN alone is no abort when the server then reports success: a client may shut down its own
     * direction at once. */
    bool cut_short = f->abor || f->receiver_fin_first;
    /* A success, and the sender's FIN may be among what is missing: then the reset came after the end. */
    if (f->reset_early && f->final_code / 100 == 2 && f->lossy)
        return FSC_STATUS_UNKNOWN;
    if (negative(f) || f->reset_early || (cut_short && f->final_code / 100 != 2))
        return FSC_STATUS_ABORTED;
    /* Some servers answer the transfer that ABOR ended with 226 too. */
    if (f->abor && !is_whole(f))
        return f->data_ended && !f->lossy ? FSC_STATUS_ABORTED : FSC_STATUS_UNKNOWN;
    /* The server hung up without a word, and less came than it had named: the end of the data was not the end of the
     * file. */
    if (f->final_code == 0 && f->control_ended && fsc_transfer_short(f))
        return FSC_STATUS_ABORTED;
    if (f->final_code / 100 != 2)
        return FSC_STATUS_UNKNOWN;
    /* Holes in the capture may hide any number of bytes: a jump beyond 2 GiB cannot be told from a small one. */
    if (fsc_transfer_short(f))
        return f->missing_bytes == 0 ? FSC_STATUS_TRUNCATED : FSC_STATUS_UNKNOWN;
    if (is_perhaps_short(f))
        return FSC_STATUS_UNKNOWN;
    /* A success that moved bytes which the capture does not hold, or whose end it does not hold, is not proven. */
    if (!f->data_captured || !f->data_ended || (f->bytes == 0 && !f->data_from_start))
        return FSC_STATUS_UNKNOWN;
    return FSC_STATUS_COMPLETE;
}
