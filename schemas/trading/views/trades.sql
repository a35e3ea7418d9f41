-- daybook mirror: view trading.trades
-- needs: ref/tables/instruments.sql
-- needs: trading/types/fill_flags.sql
-- needs: trading/types/liquidity.sql
-- needs: trading/types/side.sql
-- needs: trading/views/fill_terms.sql

create view trading.trades as
 SELECT t.account_id,
    t.fill_id,
    t.order_id,
    t.instrument_id,
    i.venue,
    i.symbol,
    i.kind,
    t.position_key,
    t.side,
    t.qty,
    t.price,
    (t.qty * t.price) AS value,
    t.fee,
        CASE
            WHEN (t.fee <> (0)::numeric) THEN COALESCE(t.fee_currency, i.settle)
            ELSE NULL::text
        END AS fee_currency,
        CASE
            WHEN (t.fee <> (0)::numeric) THEN t.fee_rate
            ELSE NULL::numeric
        END AS fee_rate,
    t.liquidity,
    t.venue_trade_id,
    t.trade_discriminator,
    t.realized_gross,
    t.realized_net,
    t.position_cycle,
    t.position_version,
    t.flags,
    t.amended,
    t.filled_at,
    t.recorded_at
   FROM (trading.fill_terms t
     JOIN ref.instruments i ON ((i.instrument_id = t.instrument_id)))
  WHERE (NOT t.busted);

alter view trading.trades owner to daybook_api;

comment on view trading.trades is 'The fills that count, on their effective terms and with what they realise now, with the names of their instruments.';

grant select on trading.trades to daybook_console;
grant select on trading.trades to daybook_lab_reader;
grant select on trading.trades to daybook_risk;
