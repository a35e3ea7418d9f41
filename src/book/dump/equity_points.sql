select e.account_id, e.as_of, e.point_id, e.run_id, e.currency, e.balance, e.unrealized, e.equity, e.complete,
       array_to_string(e.missing, ',') as missing,
       (select string_agg(concat_ws('/', i.venue, i.symbol, i.kind) || '=' || m.value, ','
                          order by i.venue collate "C", i.symbol collate "C", i.kind collate "C")
          from jsonb_each_text(e.marks) as m
          join ref.instruments as i on i.instrument_id::text = m.key) as marks,
       (select string_agg(r.key || '=' || r.value, ',' order by r.key collate "C") from jsonb_each_text(e.rates) as r) as rates
  from trading.equity_points as e
 where $1::uuid[] is null or e.account_id = any ($1::uuid[])
 order by e.account_id, e.as_of, e.point_id
