-- Small helpers that every module uses. Nothing in this schema knows anything about trading.

create schema if not exists util;
comment on schema util is 'Low-level helpers without business meaning: ids, time, exact decimals, checks of arguments.';

-- NaN and Infinity fail the comparison, so no separate test is needed: numeric sorts NaN above every number.
create domain util.amount as numeric
    constraint amount_range check (abs(value) < 100000000000000000000)
    constraint amount_scale check (scale(value) <= 18);

comment on domain util.amount is
    'Money, price or quantity as it was received: at most 20 integer digits and 18 decimals, neither NaN nor infinite.';
