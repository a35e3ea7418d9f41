create or replace function ingest._rivals(p_batch_id uuid, p_from timestamptz, p_to timestamptz, out weaker boolean, out confirmers uuid[])
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_batch ingest.batches;
    v_rank  integer;
begin
    select b.* into strict v_batch from ingest.batches b where b.batch_id = p_batch_id;
    v_rank := coalesce((select s.rank from ingest.sources s where s.source = v_batch.source), 0);
    weaker := exists (
        select
          from ingest.batches b
          left join ingest.sources r on r.source = b.source
         where b.stream = v_batch.stream
           and (b.instrument_id = v_batch.instrument_id or v_batch.instrument_id is null)
           and (b.interval_s = v_batch.interval_s or v_batch.interval_s is null)
           and b.verdict = 'loaded' and b.last_time >= p_from and b.first_time <= p_to
           and (coalesce(r.rank, 0), b.revision, b.file_name collate "C") < (v_rank, v_batch.revision, v_batch.file_name collate "C"));
    select array_agg(b.batch_id) into confirmers
      from ingest.batches b
      left join ingest.sources r on r.source = b.source
     where b.stream = v_batch.stream
       and (b.instrument_id = v_batch.instrument_id or v_batch.instrument_id is null)
       and (b.interval_s = v_batch.interval_s or v_batch.interval_s is null)
       and b.verdict = 'loaded' and b.last_time >= p_from and b.first_time <= p_to
       and (coalesce(r.rank, 0), b.revision, b.file_name collate "C") > (v_rank, v_batch.revision, v_batch.file_name collate "C")
       and exists (select from ingest.confirmations c where c.confirmed_by = b.batch_id);
end
$$;
comment on function ingest._rivals(uuid, timestamptz, timestamptz) is
    'Of the loaded batches of the same series and range: whether one has lower precedence than this batch, and those of higher precedence '
    'that confirmed rows of others (null for none).';
