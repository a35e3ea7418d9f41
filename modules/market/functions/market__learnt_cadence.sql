create or replace function market._learnt_cadence(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer)
returns integer
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select case when count(*) >= 3 then greatest(ceil(extract(epoch from max(l.last_time) - min(l.last_time)) / (count(*) - 1)), 1)::integer end
      from (select distinct b.last_time
              from ingest.batches b
             where b.verdict = 'loaded' and b.source = p_source and b.stream = p_stream
               and b.instrument_id is not distinct from p_instrument_id and b.interval_s is not distinct from p_interval_s
               and b.last_time is not null
             order by b.last_time desc
             limit 20) l
$$;
comment on function market._learnt_cadence(text, text, uuid, integer) is
    'Seconds from one delivery of a series to the next, on the average of the newest 20; null before the third.';
