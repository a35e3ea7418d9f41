-- daybook-lint: allow state-change-without-event until 2028-06-30: the fill, bust or correction that closed them emits
create or replace function trading._write_roundtrips(p_closed trading.roundtrips[]) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    insert into trading.roundtrips select c.* from unnest(p_closed) as c
$$;

comment on function trading._write_roundtrips(trading.roundtrips[]) is 'Writes the cycles that fills have closed.';
