-- What was received and the fate of every row, by series.
select b.source, i.venue, i.symbol, b.interval_s, count(*) as files, sum(b.rows_in)::bigint as rows_in, sum(b.inserted)::bigint as inserted,
       sum(b.duplicate)::bigint as duplicate, sum(b.superseded)::bigint as superseded, sum(b.rejected)::bigint as rejected,
       to_char(max(b.closed_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as last_received
  from ingest.batches b
  join ref.instruments i using (instrument_id)
 where b.verdict = 'loaded'
 group by b.source, i.venue, i.symbol, i.kind, b.interval_s
 order by b.source, i.venue, i.symbol, i.kind, b.interval_s;
