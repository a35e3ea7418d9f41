-- daybook mirror: view trading.trades
-- needs: ref/tables/instruments.sql
-- needs: trading/tables/fills.sql
-- needs: trading/types/fill_flags.sql
-- needs: trading/types/liquidity.sql
-- needs: trading/types/quantity.sql
-- needs: trading/types/side.sql
-- needs: util/types/amount.sql

create view trading.trades as
 SELECT f.account_id,
    f.fill_id,
    f.order_id,
    f.instrument_id,
    i.venue,
    i.symbol,
    i.kind,
    f.position_key,
    f.side,
    f.qty,
    f.price,
    ((f.qty)::numeric * (f.price)::numeric) AS value,
    f.fee,
    f.fee_currency,
    f.liquidity,
    f.venue_trade_id,
    f.trade_discriminator,
    f.realized_gross,
    f.realized_net,
    f.flags,
    f.filled_at,
    f.recorded_at
   FROM (trading.fills f
     JOIN ref.instruments i ON ((i.instrument_id = f.instrument_id)));

alter view trading.trades owner to daybook_api;

comment on view trading.trades is 'The fills that count, with the names of their instruments.';

grant select on trading.trades to daybook_console;
grant select on trading.trades to daybook_lab_reader;
grant select on trading.trades to daybook_risk;
