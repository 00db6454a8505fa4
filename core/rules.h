/* rules.h - the tables of rules: evidence in, true and a finding out. One row and one small function for each finding.
 */
#ifndef FTPSCOPE_RULES_H
#define FTPSCOPE_RULES_H

#include "core/ftpscope.h"

typedef bool transfer_rule(const struct fsc_transfer_evidence *e, struct fsc_finding *out);
typedef bool session_rule(const struct fsc_session_evidence *e, struct fsc_finding *out);
typedef bool reply_rule(const struct fsc_reply_evidence *e, struct fsc_finding *out);

extern transfer_rule *const transfer_rules[];
extern const size_t transfer_rule_count;
extern session_rule *const session_rules[];
extern const size_t session_rule_count;
extern reply_rule *const reply_rules[];
extern const size_t reply_rule_count;

struct fsc_finding finding_begin(enum fsc_finding_id id);
void finding_frame(struct fsc_finding *finding, uint64_t frame); /* adds evidence; 0 is none */

/* rules_transfer.c: what the rules about transfers share */
void rule_begin(const struct fsc_transfer_evidence *e, enum fsc_finding_id id, struct fsc_finding *out);
bool rule_is_active(const struct fsc_transfer_evidence *e);
bool rule_lacks_connection(const struct fsc_transfer_evidence *e);
bool rule_unanswered(const struct fsc_transfer_evidence *e);

/* rules_active.c */
transfer_rule active_private_address;
transfer_rule active_timeout;
transfer_rule active_refused;
transfer_rule active_unreachable;
transfer_rule active_port_in_use;
transfer_rule active_not_seen;
transfer_rule active_odd_port;

/* attempt.c: what became of an attempt to connect, the same for data and control */
bool attempt_unanswered(const struct fsc_attempt *a, int64_t end_ns, bool gave_up, bool peer_alive, int64_t rtt_ns);
bool attempt_refused(const struct fsc_attempt *a);
bool attempt_rejected(const struct fsc_attempt *a); /* by ICMP */
bool attempt_is_administrative(const struct fsc_attempt *a);
uint16_t attempt_icmp_winsock(const struct fsc_attempt *a);
void attempt_describe(struct fsc_finding *finding, const struct fsc_attempt *a);

#endif
