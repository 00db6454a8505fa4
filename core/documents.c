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

/* One word of a row's `fits`: a finding (in lower case) or a text class (in upper case), with '!' in front where it
 * must not be. */
struct fit_word {
    const char *p;
    size_t n;
    bool refused, of_finding;
};

/* Takes the word at `p`, which is not empty; returns where the next one begins. */
static const char *word_take(const char *p, struct fit_word *word)
{
    word->refused = *p == '!';
    word->p = p + (word->refused ? 1 : 0);
    word->n = 0;
    while (word->p[word->n] != '\0' && word->p[word->n] != ' ')
        word->n++;
    word->of_finding = word->p[0] >= 'a' && word->p[0] <= 'z';
    return word->p + word->n + (word->p[word->n] == ' ' ? 1 : 0);
}

static bool word_is(const struct fit_word *word, const char *name)
{
    return strlen(name) == word->n && memcmp(word->p, name, word->n) == 0;
}

bool fsc_document_fits(const struct fsc_document_note *note, enum fsc_finding_id finding, enum fsc_text_class text)
{
    if (note->fits == NULL)
        return false;
    const char *finding_name = fsc_finding_info(finding)->name;
    const char *text_name = text == FSC_TEXT_NONE ? "NONE" : fsc_text_name(text);
    bool wants_finding = false, has_finding = false, wants_text = false, has_text = false;
    for (const char *p = note->fits; *p != '\0';) {
        struct fit_word word;
        p = word_take(p, &word);
        bool here = word_is(&word, word.of_finding ? finding_name : text_name);
        if (word.refused && here)
            return false;
        if (word.refused)
            continue;
        wants_finding = wants_finding || word.of_finding;
        wants_text = wants_text || !word.of_finding;
        has_finding = has_finding || (here && word.of_finding);
        has_text = has_text || (here && !word.of_finding);
    }
    return has_finding == wants_finding && has_text == wants_text;
}
