create or replace function trading._emit_halt(
    p_account_id uuid, p_what text, p_halt_id uuid, p_bot_id uuid, p_reason text, p_actor text, p_ctx jsonb)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    select trading._emit_book(
        p_account_id, p_what,
        jsonb_strip_nulls(jsonb_build_object('halt_id', p_halt_id, 'bot_id', p_bot_id, 'reason', p_reason, 'actor', p_actor)), p_ctx);
$$;

comment on function trading._emit_halt(uuid, text, uuid, uuid, text, text, jsonb) is
    'Emits that an account, or with a null account all trading, was halted or resumed.';
