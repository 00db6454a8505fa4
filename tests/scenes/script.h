/* script.h - the language of scenes: README.md. */
#ifndef TESTS_SCRIPT_H
#define TESTS_SCRIPT_H

#include "tests/scenes/stage.h"

struct script {
    struct stage *stage;
    uint32_t show; /* enum records_show */
    uint16_t port; /* further control port, 0 none */
    size_t snap;   /* captured bytes of a frame */
    char *broken;  /* what is wrong with the program that this scene shows, NULL: nothing */
    char *error;   /* what is wrong with the scene */
};

/* One line of a scene; false when it makes no sense (script->error). */
bool script_line(struct script *script, const char *line);
bool script_fail(struct script *script, const char *why); /* false, for the caller to return */

#endif
