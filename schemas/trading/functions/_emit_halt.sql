-- daybook mirror: function trading._emit_halt(p_account_id uuid, p_what text, p_halt_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading._emit_halt(p_account_id uuid, p_what text, p_halt_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_payload constant jsonb := jsonb_strip_nulls(jsonb_build_object(
        'halt_id', p_halt_id, 'bot_id', p_bot_id, 'reason', p_reason, 'actor', p_actor));
    v_version bigint;
begin
    if p_account_id is not null then
        perform trading._emit_account(p_account_id, 'trading.account_' || p_what, v_payload, null, p_ctx);
        return;
    end if;

    update trading.risk_latch as l set version = l.version + 1 returning l.version into strict v_version;
    perform bus._emit_versioned('trading.book_' || p_what, 'book', v_version, v_payload, null, null, null, p_ctx);
end
$function$;

alter function trading._emit_halt(p_account_id uuid, p_what text, p_halt_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb) owner to daybook_api;

comment on function trading._emit_halt(p_account_id uuid, p_what text, p_halt_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb) is 'Emits that an account, or with a null account all trading, was halted or resumed, with the next version of the account or the latch.';

revoke execute on function trading._emit_halt(p_account_id uuid, p_what text, p_halt_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb) from public;
grant execute on function trading._emit_halt(p_account_id uuid, p_what text, p_halt_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb) to daybook_owner;
