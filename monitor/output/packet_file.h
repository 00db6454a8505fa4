/*
 * packet_file.h - a pcapng file while it is being written. It is called NAME.part until it is complete, and always
 * holds whole blocks: what a crash leaves can be read. The next run gives such a file its name.
 */
#ifndef MONITOR_OUTPUT_PACKET_FILE_H
#define MONITOR_OUTPUT_PACKET_FILE_H

#include "monitor/output/descriptor.h"

struct packet_file {
    struct descriptor out;
    char *name, *part; /* part NULL: standard output, a pipe or a device, written in place */
    uint64_t size;     /* bytes of whole blocks */
    uint64_t packets;
    uint64_t last_time; /* of a packet, in the file's unit */
    bool unordered;     /* some packets came late: they are put in order at the end */
};

/* A pipe or a device is there. */
bool packet_file_is_in_place(const struct target *target, const char *name);

/* False: *message (g_free) says why. */
bool packet_file_begin(struct packet_file *file, const struct target *target, const char *name, char **message);
void packet_file_begin_at(struct packet_file *file, int descriptor); /* stays the caller's */

/* Bytes of whole blocks that were written; less than all: *error says why, and what else was written is cut off.
 * `is_over` is asked while nobody reads; error 0 when it says yes. */
size_t packet_file_write(struct packet_file *file, struct fsc_span blocks, bool (*is_over)(void *state), void *state,
                         int *error);

/* Puts its packets in order of time, if they are not, and gives it its name, which replaces a file that had it. False:
 * it keeps the name it has; *message (g_free) says why. With true a message tells that the order stays as it is. */
bool packet_file_finish(struct packet_file *file, const struct target *target, char **message);
void packet_file_discard(struct packet_file *file, const struct target *target); /* nothing of it stays */

/* Type and length of the block at the front; the length is never more than what is there. */
uint32_t packet_block_type(struct fsc_span blocks);
size_t packet_block_length(struct fsc_span blocks);

#endif
