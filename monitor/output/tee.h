/* tee.h - several sinks as one: each record goes to all, in the order in which they were added. */
#ifndef MONITOR_OUTPUT_TEE_H
#define MONITOR_OUTPUT_TEE_H

#include "pipeline/record.h"

enum { TEE_MAX = 8 };

struct tee {
    struct sink sinks[TEE_MAX];
    size_t count;
};

void tee_add(struct tee *tee, const struct sink *sink); /* copied */

/* Has a function only for what one of the sinks wants to hear; to be asked when all were added. `tee` must stay. */
struct sink tee_sink(struct tee *tee);

#endif
