create or replace function market._open_repairs(p_instrument_id uuid)
returns tstzmultirange
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(range_agg(tstzrange(r.before_time, r.after_time, '[]')), '{}')
      from ingest.repairs r
     where r.instrument_id = p_instrument_id and r.status = 'open'
$$;
comment on function market._open_repairs(uuid) is 'The times of an instrument that open repairs are about; empty when there are none.';
