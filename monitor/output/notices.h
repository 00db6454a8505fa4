/* notices.h - what threads of the outputs have to say, on its way to the main loop, which shows it. */
#ifndef MONITOR_OUTPUT_NOTICES_H
#define MONITOR_OUTPUT_NOTICES_H

struct notices;

struct notices *notices_new(void);
void notices_free(struct notices **notices);

/* Readable while something waits: for a poll loop, nothing else may be done with it. */
int notices_descriptor(const struct notices *notices);

/* From any thread. Takes `message` over; NULL only wakes the main loop. More than a few dozen are counted, not kept. */
void notices_add(struct notices *notices, char *message);

/* The next one (g_free), NULL when there is none left. To be called until then. */
char *notices_take(struct notices *notices);

#endif
