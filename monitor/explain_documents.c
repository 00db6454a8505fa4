/* explain_documents.c - what lists on the web say about a code, a class of codes or a finding. */
#include "monitor/explain_documents.h"

#include <glib.h>
#include <string.h>

enum { WIDTH = 16 };

/* "EFT help, CuteFTP help"; the caller frees it. */
static char *names_of(unsigned documents)
{
    GString *names = g_string_new(NULL);
    for (int d = 0; d < FSC_DOC_COUNT; d++) {
        if (documents >> d & 1u)
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", fsc_document_name((enum fsc_document)d));
    }
    return g_string_free(names, FALSE);
}

static void write_item(const struct page *page, unsigned documents, const char *label, const char *text)
{
    char *names = names_of(documents), *line = g_strconcat(label, text, NULL);
    if (text[0] != '\0')
        page_item(page, WIDTH, names, line);
    g_free(names);
    g_free(line);
}

static void write_note(const struct page *page, const struct fsc_document_note *note)
{
    write_item(page, note->documents, "", note->says);
    write_item(page, 0, "Advice: ", note->advises);
    write_item(page, 0, "Note: ", note->right);
}

void documents_of_code(const struct page *page, uint16_t code)
{
    unsigned missing = (1u << FSC_DOC_COUNT) - 1u;
    page_heading(page, "What lists on the web say");
    for (size_t i = 0; i < fsc_document_note_count(); i++) {
        const struct fsc_document_note *note = fsc_document_note_at(i);
        if (note->code != code)
            continue;
        missing &= ~(unsigned)note->documents;
        write_note(page, note);
    }
    char *names = names_of(missing);
    if (missing != 0)
        page_item(page, WIDTH, "without an entry", names);
    g_free(names);
}

void documents_of_class(const struct page *page, unsigned digit)
{
    page_heading(page, "What lists on the web say");
    for (size_t i = 0; i < fsc_document_heading_count(); i++) {
        if (fsc_document_heading_at(i)->code == digit)
            write_note(page, fsc_document_heading_at(i));
    }
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
        char *names = names_of(note->documents);
        char *label = g_strdup_printf("%s (%u)", names, (unsigned)note->code);
        page_item(page, 22, label, note->advises);
        g_free(names);
        g_free(label);
    }
}
