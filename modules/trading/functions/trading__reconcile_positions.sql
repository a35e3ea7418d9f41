-- A section that is known is whole: what it does not list is flat. But for spot, whose holdings venues tell as balances.
create or replace function trading._reconcile_positions(
    p_account_id uuid, p_state jsonb, p_steps trading.reconcile_step[], p_as_of timestamptz, p_ctx jsonb)
returns setof trading.reconcile_step
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_entries constant trading.venue_entry[] := trading._venue_entries(p_account_id, p_state, 'positions');
    v_planned record;
    v_after trading.positions[];
    v_key record;
begin
    if v_entries is null then
        return;
    end if;
    v_planned := trading._reconcile_planned(p_steps);
    v_after := trading._reconcile_positions_after(p_account_id, v_entries, v_planned.fills, v_planned.busted);

    -- By name, since ids of instruments may be others in another database.
    for v_key in
        with told (instrument_id, position_key, qty, avg_price, opened) as (
            select e.instrument_id, e.position_key, e.qty, e.avg_price, h.opened
              from unnest(v_entries) as e
             cross join lateral (
                   select count(*) as opened
                     from unnest(v_after) as p
                    where p.instrument_id = e.instrument_id and p.signed_qty <> 0 and e.position_key is null) as h
            union all
            select p.instrument_id, p.position_key, 0, null, 0
              from unnest(v_after) as p
             where p.kind <> 'spot' and p.signed_qty <> 0
               and not exists (select 1 from unnest(v_entries) as e
                                where e.instrument_id = p.instrument_id and coalesce(e.position_key, p.position_key) = p.position_key)
        )
        select t.*
          from told as t
          join ref.instruments as i on i.instrument_id = t.instrument_id
         order by i.venue collate "C", i.symbol collate "C", i.kind collate "C", t.position_key collate "C"
    loop
        if v_key.opened > 1 then
            return query select s.* from trading._reconcile_positions_shared(v_after, v_key.instrument_id, v_key.qty) as s;
            continue;
        end if;
        return query
            select s.*
              from trading._reconcile_position(
                  trading._reconcile_position_of(v_after, p_account_id, v_key.instrument_id, v_key.position_key), v_planned.fills,
                  v_planned.busted, v_key.qty, v_key.avg_price, coalesce(jsonb_typeof(p_state -> 'fills') = 'array', false), p_as_of, p_ctx) as s;
    end loop;
end
$$;

comment on function trading._reconcile_positions(uuid, jsonb, trading.reconcile_step[], timestamptz, jsonb) is
    'The positions of the venue against those of the book, as they are once these steps are done.';
