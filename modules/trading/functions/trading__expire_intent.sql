create or replace function trading._expire_intent(p_intent trading.order_intents, p_ctx jsonb) returns trading.order_intents
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    return trading._settle_intent(p_intent, 'expired', 'expired',
        format('it was not submitted until %s', to_char(p_intent.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), p_ctx);
end
$$;

comment on function trading._expire_intent(trading.order_intents, jsonb) is
    'Settles as expired an intent that this transaction has locked, that is not settled, and whose time is over. Returns its row.';
