/* rules_transfer.c - rules about one transfer. findings.md numbers: 01-04, 24, 25, 31, 62. */
#include "core/rules.h"

static const int64_t clearly_later_ns = 10000000;

bool rule_is_active(const struct fsc_transfer_evidence *e)
{
    return e->expect.form != FSC_FORM_NONE && !fsc_form_is_passive(e->expect.form);
}

/* Only a transfer that did not succeed needs an explanation of its connection. */
bool rule_lacks_connection(const struct fsc_transfer_evidence *e)
{
    return e->have_attempt && !e->facts.connected && e->facts.final_code / 100 != 2;
}

void rule_begin(const struct fsc_transfer_evidence *e, enum fsc_finding_id id, struct fsc_finding *out)
{
    *out = finding_begin(id);
    out->code = e->facts.final_code;
    out->verb = e->facts.setup.verb;
    out->text = e->text;
    finding_frame(out, e->setup_frame);
    finding_frame(out, e->command_frame);
}

bool rule_unanswered(const struct fsc_transfer_evidence *e)
{
    return rule_lacks_connection(e) &&
           attempt_unanswered(&e->attempt, e->end_ns, e->gave_up, e->server_alive, e->control_rtt_ns);
}

static bool announces_unreachable_address(const struct fsc_transfer_evidence *e)
{
    return e->expect.form == FSC_FORM_PASV && fsc_addr_private(&e->expect.listener.addr) &&
           !fsc_addr_equal(&e->expect.listener.addr, &e->server.addr);
}

static bool passive_timeout(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    if (!fsc_form_is_passive(e->expect.form) || !rule_unanswered(e))
        return false;
    rule_begin(e, FSC_FINDING_PASSIVE_TIMEOUT, out);
    attempt_describe(out, &e->attempt);
    finding_frame(out, e->reply_frame);
    if (!e->gave_up) /* the capture ends first: a late answer is not ruled out */
        out->confidence = FSC_CONFIDENCE_LIKELY;
    out->winsock = 10060;
    out->cause =
        "The client tried {number} times over {duration} to connect to {endpoint}, which the server had announced for "
        "{command}; no answer came, although the control connection worked: a firewall drops the passive port, or "
        "nothing forwards it to the server.";
    out->advice = "Open and forward the server's passive port range to it (pasv_min_port and pasv_max_port in vsftpd, "
                  "PassivePorts in ProFTPD, -p in Pure-FTPd); {port} must lie in it.";
    if (announces_unreachable_address(e) && fsc_addr_private(&e->attempt.to.addr) &&
        !fsc_addr_private(&e->server.addr)) {
        /* No firewall need be in the way: nobody has this address where the client is. */
        out->cause =
            "The client tried {number} times over {duration} to connect to {endpoint}; no answer came, because "
            "this private address leads nowhere from where the client is.";
        out->advice = "Correct the announced address first, then open the passive port range (here {port}).";
    }
    return true;
}

static bool passive_refused(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    if (!fsc_form_is_passive(e->expect.form) || !rule_lacks_connection(e) || !attempt_refused(&e->attempt))
        return false;
    rule_begin(e, FSC_FINDING_PASSIVE_REFUSED, out);
    attempt_describe(out, &e->attempt);
    finding_frame(out, e->reply_frame);
    out->winsock = 10061;
    bool other_host = e->attempt.rst_ttl != 0 && e->attempt.peer_ttl != 0 && e->attempt.rst_ttl != e->attempt.peer_ttl;
    /* Windows repeats its SYN after the reset: then the one before it counts. */
    int64_t syn_ns = e->attempt.last_syn_ns <= e->attempt.rst_ns ? e->attempt.last_syn_ns : e->attempt.syn_ns;
    bool too_fast = e->listener_rtt_ns > 1000000 && (e->attempt.rst_ns - syn_ns) * 10 < e->listener_rtt_ns * 7;
    if (too_fast || other_host)
        out->cause =
            "The connection to {endpoint}, announced by the server for {command}, was refused with a reset that "
            "does not look like the server's own: a firewall in between rejects the passive port.";
    else
        out->cause =
            "The connection to {endpoint}, announced by the server for {command}, was refused with a reset: "
            "nothing listens there any more, the port is forwarded to another host, or a packet filter rejects it.";
    out->advice =
        "Compare the announced port {port} with the range that the firewall opens and forwards, and look at the "
        "time between the announcement and the connection: servers close an unused listener after a while.";
    return true;
}

static bool passive_unreachable(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    if (!fsc_form_is_passive(e->expect.form) || !rule_lacks_connection(e) || !attempt_rejected(&e->attempt))
        return false;
    rule_begin(e, FSC_FINDING_PASSIVE_UNREACHABLE, out);
    attempt_describe(out, &e->attempt);
    out->endpoint2.addr = e->attempt.icmp_from;
    out->winsock = attempt_icmp_winsock(&e->attempt);
    if (attempt_is_administrative(&e->attempt)) {
        out->cause =
            "A firewall at {address2} forbids the connection to {endpoint}, which the server had announced for "
            "{command}, and says so by ICMP.";
    } else {
        out->cause = "{address2} reported by ICMP that {endpoint}, announced by the server for {command}, cannot be "
                     "reached: most likely a packet filter rejects the passive port, otherwise the route is missing.";
    }
    out->advice = "Allow the server's passive port range on {address2}, or mend the route to {address}.";
    return true;
}

static bool passive_private_address(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    bool fallback = e->attempt.match == FSC_MATCH_FALLBACK || e->retried_elsewhere;

    if (!announces_unreachable_address(e) || fsc_addr_private(&e->server.addr))
        return false;
    if (!e->have_attempt && (e->facts.final_code / 100 == 2 || !e->gave_up || e->fxp || e->facts.data_elsewhere))
        return false;
    if (e->have_attempt && !fallback && e->facts.connected)
        return false;
    rule_begin(e, FSC_FINDING_PASSIVE_PRIVATE_ADDRESS, out);
    out->endpoint = e->expect.listener;
    out->endpoint2 = e->server;
    if (fallback) {
        /* That the announced address would not have worked is proven only when it was tried in vain. */
        bool tried = e->retried_elsewhere && attempt_unanswered(&e->attempt, e->end_ns, true, true, e->control_rtt_ns);
        out->confidence = tried ? FSC_CONFIDENCE_PROOF : FSC_CONFIDENCE_LIKELY;
        if (tried) {
            finding_frame(out, e->attempt.syn_frame);
            finding_frame(out, e->attempt.last_syn_frame);
        }
        out->severity = FSC_SEVERITY_WARNING;
        out->cause =
            "The server announces {endpoint}, a private address, although clients reach it as {address2}; it works "
            "only because this client ignores the announced address.";
    } else if (e->have_attempt && rule_unanswered(e)) {
        out->number = e->attempt.syns;
        finding_frame(out, e->attempt.syn_frame);
        finding_frame(out, e->attempt.last_syn_frame);
        out->winsock = 10060;
        out->cause =
            "The server announces {endpoint}, a private address that the client cannot reach: {number} attempts got no "
            "answer, while the control connection to {address2} works.";
    } else {
        out->confidence = e->have_attempt ? FSC_CONFIDENCE_LIKELY : FSC_CONFIDENCE_HINT;
        out->cause = "The server announces {endpoint}, a private address, although the client reaches it as "
                     "{address2}; the data "
                     "connection for {command} did not come about.";
    }
    out->advice =
        "Tell the server its outside address (pasv_address in vsftpd, MasqueradeAddress in ProFTPD, ForcePassiveIP in "
        "Pure-FTPd), or let clients use EPSV, which carries no address.";
    return true;
}

/* ---- active ---- */

/* ---- broken in the middle ---- */

/* The server said that it was over before the client closed anything; neighbours in a capture may have changed places.
 */
static bool server_said_first(const struct fsc_transfer_evidence *e)
{
    const struct fsc_attempt *a = &e->attempt;
    int client = fsc_form_is_passive(e->expect.form) ? 0 : 1; /* the initiator, or the listener */
    bool fin = a->fin_frame[client] != 0, reset = a->reset_frame != 0 && a->reset_by_initiator == (client == 0);
    int64_t latest_ns = e->reply_ns + clearly_later_ns;

    if (e->text == FSC_TEXT_DATA_TIMEOUT) /* its own decision, whoever was quicker then */
        return true;
    return e->facts.final_code >= 400 && (fin || reset) && (!fin || a->fin_ns[client] > latest_ns) &&
           (!reset || a->reset_ns > latest_ns);
}

static bool client_aborted(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    bool upload = fsc_verb_info(e->facts.setup.verb)->flow == FSC_FLOW_UP;

    /* ABOR before the first byte makes a failure of it; without a connection it is the answer to that, not the cause.
     */
    bool before_data = e->status == FSC_STATUS_FAILED && e->facts.abor && e->facts.connected;
    if (e->status != FSC_STATUS_ABORTED && !before_data)
        return false;
    /* On an upload the client's FIN is the normal end: only a reset or ABOR tells. */
    bool closed =
        e->closed_by == FSC_CLOSER_CLIENT && (e->facts.reset_early || (!upload && e->facts.receiver_fin_first));
    if (!e->facts.abor && (!closed || server_said_first(e)))
        return false;
    rule_begin(e, FSC_FINDING_CLIENT_ABORTED, out);
    finding_frame(out, e->abor_frame);
    finding_frame(out, e->attempt.reset_frame);
    finding_frame(out, e->reply_frame);
    out->number = e->facts.bytes;
    if (e->facts.abor)
        out->cause = "The client cancelled {command} with ABOR after {number} bytes.";
    else
        out->cause = "The client closed the data connection of {command} early, after {number} bytes, without ABOR: it "
                     "was cancelled "
                     "or stopped, or it crashed.";
    out->advice = "Look at the client's log; if nobody cancelled, look for a timeout, a full disk or a crash on the "
                  "client's host.";
    return true;
}

static bool server_aborted(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    bool upload = fsc_verb_info(e->facts.setup.verb)->flow == FSC_FLOW_UP;
    /* On a download the server's FIN is the normal end of file. */
    bool closed = e->status != FSC_STATUS_UNKNOWN && e->closed_by == FSC_CLOSER_SERVER &&
                  (e->facts.reset_early || (upload && e->facts.receiver_fin_first));

    if (e->status == FSC_STATUS_COMPLETE || e->status == FSC_STATUS_TRUNCATED || e->facts.abor || !e->facts.connected)
        return false;
    /* Quota and disk are told by rules of their own. */
    if (e->facts.final_code == 452 || e->facts.final_code == 552 || e->text == FSC_TEXT_QUOTA ||
        e->text == FSC_TEXT_DISK_FULL)
        return false;
    /* Nothing moved, and the reply says why: ProFTPD resets the connection when it refuses the file. */
    bool broke = e->facts.final_code == 426 || (e->facts.final_code == 451 && e->facts.preliminary);
    if (e->status == FSC_STATUS_FAILED && !broke)
        return false;
    /* A client that closes at once after the whole file leaves no reply either; after less than was named it only
     * reacts. A reply that was not captured is none that never came. */
    bool no_word = e->facts.control_ended && e->facts.final_code == 0 && !e->facts.control_missing;
    bool died = no_word && (e->server_hung_up || e->status == FSC_STATUS_ABORTED) && e->closed_by == FSC_CLOSER_SERVER;
    bool broken_off = e->status == FSC_STATUS_ABORTED || e->status == FSC_STATUS_FAILED;
    bool said = broken_off && e->facts.final_code >= 400 &&
                (e->closed_by == FSC_CLOSER_SERVER || (e->facts.bytes > 0 && server_said_first(e)));
    if (!closed && !died && !said)
        return false;
    rule_begin(e, FSC_FINDING_SERVER_ABORTED, out);
    finding_frame(out, e->attempt.reset_frame);
    finding_frame(out, e->last_data_frame);
    finding_frame(out, e->reply_frame);
    out->number = e->facts.bytes;
    if (died)
        out->cause =
            "The server ended {command} after {number} bytes, and the control connection ended without a final reply: "
            "most likely its process stopped or was killed.";
    else
        out->cause = "The server ended {command} early, after {number} bytes.";
    out->advice = "Look at the server's log for this time: a killed process, a quota, a full disk or a timeout of the "
                  "data connection.";
    return true;
}

static bool truncated(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    if (e->status != FSC_STATUS_TRUNCATED)
        return false;
    rule_begin(e, FSC_FINDING_TRUNCATED, out);
    finding_frame(out, e->last_data_frame);
    finding_frame(out, e->reply_frame);
    out->number = e->facts.bytes;
    out->number2 = e->facts.setup.expected_bytes;
    out->cause =
        "{command} moved {number} bytes although the server had named {number2}, and the server still reported success "
        "({code}): the file at the receiver is not whole.";
    out->advice =
        "Transfer it again and compare sizes or checksums; on the server look for a file that changed during the "
        "transfer, and for limits that cut it.";
    return true;
}

static bool fxp(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    if (!e->fxp || !e->facts.connected)
        return false;
    rule_begin(e, FSC_FINDING_FXP, out);
    out->endpoint = e->attempt.to;
    out->endpoint2 = e->attempt.from;
    finding_frame(out, e->attempt.syn_frame);
    out->cause = "The data of {command} went from server to server, between {address2} and {endpoint}: the client "
                 "steered both by their "
                 "control connections.";
    return true;
}

transfer_rule *const transfer_rules[] = {
    passive_private_address,
    passive_timeout,
    passive_refused,
    passive_unreachable,
    active_private_address,
    active_timeout,
    active_refused,
    active_unreachable,
    active_port_in_use,
    active_not_seen,
    client_aborted,
    server_aborted,
    truncated,
    fxp,
    active_odd_port,
};
const size_t transfer_rule_count = sizeof(transfer_rules) / sizeof(transfer_rules[0]);
