-- In one order, so that two who ask at a time cannot wait for each other.
select i.venue, i.symbol, i.kind, r.outcome, to_char(r.from_time at time zone 'UTC', 'YYYY-MM-DD') as from_day,
       to_char((r.to_time - interval '1 day') at time zone 'UTC', 'YYYY-MM-DD') as to_day, r.deleted
  from (select s.* from market.symbols as s order by s.instrument_id) as i
 cross join lateral market.fn_rebuild_rollups(i.instrument_id, $4::date::timestamp at time zone 'UTC',
                                              $5::date::timestamp at time zone 'UTC') as r
 where ($1::text is null or i.venue = $1) and ($2::text is null or i.symbol = $2) and ($3::text is null or i.kind = $3)
   and r.from_time is not null;
