/*
 * pairing.c - which pending command a reply answers (RFC 959 section 5.4 and 6).
 *
 * Replies come in the order of the commands. Three things settle the rest: a reply cannot answer bytes its segment does
 * not acknowledge; a code that is defined for a later command and impossible for the first one belongs to the later
 * (STAT and NOOP during a transfer, commands a server left unanswered); and after missing bytes a command is preferred
 * that the client sent after it had received them.
 */
#include "core/session_state.h"

#include <string.h>

/* Codes that may answer anything: RFC 959 5.4, RFC 2228 section 5. */
static const char always_legal[] = "421 500 501 502 503 504 530 532 533 534";

/* What may end a transfer that has begun. Anything else answers another command: syntax is checked before a 1yz. */
static const char ends_transfer[] = "110 111 112 113 226 250 421 425 426 450 451 452 521 522 550 551 552 553 554 555";

/* [diagram][first digit - 1]: the arrows of RFC 959 section 6; 6yz protects a reply of unknown digit. */
static const enum fsc_outcome outcomes[FSC_DIAGRAM_COUNT][6] = {
    [FSC_DIAGRAM_SIMPLE] = {FSC_OUTCOME_VIOLATION, FSC_OUTCOME_DONE, FSC_OUTCOME_VIOLATION, FSC_OUTCOME_FAILED,
                            FSC_OUTCOME_REFUSED, FSC_OUTCOME_DONE},
    [FSC_DIAGRAM_TRANSFER] = {FSC_OUTCOME_WAIT, FSC_OUTCOME_DONE, FSC_OUTCOME_VIOLATION, FSC_OUTCOME_FAILED,
                              FSC_OUTCOME_REFUSED, FSC_OUTCOME_DONE},
    [FSC_DIAGRAM_LOGIN] = {FSC_OUTCOME_VIOLATION, FSC_OUTCOME_DONE, FSC_OUTCOME_MORE, FSC_OUTCOME_FAILED,
                           FSC_OUTCOME_REFUSED, FSC_OUTCOME_DONE},
    [FSC_DIAGRAM_SEQUENCE] = {FSC_OUTCOME_VIOLATION, FSC_OUTCOME_VIOLATION, FSC_OUTCOME_MORE, FSC_OUTCOME_FAILED,
                              FSC_OUTCOME_REFUSED, FSC_OUTCOME_DONE},
    [FSC_DIAGRAM_SECURITY] = {FSC_OUTCOME_VIOLATION, FSC_OUTCOME_DONE, FSC_OUTCOME_MORE, FSC_OUTCOME_FAILED,
                              FSC_OUTCOME_REFUSED, FSC_OUTCOME_DONE},
};

enum fsc_outcome pairing_outcome(enum fsc_verb verb, uint16_t code)
{
    unsigned digit = code / 100u;

    if (digit < 1 || digit > 6)
        return FSC_OUTCOME_VIOLATION;
    if (code == 332 && outcomes[fsc_verb_info(verb)->diagram][2] == FSC_OUTCOME_VIOLATION)
        return FSC_OUTCOME_MORE; /* "need account" may answer any command (RFC 959 4.1.1 ACCT) */
    return outcomes[fsc_verb_info(verb)->diagram][digit - 1];
}

/* Is `code` one of the blank-separated three-digit codes of `list`? */
static bool listed(const char *list, uint16_t code)
{
    const char digits[3] = {(char)('0' + code / 100 % 10), (char)('0' + code / 10 % 10), (char)('0' + code % 10)};

    for (size_t len = strlen(list); len >= 3; list += 4, len -= 4) {
        if (memcmp(list, digits, 3) == 0)
            return true;
        if (len == 3)
            break;
    }
    return false;
}

enum fit { FIT_NO, FIT_GENERAL, FIT_DEFINED };

static enum fit fit_of(const struct pending *entry, uint16_t code)
{
    const struct fsc_verb_info *info = fsc_verb_info((enum fsc_verb)entry->verb);

    if (entry->flags & PENDING_STARTED) {
        return listed(ends_transfer, code) ? FIT_DEFINED : FIT_NO;
    }
    if (code >= 630 && code <= 639)
        return FIT_DEFINED;
    if (listed(info->legal, code) || listed(info->practice, code))
        return FIT_DEFINED;
    return listed(always_legal, code) ? FIT_GENERAL : FIT_NO;
}

bool pairing_legal(const struct pending *entry, uint16_t code)
{
    return entry->verb == FSC_VERB_UNKNOWN || fit_of(entry, code) != FIT_NO;
}

/* How well the reply fits: the defined code weighs most, then being sent after the hole. The oldest wins a tie. */
static unsigned score(const struct fsc_session *session, const struct pending *entry, uint16_t code)
{
    unsigned sum = 2u * (unsigned)fit_of(entry, code);

    if (session->hole_end != 0 && entry->peer_pos != FSC_ACK_NONE && entry->peer_pos >= session->hole_end)
        sum += 3;
    return sum;
}

struct pending *pairing_find(struct fsc_session *session, uint16_t code, uint64_t ack)
{
    struct pending *best = NULL;
    unsigned best_score = 0;

    for (struct pending *e = queue_first(session); e != NULL; e = queue_next(session, e)) {
        if (e->flags & PENDING_DONE)
            continue;
        if (ack != FSC_ACK_NONE && e->pos_end > ack)
            break;
        unsigned s = score(session, e, code);
        if (best == NULL || s > best_score) {
            best = e;
            best_score = s;
        }
    }
    return best;
}

/* May the reply as well answer another command that waits? */
bool pairing_has_rival(const struct fsc_session *session, const struct pending *entry, uint16_t code, uint64_t ack)
{
    if (entry->flags & PENDING_RIVALS_LOST)
        return true;
    for (const struct pending *e = queue_first(session); e != NULL; e = queue_next(session, e)) {
        if (e == entry || (e->flags & PENDING_DONE))
            continue;
        if (ack != FSC_ACK_NONE && e->pos_end > ack)
            break;
        if (pairing_legal(e, code))
            return true;
    }
    return false;
}

struct pending *pairing_by_tx(const struct fsc_session *session, uint32_t tx)
{
    for (struct pending *e = queue_first(session); e != NULL; e = queue_next(session, e))
        if (e->tx == tx)
            return e;
    return NULL;
}

static bool changes_directory(enum fsc_verb verb)
{
    return verb == FSC_VERB_CWD || verb == FSC_VERB_XCWD || verb == FSC_VERB_CDUP || verb == FSC_VERB_XCUP ||
           verb == FSC_VERB_SMNT;
}

bool pairing_directory_waits(const struct fsc_session *session, const struct pending *before)
{
    for (const struct pending *e = queue_first(session); e != NULL && e != before; e = queue_next(session, e))
        if (!(e->flags & PENDING_DONE) && changes_directory((enum fsc_verb)e->verb))
            return true;
    return false;
}

void pairing_give_up(struct fsc_session *session, struct pending *entry)
{
    entry->flags |= PENDING_DONE;
    if ((entry->flags & PENDING_UNCERTAIN) && changes_directory((enum fsc_verb)entry->verb))
        arena_forget_cwd(session); /* its reply is missing: nobody knows whether it worked */
    if (session->skipped_count < FSC_PENDING_MAX)
        session->skipped[session->skipped_count++] = entry->tx;
}

/* A transfer goes on while commands that may interrupt it are answered; anything else before `entry` never got its
 * reply. */
void pairing_skip_before(struct fsc_session *session, const struct pending *entry)
{
    bool interrupt = (fsc_verb_info((enum fsc_verb)entry->verb)->traits & FSC_TRAIT_INTERRUPT) != 0;

    for (struct pending *e = queue_first(session); e != NULL && e != entry; e = queue_next(session, e)) {
        if (e->flags & PENDING_DONE)
            continue;
        if (interrupt && files_is_transfer((enum fsc_verb)e->verb))
            continue;
        pairing_give_up(session, e);
    }
}
