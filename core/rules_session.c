/* rules_session.c - rules about a control connection. findings.md numbers: 23, 38, 39, 49, S, D0. */
#include "core/rules.h"

static bool never_answered(const struct fsc_session_evidence *e)
{
    return e->have_attempt && !e->answered && e->attempt.synack_frame == 0;
}

static bool control_refused(const struct fsc_session_evidence *e, struct fsc_finding *out)
{
    if (!never_answered(e) || !attempt_refused(&e->attempt))
        return false;
    *out = finding_begin(FSC_FINDING_CONTROL_REFUSED);
    attempt_describe(out, &e->attempt);
    out->winsock = 10061;
    out->cause = "The connection to {endpoint} was refused with a reset: no FTP server listens there, or a packet "
                 "filter rejects it.";
    out->advice = "Check that the server runs and listens on port {port} (the usual ones are 21, and 990 for implicit "
                  "TLS), and that the address is the right one.";
    return true;
}

static bool control_timeout(const struct fsc_session_evidence *e, struct fsc_finding *out)
{
    /* Nothing else of that host need be in the capture: two SYNs and a long silence are the whole story a client sees.
     */
    if (!never_answered(e) || !attempt_unanswered(&e->attempt, e->end_ns, true, true, 0))
        return false;
    *out = finding_begin(FSC_FINDING_CONTROL_TIMEOUT);
    attempt_describe(out, &e->attempt);
    out->winsock = 10060;
    out->confidence = FSC_CONFIDENCE_LIKELY; /* the answer may have gone past the capture point */
    out->cause = "{number} attempts over {duration} to connect to {endpoint} got no answer: a firewall drops them, or "
                 "the host is down.";
    out->advice = "Check the address, then the firewalls on the way to port {port}, then whether the host is up.";
    return true;
}

static bool control_unreachable(const struct fsc_session_evidence *e, struct fsc_finding *out)
{
    if (!never_answered(e) || !attempt_rejected(&e->attempt))
        return false;
    *out = finding_begin(FSC_FINDING_CONTROL_UNREACHABLE);
    attempt_describe(out, &e->attempt);
    out->endpoint2.addr = e->attempt.icmp_from;
    out->winsock = attempt_icmp_winsock(&e->attempt);
    if (attempt_is_administrative(&e->attempt))
        out->cause = "A firewall at {address2} forbids the connection to {endpoint} and says so by ICMP.";
    else
        out->cause = "{address2} reported by ICMP that {endpoint} cannot be reached.";
    out->advice = "Check the route to {address} and the rules of the firewall at {address2}.";
    return true;
}

static bool greeting_refused(const struct fsc_session_evidence *e, struct fsc_finding *out)
{
    if (e->greeting_code < 400)
        return false;
    *out = finding_begin(FSC_FINDING_GREETING_REFUSED);
    finding_frame(out, e->greeting_frame);
    out->code = e->greeting_code;
    out->text = e->greeting_text;
    struct fsc_explanation words = fsc_explain(e->greeting_code, FSC_VERB_NONE, e->greeting_text);
    out->cause = "The server refused the session with its first words ({code}): {text}";
    out->advice = words.advice;
    return true;
}

static bool idle_timeout(const struct fsc_session_evidence *e, struct fsc_finding *out)
{
    if (e->closing_code != 421 || e->closing_text != FSC_TEXT_IDLE_TIMEOUT)
        return false;
    *out = finding_begin(FSC_FINDING_IDLE_TIMEOUT);
    finding_frame(out, e->closing_frame);
    out->code = 421;
    out->text = e->closing_text;
    out->duration_ns = e->idle_ns;
    out->cause = "The server closed the session because nothing was asked of it for {duration}.";
    out->advice = "Let the client send NOOP while it waits, reconnect when needed, or raise the server's idle timeout.";
    return true;
}

static bool cleartext_password(const struct fsc_session_evidence *e, struct fsc_finding *out)
{
    if (!e->clear_password)
        return false;
    *out = finding_begin(FSC_FINDING_CLEARTEXT_PASSWORD);
    finding_frame(out, e->password_frame);
    out->cause = "A password crossed the network in clear text.";
    out->advice = "Use TLS (AUTH TLS, or implicit TLS on port 990) and let the server refuse logins without it; change "
                  "this password.";
    return true;
}

static bool capture_incomplete(const struct fsc_session_evidence *e, struct fsc_finding *out)
{
    if (e->gaps == 0 && e->weakened == 0)
        return false;
    *out = finding_begin(FSC_FINDING_CAPTURE_INCOMPLETE);
    finding_frame(out, e->gap_frame);
    out->number = e->gap_bytes;
    out->number2 = e->weakened;
    if (e->gaps == 0 && e->data_elsewhere)
        out->cause =
            "No packet of any data connection is in the capture. Verdicts that are unknown for that reason: {number2}.";
    else if (e->gaps == 0)
        out->cause = "Packets that would decide it are not in the capture (the start of the session, or some of the "
                     "data). Verdicts that are unknown for that reason: {number2}.";
    else if (e->weakened > 0)
        out->cause =
            "{number} bytes of the control connection are not in the capture. Verdicts that are unknown for that "
            "reason: {number2}.";
    else
        out->cause = "{number} bytes of the control connection are not in the capture; no verdict that is told depends "
                     "on them.";
    out->advice =
        e->gaps == 0 && e->data_elsewhere
            ? "Capture the data connections too: a filter such as \"port 21\" leaves them out; filter by host, "
              "or not at all."
            : "Capture with a larger buffer and a snap length of a few kilobytes, nearer to one of the two "
              "ends.";
    return true;
}

static bool control_encrypted(const struct fsc_session_evidence *e, struct fsc_finding *out)
{
    if (e->tls_frame == 0 || !e->tls_talks)
        return false;
    *out = finding_begin(FSC_FINDING_CONTROL_ENCRYPTED);
    finding_frame(out, e->tls_frame);
    return true;
}

session_rule *const session_rules[] = {
    control_refused, control_unreachable, control_timeout,    greeting_refused,
    idle_timeout,    cleartext_password,  capture_incomplete, control_encrypted,
};
const size_t session_rule_count = sizeof(session_rules) / sizeof(session_rules[0]);
