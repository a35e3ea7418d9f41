-- The order is that of the merge: rank of the source, revision, file name, then the later one. What had stood outranks the lines of its
-- own file that it had replaced.
create or replace function market._row_before(p_correction_id uuid)
returns table (source text, file_name text, revision integer, content jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select b.source, b.file_name, b.revision, s.row - (select t.time_column from ingest.streams as t where t.stream = s.stream)
      from market.superseded as mine
      join market.superseded as s on s.stream = mine.stream and s.key = mine.key
      join ingest.batches as b on b.batch_id = s.batch_id
      left join ingest.sources as r on r.source = b.source
      left join market.corrections as c on c.correction_id = s.batch_id
     where mine.superseded_by = p_correction_id
       and c.withdrawn_at is null and s.batch_id <> p_correction_id
     order by coalesce(r.rank, 0) desc, b.revision desc, b.file_name collate "C" desc, (s.line = 0) desc, s.line desc, b.closed_at desc
     limit 1
$$;
comment on function market._row_before(uuid) is
    'What the row of a correction would say without it, and the source, file and revision that said so.';
