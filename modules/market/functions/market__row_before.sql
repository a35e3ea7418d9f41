-- Who says what: a batch that brought values, and every batch that stated them again while they stood. The order is that of the merge:
-- rank of the source, revision, file name, then the later one; what had stood outranks the lines of its own file that it had replaced.
create or replace function market._row_before(p_correction_id uuid)
returns table (source text, file_name text, revision integer, content jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with mine as (
        select s.stream, s.key, s.row, s.row_time, s.instrument_id, s.interval_s
          from market.superseded as s
         where s.superseded_by = p_correction_id
    ), said as (
        select s.row as content, s.batch_id, s.line, b.load_no as from_no, w.load_no as to_no,
               s.batch_id <> p_correction_id and c.withdrawn_at is null as in_force
          from mine as m
          join market.superseded as s on s.stream = m.stream and s.key = m.key
          join ingest.batches as b on b.batch_id = s.batch_id
          join ingest.batches as w on w.batch_id = s.superseded_by
          left join market.corrections as c on c.correction_id = s.batch_id
        union all
        select m.row || c.new_values, b.batch_id, 0, b.load_no, null, false
          from mine as m
          join market.corrections as c on c.correction_id = p_correction_id
          join ingest.batches as b on b.batch_id = p_correction_id
    ), witnesses as (
        select s.content, s.batch_id, s.line from said as s where s.in_force
        union all
        select s.content, o.batch_id, 0
          from mine as m
          join ingest.batches as o
            on o.stream = m.stream and o.instrument_id is not distinct from m.instrument_id and o.interval_s is not distinct from m.interval_s
           and m.row_time between o.first_time and o.last_time
          join ingest.confirmations as f
            on f.confirmed_by = o.batch_id and m.row_time between f.first_time and f.last_time and coalesce(f.key = m.key, true)
          join said as s on s.line = 0 and o.load_no > s.from_no and coalesce(o.load_no < s.to_no, true)
    )
    select b.source, b.file_name, b.revision, w.content - (select t.time_column from ingest.streams as t where t.stream = m.stream)
      from mine as m
     cross join witnesses as w
      join ingest.batches as b on b.batch_id = w.batch_id
      left join ingest.sources as r on r.source = b.source
     order by coalesce(r.rank, 0) desc, b.revision desc, b.file_name collate "C" desc, (w.line = 0) desc, w.line desc, b.load_no desc
     limit 1
$$;
comment on function market._row_before(uuid) is
    'What the row of a correction would say without it, and the source, file and revision that said so.';
