/* texts.h - inside the core: what fsc_explain needs of the text classes.*/
#ifndef FTPSCOPE_TEXTS_H
#define FTPSCOPE_TEXTS_H

#include "core/ftpscope.h"

/* Replaces meaning and advice of *out when `text` is a class that refines `code`; the title stays. */
bool fsc_text_explain(uint16_t code, enum fsc_text_class text, struct fsc_explanation *out);

#endif
