-- daybook mirror: function trading._lock_positions(p_account_id uuid, p_fills trading.fills[])
-- needs: trading/tables/fills.sql
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._lock_positions(p_account_id uuid, p_fills trading.fills[])
 RETURNS trading.positions[]
 LANGUAGE plpgsql
AS $function$
declare
    v_key record;
    v_position trading.positions;
    v_positions trading.positions[] := '{}';
begin
    for v_key in
        select d.instrument_id, d.position_key, row_number() over (order by d.instrument_id, d.position_key)::integer as place
          from (select distinct f.instrument_id, f.position_key from unnest(p_fills) as f) as d
         order by place
    loop
        v_positions[v_key.place] := null;
        for v_attempt in 1..2 loop
            select * into v_position
              from trading.positions as p
             where p.account_id = p_account_id and p.instrument_id = v_key.instrument_id and p.position_key = v_key.position_key
               for no key update;
            if found then
                v_positions[v_key.place] := v_position;
                exit;
            end if;

            -- Nothing is made for fills that will only be answered: recorded already, elsewhere, or at odds with their order,
            -- in the book or earlier in the batch. One of them that is new after all makes its position when its turn comes.
            exit when not exists (
                select 1
                  from unnest(p_fills) with ordinality as f
                 where f.instrument_id = v_key.instrument_id
                   and f.position_key = v_key.position_key
                   and not exists (
                       select 1 from trading.fills as k where k.account_id = p_account_id and k.fill_id = f.fill_id)
                   and not exists (
                       select 1
                         from trading.fills as k
                        where k.account_id = p_account_id and k.instrument_id = f.instrument_id
                          and k.venue_trade_id = f.venue_trade_id and k.trade_discriminator = f.trade_discriminator)
                   and not exists (
                       select 1
                         from trading.orders as o
                        where o.account_id = p_account_id and o.order_id = f.order_id
                          and (o.instrument_id, o.side, o.position_key) <> (f.instrument_id, f.side, f.position_key))
                   and not exists (
                       select 1
                         from unnest(p_fills) with ordinality as k
                        where k.ordinality < f.ordinality
                          and (k.fill_id = f.fill_id
                               or k.instrument_id = f.instrument_id and k.venue_trade_id = f.venue_trade_id
                                  and k.trade_discriminator = f.trade_discriminator
                               or k.order_id = f.order_id
                                  and (k.instrument_id, k.side, k.position_key) <> (f.instrument_id, f.side, f.position_key)
                                  and not exists (
                                      select 1 from trading.orders as o where o.account_id = p_account_id and o.order_id = k.order_id))));
            perform trading._create_position(p_account_id, v_key.instrument_id, v_key.position_key);
        end loop;
    end loop;
    return v_positions;
end
$function$;

alter function trading._lock_positions(p_account_id uuid, p_fills trading.fills[]) owner to daybook_api;

comment on function trading._lock_positions(p_account_id uuid, p_fills trading.fills[]) is 'Locks the positions of a batch of fills, sorted by instrument and key, making those that do not exist and will be needed; returns them in that order, null for those that will not be.';

revoke execute on function trading._lock_positions(p_account_id uuid, p_fills trading.fills[]) from public;
grant execute on function trading._lock_positions(p_account_id uuid, p_fills trading.fills[]) to daybook_owner;
