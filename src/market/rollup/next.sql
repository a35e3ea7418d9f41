select r.outcome, i.venue, i.symbol, i.kind, to_char(r.from_time at time zone 'UTC', 'YYYY-MM-DD') as from_day,
       to_char((r.to_time - interval '1 day') at time zone 'UTC', 'YYYY-MM-DD') as to_day, r.written, r.pending
  from market.fn_roll_up($1) as r
  left join market.symbols as i on i.instrument_id = r.instrument_id;
