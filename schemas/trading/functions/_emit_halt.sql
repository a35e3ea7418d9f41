-- daybook mirror: function trading._emit_halt(p_account_id uuid, p_what text, p_halt_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading._emit_halt(p_account_id uuid, p_what text, p_halt_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select trading._emit_book(
        p_account_id, p_what,
        jsonb_strip_nulls(jsonb_build_object('halt_id', p_halt_id, 'bot_id', p_bot_id, 'reason', p_reason, 'actor', p_actor)), p_ctx);
$function$;

alter function trading._emit_halt(p_account_id uuid, p_what text, p_halt_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb) owner to daybook_api;

comment on function trading._emit_halt(p_account_id uuid, p_what text, p_halt_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb) is 'Emits that an account, or with a null account all trading, was halted or resumed.';

revoke execute on function trading._emit_halt(p_account_id uuid, p_what text, p_halt_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb) from public;
grant execute on function trading._emit_halt(p_account_id uuid, p_what text, p_halt_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb) to daybook_owner;
