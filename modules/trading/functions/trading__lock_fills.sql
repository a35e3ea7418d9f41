create or replace function trading._lock_fills(
    p_account_id uuid, p_fill_ids uuid[], p_order_ids uuid[], p_instrument_ids uuid[], p_sides text[],
    p_venue_trade_ids text[], p_trade_discriminators text[], p_position_keys text[])
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_position record;
begin
    -- One by one and not by one statement, because a position that is missing is made at its place in the order.
    for v_position in
        select distinct f.instrument_id, coalesce(f.position_key, '') as position_key
          from unnest(p_instrument_ids, p_position_keys) as f (instrument_id, position_key)
         order by 1, 2
    loop
        perform 1
           from trading.positions as p
          where p.account_id = p_account_id and p.instrument_id = v_position.instrument_id
            and p.position_key = v_position.position_key
            for no key update;
        continue when found;

        -- Nothing is made for a fill that will only be answered: one that is recorded already, elsewhere, or that
        -- contradicts its order.
        perform 1
           from unnest(p_fill_ids, p_order_ids, p_instrument_ids, p_sides, p_venue_trade_ids, p_trade_discriminators, p_position_keys)
                as f (fill_id, order_id, instrument_id, side, venue_trade_id, trade_discriminator, position_key)
          where f.instrument_id = v_position.instrument_id
            and coalesce(f.position_key, '') = v_position.position_key
            and not exists (
                select 1
                  from trading.fills as k
                 where k.account_id = p_account_id and k.fill_id = f.fill_id)
            and not exists (
                select 1
                  from trading.fills as k
                 where k.account_id = p_account_id and k.instrument_id = f.instrument_id and k.venue_trade_id = f.venue_trade_id
                   and k.trade_discriminator = coalesce(f.trade_discriminator, ''))
            and not exists (
                select 1
                  from trading.orders as o
                 where o.account_id = p_account_id and o.order_id = f.order_id
                   and (o.instrument_id <> f.instrument_id or o.side <> f.side or o.position_key <> v_position.position_key));
        if found then
            perform trading._create_position(p_account_id, v_position.instrument_id, v_position.position_key);
        end if;
    end loop;

    -- Orders that are missing are imported later, under the lock of their position.
    perform 1
       from trading.orders as o
      where o.account_id = p_account_id and o.order_id = any (p_order_ids)
      order by o.order_id
        for no key update;
end
$$;

comment on function trading._lock_fills(uuid, uuid[], uuid[], uuid[], text[], text[], text[], text[]) is
    'Locks the positions and then the orders of a batch, each sorted by identity, making the positions that do not exist and will be needed.';
