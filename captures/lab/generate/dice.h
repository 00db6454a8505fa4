/* dice.h - numbers that follow from a seed (splitmix64): the same on every machine. */
#ifndef GENERATE_DICE_H
#define GENERATE_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline uint64_t dice_roll(struct dice *dice)
{
    uint64_t z = dice->state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Dice of their own for the `n`th thing of a run: what it does depends on nothing else that happens. */
static inline struct dice dice_for(uint64_t seed, uint64_t n)
{
    struct dice dice = {seed};

    dice.state = dice_roll(&dice) ^ n * 0xd1342543de82ef95u;
    dice.state = dice_roll(&dice);
    return dice;
}

/* 0 to n - 1. */
static inline uint32_t dice_below(struct dice *dice, uint32_t n)
{
    return (uint32_t)((dice_roll(dice) >> 32) * n >> 32);
}

/* From `low` to `high`, both included. */
static inline uint32_t dice_between(struct dice *dice, uint32_t low, uint32_t high)
{
    return low + dice_below(dice, high - low + 1);
}

static inline bool dice_percent(struct dice *dice, unsigned percent)
{
    return dice_below(dice, 100) < percent;
}

#endif
