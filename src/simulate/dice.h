/* dice.h: random numbers that a seed repeats for ever: SplitMix64. */
#ifndef DAYBOOK_SIMULATE_DICE_H
#define DAYBOOK_SIMULATE_DICE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct dice {
    uint64_t state;
} dice;

static inline uint64_t dice_roll(dice *d)
{
    uint64_t z = (d->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* 0 … count - 1; that the lowest of them come up a trifle more often is of no matter here. count > 0 */
static inline uint64_t dice_below(dice *d, uint64_t count)
{
    return dice_roll(d) % count;
}

static inline bool dice_in_1000(dice *d, unsigned times)
{
    return dice_below(d, 1000) < times;
}

#endif
