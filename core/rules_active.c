/* rules_active.c - rules about connections from the server to the client (PORT, EPRT). findings.md numbers: 15-18. */
#include "core/rules.h"

bool active_private_address(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    const struct fsc_addr *announced = &e->expect.listener.addr;

    if (!rule_is_active(e) || e->expect.form == FSC_FORM_DEFAULT || e->facts.final_code / 100 == 2 ||
        e->facts.connected)
        return false;
    if (!fsc_addr_private(announced))
        return false;
    /* On the client's side of the translation the address is its own: then only the server's failure tells. */
    bool own = fsc_addr_equal(announced, &e->client.addr);
    if (own ? e->have_attempt || e->facts.final_code != 425 || fsc_addr_private(&e->server.addr)
            : fsc_addr_private(&e->client.addr))
        return false;
    rule_begin(e, FSC_FINDING_ACTIVE_PRIVATE_ADDRESS, out);
    finding_frame(out, e->reply_frame);
    out->endpoint = e->expect.listener;
    out->endpoint2 = own ? e->server : e->client;
    if (!e->have_attempt)
        out->confidence = FSC_CONFIDENCE_LIKELY;
    out->cause =
        own ? "The client asked the server to connect to {endpoint}, its private address, which a server at {address2} "
              "cannot reach; it reports that it could not connect."
            : "The client asked the server to connect to {endpoint}, a private address, although it is seen as "
              "{address2}: address translation lies in between, and the server cannot reach it.";
    out->advice = "Use passive mode (EPSV or PASV) in the client.";
    return true;
}

bool active_timeout(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    if (!rule_is_active(e) || !rule_unanswered(e))
        return false;
    rule_begin(e, FSC_FINDING_ACTIVE_TIMEOUT, out);
    attempt_describe(out, &e->attempt);
    finding_frame(out, e->reply_frame);
    if (!e->gave_up) /* the capture ends first: a late answer is not ruled out */
        out->confidence = FSC_CONFIDENCE_LIKELY;
    out->winsock = 10060;
    out->cause = "The server tried {number} times over {duration} to connect to the client at {endpoint} for "
                 "{command}; no answer "
                 "came: a firewall or address translation on the client's side drops incoming connections.";
    out->advice = "Use passive mode in the client; opening the client's firewall for every server is the worse cure.";
    return true;
}

bool active_refused(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    if (!rule_is_active(e) || !rule_lacks_connection(e) || !attempt_refused(&e->attempt))
        return false;
    rule_begin(e, FSC_FINDING_ACTIVE_REFUSED, out);
    attempt_describe(out, &e->attempt);
    finding_frame(out, e->reply_frame);
    out->winsock = 10061;
    out->cause = "The server's connection to the client at {endpoint} for {command} was refused with a reset: the "
                 "client no longer "
                 "listens there, or a firewall on its side rejects incoming connections.";
    out->advice = "Use passive mode in the client.";
    return true;
}

bool active_unreachable(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    if (!rule_is_active(e) || !rule_lacks_connection(e) || !attempt_rejected(&e->attempt))
        return false;
    rule_begin(e, FSC_FINDING_ACTIVE_UNREACHABLE, out);
    attempt_describe(out, &e->attempt);
    out->endpoint2.addr = e->attempt.icmp_from;
    out->winsock = attempt_icmp_winsock(&e->attempt);
    out->cause = "The server's connection to the client at {endpoint} for {command} was rejected by ICMP from "
                 "{address2}: a firewall "
                 "forbids it, or there is no route.";
    out->advice = "Use passive mode in the client.";
    return true;
}

/* The server says that the attempt never left it, or what was wrong with it. */
static bool said_why(enum fsc_text_class text)
{
    return text == FSC_TEXT_ADDRESS_IN_USE || text == FSC_TEXT_CANNOT_BIND || text == FSC_TEXT_DATA_PERMISSION ||
           text == FSC_TEXT_USE_PORT_OR_PASV;
}

bool active_port_in_use(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    if (!rule_is_active(e) || e->facts.connected || e->facts.final_code / 100 == 2 ||
        (e->text != FSC_TEXT_ADDRESS_IN_USE && e->text != FSC_TEXT_CANNOT_BIND))
        return false;
    rule_begin(e, FSC_FINDING_ACTIVE_PORT_IN_USE, out);
    finding_frame(out, e->reply_frame);
    out->confidence = FSC_CONFIDENCE_LIKELY;
    out->endpoint = e->expect.listener;
    out->cause = "The server could not use its data port to connect to {endpoint} for {command}: {text}";
    return true;
}

bool active_not_seen(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    if (!rule_is_active(e) || e->expect.form == FSC_FORM_DEFAULT || e->have_attempt || e->facts.final_code != 425)
        return false;
    if (said_why(e->text))
        return false;
    if (e->facts.control_missing || e->facts.data_elsewhere)
        return false;
    rule_begin(e, FSC_FINDING_ACTIVE_NOT_SEEN, out);
    finding_frame(out, e->reply_frame);
    out->confidence = FSC_CONFIDENCE_LIKELY;
    out->endpoint = e->expect.listener;
    out->cause = "The server reports that it could not connect to {endpoint}, but no such attempt passed the point of "
                 "this capture: "
                 "it was blocked on the way, or never sent.";
    out->advice = "Use passive mode in the client, or capture at the server to see whether the attempt leaves it.";
    return true;
}

bool active_odd_port(const struct fsc_transfer_evidence *e, struct fsc_finding *out)
{
    if (!rule_is_active(e) || e->fxp || !e->have_attempt || e->attempt.from.port == e->server.port - 1)
        return false;
    rule_begin(e, FSC_FINDING_ACTIVE_ODD_PORT, out);
    attempt_describe(out, &e->attempt);
    out->number = (uint64_t)e->server.port - 1;
    out->cause = "The server opens its data connection from port {port2}, not from port {number}: firewall rules that "
                 "expect the "
                 "standard source port do not fit.";
    return true;
}
