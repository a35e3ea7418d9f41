create or replace function market._lock_rollup()
returns uuid
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_instrument_id uuid;
begin
    -- A day is made of buckets all over it, so an instrument is rolled up by one at a time.
    for v_instrument_id in
        select d.instrument_id from market.rollup_dirty d group by d.instrument_id order by min(d.dirty_id)
    loop
        if pg_try_advisory_xact_lock(hashtextextended('market.klines_rollup ' || v_instrument_id, 0)) then
            -- Another may have taken its marks between our looking and our lock.
            if exists (select from market.rollup_dirty d where d.instrument_id = v_instrument_id) then
                return v_instrument_id;
            end if;
        end if;
    end loop;
    return null;
end
$$;
comment on function market._lock_rollup() is
    'Locks the instrument with the oldest mark whose roll-up nobody else is at work on, until commit, and names it; null when '
    'there is none. Does not wait.';
