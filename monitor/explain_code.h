/* explain_code.h - inside `ftpscope explain`: the pages about a reply code, a class of codes and one reply. */
#ifndef MONITOR_EXPLAIN_CODE_H
#define MONITOR_EXPLAIN_CODE_H

#include "core/ftpscope.h"
#include "monitor/explain_page.h"

/* A number that is a known code or could be a reply; 0: neither. */
uint16_t code_of_name(const char *name);

void code_page(const struct page *page, uint16_t code);

/* "4yz", "4xx", "45z": false when `name` is no such class. */
bool code_class_page(const struct page *page, const char *name);

/* `name` is a code or a reply as servers send it ("530 Login incorrect."), the answer to `verb` (UNKNOWN: to any
 * command). False, and nothing written, when it is neither. */
bool code_reply_page(const struct page *page, const char *name, enum fsc_verb verb);

#endif
