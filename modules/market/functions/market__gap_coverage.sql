-- A run of missing rows lies inside a batch or outside of it, since the first and the last row of a batch are there. So the batch
-- that reaches furthest among those that began before a run covers it, if any does: one walk over batches and runs, not a search a run.
create or replace function market._gap_coverage(
    p_stream        text,
    p_instrument_id uuid,
    p_interval_s    integer,
    p_gap_from      timestamptz[],
    p_gap_to        timestamptz[])
returns table (gap_from timestamptz, batch_id uuid)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set work_mem = '64MB'
set jit = off
as $$
begin
    return query
        with batches as materialized (
            select b.batch_id, b.first_time, b.last_time, row_number() over (order by b.first_time, b.batch_id) as n
              from ingest.batches b
             where b.verdict = 'loaded' and b.stream = p_stream
               and b.instrument_id is not distinct from p_instrument_id
               and (b.interval_s is null or b.interval_s is not distinct from p_interval_s)
               and b.first_time is not null
        ), marks as (
            select b.first_time as at, null::timestamptz as gap_to, (extract(epoch from b.last_time) * 1000000)::bigint as reach, b.n
              from batches b
            union all
            select r.gap_from, r.gap_to, null, null from unnest(p_gap_from, p_gap_to) as r(gap_from, gap_to)
        ), walked as (
            select m.at, m.gap_to,
                   max(case when m.n is not null then array[m.reach, m.n] end)
                       over (order by m.at, m.n nulls last rows unbounded preceding) as furthest
              from marks m
        )
        select w.at, b.batch_id
          from walked w
          left join batches b on b.n = w.furthest[2] and b.last_time >= w.gap_to
         where w.gap_to is not null;
end
$$;
comment on function market._gap_coverage(text, uuid, integer, timestamptz[], timestamptz[]) is
    'For each run of missing rows of a series a loaded batch whose first and last row enclose it; null when there is none.';
