/* documents.c - what five lists on the web say about the codes, and whether it fits a case. */
#include "core/documents.h"
#include "core/ftpscope.h"

#include <assert.h>
#include <string.h>

const char *fsc_document_name(enum fsc_document document)
{
    static const char *const names[FSC_DOC_COUNT] = {
        [FSC_DOC_EFT] = "EFT help",
        [FSC_DOC_WIKIPEDIA] = "Wikipedia's list",
        [FSC_DOC_ANNOTATED] = "annotated list",
        [FSC_DOC_RFC959] = "RFC 959 list",
        [FSC_DOC_CUTEFTP] = "CuteFTP help",
    };
    assert(document < FSC_DOC_COUNT);
    return names[document];
}

#define FITS_ANY ""
#define FITS_NONE NULL
static const struct fsc_document_note notes[] = {
#define FSC_DOCUMENT_NOTE(code, documents, says, advises, right, fits) {code, documents, says, advises, right, fits},
#include "core/documents.def"
#undef FSC_DOCUMENT_NOTE
};

size_t fsc_document_note_count(void)
{
    return sizeof notes / sizeof notes[0];
}

const struct fsc_document_note *fsc_document_note_at(size_t i)
{
    assert(i < fsc_document_note_count());
    return &notes[i];
}

static const struct fsc_document_note headings[] = {
#define FSC_DOCUMENT_HEADING(digit, documents, says, right) {digit, documents, says, "", right, FITS_ANY},
#include "core/headings.def"
#undef FSC_DOCUMENT_HEADING
};

size_t fsc_document_heading_count(void)
{
    return sizeof headings / sizeof headings[0];
}

const struct fsc_document_note *fsc_document_heading_at(size_t i)
{
    assert(i < fsc_document_heading_count());
    return &headings[i];
}

/* Findings are written in lower case, text classes in upper case. */
static bool names_finding(const char *word)
{
    return word[0] >= 'a' && word[0] <= 'z';
}

static bool same(const char *word, size_t length, const char *name)
{
    return strlen(name) == length && memcmp(word, name, length) == 0;
}

bool fsc_document_fits(const struct fsc_document_note *note, enum fsc_finding_id finding, enum fsc_text_class text)
{
    if (note->fits == NULL)
        return false;
    const char *class_name = text == FSC_TEXT_NONE ? "NONE" : fsc_text_name(text);
    bool wants_finding = false, has_finding = false, wants_text = false, has_text = false;
    for (const char *word = note->fits; *word != '\0';) {
        size_t length = 0;
        while (word[length] != '\0' && word[length] != ' ')
            length++;
        if (names_finding(word)) {
            wants_finding = true;
            has_finding = has_finding || same(word, length, fsc_finding_info(finding)->name);
        } else {
            wants_text = true;
            has_text = has_text || same(word, length, class_name);
        }
        word += length + (word[length] == ' ' ? 1 : 0);
    }
    return has_finding == wants_finding && has_text == wants_text;
}
