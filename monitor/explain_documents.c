/* explain_documents.c - what lists on the web say about a code, a class of codes or a finding. */
#include "monitor/explain_documents.h"

#include <glib.h>
#include <string.h>

enum { WIDTH = 16 };

static bool same_words(const struct fsc_document_note *a, const struct fsc_document_note *b)
{
    return strcmp(a->says, b->says) == 0 && strcmp(a->advises, b->advises) == 0 && strcmp(a->right, b->right) == 0;
}

static void append(GString *list, const char *word)
{
    g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", word);
}

static void write_part(const struct page *page, const char *label, const char *text)
{
    if (text[0] == '\0')
        return;
    char *line = g_strconcat(label, text, NULL);
    page_item(page, WIDTH, "", line);
    g_free(line);
}

/* The notes are at most one for each document; those with the same words stand together, for the lists copy from each
 * other. */
static void write_notes(const struct page *page, const struct fsc_document_note **notes, size_t count)
{
    bool written[FSC_DOC_COUNT] = {false};
    for (size_t i = 0; i < count; i++) {
        if (written[i])
            continue;
        GString *names = g_string_new(NULL);
        for (size_t k = i; k < count; k++) {
            if (!same_words(notes[i], notes[k]))
                continue;
            append(names, fsc_document_name(notes[k]->document));
            written[k] = true;
        }
        page_item(page, WIDTH, names->str, notes[i]->says);
        g_string_free(names, TRUE);
        write_part(page, "It advises: ", notes[i]->advises);
        write_part(page, "Note: ", notes[i]->right);
    }
}

static void write_missing(const struct page *page, const struct fsc_document_note **notes, size_t count)
{
    GString *missing = g_string_new(NULL);
    for (int d = 0; d < FSC_DOC_COUNT; d++) {
        bool found = false;
        for (size_t i = 0; i < count; i++)
            found = found || (int)notes[i]->document == d;
        if (!found)
            append(missing, fsc_document_name((enum fsc_document)d));
    }
    if (missing->len > 0)
        page_item(page, WIDTH, "without an entry", missing->str);
    g_string_free(missing, TRUE);
}

void documents_of_code(const struct page *page, uint16_t code)
{
    const struct fsc_document_note *notes[FSC_DOC_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < fsc_document_note_count() && count < FSC_DOC_COUNT; i++) {
        if (fsc_document_note_at(i)->code == code)
            notes[count++] = fsc_document_note_at(i);
    }
    page_heading(page, "What lists on the web say");
    write_notes(page, notes, count);
    write_missing(page, notes, count);
}

void documents_of_class(const struct page *page, unsigned digit)
{
    const struct fsc_document_note *notes[FSC_DOC_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < fsc_document_heading_count() && count < FSC_DOC_COUNT; i++) {
        if (fsc_document_heading_at(i)->code == digit)
            notes[count++] = fsc_document_heading_at(i);
    }
    page_heading(page, "What lists on the web say");
    write_notes(page, notes, count);
}

/* Is the finding among those that the row names? Rows for every case say nothing about this one. */
static bool fits_finding(const struct fsc_document_note *note, enum fsc_finding_id finding)
{
    if (note->advises[0] == '\0' || note->fits == NULL || note->fits[0] == '\0')
        return false;
    for (int i = 0; i < FSC_TEXT_COUNT; i++) {
        if (fsc_document_fits(note, finding, (enum fsc_text_class)i))
            return true;
    }
    return false;
}

void documents_of_finding(const struct page *page, enum fsc_finding_id finding)
{
    bool first = true;
    for (size_t i = 0; i < fsc_document_note_count(); i++) {
        const struct fsc_document_note *note = fsc_document_note_at(i);
        if (!fits_finding(note, finding))
            continue;
        if (first)
            page_heading(page, "Advice of lists on the web that may fit");
        first = false;
        char *label = g_strdup_printf("%s, %u", fsc_document_name(note->document), (unsigned)note->code);
        page_item(page, 22, label, note->advises);
        g_free(label);
    }
}
