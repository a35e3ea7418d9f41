-- daybook mirror: function market.fn_subscribe(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_stream text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION market.fn_subscribe(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_stream text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, version bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_row market.symbol_subscriptions;
begin
    perform market._check_subscription(p_account_id, p_bot_id, p_instrument_id, p_stream);

    insert into market.symbol_subscriptions as s (account_id, bot_id, instrument_id, stream, active, ctx)
    values (p_account_id, p_bot_id, p_instrument_id, p_stream, true, v_ctx)
    on conflict on constraint symbol_subscriptions_pkey
        do update set active = true, version = s.version + 1, changed_at = clock_timestamp(), changed_by = session_user, ctx = excluded.ctx
        where not s.active
    returning * into v_row;

    if found then
        outcome := 'created';
        perform market._emit_subscription(v_row);
    else
        outcome := 'replayed';
        select s.* into strict v_row
          from market.symbol_subscriptions as s
         where s.account_id = p_account_id and s.bot_id = p_bot_id and s.instrument_id = p_instrument_id and s.stream = p_stream;
    end if;
    version := v_row.version;
    return next;
end
$function$;

alter function market.fn_subscribe(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_stream text, p_ctx jsonb) owner to daybook_api;

comment on function market.fn_subscribe(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_stream text, p_ctx jsonb) is 'Says that a bot wants a stream of an instrument kept current. created when something changed, replayed when it was so already. 42501 without the right to trade for the account, TB002 unknown stream or instrument.';

revoke execute on function market.fn_subscribe(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_stream text, p_ctx jsonb) from public;
grant execute on function market.fn_subscribe(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_stream text, p_ctx jsonb) to daybook_bot;
grant execute on function market.fn_subscribe(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_stream text, p_ctx jsonb) to daybook_manager;
grant execute on function market.fn_subscribe(p_account_id uuid, p_bot_id uuid, p_instrument_id uuid, p_stream text, p_ctx jsonb) to daybook_owner;
