-- Updates are numbered, so what is missing is told by their ids and not by the clock. How many updates it was nobody knows: one
-- carries many ids.
create or replace function market._book_change_gaps(p_instrument_id uuid, p_from timestamptz, p_to timestamptz)
returns table (gap_from timestamptz, gap_to timestamptz, missing bigint, cause text, evidence jsonb)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set work_mem = '64MB'
set jit = off
as $$
begin
    if p_instrument_id is null then
        raise exception 'p_instrument_id is null'
            using errcode = 'TB001', hint = 'The stream book_changes has one series for each instrument.';
    end if;
    return query
        with sparse as materialized (
            select coalesce(bool_or(v.value = 'sparse'), false) as ids
              from market._convention('update_ids', p_instrument_id, 'book_changes', null, now()) v
        ), holes as materialized (
            select q.before_at, q.change_time as at, q.before_id + 1 as from_id, q.previous_id as to_id
              from (select c.change_time, coalesce(c.previous_update_id, case when not p.ids then c.first_update_id - 1 end) as previous_id,
                           lag(c.change_time) over by_id as before_at, lag(c.last_update_id) over by_id as before_id
                      from market.orderbook_changes c
                     cross join sparse p
                     where c.instrument_id = p_instrument_id
                       and c.change_time >= coalesce(p_from, '-infinity') and c.change_time < coalesce(p_to, 'infinity')
                    window by_id as (order by c.last_update_id)) q
             where q.previous_id > q.before_id
        ), known as (
            select h.*, w.batch_id, w.file_name, s.snapshot_time, s.last_update_id
              from holes h
              left join lateral (
                  select b.batch_id, b.file_name
                    from ingest.batches b
                   where b.verdict = 'loaded' and b.stream = 'book_changes' and b.instrument_id = p_instrument_id
                     and b.first_time <= h.before_at and b.last_time >= h.at
                   order by b.load_no
                   limit 1) w on true
              left join lateral (
                  select o.snapshot_time, o.last_update_id
                    from market.orderbook_snapshots o
                   where o.instrument_id = p_instrument_id and o.snapshot_time >= h.before_at and o.last_update_id >= h.to_id
                   order by o.snapshot_time, o.last_update_id
                   limit 1) s on true
        )
        select k.before_at, k.at, k.to_id - k.from_id + 1, case when k.batch_id is null then 'source_absent' else 'unknown' end,
               jsonb_build_object('from_id', k.from_id, 'to_id', k.to_id, 'batch_id', k.batch_id)
               || jsonb_strip_nulls(jsonb_build_object('file_name', k.file_name, 'known_again', k.snapshot_time, 'snapshot_id', k.last_update_id))
          from known k
         order by k.from_id;
end
$$;
comment on function market._book_change_gaps(uuid, timestamptz, timestamptz) is
    'Holes in the ids of the changes of an order book that were received from p_from (included) to p_to (excluded): the times of the '
    'updates on both sides, how many ids are missing, and a cause: source_absent when no loaded batch encloses the hole, else unknown. '
    'Where a venue leaves out numbers (convention update_ids) and an update does not say which was before it, none can be told. '
    'The evidence names the ids (from_id, to_id), the batch, and the first snapshot that was received since and knows them '
    '(known_again, snapshot_id): from there on the book is known again. TB001 without an instrument.';
