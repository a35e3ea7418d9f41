create or replace view trading.fill_amendments as
select e.account_id, e.fill_id, count(*)::integer as events, bool_or(e.kind = 'bust') as busted,
       (array_agg(e.leaves_qty) filter (where e.kind = 'bust'))[1] as leaves_qty,
       (array_agg(e.qty order by e.place desc) filter (where e.qty is not null))[1] as qty,
       (array_agg(e.price order by e.place desc) filter (where e.price is not null))[1] as price,
       (array_agg(e.fee order by e.place desc) filter (where e.fee is not null))[1] as fee,
       (array_agg(e.fee_currency order by e.place desc) filter (where e.fee_currency is not null))[1] as fee_currency,
       bool_or(e.fee_currency is not null or e.fee_rate is not null) as fee_repriced,
       (array_agg(e.fee_rate order by e.place desc) filter (where e.fee_currency is not null or e.fee_rate is not null))[1] as fee_rate
  from trading.fill_events as e
 where e.outcome = 'created'
 group by e.account_id, e.fill_id;

comment on view trading.fill_amendments is
    'What busts and corrections say of each fill that has any, in the book or not: whether it was busted, and the latest term given of each; null where none was.';
