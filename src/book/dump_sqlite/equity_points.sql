select e.account_id, iso(e.as_of) as as_of, e.point_id, e.run_id, e.currency, e.balance, e.unrealized, e.equity,
       boolean(e.complete) as complete, e.missing,
       (select group_concat(m.name || '=' || m.value, ',')
          from (select i.venue || '/' || i.symbol || '/' || i.kind as name, j.value
                  from json_each(e.marks) as j
                  join instruments as i on i.instrument_id = j.key
                 order by i.venue, i.symbol, i.kind) as m) as marks,
       (select group_concat(r.key || '=' || r.value, ',') from (select j.key, j.value from json_each(e.rates) as j order by j.key) as r) as rates
  from equity_points as e
 where (?1 is null or e.account_id in (select value from json_each(?1)))
 order by e.account_id, e.as_of, e.point_id
