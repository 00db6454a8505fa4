#include "monitor/tui/pane.h"

#include <string.h>

struct paragraph {
    enum paint_style style;
    int indent;
    char *text;
};

static void free_paragraph(gpointer data)
{
    struct paragraph *paragraph = data;

    g_free(paragraph->text);
    g_free(paragraph);
}

void pane_init(struct pane *pane)
{
    *pane = (struct pane){g_ptr_array_new_with_free_func(free_paragraph), 0, false};
}

void pane_free(struct pane *pane)
{
    g_ptr_array_free(pane->paragraphs, TRUE);
}

void pane_clear(struct pane *pane)
{
    g_ptr_array_set_size(pane->paragraphs, 0);
}

void pane_add(struct pane *pane, enum paint_style style, int indent, const char *format, ...)
{
    struct paragraph *paragraph = g_new(struct paragraph, 1);
    va_list list;

    va_start(list, format);
    *paragraph = (struct paragraph){style, indent, g_strdup_vprintf(format, list)};
    va_end(list);
    g_ptr_array_add(pane->paragraphs, paragraph);
}

/* How much of `text` one line of `width` columns takes: up to a blank, or within a word that is too long. Linear in
 * what is taken: a character has one column at least, or takes the place of the one before. */
static size_t line_length(const char *text, int width)
{
    size_t at = 0, blank = 0;
    int used = 0;

    while (text[at] != '\0') {
        size_t n = 1;
        char one[8] = {text[at]};
        while (n < 6 && ((unsigned char)text[at + n] & 0xc0) == 0x80) {
            one[n] = text[at + n];
            n++;
        }
        used += paint_columns(one);
        if (used > width && text[at] != ' ')
            return blank > 0 ? blank : MAX(at, n);
        if (text[at] == ' ')
            blank = at + 1;
        at += n;
    }
    return at;
}

static int draw_paragraph(const struct paragraph *paragraph, const struct paint *paint, struct area area, int line,
                          int scroll)
{
    const char *rest = paragraph->text;
    int indent = 0;

    do {
        int width = MAX(area.cols - indent, 1);
        size_t n = line_length(rest, width);
        if (line >= scroll && line - scroll < area.rows) {
            char *piece = g_strndup(rest, n);
            (void)paint_text(paint, area.row + line - scroll, area.col + indent, width, paragraph->style,
                             g_strchomp(piece));
            g_free(piece);
        }
        line++;
        rest += n;
        indent = MIN(paragraph->indent, area.cols / 2);
    } while (*rest != '\0');
    return line;
}

static int draw_all(const struct pane *pane, const struct paint *paint, struct area area, int scroll)
{
    int line = 0;

    for (guint i = 0; i < pane->paragraphs->len; i++)
        line = draw_paragraph(pane->paragraphs->pdata[i], paint, area, line, scroll);
    return line;
}

int pane_draw(struct pane *pane, const struct paint *paint, struct area area)
{
    struct area text = area;

    text.cols -= !pane->quiet; /* for the mark that says that there is more */
    int lines = draw_all(pane, paint, (struct area){0, 0, 0, text.cols}, 0);
    pane->scroll = CLAMP(pane->scroll, 0, MAX(lines - area.rows, 0));
    (void)draw_all(pane, paint, text, pane->scroll);
    if (!pane->quiet && lines - pane->scroll > area.rows && area.rows > 0)
        paint_mark(paint, area.row + area.rows - 1, area.col + area.cols - 1, PAINT_DIM, MARK_DOWN);
    return lines;
}
