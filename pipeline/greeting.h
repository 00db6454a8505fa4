/* greeting.h - what a server calls itself in its greeting. */
#ifndef FTPSCOPE_PIPELINE_GREETING_H
#define FTPSCOPE_PIPELINE_GREETING_H

#include "core/ftpscope.h"

/* The part of a line of it (without its code) that names the software; empty: this line has none. */
struct fsc_span greeting_software(struct fsc_span text);

/* At most `max` bytes, and not a part of a character at the end. */
struct fsc_span text_cut(struct fsc_span text, size_t max);

#endif
