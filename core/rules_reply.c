/* rules_reply.c - rules that one reply proves by its code and its words. findings.md numbers: 10, 11, 19-21, 37, 41,
 * 42, 55-57. */
#include "core/rules.h"

/* The reply says it: `cause`, with {text} for what its words mean, and the advice that goes with them. */
static bool say(const struct fsc_reply_evidence *e, enum fsc_finding_id id, const char *cause, struct fsc_finding *out)
{
    *out = finding_begin(id);
    finding_frame(out, e->command_frame);
    finding_frame(out, e->reply_frame);
    out->confidence = e->text != FSC_TEXT_NONE ? FSC_CONFIDENCE_PROOF : FSC_CONFIDENCE_LIKELY;
    out->code = e->code;
    out->verb = e->verb;
    out->text = e->text;
    out->cause = cause;
    out->advice = fsc_explain(e->code, e->verb, e->text).advice;
    return true;
}

static bool is_negative(const struct fsc_reply_evidence *e)
{
    return e->code / 100 == 4 || e->code / 100 == 5;
}

static bool tls_required(const struct fsc_reply_evidence *e, struct fsc_finding *out)
{
    if (e->tls_control || e->text != FSC_TEXT_TLS_REQUIRED || e->verb == FSC_VERB_AUTH)
        return false;
    say(e, FSC_FINDING_TLS_REQUIRED, "The server refuses {command} without TLS ({code}).", out);
    out->confidence = FSC_CONFIDENCE_LIKELY;
    out->advice = "Switch the client to explicit TLS (often called FTPES, or \"require explicit FTP over TLS\").";
    return true;
}

static bool login_failed(const struct fsc_reply_evidence *e, struct fsc_finding *out)
{
    if (!e->login_refused || e->text == FSC_TEXT_TLS_REQUIRED)
        return false;
    say(e, FSC_FINDING_LOGIN_FAILED, "The server refused the login at {command} ({code}): {text}", out);
    out->confidence = FSC_CONFIDENCE_PROOF;
    return true;
}

/* ---- the data connection ---- */

/* 421 alone is an idle or shutdown notice, 500 and 502 say that PASV is not offered: only the words prove it. */
static bool passive_unavailable(const struct fsc_reply_evidence *e, struct fsc_finding *out)
{
    bool passive = (fsc_verb_info(e->verb)->traits & FSC_TRAIT_PASSIVE) != 0;
    bool told =
        e->text == FSC_TEXT_PASSIVE_PORTS || e->text == FSC_TEXT_CANNOT_BIND || e->text == FSC_TEXT_ADDRESS_IN_USE;

    if (!passive || !is_negative(e) || !(told || e->code == 425))
        return false;
    return say(e, FSC_FINDING_PASSIVE_UNAVAILABLE,
               "The server could not open a port for the passive data connection ({code} to {command}): {text}", out);
}

/* D-15. Servers accept no other address than that of the control connection. Where the client's own address is refused
 * as a foreign one, the server sees another: it is translated behind this point. */
static bool active_private_refused(const struct fsc_reply_evidence *e, struct fsc_finding *out)
{
    const struct fsc_addr *announced = &e->announced.addr;
    bool own = fsc_addr_equal(announced, &e->client.addr);

    if (!is_negative(e) || e->announced.port < 1024 || !fsc_addr_private(announced))
        return false;
    if (own ? e->text != FSC_TEXT_FOREIGN_ADDRESS || fsc_addr_private(&e->server.addr)
            : fsc_addr_private(&e->client.addr) || fsc_addr_equal(announced, &e->server.addr))
        return false;
    say(e, FSC_FINDING_ACTIVE_PRIVATE_ADDRESS,
        own ? "The client asked the server to connect to {endpoint}, its private address, and the server refused it "
              "({code}) as that of another host: address translation lies in between."
            : "The client asked the server to connect to {endpoint}, a private address, although it is seen as "
              "{address2}: address translation lies in between, and the server refused it ({code}).",
        out);
    out->confidence = FSC_CONFIDENCE_PROOF;
    out->endpoint = e->announced;
    out->endpoint2 = e->client;
    out->advice = "Use passive mode (EPSV or PASV) in the client.";
    return true;
}

static bool active_refused_by_policy(const struct fsc_reply_evidence *e, struct fsc_finding *out)
{
    bool active = (fsc_verb_info(e->verb)->traits & FSC_TRAIT_ACTIVE) != 0;
    bool told = e->text == FSC_TEXT_FOREIGN_ADDRESS || e->text == FSC_TEXT_ACTIVE_DISABLED;
    /* vsftpd says "550 Permission denied." to what its settings forbid. */
    bool denied =
        e->verb == FSC_VERB_PORT && e->code == 550 && (e->text == FSC_TEXT_PERMISSION || e->text == FSC_TEXT_NONE);
    /* 501 alone may be a syntax error; EPRT is often just not known. */
    bool plain = e->verb == FSC_VERB_PORT && (e->code == 500 || e->code == 502 || e->code == 504 || e->code == 520) &&
                 e->text == FSC_TEXT_NONE;

    if (!active || e->code / 100 != 5 || !(told || plain || denied))
        return false;
    say(e, FSC_FINDING_ACTIVE_REFUSED_BY_POLICY,
        denied ? "The server refuses active mode here ({code} to {command})."
               : "The server refuses active mode here ({code} to {command}): {text}",
        out);
    if (denied)
        out->advice = "Use passive mode, or allow active mode on the server (port_enable in vsftpd).";
    return true;
}

/* RFC 959 3.2 makes the default port legal, so a server need not ask for PORT or PASV: this one does. */
static bool no_data_setup(const struct fsc_reply_evidence *e, struct fsc_finding *out)
{
    if (fsc_verb_info(e->verb)->flow == FSC_FLOW_NONE || e->text != FSC_TEXT_USE_PORT_OR_PASV || !is_negative(e))
        return false;
    return say(e, FSC_FINDING_NO_DATA_SETUP,
               "{command} was refused ({code}) because neither PORT nor PASV was in force.", out);
}

/* ---- files ---- */

static bool storage_full(const struct fsc_reply_evidence *e, struct fsc_finding *out)
{
    bool told = e->text == FSC_TEXT_QUOTA || e->text == FSC_TEXT_DISK_FULL;
    bool stores = fsc_verb_info(e->verb)->flow == FSC_FLOW_UP || e->verb == FSC_VERB_ALLO || e->verb == FSC_VERB_MKD;

    if (!is_negative(e) || !(told || (stores && (e->code == 452 || e->code == 552))))
        return false;
    return say(e, FSC_FINDING_STORAGE_FULL, "The server has no room for {command} ({code}): {text}", out);
}

static bool name_not_allowed(const struct fsc_reply_evidence *e, struct fsc_finding *out)
{
    bool storage = e->text == FSC_TEXT_QUOTA || e->text == FSC_TEXT_DISK_FULL;

    if (!is_negative(e) || storage || fsc_verb_info(e->verb)->argument != FSC_ARG_PATH ||
        !(e->code == 553 || e->text == FSC_TEXT_BAD_NAME))
        return false;
    say(e, FSC_FINDING_NAME_NOT_ALLOWED, "The server does not accept the name given to {command} ({code}): {text}",
        out);
    out->confidence = FSC_CONFIDENCE_LIKELY; /* vsftpd says 553 for a missing right to write, too */
    return true;
}

static bool file_busy(const struct fsc_reply_evidence *e, struct fsc_finding *out)
{
    /* STAT mostly asks for the server's state, not for a file. */
    if (e->text != FSC_TEXT_BUSY || !is_negative(e) || fsc_verb_info(e->verb)->argument != FSC_ARG_PATH ||
        e->verb == FSC_VERB_STAT)
        return false;
    say(e, FSC_FINDING_FILE_BUSY, "{command} failed ({code}) because the file is in use: {text}", out);
    out->confidence = FSC_CONFIDENCE_LIKELY;
    return true;
}

/* The classes of 450 and 550 that speak of the data connection, of TLS or of limits, as ProFTPD's "450 Transfer
 * aborted. Link to file server lost", and the one that is no failure. */
static bool about_another_thing(enum fsc_text_class text)
{
    static const enum fsc_text_class classes[] = {
        FSC_TEXT_TLS_SESSION_REUSE,
        FSC_TEXT_TLS_SHUTDOWN,
        FSC_TEXT_TLS_HANDSHAKE,
        FSC_TEXT_PROTECTION_REQUIRED,
        FSC_TEXT_TLS_REQUIRED,
        FSC_TEXT_CONNECT_REFUSED,
        FSC_TEXT_NO_ROUTE,
        FSC_TEXT_NETWORK_UNREACHABLE,
        FSC_TEXT_CONNECTION_RESET,
        FSC_TEXT_CLIENT_ABORT,
        FSC_TEXT_DATA_TIMEOUT,
        FSC_TEXT_DATA_LOST,
        FSC_TEXT_TOO_MANY_USERS,
        FSC_TEXT_IP_LIMIT,
        FSC_TEXT_TOO_MANY_TRANSFERS,
        FSC_TEXT_BANNED,
        FSC_TEXT_NOTHING_MATCHES,
        FSC_TEXT_QUOTA,
        FSC_TEXT_DISK_FULL,
        FSC_TEXT_BAD_NAME,
        FSC_TEXT_BUSY,
    };
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (classes[i] == text)
            return true;
    return false;
}

/* 550 to SIZE or MDTM is how a client asks whether a name is free; only what the user wanted done counts. */
static bool file_unavailable(const struct fsc_reply_evidence *e, struct fsc_finding *out)
{
    bool probes = e->verb == FSC_VERB_SIZE || e->verb == FSC_VERB_MDTM || e->verb == FSC_VERB_MLST;
    /* Clients that mirror make every folder, whether it is there or not. */
    bool may_exist = e->verb == FSC_VERB_MKD && (e->text == FSC_TEXT_NONE || e->text == FSC_TEXT_EXISTS);

    if ((e->code != 550 && e->code != 450) || fsc_verb_info(e->verb)->argument != FSC_ARG_PATH || probes || may_exist ||
        about_another_thing(e->text))
        return false;
    return say(e, FSC_FINDING_FILE_UNAVAILABLE, "{command} failed ({code}): {text}", out);
}

reply_rule *const reply_rules[] = {
    tls_required,
    login_failed,
    passive_unavailable,
    active_private_refused,
    active_refused_by_policy,
    no_data_setup,
    storage_full,
    name_not_allowed,
    file_busy,
    file_unavailable,
};
const size_t reply_rule_count = sizeof(reply_rules) / sizeof(reply_rules[0]);
