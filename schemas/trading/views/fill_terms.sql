-- daybook mirror: view trading.fill_terms
-- needs: trading/tables/fill_restatements.sql
-- needs: trading/tables/fills.sql
-- needs: trading/types/fill_flags.sql
-- needs: trading/types/liquidity.sql
-- needs: trading/types/side.sql
-- needs: trading/views/fill_amendments.sql

create view trading.fill_terms as
 SELECT f.account_id,
    f.fill_id,
    f.order_id,
    f.instrument_id,
    f.position_key,
    f.position_version,
    f.side,
    COALESCE(a.busted, false) AS busted,
    (a.fill_id IS NOT NULL) AS amended,
    (COALESCE(a.qty, f.qty))::numeric AS qty,
    (COALESCE(a.price, f.price))::numeric AS price,
    (COALESCE(a.fee, f.fee))::numeric AS fee,
    COALESCE(a.fee_currency, f.fee_currency) AS fee_currency,
    (
        CASE
            WHEN a.fee_repriced THEN a.fee_rate
            ELSE f.fee_rate
        END)::numeric AS fee_rate,
    COALESCE(r.position_cycle, f.position_cycle) AS position_cycle,
    COALESCE(r.position_qty, f.position_qty) AS position_qty,
    COALESCE(r.realized_gross, f.realized_gross) AS realized_gross,
    COALESCE(r.realized_net, f.realized_net) AS realized_net,
    f.liquidity,
    f.venue_trade_id,
    f.trade_discriminator,
    f.flags,
    f.filled_at,
    f.recorded_at
   FROM ((trading.fills f
     LEFT JOIN trading.fill_amendments a ON (((a.account_id = f.account_id) AND (a.fill_id = f.fill_id))))
     LEFT JOIN trading.fill_restatements r ON (((r.account_id = f.account_id) AND (r.fill_id = f.fill_id))));

alter view trading.fill_terms owner to daybook_api;

comment on view trading.fill_terms is 'Every fill on its effective terms: its latest corrections, and whether it was busted; and what it realises now.';

grant select on trading.fill_terms to daybook_lab_reader;
grant select on trading.fill_terms to daybook_risk;
