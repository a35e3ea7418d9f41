-- daybook mirror: function trading._refuse_lease(p_account_id uuid, p_bot_id uuid, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading._refuse_lease(p_account_id uuid, p_bot_id uuid, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform audit._write('trading.' || p_action || '_lease', 'bot', p_bot_id::text, p_account_id, 'refused', p_refusal_code,
        jsonb_build_object('detail', p_refusal_detail), p_ctx);
    perform bus.fn_emit_domain_event('trading.lease_refused', p_bot_id::text,
        jsonb_build_object('bot_id', p_bot_id, 'action', p_action, 'refusal_code', p_refusal_code, 'refusal_detail', p_refusal_detail),
        null, null, p_account_id, p_ctx);
end
$function$;

alter function trading._refuse_lease(p_account_id uuid, p_bot_id uuid, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb) owner to daybook_api;

comment on function trading._refuse_lease(p_account_id uuid, p_bot_id uuid, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb) is 'Keeps that a lease was not given, renewed or released: an audit row and an event of the bot.';

revoke execute on function trading._refuse_lease(p_account_id uuid, p_bot_id uuid, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb) from public;
grant execute on function trading._refuse_lease(p_account_id uuid, p_bot_id uuid, p_action text, p_refusal_code text, p_refusal_detail text, p_ctx jsonb) to daybook_owner;
