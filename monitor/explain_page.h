/* explain_page.h - wrapped text with headings, for `ftpscope explain`. The texts are ASCII from the core's tables. */
#ifndef MONITOR_EXPLAIN_PAGE_H
#define MONITOR_EXPLAIN_PAGE_H

#include <stdbool.h>
#include <stdio.h>

struct page {
    FILE *out;
    int columns;
    bool color;
};

void page_title(const struct page *page, const char *name, const char *title); /* "425  Cannot open ..." */
void page_heading(const struct page *page, const char *heading);               /* an empty line and the heading */
void page_text(const struct page *page, const char *text);                     /* one paragraph under a heading */

/* `label` in a column of `width`, then the text with a hanging indent; an empty label continues the item before. */
void page_item(const struct page *page, int width, const char *label, const char *text);

#endif
