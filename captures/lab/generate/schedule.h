/* schedule.h - who sends next: a binary heap of actors by time; among equals the smaller number goes first. */
#ifndef GENERATE_SCHEDULE_H
#define GENERATE_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

struct turn {
    uint64_t at_ns;
    uint32_t actor;
};

struct schedule {
    struct turn *turns;
    size_t count, room;
};

void schedule_add(struct schedule *schedule, uint64_t at_ns, uint32_t actor);

/* The next turn moves to `at_ns`, which is not before it: cheaper than taking it out and adding it again. */
void schedule_postpone(struct schedule *schedule, uint64_t at_ns);

/* Takes the next turn out. */
void schedule_drop(struct schedule *schedule);

void schedule_free(struct schedule *schedule);

/* The next turn. There must be one. */
static inline struct turn schedule_next(const struct schedule *schedule)
{
    return schedule->turns[0];
}

#endif
