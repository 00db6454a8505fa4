/* descriptor.h - writing as much as can be written at once, whatever the descriptor is, and however it is shared. */
#ifndef MONITOR_OUTPUT_DESCRIPTOR_H
#define MONITOR_OUTPUT_DESCRIPTOR_H

#include <sys/types.h>

#include "core/ftpscope.h"
#include "monitor/output/target.h"

enum descriptor_kind {
    DESCRIPTOR_FILE,    /* a disk may be slow, but takes what it is given */
    DESCRIPTOR_SOCKET,  /* such as the journal's */
    DESCRIPTOR_OWN,     /* a pipe or a terminal, opened again: it does not block */
    DESCRIPTOR_CAREFUL, /* one that can only be asked first, and then given little */
};

struct descriptor {
    int number;
    enum descriptor_kind kind;
    bool borrowed;
};

#define DESCRIPTOR_NONE ((struct descriptor){-1, DESCRIPTOR_FILE, true})

/* `number` stays the caller's. It is never made non-blocking: that would hold for everybody who shares it. */
struct descriptor descriptor_borrow(int number);

/* Opens the target to append to it. False: *message (g_free) says why. */
bool descriptor_append(struct descriptor *descriptor, const struct target *target, char **message);
void descriptor_close(struct descriptor *descriptor);

/* Bytes that were written; 0: none at the moment; -1: errno. */
ssize_t descriptor_write(const struct descriptor *descriptor, struct fsc_span bytes);
void descriptor_wait(const struct descriptor *descriptor, int within_ms); /* until some can be written */

/* Cuts the last `n` bytes off that were written, where that is possible: of a file to whose end nobody else has added.
 */
bool descriptor_take_back(const struct descriptor *descriptor, size_t n);

bool descriptor_is_file(const struct descriptor *descriptor);

#endif
