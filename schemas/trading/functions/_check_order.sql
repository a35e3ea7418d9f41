-- daybook mirror: function trading._check_order(p_order_id uuid, p_side text, p_type text, p_price numeric, p_stop_price numeric, p_time_in_force text, p_position_key text, p_idempotency_key text)

CREATE OR REPLACE FUNCTION trading._check_order(p_order_id uuid, p_side text, p_type text, p_price numeric, p_stop_price numeric, p_time_in_force text, p_position_key text, p_idempotency_key text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    -- The only test that a good order pays for.
    if p_order_id is not null
       and p_side in ('buy', 'sell')
       and (case p_type
               when 'market' then p_price is null and p_stop_price is null
               when 'limit' then p_price is not null and p_stop_price is null
               when 'stop' then p_price is null and p_stop_price is not null
               when 'stop_limit' then p_price is not null and p_stop_price is not null
            end)
       and p_time_in_force in ('gtc', 'ioc', 'fok', 'day', 'gtd', 'post_only')
       and length(p_position_key) <= 200
       and coalesce(length(p_idempotency_key) between 1 and 200, true)
    then
        return;
    end if;

    perform util.require_id('p_order_id', p_order_id);
    perform trading._require_choice('p_side', p_side, array['buy', 'sell']);
    perform trading._require_choice('p_type', p_type, array['market', 'limit', 'stop', 'stop_limit']);
    perform trading._require_choice('p_time_in_force', p_time_in_force, array['gtc', 'ioc', 'fok', 'day', 'gtd', 'post_only']);
    perform util.require_text('p_idempotency_key', p_idempotency_key, 200, false);
    if length(p_position_key) > 200 then
        perform util.require_text('p_position_key', p_position_key);
    end if;

    raise exception 'arguments p_price % and p_stop_price % do not fit an order of type %',
            coalesce(p_price::text, 'null'), coalesce(p_stop_price::text, 'null'), p_type
        using errcode = 'TB001',
              hint = 'A limit order has a price, a stop order a stop price, a stop_limit order both, a market order neither; pass null for the rest.';
end
$function$;

alter function trading._check_order(p_order_id uuid, p_side text, p_type text, p_price numeric, p_stop_price numeric, p_time_in_force text, p_position_key text, p_idempotency_key text) owner to daybook_api;

comment on function trading._check_order(p_order_id uuid, p_side text, p_type text, p_price numeric, p_stop_price numeric, p_time_in_force text, p_position_key text, p_idempotency_key text) is 'Returns if the arguments of a submission are well formed, else TB001 naming the first that is not.';

revoke execute on function trading._check_order(p_order_id uuid, p_side text, p_type text, p_price numeric, p_stop_price numeric, p_time_in_force text, p_position_key text, p_idempotency_key text) from public;
grant execute on function trading._check_order(p_order_id uuid, p_side text, p_type text, p_price numeric, p_stop_price numeric, p_time_in_force text, p_position_key text, p_idempotency_key text) to daybook_owner;
