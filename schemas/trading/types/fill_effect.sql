-- daybook mirror: type trading.fill_effect
-- needs: trading/tables/fills.sql
-- needs: trading/tables/orders.sql
-- needs: trading/tables/position_fees.sql
-- needs: trading/tables/positions.sql
-- needs: trading/tables/roundtrips.sql

create type trading.fill_effect as (
    p_fill trading.fills,
    p_position trading.positions,
    p_order trading.orders,
    other_fee trading.position_fees,
    closed trading.roundtrips
);

alter type trading.fill_effect owner to daybook_owner;

comment on type trading.fill_effect is 'A fill with its answer, its position and its order after it, what it adds to fees in other currencies, and the round trip that it closed, if any.';
