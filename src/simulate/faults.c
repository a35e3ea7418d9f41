#include "simulate/faults.h"

#include "simulate/dice.h"

#define SERVER_CRASH_ONE_IN 12
#define FAULT_ONE_IN 250

fault faults_draw(uint64_t seed, size_t at, size_t count)
{
    dice of_seed = {seed * UINT64_C(0x9e3779b97f4a7c15) + 1};
    bool crash = dice_below(&of_seed, SERVER_CRASH_ONE_IN) == 0;
    if (crash && dice_below(&of_seed, count) == at)
        return FAULT_SERVER_BEFORE + (fault)dice_below(&of_seed, 3);
    dice d = {dice_roll(&of_seed) ^ at};
    (void)dice_roll(&d);
    if (dice_below(&d, FAULT_ONE_IN) != 0)
        return FAULT_NONE;
    return FAULT_CUT_BEFORE + (fault)dice_below(&d, 4);
}

bool faults_is_client(fault f)
{
    return f == FAULT_CLIENT_BEFORE || f == FAULT_CLIENT_AFTER;
}

bool faults_is_lost_answer(fault f)
{
    return f == FAULT_CUT_AFTER || f == FAULT_CLIENT_AFTER || f == FAULT_SERVER_AFTER;
}
