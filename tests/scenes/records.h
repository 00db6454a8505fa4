/* records.h - what the pipeline reports about a scene, as lines that a person can write by hand. */
#ifndef TESTS_RECORDS_H
#define TESTS_RECORDS_H

#include "pipeline/record.h"
#include "tests/scenes/stage.h"

enum records_show {
    RECORDS_FTP = 1u << 0, /* commands with their replies too */
    RECORDS_SESSION = 1u << 1,
    RECORDS_WORDS = 1u << 2,    /* the sentence of each finding */
    RECORDS_SOFTWARE = 1u << 3, /* what the two ends say of themselves */
};

struct records {
    const struct stage *stage; /* names of connections and frames */
    uint32_t show;             /* enum records_show */
    GString *text;
    GString *folded; /* the last command's record, and where in the text it stands, perhaps with its number */
    size_t fold_start, fold_end;
    unsigned fold_count;
    GHashTable *commands; /* session and tx -> word */
};

struct records *records_new(const struct stage *stage, uint32_t show);
void records_free(struct records *records);
struct sink records_sink(struct records *records);

#endif
