-- daybook mirror: view trading.fill_amendments
-- needs: trading/tables/fill_events.sql
-- needs: trading/types/quantity.sql
-- needs: util/types/amount.sql

create view trading.fill_amendments as
 SELECT e.account_id,
    e.fill_id,
    (count(*))::integer AS events,
    bool_or((e.kind = 'bust'::text)) AS busted,
    (array_agg(e.leaves_qty) FILTER (WHERE (e.kind = 'bust'::text)))[1] AS leaves_qty,
    (array_agg(e.qty ORDER BY e.place DESC) FILTER (WHERE (e.qty IS NOT NULL)))[1] AS qty,
    (array_agg(e.price ORDER BY e.place DESC) FILTER (WHERE (e.price IS NOT NULL)))[1] AS price,
    (array_agg(e.fee ORDER BY e.place DESC) FILTER (WHERE (e.fee IS NOT NULL)))[1] AS fee,
    (array_agg(e.fee_currency ORDER BY e.place DESC) FILTER (WHERE (e.fee_currency IS NOT NULL)))[1] AS fee_currency,
    bool_or(((e.fee_currency IS NOT NULL) OR (e.fee_rate IS NOT NULL))) AS fee_repriced,
    (array_agg(e.fee_rate ORDER BY e.place DESC) FILTER (WHERE ((e.fee_currency IS NOT NULL) OR (e.fee_rate IS NOT NULL))))[1] AS fee_rate
   FROM trading.fill_events e
  WHERE (e.outcome = 'created'::text)
  GROUP BY e.account_id, e.fill_id;

alter view trading.fill_amendments owner to daybook_api;

comment on view trading.fill_amendments is 'What busts and corrections say of each fill that has any, in the book or not: whether it was busted, and the latest term given of each; null where none was.';

grant select on trading.fill_amendments to daybook_lab_reader;
grant select on trading.fill_amendments to daybook_risk;
