#include "simulate/faults.h"

#include "simulate/dice.h"

#define SERVER_CRASH_ONE_IN 12
#define FAULT_ONE_IN 250
#define OUTAGE_STRETCH 60 /* operations */
#define OUTAGE_ONE_IN 3

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

bool faults_is_away(uint64_t seed, size_t at)
{
    dice d = {seed * UINT64_C(0xd1342543de82ef95) + at / OUTAGE_STRETCH};
    (void)dice_roll(&d);
    if (dice_below(&d, OUTAGE_ONE_IN) != 0)
        return false;
    size_t from = dice_below(&d, OUTAGE_STRETCH), place = at % OUTAGE_STRETCH;
    return place >= from && place <= from + dice_below(&d, OUTAGE_STRETCH);
}

bool faults_is_client(fault f)
{
    return f == FAULT_CLIENT_BEFORE || f == FAULT_CLIENT_AFTER;
}

bool faults_is_lost_answer(fault f)
{
    return f == FAULT_CUT_AFTER || f == FAULT_CLIENT_AFTER || f == FAULT_SERVER_AFTER;
}
