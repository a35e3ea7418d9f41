-- Opens a repair for every hole in the ids of a series; parameters as in gaps.sql, $8 the context.
select s.venue, s.symbol, s.kind, s.stream, h.from_id, h.to_id, h.missing,
       to_char(h.before_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as before_time,
       to_char(h.after_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as after_time, o.outcome, o.repair_id
  from market.fn_series($1) as s
 cross join lateral market.fn_id_holes(s.stream, s.instrument_id, $6::timestamptz, $7::timestamptz) as h
 cross join lateral market.fn_open_repair(util.uuid_v7(), s.stream, s.instrument_id, h.from_id, h.to_id, h.before_time, h.after_time, $8::jsonb) as o
 where ($2::text is null or s.venue = $2)
   and ($3::text is null or s.symbol = $3)
   and ($4::text is null or s.kind = $4)
   and ($5::integer is null or s.interval_s is not distinct from $5)
 order by s.venue, s.kind, s.symbol, s.stream, h.from_id;
