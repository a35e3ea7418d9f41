-- daybook mirror: function trading._expire_intent(p_intent trading.order_intents, p_ctx jsonb)
-- needs: trading/tables/order_intents.sql

CREATE OR REPLACE FUNCTION trading._expire_intent(p_intent trading.order_intents, p_ctx jsonb)
 RETURNS trading.order_intents
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return trading._settle_intent(p_intent, 'expired', 'expired',
        format('it was not submitted until %s', to_char(p_intent.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), p_ctx);
end
$function$;

alter function trading._expire_intent(p_intent trading.order_intents, p_ctx jsonb) owner to daybook_api;

comment on function trading._expire_intent(p_intent trading.order_intents, p_ctx jsonb) is 'Settles as expired an intent that this transaction has locked, that is not settled, and whose time is over. Returns its row.';

revoke execute on function trading._expire_intent(p_intent trading.order_intents, p_ctx jsonb) from public;
grant execute on function trading._expire_intent(p_intent trading.order_intents, p_ctx jsonb) to daybook_owner;
