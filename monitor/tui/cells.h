/* cells.h - what the lists of sessions, transfers and problems say in the same way. */
#ifndef MONITOR_TUI_CELLS_H
#define MONITOR_TUI_CELLS_H

#include "monitor/tui/list.h"

extern const struct list_source sessions_source, transfers_source, problems_source, kinds_source;

enum { PROBLEMS_BY_SEVERITY = 4 }; /* a column of the problems */

void cell_set(struct cell *cell, enum paint_style style, const char *text);
void cell_amount(struct cell *cell, uint64_t value); /* nothing for 0 */

enum paint_style severity_style(enum fsc_severity severity);
enum paint_mark severity_mark(enum fsc_severity severity);
enum paint_style status_style(const struct model_transfer *transfer);
const char *status_words(const struct model_transfer *transfer);  /* "complete", "going on" */
const char *tls_word(enum fsc_tls tls);                           /* "" none */
const char *transfer_name(const struct model_transfer *transfer); /* as sent, or the path; raw */
unsigned transfer_percent(const struct model_transfer *transfer, bool *known);
int64_t transfer_duration(const struct model_transfer *transfer, int64_t now_ns); /* -1: nothing moved */
const char *session_end_word(const char *how);                                    /* "fin": "closed" */
bool session_failed(const struct model_session *session);
/* Of a finding; what is unwise but made nothing fail (a password in clear text) does not shout. */
enum paint_style finding_style(const struct model_finding *finding);
bool finding_is_failure(const struct model_finding *finding);
const char *finding_name(const struct model_finding *finding);

/* "passive-timeout: the client ... Advice: ..." of a finding. */
void finding_words(const struct model_finding *finding, GString *words);

#endif
