create or replace function trading._emit_intent(p_intent trading.order_intents, p_ctx jsonb) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    perform bus._emit_versioned('trading.intent_' || p_intent.status, p_intent.intent_id::text, p_intent.version,
                                trading._intent_payload(p_intent), null, null, p_intent.account_id, p_ctx);
end
$$;

comment on function trading._emit_intent(trading.order_intents, jsonb) is
    'Emits that an intent has come to the status it has, with its terms. The caller has written the row.';
