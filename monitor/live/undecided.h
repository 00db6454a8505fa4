/*
 * undecided.h - frames that may turn out to be FTP's: those of connections that have not said enough, answers captured
 * before their question, fragments. Kept for a while, within bounds.
 */
#ifndef MONITOR_LIVE_UNDECIDED_H
#define MONITOR_LIVE_UNDECIDED_H

#include "monitor/input/capture_file.h"

struct undecided;

struct undecided *undecided_new(size_t max_bytes);
void undecided_free(struct undecided **undecided);

/* flow_id 0: of no connection yet. */
void undecided_keep(struct undecided *undecided, uint64_t flow_id, const struct capture_frame *frame);

/* The frames of this connection that were kept, each once, in order; they are forgotten then. */
void undecided_take(struct undecided *undecided, uint64_t flow_id,
                    void (*each)(void *state, const struct capture_frame *frame), void *state);

/* The one of no connection that has this number. */
void undecided_take_frame(struct undecided *undecided, uint64_t number,
                          void (*each)(void *state, const struct capture_frame *frame), void *state);

/* It is another protocol. */
void undecided_forget(struct undecided *undecided, uint64_t flow_id);

/* Connections whose frames had to go although nothing was decided: if they are FTP, their first packets are missing. */
uint64_t undecided_given_up(const struct undecided *undecided);
size_t undecided_memory(const struct undecided *undecided);

#endif
