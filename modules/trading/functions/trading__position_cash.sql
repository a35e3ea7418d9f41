create or replace function trading._position_cash(p_position trading.positions) returns numeric
language sql immutable parallel safe
return (p_position).realized_gross - (p_position).fees + (p_position).funding
       - case when (p_position).kind = 'spot' then (p_position).open_cost * (p_position).multiplier else 0 end;

comment on function trading._position_cash(trading.positions) is
    'What a position brought in of its own currency, less what was paid for what is open; a contract takes only its result.';
