-- daybook mirror: function market._lock_rollup()

CREATE OR REPLACE FUNCTION market._lock_rollup()
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

alter function market._lock_rollup() owner to daybook_api;

comment on function market._lock_rollup() is 'Locks the instrument with the oldest mark whose roll-up nobody else is at work on, until commit, and names it; null when there is none. Does not wait.';

revoke execute on function market._lock_rollup() from public;
grant execute on function market._lock_rollup() to daybook_owner;
