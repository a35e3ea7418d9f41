-- daybook mirror: function market._ids_received(p_stream text, p_instrument_id uuid, p_from_id bigint, p_to_id bigint, p_before_time timestamp with time zone, p_after_time timestamp with time zone)

CREATE OR REPLACE FUNCTION market._ids_received(p_stream text, p_instrument_id uuid, p_from_id bigint, p_to_id bigint, p_before_time timestamp with time zone, p_after_time timestamp with time zone)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_around constant interval := interval '1 hour';
begin
    if p_stream = 'trades' then
        return (select count(distinct t.trade_id) from market.trades t
                 where t.instrument_id = p_instrument_id and t.trade_id between p_from_id and p_to_id
                   and t.trade_time between p_before_time - c_around and p_after_time + c_around);
    end if;
    return (select count(distinct t.agg_trade_id) from market.agg_trades t
             where t.instrument_id = p_instrument_id and t.agg_trade_id between p_from_id and p_to_id
               and t.trade_time between p_before_time - c_around and p_after_time + c_around);
end
$function$;

alter function market._ids_received(p_stream text, p_instrument_id uuid, p_from_id bigint, p_to_id bigint, p_before_time timestamp with time zone, p_after_time timestamp with time zone) owner to daybook_api;

comment on function market._ids_received(p_stream text, p_instrument_id uuid, p_from_id bigint, p_to_id bigint, p_before_time timestamp with time zone, p_after_time timestamp with time zone) is 'How many of the ids from p_from_id to p_to_id, both included, are there, in rows within an hour of the times given.';

revoke execute on function market._ids_received(p_stream text, p_instrument_id uuid, p_from_id bigint, p_to_id bigint, p_before_time timestamp with time zone, p_after_time timestamp with time zone) from public;
grant execute on function market._ids_received(p_stream text, p_instrument_id uuid, p_from_id bigint, p_to_id bigint, p_before_time timestamp with time zone, p_after_time timestamp with time zone) to daybook_owner;
