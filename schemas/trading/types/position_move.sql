-- daybook mirror: type trading.position_move
-- needs: trading/tables/positions.sql
-- needs: trading/tables/roundtrips.sql

create type trading.position_move as (
    p_position trading.positions,
    realized_gross numeric,
    realized_net numeric,
    closed trading.roundtrips
);

alter type trading.position_move owner to daybook_owner;

comment on type trading.position_move is 'The row of a position after one fill, what that realised, and the round trip that it closed, if any.';
