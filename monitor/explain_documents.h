/* explain_documents.h - inside `ftpscope explain`: what lists on the web say. */
#ifndef MONITOR_EXPLAIN_DOCUMENTS_H
#define MONITOR_EXPLAIN_DOCUMENTS_H

#include "core/ftpscope.h"
#include "monitor/explain_page.h"

void documents_of_code(const struct page *page, uint16_t code);
void documents_of_class(const struct page *page, unsigned digit);
void documents_of_finding(const struct page *page, enum fsc_finding_id finding); /* the advice that fits it */

#endif
