/* records.h - what the pipeline reports about a scene, as lines that a person can write by hand. */
#ifndef TESTS_RECORDS_H
#define TESTS_RECORDS_H

#include "monitor/record.h"
#include "tests/scenes/stage.h"

enum records_show {
    RECORDS_FTP = 1u << 0, /* commands with their replies too */
    RECORDS_SESSION = 1u << 1,
    RECORDS_WORDS = 1u << 2, /* the sentence of each finding */
};

struct records {
    const struct stage *stage; /* names of connections and frames */
    uint32_t show;             /* enum records_show */
    GString *text;
    GHashTable *commands; /* session and tx -> word */
};

struct records *records_new(const struct stage *stage, uint32_t show);
void records_free(struct records *records);
struct sink records_sink(struct records *records);

#endif
