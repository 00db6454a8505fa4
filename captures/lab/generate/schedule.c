/* schedule.c - the heap: turns[i] is not after turns[2i + 1] and turns[2i + 2]. */
#include "captures/lab/generate/schedule.h"

#include <glib.h>
#include <stdbool.h>

static bool before(const struct turn *a, const struct turn *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->actor < b->actor;
}

static void sink(struct schedule *schedule, struct turn turn)
{
    struct turn *turns = schedule->turns;
    size_t at = 0;

    for (size_t child = 1; child < schedule->count; child = 2 * at + 1) {
        if (child + 1 < schedule->count && before(&turns[child + 1], &turns[child]))
            child++;
        if (!before(&turns[child], &turn))
            break;
        turns[at] = turns[child];
        at = child;
    }
    turns[at] = turn;
}

void schedule_add(struct schedule *schedule, uint64_t at_ns, uint32_t actor)
{
    struct turn turn = {at_ns, actor};

    if (schedule->count == schedule->room) {
        schedule->room = schedule->room > 0 ? schedule->room * 2 : 64;
        schedule->turns = g_renew(struct turn, schedule->turns, schedule->room);
    }
    size_t at = schedule->count++;
    while (at > 0 && before(&turn, &schedule->turns[(at - 1) / 2])) {
        schedule->turns[at] = schedule->turns[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    schedule->turns[at] = turn;
}

void schedule_postpone(struct schedule *schedule, uint64_t at_ns)
{
    struct turn turn = schedule->turns[0];

    turn.at_ns = at_ns;
    sink(schedule, turn);
}

void schedule_drop(struct schedule *schedule)
{
    if (--schedule->count > 0)
        sink(schedule, schedule->turns[schedule->count]);
}

void schedule_free(struct schedule *schedule)
{
    g_free(schedule->turns);
    *schedule = (struct schedule){NULL, 0, 0};
}
