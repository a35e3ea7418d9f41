create or replace function trading._refuse_lease(
    p_account_id uuid, p_bot_id uuid, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    perform audit._write('trading.' || p_action || '_lease', 'bot', p_bot_id::text, p_account_id, 'refused', p_refusal_code,
        jsonb_build_object('detail', p_refusal_detail), p_ctx);
    perform bus.fn_emit_domain_event('trading.lease_refused', p_bot_id::text,
        jsonb_build_object('bot_id', p_bot_id, 'action', p_action, 'refusal_code', p_refusal_code, 'refusal_detail', p_refusal_detail),
        null, null, p_account_id, p_ctx);
end
$$;

comment on function trading._refuse_lease(uuid, uuid, text, text, text, jsonb) is
    'Keeps that a lease was not given, renewed or released: an audit row and an event of the bot.';
