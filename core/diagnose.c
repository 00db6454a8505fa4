/*
 * diagnose.c - runs the rules over the evidence, ranks what they found.
 *
 * Of several findings about one transfer the one with the highest confidence is the cause; the rest contribute, or are
 * its result when their row says so.
 */
#include "core/rules.h"

#include <assert.h>
#include <string.h>

const char *fsc_severity_name(enum fsc_severity severity)
{
    static const char *const names[] = {"info", "warning", "error"};
    return names[severity];
}

const char *fsc_confidence_name(enum fsc_confidence confidence)
{
    static const char *const names[] = {"hint", "likely", "proof"};
    return names[confidence];
}

const char *fsc_role_name(enum fsc_role role)
{
    static const char *const names[] = {"cause", "contributing", "result"};
    return names[role];
}

void finding_frame(struct fsc_finding *finding, uint64_t frame)
{
    if (frame == 0 || finding->evidence_count == FSC_EVIDENCE_MAX)
        return;
    for (uint32_t i = 0; i < finding->evidence_count; i++)
        if (finding->evidence[i] == frame)
            return;
    finding->evidence[finding->evidence_count++] = frame;
}

struct fsc_finding finding_begin(enum fsc_finding_id id)
{
    const struct fsc_finding_info *info = fsc_finding_info(id);

    return (struct fsc_finding){.id = id,
                                .severity = info->severity,
                                .confidence = FSC_CONFIDENCE_PROOF,
                                .cause = info->what,
                                .advice = info->advice};
}

/* Highest confidence first, then the more severe, then the order of the table: a stable insertion sort of a handful. */
static bool outranks(const struct fsc_finding *a, const struct fsc_finding *b)
{
    bool a_info = a->severity == FSC_SEVERITY_INFO, b_info = b->severity == FSC_SEVERITY_INFO;

    if (a_info != b_info)
        return b_info;
    if (a->confidence != b->confidence)
        return a->confidence > b->confidence;
    return a->severity > b->severity;
}

static void rank(struct fsc_finding *found, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct fsc_finding f = found[i];
        size_t k = i;
        while (k > 0 && outranks(&f, &found[k - 1])) {
            found[k] = found[k - 1];
            k--;
        }
        found[k] = f;
    }
}

/* What comes of an address that leads nowhere. */
static const struct {
    enum fsc_finding_id cause, result;
} consequences[] = {
    {FSC_FINDING_PASSIVE_PRIVATE_ADDRESS, FSC_FINDING_PASSIVE_TIMEOUT},
    {FSC_FINDING_PASSIVE_PRIVATE_ADDRESS, FSC_FINDING_PASSIVE_REFUSED},
    {FSC_FINDING_PASSIVE_PRIVATE_ADDRESS, FSC_FINDING_PASSIVE_UNREACHABLE},
    {FSC_FINDING_ACTIVE_PRIVATE_ADDRESS, FSC_FINDING_ACTIVE_TIMEOUT},
    {FSC_FINDING_ACTIVE_PRIVATE_ADDRESS, FSC_FINDING_ACTIVE_REFUSED},
    {FSC_FINDING_ACTIVE_PRIVATE_ADDRESS, FSC_FINDING_ACTIVE_UNREACHABLE},
    {FSC_FINDING_ACTIVE_PRIVATE_ADDRESS, FSC_FINDING_ACTIVE_NOT_SEEN},
    {FSC_FINDING_ACTIVE_PRIVATE_ADDRESS, FSC_FINDING_ACTIVE_REFUSED_BY_POLICY},
};

static bool follows_from(enum fsc_finding_id result, enum fsc_finding_id cause)
{
    for (size_t i = 0; i < sizeof(consequences) / sizeof(consequences[0]); i++)
        if (consequences[i].cause == cause && consequences[i].result == result)
            return true;
    return false;
}

/* They explain one failure; what is only worth knowing stands for itself. */
static void give_roles(struct fsc_finding *found, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (follows_from(found[i].id, found[0].id))
            found[i].role = FSC_ROLE_RESULT;
        else if (found[i].role == FSC_ROLE_CAUSE && found[i].severity != FSC_SEVERITY_INFO)
            found[i].role = FSC_ROLE_CONTRIBUTING;
    }
}

size_t fsc_diagnose_transfer(const struct fsc_transfer_evidence *e, struct fsc_finding *out, size_t cap)
{
    size_t count = 0;

    for (size_t i = 0; i < transfer_rule_count && count < cap; i++) {
        struct fsc_finding finding;
        if (!transfer_rules[i](e, &finding))
            continue;
        finding.tx = e->facts.setup.tx;
        finding.of_transfer = true;
        out[count++] = finding;
    }
    rank(out, count);
    give_roles(out, count);
    return count;
}

/* A password in the clear and an idle timeout have nothing to do with each other: each is the cause of itself. */
size_t fsc_diagnose_session(const struct fsc_session_evidence *e, struct fsc_finding *out, size_t cap)
{
    size_t count = 0;

    for (size_t i = 0; i < session_rule_count && count < cap; i++)
        if (session_rules[i](e, &out[count]))
            count++;
    rank(out, count);
    return count;
}

size_t fsc_diagnose_reply(const struct fsc_reply_evidence *e, struct fsc_finding *out, size_t cap)
{
    size_t count = 0;

    for (size_t i = 0; i < reply_rule_count && count < cap; i++) {
        if (!reply_rules[i](e, &out[count]))
            continue;
        out[count].tx = e->tx;
        count++;
    }
    rank(out, count);
    give_roles(out, count);
    return count;
}
