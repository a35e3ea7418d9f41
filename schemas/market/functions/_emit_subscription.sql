-- daybook mirror: function market._emit_subscription(p_row market.symbol_subscriptions)
-- needs: bus/functions/_emit_versioned.sql
-- needs: market/tables/symbol_subscriptions.sql

CREATE OR REPLACE FUNCTION market._emit_subscription(p_row market.symbol_subscriptions)
 RETURNS void
 LANGUAGE sql
BEGIN ATOMIC
 SELECT bus._emit_versioned('market.subscription_changed'::text, concat_ws('/'::text, (p_row).account_id, (p_row).bot_id, (p_row).instrument_id, (p_row).stream), (p_row).version, jsonb_build_object('account_id', (p_row).account_id, 'bot_id', (p_row).bot_id, 'instrument_id', (p_row).instrument_id, 'stream', (p_row).stream, 'active', (p_row).active), NULL::timestamp with time zone, NULL::uuid, (p_row).account_id, (p_row).ctx) AS _emit_versioned;
END;

alter function market._emit_subscription(p_row market.symbol_subscriptions) owner to daybook_api;

comment on function market._emit_subscription(p_row market.symbol_subscriptions) is 'Emits the event of a subscription that was made or ended.';

revoke execute on function market._emit_subscription(p_row market.symbol_subscriptions) from public;
grant execute on function market._emit_subscription(p_row market.symbol_subscriptions) to daybook_owner;
