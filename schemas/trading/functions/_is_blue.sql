-- daybook mirror: function trading._is_blue(p_order trading.orders, p_deploy trading.deploys)
-- needs: trading/tables/deploys.sql
-- needs: trading/tables/orders.sql

CREATE OR REPLACE FUNCTION trading._is_blue(p_order trading.orders, p_deploy trading.deploys)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (((p_order).recorded_at >= (p_deploy).shadow_since) AND ((p_order).recorded_at < COALESCE((p_deploy).shadow_until, 'infinity'::timestamp with time zone)) AND ((((p_order).ctx ->> 'bot'::text))::uuid = (p_deploy).bot_id) AND ((p_order).type IS NOT NULL) AND ((p_order).refusal_code IS DISTINCT FROM 'fenced'::text));

alter function trading._is_blue(p_order trading.orders, p_deploy trading.deploys) owner to daybook_api;

comment on function trading._is_blue(p_order trading.orders, p_deploy trading.deploys) is 'Whether the build in force gave the order in the name of the bot while the other was in shadow. One that was denied was decided, too; one of a process that was fenced off was not its.';

revoke execute on function trading._is_blue(p_order trading.orders, p_deploy trading.deploys) from public;
grant execute on function trading._is_blue(p_order trading.orders, p_deploy trading.deploys) to daybook_owner;
