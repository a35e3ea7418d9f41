-- An order of blue takes the earliest of green's that is near enough and not taken: orders of one side of one instrument in the order
-- of time, so among those without keys no other choice pairs more. What is taken is forgotten when the time has gone past it.
create or replace function trading._pair_shadow(p_deploy trading.deploys)
returns table (order_id uuid, shadow_order_id uuid, paired_by text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_blue trading.orders;
    v_green record;
    v_group text := '';
    v_latest timestamptz := '-infinity';
    v_taken uuid[] := '{}';
begin
    return query
        select b.order_id, s.shadow_order_id, 'key'
          from trading._blue_orders(p_deploy) as b
          join trading.shadow_orders as s on s.account_id = b.account_id and s.idempotency_key = b.idempotency_key
         where s.deploy_id = p_deploy.deploy_id;

    paired_by := 'time';
    for v_blue in
        select b.*
          from trading._blue_orders(p_deploy) as b
         where not exists (select from trading.shadow_orders as s
                            where s.account_id = b.account_id and s.deploy_id = p_deploy.deploy_id and s.idempotency_key = b.idempotency_key)
         order by b.instrument_id, b.side, b.position_key, b.submitted_at, b.order_id
    loop
        if v_group <> concat_ws(' ', v_blue.instrument_id, v_blue.side, v_blue.position_key)
           or v_latest < v_blue.submitted_at - p_deploy.tolerance
        then
            v_group := concat_ws(' ', v_blue.instrument_id, v_blue.side, v_blue.position_key);
            v_taken := '{}';
        end if;
        select s.shadow_order_id, s.decided_at
          into v_green
          from trading.shadow_orders as s
         where s.account_id = p_deploy.account_id and s.deploy_id = p_deploy.deploy_id
           and s.instrument_id = v_blue.instrument_id and s.side = v_blue.side and s.position_key = v_blue.position_key
           and s.decided_at between v_blue.submitted_at - p_deploy.tolerance and v_blue.submitted_at + p_deploy.tolerance
           and (s.idempotency_key is null or v_blue.idempotency_key is null)
           and s.shadow_order_id <> all (v_taken)
           and not exists (select from trading.orders as o
                            where o.account_id = s.account_id and o.idempotency_key = s.idempotency_key and trading._is_blue(o, p_deploy))
         order by s.decided_at, s.shadow_order_id
         limit 1;
        if found then
            order_id := v_blue.order_id;
            shadow_order_id := v_green.shadow_order_id;
            v_latest := case when v_taken = '{}' then v_green.decided_at else greatest(v_latest, v_green.decided_at) end;
            v_taken := v_taken || v_green.shadow_order_id;
            return next;
        end if;
    end loop;
end
$$;

comment on function trading._pair_shadow(trading.deploys) is
    'Which order of blue and which of green are one decision: those with the same idempotency key; of the others, where not both have a key, those of the '
    'same instrument, side and position key that are no further apart in time than the tolerance of the deploy.';
