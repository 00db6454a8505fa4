/*
 * diagnose.h - evidence in, findings out. Include ftpscope.h.
 *
 * Both hosts fill the same structures, from their own packets; the rules (findings.def, one row and one small function
 * each) never look at anything else.
 */
#ifndef FTPSCOPE_DIAGNOSE_H
#define FTPSCOPE_DIAGNOSE_H

enum fsc_severity { FSC_SEVERITY_INFO, FSC_SEVERITY_WARNING, FSC_SEVERITY_ERROR };
enum fsc_confidence { FSC_CONFIDENCE_HINT, FSC_CONFIDENCE_LIKELY, FSC_CONFIDENCE_PROOF };
enum fsc_role { FSC_ROLE_CAUSE, FSC_ROLE_CONTRIBUTING, FSC_ROLE_RESULT };
const char *fsc_severity_name(enum fsc_severity severity);
const char *fsc_confidence_name(enum fsc_confidence confidence);
const char *fsc_role_name(enum fsc_role role);

enum fsc_finding_id {
#define FSC_FINDING(id, name, severity, what, advice) FSC_FINDING_##id,
#define FSC_FINDING_PLANNED(id, name, severity, what, advice) FSC_FINDING_##id,
#include "findings.def"
#undef FSC_FINDING
#undef FSC_FINDING_PLANNED
    FSC_FINDING_COUNT
};

struct fsc_finding_info {
    const char *name; /* "passive-timeout" */
    enum fsc_severity severity;
    const char *what;   /* what it says, in general */
    const char *advice; /* what to do, in general */
    bool reported;      /* there is a rule for it */
};
const struct fsc_finding_info *fsc_finding_info(enum fsc_finding_id id);

/* One attempt to open a TCP connection, and what became of it. The host adds up the tries of one initiator to one
 * listener. Frames are 0 when there is none. */
struct fsc_attempt {
    struct fsc_endpoint from, to;
    uint32_t syns;
    uint64_t syn_frame, last_syn_frame, synack_frame, rst_frame, icmp_frame;
    int64_t syn_ns, last_syn_ns, synack_ns, established_ns, rst_ns, icmp_ns;
    bool initiator_sent_more; /* a segment other than SYN and RST from the initiator: it must have got an answer */
    bool rst_answers_syn;     /* ack = ISN + 1 */
    bool icmp_v6;
    uint8_t icmp_type, icmp_code;
    struct fsc_addr icmp_from;
    uint8_t rst_ttl, peer_ttl;          /* hop limit of the RST and of other packets of that host; 0: not known */
    uint64_t reset_frame, fin_frame[2]; /* RST in the established connection; FIN of initiator and of listener */
    int64_t reset_ns, fin_ns[2];
    bool reset_by_initiator;
    enum fsc_match match; /* how it fits the expectation */
};

enum { FSC_EVIDENCE_MAX = 8 };

struct fsc_finding {
    enum fsc_finding_id id;
    enum fsc_severity severity;
    enum fsc_confidence confidence;
    enum fsc_role role;
    uint32_t tx;      /* the command it explains, 0: none */
    bool of_transfer; /* tx is a transfer */
    uint16_t winsock; /* number a Windows client would show, 0: none */
    uint64_t evidence[FSC_EVIDENCE_MAX];
    uint32_t evidence_count;
    const char *cause; /* template of the summary: see fsc_finding_summary */
    const char *advice;
    /* facts for the placeholders */
    struct fsc_endpoint endpoint, endpoint2;
    uint64_t number, number2;
    int64_t duration_ns;
    uint16_t code;
    enum fsc_text_class text;
    enum fsc_verb verb;
};

/* One sentence: the template with {endpoint} {endpoint2} {address} {address2} {port} {port2} {number} {number2}
 * {duration} {code} {command} {text} filled in. */
size_t fsc_finding_summary(const struct fsc_finding *finding, char *buf, size_t cap);
size_t fsc_finding_advice(const struct fsc_finding *finding, char *buf, size_t cap); /* the same for the advice */
size_t fsc_template_fill(const char *template_text, const struct fsc_finding *finding, char *buf, size_t cap);

/* Everything known about one transfer when its outcome is known. */
struct fsc_transfer_evidence {
    struct fsc_transfer_facts facts;
    enum fsc_status status;
    struct fsc_expect expect;           /* the one in force; form NONE: none seen */
    struct fsc_endpoint client, server; /* of the control connection */
    struct fsc_attempt attempt;         /* syns 0 and no frames: nothing seen */
    bool have_attempt;
    bool retried_elsewhere; /* the client used the fallback address after the announced one */
    uint64_t command_frame, setup_frame, reply_frame;
    int64_t command_ns, setup_ns, reply_ns,
        end_ns;        /* end: the next event that ends the wait, or the end of the capture */
    bool gave_up;      /* the client went on or closed, or the server reported: the wait is over */
    bool server_alive; /* packets of the server were captured after the last try */
    bool tls_control;
    bool fxp;                 /* the peer endpoint belongs to another session (see run level) */
    enum fsc_text_class text; /* of the final reply */
    int64_t control_rtt_ns;   /* 0: not known */
    int64_t listener_rtt_ns;  /* from the capture point to the host that listens and back; 0: not known */
    bool server_hung_up;      /* the server ended the control connection, not the client */
    uint64_t last_data_frame, abor_frame;
    enum fsc_closer closed_by;
};

struct fsc_session_evidence {
    bool saw_start;
    bool answered; /* any byte from the server */
    uint64_t gaps, gap_bytes;
    uint64_t gap_frame; /* first line after a gap, or the reply of the first weakened verdict */
    struct fsc_endpoint client, server;
    struct fsc_attempt attempt; /* of the control connection */
    bool have_attempt;
    int64_t end_ns;
    uint16_t greeting_code;
    enum fsc_text_class greeting_text;
    uint64_t greeting_frame;
    bool logged_in;
    bool clear_password; /* PASS with an argument, not of an anonymous user, while the control connection was clear */
    bool anonymous;
    uint64_t password_frame;
    uint16_t closing_code; /* 421 ... */
    enum fsc_text_class closing_text;
    uint64_t closing_frame;
    int64_t idle_ns;   /* last command to closing */
    uint64_t weakened; /* verdicts that missing packets made unknown */
    bool data_elsewhere;
    bool tls_talks;     /* both ends sent data in TLS: its handshake did not fail */
    uint64_t tls_frame; /* from here on the control connection is TLS and was not decrypted; 0: clear */
};

/* One reply that may be a finding by itself (login refused, TLS required ...). */
struct fsc_reply_evidence {
    uint32_t tx;
    enum fsc_verb verb;
    uint16_t code;
    enum fsc_text_class text;
    uint64_t command_frame, reply_frame;
    bool tls_control;
    bool login_refused;
    struct fsc_endpoint announced; /* by the command, an active setup; port 0: none */
    struct fsc_endpoint client, server;
};

/* Fill `out` (at most cap) and return how many; the first is the cause, roles are set. */
size_t fsc_diagnose_transfer(const struct fsc_transfer_evidence *evidence, struct fsc_finding *out, size_t cap);
size_t fsc_diagnose_session(const struct fsc_session_evidence *evidence, struct fsc_finding *out, size_t cap);
size_t fsc_diagnose_reply(const struct fsc_reply_evidence *evidence, struct fsc_finding *out, size_t cap);

#endif
