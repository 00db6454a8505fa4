#include "monitor/explain_page.h"

#include <string.h>

enum { INDENT = 2, COLUMNS_MIN = 40 };

static const char *const bold = "\033[1m", *const cyan = "\033[36m", *const plain = "\033[0m";

static void put_styled(const struct page *page, const char *style, const char *text)
{
    if (page->color)
        fprintf(page->out, "%s%s%s", style, text, plain);
    else
        fputs(text, page->out);
}

/* The cursor stands at `column`; further lines begin at `indent`. A word longer than the line is not broken. */
static void put_wrapped(const struct page *page, int column, int indent, const char *text)
{
    int columns = page->columns < COLUMNS_MIN ? COLUMNS_MIN : page->columns;
    bool line_has_word = false;
    while (*text != '\0') {
        int length = (int)strcspn(text, " ");
        if (line_has_word && column + 1 + length > columns) {
            fprintf(page->out, "\n%*s", indent, "");
            column = indent;
            line_has_word = false;
        }
        fprintf(page->out, "%s%.*s", line_has_word ? " " : "", length, text);
        column += length + (line_has_word ? 1 : 0);
        line_has_word = true;
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', page->out);
}

void page_title(const struct page *page, const char *name, const char *title)
{
    put_styled(page, bold, name);
    fputs("  ", page->out);
    int column = (int)strlen(name) + 2;
    put_wrapped(page, column, column, title);
}

void page_heading(const struct page *page, const char *heading)
{
    fputc('\n', page->out);
    put_styled(page, bold, heading);
    fputc('\n', page->out);
}

void page_text(const struct page *page, const char *text)
{
    fprintf(page->out, "%*s", INDENT, "");
    put_wrapped(page, INDENT, INDENT, text);
}

void page_item(const struct page *page, int width, const char *label, const char *text)
{
    int length = (int)strlen(label), column = INDENT + width + 2;
    fprintf(page->out, "%*s", INDENT, "");
    put_styled(page, cyan, label);
    if (length > width)
        fprintf(page->out, "\n%*s", column, "");
    else
        fprintf(page->out, "%*s", width - length + 2, "");
    put_wrapped(page, column, column, text);
}
